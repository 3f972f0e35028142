"""Curves from votes to seats."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from lab.seats.curve import Election, elections_of, learn, slope

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.campaigns.model import HISTORY_COLUMNS, Campaign
from comparenotes.race.seats import SeatResult, allocate
from comparenotes.race.seats.curve import (
    WORLD,
    Past,
    advantages,
    curve_at,
    expected_seats,
    history,
)
from comparenotes.race.seats.tables import table


def invented(n: int, beta: float, country: str = "QQ") -> list[Election]:
    rng = np.random.default_rng(n)
    out = []
    for i in range(n):
        votes = rng.dirichlet([8, 6, 4, 2])
        seats = expected_seats(votes, np.zeros(4), beta, np.asarray(200.0))
        out.append(Election(country, date(1960 + i, 1, 1), Past((1, 2, 3, 4), votes, seats)))
    return out


def test_expected_seats_add_up_and_favour_the_large() -> None:
    votes = np.array([[0.5, 0.3, 0.2, 0.0], [0.25, 0.25, 0.25, 0.25]])
    seats = expected_seats(votes, np.zeros(4), np.array([1.3, 1.3]), np.array([100.0, 60.0]))
    assert seats.sum(axis=1) == pytest.approx([100, 60])
    assert seats[0, 0] > 50
    assert seats[0, 3] == 0
    assert seats[1] == pytest.approx([15, 15, 15, 15])


@pytest.mark.parametrize("beta", [0.9, 1.0, 1.25, 1.8])
def test_slope_is_found_again(beta: float) -> None:
    for e in invented(5, beta):
        assert slope(e).beta == pytest.approx(beta, abs=1e-6)


def test_advantage_of_a_concentrated_party() -> None:
    past = Past(("a", "b"), np.array([0.5, 0.5]), np.array([60.0, 40.0]))
    a = advantages([past] * 5, ("a", "b", "new"), 1.2, 2.0)
    assert a[0] == pytest.approx(np.log(302 / 252))
    assert a[1] < 0 < a[0]
    assert a[2] == 0
    weaker = advantages([past] * 5, ("a",), 1.2, 50.0)
    assert 0 < weaker[0] < a[0]


def test_learning_pools_and_looks_back_only() -> None:
    elections = invented(12, 1.2, "AA") + invented(12, 1.6, "BB")
    elections.sort(key=lambda e: (e.day, e.country))
    curves = learn(elections, date(1972, 6, 1))
    assert 1.2 - 1e-9 <= curves["AA"].beta < curves[WORLD].beta < curves["BB"].beta <= 1.6 + 1e-9
    later = [
        e
        if e.day < date(1968, 1, 1)
        else Election(e.country, e.day, Past(e.past.ids, e.past.votes[::-1], e.past.seats))
        for e in elections
    ]
    assert learn(later, date(1968, 1, 1)) == learn(elections, date(1968, 1, 1))
    assert learn(elections, date(1961, 1, 1)) == {}


def test_packaged_curves() -> None:
    curve = curve_at(table("curves"), "PT", date(2022, 1, 29))
    assert curve is not None
    assert curve.country == "PT"
    assert curve.known_from <= date(2022, 1, 29)
    assert 1.15 < curve.beta < 1.45
    world = curve_at(table("curves"), "QQ", date(2022, 1, 29))
    assert world is not None
    assert world.country == WORLD
    assert world.beta_sd > curve.beta_sd
    assert curve_at(table("curves"), "PT", date(1950, 1, 1)) is None


def test_parlgov_elections() -> None:
    found = elections_of("PL", date(2001, 9, 23), date(2016, 1, 1), 0.05)
    assert [e.day.year for e in found] == [2001, 2005, 2007, 2011, 2015]
    assert all(e.past.votes.min() >= 0.05 for e in found)


@pytest.mark.parametrize("campaign_id", ["es-2023", "pl-2023", "pt-2022", "fi-2023"])
def test_actual_votes_give_about_the_actual_seats(campaign_id: str) -> None:
    campaign = load_bundled(campaign_id)
    rows = campaign.results.filter(pl.col("region").is_null(), pl.col("share").is_not_null())
    shares = np.tile(rows["share"].to_numpy() / 100, (1000, 1))
    shares /= shares.sum(axis=1, keepdims=True)
    result = allocate(campaign, tuple(rows["contender"]), shares, as_of=campaign.eve())
    assert isinstance(result, SeatResult)
    assert set(result.totals) == {result.total}
    off = [
        abs(result.draws[:, result.names.index(c)].mean() - seats)
        for c, seats in zip(rows["contender"], rows["seats"], strict=True)
        if c != "oth"
    ]
    assert np.mean(off) < 3
    again = allocate(campaign, tuple(rows["contender"]), shares, as_of=campaign.eve())
    assert isinstance(again, SeatResult)
    assert np.array_equal(result.draws, again.draws)


def own_folder() -> Campaign:
    """Return a user's campaign in a country without a packaged law."""
    rows = [
        {"date": date(y, 5, 1), "region": None, "contender": c, "share": s, "seats": n}
        for y, split in ((2015, (45, 35, 20)), (2019, (40, 40, 20)))
        for c, s, n in zip(("yak", "elk", "oth"), split, (50, 42, 8), strict=True)
    ]
    return replace(
        load_bundled("pt-2022"),
        id="qq-2023",
        country="QQ",
        election_date=date(2023, 5, 1),
        history=pl.DataFrame(rows, schema=dict(HISTORY_COLUMNS)),
    )


def test_a_users_own_country_takes_the_curve_of_others() -> None:
    campaign = own_folder()
    pasts = history(campaign, 0.0)
    assert [total for _, total in pasts] == [100, 100]
    shares = np.tile([0.42, 0.38, 0.20], (400, 1))
    result = allocate(campaign, ("yak", "elk", "oth"), shares, as_of=date(2023, 4, 1))
    assert isinstance(result, SeatResult)
    assert set(result.totals) == {100}
    assert "of other countries" in result.method
    assert result.draws[:, 0].mean() > result.draws[:, 1].mean()
