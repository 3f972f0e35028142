"""What is said of draws of seats."""

from __future__ import annotations

import numpy as np
import pytest

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
        {"contender": "yak", "threshold": 5.0, "p_clears": 0.75},
        {"contender": "elk", "threshold": 5.0, "p_clears": 1.0},
    ]


def test_majority_where_the_chamber_grows() -> None:
    draws = np.array([[60, 60], [61, 60]])
    result = SeatResult("seats", ("a", "b"), draws, draws.sum(axis=1), "By lot.")
    assert summarise(result)["p_majority"].to_list() == [0.5, 0.0]
    assert threshold_rows(result) == []
