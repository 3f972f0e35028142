"""Where an event's effect ranks among ordinary fortnights of earlier campaigns.

On a placebo date nothing in particular happened: its step is the ordinary movement
and noise of a race. ``data/archive/placebos.parquet`` holds the steps on placebo dates of all
bundled campaigns, as ``lab/backtest_events.py`` works them out.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.catalogue import data_dir, packaged

Array = NDArray[np.float64]

TABLE = "archive/placebos.parquet"

COLUMNS = {
    "campaign": pl.String(),
    "country": pl.String(),
    "system": pl.String(),
    "ended": pl.Date(),  # polling day of the campaign
    "date": pl.Date(),  # the placebo date
    "contender": pl.String(),
    "effect": pl.Float64(),  # points
    "sd": pl.Float64(),
    "share": pl.Float64(),  # the polls' line just before, per cent
    "about": pl.Boolean(),  # the contender an event nobody is named for would be about
    "listed": pl.Boolean(),  # an event of the campaign's list lies in the window
}
"""Columns of ``data/archive/placebos.parquet``: one row a placebo date and contender."""

ALIKE = 2.0
"""A contender is of like size if its share is within this factor of the other's."""

MIN_DATES = 30
"""Placebo dates needed to say anything about the size of standard errors."""


def table_path() -> Path:
    """Return where the packaged table of placebo steps is."""
    return data_dir() / TABLE


@cache
def placebos() -> pl.DataFrame:
    """Return the packaged placebo steps (:data:`COLUMNS`).

    Raises
    ------
    NotFoundError
        If the table is missing.
    """
    return pl.read_parquet(packaged(TABLE, "python -m tools.build.archive"))


def archive_rank(
    effect: float,
    as_of: date,
    system: str | None = None,
    share: float | None = None,
    table: pl.DataFrame | None = None,
) -> tuple[int, int]:
    """Return the rank of an effect by absolute size (1 = largest), and of how many dates.

    One contender stands for each placebo date: the one nearest in size to ``share``
    (per cent, on a log scale, within a factor of two), since large parties move by
    more points than small ones; without ``share`` the one an event would be about
    by default, the leading governing party.

    Only campaigns that ended before ``as_of`` are used, so that nothing in the table
    was estimated from later polls or constants.

    Parameters
    ----------
    effect
        Points.
    system
        Only campaigns under this electoral system.
    table
        Another table than the packaged one.
    """
    earlier = Earlier(as_of, system, table)
    sizes = np.abs(earlier.effect[earlier.like(share)])
    return 1 + int((sizes > abs(effect)).sum()), len(sizes)


def widening(as_of: date, share: float | None = None, table: pl.DataFrame | None = None) -> float:
    """Return the factor by which a step's standard error was too small in the past.

    The root mean square of effect over standard error on placebo dates of earlier
    campaigns, for contenders of like size; each cut back to three, so that a few
    real events among the placebos do not decide. At least 1, and 1 with under
    ``MIN_DATES`` dates.
    """
    return Earlier(as_of, None, table).widening(share)


class Earlier:
    """The placebo steps of campaigns that were over before ``as_of``, looked up by size.

    ``system`` keeps campaigns under one electoral system; ``table`` is another table
    than the packaged one.
    """

    def __init__(
        self, as_of: date, system: str | None = None, table: pl.DataFrame | None = None
    ) -> None:
        rows = placebos() if table is None else table
        rows = rows.filter((pl.col("ended") < as_of) & (pl.col("date") < as_of))
        if system is not None:
            rows = rows.filter(pl.col("system") == system)
        rows = rows.sort("campaign", "date", "contender")
        self.effect: Array = rows["effect"].to_numpy()
        self._sd: Array = rows["sd"].to_numpy()
        self._about = rows["about"].to_numpy()
        self._size: Array = np.log(rows["share"].to_numpy())
        dates = rows.select(pl.struct("campaign", "date").is_first_distinct()).to_series()
        self._start = np.flatnonzero(dates.to_numpy())

    def like(self, share: float | None) -> NDArray[np.intp]:
        """Return the rows that stand for the dates: one a date, as :func:`archive_rank` says."""
        if share is None:
            return np.flatnonzero(self._about)
        if not len(self._start):
            return self._start
        far = np.abs(self._size - np.log(max(share, 0.01)))
        nearest = np.minimum.reduceat(far, self._start)
        dates = np.repeat(np.arange(len(self._start)), np.diff(self._start, append=len(far)))
        rows = np.flatnonzero((far == nearest[dates]) & (far <= np.log(ALIKE)))
        _, first = np.unique(dates[rows], return_index=True)
        return rows[first]

    def widening(self, share: float | None) -> float:
        """Return the factor of :func:`widening`."""
        rows = self.like(share)
        rows = rows[self._sd[rows] > 0]
        if len(rows) < MIN_DATES:
            return 1.0
        z = np.clip(self.effect[rows] / self._sd[rows], -3.0, 3.0)
        return max(1.0, float(np.sqrt(np.mean(z**2))))
