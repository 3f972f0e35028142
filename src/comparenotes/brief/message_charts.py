"""The message in the house look: each issue's share by side with intervals, and quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from comparenotes.brief import chart_marks as marks
from comparenotes.brief import figure as fg
from comparenotes.compare import phrases
from comparenotes.compare.message_provider import level
from comparenotes.message.words import difference_line, span

if TYPE_CHECKING:
    from comparenotes.compare.comparison import Comparison
    from comparenotes.compare.message_provider import Told
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
                lines = [f"{self.told.name(x.contender)}: {span(x.salience)}." for x in own]
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
        return fg.export(fig, key, title, f"{title}, with 90% intervals. {'; '.join(words)}.")


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
