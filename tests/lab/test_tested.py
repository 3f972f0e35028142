"""Rules tested forward in time: a planted signal is found, noise is not, nothing later speaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from lab.record import cruise, economy, moving
from lab.record.forward import NO_SKILL, forward, late, score, slopes
from lab.record.moving import departure

from comparenotes.record import tables
from comparenotes.record.skill import COIN, CONTEXT, skill

TODAY = date(2026, 11, 30)
COUNTRIES = [f"C{i}" for i in range(12)]


def invented(n: int = 360, seed: int = 1) -> tuple[list[dict[str, Any]], np.ndarray[Any, Any]]:
    """Return cases of twelve countries, 1960 to 2025, and a feature that decides office."""
    rng = np.random.default_rng(seed)
    feature = rng.normal(size=n)
    rows = []
    for i in range(n):
        day = date(1960, 1, 1) + timedelta(days=round(i * 66 * 365 / n))
        kept = bool(rng.random() < 1 / (1 + np.exp(-2.5 * feature[i])))
        rows.append(
            {
                "case": f"c{i}",
                "country": COUNTRIES[i % 12],
                "date": day,
                "office_known": day + timedelta(days=30),
                "term": 1 + i % 3,
                "full_term": True,
                "since": day - timedelta(days=1000),
                "kept_office": kept,
                "vote_change": float(3 * feature[i] + rng.normal()),
            }
        )
    return rows, feature


def test_a_planted_signal_is_found_and_noise_is_not() -> None:
    rows, feature = invented()
    found = score("signal", late(forward(rows, slopes(feature[:, None]))))
    assert found.base is not None
    assert found.base[0] > 0.05
    assert found.change is not None
    assert found.change[1] > 1.0
    assert found.verdict.startswith("better")
    noise = np.random.default_rng(9).normal(size=(len(rows), 1))
    assert score("noise", late(forward(rows, slopes(noise)))).verdict == NO_SKILL


def test_a_missing_feature_moves_nothing() -> None:
    rows, feature = invented()
    holes = feature.copy()
    holes[300:] = np.nan
    told = forward(rows, slopes(holes[:, None]))
    after = [i for i, r in enumerate(told.rows) if int(r["case"][1:]) >= 300]
    assert np.allclose(told.chance[after], told.base[after])
    nothing = forward(rows, slopes(np.full((len(rows), 1), np.nan)))
    assert np.allclose(nothing.chance, nothing.base)


def test_nothing_later_and_no_own_country_speaks() -> None:
    rows, feature = invented()
    whole = forward(rows, slopes(feature[:, None]))
    turned = [
        {**r, "kept_office": not r["kept_office"], "vote_change": -r["vote_change"]}
        if r["date"] >= date(2000, 1, 1) or r["country"] == "C3"
        else r
        for r in rows
    ]
    other = forward(turned, slopes(feature[:, None]))
    last = [
        i
        for i, r in enumerate(whole.rows)
        if r["country"] == "C3" and r["date"] <= date(2000, 1, 1)
    ]
    assert len(last) >= 10
    assert np.allclose(whole.chance[last], other.chance[last])
    assert np.allclose(whole.chance_change[last], other.chance_change[last])


def test_the_departure_is_shrunk_and_needs_decades_that_differ() -> None:
    ages = np.repeat([100.0, 4000.0, 8000.0], 40)
    level = np.tile([0.5, -0.5], 60)
    assert departure(level, ages) == 0.0
    moved = level + np.where(ages < 3652, -0.4, 0.2)
    found = departure(moved, ages)
    assert -0.4 < found < -0.2
    assert departure(moved, ages + 3652.5) == 0.0  # nothing of the last decade is known


def test_the_rolling_rate_follows_a_drift() -> None:
    rows, _ = invented()
    rng = np.random.default_rng(3)
    for r in rows:
        rare = r["date"] >= date(1990, 1, 1)
        r["kept_office"] = bool(rng.random() < (0.25 if rare else 0.8))
    told = moving.moving(rows)
    after = [i for i, r in enumerate(told.rows) if r["date"] >= date(2005, 1, 1)]
    assert np.mean(told.chance[after]) < np.mean(told.base[after]) - 0.05


@pytest.mark.parametrize("democracy", ["older", None])
def test_later_cases_change_no_score(democracy: str | None, monkeypatch: Any) -> None:
    day = date(2012, 1, 1)
    before = _all(day, democracy)
    whole = tables.table

    def cut(name: str) -> pl.DataFrame:
        frame = whole(name)
        if name == "cases":
            return frame.filter(pl.col("date") <= day)
        if name == "standings":
            return frame.filter(pl.col("date") <= day)
        if name == "economy":
            return frame.filter(pl.col("year") < day.year)
        return frame

    monkeypatch.setattr(tables, "table", cut)
    assert _all(day, democracy) == before


def _all(day: date, democracy: str | None) -> list[Any]:
    return [
        *moving.scores(day, democracy),
        *economy.scores(day, democracy),
        cruise.cruise(day, democracy).gain,
    ]


def test_the_economy_is_lagged_to_what_was_known(monkeypatch: Any) -> None:
    assert economy.known_year(date(2024, 7, 4)) == 2023
    assert economy.known_year(date(2025, 2, 23)) == 2023
    assert economy.known_year(date(2025, 3, 1)) == 2024
    frame = pl.DataFrame(
        {
            "country": ["XX"] * 3,
            "year": [2022, 2023, 2024],
            "growth": [1.0, 2.0, 99.0],
            "inflation": [3.0, 50.0, 99.0],
            "unemployment": [5.0, 6.5, 99.0],
        }
    )
    monkeypatch.setattr(tables, "table", lambda _: frame)
    seen = economy.figures("XX", date(2024, 7, 4))
    assert (seen["year"], seen["growth"], seen["rise of unemployment"]) == (2023, 2.0, 1.5)
    assert economy.figures("YY", date(2024, 7, 4))["growth"] is None
    rows: Sequence[dict[str, Any]] = [{"country": "XX", "date": date(2024, 7, 4)}]
    assert economy.features(rows)[0].tolist() == [2.0, economy.HIGH, 6.5, 1.5]


def test_real_figures_of_the_economy() -> None:
    britain = economy.figures("GB", date(2010, 5, 6))
    assert britain["year"] == 2009
    assert britain["growth"] == pytest.approx(-4.6, abs=0.5)
    assert tables.table("economy")["country"].n_unique() == 38


def test_two_parts_are_told_from_one() -> None:
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.normal(0, 2, 300), rng.normal(-15, 3, 100)])
    crash, mean, spread = cruise.two_parts(x)
    assert crash == pytest.approx(0.25, abs=0.04)
    assert mean[0] == pytest.approx(0, abs=0.5)
    assert mean[1] == pytest.approx(-15, abs=1.0)
    assert spread[0] < spread[1]


def test_cruise_and_crash_is_printed_either_way() -> None:
    found = cruise.cruise(TODAY, "older")
    means = {m.what: m for m in found.means}
    assert means["kept office"].n + means["lost office"].n > 480
    assert found.gain is not None
    assert found.gain[1] < found.gain[0] < found.gain[2]
    assert (found.gain[1] > 0) == found.verdict.startswith("two parts")
    assert cruise.cruise(date(1960, 1, 1), "newer").verdict == "too few to say"


@pytest.mark.parametrize("democracy", ["older", "newer", None])
def test_nearest_cases_must_beat_one_half_beyond_doubt(democracy: str | None) -> None:
    """A hair below the coin's score (older democracies, 2026) is no skill."""
    found = skill(TODAY, democracy)
    assert found.brier is not None
    assert found.verdict == CONTEXT or found.brier < COIN - 0.005
