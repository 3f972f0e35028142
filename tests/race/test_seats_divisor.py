"""Apportionment against textbook examples, one seat at a time, and its properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.race.seats.divisor import (
    DHondt,
    SainteLague,
    apportion,
    highest_averages,
    largest_remainder,
)

RULES = [DHondt(), DHondt(0.9), SainteLague(), SainteLague(1.4), SainteLague(1.2)]
votes = st.lists(st.integers(1, 10_000), min_size=1, max_size=9)


def one_at_a_time(v: list[float], seats: int, rule: DHondt | SainteLague) -> list[int]:
    held = np.zeros(len(v))
    for _ in range(seats):
        held[int((np.array(v) / rule.divisor(held)).argmax())] += 1
    return held.astype(int).tolist()


def test_textbook_averages() -> None:
    v = [100_000, 80_000, 30_000, 20_000]
    assert apportion(np.array([v]), 8, "dhondt")[0].tolist() == [4, 3, 1, 0]
    assert apportion(np.array([v]), 8, "sainte_lague")[0].tolist() == [3, 3, 1, 1]


def test_textbook_remainders() -> None:
    v = np.array([[47_000, 16_000, 15_800, 12_000, 6_100, 3_100]])
    assert largest_remainder(v, 10)[0].tolist() == [5, 2, 1, 1, 1, 0]
    assert largest_remainder(v, 10, droop=True)[0].tolist() == [5, 2, 2, 1, 0, 0]


def test_modified_first_divisor_keeps_small_parties_out() -> None:
    v = np.array([[60.0, 34.0, 6.0]])
    assert highest_averages(v, 9, SainteLague())[0].tolist() == [5, 3, 1]
    assert highest_averages(v, 9, SainteLague(1.4))[0].tolist() == [6, 3, 0]


@settings(max_examples=60, deadline=None)
@given(v=votes, seats=st.integers(0, 200), which=st.integers(0, len(RULES) - 1))
def test_same_as_one_seat_at_a_time(v: list[int], seats: int, which: int) -> None:
    # uneven weights: ties are for the next test
    w = [x + 0.37 * np.sqrt(i + 2) for i, x in enumerate(v)]
    got = highest_averages(np.array([w]), seats, RULES[which])[0]
    assert got.tolist() == one_at_a_time(w, seats, RULES[which])


@pytest.mark.parametrize("seats", range(1, 12))
def test_ties_go_to_the_first(seats: int) -> None:
    got = highest_averages(np.array([[5.0, 5.0, 5.0]]), seats, DHondt())[0]
    assert got.tolist() == one_at_a_time([5.0, 5.0, 5.0], seats, DHondt())


@settings(max_examples=40, deadline=None)
@given(v=votes, seats=st.integers(0, 300), which=st.integers(0, len(RULES) - 1))
def test_sums_and_house_monotone(v: list[int], seats: int, which: int) -> None:
    x = np.array([v, v])
    got = highest_averages(x, np.array([seats, seats + 1]), RULES[which])
    assert got.sum(axis=1).tolist() == [seats, seats + 1]
    assert (got[1] >= got[0]).all()
    assert (got >= 0).all()


@settings(max_examples=40, deadline=None)
@given(v=votes, seats=st.integers(1, 200), more=st.integers(1, 5000))
def test_more_votes_never_cost_seats(v: list[int], seats: int, more: int) -> None:
    before = np.array([v], dtype=float)
    after = before.copy()
    after[0, 0] += more
    for method in ("dhondt", "sainte_lague", "hare"):
        assert apportion(after, seats, method)[0, 0] >= apportion(before, seats, method)[0, 0]


@settings(max_examples=40, deadline=None)
@given(v=votes, seats=st.integers(1, 200))
def test_scale_does_not_matter_and_quota_holds(v: list[int], seats: int) -> None:
    x = np.array([v], dtype=float)
    due = seats * x[0] / x.sum()
    for method in ("dhondt", "sainte_lague", "hare", "droop"):
        got = apportion(x, seats, method)
        assert got.sum() == seats
        assert np.array_equal(got, apportion(x * 8, seats, method))
    assert (np.abs(apportion(x, seats, "hare")[0] - due) < 1).all()
    assert (apportion(x, seats, "dhondt")[0] >= np.floor(due + 1e-9)).all()


def test_rows_do_not_touch_each_other() -> None:
    rng = np.random.default_rng(3)
    x = rng.dirichlet(np.ones(7), 200)
    together = highest_averages(x, 120, DHondt())
    alone = [highest_averages(row[None, :], 120, DHondt())[0] for row in x]
    assert np.array_equal(together, np.array(alone))


def test_nobody_and_nonsense() -> None:
    assert highest_averages(np.zeros((1, 3)), 10, DHondt()).tolist() == [[0, 0, 0]]
    assert largest_remainder(np.zeros((1, 3)), 10).tolist() == [[0, 0, 0]]
    with pytest.raises(ValueError, match="negative"):
        highest_averages(np.array([[1.0, -1.0]]), 3, DHondt())
    with pytest.raises(ValueError, match="no apportionment method"):
        apportion(np.ones((1, 2)), 3, "lottery")
