"""The same distance before earlier elections: what was known then, and what came."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from comparenotes.campaigns.load import load
from comparenotes.cli.main import run
from comparenotes.race import backtest_earlier as back
from comparenotes.race.analyse import analyse

DAYS = 400


def test_it_is_what_the_race_said_on_that_day() -> None:
    campaign = load("gb-2015")
    said = back.said(campaign, DAYS)
    race = analyse(campaign, as_of=campaign.election_date - timedelta(days=DAYS))
    assert race.forecast is not None
    assert race.forecast.seats is not None
    shown = {r["contender"]: r for r in race.forecast.shares.to_dicts()}
    for row in said.shares:
        assert row["mean"] == pytest.approx(shown[row["contender"]]["mean"], abs=0.02)
        assert row["lo90"] == pytest.approx(shown[row["contender"]]["lo90"], abs=0.05)
    seats = {r["contender"]: r["mean"] for r in race.forecast.seats.to_dicts()}
    for row in said.seats:
        assert row["mean"] == pytest.approx(seats[row["contender"]], abs=0.5)
    assert (said.polls, said.newest_poll) == (race.polls_used, race.newest_poll_end)
    assert said.newest_poll_days == (said.as_of - race.newest_poll_end).days  # type: ignore[operator]


def test_the_outcome_only_scores() -> None:
    campaign = load("gb-2015")
    known, open_ = (back.said(c, DAYS) for c in (campaign, blind(campaign)))
    assert [r["mean"] for r in known.shares] == [r["mean"] for r in open_.shares]
    assert (open_.winner, open_.mae) == (None, None)
    assert {r["inside"] for r in open_.shares} == {None}
    assert known.winner == "con"
    assert {r["contender"]: r["result"] for r in known.seats}["con"] == 330


def blind(campaign):  # type: ignore[no-untyped-def]
    """Return the campaign without its result, and without polls after the day."""
    day = campaign.election_date - timedelta(days=DAYS)
    return replace(
        campaign,
        results=campaign.results.clear(),
        polls=campaign.polls.filter(pl.col("published") <= day),
    )


def test_only_elections_over_by_then() -> None:
    campaign = load("gb-next")
    before = back.earlier_elections(campaign, date(2016, 1, 1))
    assert before[-1] == "gb-2015"
    assert back.earlier_elections(campaign, date(2026, 8, 20))[-1] == "gb-2024"
    assert back.earlier_elections(load("gb-2015"), date(2026, 8, 20))[-1] == "gb-2010"
    offices = [load(i).office for i in back.earlier_elections(load("us-2024"), date(2024, 1, 1))]
    assert set(offices) == {"president"}


def test_a_distance_before_the_preceding_election_has_no_forecast() -> None:
    said = back.said(load("gb-2017"), 1000)
    assert said.why == "the preceding election was on 2015-05-07"
    assert not said.shares
    assert said.to_dict()["mae"] is None


def test_summary_counts_elections_and_results() -> None:
    def one(mean: float, result: float, favourite: str) -> back.Said:
        row = {"contender": "a", "mean": mean, "last": 40.0, "result": result, "inside": True}
        other = {**row, "contender": "b", "last": None, "inside": False}
        return back.Said(
            "x", "X", date(2000, 1, 1), date(1999, 1, 1), 365,
            shares=(row, other), favourite=favourite, winner="a",
        )  # fmt: skip

    none = replace(one(0, 0, "a"), why="no polls that early")
    found = back.summary([one(42.0, 45.0, "a"), one(41.0, 40.0, "b"), none])
    assert found["elections"] == 2
    assert (found["mae"], found["last_mae"]) == (2.0, 2.5)
    assert (found["inside"], found["contenders"], found["favourite_won"]) == (2, 4, 1)
    assert back.summary([none])["mae"] is None


def test_the_command(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(("backtest", "earlier", "nz-1999", "--as-of", "1999-06-01", "--json")) == 0
    data = json.loads(capfd.readouterr().out)
    assert data["now"]["newest_poll_days"] >= 0
    assert [s["campaign"] for s in data["then"]] == ["nz-1993", "nz-1996"]
    assert data["summary"]["elections"] == sum(s["why"] is None for s in data["then"])
    assert run(("backtest", "earlier", "nz-1999", "--as-of", "1999-06-01")) == 0
    out = " ".join(capfd.readouterr().out.split())
    assert "days old; constants from" in out
    assert "nz-1996" in out
    assert "Cases, not odds." in out
    assert run(("backtest", "earlier", "nowhere")) == 2
    assert "nowhere" in capfd.readouterr().err
