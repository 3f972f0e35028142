"""What a difference in message says of itself agrees with its grade."""

from __future__ import annotations

import pytest

from comparenotes.compare.finding import MIN_DOCUMENTS, grade_difference
from comparenotes.compare.intervals import Estimate
from comparenotes.compare.message_provider import _noise


@pytest.mark.parametrize(
    ("mean", "lo", "hi", "grade", "said"),
    [
        (2.0, 0.5, 3.5, "measured", ""),
        (2.0, 0.1, 3.9, "suggestive", ""),
        (-2.8, -5.8, 0.2, "suggestive", "at 90% cannot be told apart from none, at 80% can"),
        (0.5, -1.0, 2.0, "too few to say", ", which cannot be told apart from none"),
    ],
)
def test_a_suggestive_difference_is_not_said_to_be_none(
    mean: float, lo: float, hi: float, grade: str, said: str
) -> None:
    e = Estimate(mean, lo, hi)
    assert grade_difference(e, 9, MIN_DOCUMENTS) == grade
    told = _noise(e, 9)
    assert told.endswith(said)
    assert bool(told) == bool(said)
