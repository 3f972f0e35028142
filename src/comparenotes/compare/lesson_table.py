"""The table of premises: how often each held, against a coin and the base rate (Markdown)."""

from __future__ import annotations

from datetime import date
from typing import Any

from comparenotes import words as phrases
from comparenotes.compare import sister_hits as sisters
from comparenotes.compare.lesson_rules import Rule
from comparenotes.compare.lesson_scores import NOT_SCORED, Score, all_scores
from comparenotes.record.doc_tables import markdown

HEAD = (
    *("rule", "premise", "when", "held", "coin", "base rate", "difference (90%)"),
    *("test", "verdict"),
)
NOTE = (
    "What is scored is the premise; whether the advice helps was not measured. Rules were fixed "
    "before the scores. `beats`: held more often than in the other cases (80% interval, countries "
    "resampled). `same`: the difference lies within 10 percentage points (90%). `no more`: the "
    "upper end of the difference lies under 1.5 points of support (90%)."
)


def verdict(s: Score) -> str:
    """Return what the record says of a premise, in words."""
    if s.difference is None:
        return "cases, not rates" if s.n else "no data"
    if s.passes:
        return {"beats": "beats its base rate", "same": "about the same"}.get(s.test, "no more")
    return {"beats": "no better than the base rate"}.get(s.test, "cannot tell")


def row(s: Score) -> list[str]:
    """Return one line of the table; under 15 cases the cases by name."""
    held = f"{s.held:,} of {s.n:,}"
    if s.share is not None:
        held += f" ({s.share:.0f}%)"
    elif s.n:
        held += ": " + ", ".join(
            f"{c.case} {'yes' if c.held else 'no'}" for c in s.cases if c.eligible
        )
    base = f"{s.base:.0f}% of {s.base_n:,}" if s.base is not None else "–"
    gap = "–"
    if s.difference is not None and s.lo90 is not None and s.hi90 is not None:
        digits = 1 if s.unit == "points" else 0
        unit = " points" if s.unit == "points" else ""
        told = [phrases.signed(x, digits) for x in (s.difference, s.lo90, s.hi90)]
        gap = f"{told[0]}{unit} ({told[1]} to {told[2]})"
    return [s.rule, s.premise, s.when, held, s.coin(), base, gap, s.test, verdict(s)]


def table(as_of: date) -> str:
    """Return the table as Markdown."""
    rows = []
    for s in all_scores(as_of):
        if isinstance(s, Rule):
            rows.append([s.id, "–", "–", NOT_SCORED, "–", "–", "–", "–", "–"])
        else:
            rows.append(row(s))
    return f"{NOTE}\n\n{markdown(HEAD, rows)}\n\n{sister_table(as_of)}"


def sister_table(as_of: date) -> str:
    """Return how often statements held by kind, from the same family and from others."""
    rows = [
        [
            s.kind,
            f"{s.same:.0f}% of {s.pairs_same:,}",
            f"{s.other:.0f}% of {s.pairs_other:,}",
            str(s.homes),
            (
                f"{phrases.signed(s.difference)} ({phrases.signed(s.lo90)} to "
                f"{phrases.signed(s.hi90)})"
            ),
        ]
        for s in sisters.rows(as_of)
    ]
    head = ["statement", "same family held", "other families held", "elections"]
    return markdown([*head, "difference, percentage points (90%)"], rows)


def to_dict(as_of: date) -> dict[str, Any]:
    """Return the JSON form."""
    rows = [
        {"rule": s.id, "verdict": NOT_SCORED}
        if isinstance(s, Rule)
        else s.to_dict() | {"verdict": verdict(s)}
        for s in all_scores(as_of)
    ]
    kin = [s.to_dict() for s in sisters.rows(as_of)]
    return {"as_of": as_of.isoformat(), "note": NOTE, "premises": rows, "sisters": kin}
