"""US presidential elections since 1948 as cases: facts by hand, shares from the raw files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from tools.build.parlgov_governments import TABLES
from tools.build.record_cases import CASE_SCHEMA, fragmentation

SOURCE = "US presidential results (FiveThirtyEight and county returns), governments by hand"
NAMES = {"dem": "Democratic Party", "rep": "Republican Party"}
FAMILIES = {"dem": "liberal", "rep": "conservative"}
SHORT = {"dem": "Dem", "rep": "Rep"}


def national_shares(raw: Path) -> dict[int, dict[str, float]]:
    """Return year -> dem, rep: per cent of all votes, 1948 to 2024."""
    folder = raw / "results_us"
    out = {
        r["year"]: {"dem": 100 * r["dem"], "rep": 100 * r["rep"]}
        for r in pl.read_csv(folder / "abramowitz.csv", infer_schema_length=None).iter_rows(
            named=True
        )
    }
    counties = pl.read_csv(folder / "county_2024.csv", infer_schema_length=None)
    dem, rep, total = (int(counties[c].sum()) for c in ("votes_dem", "votes_gop", "total_votes"))
    out[2024] = {"dem": 100 * dem / total, "rep": 100 * rep / total}
    return out


def us_cases(raw: Path) -> pl.DataFrame:
    """Return one row a presidential election, in the columns of the cases.

    ``replaced`` and ``changed_in_term`` are true where the president changed, or the
    sitting president withdrew from the race, in the year or term before the vote;
    a president who may not stand again is not replaced. Shares are of all votes.
    The first election has no earlier result here.
    """
    shares = national_shares(raw)
    facts = pl.read_csv(TABLES / "record_us.csv", try_parse_dates=True).sort("year")
    dates = dict(facts.select("year", "date").iter_rows())
    rows: list[dict[str, Any]] = []
    for r in facts.iter_rows(named=True):
        year, party = r["year"], r["party"]
        rival = "rep" if party == "dem" else "dem"
        row: dict[str, Any] = dict.fromkeys(CASE_SCHEMA)
        row |= {
            "case": f"us-{year}",
            "country": "US",
            "country_name": "United States",
            "region": "English-speaking",
            "democracy": "older",
            "office": "president",
            "system": "electoral_college",
            "early": False,
            "party_short": SHORT[party],
            "party_name": NAMES[party],
            "family": FAMILIES[party],
            "full_term": True,
            "months": round((r["date"] - r["since"]).days / 30.4375, 1),
            "caretaker": False,
            "coalition": False,
            "rival_short": SHORT[rival],
            "rival_family": FAMILIES[rival],
            "stood": "yes",
            "share_after": round(shares[year][party], 2),
            "first_after": shares[year][party] >= shares[year][rival],
            "kept_office": r["after"] == party,
            "office_known": r["after_since"],
            "office_after": SHORT[r["after"]],
            "source": SOURCE,
            **{k: r[k] for k in ("date", "head", "since", "term", "replaced")},
            **{k: r[k] for k in ("changed_in_term", "changed_on")},
        }
        before = shares.get(year - 4)
        if before is not None:
            row |= {
                "previous": dates[year - 4],
                "share_before": round(before[party], 2),
                "margin_before": round(before[party] - before[rival], 2),
                "first_before": before[party] >= before[rival],
                "fragmentation": fragmentation(
                    [before["dem"], before["rep"], max(0.0, 100 - before["dem"] - before["rep"])]
                ),
                "vote_change": round(shares[year][party] - before[party], 2),
                "basis": "own",
            }
        rows.append(row)
    return pl.DataFrame(rows, schema=CASE_SCHEMA)
