"""A race as a chart: its polls, support with its interval, the event marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from comparenotes import words as phrases
from comparenotes.brief import chart_marks as marks
from comparenotes.brief import figure as fg
from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.result import Race

MAX_LINES = len(fg.SERIES)
LARGE, USUAL = 5.0, 4
"""Every contender over so many per cent is shown, and of others as many as make four."""


def shown_contenders(race: Race, first: str | None = None) -> list[str]:
    """Return the contenders a chart shows: the governing party, then by size."""
    rows = race.average.filter(pl.col("contender") != OTHERS).sort("mean", descending=True)
    ids = rows["contender"].to_list()
    if first in ids:
        ids = [first, *(i for i in ids if i != first)]
    large = set(rows.filter(pl.col("mean") >= LARGE)["contender"])
    shown = [i for k, i in enumerate(ids) if i in large or k < USUAL]
    return [str(i) for i in shown[:MAX_LINES]]


def trend_chart(
    race: Race, key: str, governing: str | None = None, title: str = "", event: str | None = None
) -> fg.Chart:
    """Return the chart of a race: polls, support with its interval, the event marked.

    ``event`` names what happened; without it the title of the event or who then stood does.
    """
    with fg.drawing(3.5, 2.45) as fig:
        text, alt = _draw_trend(fig, race, governing, event=event)
        return fg.export(fig, key, title or text, alt)


def save_trend(race: Race, path: Any, governing: str | None = None) -> None:
    """Write the chart of a race to an .svg or .png file."""
    with fg.drawing(6.4, 3.8) as fig:
        title, alt = _draw_trend(fig, race, governing, headed=True)
        fg.save(fig, path, "race", title, alt)


def _draw_trend(
    fig: fg.Figure,
    race: Race,
    governing: str | None,
    headed: bool = False,
    event: str | None = None,
) -> tuple[str, str]:
    place = (0.055, 0.16, 0.71, 0.74) if headed else (0.075, 0.12, 0.575, 0.84)
    ax = fig.add_axes(place)
    ids = shown_contenders(race, governing)
    ends: list[float] = []
    words: list[str] = []
    start = race.polls["end"].min()
    assert isinstance(start, date)  # noqa: S101 - a race has polls
    last = race.as_of
    low, high = 100.0, 0.0
    for cid, (colour, dash, width) in zip(ids, fg.SERIES, strict=False):
        line = race.trend.filter((pl.col("contender") == cid) & (pl.col("date") >= start)).sort(
            "date"
        )
        polls = race.polls.filter((pl.col("contender") == cid) & pl.col("share").is_not_null())
        ax.xaxis.update_units([start, last])
        dots = _markers if headed else _dots
        dots(ax, polls["end"].to_list(), polls["share"].to_list(), colour)
        step = max(1, line.height // marks.MAX_POINTS)
        thin = (
            pl.concat([line.gather_every(step), line.tail(1)])
            .unique("date", maintain_order=True)
            .sort("date")
        )
        days = thin["date"].to_list()
        ax.fill_between(days, thin["lo90"], thin["hi90"], color=colour, alpha=0.16, linewidth=0)
        ax.plot(days, thin["mean"].to_list(), color=colour, linestyle=dash, linewidth=width)
        ends.append(float(thin["mean"][-1]))
        last = max(last, days[-1])
        low = min(low, *thin["lo90"].to_list())
        high = max(high, *thin["hi90"].to_list())
        now = race.average.filter(pl.col("contender") == cid).row(0, named=True)
        words.append(
            f"{race.campaign.contender(cid).name} {now['mean']:.1f} "
            f"({now['lo90']:.1f} to {now['hi90']:.1f})"
        )
    margin = max(0.8, 0.08 * (high - low))
    ax.set_ylim(max(0, low - margin), min(100, high + margin))
    ax.set_xlim(start, last)
    fg.dress(ax)
    ax.yaxis.set_major_formatter(lambda y, _: f"{y:.0f}%")
    ax.yaxis.get_major_locator().set_params(nbins=5, integer=True)
    marks.months(ax)
    _label_ends(ax, race, ids, ends)
    marked = _mark_event(ax, race, event, 48 if headed else 30)
    title = f"{race.campaign.title}: support in the polls"
    if headed:
        marks.heading(fig, title)
        marks.footing(fig, race, "Bands hold 90%.")
    return title, (
        f"{title}, {phrases.day(start)} to {phrases.day(race.as_of)}, per cent with 90% "
        f"intervals. {'; '.join(words)}.{marked}"
    )


def _markers(ax: fg.Axes, days: list[date], shares: list[float], colour: str) -> None:
    """Draw polls as markers, which every format can show."""
    alpha = 0.2 if len(days) >= 250 else 0.32
    ax.plot(days, shares, ".", color=colour, alpha=alpha, markersize=4, markeredgewidth=0)


def _dots(ax: fg.Axes, days: list[date], shares: list[float], colour: str) -> None:
    """Draw polls as round dots in one path (a marker each would make a page heavy)."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    points: list[tuple[float, float]] = []
    for day, share in zip(days, shares, strict=True):
        x = float(ax.convert_xunits(day))
        points += [(x, share), (x + 1e-3, share)]
    codes = [Path.MOVETO, Path.LINETO] * len(days)
    path = Path(points, codes)
    path.should_simplify = False
    many = len(days) >= 250
    ax.add_patch(
        PathPatch(
            path,
            fill=False,
            edgecolor=colour,
            linewidth=1.6 if many else 2.3,
            alpha=0.2 if many else 0.32,
            capstyle="round",
            zorder=2,
        )
    )


def _label_ends(ax: fg.Axes, race: Race, ids: Sequence[str], ends: list[float]) -> None:
    low, high = ax.get_ylim()
    places = fg.spread(ends, (high - low) * 0.085, low, high)
    for cid, end, y, (colour, _, width) in zip(ids, ends, places, fg.SERIES, strict=False):
        name = fg.clean(race.campaign.contender(cid).name, marks.NAME)
        marks.beside(ax, name, (1.0, y), colour, bold=width > 1.8, shift=21)
        marks.beside(ax, f"{end:.0f}", (1.0, y), colour, bold=True)


def _mark_event(ax: fg.Axes, race: Race, label: str | None, limit: int) -> str:
    event = race.event
    if event is None:
        return ""
    x: Any = event.date
    ax.axvline(x, color=fg.INK, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1)
    who = race.campaign.contender(event.contender)
    came = label or event.title or who.candidate_on(event.date)
    left, right = ax.get_xlim()
    late = ax.convert_xunits(event.date) - left > 0.5 * (right - left)
    ax.annotate(
        f"{fg.clean(came or who.name, limit - 8)}, {event.date.day} {event.date:%b}",
        xy=(x, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-4 if late else 4, -1),
        textcoords="offset points",
        ha="right" if late else "left",
        va="top",
        fontsize=7,
        color=fg.INK,
        annotation_clip=False,
    )
    return (
        f" Marked: {came or who.name}, {phrases.day(event.date)}, effect on {who.name} "
        f"{phrases.signed(event.effect)} points ({phrases.signed(event.lo90)} to "
        f"{phrases.signed(event.hi90)})."
    )
