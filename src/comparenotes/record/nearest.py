"""The nearest past campaigns: hard filters first, then Gower's distance on visible features."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from comparenotes.record.classes import FROM
from comparenotes.record.gower import FEATURES, distances, shared
from comparenotes.record.profile import Profile


@dataclass(frozen=True)
class Near:
    """One near case: what makes it near, what does not, and how it ended."""

    case: str
    country: str
    country_name: str
    date: date
    party: str
    family: str | None
    distance: float
    alike: tuple[str, ...]
    unlike: tuple[str, ...]
    features: dict[str, Any]
    vote_change: float | None
    kept_office: bool | None
    office_after: str | None
    source: str

    @property
    def outcome(self) -> str:
        """Return ``kept the leading office``, ``lost it`` or ``not known``."""
        if self.kept_office is None:
            return "not known"
        return "kept the leading office" if self.kept_office else "lost it"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            **vars(self),
            "date": self.date.isoformat(),
            "alike": list(self.alike),
            "unlike": list(self.unlike),
            "features": {
                k: v.isoformat() if isinstance(v, date) else v for k, v in self.features.items()
            },
            "outcome": self.outcome,
        }


def features_of(profile: Profile) -> dict[str, Any]:
    """Return home's features under the names of the cases."""
    return {name: getattr(profile, name) for name in FEATURES}


def candidates(profile: Profile, cases: pl.DataFrame) -> pl.DataFrame:
    """Return the cases that pass the hard filters.

    Over before the as-of date (the frame is cut there), outcome known, since 1950,
    the same kind of democracy where home's is known, and not home's own country's
    current campaign.
    """
    rule = (
        pl.col("kept_office").is_not_null()
        & (pl.col("date") >= FROM)
        & (pl.col("date") < profile.election_date)
    )
    if profile.democracy is not None:
        rule &= pl.col("democracy") == profile.democracy
    return cases.filter(rule)


def nearest(profile: Profile, cases: pl.DataFrame, k: int) -> list[Near]:
    """Return the ``k`` nearest cases, nearest first; ties go to the more recent."""
    pool = candidates(profile, cases).sort("date", "case", descending=[True, False])
    if pool.is_empty():
        return []
    rows = pool.to_dicts()
    own = features_of(profile)
    gaps = distances([own], rows)[0]
    out = []
    for i in np.argsort(gaps, kind="stable")[:k]:
        row = rows[int(i)]
        told = shared(own, row)
        out.append(
            Near(
                case=row["case"],
                country=row["country"],
                country_name=row["country_name"],
                date=row["date"],
                party=row["party_name"],
                family=row["family"],
                distance=round(float(gaps[int(i)]), 4),
                alike=tuple(told["alike"]),
                unlike=tuple(told["unlike"]),
                features={name: row[name] for name in FEATURES},
                vote_change=row["vote_change"],
                kept_office=row["kept_office"],
                office_after=row["office_after"],
                source=row["source"],
            )
        )
    return out
