"""What holding the White House is worth by the next vote, from results alone.

There are polls for a handful of American campaigns only, but results since 1948.
A party in its first term has usually gained, one in a later term lost: the
opposite of what parliaments teach on average, so presidential races get their own.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from comparenotes.campaigns.catalogue import data_dir, load_bundled

PRESIDENTIAL = "electoral_college"
SOURCE = "us-2024"
"""The campaign whose history table holds all results since 1948."""

PARTY = {"Democratic Party": "dem", "Republican Party": "rep"}
MEMORY_YEARS = 20.0
PRIOR_CASES = 2.0
"""The mean is pulled to zero as if there were this many more cases without any change."""


def changes() -> list[tuple[date, bool, float]]:
    """Return (date, first term, change of the two-party logit) of each presidential party."""
    cases = pl.read_parquet(data_dir() / "record" / "cases.parquet").filter(
        pl.col("country") == "US"
    )
    history = load_bundled(SOURCE).history.filter(pl.col("region").is_null())
    results = load_bundled(SOURCE).results.filter(pl.col("region").is_null())
    shares: dict[date, dict[str, float]] = {}
    for d, c, s in history.select("date", "contender", "share").iter_rows():
        shares.setdefault(d, {})[c] = s
    shares[load_bundled(SOURCE).election_date] = dict(
        results.select("contender", "share").iter_rows()
    )
    dates = sorted(shares)
    out = []
    for row in cases.sort("date").to_dicts():
        day, holder = row["date"], PARTY.get(row["party_name"])
        if holder is None or day not in shares or day == dates[0]:
            continue
        rival = "rep" if holder == "dem" else "dem"
        before = shares[dates[dates.index(day) - 1]]
        now = shares[day]
        change = np.log(now[holder] / now[rival]) - np.log(before[holder] / before[rival])
        out.append((day, row["term"] == 1, float(change)))
    return out


def presidential_drift(until: date) -> dict[str, float]:
    """Return drift_first and drift_head from votes before ``until``; {} with under three."""
    past = [(d, first, x) for d, first, x in changes() if d < until]
    out = {}
    for name, wanted in (("drift_first", True), ("drift_head", False)):
        rows = [(d, x) for d, first, x in past if first is wanted]
        if len(rows) < 3:
            return {}
        w = np.array([0.5 ** ((until - d).days / 365.25 / MEMORY_YEARS) for d, _ in rows])
        x = np.array([v for _, v in rows])
        out[name] = float((w @ x) / (w.sum() + PRIOR_CASES))
    return out
