"""The record's two charts: the path of a term, and the class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from comparenotes import words as phrases
from comparenotes.document import chart as ch
from comparenotes.document import theme
from comparenotes.render.picture import save

if TYPE_CHECKING:
    from comparenotes.compare.comparison import Comparison
    from comparenotes.record.report import Record

BIN = 1.0
"""Points of vote change that share a column of dots."""
YEAR = 365.25


def record_of_home(comparison: Comparison) -> Record | None:
    """Return the record behind a comparison's findings on home's class, if there is one."""
    from comparenotes.compare.record_provider import record_of_finding

    return next((r for r in map(record_of_finding, comparison.findings) if r is not None), None)


def record_figures(found: Record) -> list[ch.Chart]:
    """Return the charts of a record that have anything to show: ``path`` and ``class``."""
    return [c for c in (path_chart(found), class_chart(found)) if c is not None]


def save_figures(found: Record, folder: str | Path) -> list[str]:
    """Write the charts that have anything to show into ``folder`` as SVG; return the files."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    how = f"As of {phrases.day(found.profile.as_of)}."
    written = []
    for drawn in record_figures(found):
        path = out / f"{drawn.key.removeprefix('c-')}.svg"
        save(ch.headed(drawn, how), path)
        written.append(str(path))
    return written


def path_chart(found: Record) -> ch.Chart | None:
    """Return the middle 80% of governments through a term, with home's line on it."""
    years = (pl.col("days_since_office") / YEAR).alias("years")
    frame = found.path.frame.sort("days_since_office").with_columns(years)
    shown = ["years", "estimate", "lo80", "hi80", "home"]
    band = frame.filter(pl.col("estimate").is_not_null()).select(shown[:4]).to_dicts()
    line = frame.filter(pl.col("home").is_not_null()).select("years", "home").to_dicts()
    if not band and not line:
        return None
    home = found.path.home
    every = [r[k] for r in [*band, *line] for k in ("lo80", "hi80", "home") if k in r]
    room = 0.06 * (max(every) - min(every)) or 1.0
    low, high = min(*every, 0.0) - room, max(*every, 0.0) + room
    last = max(r["years"] for r in [*band, *line])
    x = ch.number("years", (-0.03 * last, 1.03 * last), ch.axis(ch.WHOLE, 5, "years into the term"))
    y = ch.number("estimate", (low, high), ch.axis(ch.SIGNED, 4))
    layers, names = [ch.line_at(0, y)], []
    if band:
        span = {"x": x, "y": {**y, "field": "lo80"}, "y2": {"field": "hi80"}}
        layers.append(ch.layer("area", band, span, color=theme.MUTED, opacity=0.18))
        layers.append(ch.layer("line", band, {"x": x, "y": y}, color=theme.MUTED, strokeWidth=1.2))
        names.append(("Median", band[-1]["estimate"], theme.MUTED, "normal"))
    if line:
        own = {"x": x, "y": {**y, "field": "home"}}
        layers.append(ch.layer("line", line, own, color=theme.FOCUS, strokeWidth=2))
        layers.append(ch.layer("point", line[-1:], own, color=theme.FOCUS, filled=True, size=16,
                               opacity=1))  # fmt: skip
        party = ch.clean(found.profile.party_name, 16)
        names.append((party, line[-1]["home"], theme.FOCUS, "bold"))
    places = ch.spread([n[1] for n in names], (high - low) * 9.4 / 103, low, high)
    for (text, _, ink, heavy), place in zip(names, places, strict=True):
        row = {"text": text, "ink": ink, "place": place, "bold": heavy == "bold"}
        layers += ch.texts([row], 177, {**y, "field": "place"})
    where = "Home has no polls in the term yet."
    if home.get("below") is not None:
        where = (
            f"{home['below']} of {home['n']} governments stood lower than home "
            f"({phrases.signed(home['standing'])} points) at this time."
        )
    title = "The path of a term: support less the last result, points"
    alt = f"{title}; band: the middle 80% of governments. {where}"
    body = ch.view(172, 103, layers)
    return ch.chart(
        "c-record-path", title, alt, body, (19, 8, 61, 29), frame.select(shown).to_dicts()
    )


def class_chart(found: Record) -> ch.Chart | None:
    """Return the cases of the class as dots by vote change: who kept office above who lost it.

    A case whose change of the vote is not known is counted and said, but has no place.
    """
    known = found.cases.frame.filter(pl.col("kept_office").is_not_null())
    told = known.filter(pl.col("vote_change").is_not_null())
    if told.is_empty():
        return None
    missing = known.height - told.height
    groups, words = [], []
    for kept, sign, colour, shape, word in (
        (True, 1, theme.FOCUS, "circle", "kept the leading office"),
        (False, -1, theme.RIVAL, "diamond", "lost it"),
    ):
        values = told.filter(pl.col("kept_office") == kept)["vote_change"].sort().to_list()
        places, tall = _stack(values)
        rows = [{"change": v, "at": sign * (k + 0.8), "kept_office": kept} for v, k in places]
        n = known.filter(pl.col("kept_office") == kept).height
        groups.append((rows, tall, colour, shape, f"{n} {word}", sign))
        words.append(f"{n} {word}")
    tallest = max(g[1] for g in groups) + 1.4
    mark = found.path.home.get("standing")
    ends = [*told["vote_change"], 0.0, *([mark] if mark is not None else [])]
    room = 0.04 * (max(ends) - min(ends)) or 1.0
    x = ch.number("change", (min(ends) - room, max(ends) + room),
                  ch.axis(ch.SIGNED, 6, "change of the governing party's vote, points")
                  )  # fmt: skip
    y = ch.number("at", (-tallest, tallest))
    layers = [ch.line_at(0, x, "x")]
    if mark is not None:
        home = [{"text": "home in the polls", "change": mark}]
        layers.append(ch.line_at(mark, x, "x", color=theme.INK, strokeDash=[2, 2]))
        layers += ch.texts(home, x, -5, fontSize=7, dx=4)
    for rows, _, colour, shape, word, sign in groups:
        style = {"filled": True, "size": 6.5 if shape == "circle" else 8.5, "opacity": 0.85}
        layers.append(ch.layer("point", rows, {"x": x, "y": y}, color=colour, shape=shape, **style))
        parts = word.replace(" the ", "\nthe ").split("\n")  # short of where the dots are
        for i, text in enumerate(parts):
            row = {"text": text, "ink": colour, "bold": True}
            at = 6 + 9 * i if sign > 0 else 97
            layers += ch.texts([row], 0, at, halo=True)
    title = f"The class: {words[0]}, {words[1]}"
    alt = f"{title}, by change of the governing party's vote in points."
    if missing:
        alt += f" {phrases.count(missing, 'case')} without a known change of the vote: not drawn."
    if mark is not None:
        alt += f" Home stands at {phrases.signed(mark)} in the polls."
    rows = [r for g in groups for r in g[0]]
    return ch.chart("c-record-class", title, alt, ch.view(242, 103, layers), (5, 10, 5, 29), rows)


def _stack(values: list[float]) -> tuple[list[tuple[float, int]], int]:
    """Return a place for each value so that dots stack instead of covering each other."""
    heights: dict[int, int] = {}
    out = []
    for v in values:
        column = round(v / BIN)
        out.append((v, heights.get(column, 0)))
        heights[column] = heights.get(column, 0) + 1
    return out, max(heights.values(), default=0)
