"""Does the record help? What it said two years before the vote, against what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from comparenotes.campaigns.catalogue import campaign_index, load_bundled
from comparenotes.record import tables
from comparenotes.record.report import Record, record_of

BEFORE = timedelta(days=730)
GOVERNMENTS = 20
PER_COUNTRY = 3
"""At most so many governments of one country, the latest first."""


@dataclass(frozen=True)
class Said:
    """What the record said about one government, and what happened.

    Chances in per cent, changes in points; None where it said nothing.
    """

    campaign: str
    as_of: date
    party: str
    base_rate: float | None
    nearest: float | None
    path: str
    expected: float | None
    lo80: float | None
    hi80: float | None
    base_change: float | None
    change: float
    kept: bool

    @property
    def covered(self) -> bool | None:
        """Return whether the four-in-five interval held the result."""
        if self.lo80 is None or self.hi80 is None:
            return None
        return self.lo80 <= self.change <= self.hi80


def chosen(as_of: date) -> list[tuple[str, date]]:
    """Return (campaign, as-of date) of the 20 governments: latest first, three a country.

    Bundled campaigns whose leading party served its first full term, in office for
    some months already two years before the vote, with its fate known.
    """
    index = campaign_index().select(
        pl.col("id").alias("campaign"), "country", "office", "election_date"
    )
    cases = tables.cases(as_of).filter(
        (pl.col("term") == 1)
        & pl.col("full_term")
        & pl.col("kept_office").is_not_null()
        & pl.col("vote_change").is_not_null()
    )
    joined = (
        index.join(cases, on=["country", "office"], maintain_order="left")
        .filter((pl.col("election_date") - pl.col("date")).abs() <= timedelta(days=16))
        .filter(pl.col("election_date") - BEFORE > pl.col("since") + timedelta(days=60))
        .sort("election_date", "campaign", descending=True)
    )
    out: list[tuple[str, date]] = []
    seen: dict[str, int] = {}
    for row in joined.iter_rows(named=True):
        if seen.get(row["country"], 0) < PER_COUNTRY and len(out) < GOVERNMENTS:
            seen[row["country"]] = seen.get(row["country"], 0) + 1
            out.append((row["campaign"], row["election_date"] - BEFORE))
    return out


def said(campaign_id: str, day: date, as_of: date) -> Said | None:
    """Return what the record said about a campaign on ``day``, scored with what is known now."""
    campaign = load_bundled(campaign_id)
    found = record_of(campaign, day)
    case = (
        tables.cases(as_of)
        .filter(
            (pl.col("country") == campaign.country)
            & ((pl.col("date") - campaign.election_date).abs() <= timedelta(days=16))
        )
        .row(0, named=True)
    )
    here = found.from_here
    kept, n = found.near_rate()
    return Said(
        campaign=campaign_id,
        as_of=day,
        party=found.profile.party_name,
        base_rate=_rate(found, "per cent of cases"),
        nearest=100 * kept / n if n else None,
        path=_path(found),
        expected=here.expected if here else None,
        lo80=here.lo80 if here else None,
        hi80=here.hi80 if here else None,
        base_change=_rate(found, "points"),
        change=_result(campaign_id, case["vote_change"]),
        kept=bool(case["kept_office"]),
    )


def _rate(found: Record, unit: str) -> float | None:
    return next((r.estimate for r in found.rates if r.unit == unit), None)


def _path(found: Record) -> str:
    home = found.path.home
    if not home:
        return "no polls"
    if home.get("below") is None:
        return f"{home['standing']:+.1f}"
    return f"{home['standing']:+.1f}, {home['below']} of {home['n']} lower"


def _result(campaign_id: str, otherwise: float) -> float:
    """Return the change of the vote on the polls' own base, where it is known."""
    if tables.has("poll_results"):
        rows = tables.table("poll_results").filter(pl.col("case") == campaign_id)
        if rows.height:
            return float(rows["change"][0])
    return otherwise


def helped(as_of: date) -> list[Said]:
    """Return what the record said of each of the 20 governments, by polling day."""
    rows = [said(c, d, as_of) for c, d in reversed(chosen(as_of))]
    return [r for r in rows if r is not None]


def scores(rows: list[Said]) -> dict[str, Any]:
    """Return the scores of the base rate, the nearest cases and the standing, with counts."""
    kept = np.asarray([float(r.kept) for r in rows])

    def brier(chances: list[float | None]) -> tuple[float | None, int]:
        told = [(c / 100, k) for c, k in zip(chances, kept, strict=True) if c is not None]
        return (float(np.mean([(c - k) ** 2 for c, k in told])), len(told)) if told else (None, 0)

    def rmse(changes: list[float | None]) -> tuple[float | None, int]:
        told = [(c, r.change) for c, r in zip(changes, rows, strict=True) if c is not None]
        if not told:
            return None, 0
        return float(np.sqrt(np.mean([(c - x) ** 2 for c, x in told]))), len(told)

    covered = [r.covered for r in rows if r.covered is not None]
    both = [r for r in rows if r.expected is not None]
    return {
        "governments": len(rows),
        "kept": int(kept.sum()),
        "base_rate_brier": brier([r.base_rate for r in rows]),
        "nearest_brier": brier([r.nearest for r in rows]),
        "standing_rmse": rmse([r.expected for r in rows]),
        "base_change_rmse": rmse([r.base_change if r in both else None for r in rows]),
        "no_change_rmse": rmse([0.0 if r in both else None for r in rows]),
        "covered": (sum(covered), len(covered)),
    }
