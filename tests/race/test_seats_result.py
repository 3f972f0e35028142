"""What is said of draws of seats."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.model import Bloc
from comparenotes.race.seats import SeatResult, bloc_rows, summarise, threshold_rows


@pytest.fixture
def result() -> SeatResult:
    draws = np.array([[60, 30, 10], [50, 40, 10], [51, 49, 0], [40, 60, 0]])
    return SeatResult(
        unit="seats",
        names=("yak", "elk", "oth"),
        draws=draws,
        totals=draws.sum(axis=1),
        method="By lot.",
        notes=("Invented.",),
        threshold=5.0,
        clears=np.array([[True, True, False]] * 3 + [[False, True, False]]),
    )


def test_summary(result: SeatResult) -> None:
    rows = {r["contender"]: r for r in summarise(result).to_dicts()}
    assert rows["yak"]["mean"] == pytest.approx(50.25)
    # half the seats are no majority
    assert rows["yak"]["p_majority"] == pytest.approx(0.5)
    assert rows["elk"]["p_majority"] == pytest.approx(0.25)
    assert (rows["elk"]["lo90"], rows["elk"]["hi90"]) == (30, 60)
    assert rows["oth"]["unit"] == "seats"
    assert (result.total, result.majority) == (100, 51)
    assert result.note == "By lot. Invented."


def test_summary_of_some(result: SeatResult) -> None:
    assert summarise(result, ("elk", "gnu"))["contender"].to_list() == ["elk"]


def test_blocs_add_up_draw_by_draw(result: SeatResult) -> None:
    bloc = Bloc("all", "All of them", ("elk", "oth", "gnu"))
    (row,) = bloc_rows(result, [bloc])
    assert row["mean"] == pytest.approx(49.75)
    assert row["p_majority"] == pytest.approx(0.25)
    assert row["missing"] == ["gnu"]
    assert row["contenders"] == ["elk", "oth"]


def test_threshold(result: SeatResult) -> None:
    assert threshold_rows(result) == [
        {"contender": "yak", "threshold": 5.0, "p_clears": 0.75, "or_local_seats": False},
        {"contender": "elk", "threshold": 5.0, "p_clears": 1.0, "or_local_seats": False},
    ]


def test_majority_where_the_chamber_grows() -> None:
    draws = np.array([[60, 60], [61, 60]])
    result = SeatResult("seats", ("a", "b"), draws, draws.sum(axis=1), "By lot.")
    assert summarise(result)["p_majority"].to_list() == [0.5, 0.0]
    assert threshold_rows(result) == []


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 700)), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_ranges_hold_the_distribution_and_the_majority(rows: list[tuple[int, int]]) -> None:
    draws = np.array(rows) + np.array([0, 1])  # no chamber is empty
    result = SeatResult("seats", ("a", "b"), draws, draws.sum(axis=1), "By lot.")
    for row in summarise(result).to_dicts():
        bins = row["bins"]
        assert sum(b["p"] for b in bins) == pytest.approx(1)
        assert row["majority"] == row["total"] // 2 + 1
        # the ranges from the line on are the probability printed
        over = sum(b["p"] for b in bins if b["lo"] >= row["majority"])
        assert over == pytest.approx(row["p_majority"])
        assert all(b["lo"] <= b["hi"] for b in bins)
        assert all(x["hi"] + 1 == y["lo"] for x, y in itertools.pairwise(bins))


def test_ranges_are_seats_where_the_chamber_stays(result: SeatResult) -> None:
    (row,) = summarise(result, ("elk",)).to_dicts()
    for seats in (30, 40, 49, 60):
        assert any(b["lo"] <= seats <= b["hi"] and b["p"] >= 0.25 for b in row["bins"])
    assert (row["bins"][0]["lo"], row["bins"][-1]["hi"]) == (29, 60)
