"""Number agreement, rounding and signs."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes import words as p
from comparenotes.compare.intervals import Estimate


@pytest.mark.parametrize(
    ("x", "text"),
    [(0.04, "0.0"), (-0.04, "0.0"), (1.25, "1.2"), (-3.0, "−3.0"), (1234.5, "1,234.5")],
)
def test_number(x: float, text: str) -> None:
    assert p.number(x) == text


@pytest.mark.parametrize(("x", "text"), [(0.04, "0.0"), (2.0, "+2.0"), (-2.0, "−2.0")])
def test_signed(x: float, text: str) -> None:
    assert p.signed(x) == text


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "no polls"), (1, "one poll"), (5, "five polls"), (11, "11 polls"), (1500, "1,500 polls")],
)
def test_count_agrees(n: int, text: str) -> None:
    assert p.count(n, "poll") == text


def test_count_with_an_irregular_plural() -> None:
    assert p.count(2, "country", "countries") == "two countries"
    assert p.count(1, "country", "countries") == "one country"


@pytest.mark.parametrize(
    ("n", "text"),
    [(1, "first"), (8, "eighth"), (9, "9th"), (11, "11th"), (21, "21st"), (22, "22nd")],
)
def test_ordinal(n: int, text: str) -> None:
    assert p.ordinal(n) == text


@pytest.mark.parametrize(
    ("items", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_join(items: list[str], text: str) -> None:
    assert p.join(items) == text


@pytest.mark.parametrize(
    ("x", "text"), [(0.0, "under 1%"), (1.0, "over 99%"), (0.5, "50%"), (0.994, "over 99%")]
)
def test_a_probability_is_never_certain(x: float, text: str) -> None:
    assert p.percent(x) == text


def test_day() -> None:
    assert p.day(date(2026, 8, 1)) == "1 August 2026"


@given(st.floats(-20, 20), st.floats(0.1, 5), st.floats(0.1, 5))
@settings(max_examples=80, deadline=None)
def test_led_and_trailed_are_one_sentence_seen_from_two_sides(
    m: float, down: float, up: float
) -> None:
    e = Estimate(m, m - down, m + up)
    one, other = p.ahead(e, "A", "B"), p.ahead(-e, "A", "B")
    if abs(m) < p.LEVEL:
        assert "stood level" in one
        assert "stood level" in other
    else:
        assert one.replace("led", "trailed") == other or one.replace("trailed", "led") == other


@given(st.floats(-20, 20), st.floats(0.1, 5))
@settings(max_examples=80, deadline=None)
def test_gains_and_losses_mirror(m: float, half: float) -> None:
    e = Estimate(m, m - half, m + half)
    if abs(m) >= p.LEVEL:
        swapped = p.moved(e).translate({}).replace("gained", "x").replace("lost", "gained")
        assert swapped.replace("x", "lost") == p.moved(-e)


def test_a_name_never_changes_a_verb() -> None:
    e = Estimate(2.0, 1.0, 3.0)
    one = p.ahead(e, "Labour", "Greens").replace("Labour", "X").replace("Greens", "Y")
    many = p.ahead(e, "Greens", "Labour").replace("Greens", "X").replace("Labour", "Y")
    assert one == many
