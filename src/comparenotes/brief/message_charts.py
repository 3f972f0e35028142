"""The message in the house look: each issue's share by side with intervals, and quotes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from comparenotes import words as phrases
from comparenotes.brief.race_charts import looks
from comparenotes.compare.message_provider import level
from comparenotes.compare.message_told import about
from comparenotes.document import chart as ch
from comparenotes.document import theme
from comparenotes.errors import CompareNotesError
from comparenotes.message.intervals import Share
from comparenotes.message.overtime import MOST_ISSUES as MOST_PANELS
from comparenotes.message.overtime import Series, over_time
from comparenotes.message.words import brief_words, difference_line
from comparenotes.render.picture import save

if TYPE_CHECKING:
    from comparenotes.compare.comparison import Comparison
    from comparenotes.compare.message_told import Told
    from comparenotes.message.report import Message
    from comparenotes.message.tally import Quote

MOST_SIDES, MOST_ISSUES = 4, 12
BETWEEN = 38
"""Points between two panels."""


@dataclass(frozen=True)
class Said:
    """What a comparison shows of one campaign's message: chart, figures, quotes."""

    told: Told
    issues: tuple[str, ...]

    @property
    def campaign(self) -> str:
        """Return the campaign's id."""
        return self.told.campaign.id

    def chart(self, key: str, most: int = MOST_ISSUES) -> ch.Chart | None:
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
        apart = {d.issue: d for d in m.differences()}
        out = []
        for i in m.issues:
            if i.id in self.issues and m.of(i.id):
                own = [x for x in m.of(i.id) if x.contender in self.told.sides]
                lines = [f"{self.told.name(x.contender)}: {brief_words(x)}." for x in own]
                d = apart.get(i.id)
                if d and set(d.contenders) == set(self.told.sides):
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
                d.to_dict() for d in self.told.message.differences() if d.issue in self.issues
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
        said = about(f)
        if said is None:
            continue
        for told in said.told:
            found.setdefault(told.campaign.id, told)
            issues[said.issue] = None
    order = [comparison.home.id, *(a.id for a in comparison.away)]
    return [Said(found[c], tuple(issues)) for c in order if c in found]


def issues_chart(
    found: Message,
    only: Iterable[str] | None = None,
    contenders: Iterable[str] | None = None,
    key: str = "c-issues",
) -> ch.Chart | None:
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
    own, names = looks(found.campaign), {c.id: c.name for c in found.campaign.contenders}
    heads: list[ch.Spec] = []
    labels: list[ch.Spec] = []
    few: list[ch.Spec] = []
    rows: list[ch.Spec] = []
    words: list[str] = []
    at = 0.0
    for issue in issues:
        heads.append({"text": ch.clean(issue.name.capitalize()), "row": at, "bold": True})
        for line in found.of(issue.id):
            if line.contender not in sides:
                continue
            at += 1.0
            s, who = line.salience, names[line.contender]
            row = {"row": at, "ink": own[line.contender].text}
            labels.append({**row, "text": ch.clean(who, 20)})
            if line.few is None:
                rows.append({"row": at, "issue": issue.id, "id": line.contender, "share": s.share,
                             "lo90": s.lo90, "hi90": s.hi90})  # fmt: skip
                words.append(f"{issue.name}, {who}: {_share(s)}")
            else:
                few.append({**row, "text": f"too few to say ({s.hits})"})
                words.append(f"{issue.name}, {who}: {line.few}")
        at += 1.6
    height = 14.2 * (at - 0.6) + 4
    y = ch.number("row", (at - 0.9, -0.5))
    end = 1.04 * max((r["hi90"] for r in rows), default=1.0)
    x = ch.number("share", (0, end), ch.axis(ch.PERCENT, 4, grid=True))
    signs = theme.scales(own, sides)
    span = {"x": {**x, "field": "lo90"}, "x2": {"field": "hi90"}, "y": y, "color": signs["color"]}
    point = {"x": x, "y": y, "color": signs["color"], "shape": signs["shape"]}
    layers = [
        ch.layer("rule", rows, span, strokeWidth=1.6),
        ch.layer("point", rows, point, filled=True, size=20, opacity=1),
        *ch.texts([*heads, *labels], -88, y),
        *ch.texts(few, 5, y, fontSize=6.5),
    ]
    title = "What each side spoke of, per cent of sentences"
    alt = f"{title}, with 90% intervals. {'; '.join(words)}."
    return ch.chart(key, title, alt, ch.view(151, height, layers), (91, 2, 10, 18), rows)


