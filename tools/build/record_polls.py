"""``python -m tools.build.record_polls [OUT]``: poll standings of governing parties.

Run after the catalogue (``python -m tools.build``) is built: it reads the packaged
campaigns and writes ``OUT/record/standings.parquet`` (a grid of 30 days) and
``OUT/record/poll_results.parquet`` (what the vote came to, on the polls' own base).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.catalogue import campaign_ids, data_dir, load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.errors import CompareNotesError
from comparenotes.record.profile import governing
from comparenotes.record.standing import SCHEMA, last_share, standings

RESULTS: dict[str, Any] = {
    "case": pl.String(),
    "country": pl.String(),
    "election_date": pl.Date(),
    "contender": pl.String(),
    "before": pl.Float64(),
    "after": pl.Float64(),
    "change": pl.Float64(),
}


def result_row(campaign: Campaign) -> dict[str, Any] | None:
    """Return the governing party's result against its last one, or None where untold."""
    try:
        lead = governing(campaign)
    except CompareNotesError:
        return None
    before = last_share(campaign, lead.id)
    rows = campaign.results.filter(
        pl.col("region").is_null()
        & (pl.col("contender") == lead.id)
        & pl.col("share").is_not_null()
    )
    if before is None or rows.is_empty():
        return None
    after = float(rows["share"][0])
    return {
        "case": campaign.id,
        "country": campaign.country,
        "election_date": campaign.election_date,
        "contender": lead.id,
        "before": before,
        "after": after,
        "change": round(after - before, 3),
    }


def build(campaigns: Sequence[Campaign]) -> dict[str, pl.DataFrame]:
    """Return the two tables for the campaigns that have a result that stands."""
    campaigns = [c for c in campaigns if c.status == "ordinary"]
    grids = [standings(c, c.eve()) for c in campaigns if c.results.height]
    rows = [r for r in (result_row(c) for c in campaigns) if r is not None]
    empty = pl.DataFrame(schema=SCHEMA)
    return {
        "standings": pl.concat([empty, *grids]).sort("case", "date"),
        "poll_results": pl.DataFrame(rows, schema=RESULTS).sort("case"),
    }


def main() -> None:
    """Build from the packaged catalogue and write."""
    from tools.build.packaged import report
    from tools.build.record import write

    parser = argparse.ArgumentParser(prog="python -m tools.build.record_polls", description=__doc__)
    parser.add_argument("out", type=Path, nargs="?", default=data_dir())
    tables = build([load_bundled(i) for i in campaign_ids()])
    write(tables, parser.parse_args().out)
    report(tables)


if __name__ == "__main__":
    main()
