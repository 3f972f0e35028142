"""Write a corpus to one Parquet file: sentences stream through, nothing is held whole.

Two passes. Chunks of sentences are written beside the target as they are read; then, when
it is known how long each document is and how many copies it has, polars' streaming engine
joins them into the target, which appears only when it is complete.
"""

from __future__ import annotations

import json
import os
import tempfile
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.errors import CompareNotesError, DataError, NotFoundError
from comparenotes.message.best import chosen
from comparenotes.message.issues import TOPICS
from comparenotes.message.left_out import Why, counted
from comparenotes.message.sides import sides_of
from comparenotes.message.store import CODED, KEY, SCHEMA_VERSION, STORE, fingerprint, metadata_of
from comparenotes.message.tally import coded, embedder
from comparenotes.message.texts import Corpus

ROW_GROUP = 32_768
"""Sentences in a row group of the file: about 6 MB."""


@dataclass(frozen=True)
class Written:
    """What went into a stored corpus, and what was left out of it."""

    path: Path
    campaign: str
    sentences: int
    documents: int
    files: int
    copies: int
    bytes: int
    coded: bool
    left_out: Mapping[Why, int]
    languages: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return the promised JSON form."""
        return {**vars(self), "path": str(self.path), "left_out": dict(self.left_out)} | {
            "languages": dict(self.languages)
        }


def write_corpus(
    campaign: Campaign,
    paths: Sequence[Path],
    out: Path,
    codes: bool = False,
    embedding: bool = False,
    told: Callable[[int], None] | None = None,
    coder: str = "auto",
) -> Written:
    """Write the sentences of ``paths`` to the Parquet file ``out``; memory stays flat.

    Parameters
    ----------
    campaign
        Whose contenders the texts are of.
    paths
        Files or folders of texts, as :class:`~comparenotes.message.texts.Corpus` reads them.
    out
        The file to write; a corpus written before is replaced, anything else is not.
    codes
        Also write each sentence's topic, issues and stance with their probabilities.
    embedding
        Code with sentence embeddings as well (an extra).
    coder
        ``fast``, ``best`` (an extra), or ``auto``: see
        :func:`comparenotes.message.report.message_of`.
    told
        Called with the number of sentences so far, for a progress display.

    Raises
    ------
    CompareNotesError
        If ``out`` cannot be written to, or stands among the texts.
    DataError
        If a text cannot be read, or no contender says a sentence.
    NotFoundError
        If there are no texts, or embeddings are asked for without the extra.
    """
    if not paths:
        raise NotFoundError(
            f"campaign {campaign.id!r} has no texts", hint="give them with --texts PATH"
        )
    _may_write(out, paths)
    encoder = embedder() if embedding else None
    if embedding and encoder is None:
        raise NotFoundError(
            "the embedding extra is not installed",
            where="--embedding",
            hint="pip install 'comparenotes[embedding]'",
        )
    best = codes and not embedding and chosen(coder, paths)
    corpus = Corpus(tuple(paths), campaign, whole=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".corpus-") as folder:
        parts = _Parts(Path(folder), out, campaign, codes, encoder, best)
        try:
            for chunk in corpus.chunks():
                parts.write(chunk)
                if told is not None:
                    told(parts.sentences)
            if not parts.sentences:
                raise _nothing(paths, corpus)
            parts.join(Path(folder) / "corpus.parquet", corpus)
        except pl.exceptions.PolarsError as problem:  # a full disk, a quota
            text = str(problem).partition("\n")[0][:200]
            raise CompareNotesError(f"cannot be written: {text}", where=str(out)) from None
        (Path(folder) / "corpus.parquet").replace(out)
    return Written(
        out, campaign.id, parts.sentences, corpus.documents - parts.variants, parts.files,
        corpus.copies, out.stat().st_size, codes, dict(corpus.left_out), dict(corpus.languages),
    )  # fmt: skip


def _nothing(paths: Sequence[Path], corpus: Corpus) -> DataError:
    left = corpus.left_out.items()
    why = ", ".join(f"{n:,} {counted(n, k)}" for k, n in left) or "no files"
    return DataError(
        f"no sentence of a contender was found ({why})",
        where=", ".join(map(str, paths))[:200],
        hint="see 'Your texts' in docs/message.md",
    )


def _may_write(out: Path, paths: Sequence[Path]) -> None:
    if out.suffix.lower() != ".parquet":
        raise CompareNotesError("is not a .parquet file", where=str(out), hint="name it so")
    if not out.parent.is_dir():
        raise CompareNotesError("there is no such folder", where=str(out.parent))
    here = out.resolve()
    if any(here == p.resolve() or (p.is_dir() and here.parent == p.resolve()) for p in paths):
        raise CompareNotesError(
            "stands among the texts it is made of", where=str(out), hint="write it beside them"
        )
    if out.exists():
        try:
            ours = metadata_of(out) is not None
        except DataError:
            ours = False
        if not ours:
            raise CompareNotesError(
                "is there already and is no corpus", where=str(out), hint="choose another name"
            )


class _Parts:
    """The chunks on disk, and the little that is remembered of them."""

    def __init__(
        self, work: Path, out: Path, campaign: Campaign, codes: bool, encoder: Any, best: bool
    ) -> None:
        self.work, self.out, self.campaign = work, out, campaign
        self.codes, self.encoder, self.best = codes, encoder, best
        self.sides = sides_of(campaign)
        self.sentences = self.files = self.variants = 0
        self.lengths = array("i", [0])  # sentences of each document
        self._parts: list[Path] = []
        self._file: str | None = None
        self._home: dict[Path, str] = {}

    def write(self, chunk: pl.DataFrame) -> None:
        """Write a chunk and count what it holds."""
        document = chunk["document"]
        base = int(document[0])
        counts = np.bincount(document.to_numpy() - base)
        before = self.lengths[base] if base < len(self.lengths) else 0
        self.lengths.extend([0] * (base + len(counts) - len(self.lengths)))
        for i, n in enumerate(counts.tolist()):
            self.lengths[base + i] += n
        of = pl.int_range(1, pl.len() + 1).over("document")
        files = chunk["file"].rle().struct.field("value").to_list()
        self.files += len(files) - (files[0] == self._file)
        self._file = files[-1]
        self.variants += chunk.filter(pl.col("copy_of").is_not_null())["document"].n_unique()
        relative = {f: self._relative(Path(f)) for f in dict.fromkeys(files)}
        frame = chunk.with_columns(
            sentence=pl.int_range(pl.len()) + self.sentences,
            number=of + pl.when(pl.col("document") == base).then(before).otherwise(0),
            file=pl.col("file").replace_strict(relative, return_dtype=pl.String),
        )
        if self.codes:
            frame = pl.concat([frame, self._coded(chunk)], how="horizontal")
        path = self.work / f"{len(self._parts):06d}.parquet"
        frame.write_parquet(path, compression="lz4", statistics=False)
        self._parts.append(path)
        self.sentences += chunk.height

    def _relative(self, path: Path) -> str:
        """Return a file's path from the folder of the corpus, which may be moved with it."""
        if path.parent not in self._home:
            try:
                home = os.path.relpath(path.parent.resolve(), self.out.parent.resolve())
            except ValueError:  # on another drive
                home = str(path.parent.resolve())
            self._home[path.parent] = Path(home).as_posix()
        home = self._home[path.parent]
        return path.name if home == "." else f"{home}/{path.name}"

    def _coded(self, chunk: pl.DataFrame) -> pl.DataFrame:
        names = {number: name for name, (number, _) in TOPICS.items()}
        n = chunk.with_row_index("at")
        found = list(coded([n], self.sides, self.encoder, self.campaign.country, self.best))
        if not found:
            return pl.DataFrame({k: [None] * chunk.height for k in CODED}, schema=CODED)
        codes = found[0].select(
            "at",
            topic=pl.col("topic").replace_strict(names, return_dtype=pl.String),
            topic_p=pl.col("certainty").cast(pl.Float32),
            issues="issues",
            migration_p="migration_p",
            green_p="green_p",
            stance="stance",
            stance_p="stance_p",
        )
        joined = n.select("at").join(codes, on="at", how="left", maintain_order="left")
        return joined.select(pl.col(k).cast(v) for k, v in CODED.items())

    def join(self, target: Path, corpus: Corpus) -> None:
        """Stream the parts into one file with its metadata."""
        lengths = np.frombuffer(self.lengths, dtype=np.intc)
        copies = np.zeros(len(lengths), dtype=np.int32)
        for number, n in corpus.twins.items():
            copies[number] = n

        def of(values: Any) -> pl.Expr:
            def look(s: pl.Series) -> pl.Series:
                return pl.Series(values[s.to_numpy()])

            return pl.col("document").map_batches(look, pl.Int32, is_elementwise=True)

        first = pl.col("number") == 1
        rows = pl.scan_parquet(self._parts).with_columns(
            previous=pl.when(~first).then(pl.col("sentence") - 1),
            next=pl.when(pl.col("number") < of(lengths)).then(pl.col("sentence") + 1),
            copies=of(copies),
        )
        schema = STORE | (CODED if self.codes else {})
        rows.select(pl.col(k).cast(v) for k, v in schema.items()).sink_parquet(
            target,
            metadata={KEY: json.dumps(self._metadata(corpus), ensure_ascii=False)},
            row_group_size=ROW_GROUP,
            maintain_order=True,
            engine="streaming",
        )

    def _metadata(self, corpus: Corpus) -> dict[str, Any]:
        ledger = sorted(
            corpus.ledger.items(), key=lambda x: (x[0][0], x[0][1] is not None, str(x[0][1]))
        )
        return {
            "schema_version": SCHEMA_VERSION,
            "made_by": f"comparenotes {version('comparenotes')}",
            "campaign": self.campaign.id,
            "fingerprint": fingerprint(self.campaign),
            "offsets": "characters of the file as UTF-8 without byte order mark; of a row's text",
            "given": corpus.given,
            "sentences": self.sentences,
            "documents": corpus.documents - self.variants,
            "files": self.files,
            "copies": corpus.copies,
            "coded": self.codes,
            "embedding": self.encoder is not None,
            "coder": ("best" if self.best else "fast") if self.codes else None,
            "languages": dict(corpus.languages),
            "left_out": [[k, d.isoformat() if d else None, n] for (k, d), n in ledger],
        }
