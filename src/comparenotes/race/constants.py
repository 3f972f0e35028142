"""Constants that one race cannot know, learned from other elections before a date.

The packaged table ``data/learned.csv`` has one row a cut date, group and constant;
``cn learn`` rebuilds it. A group is ``all``, ``majoritarian``, a system (``fptp``) or a
country (``GB``); the most specific one wins. See ``docs/constants.md`` for what each means.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from comparenotes.campaigns.catalogue import data_dir
from comparenotes.errors import DataError, NotFoundError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Constants:
    """Learned sizes; scales are on the log-ratio scale.

    A disturbance of scale ``s`` moves a share ``p`` by about
    ``s * p * (p + size_floor) ** (-gamma / 2) * sqrt(1 - p)`` (fractions).

    Attributes
    ----------
    until
        Only elections before this day were used.
    elections
        How many elections that were.
    gamma, size_floor
        How disturbances depend on a party's size.
    walk
        Scale of the daily movement of support.
    late, late_days
        The variance of the daily movement is ``1 + late * exp(-days_to_go / late_days)``
        times ``walk ** 2``: races move more in the last weeks.
    half_life
        Days in which half of a deviation from the anchor is lost.
    anchor_sd
        Spread of the anchor around last result plus drift.
    drift_first, drift_head, drift_partner
        What the leading governing party loses by the anchor in its first and in a later
        term, and what its partners lose (log scale).
    bias
        Scale of the shared polling error on polling day.
    bias_early
        How much larger the variance of the shared error is well before polling day
        (it falls to the end size over ``late_days``).
    bias_days
        Days after a result in which the shared error has reached 63% of its variance.
    understate
        Which part of the shared error is that polls understate change since the last
        result: 0, its size says nothing about the direction of change; 1, all of it,
        and a change in the polls is worth its full size.
    house
        Scale of house effects (they fade over ``late_days`` before polling day).
    category
        Scale of mode, population and question-version effects.
    design
        Factor on the multinomial variance of a poll.
    excess
        Scale of a poll's own error beyond sampling.
    jump
        Scale of the step when a candidate or leader is replaced.
    debut_sd
        Spread of a party's support at its first polls, on the log scale.
    sample_size
        Typical sample size, used where none is reported.
    tail_df
        Degrees of freedom of the election-day error (Student t).
    closeness
        Power of the lead with which movement, shared error and the anchor's spread grow
        (:mod:`comparenotes.race.closeness`).
    """

    until: date
    elections: int
    gamma: float
    size_floor: float
    walk: float
    late: float
    late_days: float
    half_life: float
    anchor_sd: float
    drift_first: float
    drift_head: float
    drift_partner: float
    bias: float
    bias_early: float
    bias_days: float
    understate: float
    house: float
    category: float
    design: float
    excess: float
    jump: float
    debut_sd: float
    sample_size: float
    tail_df: float
    closeness: float

    def kept(self, days: Array | float) -> Array:
        """Return what is left of a deviation from the anchor after ``days``."""
        out: Array = 0.5 ** (np.asarray(days, dtype=np.float64) / self.half_life)
        return out

    def step_variance(self, to_go: Array) -> Array:
        """Return the variance of one day's movement that ends ``to_go`` days before the vote."""
        late = self.late * np.exp(-np.maximum(to_go, 0) / self.late_days)
        out: Array = self.walk**2 * (1.0 + late)
        return out

    def moved(self, days: int, to_go: int) -> float:
        """Return the variance gathered over ``days`` up to ``to_go`` days before the vote."""
        if days <= 0:
            return 0.0
        back = np.arange(days, dtype=np.float64)
        return float((self.kept(back) ** 2 * self.step_variance(to_go + back)).sum())


SCALED = ("bias", "walk", "anchor_sd")
"""Sizes that a system, a country or a close race multiply alike: widths change, slopes do not."""

NAMES = tuple(f.name for f in fields(Constants) if f.name not in {"until", "elections"})


def table_path() -> Path:
    """Return where the packaged table of learned constants is."""
    return data_dir() / "learned.csv"


FAMILY = "majoritarian"
MAJORITARIAN = frozenset({"fptp", "preferential", "electoral_college", "two_round"})
"""Systems of single-member districts and presidents: their polls swing further between
elections than the electorate does, more than under proportional representation."""


def groups(system: str, country: str) -> tuple[str, ...]:
    """Return the groups whose constants hold for a race, the most specific one last."""
    family = (FAMILY,) if system in MAJORITARIAN else ()
    return ("all", *family, system, country)


@cache
def _table(path: Path) -> tuple[dict[str, str], ...]:
    if not path.is_file():
        raise NotFoundError(
            "the table of learned constants is missing", where=path.name, hint="run 'cn learn'"
        )
    with path.open(encoding="utf-8", newline="") as f:
        return tuple(csv.DictReader(f))


def constants_for(as_of: date, *, system: str, country: str, path: Path | None = None) -> Constants:
    """Return the constants learned from elections before ``as_of``.

    Raises
    ------
    NotFoundError
        If no table was cut that early.
    """
    rows = _table(path or table_path())
    cuts = sorted({r["until"] for r in rows if r["until"] <= as_of.isoformat()})
    if not cuts:
        earliest = min(r["until"] for r in rows)
        raise NotFoundError(
            f"nothing was learned before {as_of.isoformat()}",
            where="learned constants",
            hint=f"the earliest cut is {earliest}; use a later --as-of",
        )
    values: dict[str, float] = {}
    elections = 0
    for group in groups(system, country):
        for r in rows:
            if r["until"] == cuts[-1] and r["group"] == group:
                values[r["constant"]] = float(r["value"])
                if group == "all":
                    elections = max(elections, int(r["elections"]))
    missing = [n for n in NAMES if n not in values]
    if missing:
        raise DataError(f"constants missing: {', '.join(missing)}", where="learned.csv")
    return Constants(until=date.fromisoformat(cuts[-1]), elections=elections, **values)


def adjusted(constants: Constants, **changes: float) -> Constants:
    """Return a copy with some constants changed (for studies)."""
    return replace(constants, **changes)  # type: ignore[arg-type]
