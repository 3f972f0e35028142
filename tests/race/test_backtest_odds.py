"""Scores of stated probabilities."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from comparenotes.race import backtest as bt
from comparenotes.race import backtest_odds as odds
from comparenotes.race import backtest_table as table
from tests.race.test_backtest_table import rows


def races(n: int = 40, horizon: int = 0, **cells: Any) -> pl.DataFrame:
    """Return ``n`` yearly races; the leader, given 0.8, wins four of five."""
    made = [
        {
            "campaign": f"e{k:02}",
            "date": date(1980 + k, 5, 1),
            "horizon": horizon,
            "learned_from": 20,
            "winner": "c1" if k % 5 else "c0",
            "favourite": "c1",
            "p_winner": 0.8 if k % 5 else 0.2,
            "p_favourite": 0.8,
            "brier": 0.08 if k % 5 else 1.28,
            "log_score": -np.log(0.8 if k % 5 else 0.2),
            "base_leads": "c1",
            "p_ahead_in_polls": 0.95,
            "p_ahead": 0.8,
            "p_still_ahead_21d": 0.75,
            "p_still_ahead_in_polls_21d": 0.9,
            "ahead_result": bool(k % 5),
            **cells,
        }
        for k in range(n)
    ]
    return pl.DataFrame(made, schema={**bt.RACES}, strict=False)


def claim(made: pl.DataFrame, key: str) -> dict[str, Any]:
    return made.filter(pl.col("claim") == key).to_dicts()[0]


def test_a_calibrated_claim_has_no_gap() -> None:
    made = odds.claims(races())
    ahead = claim(made, "ahead_eve")
    assert (ahead["elections"], ahead["p"], ahead["happened"]) == pytest.approx((40, 0.8, 0.8))
    assert ahead["gap"] == pytest.approx(0)
    assert ahead["brier"] == pytest.approx(0.8 * 0.04 + 0.2 * 0.64)
    assert ahead["log_score"] == pytest.approx(-0.8 * np.log(0.8) - 0.2 * np.log(0.2))
    bold = claim(made, "in_polls_eve")
    assert bold["gap"] == pytest.approx(-0.15)
    assert bold["gap_hi90"] < 0
    assert bold["brier"] > ahead["brier"]


def test_claims_are_held_only_to_what_they_are_about() -> None:
    far = odds.claims(races(horizon=90))
    assert far.is_empty(), "90 days ahead neither the result nor any poll is the test here"
    later = odds.claims(races(horizon=90, ahead_line_21d=True))
    assert later["claim"].to_list() == ["still_21_line"]
    near = odds.claims(races(horizon=21))
    assert near["claim"].to_list() == ["still_21_result"]


def test_the_base_rate_knows_earlier_elections_only() -> None:
    seen = odds.observed(races(), odds.CLAIMS[1])
    base = odds.base_rate(seen)
    assert np.isnan(base[:15]).all()
    happened = seen["happened"].to_numpy()
    assert base[15:] == pytest.approx([happened[:k].mean() for k in range(15, 40)])


def test_skill_is_against_the_base_rate() -> None:
    sure = races().with_columns(p_ahead=pl.col("ahead_result").cast(pl.Float64))
    assert claim(odds.claims(sure), "ahead_eve")["skill"] == pytest.approx(1)
    few = odds.claims(races(10))
    assert claim(few, "ahead_eve")["skill"] is None


def test_a_level_result_is_not_counted() -> None:
    level = races().with_columns(
        ahead_result=pl.when(pl.col("campaign") == "e07").then(None).otherwise("ahead_result")
    )
    assert claim(odds.claims(level), "ahead_eve")["elections"] == 39


def test_reliability_bins() -> None:
    made = pl.DataFrame(
        {
            "campaign": ["a", "a", "b", "b", "c"],
            "p": [0.02, 0.98, 0.9, 0.1, 1.0],
            "happened": [0.0, 1.0, 1.0, 0.0, 1.0],
        }
    )
    bins = odds.reliability(made, (0, 0.05, 0.5, 0.95, 1))
    assert bins["cases"].to_list() == [1, 1, 1, 2]
    assert bins["happened"].to_list() == [0, 0, 1, 1]
    assert bins["p"].to_list() == pytest.approx([0.02, 0.1, 0.9, 0.99])
    assert odds.reliability(made.clear()).is_empty()


def test_who_comes_first_against_the_polls_mean() -> None:
    contenders = table.with_baseline_crps(rows(40, horizon=0)).with_columns(
        came_first=pl.col("contender") == "c1", learned_from=pl.lit(20, pl.Int64)
    )
    made = odds.first(contenders, races()).to_dicts()
    (r,) = made
    assert r["elections"] == 25
    assert r["brier"] == pytest.approx(0.8 * 0.08 + 0.2 * 1.28)
    assert 0 < r["base_brier"] < 0.5, "the mean has c1 six points ahead, and it always came first"
    assert r["difference"] == pytest.approx(r["brier"] - r["base_brier"])
    assert r["favourite_won"] == pytest.approx(0.8)
    assert odds.first(contenders.clear(), races()).is_empty()
