"""Attack, own record, promise or neither: a coder on cues, their context and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from comparenotes.errors import NotFoundError
from comparenotes.message.coder import (
    F32,
    I64,
    Second,
    direction,
    message_dir,
    scaled,
    shifted,
    softmax,
    steps,
    unpack,
)
from comparenotes.message.cues import in_context, mask
from comparenotes.message.features import hashed_words, rows_alone
from comparenotes.message.sides import Side
from comparenotes.message.word_vectors import WordVectors, word_vectors

STANCES = ("attack", "own_record", "promise", "neither")
"""The labels, in the order of the coder's columns."""
ATTACKS = ("negative_tones", "policy_attacks", "personal_attacks")
"""What the coder of short posts tells apart, in the order of its columns."""


def around_stances(scores: F32, cues: F32, documents: I64) -> F32:
    """Return the second stage's inputs: scores, those of the sentences beside it, and cues."""
    p = softmax(scores)
    near = [shifted(p, documents, k) for k in (-1, 1)]
    far = shifted(p, documents, 2) + shifted(p, documents, -2)
    return np.hstack([scores, *near, far, cues]).astype(np.float32)


@dataclass(frozen=True, eq=False)
class StanceCoder:
    """Weights on cues, ``(inputs + 1, 4)``, intercept last, and on words, ``(2**BITS, 4)``.

    ``roles`` says whether who governs is an input: not in the coder that is shipped, or what
    it says of governments and challengers would rest on it.
    """

    cues: F32
    words: F32
    second: Second
    roles: bool = False
    vectors: WordVectors | None = None

    def probabilities(
        self,
        sentences: pl.Series,
        own: Side | None,
        others: Sequence[Side],
        documents: I64 | None = None,
    ) -> F32:
        """Return ``(n, 4)`` probabilities of :data:`STANCES`, said by the side ``own``.

        ``documents`` numbers the document of each sentence, those of one standing
        together in order; without it every sentence stands alone.
        """
        n = len(sentences)
        if n == 0:
            return np.zeros((0, len(STANCES)), dtype=np.float32)
        masked = mask(sentences, own, others)
        of = np.arange(n, dtype=np.int64) if documents is None else documents
        x = in_context(masked, of, self.roles and own is not None and own.governs)
        z = rows_alone(x, self.cues[:-1]) + self.cues[-1]
        for begin, end in steps(masked):
            z[begin:end] += scaled(hashed_words(masked[begin:end])) @ self.words
        inputs = around_stances(z.astype(np.float32), x, of)
        if self.vectors is not None:
            inputs = np.hstack([inputs, direction(self.vectors.sums(masked))])
        return softmax(self.second.scores(inputs))

    def labels(
        self,
        sentences: pl.Series,
        own: Side | None,
        others: Sequence[Side],
        documents: I64 | None = None,
    ) -> I64:
        """Return the index in :data:`STANCES` of each sentence's likeliest stance."""
        best: I64 = self.probabilities(sentences, own, others, documents).argmax(axis=1)
        return best


_ONE = np.zeros(1, dtype=np.int64)


@cache
def stance_coder(name: str = "stance") -> StanceCoder:
    """Return the packaged coder; NotFoundError if it is not in the package."""
    path = message_dir() / f"{name}.npz"
    if not path.is_file():
        raise NotFoundError(
            "the packaged coder is missing", where=path.name, hint="reinstall the package"
        )
    with np.load(path, allow_pickle=False) as z:
        second = Second(z["second"], z["hidden"], z["out"])
        words = unpack(z["words_q"], z["words_scale"])
        plain = around_stances(np.zeros((1, 4), np.float32), z["cues"][:1, :0], _ONE).shape[1]
        reads = len(second.linear) - 1 > plain + len(z["cues"]) - 1
        vectors = word_vectors("topic_vectors") if reads else None
        return StanceCoder(z["cues"], words, second, bool(z["roles"][0]), vectors)
