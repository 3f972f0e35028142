"""Specifications of charts: data only, the parties' colours with a second sign, slim drawings."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest

from comparenotes.brief import charts
from comparenotes.brief.race_charts import looks
from comparenotes.document import chart as ch
from comparenotes.document import theme
from comparenotes.render.picture import on_page
from tests.brief.conftest import AS_OF
from tests.brief.hostile import NASTY, poison
from tests.compare import factory

TOY = ch.chart(
    "c-toy",
    "A toy",
    "One point.",
    ch.view(
        100,
        50,
        [
            *ch.texts([{"text": "<b>", "y": 1}], 5, ch.number("y", (0, 2))),
            ch.line_at(1, ch.number("y", (0, 2), ch.axis(ch.SIGNED, 2))),
        ],
    ),
    (10, 5, 10, 15),
    [{"y": 1}],
)


def test_a_small_specification_word_for_word() -> None:
    y = {"type": "quantitative", "scale": {"domain": [0, 2], "nice": False, "zero": False}}
    ticks = {"tickCount": 2, "tickMinStep": 1, "labelExpr": ch.SIGNED, "title": None}
    assert {k: v for k, v in TOY.spec.items() if k != "config"} == {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": "One point.",
        "autosize": "none",
        "padding": {"left": 10, "top": 5, "right": 10, "bottom": 15},
        "width": 100,
        "height": 50,
        "layer": [
            {
                "data": {"values": [{"ink": theme.INK, "text": "<b>", "y": 1}]},
                "mark": {"type": "text", "fontWeight": "normal", "x": 5},
                "encoding": {
                    "y": {"field": "y", **y, "axis": None},
                    "text": {"field": "text", "type": "nominal"},
                    "color": {"field": "ink", "type": "nominal", "scale": None},
                },
            },
            {
                "data": {"values": [{"at": 1}]},
                "mark": {"type": "rule"},
                "encoding": {"y": {"field": "at", **y, "axis": ticks}},
            },
        ],
    }
    assert TOY.size == (120, 70)
    assert 'viewBox="0 0 120 70"' in TOY.svg
    assert "&lt;b&gt;" in TOY.svg


def expressions(part: object, key: str = "") -> list[str]:
    """Return every text of a specification that Vega would evaluate."""
    if isinstance(part, dict):
        if key == "values":
            return []
        return [e for k, v in part.items() for e in expressions(v, k)]
    if isinstance(part, list):
        return [] if key in ("values", "domain") else [e for v in part for e in expressions(v, key)]
    evaluated = key.lower().endswith("expr") or key in ("expr", "signal", "test", "filter", "field")
    return [str(part)] if evaluated else []


def test_a_name_is_never_part_of_an_expression() -> None:
    race = factory.analyse(poison(factory.home()), as_of=AS_OF)
    drawn = charts.trend_chart(race, "c-x", "lilac")
    found = expressions(drawn.spec)
    assert found
    assert not [e for e in found for name in NASTY if ch.clean(name)[:12] in e]
    assert any(
        ch.clean(n, ch.NAME) in json.dumps(drawn.spec, ensure_ascii=False) for n in NASTY[:3]
    )


def test_a_drawing_has_no_style_and_only_colours_that_follow_the_theme() -> None:
    race = factory.analyse(factory.home(), as_of=AS_OF)
    svg = on_page(charts.trend_chart(race, "c-x", "lilac"))
    assert "style" not in svg
    left = re.sub(r"color-mix\(in srgb,#[0-9a-f]{6} var\(--night\),#[0-9a-f]{6}\)", "", svg)
    assert not re.search(r"#[0-9a-f]{3,6}\"", left)
    assert set(re.findall(r"var\(--(\w+)\)", svg)) <= {"ink", "muted", "rule", "paper", "sans",
                                                      "focus", "rival", "night"}  # fmt: skip


@pytest.mark.parametrize(
    "colour", ["#fff200", "#000000", "#e4003b", "#FAA61A", "#12b6cf", "#ffffff"]
)
def test_a_party_s_colour_can_be_seen_by_day_and_by_night(colour: str) -> None:
    look = theme.looks([("x", colour)])["x"]
    assert theme.contrast(look.colour, theme.PAPER) >= theme.MARKS
    assert theme.contrast(look.text, theme.PAPER) >= theme.TEXT
    night = re.findall(r"#[0-9a-f]{6}", theme.for_page(look.colour))[0]
    assert theme.contrast(night, theme.NIGHT) >= theme.TEXT


def test_a_colour_that_has_contrast_stays_the_party_s_own() -> None:
    assert theme.looks([("lab", "#E4003B")])["lab"].colour == "#e4003b"


def test_a_hostile_colour_is_none() -> None:
    assert theme.looks([("x", '#abc"/><script>')])["x"].colour == theme.PALETTE[0]


def test_colour_and_dash_are_the_same_on_every_date_and_differ_twice() -> None:
    home = factory.home()
    every = looks(home)
    assert looks(home.known_at(AS_OF - timedelta(60))) == every
    assert len({look.dash for look in every.values()}) == len(every)
    assert len({look.shape for look in every.values()}) == len(every)


@pytest.mark.parametrize(("days", "least"), [(6, 2), (40, 3), (100, 2), (700, 3), (9000, 2)])
def test_an_axis_of_time_names_a_few_dates_within_it(days: int, least: int) -> None:
    first = date(2024, 2, 27)
    spec = ch.time("date", first, first + timedelta(days))
    low, high = spec["scale"]["domain"]
    assert high - low == 86_400_000 * days
    assert least <= len(spec["axis"]["values"]) <= 6
    assert all(low <= v <= high for v in spec["axis"]["values"])


def test_many_circles_alike_are_one_path() -> None:
    race = factory.analyse(factory.home(), as_of=AS_OF)
    svg = charts.trend_chart(race, "c-x").svg
    assert svg.count("h.01") == race.polls["share"].drop_nulls().len()
    assert svg.count("<path") < 40


def test_a_text_that_covers_what_is_behind_it_is_there_once() -> None:
    y = ch.number("y", (0, 2))
    layers = ch.texts([{"text": "Over", "y": 1}], 5, y, halo=True)
    assert len(layers) == 2
    svg = ch.chart("c-halo", "A", "B", ch.view(100, 50, layers), (5, 5, 5, 5), []).svg
    assert re.findall(r"<text[^>]*>([^<]*)</text>", svg) == ["Over"]
    assert 'paint-order="stroke"' in svg
    assert f'stroke="{theme.PAPER}"' in svg


def test_the_specification_is_sound_for_other_tools() -> None:
    altair = pytest.importorskip("altair", reason="not needed to draw")
    race = factory.analyse(factory.home(), as_of=AS_OF)
    assert altair.Chart.from_dict(charts.trend_chart(race, "c-x", "lilac").spec)
