"""Seats by draw, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Bloc

Ints = NDArray[np.int64]


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
    """

    unit: str
    names: tuple[str, ...]
    draws: Ints
    totals: Ints
    method: str
    notes: tuple[str, ...] = ()
    threshold: float | None = None
    clears: NDArray[np.bool_] | None = None

    @property
    def total(self) -> int:
        """Return the chamber's size (the median of the draws where it varies)."""
        return int(np.median(self.totals))

    @property
    def majority(self) -> int:
        """Return the smallest number of seats that is more than half of ``total``."""
        return self.total // 2 + 1

    @property
    def note(self) -> str:
        """Return method and limits as one text."""
        return " ".join((self.method, *self.notes))


def _interval(x: Ints) -> tuple[float, float]:
    lo, hi = np.percentile(x, [5, 95], method="nearest")
    return float(lo), float(hi)


def summarise(result: SeatResult, names: Sequence[str] | None = None) -> pl.DataFrame:
    """Return contender, unit, mean, lo90, hi90 (seats) and p_majority, in ``names``' order.

    ``names`` defaults to all; a name that is not in the result is left out.
    """
    rows = []
    for name in result.names if names is None else [n for n in names if n in result.names]:
        x = result.draws[:, result.names.index(name)]
        lo, hi = _interval(x)
        rows.append(
            {
                "contender": name,
                "unit": result.unit,
                "mean": float(x.mean()),
                "lo90": lo,
                "hi90": hi,
                "p_majority": float((2 * x > result.totals).mean()),
            }
        )
    schema = {
        "contender": pl.String,
        "unit": pl.String,
        "mean": pl.Float64,
        "lo90": pl.Float64,
        "hi90": pl.Float64,
        "p_majority": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema)


def bloc_rows(result: SeatResult, blocs: Sequence[Bloc]) -> list[dict[str, object]]:
    """Return one mapping a bloc: bloc, name, contenders, unit, mean, lo90, hi90, p_majority.

    The blocs' seats are summed draw by draw. Members without an own column (they
    are counted with the others) are named in ``missing``.
    """
    out: list[dict[str, object]] = []
    for bloc in blocs:
        here = [c for c in bloc.contenders if c in result.names]
        x = result.draws[:, [result.names.index(c) for c in here]].sum(axis=1)
        lo, hi = _interval(x)
        out.append(
            {
                "bloc": bloc.id,
                "name": bloc.name,
                "contenders": here,
                "missing": [c for c in bloc.contenders if c not in here],
                "unit": result.unit,
                "mean": float(x.mean()),
                "lo90": lo,
                "hi90": hi,
                "p_majority": float((2 * x > result.totals).mean()),
            }
        )
    return out


def threshold_rows(result: SeatResult) -> list[dict[str, object]]:
    """Return contender, threshold (per cent) and p_clears, empty without a threshold.

    The others are no party and are left out.
    """
    if result.clears is None or result.threshold is None:
        return []
    p = result.clears.mean(axis=0)
    return [
        {"contender": name, "threshold": result.threshold, "p_clears": float(p[i])}
        for i, name in enumerate(result.names)
        if name != "oth"
    ]
