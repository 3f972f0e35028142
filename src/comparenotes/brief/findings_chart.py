"""The findings in points as estimates with their intervals, one a row."""

from __future__ import annotations

from collections.abc import Sequence

from comparenotes import words as phrases
from comparenotes.brief import chart_marks as marks
from comparenotes.brief import figure as fg
from comparenotes.brief import labels
from comparenotes.compare.comparison import Comparison
from comparenotes.compare.finding import Finding


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
                fg.beside(ax, text, x, y + rise, align, weight)
            words.append(
                f"{number}: {label} {told} ({phrases.signed(f.lo90 or 0.0)} to "
                f"{phrases.signed(f.hi90 or 0.0)}), {f.grade}"
            )
        ax.set_ylim(len(rows) - 0.4, -0.6)
        marks.rows(ax)
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
