"""The distribution of seats and the second round as charts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from comparenotes.brief.charts import run_off_chart, save_run_off, save_seats, seats_chart
from comparenotes.campaigns.model import Bloc
from comparenotes.document.chart import Chart
from comparenotes.race.result import Race
from comparenotes.race.seats import SeatResult, bloc_rows, summarise
from tests.brief.test_seats_terminal import ids, with_forecast


def seated() -> Race:
    one, two, three = ids()
    rng = np.random.default_rng(1)
    first = rng.integers(20, 70, 400)
    second = 100 - first - 10
    draws = np.stack([first, second, np.full(400, 10)], axis=1)
    found = SeatResult("seats", (one, two, "oth"), draws, draws.sum(axis=1), "By lot.")
    bloc = Bloc("b", "Those in office", (one, three))
    return with_forecast(seats=summarise(found), blocs=tuple(bloc_rows(found, [bloc])))


def met(*chances: float) -> Race:
    one, two, three = ids()
    duels = [
        {
            "contenders": [one, rival],
            "p_meet": 0.5,
            "polls": 1,
            "shares": [
                {
                    "contender": c,
                    "mean": m,
                    **{f"{k}{n}": m + s * z for n, z in LEVELS for k, s in ENDS},
                }
                for c, m in ((one, 55.0), (rival, 45.0))
            ],
            "p_first": {one: p, rival: 1 - p},
        }
        for rival, p in zip((two, three), chances, strict=False)
    ]
    told = {"date": "2026-10-18", "duels": duels, "p_elected": {}, "p_unpolled": 0.0}
    return with_forecast(run_off=told)


LEVELS = ((80, 2.0), (90, 3.0), (95, 4.0))
ENDS = (("lo", -1), ("hi", 1))


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", svg)


@pytest.mark.parametrize("wide", [True, False])
def test_a_row_a_contender_and_a_bloc_with_both_figures(wide: bool) -> None:
    race = seated()
    chart = seats_chart(race, wide=wide)
    assert chart is not None
    told = texts(chart.svg)
    assert race.forecast is not None
    assert race.forecast.seats is not None
    for row in race.forecast.seats.to_dicts()[:2]:
        name = race.campaign.contender(row["contender"]).name
        assert name in told
        assert any(t.startswith(f"{row['mean']:.0f} (") for t in told)
        assert f"{100 * row['p_majority']:.0f}%" in told
    assert "Those in office" in told
    assert "majority 51" in told
    assert "Others" not in told
    assert "a majority is 51" in chart.alt


def test_strong_colour_is_the_chance_of_a_majority() -> None:
    race = seated()
    with_it, without = seats_chart(race), seats_chart(_cut(race))
    assert with_it is not None
    assert without is not None
    # two contenders and a bloc may have one; who cannot has nothing drawn strong
    assert len(_strong(with_it)) == 3
    assert len(_strong(without)) == 0


def _strong(chart: Chart) -> set[str]:
    """Return whose seats from the majority's line on are drawn, in the layer that is strong."""
    areas = [x for x in chart.spec["layer"] if x["mark"]["type"] == "area"]
    strong = [x for x in areas if x["mark"]["opacity"] == 1]
    return {r["name"] for x in strong for r in x["data"]["values"]}


def _cut(race: Race) -> Race:
    """Return the race with nobody over the line."""
    assert race.forecast is not None
    assert race.forecast.seats is not None
    seats = race.forecast.seats.with_columns(majority=pl.lit(99))
    return with_forecast(seats=seats)


def test_nothing_to_draw(tmp_path: Path) -> None:
    race = with_forecast(seats=None, run_off=None)
    assert seats_chart(race) is None
    assert run_off_chart(race) is None
    assert not save_seats(race, tmp_path / "x.svg")
    assert not save_run_off(race, tmp_path / "x.svg")
    assert list(tmp_path.iterdir()) == []
    assert run_off_chart(met()) is None  # a second round nobody asked about


@pytest.mark.parametrize("wide", [True, False])
def test_both_outcomes_of_each_pair(wide: bool) -> None:
    race = met(0.9, 0.8)
    chart = run_off_chart(race, wide=wide)
    assert chart is not None
    told = texts(chart.svg)
    one, two, three = (race.campaign.contender(c).name for c in ids())
    for who in (f"{one} wins 90%", f"{two} wins 10%", f"{one} wins 80%", f"{three} wins 20%"):
        assert who in told
        assert who.rpartition(" ")[2] in chart.alt
    assert sum("meet 50% · one poll" in t for t in set(told)) >= 1


@pytest.mark.parametrize(("save", "race"), [(save_seats, seated), (save_run_off, lambda: met(0.7))])
def test_a_file_says_what_day_and_whose_figures(save: Any, race: Any, tmp_path: Path) -> None:
    drawn = race()
    assert save(drawn, tmp_path / "x.svg")
    text = " ".join(texts((tmp_path / "x.svg").read_text(encoding="utf-8")))
    assert drawn.campaign.title in text
    assert "As of 20 August 2026" in text
    assert "Invented polls" in text
    assert save(drawn, tmp_path / "x.png")
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
