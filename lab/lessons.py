"""``python -m lab.lessons``: how often the premise of each lesson held, as a Markdown table."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import click
from lab.markdown import markdown

from comparenotes import words as phrases
from comparenotes.campaigns.snapshot import today
from comparenotes.cli.main import run
from comparenotes.cli.options import as_of_option, examples, json_option
from comparenotes.cli.output import emit_json, progress
from comparenotes.compare.lesson_rules import RULES, Rule
from comparenotes.compare.lesson_scores import TERMS, WHEN, Score, bounce_score, score
from lab import sister_hits

NOT_SCORED = "not scored on past cases"
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


def all_scores(as_of: date) -> list[Score | Rule]:
    """Return every rule's scores, two years and one year before; a rule without one by itself."""
    out: list[Score | Rule] = []
    for r in RULES:
        found: list[Score | None] = []
        if r.id in ("standing", "standing_high", "challenger", "poll_error"):
            found = [score(r.id, as_of, days) for days in WHEN]
            if r.id == "poll_error":
                found.append(score(r.id, as_of, 1))
        elif r.id == "second_term":
            found = [score(r.id, as_of, term=t) for t in TERMS]
        elif r.id == "bounce":
            found = [
                bounce_score(as_of, g, c)
                for g in ("government", "opposition")
                for c in ("announced", "takeover")
            ]
        else:
            found = [score(r.id, as_of)]
        told = [s for s in found if s is not None]
        out += told or [r]
    return out


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
        for s in sister_hits.rows(as_of)
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
    kin = [s.to_dict() for s in sister_hits.rows(as_of)]
    return {"as_of": as_of.isoformat(), "note": NOTE, "premises": rows, "sisters": kin}


@click.command(epilog=examples("python -m lab.lessons", "python -m lab.lessons --as-of 2024-08-18"))
@as_of_option
@json_option
def lessons(as_of: date | None, as_json: bool) -> None:
    """Score the premise of every lesson on past cases: held, coin, base rate."""
    day = as_of or today()
    with progress("scoring the premises of lessons"):
        told = to_dict(day) if as_json else table(day)
    if as_json:
        emit_json(told)
    else:
        click.echo(told)


if __name__ == "__main__":
    sys.exit(run(command=lessons, name="python -m lab.lessons"))
