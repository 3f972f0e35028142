"""Attack, own record, promise or neither: a linear coder on cues and masked words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from comparenotes.errors import NotFoundError
from comparenotes.message.coder import F32, message_dir, scaled, softmax, unpack
from comparenotes.message.cues import counted, mask
from comparenotes.message.features import hashed
from comparenotes.message.sides import Side

STANCES = ("attack", "own_record", "promise", "neither")
"""The labels, in the order of the coder's columns."""
ATTACKS = ("negative_tones", "policy_attacks", "personal_attacks")
"""What the coder of short posts tells apart, in the order of its columns."""


@dataclass(frozen=True, eq=False)
class StanceCoder:
    """Weights on cues, ``(inputs + 1, 4)``, intercept last, and on words, ``(2**BITS, 4)``."""

    cues: F32
    words: F32

    def probabilities(self, sentences: pl.Series, own: Side | None, others: Sequence[Side]) -> F32:
        """Return ``(n, 4)`` probabilities of :data:`STANCES`, said by the side ``own``."""
        if len(sentences) == 0:
            return np.zeros((0, len(STANCES)), dtype=np.float32)
        masked = mask(sentences, own, others)
        x = counted(masked, own is not None and own.governs)
        z = x @ self.cues[:-1] + self.cues[-1] + scaled(hashed(masked).words) @ self.words
        return softmax(z.astype(np.float32))

    def labels(
        self, sentences: pl.Series, own: Side | None, others: Sequence[Side]
    ) -> npt.NDArray[np.int64]:
        """Return the index in :data:`STANCES` of each sentence's likeliest stance."""
        best: npt.NDArray[np.int64] = self.probabilities(sentences, own, others).argmax(axis=1)
        return best


@cache
def stance_coder() -> StanceCoder:
    """Return the packaged coder; NotFoundError if it is not in the package."""
    path = message_dir() / "stance.npz"
    if not path.is_file():
        raise NotFoundError(
            "the packaged coder is missing", where=path.name, hint="reinstall the package"
        )
    with np.load(path, allow_pickle=False) as z:
        return StanceCoder(z["cues"], unpack(z["words_q"], z["words_scale"]))
