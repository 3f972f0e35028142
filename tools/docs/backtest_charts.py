"""The pictures of docs/backtest.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.document import chart as ch
from comparenotes.document import theme
from comparenotes.render.picture import save

THIRD, FOURTH = theme.PALETTE[2:4]
LINES = (
    ("mae", "Compare Notes", theme.FOCUS, [1, 0], 2.0),
    ("base_mae", "mean of the last 14 days", theme.RIVAL, [1, 0], 1.4),
    ("base_firms_mae", "last poll of each firm", THIRD, [5, 1.6], 1.2),
    ("base_last_mae", "last result", FOURTH, [1.2, 1.4], 1.4),
)
"""Column, name, colour, dash and width of the lines of the error chart."""
WIDTH, HEIGHT = 330.0, 150.0
FEW = 5
"""Bins with fewer statements are not drawn."""


def _days(days: Sequence[int]) -> ch.Spec:
    """Return the axis of days to go: evenly spaced, far to the right."""
    label = f"{list(days)}[datum.value]"
    axis = {"values": list(range(len(days))), "labelExpr": label, "title": "days to polling day"}
    return ch.number("at", (-0.2, len(days) - 0.8), axis)


def _line(values: Sequence[float], x: ch.Spec, y: ch.Spec, **style: Any) -> ch.Spec:
    rows = [{"at": i, "value": v} for i, v in enumerate(values)]
    return ch.layer("line", rows, {"x": x, "y": {**y, "field": "value"}}, **style)


def _saved(key: str, title: str, alt: str, layers: list[ch.Spec], path: Path) -> str:
    body = ch.view(WIDTH, HEIGHT, layers)
    save(ch.headed(ch.chart(key, title, alt, body, (24, 8, 130, 30), ()), ""), path)
    return alt


def error(by_horizon: pl.DataFrame, path: Path) -> str:
    """Draw the error by days to go; return what it shows in words."""
    days = by_horizon["horizon"].to_list()
    ends = [float(by_horizon[c][-1]) for c, *_ in LINES]
    top = max(float(by_horizon[c].max() or 0) for c, *_ in LINES) + 0.3  # type: ignore[arg-type]
    x, y = _days(days), ch.number("value", (0.0, top), ch.axis("datum.value", 5))
    layers = []
    places = ch.spread(ends, top * 9.4 / HEIGHT, 0.0, top)
    for (column, name, colour, dash, width), place in zip(LINES, places, strict=True):
        style = {"color": colour, "strokeDash": dash, "strokeWidth": width}
        layers.append(_line(by_horizon[column].to_list(), x, y, **style))
        row = {"text": name, "ink": colour, "place": place}
        layers += ch.texts([row], x=WIDTH + 5, y={**y, "field": "place"})
    alt = "; ".join(
        f"{name}: {', '.join(f'{v:.2f}' for v in by_horizon[column])}" for column, name, *_ in LINES
    )
    alt = f"Error in points at {', '.join(map(str, days))} days to go. {alt}."
    return _saved("error", "Mean error per contender, percentage points", alt, layers, path)


def coverage(by_horizon: pl.DataFrame, path: Path) -> str:
    """Draw how many results lie inside 50, 80, 90 and 95% intervals; return it in words."""
    days = by_horizon["horizon"].to_list()
    x, y = _days(days), ch.number("value", (30, 102), ch.axis(ch.PERCENT, 7))
    band = [{"from": 86, "to": 94}]
    span = {"y": {**y, "field": "from"}, "y2": {"field": "to"}}
    layers = [ch.layer("rect", band, span, color=theme.GRID)]
    for level, colour in ((50, FOURTH), (80, THIRD), (90, theme.FOCUS), (95, theme.RIVAL)):
        values = [100 * v for v in by_horizon[f"in{level}"]]
        layers.append(ch.line_at(level, y, color=colour, strokeDash=[1.2, 1.4]))
        layers.append(_line(values, x, y, color=colour, strokeWidth=1.6 if level == 90 else 1.0,
                            point={"size": 12, "color": colour}))  # fmt: skip
        row = {"text": f"{level}%", "ink": colour, "place": level}
        layers += ch.texts([row], x=WIDTH + 5, y={**y, "field": "place"})
    ends = [
        {"at": i, "from": 100 * lo, "to": 100 * hi}
        for i, (lo, hi) in enumerate(by_horizon.select("in90_lo", "in90_hi").iter_rows())
    ]
    layers.append(ch.layer("rule", ends, {"x": x, **span}, color=theme.FOCUS, strokeWidth=1.0))
    alt = "; ".join(
        f"{level}%: {', '.join(f'{100 * v:.0f}' for v in by_horizon[f'in{level}'])}"
        for level in (50, 80, 90, 95)
    )
    alt = f"Per cent of results inside, at {', '.join(map(str, days))} days to go. {alt}."
    title = "Results inside the interval (dotted: as promised; bars: 90% interval)"
    return _saved("coverage", title, alt, layers, path)


def reliability(panels: list[tuple[str, pl.DataFrame]], path: Path) -> str:
    """Draw stated probability against what came true, one panel a table; return it in words."""
    words, views = [], []
    for title, every in panels:
        bins = every.filter(pl.col("cases") >= FEW)
        views.append(_diagonal(title, bins))
        told = (
            f"said {100 * r['p']:.0f}%, came true {100 * r['happened']:.0f}% ({r['cases']} cases)"
            for r in bins.to_dicts()
        )
        words.append(f"{title}: {', '.join(told)}")
    alt = ". ".join(words) + "."
    title = "Are the probabilities right? Said across, came true upwards, per cent"
    body: ch.Spec = {"vconcat": views, "spacing": 34, "bounds": "flush"}
    save(ch.headed(ch.chart("reliability", title, alt, body, (24, 18, 20, 30), ()), ""), path)
    return alt


def _diagonal(title: str, bins: pl.DataFrame) -> ch.Spec:
    rows = [
        {"p": 100 * r["p"], "y": 100 * r["happened"], "lo": 100 * r["lo90"], "hi": 100 * r["hi90"],
         "text": f"{r['cases']:,}", "ink": theme.MUTED}
        for r in bins.to_dicts()
    ]  # fmt: skip
    x = ch.number("p", (-3, 103), ch.axis(ch.WHOLE, 6))
    y = ch.number("y", (-3, 103), ch.axis(ch.WHOLE, 6))
    across = [{"p": 0, "y": 0}, {"p": 100, "y": 100}]
    ends = {"x": x, "y": {**y, "field": "lo"}, "y2": {"field": "hi"}}
    point = {"size": 14, "color": theme.FOCUS}
    return ch.view(
        220,
        150,
        [
            ch.layer("line", across, {"x": x, "y": y}, color=theme.MUTED, strokeDash=[1.2, 1.4]),
            ch.layer("rule", rows, ends, color=theme.FOCUS, strokeWidth=1.0),
            ch.layer("line", rows, {"x": x, "y": y}, color=theme.FOCUS, point=point),
            *ch.texts(rows, x=x, y=y, fontSize=6.5, dx=5, dy=7),
            *ch.texts([{"text": title}], x=0, y=-8, fontWeight="bold"),
        ],
    )
