"""The message in the house look: each issue's share by side with intervals, and quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from comparenotes import words as phrases
from comparenotes.brief import chart_marks as marks
from comparenotes.brief import figure as fg
from comparenotes.compare.message_provider import level
from comparenotes.message.measure import Line
from comparenotes.message.overtime import Series, over_time
from comparenotes.message.words import brief_words, difference_line

if TYPE_CHECKING:
    from comparenotes.compare.comparison import Comparison
    from comparenotes.compare.message_told import Told
    from comparenotes.message.report import Message
    from comparenotes.message.tally import Quote

MOST_SIDES, MOST_ISSUES = 4, 12


@dataclass(frozen=True)
class Said:
    """What a comparison shows of one campaign's message: chart, figures, quotes."""

    told: Told
    issues: tuple[str, ...]

    @property
    def campaign(self) -> str:
        """Return the campaign's id."""
        return self.told.campaign.id

    def chart(self, key: str, most: int = MOST_ISSUES) -> fg.Chart | None:
        """Return the shares of the two sides compared, on the first ``most`` issues."""
        return issues_chart(self.told.message, self.issues[:most], self.told.sides, key)

    def quotes(self) -> list[tuple[str, str, list[Quote]]]:
        """Return (issue, contender, quotes): empty where only figures are bundled."""
        names = {i.id: i.name for i in self.told.message.issues}
        out = []
        for issue in self.issues:
            for side in self.told.sides:
                own = [
                    q for q in self.told.message.quotes if q.issue == issue and q.contender == side
                ]
                if own:
                    out.append((names[issue], self.told.name(side), own))
        return out

    def told_lines(self) -> list[tuple[str, list[str]]]:
        """Return each issue's name with its shares by side and their difference in words."""
        m = self.told.message
        apart = {d["issue"]: d for d in m.differences()}
        out = []
        for i in m.issues:
            if i.id in self.issues and m.of(i.id):
                own = [x for x in m.of(i.id) if x.contender in self.told.sides]
                lines = [f"{self.told.name(x.contender)}: {brief_words(x)}." for x in own]
                d = apart.get(i.id)
                if d and set(d["contenders"]) == set(self.told.sides):
                    lines.append(difference_line(m, d))
                out.append((i.name.capitalize(), lines))
        return out

    def to_dict(self) -> dict[str, object]:
        """Return the figures and quotes shown, as data."""
        return {
            "genre": self.told.genre,
            "documents": self.told.message.documents,
            "sentences": self.told.message.sentences,
            "as_of": self.told.message.as_of.isoformat(),
            "means": [self._mean(i) for i in self.issues],
            "lines": [x.to_dict() for i in self.issues for x in self.told.lines(i)],
            "differences": [
                d for d in self.told.message.differences() if d["issue"] in self.issues
            ],
            "coder": self.told.message.coder(),
            "quotes": [
                {"issue": issue, "contender": side} | vars(q)
                for issue, side, own in self.quotes()
                for q in own
            ],
        }

    def _mean(self, issue: str) -> dict[str, object]:
        """Return the mean of the two sides' shares, as findings on salience name it."""
        own = [x.salience for x in self.told.lines(issue)]
        share = float(np.mean([s.share for s in own]))
        e = level((share, np.mean([s.draws for s in own], axis=0)))
        return {"issue": issue, "mean": e.mean, "lo90": e.lo90, "hi90": e.hi90}


def messages_of(comparison: Comparison) -> list[Said]:
    """Return the messages behind a comparison's findings, home first; usually none or two."""
    found: dict[str, Told] = {}
    issues: dict[str, None] = {}
    for f in comparison.findings:
        for told in f.extra.get("told", ()) if f.provider == "message" else ():
            found.setdefault(told.campaign.id, told)
            issues[f.extra["issue"]] = None
    order = [comparison.home.id, *(a.id for a in comparison.away)]
    return [Said(found[c], tuple(issues)) for c in order if c in found]


def issues_chart(
    found: Message,
    only: Iterable[str] | None = None,
    contenders: Iterable[str] | None = None,
    key: str = "c-issues",
) -> fg.Chart | None:
    """Return the share of sentences on each issue by side, one row an issue and side.

    ``only`` names the issues, ``contenders`` the sides; the default is all, up to a limit.
    """
    wanted = None if only is None else set(only)
    issues = [i for i in found.issues if found.of(i.id) and (wanted is None or i.id in wanted)]
    issues = issues[:MOST_ISSUES]
    if not issues:
        return None
    spoken = list(dict.fromkeys(x.contender for x in found.lines))
    sides = [c for c in contenders or spoken if c in spoken][:MOST_SIDES]
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
            _text(ax, fig, fg.clean(name, 20), y, colour, "normal")
            if x.few is None:
                ax.plot([s.lo90, s.hi90], [y, y], color=colour, linewidth=1.6,
                        solid_capstyle="butt")  # fmt: skip
                ax.plot([s.share], [y], shape, color=colour, markersize=4.4)
                words.append(
                    f"{issue.name}, {name}: {phrases.number(s.share)}% "
                    f"({phrases.number(s.lo90)} to {phrases.number(s.hi90)})"
                )
            else:
                marks.beside(ax, f"too few to say ({s.hits})", (0.0, y), colour, fontsize=6.5)
                words.append(f"{issue.name}, {name}: {x.few}")
            y += 1.0
        ax.set_ylim(y - 0.4, -0.6)
        ax.set_xlim(left=0)
        marks.rows(ax)
        ax.xaxis.get_major_locator().set_params(nbins=5)
        ax.xaxis.set_major_formatter(lambda v, _: f"{v:g}%")
        title = "What each side spoke of, per cent of sentences"
        return fg.export(fig, key, title, f"{title}, with 90% intervals. {'; '.join(words)}.")


