"""How seats may fall: one distribution a contender, with the line of a majority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from comparenotes import words as phrases
from comparenotes.brief import chart_marks as marks
from comparenotes.brief import figure as fg
from comparenotes.brief import seats_words as told
from comparenotes.brief.terminal import name
from comparenotes.brief.trend_chart import LARGE
from comparenotes.race.result import Race

MOST, FEWER = 6, 3
"""Contenders drawn: those with most seats (in a small chart fewer), and every large one."""

LEAST = 0.5
"""A contender with fewer seats than this on average is not drawn."""


@dataclass(frozen=True)
class Row:
    """One distribution: whose, in a short line what of, and its ranges of seats."""

    name: str
    row: Mapping[str, Any]


def seats_rows(race: Race, most: int = MOST) -> list[Row]:
    """Return what is drawn: the contenders with most seats, then blocs; empty without seats."""
    f = race.forecast
    rows = told.seat_rows(f) if f is not None else []
    if f is None or not rows or not rows[0].get("bins"):
        return []
    parties = [r for r in rows if r["contender"] != told.NO_PARTY and r["mean"] >= LEAST]
    large = set(race.average.filter(pl.col("mean") >= LARGE)["contender"])
    parties = [r for i, r in enumerate(parties) if i < most or r["contender"] in large]
    out = [Row(name(race, r["contender"]), r) for r in parties]
    out += [Row(fg.clean(b["name"]), b) for b in told.told_blocs(f)]
    return out


def seats_chart(
    race: Race, key: str = "c-seats", *, wide: bool = True, small: bool = False
) -> fg.Chart | None:
    """Return the distribution of seats of each contender and bloc; None without seats.

    What lies at or over the majority's line is drawn strong: its area is the
    probability of a majority. ``wide`` puts names beside the distributions, for a
    page; else above, for a phone. ``small`` has fewer and lower rows, for paper.
    """
    rows = seats_rows(race, FEWER if small else MOST)
    if not rows:
        return None
    height = 0.46 + 0.2 * len(rows) if small else _height(rows, wide=wide)
    with fg.drawing(7.2 if wide else 3.5, height) as fig:
        title, alt = _draw(fig, race, rows, height, wide=wide)
        return fg.export(fig, key, title, alt)


def save_seats(race: Race, path: Any) -> bool:
    """Write the chart with its title and sources to an .svg or .png file; False without seats."""
    rows = seats_rows(race)
    if not rows:
        return False
    height = _height(rows, wide=True) + marks.HEAD + marks.FOOT
    with fg.drawing(7.2, height) as fig:
        title, alt = _draw(fig, race, rows, height, wide=True, headed=True)
        marks.heading(fig, title)
        marks.footing(fig, race, "Each row to its own height; blue: a majority.")
        fg.save(fig, path, "seats", title, alt)
    return True


def _height(rows: Sequence[Row], *, wide: bool) -> float:
    return 0.58 + (0.34 if wide else 0.52) * len(rows)


def _draw(
    fig: fg.Figure,
    race: Race,
    rows: Sequence[Row],
    height: float,
    *,
    wide: bool,
    headed: bool = False,
) -> tuple[str, str]:
    left, right = (0.385, 0.87) if wide else (0.02, 0.985)
    top, below = 0.26 + (marks.HEAD if headed else 0.0), 0.24 + (marks.FOOT if headed else 0.0)
    ax = fig.add_axes((left, below / height, right - left, 1 - (top + below) / height))
    line = rows[0].row["majority"]
    end = max(line, *(r.row["bins"][-1]["hi"] + 1 for r in rows))
    words = []
    for y, r in enumerate(rows):
        _ridge(ax, y, r.row["bins"], line, rise=0.78 if wide else 0.55)
        chance = phrases.percent(r.row["p_majority"])
        seats = told.span(r.row)
        _label(ax, y, (fg.clean(r.name, 26), seats, chance), wide=wide)
        words.append(f"{r.name} {seats}, a majority {chance}")
    ax.axvline(line, color=fg.INK, linewidth=0.9, zorder=3)
    ax.set_xlim(0, 1.03 * end)
    ax.set_ylim(len(rows) - 1 + (0.12 if wide else 0.1), -0.95)
    marks.rows(ax)
    ax.xaxis.get_major_locator().set_params(nbins=6 if wide else 5, integer=True)
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    unit = told.unit_of(rows[0].row)
    _over(ax, line, f"majority {line:,}", 0.6 * 1.03 * end)
    if wide:
        _heads(ax, fig, unit)
    title = f"{race.campaign.title}: {unit.lower()} on polling day"
    alt = (
        f"{title} by {phrases.day(race.as_of)}, mean and 90% range, of {rows[0].row['total']:,}; "
        f"a majority is {line:,}. {'; '.join(words)}."
    )
    return title, alt


def _ridge(ax: fg.Axes, y: int, bins: Sequence[Mapping[str, Any]], line: int, rise: float) -> None:
    """Draw one distribution as steps on the row's base; the part from ``line`` on strong."""
    peak = max(b["p"] for b in bins)
    ax.axhline(y, color=fg.GRID, linewidth=0.6, zorder=1)
    for strong in (False, True):
        part = [b for b in bins if (b["lo"] >= line) == strong]
        if not part:
            continue
        x = [e for b in part for e in (b["lo"], b["hi"] + 1)]
        up = [y - rise * b["p"] / peak for b in part for _ in range(2)]
        ax.fill_between(
            x,
            [y] * len(x),
            up,
            color=fg.FOCUS if strong else fg.MUTED,
            alpha=1.0 if strong else 0.42,
            linewidth=0,
            zorder=2,
        )


def _label(ax: fg.Axes, y: float, texts: tuple[str, str, str], *, wide: bool) -> None:
    """Write whose a row is, its seats, and its chance of a majority."""
    rise = -0.16 if wide else -0.74
    places = (0.012, 0.377, 0.985) if wide else (0.02, 0.775, 0.985)
    for text, x, align, weight in zip(
        texts, places, ("left", "right", "right"), ("normal", "normal", "bold"), strict=True
    ):
        # the line of a majority passes behind
        fg.beside(ax, text, x, y + rise, align, weight, over=True)


def _over(ax: fg.Axes, x: float, text: str, middle: float) -> None:
    """Name the majority's line at its top, on the side that has room."""
    late = x > middle
    ax.annotate(
        text,
        xy=(x, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-3 if late else 3, 3),
        textcoords="offset points",
        ha="right" if late else "left",
        va="bottom",
        fontsize=7.5,
        annotation_clip=False,
    )


def _heads(ax: fg.Axes, fig: fg.Figure, unit: str) -> None:
    """Head the columns of figures at the sides."""
    for text, x in ((f"{unit.lower()}, 90% range", 0.377), ("blue: a majority", 0.985)):
        ax.annotate(
            text,
            xy=(x, 1.0),
            xycoords=(fig.transFigure, "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=7.5,
            color=fg.MUTED,
            annotation_clip=False,
        )
