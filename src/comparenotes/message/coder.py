"""The coder of topics and issues: hashed n-grams with neighbours, then what is around a sentence.

Two stages, shipped as numbers:

1. scores of a sentence's own n-grams and of the words of the two sentences before and
   after it, for 21 topics (one each) and for two issues (yes or no, whatever the topic);
2. a linear score and a small hidden layer on those scores, on the topics and issues of up to
   ten sentences either side, since a text stays on its topic, on the mean of the vectors of
   its words and of those beside it, and on the genre (Wolpert's stacking, Neural Networks 5,
   1992, fitted on held-out scores).

With the embedding extra a second set of scores, from sentence embeddings, enters
the second stage.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from comparenotes.errors import NotFoundError
from comparenotes.message.features import BITS, hashed, rows_alone
from comparenotes.message.packed import F32 as F32
from comparenotes.message.packed import message_dir as message_dir
from comparenotes.message.packed import pack as pack
from comparenotes.message.packed import unpack as unpack
from comparenotes.message.packed import unpack_into
from comparenotes.message.word_vectors import WordVectors, word_vectors

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


def sigmoid(scores: F32) -> F32:
    """Return probabilities of yes or no."""
    out: F32 = (1 / (1 + np.exp(-np.clip(scores, -30, 30)))).astype(np.float32)
    return out


def around(scores: F32, documents: I64, issues: int = 0) -> F32:
    """Return the second stage's inputs: a sentence's scores, and what is around it.

    The last ``issues`` columns are scores of yes or no, those before of one topic of many.
    """
    topics = scores.shape[1] - issues
    p = softmax(scores[:, :topics] * np.float32(SHARPNESS))
    if issues:
        p = np.hstack([p, sigmoid(scores[:, topics:])])
    parts = [scores]
    for ring in RINGS:
        total = np.zeros_like(p)
        for k in ring:
            total += shifted(p, documents, k) + shifted(p, documents, -k)
        parts.append(total)
    return np.hstack(parts).astype(np.float32)


def direction(sums: F32) -> F32:
    """Return vectors of length one; a vector of nothing stays so."""
    out: F32 = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), np.float32(1e-6))
    return out


def meaning_of(sums: F32, documents: I64) -> list[F32]:
    """Return the direction of each sentence's words, and of those of the sentences beside it."""
    own = direction(sums)
    near = np.zeros_like(own)
    for k, weight in NEAR:
        near += np.float32(weight) * (shifted(own, documents, k) + shifted(own, documents, -k))
    return [own, near]


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
class Second:
    """The second stage: a linear score of the inputs and a small layer of kinks beside it.

    ``linear`` is ``(inputs + 1, outputs)``, ``hidden`` ``(inputs + 1, units)``, ``out``
    ``(units, outputs)``; the last row of the first two is the intercept.
    """

    linear: F32
    hidden: F32
    out: F32

    def scores(self, inputs: F32) -> F32:
        """Return ``(n, outputs)``."""
        units = np.maximum(rows_alone(inputs, self.hidden[:-1]) + self.hidden[-1], 0)
        found: F32 = rows_alone(inputs, self.linear[:-1]) + self.linear[-1]
        return found + rows_alone(units, self.out)


