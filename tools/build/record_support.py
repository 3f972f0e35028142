"""``python -m tools.build.record_support [OUT]``: both sides' support by day, for takeovers.

Run after the catalogue and ``record_leaders``: it reads the packaged campaigns and the
leader table and writes ``support``, ``side_results`` and ``before`` under ``OUT/record``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from comparenotes.campaigns.catalogue import campaign_ids, data_dir, load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.record import tables
from comparenotes.record.before import SCHEMA as BEFORE
from comparenotes.record.before import before
from comparenotes.record.standing import last_share
from comparenotes.record.support import SCHEMA, moments, sides, support

RESULTS = {
    "case": pl.String(),
    "election_date": pl.Date(),
    "contender": pl.String(),
    "change": pl.Float64(),
}


def build(campaigns: Sequence[Campaign]) -> dict[str, pl.DataFrame]:
    """Return the two tables for the campaigns of the catalogue."""
    days: dict[tuple[str, str], set[date]] = {}
    for r in tables.table("leaders").iter_rows(named=True):
        for day in {r["from"], r["announced"]} - {None}:
            days.setdefault((r["country"], r["party"]), set()).update(moments(day))
    frames, results = [], []
    for c in campaigns:
        extra = {p: days.get((c.country, p), set()) for p in sides(c).values()}
        newest = c.polls["published"].drop_nulls().max() if c.polls.height else None
        if not isinstance(newest, date):
            continue
        frames.append(support(c, c.eve() if c.results.height else newest, extra))
        for party in sides(c).values():
            last = last_share(c, party)
            rows = c.results.filter(
                pl.col("region").is_null()
                & (pl.col("contender") == party)
                & pl.col("share").is_not_null()
            )
            if last is not None and rows.height:
                change = round(float(rows["share"][0]) - last, 2)
                results.append(
                    {
                        "case": c.id,
                        "election_date": c.election_date,
                        "contender": party,
                        "change": change,
                    }
                )
    sides_before = [r for c in campaigns for r in before(c)]
    return {
        "before": pl.DataFrame(sides_before, schema=BEFORE).sort("case", "days", "contender"),
        "support": pl.concat([pl.DataFrame(schema=SCHEMA), *frames]).sort(
            "case", "contender", "date"
        ),
        "side_results": pl.DataFrame(results, schema=RESULTS).sort("case", "contender"),
    }


def main() -> None:
    """Build from the packaged catalogue and write."""
    from tools.build.packaged import report
    from tools.build.record import write

    parser = argparse.ArgumentParser(
        prog="python -m tools.build.record_support", description=__doc__
    )
    parser.add_argument("out", type=Path, nargs="?", default=data_dir())
    found = build([load_bundled(i) for i in campaign_ids()])
    write(found, parser.parse_args().out)
    report(found)


if __name__ == "__main__":
    main()
