"""A backtest's rows: what is in them, what cannot be scored, as-of, the same whoever works."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from comparenotes.campaigns.model import RESULT_COLUMNS, Campaign
from comparenotes.race import backtest as bt
from comparenotes.race import baselines
from comparenotes.race.analyse import analyse
from comparenotes.race.backtest_workers import local_processes
from comparenotes.race.prepare import prepare
from tests.race import invented as inv

THREE = ("nz-2017", "se-1998", "us-2016")
RESULT = {"elk": 36.0, "fox": 38.5, "yak": 15.0, "oth": 10.5}


def finished(result: Mapping[str, float] | None = None, **changes: Any) -> Campaign:
    shares = RESULT if result is None else result
    rows = [{"region": None, "contender": c, "share": s, "seats": None} for c, s in shares.items()]
    later = inv.ELECTION - timedelta(days=130) - inv.FIRST_POLL
    polls = [
        {**p, **{c: p[c] + later for c in ("start", "end", "published")}} for p in inv.steady(30)
    ]
    return inv.campaign(polls, results=pl.DataFrame(rows, schema=dict(RESULT_COLUMNS)), **changes)


def task(horizon: int) -> bt.Task:
    return bt.Task("invented", horizon)


def test_a_row_a_contender_and_one_for_the_race() -> None:
    done = bt.score(task(30), campaign=finished())
    assert done.why is None
    assert [r["contender"] for r in done.contenders] == ["elk", "fox", "yak"]
    assert all(set(r) == set(bt.ROWS) for r in done.contenders)
    (race,) = done.races
    assert set(race) == set(bt.RACES)
    assert race["winner"] == "fox"
    assert [r["came_first"] for r in done.contenders] == [False, True, False]
    p = [r["p_first"] for r in done.contenders]
    assert sum(p) == pytest.approx(1)
    assert race["p_winner"] == p[1]
    assert race["brier"] == pytest.approx(p[0] ** 2 + (p[1] - 1) ** 2 + p[2] ** 2)
    assert {race["leader"], race["runner_up"]} == {"elk", "fox"}
    assert race["ahead_result"] == (race["leader"] == "fox")


def test_rows_say_what_a_forecast_of_that_day_says() -> None:
    campaign = finished()
    day = campaign.election_date - timedelta(days=30)
    race = analyse(campaign, as_of=day)
    assert race.forecast is not None
    shares = race.forecast.shares.filter(pl.col("contender") != "oth")
    done = bt.score(task(30), campaign=campaign)
    assert [r["mean"] for r in done.contenders] == pytest.approx(shares["mean"].to_list())
    for r, lo, hi in zip(done.contenders, shares["lo90"], shares["hi90"], strict=True):
        assert r["in90"] == (lo <= r["result"] <= hi)
        assert r["abs_error"] == abs(r["mean"] - r["result"])  # type: ignore[operator]
    assert race.lead is not None
    for chance in ("p_still_ahead_21d", "p_still_ahead_in_polls_21d"):
        assert done.races[0][chance] == getattr(race.lead, chance)
    prepared = prepare(campaign.known_at(day))
    recent = baselines.last_days(prepared, day)
    assert recent is not None
    assert [r["base"] for r in done.contenders] == pytest.approx(list(100 * recent[:3]))
    assert [r["base_last"] for r in done.contenders] == pytest.approx([40.0, 35.0, 15.0])


@pytest.mark.parametrize(
    ("horizon", "changes", "why"),
    [
        (0, {"results": pl.DataFrame(schema=dict(RESULT_COLUMNS))}, "no result"),
        (1461, {}, "before the preceding election"),
        (365, {}, "no polls that early"),
        (0, {"election_date": date(1960, 1, 1), "history": inv.campaign([]).history.clear()},
         "no polls that early"),
    ],
)  # fmt: skip
def test_what_cannot_be_scored_says_why(horizon: int, changes: dict[str, Any], why: str) -> None:
    done = bt.score(task(horizon), campaign=replace(finished(), **changes))
    assert done == bt.Scored(why=why)


def test_nothing_learned_so_early() -> None:
    back = timedelta(days=365 * 70)
    campaign = finished()
    shifted = replace(
        campaign,
        election_date=campaign.election_date - back,
        polls=campaign.polls.with_columns(pl.col("start", "end", "published") - back),
        history=campaign.history.with_columns(pl.col("date") - back),
    )
    assert bt.score(task(30), campaign=shifted).why == "nothing learned that early"


def test_nothing_published_later_changes_a_forecast() -> None:
    campaign = finished()
    day = campaign.election_date - timedelta(days=60)
    cut = replace(campaign, polls=campaign.polls.filter(pl.col("published") <= day))
    assert cut.polls.height < campaign.polls.height
    now, then = (bt.score(task(60), campaign=c) for c in (campaign, cut))
    assert now.contenders == then.contenders
    said = [c for c in bt.RACES if not c.endswith("_21d") or c.startswith("p_")]
    assert [now.races[0][c] for c in said] == [then.races[0][c] for c in said]


def test_a_result_does_not_enter_its_own_forecast() -> None:
    one = bt.score(task(30), campaign=finished())
    other = bt.score(
        task(30), campaign=finished({"elk": 60.0, "fox": 20.0, "yak": 15.0, "oth": 5.0})
    )
    for a, b in zip(one.contenders, other.contenders, strict=True):
        assert (a["mean"], a["sd"], a["base"]) == (b["mean"], b["sd"], b["base"])


def test_three_weeks_later_is_asked_only_before_polling_day() -> None:
    later = {
        h: bt.score(task(h), campaign=finished()).races[0]["ahead_line_21d"] for h in (7, 21, 60)
    }
    assert later[7] is None
    assert later[21] is None
    assert isinstance(later[60], bool)


def test_a_tie_has_no_winner() -> None:
    tie = finished({"elk": 38.0, "fox": 38.0, "yak": 14.0, "oth": 10.0})
    done = bt.score(task(30), campaign=tie)
    (race,) = done.races
    assert race["favourite"] in {"elk", "fox"}
    for c in ("winner", "p_winner", "brier", "log_score", "ahead_result"):
        assert race[c] is None
    assert [r["came_first"] for r in done.contenders] == [None] * 3


def test_one_more_scorer_adds_rows_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def regional(task: bt.Task, campaign: Campaign, engine: str) -> bt.Scored:
        part = bt.national(task, campaign, engine)
        there = {"region": "XX-1"}
        return bt.Scored(
            tuple({**r, **there} for r in part.contenders),
            tuple({**r, **there} for r in part.races),
        )

    monkeypatch.setattr(bt, "SCORERS", (bt.national, regional))
    done = bt.backtest([bt.Task("se-1998", 0)])
    assert done.rows["region"].unique().to_list() in ([None, "XX-1"], ["XX-1", None])
    rows, races = bt.split(bt.joined(done))
    assert rows.equals(done.rows, null_equal=True)
    assert races.equals(done.races, null_equal=True)


def test_no_tasks_give_empty_tables_with_all_columns() -> None:
    done = bt.backtest([])
    assert done.rows.is_empty()
    assert done.rows.columns == list(bt.ROWS)
    assert done.races.columns == list(bt.RACES)
    assert done.left_out == ()


def test_what_is_left_out_is_counted() -> None:
    done = bt.backtest([bt.Task("gb-next", 0), bt.Task("gb-next", 30), bt.Task("us-2016", 3000)])
    assert [(x.why, x.count) for x in done.left_out] == [
        ("before the preceding election", 1),
        ("no result", 2),
    ]


def test_tasks_select_by_date_and_id() -> None:
    every = bt.tasks((0,))
    late = bt.tasks((0,), since=date(2020, 1, 1))
    early = bt.tasks((0,), until=date(2020, 1, 1))
    assert set(late) | set(early) == set(every)
    assert not set(late) & set(early)
    assert bt.tasks((0, 7), ids=["us-2016"]) == [bt.Task("us-2016", 0), bt.Task("us-2016", 7)]


@pytest.fixture(scope="module")
def serial() -> bt.Backtest:
    return bt.backtest(bt.tasks((0, 60), ids=THREE))


def same(a: bt.Backtest, b: bt.Backtest) -> bool:
    """Whether two backtests agree to the last bit, in the same order."""
    return (
        a.rows.equals(b.rows, null_equal=True)
        and a.races.equals(b.races, null_equal=True)
        and a.left_out == b.left_out
        and all(
            np.array_equal(a.rows[c].to_numpy(), b.rows[c].to_numpy(), equal_nan=True)
            for c, kind in bt.ROWS.items()
            if kind == pl.Float64()
        )
    )


def test_local_processes_give_the_same_bits(serial: bt.Backtest) -> None:
    assert serial.rows["campaign"].unique().sort().to_list() == sorted(THREE)
    ticks: list[int] = []
    todo = bt.tasks((0, 60), ids=THREE)
    made = bt.backtest(todo, local_processes(2), lambda: ticks.append(1))
    assert same(made, serial)
    assert len(ticks) == len(THREE)


def test_any_executor_will_do_and_stays_open(serial: bt.Backtest) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert same(bt.backtest(bt.tasks((0, 60), ids=THREE), pool), serial)
        assert pool.submit(int, 3).result() == 3


def test_rows_do_not_depend_on_the_other_tasks(serial: bt.Backtest) -> None:
    alone = bt.backtest([bt.Task("se-1998", 60)])
    assert alone.rows.equals(
        serial.rows.filter((pl.col("campaign") == "se-1998") & (pl.col("horizon") == 60)),
        null_equal=True,
    )


def test_one_table_holds_both(serial: bt.Backtest) -> None:
    table = bt.joined(serial)
    assert table.height == serial.rows.height
    rows, races = bt.split(table)
    assert rows.equals(serial.rows, null_equal=True)
    assert races.equals(serial.races, null_equal=True)