@dataclass(frozen=True, eq=False)
class Coder:
    """Weights of the coder of topics and issues; its outputs are the topics, then the issues.

    ``words_near`` is ``(2**BITS, 2 * outputs)``, a word's weights for its own sentence and,
    beside them, for the sentences around it; ``chars`` is ``(2**BITS, outputs)``. ``offsets``
    are added to the issues' log odds in a genre and country (``speech GB``).
    """

    topics: tuple[int, ...]
    words_near: F32
    chars: F32
    first_bias: F32
    second: Second
    embedding: F32 | None = None
    second_embedding: Second | None = None
    issues: tuple[str, ...] = ()
    vectors: WordVectors | None = None
    offsets: Mapping[str, F32] = field(default_factory=dict)

    def first(self, sentences: pl.Series, documents: I64) -> F32:
        """Return the first stage's scores, ``(n, outputs)``.

        A step at a time, with the neighbours on either side of it: hashing takes a
        hundred bytes a letter, and the scores are the same.
        """
        n = len(sentences)
        out = np.empty((n, len(self.first_bias)), dtype=np.float32)
        for begin, end in steps(sentences):
            lo, hi = max(begin - NEAR[-1][0], 0), min(end + NEAR[-1][0], n)
            out[begin:end] = self._first(sentences[lo:hi], documents[lo:hi])[begin - lo : end - lo]
        return out

    def _first(self, sentences: pl.Series, documents: I64) -> F32:
        features = hashed(sentences)
        both = scaled(features.words) @ self.words_near
        n = len(self.first_bias)
        near = np.ascontiguousarray(both[:, n:])
        out: F32 = both[:, :n] + scaled(features.chars) @ self.chars + self.first_bias
        for k, weight in NEAR:
            out += np.float32(weight) * (shifted(near, documents, k) + shifted(near, documents, -k))
        return out

    def read(
        self,
        sentences: pl.Series,
        documents: I64,
        vectors: F32 | None = None,
        kinds: pl.Series | None = None,
        country: str = "",
    ) -> tuple[F32, F32]:
        """Return the probabilities of topics, ``(n, topics)``, and of issues, ``(n, issues)``.

        ``documents`` numbers each sentence's document, whose sentences stand in order;
        ``vectors`` are their embeddings, where the extra is used; ``kinds`` are the genres
        of their texts and ``country`` where they were said, if known.
        """
        n, m = len(sentences), len(self.topics)
        if n == 0:
            return np.zeros((0, m), np.float32), np.zeros((0, len(self.issues)), np.float32)
        parts = [around(self.first(sentences, documents), documents, len(self.issues))]
        if self.vectors is not None:
            parts += meaning_of(self.vectors.sums(sentences), documents)
        second = self.second
        if vectors is not None:
            if self.embedding is None or self.second_embedding is None:
                raise NotFoundError("this coder has no weights for embeddings")
            e = embedded(vectors, documents)
            scores = rows_alone(e, self.embedding[:-1]) + self.embedding[-1]
            parts.append(scores)
            second = self.second_embedding
        found = second.scores(np.hstack([*parts, genres(kinds, n)]))
        odds = found[:, m:]
        if self.offsets:
            odds = odds + self._offsets(kinds, n, country)
        return softmax(found[:, :m]), sigmoid(odds)

    def _offsets(self, kinds: pl.Series | None, n: int, country: str) -> F32:
        none = np.zeros(len(self.issues), dtype=np.float32)
        if kinds is None:
            return np.zeros((n, len(self.issues)), dtype=np.float32)
        names = kinds.cast(pl.String).fill_null("other").to_list()
        by = {k: self.offsets.get(f"{k} {country}", none) for k in sorted(set(names))}
        return np.array([by[k] for k in names], dtype=np.float32)

    def probabilities(
        self, sentences: pl.Series, documents: I64, vectors: F32 | None = None
    ) -> F32:
        """Return the probabilities of topics alone, as :meth:`read` does without a genre."""
        return self.read(sentences, documents, vectors)[0]


GENRES = ("manifesto", "debate", "speech", "post")
"""Genres that the second stage knows; a text of another, or of none, has none of them."""


def genres(kinds: pl.Series | None, n: int) -> F32:
    """Return ``(n, GENRES)``: 1 where a sentence's text is of a genre."""
    if kinds is None:
        return np.zeros((n, len(GENRES)), dtype=np.float32)
    of = kinds.cast(pl.String)
    return np.column_stack([(of == g).fill_null(False).to_numpy() for g in GENRES]).astype(
        np.float32
    )


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
        bias = z["first_bias"]
        outputs = len(bias)
        second = Second(z["second"], z["hidden"], z["out"])
        more: dict[str, Any] = {}
        if "embedding" in z.files:
            more["embedding"] = z["embedding"]
            more["second_embedding"] = Second(
                z["second_embedding"], z["hidden_embedding"], z["out_embedding"]
            )
        both = np.empty((1 << BITS, 2 * outputs), dtype=np.float32)
        unpack_into(both[:, :outputs], z["words_q"], z["words_scale"])
        unpack_into(both[:, outputs:], z["near_q"], z["near_scale"])
        chars = np.empty((1 << BITS, outputs), dtype=np.float32)
        unpack_into(chars, z["chars_q"], z["chars_scale"])
        cells = z["cells"].tobytes().decode().split("\n") if len(z["cells"]) else []
        offsets = dict(zip(cells, z["offsets"], strict=True))
        issues = tuple(z["issues"].tobytes().decode().split("\n"))
        more["vectors"] = word_vectors("topic_vectors")
        return Coder(topics, both, chars, bias, second, issues=issues, offsets=offsets, **more)


@cache
def measured() -> dict[str, Any]:
    """Return what the coders scored on held-out labelled text (``accuracy.json``)."""
    path = message_dir() / "accuracy.json"
    out: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return out
