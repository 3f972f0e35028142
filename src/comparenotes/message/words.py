"""The result of ``cn message`` in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from comparenotes.message.contest import Difference
from comparenotes.message.intervals import Share
from comparenotes.message.left_out import counted
from comparenotes.message.measure import MIN_DOCUMENTS, MIN_HITS, Line
from comparenotes.message.report import Message, targets_of
from comparenotes.message.tally import Quote
from comparenotes.words import many, near, number, spread

INTERVALS = (
    "Intervals (90%) resample {what}, and hold the coder's own error as measured on texts kept "
    "aside."
)
SAMPLE = "texts, not sentences"
BLOCKS = "blocks of 50 sentences ({kinds}: the whole of what there is, no sample)"
MOST_SIDES = 4
MIN_NAMED = 5
"""Under so many attacking sentences that name somebody no count by opponent is printed."""
STANCE_WORDS = {"attack": "attack", "own_record": "own record", "promise": "promise"}


def span(s: Share) -> str:
    """Return ``3.1% (90% interval 2.0 to 4.4)``."""
    return f"{number(s.share)}% (90% interval {number(s.lo90)} to {number(s.hi90)})"


def name_of(found: Message, contender: str) -> str:
    """Return a contender's name."""
    return found.campaign.contender(contender).name


def many_of(genre: str) -> str:
    """Return the plural of a genre's name."""
    return {"speech": "speeches", "other": "other texts"}.get(genre, f"{genre}s")


def difference_line(found: Message, d: Difference) -> str:
    """Return how far the first two sides differ on an issue, and whether it beats noise."""
    name = partial(name_of, found)
    a, b = map(name, d.contenders)
    if d.lo90 is None or d.hi90 is None:
        return f"{a} less {b}: {d.reason}."
    mean, lo, hi = map(near, (d.difference, d.lo90, d.hi90))
    return f"{a} less {b}: {mean} points ({lo} to {hi}): {d.verdict(name)}."


def quote_line(q: Quote) -> str:
    """Return a quote on one line, with its stance and where it stands."""
    return f"[{q.stance.replace('_', ' ')}] {said_line(vars(q))}"


def said_line(q: Mapping[str, Any]) -> str:
    """Return a sentence in quotation marks on one line, and where it stands."""
    where = f"{q['file']}:{q['row']}" if q["row"] else q["file"]
    text = " ".join(q["text"].split())
    return f"“{text}” ({where}, {q['start']} to {q['end']})"


def share_words(x: Line) -> str:
    """Return a side's share with its interval; under 15 coded sentences the count alone."""
    if x.few is None:
        return f"{span(x.salience)} of {many(x.sentences, 'sentence')}"
    n = x.salience.hits
    coded = f"{n:,} of {many(x.sentences, 'sentence')}"
    return f"{coded} coded so, too few to say (under {MIN_HITS})"


def brief_words(x: Line) -> str:
    """Return a side's share with its interval; under 15 coded sentences the reason alone."""
    return x.few if x.few is not None else span(x.salience)


def stance_words(x: Line) -> str:
    """Return the stances of a side's sentences on an issue; why not, where they are withheld."""
    told = [
        f"{STANCE_WORDS[k]} {spread(v.share, v.lo90, v.hi90, 0, '%')}"
        for k, v in x.stances.items()
        if v
    ]
    if not told:
        why = next(iter(x.withheld.values()), f"too few to say: under {MIN_HITS} coded sentences")
        return "" if x.few else f"its stance is {why}"
    gone = [STANCE_WORDS[k] for k, v in x.stances.items() if v is None]
    rest = f", {' and '.join(gone)} too few to say (interval too wide)" if gone else ""
    return f"of these {', '.join(told)}{rest}"


def line_of(found: Message, x: Line) -> str:
    """Return one side's share of an issue and its stances in a sentence."""
    text = f"{name_of(found, x.contender)}: {share_words(x)} in {many(x.documents, 'text')}"
    if not x.enough and x.few is None:
        text += f", too few texts to say (under {MIN_DOCUMENTS})"
    stance = stance_words(x)
    return f"{text}; {stance}." if stance else f"{text}."


def other_genres(found: Message, issue: str) -> list[str]:
    """Return a line a further genre that was measured: the sides' shares there."""
    out = []
    for kind in found.genres()[len(found.kinds()) :]:
        other = found.in_genre(kind)
        told = [f"{name_of(found, x.contender)} {brief_words(x)}" for x in other.of(issue)] \
            if other is not None else []  # fmt: skip
        if told:
            out.append(f"In {many_of(kind)}: {'; '.join(told[:MOST_SIDES])}.")
    return out


def attacked(found: Message, issue: str) -> list[str]:
    """Return a line a side on whom its attacks on an issue name, where there are enough."""
    rows = [r for r in targets_of(found) if r["issue"] == issue and r["named"] >= MIN_NAMED]
    out = []
    for who in dict.fromkeys(r["contender"] for r in rows):
        own = [r for r in rows if r["contender"] == who]
        named = ", ".join(f"{name_of(found, r['target'])} {r['hits']:,}" for r in own)
        out.append(
            f"Attacks by {name_of(found, who)}: {many(own[0]['of'], 'sentence')}, of which "
            f"{own[0]['named']:,} name an opponent ({named})."
        )
    return out


def sections(found: Message) -> list[tuple[str, list[str]]]:
    """Return headings with their lines."""
    kinds = ", ".join(found.kinds())
    whole = bool(found.lines) and all(x.whole for x in found.lines)
    kinds_of = " and ".join(map(many_of, found.kinds()))
    what = BLOCKS.format(kinds=kinds_of) if whole else SAMPLE
    size = f"{many(found.documents, 'text')}, {many(found.sentences, 'sentence')}"
    head = [
        f"{size} ({kinds}), to {found.as_of}.",
        INTERVALS.format(what=what),
        *found.notes(),
    ]
    out = [(f"{found.campaign.title}: the message", head)]
    contests = {c.issue: c.words(partial(name_of, found)) for c in found.battlegrounds()}
    apart = {d.issue: d for d in found.differences()}
    rated = found.coder()
    for issue in found.issues:
        rows = [line_of(found, x) for x in found.of(issue.id)]
        if gone := found.silent():
            names = ", ".join(name_of(found, c) for c in gone)
            rows.append(f"{names}: no data ({kinds.replace(', ', ' or ')}).")
        d = apart.get(issue.id)
        if d:
            rows.append(difference_line(found, d))
        sides = found.of(issue.id)
        few = len(sides) > 1 and not all(x.enough for x in sides)
        rows.append(
            f"Contest: {contests[issue.id]}{', on too few texts to be sure' if few else ''}."
        )
        rows += [c["told"] for c in rated if c["issue"] == issue.id]
        rows += [
            f"  {name_of(found, q.contender)} {quote_line(q)}"
            for q in found.quotes
            if q.issue == issue.id
        ]
        rows += other_genres(found, issue.id)
        rows += attacked(found, issue.id)
        out.append((issue.name.capitalize(), rows))
    stances = [c for c in rated if c["issue"] in ("attack", "own_record", "promise")]
    out.append(
        (
            "How far the coder of stance can be trusted",
            [f"{c['issue'].replace('_', ' ').capitalize()}. {c['told']}" for c in stances],
        )
    )
    if found.left_out:
        out.append(
            ("Left out", [f"{n:,}: {counted(n, w)}" for w, n in sorted(found.left_out.items())])
        )
    out.append(("Sources", list(found.sources)))
    return out
