"""Germany, Sweden, New Zealand, Australia, Canada, Denmark, Norway, France."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comparenotes.campaigns.model import Campaign
from tools.build.more_campaign import build_campaign
from tools.build.more_france import build_france
from tools.build.more_polls import read_polls
from tools.build.more_tables import TABLES, elections_table, known_codes


def build(raw: Path) -> list[Campaign]:
    """Return the campaigns of ``more_elections.csv``; writes ``unmatched_more.csv``."""
    campaigns = [*(build_campaign(raw, e) for e in elections_table()), build_france(raw)]
    unmatched(raw).write_csv(TABLES / "unmatched_more.csv")
    return campaigns


def unmatched(raw: Path) -> pl.DataFrame:
    """Return the codes of the poll files that no row of the party table knows.

    Columns: country, source, code, polls (that report it), highest (per cent).
    Their shares count with the others.
    """
    files = {(e.country, key) for e in elections_table() for key in (e.primary, e.fill) if key}
    rows = []
    for country, key in sorted(files):
        file = read_polls(raw, key, country)
        for code in file.codes:
            if code not in known_codes(country, key):
                column = file.polls[code]
                rows.append(
                    {
                        "country": country,
                        "source": key,
                        "code": code,
                        "polls": column.count(),
                        "highest": column.max(),
                    }
                )
    schema = {
        "country": pl.String(),
        "source": pl.String(),
        "code": pl.String(),
        "polls": pl.Int64(),
        "highest": pl.Float64(),
    }
    return pl.DataFrame(rows, schema=schema).sort("country", "source", "code")