def time_chart(
    found: Message, series: Series | None = None, key: str = "c-time"
) -> ch.Chart | None:
    """Return each issue's share over time by side with 90% intervals, a panel an issue.

    Periods stand at their dates. One in which a side has under 15 coded sentences is left
    empty; None where there are not two periods to draw.
    """
    told = series if series is not None else over_time(found)
    spoken = dict.fromkeys(x.contender for x in found.lines)
    sides = [c for c in spoken if c in told.sides()][:MOST_SIDES]
    panels: list[ch.Spec] = []
    rows: list[dict[str, Any]] = []
    words: list[str] = []
    for issue in found.issues:
        lines = {s: _seen(told, issue.id, s, found.campaign.contender(s).name) for s in sides}
        if max(map(len, lines.values()), default=0) > 1 and len(panels) < MOST_PANELS:
            lines = {s: own for s, own in lines.items() if own}
            panels.append(_panel(looks(found.campaign), told, issue.name.capitalize(), lines))
            every = [r for own in lines.values() for r in own]
            rows += [{"issue": issue.id, **r} for r in every]
            words += [f"{issue.name}, {r['side']}, {r['period']}: {r['told']}" for r in every]
    if not panels:
        return None
    title = f"Share of sentences over time, by {told.by}"
    alt = f"{title}, with 90% intervals. {'; '.join(words)}."
    body = {"vconcat": panels, "spacing": BETWEEN, "bounds": "flush"}
    return ch.chart(key, title, alt, body, (23, 20, 63, 18), rows)


def write_chart(found: Message, path: Path) -> Path:
    """Write the shares, and below them those over time, as SVG or PNG by the ending.

    Raises
    ------
    CompareNotesError
        For another ending, or where there is nothing to draw.
    """
    drawn, timed = issues_chart(found, key="message"), time_chart(found, key="message")
    if drawn is None:
        raise CompareNotesError("there is nothing to draw", where=found.campaign.title)
    if timed is not None:
        first = {k: drawn.spec[k] for k in ("width", "height", "layer")}
        body = {"vconcat": [first, *timed.spec["vconcat"]], "spacing": BETWEEN, "bounds": "flush"}
        pad = (91, 2, 78, 18)
        drawn = ch.chart(drawn.key, drawn.title, f"{drawn.alt} {timed.alt}", body, pad, drawn.rows)
    how = f"Per cent of sentences, with 90% intervals over texts. As of {phrases.day(found.as_of)}."
    save(
        ch.headed(replace(drawn, title=f"{found.campaign.title}: what each side spoke of"), how),
        path,
    )
    return path


def _panel(
    own: Mapping[str, theme.Look],
    told: Series,
    name: str,
    lines: Mapping[str, list[dict[str, Any]]],
) -> ch.Spec:
    """Return one issue over time: a line a side, its points with their intervals."""
    top = 1.08 * max(r["hi90"] for line in lines.values() for r in line)
    first, last = told.periods[0].last, told.periods[-1].last
    room = (last - first) * 0.03
    x = ch.time("date", first - room, last + room)
    y = ch.number("share", (0, top), ch.axis(ch.PERCENT, 4))
    layers = ch.texts([{"text": ch.clean(name), "bold": True}], -20, -10)
    labels: list[ch.Spec] = []
    ends = ch.spread([line[-1]["share"] for line in lines.values()], 0.14 * top, 0, top)
    for j, ((side, line), place) in enumerate(zip(lines.items(), ends, strict=True)):
        look = own[side]
        # what falls on one day stands side by side
        style = {"color": look.colour, "xOffset": 2.0 * j - len(lines) + 1}
        span = {"x": x, "y": {**y, "field": "lo90"}, "y2": {"field": "hi90"}}
        layers += [
            ch.layer("rule", line, span, **style),
            ch.layer("line", line, {"x": x, "y": y}, strokeWidth=1.3, strokeDash=list(look.dash),
                     **style),
            ch.layer("point", line, {"x": x, "y": y}, shape=look.shape, filled=True, size=10,
                     opacity=1, **style),
        ]  # fmt: skip
        label = ch.clean(line[-1]["side"], 14)
        labels.append({"text": label, "place": place, "ink": look.text})
    layers += ch.texts(labels, 171, {**y, "field": "place"})
    return ch.view(166, 66, layers)


def _seen(told: Series, issue: str, side: str, name: str) -> list[dict[str, Any]]:
    """Return a side's periods on an issue that have an interval, in order of time."""
    found = ((p, p.of(issue, side)) for p in told.periods)
    return [
        {"side": name, "period": p.label, "date": p.last.isoformat(), "told": _share(x.salience),
         "share": x.salience.share, "lo90": x.salience.lo90, "hi90": x.salience.hi90}
        for p, x in found
        if x is not None and x.few is None
    ]  # fmt: skip


def _share(s: Share) -> str:
    return f"{phrases.number(s.share)}% ({phrases.number(s.lo90)} to {phrases.number(s.hi90)})"
