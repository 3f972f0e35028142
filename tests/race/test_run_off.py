"""A presidential run-off: from its own polls, by who may meet whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from comparenotes.campaigns.model import SERIES_COLUMNS, Campaign
from comparenotes.race import analyse
from comparenotes.race.run_off import DAYS_BETWEEN, asked_about, run_off_result
from tests.race.invented import ELECTION, FIRST_POLL, campaign, poll, race_of, steady

FIRST = {"elk": 30.0, "fox": 26.0, "yak": 25.0}
LAST = {"elk": 32.0, "fox": 27.0, "yak": 20.0}


def duels(elk: float, rival: str, n: int = 12, question: str = "run-off") -> list[dict[str, Any]]:
    """Return polls of a second round of elk against ``rival``."""
    return [
        poll(
            FIRST_POLL + timedelta(days=9 * i),
            ("Plumb", "Quorum", "Tally")[i % 3],
            question=question,
            hypothetical=True,
            **cells(elk + i % 2, rival),
        )
        for i in range(n)
    ]


def cells(elk: float, rival: str) -> dict[str, Any]:
    return {"elk": elk, rival: 100 - elk}


def president(*more: list[dict[str, Any]], shares: dict[str, float] = FIRST) -> Campaign:
    rows = [*steady(shares=shares), *(row for rows in more for row in rows)]
    return campaign(rows, last=LAST, system="two_round", office="president")


def second(c: Campaign, day: date = date(2023, 5, 1)) -> dict[str, Any]:
    forecast = analyse(c, as_of=day).forecast
    assert forecast is not None
    assert forecast.run_off is not None
    return dict(forecast.run_off)


def test_probabilities_add_up_over_both_rounds() -> None:
    found = second(president(duels(56, "fox"), duels(44, "yak")))
    assert found["date"] == (ELECTION + timedelta(days=DAYS_BETWEEN)).isoformat()
    assert sum(found["p_elected"].values()) + found["p_unpolled"] == pytest.approx(1)
    assert sum(found["p_reaches"].values()) == pytest.approx(2 * (1 - found["p_decided"]))
    assert [d["contenders"] for d in found["duels"]] == [["elk", "fox"], ["elk", "yak"]]
    assert found["p_unpolled"] > 0.02  # fox against yak: nobody asked
    for duel in found["duels"]:
        assert sum(s["mean"] for s in duel["shares"]) == pytest.approx(100)
        assert sum(duel["p_first"].values()) == pytest.approx(1)


def test_the_run_offs_own_polls_decide_it() -> None:
    strong, weak = (second(president(duels(x, "fox")))["duels"][0] for x in (58, 42))
    assert strong["p_first"]["elk"] > 0.7
    assert weak["p_first"]["elk"] < 0.3
    assert strong["p_meet"] == weak["p_meet"]


def test_first_round_is_the_same_without_them() -> None:
    day = date(2023, 5, 1)
    one, other = (analyse(c, as_of=day) for c in (president(), president(duels(58, "fox"))))
    assert one.average.equals(other.average)
    assert one.forecast is not None
    assert other.forecast is not None
    assert one.forecast.shares.equals(other.forecast.shares)
    assert one.forecast.run_off is not None
    assert one.forecast.run_off["duels"] == []


def test_a_majority_in_the_first_round_ends_it() -> None:
    found = second(president(shares={"elk": 75.0, "fox": 12.0, "yak": 8.0}))
    assert found["p_decided"] > 0.5
    # nobody asked about a second round: only the first elects
    assert sum(found["p_elected"].values()) == pytest.approx(found["p_decided"])
    assert found["p_elected"]["elk"] > 0.5


@pytest.mark.parametrize("question", ["round2", "Run-off", "second round"])
def test_names_of_the_question(question: str) -> None:
    found = asked_about(president(duels(55, "fox", question=question)), ("elk", "fox"), ELECTION)
    assert found is not None
    assert len(found.polls) == 12


def test_three_in_a_second_round_are_another_contest() -> None:
    rows = [row | {"yak": 10.0, "fox": 30.0} for row in duels(60, "fox")]
    assert asked_about(president(rows), ("elk", "fox"), ELECTION) is None


def test_two_polls_of_a_pair_are_too_few() -> None:
    found = second(president(duels(58, "fox", n=2)))
    assert found["duels"] == []
    assert found["p_unpolled"] == pytest.approx(1 - found["p_decided"])


def test_nothing_published_later_enters() -> None:
    day = date(2023, 2, 20)
    later = [
        row | {"end": date(2023, 4, 1), "published": date(2023, 4, 2)} for row in duels(5, "fox")
    ]
    assert second(president(duels(56, "fox")), day) == second(
        president(duels(56, "fox"), later), day
    )


@pytest.mark.parametrize("change", [{"office": "parliament"}, {"system": "pr"}])
def test_no_run_off_elsewhere(change: dict[str, Any]) -> None:
    forecast = analyse(
        replace(president(duels(56, "fox")), **change), as_of=date(2023, 5, 1)
    ).forecast
    assert forecast is not None
    assert forecast.run_off is None


def test_result_is_read_from_its_day_on() -> None:
    day = ELECTION + timedelta(days=14)
    rows = [
        {"date": day, "name": "second_round", "contender": c, "value": x}
        for c, x in (("fox", 48.0), ("elk", 52.0))
    ]
    table = pl.DataFrame(
        [{k: r.get(k) for k in SERIES_COLUMNS} for r in rows], schema=dict(SERIES_COLUMNS)
    )
    c = replace(president(), series=table)
    assert run_off_result(c, day) == {"elk": 52.0, "fox": 48.0}
    assert run_off_result(c, day - timedelta(days=1)) == {}


def test_france_2022() -> None:
    forecast = race_of("fr-president-2022", date(2022, 4, 9)).forecast
    assert forecast is not None
    assert forecast.run_off is not None
    duel = forecast.run_off["duels"][0]
    assert duel["contenders"] == ["lrem", "rn"]
    low, high = duel["shares"][0]["lo95"], duel["shares"][0]["hi95"]
    assert low < 58.55 < high
