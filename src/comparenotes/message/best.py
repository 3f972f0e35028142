"""The best coder: the packaged one and a small sentence encoder, their probabilities averaged.

The encoder (``all-MiniLM-L6-v2``, fine-tuned on coded manifestos, addresses, debates, speeches
and conventions: ``tools/train``) is a distribution of its own, ``comparenotes-coder``, with
eight-bit weights for onnxruntime. It reads a sentence with the two before it and the one after,
one at a time, so that what is said of it does not depend on what else is read.

Wang, W. et al. (2020). MiniLM: Deep self-attention distillation for task-agnostic compression
of pre-trained transformers. NeurIPS.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.errors import NotFoundError
from comparenotes.message.coder import F32, I64
from comparenotes.message.cues import any_of
from comparenotes.message.sides import Side

PACKAGE = "comparenotes_coder"
NEEDS = (PACKAGE, "onnxruntime", "tokenizers")
CODERS = ("auto", "fast", "best")
MOST = 20_000
"""Sentences up to which the best coder reads where nothing else is asked for."""
LETTERS = 110
"""Bytes of a sentence on average: how many there are is judged by the size of the files."""
LONGEST, FIRST = 88, 600
"""Tokens read of a sentence with its neighbours, and letters of the sentence itself."""
RIVAL, OURS = " #", " +"
"""Written behind a name of an opponent, and of the own side."""
BEFORE, AFTER = 140, 70
"""Letters of what stands before a sentence and after it that are read with it."""
THREADS = 4


def installed() -> bool:
    """Return whether the best coder can be used here."""
    return all(find_spec(name) is not None for name in NEEDS)


def chosen(coder: str, paths: Iterable[Path]) -> bool:
    """Return whether the best coder reads these files.

    Raises
    ------
    NotFoundError
        If it is asked for by name and is not installed.
    """
    if coder == "fast":
        return False
    if coder == "best":
        if not installed():
            raise NotFoundError(
                "the best coder is not installed",
                where="--coder best",
                hint="pip install ./coder 'comparenotes[best]', from a copy of the repository",
            )
        return True
    return installed() and sum(map(_size, paths)) <= MOST * LETTERS


def _size(path: Path) -> int:
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return sum(f.stat().st_size for f in files if f.is_file() and not f.is_symlink())


def marked(texts: Sequence[str], own: Side | None, others: Sequence[Side]) -> list[str]:
    """Return the sentences with a sign behind each name of a side."""
    out = pl.Series(texts, dtype=pl.String).str.replace_all("[’`]", "'")
    for names, sign in (
        ([n for s in others for n in s.names], RIVAL),
        (list(own.names) if own else [], OURS),
    ):
        pattern = any_of(names)
        if pattern:
            out = out.str.replace_all(pattern, "${0}" + sign)
    return out.to_list()


def around(texts: Sequence[str], before: int = BEFORE, after: int = AFTER) -> list[str]:
    """Return, for each sentence, the two before and the one after, cut."""
    out = []
    for i in range(len(texts)):
        back = " ".join(texts[max(0, i - 2) : i])[-before:]
        out.append(f"{back} / {texts[i + 1][:after] if i + 1 < len(texts) else ''}")
    return out


@dataclass(frozen=True, eq=False)
class Encoder:
    """The encoder with its heads, ready to read."""

    session: Any
    tokenizer: Any
    topics: int

    def read(
        self, sentences: Sequence[str], documents: I64, own: Side | None, others: Sequence[Side]
    ) -> tuple[F32, F32, F32]:
        """Return probabilities of topics, of issues and of stances of one side's sentences.

        ``documents`` numbers the document of each; those of one stand together in order.
        """
        texts = marked(sentences, own, others)
        ends = [0, *(np.flatnonzero(np.diff(documents)) + 1).tolist(), len(texts)]
        near = [x for a, b in pairwise(ends) for x in around(texts[a:b])]
        pairs = list(zip((t[:FIRST] for t in texts), near, strict=True))
        found = [self._one(e) for e in self.tokenizer.encode_batch(pairs)]
        said = np.vstack(found) if found else np.zeros((0, self.topics + 6), np.float32)
        # the last digits differ from one processor to the next
        said = np.round(said, 4).astype(np.float32)
        m = self.topics
        return said[:, :m], said[:, m : m + 2], said[:, m + 2 :]

    def _one(self, encoding: Any) -> F32:
        rows = {
            "ids": encoding.ids,
            "kinds": encoding.type_ids,
            "mask": encoding.attention_mask,
        }
        found: F32 = self.session.run(
            None, {k: np.array([v], dtype=np.int64) for k, v in rows.items()}
        )[0]
        return found


@cache
def encoder(topics: int) -> Encoder:
    """Return the installed encoder; it has ``topics`` topics.

    Raises
    ------
    NotFoundError
        If it is not installed.
    """
    chosen("best", ())
    import onnxruntime as ort
    from tokenizers import Tokenizer

    folder = resources.files(PACKAGE)
    options = ort.SessionOptions()
    options.intra_op_num_threads = min(THREADS, os.cpu_count() or 1)
    options.log_severity_level = 3
    # idle threads sleep: others have work for the cores
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = ort.InferenceSession(
        (folder / "model.onnx").read_bytes(), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer.enable_truncation(LONGEST, strategy="longest_first")
    tokenizer.no_padding()
    return Encoder(session, tokenizer, topics)
