"""The bundled campaigns as a table to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from comparenotes.campaigns.catalogue import campaign_index, data_dir
from comparenotes.campaigns.model import SYSTEMS
from comparenotes.campaigns.snapshot import today
from comparenotes.errors import NotFoundError, did_you_mean


def list_campaigns(
    *,
    country: str | None = None,
    system: str | None = None,
    upcoming: bool = False,
    since: date | None = None,
    search: str | None = None,
    as_of: date | None = None,
) -> pl.DataFrame:
    """Return the bundled campaigns that fit, one row each.

    Parameters
    ----------
    country, system
        Keep only these.
    upcoming
        Keep only elections after ``as_of``.
    since
        Keep only elections on or after this day.
    search
        Keep only ids and titles that hold this text, in any case.
    as_of
        Polls published later are not counted (default: today, UTC).

    Returns
    -------
    polars.DataFrame
        id, title, country, election_date, date_status, office, system,
        gov_since, gov_head, gov_parties, gov_term, polls (count published by
        ``as_of``), newest_poll_end; by country, then date.

    Raises
    ------
    NotFoundError
        If no campaign has the country or the system.
    """
    day = as_of if as_of is not None else today()
    frame = campaign_index(day)
    if country is not None:
        frame = _keep(frame, "country", country.upper(), frame["country"].unique().sort())
    if system is not None:
        frame = _keep(frame, "system", system, SYSTEMS)
    if upcoming:
        frame = frame.filter(pl.col("election_date") > day)
    if since is not None:
        frame = frame.filter(pl.col("election_date") >= since)
    if search is not None:
        text = (pl.col("id") + " " + pl.col("title")).str.to_lowercase()
        frame = frame.filter(text.str.contains(search.lower(), literal=True))
    counts = _poll_counts(day)
    return (
        frame.drop("currency", "gov_changes")
        .join(counts, on="id", how="left", maintain_order="left")
        .with_columns(pl.col("polls").fill_null(0))
    )


def _keep(frame: pl.DataFrame, column: str, value: str, known: Iterable[str]) -> pl.DataFrame:
    names = list(known)
    if value not in names:
        hint = did_you_mean(value, names) or "there are: " + ", ".join(names)
        raise NotFoundError(f"no campaign has this {column}", where=value[:40], hint=hint)
    return frame.filter(pl.col(column) == value)


def _poll_counts(as_of: date) -> pl.DataFrame:
    parts = [
        pl.scan_parquet(path).select("campaign", "end", "published")
        for path in sorted((data_dir() / "polls").glob("*.parquet"))
    ]
    if not parts:
        schema = {"id": pl.String(), "polls": pl.Int64(), "newest_poll_end": pl.Date()}
        return pl.DataFrame(schema=schema)
    return (
        pl.concat(parts)
        .filter(pl.col("published") <= as_of)
        .group_by(pl.col("campaign").alias("id"), maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias("polls"), pl.col("end").max().alias("newest_poll_end"))
        .collect()
    )
