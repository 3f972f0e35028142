"""What the votes may turn into: a distribution of seats a contender, and pairs of a run-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes import words as phrases
from comparenotes.brief import seats_words as told
from comparenotes.brief.race_charts import LARGE, looks, sources
from comparenotes.brief.terminal import name
from comparenotes.campaigns.shares import OTHERS
from comparenotes.document import chart as ch
from comparenotes.document import theme
from comparenotes.race.result import Race
from comparenotes.render.picture import save

MOST, FEWER = 6, 3
"""Contenders drawn: those with most seats (in a small chart fewer), and every large one."""
LEAST = 0.5
"""A contender with fewer seats than this on average is not drawn."""
PAIRS, ONE = 5, 1
"""Pairs drawn: those most likely to meet, and in a small chart the first."""


@dataclass(frozen=True)
class Row:
    """One distribution: whose, in which colour, and its ranges of seats."""

    name: str
    colour: str
    row: Mapping[str, Any]


def seats_rows(race: Race, most: int = MOST) -> list[Row]:
    """Return what is drawn: the contenders with most seats, then blocs; empty without seats."""
    f = race.forecast
    rows = told.seat_rows(f) if f is not None else []
    if f is None or not rows or not rows[0].get("bins"):
        return []
    parties = [r for r in rows if r["contender"] != OTHERS and r["mean"] >= LEAST]
    large = set(race.average.filter(pl.col("mean") >= LARGE)["contender"])
    parties = [r for i, r in enumerate(parties) if i < most or r["contender"] in large]
    own = looks(race.campaign)
    out = [Row(name(race, r["contender"]), own[r["contender"]].colour, r) for r in parties]
    return out + [Row(ch.clean(b["name"]), theme.MUTED, b) for b in told.told_blocs(f)]


def seats_chart(
    race: Race, key: str = "c-seats", *, wide: bool = True, small: bool = False
) -> ch.Chart | None:
    """Return the distribution of seats of each contender and bloc; None without seats.

    What lies at or over the majority's line is drawn strong: its area is the
    probability of a majority. ``wide`` puts names beside the distributions, for a
    page; else above, for a phone. ``small`` has fewer and lower rows, for paper.
    """
    rows = seats_rows(race, FEWER if small else MOST)
    if not rows:
        return None
    each = 14.4 if small else 24.5 if wide else 37.5
    left, right, full = (200.0, 67.0, ch.WIDE) if wide else (5.0, 4.0, ch.SMALL)
    width, height = full - left - right, each * len(rows) + (6 if small else 4)
    line = rows[0].row["majority"]
    end = 1.03 * max(line, *(r.row["bins"][-1]["hi"] + 1 for r in rows))
    x = ch.number("seats", (0, end), ch.axis(ch.WHOLE, 6 if wide else 5, grid=True))
    y = ch.number("top", (len(rows) - 0.88, -0.95))
    data = [step for i, r in enumerate(rows) for step in _ridge(i, r, 0.78 if wide else 0.55)]
    bases: list[dict[str, Any]] = [{"base": i} for i in range(len(rows))]
    layers = [ch.layer("rule", bases, {"y": {**y, "field": "base"}}, color=theme.GRID,
                       strokeWidth=0.6)]  # fmt: skip
    up = {"x": x, "y": y, "y2": {"field": "base"}, "color": ch.ink(),
          "detail": {"field": "base", "type": "nominal"}}  # fmt: skip
    for strong in (False, True):
        part = [r for r in data if r["majority"] == strong]
        layers += [ch.layer("area", part, up, opacity=1 if strong else 0.42)] if part else []
    layers.append(ch.line_at(line, x, "x", color=theme.INK, strokeWidth=0.9))
    chances = [phrases.percent(r.row["p_majority"]) for r in rows]
    ranges = [told.span(r.row) for r in rows]
    places = (6 - left, -6, width + right - 8) if wide else (0, 0.77 * width, width)
    columns = ([ch.clean(r.name, 26) for r in rows], ranges, chances)
    rise = -0.16 if wide else -0.74
    for column, at in zip(columns, places, strict=True):
        cells = [{"text": text, "top": i + rise, "bold": column is chances}
                 for i, text in enumerate(column)]  # fmt: skip
        # the line of a majority passes behind
        layers += ch.texts(cells, at, y, halo=True, fontSize=8,
                           align="left" if at == places[0] else "right")  # fmt: skip
    late = line > 0.6 * end
    layers += ch.texts([{"text": f"majority {line:,}", "seats": line}], x, -6,
                       align="right" if late else "left", dx=-3 if late else 3)  # fmt: skip
    unit = told.unit_of(rows[0].row)
    if wide:
        heads = (f"{unit.lower()}, 90% range", "strong: a majority")
        for text, at in zip(heads, places[1:], strict=True):
            layers += ch.texts([{"text": text, "ink": theme.MUTED}], at, -6, align="right")
    words = [f"{r.name} {seats}, a majority {chance}"
             for r, seats, chance in zip(rows, ranges, chances, strict=True)]  # fmt: skip
    title = f"{race.campaign.title}: {unit.lower()} on polling day"
    alt = (
        f"{title} by {phrases.day(race.as_of)}, mean and 90% range, of {rows[0].row['total']:,}; "
        f"a majority is {line:,}. {'; '.join(words)}."
    )
    return ch.chart(key, title, alt, ch.view(width, height, layers), (left, 16, right, 18), data)


def save_seats(race: Race, path: str | Path) -> bool:
    """Write the chart with its title and sources to an .svg or .png file; False without seats."""
    return _save(race, seats_chart(race, "seats"), path,
                 "Each row to its own height; strong: a majority.")  # fmt: skip


def run_off_chart(
    race: Race, key: str = "c-run-off", *, wide: bool = True, small: bool = False
) -> ch.Chart | None:
    """Return each pair's second round with 80 and 95% intervals; None without polls of one.

    One row a pair, most likely first. To the left of a half stands the one chance of
    winning, to the right the other. ``wide`` puts the pairs beside the intervals, for a
    page; else above, for a phone. ``small`` has fewer pairs, for paper.
    """
    second = race.forecast.run_off if race.forecast is not None else None
    if second is None or not second["duels"]:
        return None
    duels = second["duels"][: ONE if small else PAIRS]
    left, full, each = (176.0, ch.WIDE, 30.0) if wide else (5.0, ch.SMALL, 45.0)
    width, height = full - left - 8, each * len(duels) + 4
    shares = [told.in_order(d) for d in duels]
    reach = max(8.0, *(abs(one[f"{k}95"] - 50) for one, _ in shares for k in ("lo", "hi")))
    x = ch.number("share", (50 - 1.08 * reach, 50 + 1.08 * reach),
                  ch.axis(ch.PERCENT, 7 if wide else 5, grid=True))  # fmt: skip
    y = ch.number("row", (len(duels) - 0.7, -0.6 if wide else -0.8))
    layers = [ch.line_at(50, x, "x", color=theme.INK, strokeWidth=0.9)]
    own = looks(race.campaign)
    rows: list[dict[str, Any]] = []
    outcomes: tuple[list[ch.Spec], ...] = ([], [])
    pairs: list[ch.Spec] = []
    words = []
    for i, (duel, (one, other)) in enumerate(zip(duels, shares, strict=True)):
        names = [ch.clean(name(race, s["contender"]), 20) for s in (one, other)]
        wins = [phrases.percent(duel["p_first"][s["contender"]]) for s in (one, other)]
        ends = {k: one[k] for k in ("lo95", "lo80", "hi80", "hi95")}
        rows.append({"row": i, "first": names[0], "second": names[1], "share": one["mean"],
                     "colour": own[one["contender"]].colour, **ends})  # fmt: skip
        for column, s, who, chance in zip(outcomes, (one, other), names, wins, strict=True):
            ink = own[s["contender"]].text
            column.append({"text": f"{who} wins {chance}", "row": i - 0.36, "ink": ink})
        meet = f"meet {phrases.percent(duel['p_meet'])}"
        polls = f"{meet} · {phrases.count(duel['polls'], 'poll')}"
        low = i + 0.12 if wide else i - 0.62
        pairs.append({"text": polls, "ink": theme.MUTED, "row": low})
        if wide:
            pairs.append({"text": f"{names[0]}, {names[1]}", "row": i - 0.26, "bold": True})
        words.append(
            f"{told.pair(race, [one['contender'], other['contender']])}: {meet}; {names[0]} "
            f"{phrases.number(one['mean'])} ({phrases.number(one['lo90'])} to "
            f"{phrases.number(one['hi90'])}), wins {wins[0]}, {names[1]} wins {wins[1]}"
        )
    # the one named first is drawn to the right: the further, the more votes
    layers += interval(rows, x, y)
    layers += ch.texts(outcomes[0], width, y, halo=True, align="right", fontSize=8)
    layers += ch.texts(outcomes[1], 0, y, halo=True, fontSize=8)
    layers += ch.texts(pairs, 6 - left if wide else 0, y, halo=True, fontSize=8)
    title = f"{race.campaign.title}: run-off on {told.run_off_day(second)}"
    alt = f"{title}, if the two meet; per cent with 90% intervals. {'; '.join(words)}."
    return ch.chart(key, title, alt, ch.view(width, height, layers), (left, 5, 8, 18), rows)


def save_run_off(race: Race, path: str | Path) -> bool:
    """Write the chart with its title and sources to an .svg or .png file; False without one."""
    return _save(race, run_off_chart(race, "run-off"), path,
                 "If the two meet; 80 and 95% intervals.")  # fmt: skip


def interval(rows: ch.Rows, x: ch.Spec, y: ch.Spec) -> list[ch.Spec]:
    """Return rows' 95% intervals thin, 80% thick, and the estimates as dots.

    Each is in its ``colour``; a dot has ``inside`` as its own, where a row names one.
    """
    rows = [{"inside": r["colour"], **r} for r in rows]

    def bar(level: int, width: float) -> ch.Spec:
        to = {"x": {**x, "field": f"lo{level}"}, "x2": {"field": f"hi{level}"}, "y": y}
        return ch.layer("rule", rows, {**to, "color": ch.ink()}, strokeWidth=width)

    dot = {"x": x, "y": y, "stroke": ch.ink(), "fill": ch.ink("inside")}
    return [
        bar(95, 1.0),
        bar(80, 3.2),
        ch.layer("point", rows, dot, size=22, opacity=1, strokeWidth=1.3),
    ]


def _ridge(i: int, r: Row, rise: float) -> list[dict[str, Any]]:
    """Return the steps of a distribution on row ``i``, with what is a majority marked."""
    peak = max(b["p"] for b in r.row["bins"])
    return [
        {"name": r.name, "colour": r.colour, "majority": b["lo"] >= r.row["majority"],
         "seats": seats, "p": b["p"], "top": i - rise * b["p"] / peak, "base": i}
        for b in r.row["bins"]
        for seats in (b["lo"], b["hi"] + 1)
    ]  # fmt: skip


def _save(race: Race, drawn: ch.Chart | None, path: str | Path, how: str) -> bool:
    if drawn is not None:
        save(ch.headed(drawn, sources(race, how)), path)
    return drawn is not None
