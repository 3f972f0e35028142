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


@pytest.mark.parametrize("make", [p.number, p.signed, p.share])
def test_what_is_not_known_is_a_dash(make: object) -> None:
    assert callable(make)
    assert make(None) == "–"


@pytest.mark.parametrize(("x", "text"), [(0.0, "0.0"), (0.049, "+0.05"), (-0.012, "−0.01")])
def test_near_hides_no_sign(x: float, text: str) -> None:
    assert p.near(x) == text


def test_a_spread_is_a_number_with_its_interval() -> None:
    assert p.spread(3.14, 2.0, 4.44, unit="%") == "3.1% (2.0 to 4.4)"
    assert p.spread(-1.4, -2.3, 0.5, sign=True) == "−1.4 (−2.3 to +0.5)"
    assert p.spread(1.0, None, 2.0) == "–"


@pytest.mark.parametrize(
    ("x", "text"), [(None, "–"), (True, "yes"), (1.234, "1.23"), (1234, "1234"), ("a", "a")]
)
def test_cells(x: object, text: str) -> None:
    assert p.cell(x) == text


def test_days_and_months() -> None:
    d = date(2026, 8, 2)
    assert p.day(d) == p.day("2026-08-02") == "2 August 2026"
    assert (p.short_day(d), p.month(d)) == ("2 Aug 2026", "August 2026")
    assert (p.many(1, "text"), p.many(0, "text"), p.many(1200, "text")) == (
        "1 text", "0 texts", "1,200 texts",
    )  # fmt: skip
