"""Nothing after the as-of date changes a seat: the future is scrambled and must not matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.race.seats import SeatResult, allocate, tables

CAMPAIGNS = [
    "gb-1987", "gb-2015", "gb-2024", "gb-next", "se-2010", "nz-2011", "de-2017", "de-2021",
    "nl-2021", "gr-2023-05", "no-2013", "es-2019-11", "pl-2019", "pt-2022", "us-2016", "us-2024",
]  # fmt: skip
AS_OF = {"gb-next": date(2026, 1, 10)}


@pytest.fixture
def fresh() -> Iterator[None]:
    tables.table.cache_clear()
    tables._record.cache_clear()
    yield
    tables.table.cache_clear()
    tables._record.cache_clear()


def shares_of(campaign: Campaign) -> tuple[tuple[str, ...], np.ndarray]:
    rng = np.random.default_rng(11)
    names = campaign.contender_ids
    return names, rng.dirichlet(np.linspace(9, 3, len(names)), 150)


def scrambled(as_of: date) -> object:
    def read(path: Path) -> pl.DataFrame:
        frame = pl.read_parquet(path)
        day = next((c for c in ("known_from", "known", "date") if c in frame.columns), None)
        if day is None:
            return frame
        if path.name == "elections.parquet":  # votes of later elections become nonsense
            return frame.with_columns(
                pl.when(pl.col(day) > as_of)
                .then(7)
                .otherwise(pl.col("seats_total"))
                .alias("seats_total")
            )
        future = pl.col(day) > as_of
        numbers = [c for c, t in frame.schema.items() if t.is_numeric()]
        return frame.with_columns(
            pl.when(future).then(pl.col(c) * 3 + 1).otherwise(pl.col(c)).alias(c) for c in numbers
        )

    return read


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("campaign_id", CAMPAIGNS)
def test_the_future_does_not_matter(campaign_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = load_bundled(campaign_id)
    as_of = AS_OF.get(campaign_id, campaign.eve())
    names, shares = shares_of(campaign)
    before = allocate(campaign, names, shares, as_of=as_of)
    tables.table.cache_clear()
    tables._record.cache_clear()
    monkeypatch.setattr(tables, "_read", scrambled(as_of))
    other = replace(
        campaign,
        results=campaign.results.with_columns(pl.col("seats") + 5, pl.col("share") * 0.5),
    )
    after = allocate(other, names, shares, as_of=as_of)
    assert isinstance(before, SeatResult)
    assert isinstance(after, SeatResult)
    assert np.array_equal(before.draws, after.draws)
    assert before.method == after.method


@pytest.mark.usefixtures("fresh")
def test_the_past_does_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scrambling reaches what is used: cut earlier, and the seats change."""
    for campaign_id in ("gb-2015", "es-2019-11", "nz-2011"):
        campaign = load_bundled(campaign_id)
        names, shares = shares_of(campaign)
        before = allocate(campaign, names, shares, as_of=campaign.eve())
        tables.table.cache_clear()
        tables._record.cache_clear()
        with monkeypatch.context() as patch:
            patch.setattr(tables, "_read", scrambled(date(2003, 1, 1)))
            after = allocate(campaign, names, shares, as_of=campaign.eve())
        tables.table.cache_clear()
        tables._record.cache_clear()
        assert isinstance(before, SeatResult)
        assert isinstance(after, SeatResult)
        assert not np.array_equal(before.draws, after.draws), campaign_id


def test_as_of_after_the_vote_is_the_eve() -> None:
    campaign = load_bundled("nz-2011")
    names, shares = shares_of(campaign)
    eve = allocate(campaign, names, shares, as_of=campaign.eve())
    later = allocate(campaign, names, shares, as_of=date(2020, 1, 1))
    assert isinstance(eve, SeatResult)
    assert isinstance(later, SeatResult)
    assert np.array_equal(eve.draws, later.draws)
