"""Who led in the polls day by day, and how surely."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from comparenotes import words as phrases
from comparenotes.brief import chart_marks as marks
from comparenotes.brief import figure as fg
from comparenotes.brief.trend_chart import MAX_LINES, shown_contenders
from comparenotes.race.result import Race


def lead_chart(
    race: Race, key: str, names: Mapping[str, str], governing: str | None = None
) -> fg.Chart | None:
    """Return the probability of being ahead in the polls, day by day, by who led.

    Colours are those of :func:`trend_chart` with the same ``governing``.

    Each day the leader's probability of being ahead of every other contender is
    drawn; the line breaks and changes colour and dash where the lead changes hands.
    """
    start = race.polls["end"].min()
    assert isinstance(start, date)  # noqa: S101 - a race has polls
    rows = race.lead_trend.filter(pl.col("date") >= start).sort("date")
    if rows.height < 2:
        return None
    led = days_led(race)
    like_trend = [c for c in shown_contenders(race, governing) if c in led]
    order = [*like_trend, *(c for c in led if c not in like_trend)][:MAX_LINES]
    styles = dict(zip(shown_contenders(race, governing), fg.SERIES, strict=False))
    spare = [s for s in fg.SERIES if s not in styles.values()] or list(fg.SERIES[-1:])
    series = [styles.get(c, spare[0]) for c in order]
    with fg.drawing(3.5, 1.75) as fig:
        ax = fig.add_axes((0.085, 0.15, 0.66, 0.80))
        ax.axhline(50, color=fg.MUTED, linewidth=0.8)
        for leader, (colour, dash, width) in zip(order, series, strict=True):
            shown = [
                100 * p if who == leader else float("nan")
                for who, p in rows.select("leader", "p_ahead").iter_rows()
            ]
            step = max(1, rows.height // (2 * marks.MAX_POINTS))
            ax.plot(
                rows["date"].to_list()[::step],
                shown[::step],
                color=colour,
                linestyle=dash,
                linewidth=width,
            )
        fg.dress(ax)
        ax.set_ylim(0, 104)
        ax.set_yticks([0, 50, 100])
        ax.yaxis.set_major_formatter(lambda y, _: f"{y:.0f}%")
        marks.months(ax)
        last = 0.9
        for leader, (colour, _, width) in zip(order, series, strict=True):
            name = fg.clean(names.get(leader, leader), marks.NAME)
            told = f"led {phrases.count(led[leader], 'day')}"
            at: dict[str, Any] = {"coords": "axes fraction"}
            marks.beside(ax, name, (1.0, last), colour, bold=width > 1.8, **at)
            marks.beside(ax, told, (1.0, last - 0.09), fg.MUTED, fontsize=6.8, **at)
            last -= 0.24
        title = "Who led in the polls, and how surely"
        told = "; ".join(f"{names.get(x, x)} led on {phrases.count(led[x], 'day')}" for x in order)
        now = rows.row(rows.height - 1, named=True)
        alt = (
            f"{title}, day by day. {told}. On the last day {names.get(now['leader'])}, "
            f"{phrases.percent(now['p_ahead'])}."
        )
        return fg.export(fig, key, title, alt)


def days_led(race: Race) -> dict[str, int]:
    """Return on how many days since the first poll each contender led, most first."""
    start = race.polls["end"].min()
    rows = race.lead_trend.filter(pl.col("date") >= start)
    counts = rows["leader"].value_counts().sort(["count", "leader"], descending=[True, False])
    return {str(who): int(n) for who, n in counts.iter_rows()}
