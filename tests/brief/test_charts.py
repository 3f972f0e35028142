"""Charts: deterministic, labelled, safe, and saved in the formats promised."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.brief import charts
from comparenotes.compare import Comparison
from comparenotes.document.chart import clean, spread
from comparenotes.errors import CompareNotesError
from comparenotes.render.picture import on_page
from tests.brief.conftest import AS_OF
from tests.brief.hostile import NASTY, poison
from tests.compare import factory


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - drawn here


def test_trend_names_each_line_and_its_value() -> None:
    race = factory.analyse(factory.home(), as_of=AS_OF)
    chart = charts.trend_chart(race, "c-x", "lilac")
    texts = ["".join(t.itertext()) for t in parsed(chart.svg).iter() if t.tag.endswith("text")]
    for name in ("Lilac", "Ochre", "Teal"):
        assert name in texts
    assert "per cent with 90% intervals" in chart.alt


def test_the_same_race_draws_the_same_bytes() -> None:
    race = factory.analyse(factory.home(), as_of=AS_OF)
    assert charts.trend_chart(race, "c-x").svg == charts.trend_chart(race, "c-x").svg


def test_text_stays_text() -> None:
    race = factory.analyse(factory.home(), as_of=AS_OF)
    svg = on_page(charts.trend_chart(race, "c-x"))
    assert "<text" in svg
    assert "DejaVu" not in svg
    assert "var(--sans)" in svg


def test_hostile_names_leave_the_drawing_well_formed() -> None:
    race = factory.analyse(poison(factory.home()), as_of=AS_OF)
    svg = charts.trend_chart(race, "c-x", "lilac").svg
    parsed(svg)
    assert "<script" not in svg
    assert "onload=alert(1)>" not in svg.replace("&gt;", "")


def test_both_clocks_are_drawn(one: Comparison) -> None:
    drawn = charts.clock_charts(one)
    assert [c.key for c in drawn] == ["c-clock-days", "c-clock-office"]
    for c in drawn:
        parsed(c.svg)


def test_findings_chart_has_a_row_a_number(one: Comparison) -> None:
    for wide in (True, False):
        chart = charts.findings_chart(one, one.ranked(), wide=wide)
        assert chart is not None
        assert chart.alt.count(";") == sum(f.estimate is not None for f in one.findings) - 1


def test_no_numbers_no_chart(empty: Comparison) -> None:
    assert charts.findings_chart(empty, empty.ranked()) is None
    assert charts.clock_charts(empty) == []


@pytest.mark.parametrize(("name", "start"), [("a.svg", b"<?xml"), ("a.png", b"\x89PNG")])
def test_saved_to_a_file(name: str, start: bytes, tmp_path: Path) -> None:
    race = factory.analyse(factory.home(), as_of=AS_OF)
    charts.save_trend(race, tmp_path / name, "lilac")
    assert (tmp_path / name).read_bytes().startswith(start)


def test_other_formats_are_refused(tmp_path: Path) -> None:
    race = factory.analyse(factory.home(), as_of=AS_OF)
    with pytest.raises(CompareNotesError, match=r"\.svg or \.png"):
        charts.save_trend(race, tmp_path / "a.gif")


@given(st.lists(st.floats(0, 60), min_size=1, max_size=6))
@settings(max_examples=80, deadline=None)
def test_labels_keep_their_distance_and_their_order(values: list[float]) -> None:
    gap, low, high = 5.0, 0.0, 60.0
    places = spread(values, gap, low, high)
    ordered = sorted(places)
    assert all(b - a >= gap - 1e-6 for a, b in pairwise(ordered))
    assert ordered[0] >= low
    assert ordered[-1] <= high
    for i, a in enumerate(values):
        for j, b in enumerate(values):
            if a < b:
                assert places[i] < places[j]


@pytest.mark.parametrize("name", NASTY)
def test_clean_leaves_one_printable_line(name: str) -> None:
    assert clean(name, 20).isprintable()
    assert len(clean(name, 20)) <= 20
