"""The topic coder: hashed n-grams with neighbours, then the topics around a sentence.

Two stages, both linear, shipped as numbers:

1. one-against-rest scores of a sentence's own n-grams and of the words of the two
   sentences before and after it;
2. a multinomial logit on those scores and on the topics of up to ten sentences
   either side, since a text stays on its topic (Wolpert's stacking, Neural
   Networks 5, 1992, fitted on held-out scores).

With the embedding extra a second set of scores, from sentence embeddings, enters
the second stage.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from comparenotes.campaigns.catalogue import data_dir
from comparenotes.errors import NotFoundError
from comparenotes.message.features import BITS, hashed

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
NEAR = ((1, 0.5), (2, 0.3))
"""Distance and weight of the neighbours whose words are read."""
RINGS: tuple[tuple[int, ...], ...] = ((1,), (2,), (3, 4, 5), (6, 7, 8, 9, 10))
"""Distances whose topics are added up, a ring at a time, either side."""
SHARPNESS = 3.0
STEP = 4_000
"""Sentences that are hashed at once, fewer where they are long."""
STEP_BYTES = 500_000


def shifted(a: Any, documents: I64, by: int) -> Any:
    """Return the rows of ``a`` moved by ``by``; rows from another document are zero."""
    n = a.shape[0]
    at = np.arange(n) + by
    inside = (at >= 0) & (at < n)
    at = np.clip(at, 0, max(n - 1, 0))
    inside &= documents[at] == documents if n else inside
    if sparse.issparse(a):
        return sparse.diags(inside.astype(np.float32)) @ a[at]
    return a[at] * inside[:, None].astype(a.dtype)


def scaled(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return rows divided by the root of their number of features."""
    sizes = np.diff(counts.indptr)
    value = 1 / np.sqrt(np.maximum(sizes, 1)).astype(np.float32)
    data = np.repeat(value, sizes)
    return sparse.csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape, copy=False)


