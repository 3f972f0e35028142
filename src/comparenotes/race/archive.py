"""Where an event's effect ranks among ordinary fortnights of earlier campaigns.

On a placebo date nothing in particular happened: its step is the ordinary movement
and noise of a race. ``data/archive/placebos.parquet`` holds the steps on placebo dates of all
bundled campaigns, as ``cn backtest events`` works them out.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from comparenotes.campaigns.catalogue import data_dir
from comparenotes.errors import NotFoundError

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
    return data_dir() / "archive" / "placebos.parquet"


@cache
def placebos(path: Path | None = None) -> pl.DataFrame:
    """Return the packaged placebo steps (:data:`COLUMNS`).

    Raises
    ------
    NotFoundError
        If the table is missing.
    """
    path = path or table_path()
    if not path.is_file():
        raise NotFoundError(
            "the table of placebo steps is missing",
            where=path.name,
            hint="reinstall the package, or rebuild the table with tools/build",
        )
    return pl.read_parquet(path)


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
    rows = _like(as_of, system, share, table)
    larger = rows.filter(pl.col("effect").abs() > abs(effect)).height
    return 1 + larger, rows.height


def widening(as_of: date, share: float | None = None, table: pl.DataFrame | None = None) -> float:
    """Return the factor by which a step's standard error was too small in the past.

    The root mean square of effect over standard error on placebo dates of earlier
    campaigns, for contenders of like size; each cut back to three, so that a few
    real events among the placebos do not decide. At least 1, and 1 with under
    ``MIN_DATES`` dates.
    """
    rows = _like(as_of, None, share, table).filter(pl.col("sd") > 0)
    if rows.height < MIN_DATES:
        return 1.0
    z = (rows["effect"] / rows["sd"]).clip(-3.0, 3.0)
    return max(1.0, float((z**2).mean() ** 0.5))  # type: ignore[operator]


def _like(
    as_of: date, system: str | None, share: float | None, table: pl.DataFrame | None
) -> pl.DataFrame:
    """Return one placebo step a date of earlier campaigns, of a contender of like size."""
    rows = placebos() if table is None else table
    rows = rows.filter((pl.col("ended") < as_of) & (pl.col("date") < as_of))
    if system is not None:
        rows = rows.filter(pl.col("system") == system)
    if share is None:
        return rows.filter(pl.col("about"))
    ratio = (pl.col("share").log() - pl.lit(max(share, 0.01)).log()).abs()
    return (
        rows.with_columns(far=ratio)
        .filter(pl.col("far") <= pl.lit(ALIKE).log())
        .sort("campaign", "date", "far", "contender")
        .unique(subset=["campaign", "date"], keep="first", maintain_order=True)
    )