MOST_PANELS = 4
"""So many issues are drawn over time, a panel each."""
LABELS = 6
"""So many periods are named on the axis."""


def time_chart(
    found: Message, series: Series | None = None, key: str = "c-time"
) -> fg.Chart | None:
    """Return each issue's share over time by side with 90% intervals, a panel an issue.

    A period in which a side has under 15 coded sentences is left empty; None where there
    are not two periods to draw.
    """
    told = series if series is not None else over_time(found)
    spoken = dict.fromkeys(x.contender for x in found.lines)  # colours as in the other chart
    sides = [c for c in spoken if c in told.sides()][:MOST_SIDES]
    drawn = [i for i in found.issues if _points(told, i.id, sides) > 1][:MOST_PANELS]
    if not drawn:
        return None
    height = 0.3 + 1.45 * len(drawn)
    with fg.drawing(3.5, height) as fig:
        words: list[str] = []
        for k, issue in enumerate(drawn):
            top = 1 - (0.28 + 1.45 * k) / height
            ax = fig.add_axes((0.09, top - 0.92 / height, 0.66, 0.92 / height))
            words += _over_time(ax, found, told, issue.id, issue.name, sides)
            fig.text(0.01, top + 0.06 / height, issue.name.capitalize(), fontsize=7.5,
                     weight="bold", color=fg.INK)  # fmt: skip
        title = f"Share of sentences over time, by {told.by}"
        return fg.export(fig, key, title, f"{title}, with 90% intervals. {'; '.join(words)}.")


def _points(told: Series, issue: str, sides: list[str]) -> int:
    return max((len(_seen(told, issue, s)) for s in sides), default=0)


def _over_time(
    ax: fg.Axes, found: Message, told: Series, issue: str, name: str, sides: list[str]
) -> list[str]:
    words = []
    for j, side in enumerate(sides):
        colour, dash, width = fg.SERIES[j]
        at = [(i, p, p.of(issue, side)) for i, p in enumerate(told.periods)]
        seen = [(i, p, x.salience) for i, p, x in at if x is not None and x.few is None]
        if not seen:
            continue
        who = found.campaign.contender(side).name
        x0 = [i + 0.16 * (j - (len(sides) - 1) / 2) for i, _, _ in seen]
        share = [s.share for _, _, s in seen]
        ax.plot(x0, share, color=colour, linestyle=dash, linewidth=width,
                marker=("o", "D", "s", "^")[j], markersize=3)  # fmt: skip
        for x, (_, _, s) in zip(x0, seen, strict=True):
            ax.plot([x, x], [s.lo90, s.hi90], color=colour, linewidth=0.8)
        words += [
            f"{name}, {who}, {p.label}: {phrases.number(s.share)}% "
            f"({phrases.number(s.lo90)} to {phrases.number(s.hi90)})"
            for _, p, s in seen
        ]
    ax.set_ylim(bottom=0)
    fg.dress(ax)
    ax.yaxis.get_major_locator().set_params(nbins=4)
    ax.yaxis.set_major_formatter(lambda v, _: f"{v:g}%")
    step = max(1, -(-len(told.periods) // LABELS))
    places = list(range(0, len(told.periods), step))
    ax.set_xlim(-0.5, len(told.periods) - 0.5)
    ax.set_xticks(places, [_short(told.periods[i].label) for i in places])
    low, high = ax.get_ylim()
    shown = [j for j, side in enumerate(sides) if _seen(told, issue, side)]
    last = [_seen(told, issue, sides[j])[-1].salience.share for j in shown]
    for j, y in zip(shown, fg.spread(last, (high - low) * 0.16, low, high), strict=True):
        marks.beside(ax, fg.clean(found.campaign.contender(sides[j]).name, 14), (1.0, y),
                     fg.SERIES[j][0])  # fmt: skip
    return words


def _seen(told: Series, issue: str, side: str) -> list[Line]:
    """Return a side's lines on an issue that have an interval, in order of time."""
    lines = [p.of(issue, side) for p in told.periods]
    return [x for x in lines if x is not None and x.few is None]


def _short(label: str) -> str:
    """Return a period's label without its country or its century."""
    return label.partition("-")[2] if label[:1].isalpha() else label[2:]


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
