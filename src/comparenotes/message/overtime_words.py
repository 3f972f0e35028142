"""An issue over time in words: a small table an issue, and whether it rose or fell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from comparenotes.message.measure import MIN_DOCUMENTS, MIN_HITS, Line
from comparenotes.message.overtime import MOST_ISSUES, Series, over_time
from comparenotes.message.report import Message
from comparenotes.message.words import name_of
from comparenotes.words import many, near, spread

MOST_SIDES = 3
CELL = 22
ROW = "\t"
"""Begins a row of a table, which is printed as it is and not wrapped as sentences are."""


def cell(x: Line | None) -> str:
    """Return ``3.1% (2.0 to 4.4)``, a count where it is too few, a dash without texts."""
    if x is None:
        return "–"
    if x.few is not None:
        return f"{x.salience.hits} of {x.sentences:,}: few"
    s = x.salience
    star = "" if x.enough else "*"
    return f"{spread(s.share, s.lo90, s.hi90, unit='%')}{star}"


def over_time_sections(found: Message, told: Series | None = None) -> list[tuple[str, list[str]]]:
    """Return headings with their lines: each issue over time, up to four issues."""
    series = told if told is not None else over_time(found)
    if not series.periods:
        return [("Over time", [f"Not told: {series.why}."])]
    if len(found.issues) > MOST_ISSUES:
        return [("Over time", [f"Told for up to {MOST_ISSUES} issues (--issue); --json has all."])]
    sides = _sides(found, series)
    kind = f", {series.genre}s" if series.genre else ""
    out = []
    wide = max(len(p.label) for p in series.periods) + 2
    starred = few = False
    for issue in found.issues:
        if not any(p.of(issue.id, s) for p in series.periods for s in sides):
            continue
        heads = "".join(name_of(found, s)[: CELL - 2].ljust(CELL) for s in sides)
        rows = [_row("".ljust(wide) + heads)]
        for p in series.periods:
            own = [p.of(issue.id, s) for s in sides]
            starred |= any(x is not None and x.few is None and not x.enough for x in own)
            few |= any(x is not None and x.few is not None for x in own)
            rows.append(_row(p.label.ljust(wide) + "".join(cell(x).ljust(CELL) for x in own)))
        changed = [c for c in series.changes if c["issue"] == issue.id]
        rows += [
            f"{name_of(found, c['contender'])}: {_change(c)}"
            for c in changed
            if c["lo90"] is not None
        ]
        rows += _unsaid(found, [c for c in changed if c["lo90"] is None])
        out.append((f"{issue.name.capitalize()} over time, by {series.by}{kind}", rows))
    notes = []
    if few:
        notes.append(f"few: under {MIN_HITS} coded sentences, too few to say.")
    if starred:
        notes.append(f"*: under {MIN_DOCUMENTS} texts, too few to say more than of these.")
    if len(series.sides()) > len(sides):
        notes.append("The sides with most text; --json has all.")
    if series.undated:
        verbs = ("has", "is") if series.undated == 1 else ("have", "are")
        gone = many(series.undated, "text")
        notes.append(f"{gone} {verbs[0]} no date and {verbs[1]} not in it.")
    if notes and out:
        out[-1][1].extend(notes)
    return out


def _sides(found: Message, series: Series) -> list[str]:
    size: dict[str, int] = {}
    for p in series.periods:
        for x in {x.contender: x for x in p.lines}.values():
            size[x.contender] = size.get(x.contender, 0) + x.sentences
    most = sorted(size, key=lambda s: (-size[s], s))[:MOST_SIDES]
    return [c.id for c in found.campaign.contenders if c.id in most]


def _row(text: str) -> str:
    return ROW + text.rstrip()


def _change(c: Mapping[str, Any]) -> str:
    mean, lo, hi = (near(c[k]) for k in ("difference", "lo90", "hi90"))
    return f"from {c['from']} less before: {mean} points ({lo} to {hi}): {c['verdict']}."


def _unsaid(found: Message, changes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return why the later half is not set against the earlier, sides with one reason together."""
    whose: dict[str, list[str]] = {}
    for c in changes:
        whose.setdefault(c["verdict"], []).append(name_of(found, c["contender"]))
    return [f"Later less earlier half, {', '.join(who)}: {why}." for why, who in whose.items()]
