"""Seats, majorities, blocs and a run-off on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from comparenotes.brief import race_layout, terminal
from comparenotes.brief.race_layout import Asked
from comparenotes.document import Document, Section
from comparenotes.race.result import Race
from tests.brief.conftest import AS_OF
from tests.brief.test_terminal import console, printed
from tests.compare import factory
from tests.race.invented import race_of


def with_forecast(**changes: Any) -> Race:
    race = factory.analyse(factory.home(), as_of=AS_OF)
    assert race.forecast is not None
    return replace(race, forecast=replace(race.forecast, **changes))


def shown(
    make: Callable[[Asked], Iterable[Section]],
    race: Race,
    second: Mapping[str, float] | None = None,
) -> str:
    out = console(200)
    terminal.write(out, Document("", tuple(make(Asked(race, second=second or {})))))
    return " ".join(printed(out).split())


def seats(*rows: tuple[str, float, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"contender": c, "unit": "seats", "mean": m, "lo90": m, "hi90": m, "p_majority": p}
            for c, m, p in rows
        ]
    )


def ids() -> list[str]:
    return [c.id for c in factory.home().contenders]


def test_largest_first_and_who_has_a_majority() -> None:
    one, two, *_ = ids()
    race = with_forecast(seats=seats((one, 40.0, 0.1), (two, 50.0, 0.6)))
    text = shown(race_layout.seats, race)
    names = [race.campaign.contender(c).name for c in (two, one)]
    assert text.index(names[0]) < text.index(names[1])
    assert f"A majority: {names[0]} 60%; {names[1]} 10%; nobody 30%." in text


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_majority_certain_or_out_of_reach(p: float) -> None:
    one, *_ = ids()
    text = shown(race_layout.seats, with_forecast(seats=seats((one, 40.0, p))))
    assert ("nobody" in text) == (p == 0.0)


def test_bloc_says_whom_it_does_not_count() -> None:
    one, two, three, *_ = ids()
    bloc = {
        "bloc": "b",
        "name": "Those in office",
        "contenders": [one, two],
        "missing": [three],
        "mean": 52.0,
        "lo90": 40.0,
        "hi90": 60.0,
        "p_majority": 0.7,
    }
    race = with_forecast(seats=seats((one, 40.0, 0.1)), blocs=(bloc,))
    text = shown(race_layout.seats, race)
    name = race.campaign.contender(three).name
    assert f"not counted: {name}) 52 40 to 60 70%" in text


def test_parties_of_a_coalition_are_a_bloc() -> None:
    forecast = race_of("de-2021", date(2021, 9, 25)).forecast
    assert forecast is not None
    (bloc,) = forecast.blocs
    assert bloc["contenders"] == ["cdu", "spd"]
    assert forecast.seats is not None
    both = forecast.seats.filter(pl.col("contender").is_in(["cdu", "spd"]))
    assert bloc["mean"] == pytest.approx(both["mean"].sum())


def test_run_off_and_its_result() -> None:
    one, two, *_ = ids()
    duel = {
        "contenders": [one, two],
        "p_meet": 0.8,
        "polls": 9,
        "shares": [
            {"contender": one, "mean": 45.0, "lo90": 40.0, "hi90": 50.0},
            {"contender": two, "mean": 55.0, "lo90": 50.0, "hi90": 60.0},
        ],
        "p_first": {one: 0.1, two: 0.9},
    }
    told = {
        "date": "2026-10-18",
        "duels": [duel],
        "p_reaches": {one: 0.8, two: 0.9},
        "p_decided": 0.0,
        "p_elected": {one: 0.08, two: 0.72},
        "p_unpolled": 0.2,
    }
    race = with_forecast(run_off=told)
    first, second = (race.campaign.contender(c).name for c in (two, one))
    text = shown(race_layout.run_off, race, {two: 54.0, one: 46.0})
    assert "18 October 2026" in text
    assert f"{first} against {second} 80% 90% 10% 55.0 (50.0 to 60.0) 9" in text
    assert f"{first} 72%; {second} 8%; a pair not forecast here 20%." in text
    assert f"Result: {first} 54.0, {second} 46.0." in text


def test_nothing_without_a_run_off() -> None:
    assert shown(race_layout.run_off, with_forecast(run_off=None), {}) == ""


def test_local_seats_that_stand_in_for_the_threshold_are_named() -> None:
    one, *_ = ids()
    row = {"contender": one, "threshold": 5.0, "p_clears": 0.7}
    race = with_forecast(seats=seats((one, 4.0, 0.0)), thresholds=(row,))
    name = race.campaign.contender(one).name
    text = shown(race_layout.seats, race)
    assert "Clears 5%" in text
    assert f"{name} 4 4 to 4 under 1% 70%" in text
    race = with_forecast(
        seats=seats((one, 4.0, 0.0)), thresholds=({**row, "or_local_seats": True},)
    )
    assert "Clears 5% or has local seats" in shown(race_layout.seats, race)


def test_how_votes_became_seats_is_said() -> None:
    one, *_ = ids()
    race = with_forecast(seats=seats((one, 4.0, 0.0)), seats_note="By a curve.")
    assert "By a curve." in shown(race_layout.seats, race)


@pytest.mark.parametrize(("mean", "said"), [(0.3, False), (1.2, True)])
def test_a_mean_outside_its_range_is_explained_where_one_is_shown(mean: float, said: bool) -> None:
    one, *_ = ids()
    table = seats((one, mean, 0.0)).with_columns(lo90=pl.lit(0.0), hi90=pl.lit(0.0))
    assert ("outside its range" in shown(race_layout.seats, with_forecast(seats=table))) is said
