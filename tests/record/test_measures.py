"""Intervals, distances, standings, paths and fits: properties and known answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.record.bootstrap import mean_interval
from comparenotes.record.classes import select, term_bucket
from comparenotes.record.from_here import _fit
from comparenotes.record.gower import FEATURES, NUMBERS, WORDS, distances, shared
from comparenotes.record.path import ribbon
from comparenotes.record.profile import profile_of
from comparenotes.record.skill import CONTEXT, NEIGHBOURS, choose_k, predictions
from comparenotes.record.standing import standings

from .invented import BEFORE, ELECTION, OFFICE, campaign, leader_changed

QUICK = settings(max_examples=25, deadline=None)
case = st.fixed_dictionaries(
    {
        **{n: st.one_of(st.none(), st.floats(0, 100)) for n in NUMBERS},
        **{n: st.one_of(st.none(), st.sampled_from(["a", "b", "c"])) for n in WORDS},
        "coalition": st.booleans(),
    }
)


@QUICK
@given(a=case, b=case)
def test_gower_is_a_symmetric_share(a: dict[str, Any], b: dict[str, Any]) -> None:
    d = distances([a, b], [a, b])
    assert ((d >= 0) & (d <= 1)).all()
    assert np.allclose(d, d.T)
    assert d[0, 0] == pytest.approx(0)


def test_gower_counts_only_what_both_have() -> None:
    a = {"family": "green", "term": 1, "months": None}
    b = {"family": "liberal", "term": 1, "months": 48.0}
    assert distances([a], [b])[0, 0] == pytest.approx(0.5)  # family differs, term agrees
    assert shared(a, b) == {"alike": ["term"], "unlike": ["family"]}
    assert distances([{}], [{}])[0, 0] == 1


def test_features_are_known_before_polling_day() -> None:
    assert not set(FEATURES) & {"share_after", "vote_change", "kept_office", "early", "first_after"}


@QUICK
@given(st.lists(st.floats(-20, 20), min_size=15, max_size=60))
def test_an_interval_holds_its_estimate(values: list[float]) -> None:
    countries = [i % 5 for i in range(len(values))]
    x = mean_interval(values, countries)
    assert x.lo90 is not None
    assert x.lo90 <= x.estimate <= x.hi90  # type: ignore[operator]


def test_under_15_cases_there_is_no_rate() -> None:
    assert mean_interval([1.0] * 14, range(14)).estimate is None


def test_few_countries_that_agree_still_leave_doubt() -> None:
    values = [100.0, 100.0, 100.0, 100.0, 0.0] * 5
    countries = [c for c in "abc" for _ in range(10)][:25]
    x = mean_interval(values, countries, within=(0, 100))
    half = 1.645 * np.std(values, ddof=1) / 5
    assert x.hi90 - x.lo90 >= 2 * half - 0.1  # type: ignore[operator]
    assert x.hi90 <= 100  # type: ignore[operator]


def test_clustered_cases_widen_the_interval() -> None:
    values = [10.0] * 20 + [-10.0] * 20
    apart = mean_interval(values, range(40))
    together = mean_interval(values, ["a"] * 10 + ["b"] * 10 + ["c"] * 10 + ["d"] * 10)
    assert together.hi90 - together.lo90 > 1.5 * (apart.hi90 - apart.lo90)  # type: ignore[operator]


def test_standing_is_the_firms_mean_less_the_last_result() -> None:
    frame = standings(campaign(), ELECTION).filter(pl.col("grid") == "term")
    assert frame["date"].min() > OFFICE
    day = OFFICE + timedelta(days=31)
    now = standings(campaign(), day, extra=(day,)).sort("date").row(-1, named=True)
    # polls ended 10 days into office (41, 39): published, within 30 days; the next are not yet
    assert now["standing"] == pytest.approx(0.0)
    assert now["polls"] == 2


def test_standing_never_sees_a_later_poll() -> None:
    day = date(2013, 1, 1)
    whole = standings(campaign(), day)
    cut = standings(campaign().known_at(day), day)
    assert whole.equals(cut)
    assert whole["date"].max() <= day  # type: ignore[operator]


def test_a_firm_counts_once_however_often_it_polls() -> None:
    c = campaign()
    more = pl.concat([c.polls, *[c.polls.filter(pl.col("pollster") == "Alpha")] * 5])
    day = date(2013, 1, 1)
    one = standings(c, day, extra=(day,)).filter(pl.col("date") == day)["standing"][0]
    many = standings(campaign(polls=more), day, extra=(day,)).filter(pl.col("date") == day)
    assert many["standing"][0] == pytest.approx(one)


def test_hypothetical_and_regional_polls_do_not_count() -> None:
    c = campaign()
    odd = c.polls.with_columns(
        pl.lit(90.0).alias("red"),
        pl.lit(True).alias("hypothetical"),
    )
    local = c.polls.with_columns(pl.lit(90.0).alias("red"), pl.lit("XX-1").alias("region"))
    assert standings(campaign(polls=pl.concat([c.polls, odd, local])), ELECTION).equals(
        standings(c, ELECTION)
    )


def test_the_ribbon_counts_governments_not_polls() -> None:
    rows = pl.DataFrame(
        {
            "case": [f"c{i}" for i in range(12)] + ["c0"] * 50,
            "days_in_term": [100] * 62,
            "standing": [float(i) for i in range(12)] + [0.0] * 50,
        }
    )
    band = ribbon(rows)
    assert band["n"].to_list() == [12]
    assert band["estimate"][0] == pytest.approx(5.5)
    assert ribbon(rows.filter(pl.col("case") < "c3")).is_empty()


def test_shrinkage_is_the_slope_of_result_on_standing() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(0, 5, 200)
    once = pl.DataFrame(
        {
            "case": [f"c{i:03d}" for i in range(200)],
            "country": [f"k{i % 20}" for i in range(200)],
            "standing": x,
            "change": -1 + 0.6 * x + rng.normal(0, 2, 200),
        }
    )
    fit = _fit({"standing": 10.0, "days_to_go": 92}, 90, once)
    assert fit.worth == pytest.approx(0.6, abs=0.1)
    assert fit.worth_lo90 < 0.6 < fit.worth_hi90  # type: ignore[operator]
    assert fit.expected == pytest.approx(5.0, abs=1.0)
    assert fit.lo80 < fit.expected < fit.hi80  # type: ignore[operator]
    assert fit.hi80 - fit.lo80 == pytest.approx(2 * 1.28 * 2, rel=0.25)  # type: ignore[operator]


def test_a_profile_from_the_campaigns_own_facts() -> None:
    p = profile_of(campaign(), date(2013, 1, 1))
    assert (p.term, p.full_term, p.coalition, p.family) == (1, True, False, "social democracy")
    assert (p.share_before, p.margin_before, p.first_before) == (40.0, 5.0, True)
    assert p.rival_family == "conservative"
    assert p.fragmentation == pytest.approx(75**2 / (40**2 + 35**2), abs=0.01)
    assert p.previous == BEFORE
    assert p.replaced is None  # the year before the vote has not begun
    assert profile_of(campaign(), ELECTION).replaced is False


def test_a_change_of_leader_counts_from_its_day() -> None:
    day = date(2014, 9, 1)
    c = campaign(government=leader_changed(day))
    before, after = profile_of(c, day - timedelta(days=1)), profile_of(c, day)
    assert (before.changed_in_term, before.replaced) == (False, None)
    assert (after.changed_in_term, after.changed_on, after.replaced) == (True, day, True)


def test_terms_are_put_together_from_the_third() -> None:
    assert [term_bucket(t) for t in (0, 1, 2, 3, 9)] == [1, 1, 2, 3, 3]
    rows = pl.DataFrame(
        {
            "date": [date(2000, 1, 1)] * 4,
            "term": [1, 1, 3, 5],
            "full_term": [True, False, True, True],
            "democracy": ["older", "older", "older", "newer"],
        }
    )
    assert select(rows, 1, True, "older").height == 1
    assert select(rows, 1, False, "older").height == 1
    assert select(rows, 4, True, None).height == 2


def history(signal: bool, n: int = 320) -> pl.DataFrame:
    """Return invented cases whose fate follows the family (signal) or nothing."""
    rng = np.random.default_rng(7)
    rows = []
    for i in range(n):
        family = ("green", "liberal")[i % 2]
        chance = (0.9 if family == "green" else 0.1) if signal else 0.6
        day = date(1955, 1, 1) + timedelta(days=80 * i)
        kept = bool(rng.random() < chance)
        rows.append(
            {
                "case": f"c{i}",
                "country": f"k{int(rng.integers(12))}",
                "date": day,
                "office_known": day + timedelta(days=20),
                "kept_office": kept,
                "vote_change": float(rng.normal(2 if kept else -4, 2)),
                **dict.fromkeys(FEATURES),
                "family": family,
                "term": 1,
                "full_term": True,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def brier(frame: pl.DataFrame) -> tuple[float, float]:
    p = predictions(frame)
    k, _ = choose_k(p)
    assert k in NEIGHBOURS
    return float(np.mean((p.nearest[k] - p.kept) ** 2)), float(np.mean((p.base - p.kept) ** 2))


def test_nearest_cases_find_a_signal_that_is_there() -> None:
    near, base = brier(history(signal=True))
    assert near < base - 0.08


def test_nearest_cases_find_nothing_in_noise() -> None:
    near, base = brier(history(signal=False))
    assert abs(near - base) < 0.02


def test_a_prediction_uses_only_what_was_over_and_foreign() -> None:
    frame = history(signal=True)
    p = predictions(frame)
    i = 200
    day, country = p.dates[i], p.countries[i]
    cut = frame.with_columns(
        # turn round every fate that may not be known, and those of the same country
        pl.when((pl.col("office_known") >= day) | (pl.col("country") == country))
        .then(~pl.col("kept_office"))
        .otherwise(pl.col("kept_office"))
        .alias("kept_office")
    )
    q = predictions(cut)
    for k in NEIGHBOURS:
        assert q.nearest[k][i] == p.nearest[k][i]
    assert q.base[i] == p.base[i]


def test_the_words_for_no_skill() -> None:
    assert CONTEXT == "context, not odds"
