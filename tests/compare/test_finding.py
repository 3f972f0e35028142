"""A finding needs sources, an interval and a grade that follows from them."""

from __future__ import annotations

import pytest

from comparenotes.compare.finding import (
    Finding,
    failure,
    grade_difference,
    grade_level,
    numbers,
)
from comparenotes.compare.intervals import Estimate


def made(**kw: object) -> Finding:
    base: dict[str, object] = {
        "claim": "Something moved.",
        "kind": "standing",
        "provider": "race",
        "grade": "measured",
        "sources": ("a table (CC0)",),
    }
    return Finding(**(base | kw))  # type: ignore[arg-type]


@pytest.mark.parametrize("sources", [(), ("",), ("  ",), ("a", "")])
def test_no_finding_without_sources(sources: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="source"):
        made(sources=sources)


def test_no_number_without_an_interval() -> None:
    with pytest.raises(ValueError, match="interval"):
        made(estimate=1.0)


@pytest.mark.parametrize(
    ("field", "value"),
    [("grade", "certain"), ("carries_over", "surely"), ("kind", "guess"), ("claim", " ")],
)
def test_unknown_words_are_refused(field: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"unknown|claim"):
        made(**{field: value})


@pytest.mark.parametrize(
    ("mean", "half", "cases", "grade"),
    [
        (3.0, 2.0, 40, "measured"),  # 95% half-width 2.38
        (-3.0, 2.0, 40, "measured"),
        (2.2, 2.0, 40, "suggestive"),  # 80% half-width 1.56, 95% 2.38
        (1.0, 2.0, 40, "too few to say"),
        (3.0, 2.0, 14, "too few to say"),
        (3.0, 2.0, 15, "measured"),
        (0.0, 2.0, 400, "too few to say"),
    ],
)
def test_grade_of_a_difference(mean: float, half: float, cases: int, grade: str) -> None:
    assert grade_difference(Estimate(mean, mean - half, mean + half), cases) == grade


@pytest.mark.parametrize(
    ("half", "cases", "grade"),
    [
        (2.0, 40, "measured"),
        (3.0, 40, "suggestive"),
        (6.0, 40, "too few to say"),
        (2.0, 3, "too few to say"),
    ],
)
def test_grade_of_a_level(half: float, cases: int, grade: str) -> None:
    assert grade_level(Estimate(30.0, 30 - half, 30 + half), cases) == grade


def test_failure_is_a_finding_and_says_why() -> None:
    f = failure("record", "no table", "aa-next", ["bb-2024"])
    assert f.failed
    assert "no table" in f.claim
    assert f.to_dict(3)["failed"] is True
    assert f.to_dict(3)["n"] == 3


def test_strength_counts_half_widths_on_the_side_of_zero() -> None:
    f = made(**numbers(Estimate(4.0, 2.0, 10.0)))
    assert f.strength() == pytest.approx(2.0)
    g = made(**numbers(Estimate(-4.0, -10.0, -2.0)))
    assert g.strength() == pytest.approx(2.0)
