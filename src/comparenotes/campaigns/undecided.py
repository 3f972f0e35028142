"""People who named nobody: how a table calls them, and shares on the base of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence

WORDS = (
    r"undecided(_.*)?|don_?t_?know(_.*)?|unsure(_.*)?|dk.*|refused(_.*)?"
    r"|(would_|will_)?not_vot(e|ing)(_.*)?|wouldn_?t_vote|none(_.*)?|no_opinion|non_voters?"
    r"|unentschlossene?|unentschieden|nichtwahler|indecis(os?|es)?|indecisi|ns_nc"
    r"|ne_se_prononce_pas|usikre|osakra|tveksamma|nezhodni|niezdecydowani|en_osaa_sanoa"
    r"|uncertain|no_answer|no_?party|would_abstain|blank(_.*)?|nulos?|blancs?(_.*)?"
)
"""Names of a column or an answer, as a slug with '_'."""

PATTERN = re.compile(WORDS)
WHOLE = 101.5
"""Shares and undecided that add up to no more have the undecided counted in."""

LIMIT = 103.0


def is_undecided(name: str) -> bool:
    """Return whether a slug names those who named nobody."""
    return PATTERN.fullmatch(name) is not None


def counted_in(totals: Sequence[float], undecided: Sequence[float]) -> bool:
    """Return whether a table's shares are of all asked, the undecided among them.

    Parameters
    ----------
    totals, undecided
        Per cent, by poll, of the polls that report somebody undecided.
    """
    fits = sum(1 for t, u in zip(totals, undecided, strict=True) if t + u <= WHOLE)
    return fits * 2 > len(totals)


def factor(total: float, undecided: float) -> float:
    """Return what shares of all asked are multiplied by to be shares of those who chose.

    1 where they cannot be shares of all asked.

    >>> round(factor(85.0, 15.0), 4)
    1.1765
    """
    if undecided <= 0 or undecided >= 100 or total + undecided > LIMIT:
        return 1.0
    return 100.0 / (100.0 - undecided)
