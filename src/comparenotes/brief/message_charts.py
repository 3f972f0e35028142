"""One chart of the message in the house look: each issue's share by side, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comparenotes.brief import chart_marks as marks
from comparenotes.brief import figure as fg
from comparenotes.compare import phrases

if TYPE_CHECKING:
    from comparenotes.message.report import Message

MOST_SIDES, MOST_ISSUES = 4, 12


def issues_chart(found: Message) -> fg.Chart | None:
    """Return the share of sentences on each issue by side, one row an issue and side."""
    issues = [i for i in found.issues if found.of(i.id)][:MOST_ISSUES]
    if not issues:
        return None
    sides = list(dict.fromkeys(x.contender for x in found.lines))[:MOST_SIDES]
    rows = [(i, x) for i in issues for x in found.of(i.id) if x.contender in sides]
    height = 0.45 + 0.2 * len(rows) + 0.24 * len(issues)
    with fg.drawing(3.5, height) as fig:
        ax = fig.add_axes((0.36, 0.3 / height, 0.6, 1 - 0.32 / height))
        y = 0.0
        words: list[str] = []
        heading = None
        for issue, x in rows:
            if issue.id != heading:
                heading = issue.id
                y += 1.15 if words else 0.0
                _text(ax, fig, issue.name.capitalize(), y, fg.INK, "bold")
                y += 1.0
            colour = fg.SERIES[sides.index(x.contender)][0]
            shape = ("o", "D", "s", "^")[sides.index(x.contender)]
            s = x.salience
            name = found.campaign.contender(x.contender).name
            ax.plot([s.lo90, s.hi90], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt")
            ax.plot([s.share], [y], shape, color=colour, markersize=4.4)
            _text(ax, fig, fg.clean(name, 20), y, colour, "normal")
            words.append(
                f"{issue.name}, {name}: {phrases.number(s.share)}% "
                f"({phrases.number(s.lo90)} to {phrases.number(s.hi90)})"
            )
            y += 1.0
        ax.set_ylim(y - 0.4, -0.6)
        ax.set_xlim(left=0)
        marks.rows(ax)
        ax.xaxis.get_major_locator().set_params(nbins=5)
        ax.xaxis.set_major_formatter(lambda v, _: f"{v:g}%")
        title = "What each side spoke of, per cent of sentences"
        return fg.export(
            fig, "c-issues", title, f"{title}, with 90% intervals. {'; '.join(words)}."
        )


def _text(ax: fg.Axes, fig: fg.Figure, text: str, y: float, colour: str, weight: str) -> None:
    ax.annotate(
        text,
        xy=(0.01, y),
        xycoords=(fig.transFigure, "data"),
        fontsize=7.5,
        weight=weight,
        color=colour,
        va="center",
        annotation_clip=False,
    )