def softmax(scores: F32) -> F32:
    """Return rows of probabilities."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    out: F32 = (e / e.sum(axis=1, keepdims=True)).astype(np.float32)
    return out


def around(scores: F32, documents: I64) -> F32:
    """Return the second stage's inputs: a sentence's scores, and the topics around it."""
    p = softmax(scores * np.float32(SHARPNESS))
    parts = [scores]
    for ring in RINGS:
        total = np.zeros_like(p)
        for k in ring:
            total += shifted(p, documents, k) + shifted(p, documents, -k)
        parts.append(total)
    return np.hstack(parts).astype(np.float32)


def embedded(vectors: F32, documents: I64) -> F32:
    """Return embeddings beside the halved sums of those one and two sentences away."""
    return np.hstack(
        [vectors]
        + [
            np.float32(0.5) * (shifted(vectors, documents, k) + shifted(vectors, documents, -k))
            for k in (1, 2)
        ]
    ).astype(np.float32)


def steps(sentences: pl.Series) -> list[tuple[int, int]]:
    """Return the runs of sentences that are hashed at once: it takes 100 bytes a letter."""
    n = len(sentences)
    each: Any = sentences.str.len_bytes().mean()
    step = min(STEP, max(200, int(STEP_BYTES / max(float(each), 1.0)))) if each else STEP
    return [(at, min(at + step, n)) for at in range(0, n, step)]


@dataclass(frozen=True, eq=False)
class Coder:
    """Weights of the topic coder.

    ``words_near`` is ``(2**BITS, 2 * topics)``, a word's weights for its own sentence and, beside
    them, for the sentences around it; ``chars`` is ``(2**BITS, topics)``; ``second`` the
    multinomial logit on standardised inputs, ``(inputs + 1, topics)`` with the
    intercept last; ``first_bias`` and the ``embedding`` parts likewise.
    """

    topics: tuple[int, ...]
    words_near: F32
    chars: F32
    first_bias: F32
    second: F32
    embedding: F32 | None = None
    second_embedding: F32 | None = None

    def first(self, sentences: pl.Series, documents: I64) -> F32:
        """Return the first stage's scores, ``(n, topics)``.

        A step at a time, with the neighbours on either side of it: hashing takes a
        hundred bytes a letter, and the scores are the same.
        """
        n = len(sentences)
        out = np.empty((n, len(self.topics)), dtype=np.float32)
        for begin, end in steps(sentences):
            lo, hi = max(begin - NEAR[-1][0], 0), min(end + NEAR[-1][0], n)
            out[begin:end] = self._first(sentences[lo:hi], documents[lo:hi])[begin - lo : end - lo]
        return out

    def _first(self, sentences: pl.Series, documents: I64) -> F32:
        features = hashed(sentences)
        both = scaled(features.words) @ self.words_near
        n = len(self.topics)
        near = np.ascontiguousarray(both[:, n:])
        out: F32 = both[:, :n] + scaled(features.chars) @ self.chars + self.first_bias
        for k, weight in NEAR:
            out += np.float32(weight) * (shifted(near, documents, k) + shifted(near, documents, -k))
        return out

    def probabilities(
        self, sentences: pl.Series, documents: I64, vectors: F32 | None = None
    ) -> F32:
        """Return ``(n, topics)`` probabilities of sentences in order.

        ``documents`` numbers each sentence's document; ``vectors`` are their
        embeddings, where the extra is used.
        """
        if len(sentences) == 0:
            return np.zeros((0, len(self.topics)), dtype=np.float32)
        inputs = around(self.first(sentences, documents), documents)
        second = self.second
        if vectors is not None:
            if self.embedding is None or self.second_embedding is None:
                raise NotFoundError("this coder has no weights for embeddings")
            e = embedded(vectors, documents)
            scores = e @ self.embedding[:-1] + self.embedding[-1]
            inputs = np.hstack([inputs, around(scores, documents)])
            second = self.second_embedding
        return softmax(inputs @ second[:-1] + second[-1])


def pack(w: F32) -> dict[str, npt.NDArray[Any]]:
    """Return ``w`` as int8 with one scale a column; small weights become zero."""
    top = np.abs(w).max(axis=0)
    scale = np.where(top > 0, top, 1) / 127
    return {"q": np.rint(w / scale).astype(np.int8), "scale": scale.astype(np.float32)}


def unpack(q: npt.NDArray[np.int8], scale: F32) -> F32:
    """Return the float weights of :func:`pack`."""
    out: F32 = q.astype(np.float32) * scale
    return out


def unpack_into(out: F32, q: npt.NDArray[np.int8], scale: F32) -> None:
    """Write the float weights of :func:`pack` to ``out``: no copy is made on the way."""
    np.multiply(q, scale, out=out, casting="same_kind")


def message_dir() -> Path:
    """Return the folder of the packaged coders and measured figures."""
    return data_dir() / "message"


@cache
def topic_coder(name: str = "topics") -> Coder:
    """Return a packaged coder.

    Raises
    ------
    NotFoundError
        If its file is not in the package.
    """
    path = message_dir() / f"{name}.npz"
    if not path.is_file():
        raise NotFoundError(
            "the packaged coder is missing", where=path.name, hint="reinstall the package"
        )
    with np.load(path, allow_pickle=False) as z:
        topics = tuple(int(t) for t in z["topics"])
        rest = {k: z[k] for k in ("first_bias", "second")}
        more = {k: z[k] for k in ("embedding", "second_embedding") if k in z.files}
        both = np.empty((1 << BITS, 2 * len(topics)), dtype=np.float32)
        unpack_into(both[:, : len(topics)], z["words_q"], z["words_scale"])
        unpack_into(both[:, len(topics) :], z["near_q"], z["near_scale"])
        chars = np.empty((1 << BITS, len(topics)), dtype=np.float32)
        unpack_into(chars, z["chars_q"], z["chars_scale"])
        return Coder(topics, both, chars, **rest, **more)


@cache
def measured() -> dict[str, Any]:
    """Return what the coders scored on held-out labelled text (``accuracy.json``)."""
    path = message_dir() / "accuracy.json"
    out: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return out
