"""The green money of 2024: a planted difference, none, and as-of."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from lab.record.tables import green_table

from comparenotes.record.green_money import dose, green_money


def states(lift: float) -> pl.DataFrame:
    """Return 48 invented states; the most invested quarter moves by ``lift`` more."""
    rows = [
        {
            "state": f"S{i:02d}",
            "voters": 1000 + i,
            "change": -3.0 + 0.1 * (i % 5 - 2) + (lift if i < 12 else 0.0),
            "industry": float(1000 - 10 * i) * (1000 + i),
        }
        for i in range(48)
    ]
    return pl.DataFrame(rows)


@pytest.mark.parametrize(("lift", "answer"), [(4.0, "different"), (0.0, "about the same")])
def test_a_planted_difference_comes_out(lift: float, answer: str) -> None:
    found = dose(states(lift))
    assert found.answer == answer
    assert found.most == 12
    assert found.difference == pytest.approx(lift, abs=0.1)
    assert found.lo90 < found.difference < found.hi90


def test_nothing_is_known_before_the_vote() -> None:
    assert green_money(date(2024, 8, 18)) == []
    assert green_table(date(2024, 8, 18)).count("\n") == 1
    assert all(d.states == 51 for d in green_money(date(2026, 8, 20)))
