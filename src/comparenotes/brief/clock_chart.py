"""Each governing party's support less its last result, on each of the two clocks."""

from __future__ import annotations

from typing import Any

from comparenotes import words as phrases
from comparenotes.brief import chart_marks as marks
from comparenotes.brief import figure as fg
from comparenotes.compare.clocks import CLOCKS, Clock, readings
from comparenotes.compare.comparison import Comparison
from comparenotes.compare.views import View

CLOCK_LINES = 7
"""Home and at most six away campaigns are drawn on a clock."""
ALIGN_OVER = 2
"""With more lines than this their names stand in a column at the right."""
AWAY = tuple((c, d, 1.3) for d in ("-", (0, (4, 1.5)), (0, (1, 1.2))) for c in fg.AWAY_COLOURS)
"""Colour, dash and width of the first, second ... away campaign on a clock."""


def clock_charts(comparison: Comparison) -> list[fg.Chart]:
    """Return the charts of both clocks, those that have anything to show."""
    found = [clock_chart(comparison, c, f"c-{c.kind.replace('_', '-')}") for c in CLOCKS]
    return [c for c in found if c is not None]


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
            step = max(1, len(line) // marks.MAX_POINTS)
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
        if clock.kind == "clock_days":
            ax.invert_xaxis()
        marks.swing_over_time(ax, clock.name)
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
        marks.beside(
            ax,
            fg.clean(view.title, marks.NAME),
            (1.0, y) if aligned else (x, y),
            colour,
            bold=is_home,
            shift=6,
            coords=("axes fraction", "data") if aligned else "data",
            bbox={"facecolor": fg.PAPER, "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
            zorder=6,
        )
