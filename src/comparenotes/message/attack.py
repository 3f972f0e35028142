"""Negative tone, policy attack and personal attack in short posts.

Three one-against-rest logits on hashed words and letters and the counted cues, learnt
on campaign posts of one American year (see docs/message.md); other genres are not
tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from comparenotes.errors import NotFoundError
from comparenotes.message.coder import F32, message_dir, scaled, unpack
from comparenotes.message.cues import counted, mask
from comparenotes.message.features import hashed
from comparenotes.message.sides import Side
from comparenotes.message.stance import ATTACKS

GENERIC = Side("any", "any", ("Republicans", "Republican", "Democrats", "Democrat", "GOP"), False)
"""Who counts as an opponent where no campaign is known."""


def prepared(posts: pl.Series) -> pl.Series:
    """Return posts without addresses, tags split into words (#VoteHer is two)."""
    out = posts.fill_null("").str.replace_all(r"https?://\S+", " urlx ")
    return out.str.replace_all(r"([a-z])([A-Z])", "$1 $2")


@dataclass(frozen=True, eq=False)
class AttackCoder:
    """Weights: ``words`` and ``chars`` ``(2**BITS, 3)``, ``cues`` with the intercept last."""

    words: F32
    chars: F32
    cues: F32

    def probabilities(self, posts: Sequence[str] | pl.Series) -> F32:
        """Return ``(n, 3)`` probabilities of :data:`ATTACKS`, each on its own."""
        text = prepared(pl.Series(posts, dtype=pl.String))
        f = hashed(text)
        x = counted(mask(text, None, [GENERIC]))
        z = scaled(f.words) @ self.words + scaled(f.chars) @ self.chars
        z = z + x @ self.cues[:-1] + self.cues[-1]
        out: F32 = (1 / (1 + np.exp(-z))).astype(np.float32)
        return out


def attacks(posts: Sequence[str]) -> pl.DataFrame:
    """Return one row a post: whether it is negative, attacks policy, attacks a person."""
    p = attack_coder().probabilities(posts)
    return pl.DataFrame({name: p[:, i] > 0.5 for i, name in enumerate(ATTACKS)})


@cache
def attack_coder() -> AttackCoder:
    """Return the packaged coder; NotFoundError if it is not in the package."""
    path = message_dir() / "attack.npz"
    if not path.is_file():
        raise NotFoundError(
            "the packaged coder is missing", where=path.name, hint="reinstall the package"
        )
    with np.load(path, allow_pickle=False) as z:
        words, chars = (unpack(z[f"{k}_q"], z[f"{k}_scale"]) for k in ("words", "chars"))
        return AttackCoder(words, chars, z["cues"])
