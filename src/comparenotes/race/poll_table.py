"""The polls of a campaign as arrays, made once and linearised many times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comparenotes.race.prepare import PollRow

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """Polls that report the same number of categories.

    ``index`` (n,) are their places among all polls, ``shares`` (n, c) the reported
    fractions, ``groups`` (n, c, K) which contenders each category covers.
    """

    index: IntArray
    shares: Array
    groups: Array


@dataclass(frozen=True)
class PollTable:
    """Polls in their order.

    Attributes
    ----------
    start
        (n + 1,): poll i has rows ``start[i]:start[i+1]``, one less than its categories.
    width
        Most rows of one poll (1 where there is none).
    size
        (n,) interviews, a typical number where not told.
    rounding
        (n,) variance of rounding a share (fraction).
    weight
        (n,) what a poll's variance is divided by.
    batches
        Every poll in one of them.
    """

    start: IntArray
    width: int
    size: Array
    rounding: Array
    weight: Array
    batches: tuple[Batch, ...]


def poll_table(polls: Sequence[PollRow], typical_size: float) -> PollTable:
    """Return the table of ``polls``; ``typical_size`` stands for sizes not told."""
    count = np.array([len(p.shares) for p in polls], dtype=np.int64)
    batches = []
    for c in sorted(set(count.tolist())):
        index = np.flatnonzero(count == c)
        batches.append(
            Batch(
                index,
                np.array([polls[i].shares for i in index.tolist()]),
                np.array([polls[i].groups for i in index.tolist()]),
            )
        )
    return PollTable(
        np.concatenate([[0], np.cumsum(count - 1)]).astype(np.int64),
        int((count - 1).max(initial=1)),
        np.array([p.sample_size or typical_size for p in polls]),
        np.array([(p.step / 100.0) ** 2 / 12.0 for p in polls]),
        np.array([p.weight for p in polls]),
        tuple(batches),
    )
