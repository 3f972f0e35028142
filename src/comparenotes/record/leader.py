"""Replacing the leader in mid-term: what followed, and why it cannot be read off directly.

Parties replace leaders when they trail. A plain comparison therefore mixes the
change with the trouble that caused it. The matched comparison sets each case
beside cases without a change that looked alike before polling day; where fewer
than 15 can be matched, or the interval holds both signs, it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from comparenotes.record.bootstrap import MIN_CASES, cluster_draws
from comparenotes.record.classes import FROM
from comparenotes.record.gower import distances
from comparenotes.record.profile import Profile

MATCHES = 5
"""Cases without a change set beside each case with one."""
CANNOT = "cannot be told"
SELECTION = "Parties replace leaders when they trail, so the plain difference is no effect."


@dataclass(frozen=True)
class LeaderEffect:
    """Cases with a change of leader in the term against those without.

    ``plain`` and ``matched`` each hold, for the vote change (points) and for
    keeping office (percentage points): with, without, difference, lo90, hi90, n.
    """

    plain: tuple[dict[str, Any], ...]
    matched: tuple[dict[str, Any], ...]
    verdict: str
    note: str = SELECTION

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "plain": list(self.plain),
            "matched": list(self.matched),
            "verdict": self.verdict,
            "note": self.note,
        }


def leader_effect(profile: Profile, cases: pl.DataFrame) -> LeaderEffect:
    """Return what followed changes of leader in governments like home's (democracy, since 1950)."""
    rule = (pl.col("date") >= FROM) & pl.col("kept_office").is_not_null()
    rule &= pl.col("vote_change").is_not_null() & ~pl.col("caretaker")
    if profile.democracy is not None:
        rule &= pl.col("democracy") == profile.democracy
    frame = cases.filter(rule).sort("date", "case")
    rows = frame.to_dicts()
    changed = np.asarray([bool(r["changed_in_term"]) for r in rows], dtype=bool)
    if changed.sum() < MIN_CASES or (~changed).sum() < MIN_CASES:
        return LeaderEffect((), (), CANNOT)
    values = {
        "vote change": np.asarray([r["vote_change"] for r in rows], dtype=float),
        "kept the leading office": np.asarray([100.0 * r["kept_office"] for r in rows]),
    }
    weights = cluster_draws([r["country"] for r in rows])
    plain = tuple(_plain(name, x, changed, weights) for name, x in values.items())
    partners = _partners(rows, changed)
    matched = tuple(_matched(name, x, changed, partners, weights) for name, x in values.items())
    told = [m for m in matched if m["lo90"] > 0 or m["hi90"] < 0]
    words = {True: "better", False: "worse"}
    verdict = (
        "; ".join(f"{m['what']} {words[m['difference'] > 0]} than in matched cases" for m in told)
        or CANNOT
    )
    return LeaderEffect(plain, matched, verdict)


def _partners(rows: list[dict[str, Any]], changed: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return, for each case with a change, the indices of its nearest cases without one.

    The change itself does not count in the distance; partners come from other
    countries.
    """
    blind = [{**r, "changed_in_term": None} for r in rows]
    with_, without = np.flatnonzero(changed), np.flatnonzero(~changed)
    gaps = distances([blind[i] for i in with_], [blind[i] for i in without])
    country = np.asarray([r["country"] for r in rows])
    gaps = np.where(country[with_][:, None] == country[without][None, :], np.inf, gaps)
    order = np.argsort(gaps, axis=1, kind="stable")[:, :MATCHES]
    return np.asarray(without[order])


def _plain(
    name: str, x: np.ndarray[Any, Any], changed: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]
) -> dict[str, Any]:
    a, b = weights[:, changed], weights[:, ~changed]
    drawn = (a @ x[changed]) / a.sum(axis=1) - (b @ x[~changed]) / b.sum(axis=1)
    return _row(name, x[changed].mean(), x[~changed].mean(), drawn, int(changed.sum()))


def _matched(
    name: str,
    x: np.ndarray[Any, Any],
    changed: np.ndarray[Any, Any],
    partners: np.ndarray[Any, Any],
    weights: np.ndarray[Any, Any],
) -> dict[str, Any]:
    other = x[partners].mean(axis=1)
    gap = x[changed] - other
    w = weights[:, changed]
    drawn = (w @ gap) / w.sum(axis=1)
    return _row(name, x[changed].mean(), other.mean(), drawn, int(changed.sum()))


def _row(
    name: str, with_: float, without: float, drawn: np.ndarray[Any, Any], n: int
) -> dict[str, Any]:
    lo, hi = np.quantile(drawn[np.isfinite(drawn)], [0.05, 0.95])
    return {
        "what": name,
        "with_change": float(with_),
        "without": float(without),
        "difference": float(with_ - without),
        "lo90": float(lo),
        "hi90": float(hi),
        "n": n,
        "unit": "points" if name == "vote change" else "percentage points",
    }
