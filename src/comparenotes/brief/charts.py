"""The charts of a brief: trends, both clocks, findings. Matplotlib is imported on use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from comparenotes.brief import figure as fg
from comparenotes.brief import labels
from comparenotes.compare import phrases
from comparenotes.compare.clocks import CLOCKS, Clock, readings
from comparenotes.compare.comparison import Comparison
from comparenotes.compare.finding import Finding
from comparenotes.compare.views import OTHERS, View
from comparenotes.race.result import Race

MAX_LINES = 4
MAX_POINTS = 160
"""A line is drawn with at most about so many points."""
NAME = 18
CLOCK_LINES = 7
"""Home and at most six away campaigns are drawn on a clock."""
ALIGN_OVER = 2
"""With more lines than this their names stand in a column at the right."""
AWAY = tuple((c, d, 1.3) for d in ("-", (0, (4, 1.5)), (0, (1, 1.2))) for c in fg.AWAY_COLOURS)
"""Colour, dash and width of the first, second ... away campaign on a clock."""


def shown_contenders(race: Race, first: str | None = None) -> list[str]:
    """Return up to four contenders: the governing party, then the largest."""
    rows = race.average.filter(pl.col("contender") != OTHERS).sort("mean", descending=True)
    ids = rows["contender"].to_list()
    if first in ids:
        ids = [first, *(i for i in ids if i != first)]
    return [str(i) for i in ids[:MAX_LINES]]


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
    import matplotlib.dates

    mdates: Any = matplotlib.dates
    place = (0.055, 0.12, 0.75, 0.78) if headed else (0.075, 0.12, 0.575, 0.84)
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
        dots = _marks if headed else _dots
        dots(ax, polls["end"].to_list(), polls["share"].to_list(), colour)
        step = max(1, line.height // MAX_POINTS)
        thin = pl.concat([line.gather_every(step), line.tail(1)]).unique("date").sort("date")
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
    locator = mdates.AutoDateLocator(minticks=3, maxticks=5)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, show_offset=False))
    _label_ends(ax, race, ids, ends)
    marked = _mark_event(ax, race, event, 48 if headed else 30)
    title = f"{race.campaign.title}: support in the polls"
    if headed:
        fig.text(0.015, 0.985, fg.clean(title, 70), va="top", fontsize=9.5, weight="bold")
        fig.text(
            0.015,
            0.012,
            fg.clean(
                f"As of {phrases.day(race.as_of)}; {phrases.count(race.polls_used, 'poll')}; "
                "90% bands. " + "; ".join(s.title for s in race.campaign.sources),
                120,
            ),
            fontsize=6,
            color=fg.MUTED,
        )
    return title, (
        f"{title}, {phrases.day(start)} to {phrases.day(race.as_of)}, per cent with 90% "
        f"intervals. {'; '.join(words)}.{marked}"
    )


def _marks(ax: fg.Axes, days: list[date], shares: list[float], colour: str) -> None:
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
        ax.annotate(
            fg.clean(race.campaign.contender(cid).name, NAME),
            xy=(1.0, y),
            xycoords=("axes fraction", "data"),
            xytext=(21, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            fontsize=7.5,
            weight="bold" if width > 1.8 else "normal",
            annotation_clip=False,
        )
        ax.annotate(
            f"{end:.0f}",
            xy=(1.0, y),
            xycoords=("axes fraction", "data"),
            xytext=(5, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            fontsize=7.5,
            weight="bold",
            annotation_clip=False,
        )


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


def clock_chart(comparison: Comparison, clock: Clock, key: str) -> fg.Chart | None:
    """Return each governing party's support less its last result on one clock."""
    views = [v for v in comparison.views.values() if v.swing() is not None][:CLOCK_LINES]
    drawn: list[tuple[View, list[tuple[int, float]]]] = []
    for view in views:
        line = []
        for point, day in sorted(readings(view, clock).items()):
            swing = view.swing(day)
            if swing is not None:
                line.append((point, swing.mean))
        if len(line) > 1:
            drawn.append((view, line))
    if not drawn:
        return None
    with fg.drawing(3.5, 1.95) as fig:
        ax = fig.add_axes((0.075, 0.205, 0.61, 0.735))
        ax.axhline(0, color=fg.MUTED, linewidth=0.8)
        words = []
        ends, labels = [], []
        others = 0
        for view, line in drawn:
            is_home = view.campaign.id == comparison.home.id
            step = max(1, len(line) // MAX_POINTS)
            pts = [*line[::step], line[-1]]
            style = fg.SERIES[0] if is_home else AWAY[others % len(AWAY)]
            others += not is_home
            _broken(ax, pts, step, style)
            at_end = line[0] if clock.kind == "clock_days" else line[-1]
            ax.plot(*at_end, "o", color=style[0], markersize=3.6)
            ends.append(at_end)
            labels.append((view, style[0], is_home))
            words.append(
                f"{view.title}, {view.name(view.focus or '')}: {line[0][0]:,} to {line[-1][0]:,} "
                f"{clock.name}, latest {phrases.signed(at_end[1])} points"
            )
        fg.dress(ax)
        if clock.kind == "clock_days":
            ax.invert_xaxis()
        ax.yaxis.get_major_locator().set_params(nbins=4, integer=True)
        ax.xaxis.get_major_locator().set_params(nbins=5, integer=True)
        ax.yaxis.set_major_formatter(lambda y, _: phrases.signed(y, 0))
        ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
        ax.set_xlabel(clock.name, fontsize=7.5, labelpad=2)
        _label_clock(
            ax, ends, labels, aligned=clock.kind == "clock_days" or len(drawn) > ALIGN_OVER
        )
        title = f"Governing party's support less its last result, by {clock.name}"
        return fg.export(fig, key, title, f"{title}, points. {'; '.join(words)}.")


def _broken(ax: fg.Axes, pts: list[tuple[int, float]], step: int, style: Any) -> None:
    """Draw a line that breaks where the clock has no data."""
    colour, dash, width = style
    part: list[tuple[int, float]] = []
    for p in [*pts, None]:
        if p is None or (part and abs(p[0] - part[-1][0]) > 2 * step + 1):
            xs, ys = [q[0] for q in part], [q[1] for q in part]
            ax.plot(xs, ys, color=colour, linestyle=dash, linewidth=width)
            part = []
        if p is not None:
            part.append(p)


def _label_clock(ax: fg.Axes, ends: Any, labels: Any, aligned: bool) -> None:
    """Name each line at its end (all at the right where they end together)."""
    low, high = ax.get_ylim()
    places = fg.spread([e[1] for e in ends], (high - low) * 0.13, low, high)
    for (view, colour, is_home), (x, _), y in zip(labels, ends, places, strict=True):
        ax.annotate(
            fg.clean(view.title, NAME),
            xy=(1.0, y) if aligned else (x, y),
            xycoords=("axes fraction", "data") if aligned else "data",
            xytext=(6, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            fontsize=7.5,
            weight="bold" if is_home else "normal",
            bbox={"facecolor": fg.PAPER, "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
            zorder=6,
            annotation_clip=False,
        )


def clock_charts(comparison: Comparison) -> list[fg.Chart]:
    """Return the charts of both clocks, those that have anything to show."""
    found = [clock_chart(comparison, c, f"c-{c.kind.replace('_', '-')}") for c in CLOCKS]
    return [c for c in found if c is not None]


def findings_chart(
    comparison: Comparison, findings: Sequence[Finding], key: str = "c-findings", wide: bool = True
) -> fg.Chart | None:
    """Return estimates with 80 and 95% intervals of the findings in points, one a row.

    ``wide`` puts the names beside the intervals, for a page; else above, for a phone.
    """
    rows = [f for f in findings if f.estimate is not None and f.unit == "points"]
    if not rows:
        return None
    height = 0.36 + (0.225 if wide else 0.42) * len(rows)
    with fg.drawing(7.2 if wide else 3.5, height) as fig:
        left = 0.46 if wide else 0.02
        ax = fig.add_axes((left, 0.28 / height, 0.985 - left, 1 - 0.32 / height))
        ax.axvline(0, color=fg.MUTED, linewidth=0.9, zorder=1)
        words = []
        for y, f in enumerate(rows):
            _interval(ax, y, f)
            label = labels.title(f, comparison, brief=True)
            number = str(comparison.number(f))
            told = phrases.signed(f.estimate or 0.0)
            rise = 0.0 if wide else -0.34
            places = (0.012, 0.05, 0.448) if wide else (0.02, 0.085, 0.985)
            for text, x, align, weight in (
                (number, places[0], "left", "bold"),
                (fg.clean(label, 42), places[1], "left", "normal"),
                (told, places[2], "right", "bold"),
            ):
                ax.annotate(
                    text,
                    xy=(x, y + rise),
                    xycoords=(fig.transFigure, "data"),
                    ha=align,
                    va="center_baseline",
                    fontsize=8,
                    weight=weight,
                    annotation_clip=False,
                )
            words.append(
                f"{number}: {label} {told} ({phrases.signed(f.lo90 or 0.0)} to "
                f"{phrases.signed(f.hi90 or 0.0)}), {f.grade}"
            )
        ax.set_ylim(len(rows) - 0.4, -0.6)
        ax.set_yticks([])
        ax.grid(axis="x")
        ax.tick_params(labelsize=7.5, pad=3)
        ax.xaxis.get_major_locator().set_params(
            nbins=7 if wide else 5, integer=True, steps=[1, 2, 5, 10]
        )
        ax.xaxis.set_major_formatter(lambda x, _: phrases.signed(x, 0))
        head = "Findings in points, with 80% (thick) and 95% (thin) intervals"
        return fg.export(fig, key, head, f"{head}. {'; '.join(words)}.")


def _interval(ax: fg.Axes, y: float, f: Finding) -> None:
    strong = f.grade == "measured"
    colour = fg.FOCUS if strong else fg.MUTED
    ax.plot([f.lo95, f.hi95], [y, y], color=colour, linewidth=1.0, solid_capstyle="butt")
    ax.plot([f.lo80, f.hi80], [y, y], color=colour, linewidth=3.2, solid_capstyle="butt")
    ax.plot(
        [f.estimate],
        [y],
        "o",
        color=colour if strong else fg.PAPER,
        markeredgecolor=colour,
        markersize=5.6,
        markeredgewidth=1.3,
        zorder=4,
    )


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
            step = max(1, rows.height // (2 * MAX_POINTS))
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
        _month_axis(ax)
        last = 0.9
        for leader, (colour, _, width) in zip(order, series, strict=True):
            ax.annotate(
                f"{fg.clean(names.get(leader, leader), NAME)}",
                xy=(1.0, last),
                xycoords="axes fraction",
                xytext=(5, 0),
                textcoords="offset points",
                color=colour,
                va="center",
                fontsize=7.5,
                weight="bold" if width > 1.8 else "normal",
                annotation_clip=False,
            )
            ax.annotate(
                f"led {phrases.count(led[leader], 'day')}",
                xy=(1.0, last - 0.09),
                xycoords="axes fraction",
                xytext=(5, 0),
                textcoords="offset points",
                color=fg.MUTED,
                va="center",
                fontsize=6.8,
                annotation_clip=False,
            )
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


def _month_axis(ax: fg.Axes) -> None:
    import matplotlib.dates

    mdates: Any = matplotlib.dates
    locator = mdates.AutoDateLocator(minticks=3, maxticks=5)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, show_offset=False))
