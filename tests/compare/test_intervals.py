"""Intervals: differences of estimates against simulation, and the ends that must hold."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.compare.intervals import Estimate, proportion
from comparenotes.normal import Z80, Z90, Z95

ESTIMATES = st.tuples(st.floats(-30, 30), st.floats(0.01, 8), st.floats(0.01, 8)).map(
    lambda t: Estimate(t[0], t[0] - t[1], t[0] + t[2])
)


def test_difference_covers_as_it_says() -> None:
    rng = random.Random(5)  # noqa: S311
    a_sd, b_sd, truth, hits, n = 1.3, 0.7, 2.0, 0, 4000
    for _ in range(n):
        a, b = rng.gauss(truth, a_sd), rng.gauss(0, b_sd)
        d = Estimate(a, a - Z90 * a_sd, a + Z90 * a_sd).minus(
            Estimate(b, b - Z90 * b_sd, b + Z90 * b_sd)
        )
        hits += d.lo90 <= truth <= d.hi90
    assert 0.885 <= hits / n <= 0.915


@given(ESTIMATES, ESTIMATES)
@settings(max_examples=60, deadline=None)
def test_difference_turns_round_with_its_sides(a: Estimate, b: Estimate) -> None:
    d, r = a.minus(b), b.minus(a)
    assert d.mean == pytest.approx(-r.mean)
    assert d.lo90 == pytest.approx(-r.hi90)
    assert d.hi90 == pytest.approx(-r.lo90)


@given(ESTIMATES, ESTIMATES)
@settings(max_examples=60, deadline=None)
def test_lead_over_a_rival_is_at_least_as_wide_as_independence(a: Estimate, b: Estimate) -> None:
    assert a.minus_rival(b).lo90 <= a.minus(b).lo90 + 1e-9
    assert a.minus_rival(b).hi90 >= a.minus(b).hi90 - 1e-9


@given(ESTIMATES)
@settings(max_examples=40, deadline=None)
def test_levels_nest_and_scale(e: Estimate) -> None:
    lo80, hi80 = e.at(80)
    lo95, hi95 = e.at(95)
    assert lo95 <= e.lo90 <= lo80 <= e.mean <= hi80 <= e.hi90 <= hi95
    assert (hi95 - e.mean) / (hi80 - e.mean) == pytest.approx(Z95 / Z80)
    assert e.at(90) == pytest.approx((e.lo90, e.hi90))


def test_an_estimate_outside_its_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        Estimate(1.0, 2.0, 3.0)
    with pytest.raises(ValueError, match="finite"):
        Estimate(float("nan"), 0.0, 1.0)


def test_wilson_interval_of_a_published_case() -> None:
    # Newcombe (Statistics in Medicine 17, 1998), method 3: 81 of 263, 95%: .2553 to .3662.
    e = proportion(81, 263)
    half = (0.3662 - 0.2553) / 2 / Z95 * Z90
    assert (e.hi90 - e.lo90) / 200 == pytest.approx(half, abs=0.001)


@pytest.mark.parametrize(("k", "n"), [(0, 6), (6, 6), (1, 1), (0, 1)])
def test_proportions_stay_inside(k: int, n: int) -> None:
    e = proportion(k, n)
    assert 0 <= e.lo90 <= e.mean <= e.hi90 <= 100


def test_an_impossible_proportion_is_refused() -> None:
    with pytest.raises(ValueError, match="not a proportion"):
        proportion(3, 2)
