"""The same scoring over shards: on one machine, or on a Dask cluster; results add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.message.issues import Issue
from comparenotes.message.sides import sides_of
from comparenotes.message.tally import coded, joined, merged, tally
from comparenotes.message.texts import Corpus

STRIDE = 10_000_000
"""Documents of shard i are numbered from i times this, so that shards never share one."""


def score_file(
    campaign: Campaign, path: Path, issues: Sequence[Issue], as_of: date | None = None
) -> pl.DataFrame:
    """Return the tally of one file of texts; memory does not grow with its length."""
    corpus = Corpus((path,), campaign, as_of)
    found = coded(corpus.chunks(), sides_of(campaign), country=campaign.country)
    parts = [tally(chunk, issues) for chunk in found]
    return joined(parts)


def score_shards(
    campaign: Campaign,
    paths: Sequence[Path],
    issues: Sequence[Issue],
    as_of: date | None = None,
    client: Any | None = None,
) -> pl.DataFrame:
    """Return the sum of the tallies of ``paths``.

    Parameters
    ----------
    client
        A ``distributed.Client`` whose workers see the same paths; None for here.
    """
    if client is None:
        parts = [score_file(campaign, p, issues, as_of) for p in paths]
    else:
        jobs = [client.submit(score_file, campaign, p, issues, as_of, pure=False) for p in paths]
        parts = client.gather(jobs)
    return merged(
        [
            t.with_columns((pl.col("document").cast(pl.Int64) + i * STRIDE).alias("document"))
            for i, t in enumerate(parts)
        ]
    )
