"""Simple averages with answers known by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from comparenotes.race.baselines import baselines, last_days, last_per_firm
from comparenotes.race.prepare import prepare
from tests.race.invented import campaign, poll

DAY = date(2024, 5, 31)


def at(days: int, firm: str, **shares: Any) -> dict[str, Any]:
    return poll(DAY - timedelta(days=days), firm, **shares)


ROWS = [
    at(1, "a", elk=40.0, fox=30.0, yak=20.0),
    at(5, "b", elk=36.0, fox=34.0, yak=20.0),
    at(13, "a", elk=32.0, fox=38.0, yak=20.0),
    at(14, "c", elk=10.0, fox=70.0, yak=10.0),
    at(50, "d", elk=44.0, fox=26.0, yak=20.0),
    at(70, "e", elk=5.0, fox=85.0, yak=5.0),
]


def test_the_mean_of_the_last_14_days() -> None:
    mean = last_days(prepare(campaign(ROWS)), DAY)
    np.testing.assert_allclose(mean, [0.36, 0.34, 0.20, 0.10])


def test_the_last_poll_of_each_firm_within_60_days() -> None:
    mean = last_per_firm(prepare(campaign(ROWS)), DAY)
    np.testing.assert_allclose(
        mean, np.array([40 + 36 + 10 + 44, 30 + 34 + 70 + 26, 20 + 20 + 10 + 20, 40]) / 400
    )


def test_polls_that_end_later_are_not_in_it() -> None:
    rows = [*ROWS, poll(DAY + timedelta(days=2), "a", elk=90.0, fox=5.0, yak=3.0)]
    prepared = prepare(campaign(rows))
    for of in (last_days, last_per_firm):
        np.testing.assert_array_equal(of(prepared, DAY), of(prepare(campaign(ROWS)), DAY))


def test_without_polls_in_14_days_the_last_three() -> None:
    mean = last_days(prepare(campaign(ROWS)), DAY + timedelta(days=40))
    np.testing.assert_allclose(mean, [0.36, 0.34, 0.20, 0.10])


def test_a_contender_no_poll_names_gets_its_part_of_the_rest() -> None:
    rows = [poll(DAY, "a", elk=45.0, fox=35.0)]
    prepared = prepare(campaign([*rows, at(40, "b", elk=40.0, fox=30.0, yak=20.0)]))
    mean = last_days(prepared, DAY)
    # yak had 15, others 10: the 20 that are left are shared 3 to 2
    np.testing.assert_allclose(mean, [0.45, 0.35, 0.12, 0.08])


def test_all_baselines_sum_to_a_hundred_and_are_named() -> None:
    table = baselines(prepare(campaign(ROWS)), DAY)
    assert set(table["baseline"]) == {
        "mean of the last 14 days",
        "last poll of each firm",
        "last result",
    }
    for _, part in table.group_by("baseline"):
        assert part["share"].sum() == pytest.approx(100.0)
    last = table.filter(baseline="last result")
    assert last["share"].to_list() == pytest.approx([40.0, 35.0, 15.0, 10.0])


def test_without_earlier_polls_there_is_none() -> None:
    prepared = prepare(campaign(ROWS))
    assert last_days(prepared, DAY - timedelta(days=300)) is None
    assert last_per_firm(prepared, DAY - timedelta(days=300)) is None
