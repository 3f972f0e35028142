"""How many a poll does not name: others, or people who have not decided.

Some firms print the parties they list and nothing else, with or without the undecided
among the hundred. What is missing then stands for the others only as far as others are
known to be that many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from comparenotes.campaigns.shares import OTHERS

COMPLETE = 94.0
"""A poll that reports its own others and totals less (per cent) left the undecided in."""

SLACK = 6.0
"""A poll that reports no others and lacks this much more (points) than those it does not
name usually have, left the undecided in. Chosen by looking at polls, not at results."""

SLACK_LAST = 12.0
"""The same where only the last result says how many others there are: new parties, which
polls of the time did not list, are among those missing too."""

MIN_TOLD = 3
"""Fewer complete polls that report others say nothing; the last result does then."""


@dataclass(frozen=True)
class Unnamed:
    """What polls of this campaign give those whom another poll does not name (per cent).

    Attributes
    ----------
    typical
        Contender to the median of its reported shares, else its last result.
    others
        Median of the others in complete polls, else in the last result; None where
        neither is known.
    slack
        Points above what is expected from which on undecided were left in.
    """

    typical: Mapping[str, float]
    others: float | None
    slack: float = SLACK

    def expected(self, missing: Iterable[str]) -> float | None:
        """Return what ``missing`` contenders and the others have together, or None."""
        if self.others is None:
            return None
        return self.others + sum(self.typical.get(c, 0.0) for c in missing)

    def rest(
        self, row: Mapping[str, object], small: Sequence[str], named: float, missing: Sequence[str]
    ) -> tuple[float, bool]:
        """Return the per cent for all not named, and whether undecided were taken out.

        ``named`` is the sum of those the poll names, ``missing`` the contenders it does
        not. What is missing to 100 belongs to them, unless the poll says how many chose
        others and still totals far less, or says nothing and lacks far more than they
        usually have: the undecided are no part of the composition.
        """
        lacking = max(100.0 - named, 0.0)
        if row.get(OTHERS) is not None:
            told = sum(v for c in (OTHERS, *small) if isinstance(v := row.get(c), float))
            return (told, True) if named + told < COMPLETE else (lacking, False)
        expected = self.expected(missing)
        if expected is not None and lacking > expected + self.slack:
            return expected, True
        return lacking, False


def unnamed(
    rows: Sequence[Mapping[str, object]],
    ids: Sequence[str],
    small: Sequence[str],
    last: Mapping[str, float],
) -> Unnamed:
    """Return what those not named usually have, from a campaign's polls and last result."""
    real = [c for c in ids if c != OTHERS]
    typical = {c: last[c] for c in real if c in last}
    for c in real:
        reported = [v for r in rows if isinstance(v := r.get(c), float)]
        if reported:
            typical[c] = float(np.median(reported))
    told = []
    for r in rows:
        values = [v for c in (*real, OTHERS, *small) if isinstance(v := r.get(c), float)]
        if r.get(OTHERS) is not None and sum(values) >= COMPLETE:
            # whoever this poll does not name is among its others
            hidden = sum(typical.get(c, 0.0) for c in real if r.get(c) is None)
            own = sum(v for c in (OTHERS, *small) if isinstance(v := r.get(c), float))
            told.append(max(own - hidden, 0.0))
    if len(told) >= MIN_TOLD:
        return Unnamed(typical, float(np.median(told)))
    if not last:
        return Unnamed(typical, None)
    return Unnamed(typical, max(100.0 - sum(last.get(c, 0.0) for c in real), 0.0), SLACK_LAST)
