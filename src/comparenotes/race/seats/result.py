"""Seats by draw, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Bloc
from comparenotes.campaigns.shares import OTHERS

Ints = NDArray[np.int64]

WIDTHS = (20, 10, 5, 2)
"""Widths of a range of seats, else 1."""
RANGES = 40
"""A chamber is cut into at least so many ranges, where it has as many seats."""


@dataclass(frozen=True, eq=False)
class SeatResult:
    """Seats of every draw of the election-day distribution.

    Attributes
    ----------
    unit
        ``seats`` or ``electoral votes``.
    names
        Contender ids, one a column of ``draws``; ``oth`` is everybody else.
    draws
        (draws, parties) seats.
    totals
        (draws,) size of the chamber in each draw (it varies where seats are added).
    method
        How votes became seats, in one sentence.
    notes
        What the method leaves out, one sentence each.
    threshold
        The electoral threshold in per cent, None where there is none.
    clears
        (draws, parties) whether a party is over the threshold (or exempt by seats
        won locally); None without a threshold.
    local_seats
        Whether seats won locally stand in for the threshold.
    needed
        Seats that carry a vote, None where it is more than half.
    """

    unit: str
    names: tuple[str, ...]
    draws: Ints
    totals: Ints
    method: str
    notes: tuple[str, ...] = ()
    threshold: float | None = None
    clears: NDArray[np.bool_] | None = None
    local_seats: bool = False
    needed: int | None = None

    @property
    def total(self) -> int:
        """Return the chamber's size (the median of the draws where it varies)."""
        return int(np.median(self.totals))

    @property
    def majority(self) -> int:
        """Return the seats that carry a vote: more than half, where nothing else is said."""
        return self.needed or self.total // 2 + 1

    @property
    def note(self) -> str:
        """Return method and limits as one text."""
        return " ".join((self.method, *self.notes))


def _interval(x: Ints) -> tuple[float, float]:
    lo, hi = np.percentile(x, [5, 95], method="nearest")
    return float(lo), float(hi)


def _row(result: SeatResult, x: Ints) -> dict[str, object]:
    """Return what is said of the seats ``x`` (draws,) of a party or of several together."""
    lo, hi = _interval(x)
    return {
        "unit": result.unit,
        "mean": float(x.mean()),
        "lo90": lo,
        "hi90": hi,
        "p_majority": float((2 * x > result.totals).mean()),
        "total": result.total,
        "majority": result.majority,
        "bins": bins(result, x),
    }


def bins(result: SeatResult, x: Ints) -> list[dict[str, float]]:
    """Return the distribution of the seats ``x`` (draws,) as lo, hi (seats, both in) and p.

    All ranges are of one width and without gaps, and one begins at ``majority``. Where
    the chamber's size varies, seats are brought to a chamber of ``total``: the ranges
    from ``majority`` on hold ``p_majority`` exactly.
    """
    total, least = result.total, result.majority
    width = next((w for w in WIDTHS if w * RANGES <= total), 1)
    # whole numbers throughout: exactly half of the seats must fall below the line
    over_half = (2 * x - result.totals) * total
    unit = 2 * np.maximum(result.totals, 1) * width
    at = -(-over_half // unit) - 1
    first = int(at.min())
    counts = np.bincount(at - first)
    return [
        {
            "lo": max(0, least + (first + i) * width),
            "hi": least + (first + i + 1) * width - 1,
            "p": float(n) / len(x),
        }
        for i, n in enumerate(counts.tolist())
    ]


def summarise(result: SeatResult, names: Sequence[str] | None = None) -> pl.DataFrame:
    """Return one row a contender, in ``names``' order.

    contender, unit; mean, lo90, hi90 (seats) and p_majority; total and majority, the
    chamber's size and what is more than half of it; bins, the distribution
    (:func:`bins`). ``names`` defaults to all; a name that is not in the result is left out.
    """
    rows = [
        {"contender": name, **_row(result, result.draws[:, result.names.index(name)])}
        for name in (result.names if names is None else names)
        if name in result.names
    ]
    schema = {
        "contender": pl.String(),
        "unit": pl.String(),
        "mean": pl.Float64(),
        "lo90": pl.Float64(),
        "hi90": pl.Float64(),
        "p_majority": pl.Float64(),
        "total": pl.Int64(),
        "majority": pl.Int64(),
        "bins": pl.List(pl.Struct({"lo": pl.Int64(), "hi": pl.Int64(), "p": pl.Float64()})),
    }
    return pl.DataFrame(rows, schema=schema)


def bloc_rows(result: SeatResult, blocs: Sequence[Bloc]) -> list[dict[str, object]]:
    """Return one mapping a bloc: bloc, name, contenders, and what a contender's row has.

    The blocs' seats are summed draw by draw. Members without an own column (they
    are counted with the others) are named in ``missing``.
    """
    out: list[dict[str, object]] = []
    for bloc in blocs:
        here = [c for c in bloc.contenders if c in result.names]
        x = result.draws[:, [result.names.index(c) for c in here]].sum(axis=1)
        out.append(
            {
                "bloc": bloc.id,
                "name": bloc.name,
                "contenders": here,
                "missing": [c for c in bloc.contenders if c not in here],
                **_row(result, x),
            }
        )
    return out


def threshold_rows(result: SeatResult) -> list[dict[str, object]]:
    """Return contender, threshold (per cent) and p_clears, empty without a threshold.

    ``or_local_seats`` says whether local seats stand in for it, and are in ``p_clears``.
    The others are no party and are left out.
    """
    if result.clears is None or result.threshold is None:
        return []
    p = result.clears.mean(axis=0)
    return [
        {
            "contender": name,
            "threshold": result.threshold,
            "p_clears": float(p[i]),
            "or_local_seats": result.local_seats,
        }
        for i, name in enumerate(result.names)
        if name != OTHERS
    ]
