"""The one place where the sentences of lessons are made, last, from figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from comparenotes import words as phrases
from comparenotes.compare.lesson import Draft, Lesson, Reason
from comparenotes.compare.lesson_scores import Score
from comparenotes.record.bootstrap import MIN_CASES

REASONS = {
    "bounce_gain": (
        "{up} of {n} governing parties stood higher a month after a successor took over: "
        "{gap} points against like governments ({lo} to {hi})."
    ),
    "bounce_gain_opposition": (
        "{up} of {n} opposition parties stood higher a month after a successor took over: "
        "{gap} points against like oppositions ({lo} to {hi})."
    ),
    "bounce_result": "In the result the difference was {gap} points ({lo} to {hi}).",
    "bounce_home": "{party} gained {gain} points from six weeks before to a month after.",
    "bounce_jump": (
        "{party} gained {gain} points from six weeks before to a month after, "
        "{jump} of them with the change itself."
    ),
    "for_against": "A case for: {case_for}; against: {case_against}.",
    "for_only": "A case for: {case_for}; there is none against.",
    "against_only": "A case against: {case_against}; there is none for.",
    "standing": (
        "{party} stood {down} points {side} the last result ({lo} to {hi}), "
        "{days} days before the vote."
    ),
    "standing_record": (
        "{when_cap}, {held} of {n} governments {words} ended {way} than they stood; "
        "of the others {base}%."
    ),
    "standing_mean": "They stood at {stood} points on average and ended at {ended}.",
    "lead": "{leader} led {chaser} by {lead} points in the polls ({lo} to {hi}).",
    "lead_record": (
        "On the eve {held} of {n} leads within the usual error were not borne out; "
        "of larger ones {base}%."
    ),
    "miss": "{away}: the last polls missed the lead by {miss} points ({lo} to {hi}).",
    "class": "{kept} of {n} governments in this class kept office, and {lost} lost it.",
    "class_change": "Of those that changed their leader in the term, {kept} of {n} kept it.",
    "early": "{held} of {n} governments that went early kept office; after a full term {base}%.",
    "early_studies": (
        "Studies disagree: chosen early votes gained about 5 points (Schleiter and Tavits 2016), "
        "or support fell once the vote was called (Smith 2003)."
    ),
    "early_blind": "The count cannot see why a date was chosen.",
    "seats": "Were the vote held now, {party} would win {mean} seats ({lo} to {hi}).",
    "seats_then": "On polling day the forecast is {mean} seats ({lo} to {hi}).",
    "challenger": "{challenger} stood at {share}% ({lo} to {hi}).",
    "challenger_record": (
        "{when_cap}, {held} of {n} such parties ended lower than they stood; "
        "of the two main sides {base}%."
    ),
    "sister": "{away} was run by a party of your own family.",
    "sister_record": (
        "Findings from the same family held in {same}% of {n} past pairs, from others in {other}%."
    ),
    "texts": "{headline}.",
    "no_texts": "{missing} has no texts here.",
    "no_issue": "The texts hold too few sentences on it.",
    "green_money": (
        "The American states with most clean investment moved {gap} points against the others "
        "({lo} to {hi}) at the vote."
    ),
}
NO_DATA = "No data yet on {issue}: put speeches or manifestos in {home}/texts/."
NO_DATA_CHANGE = "Five texts or a manifesto from each side; the first day is {review}."


def number(x: object, digits: int = 1) -> str:
    """Return a figure of a sentence: counts plain, points with one digit."""
    if isinstance(x, bool) or not isinstance(x, int | float):
        return phrases.day(x) if isinstance(x, date) else str(x)
    return phrases.number(x, 0 if isinstance(x, int) else digits)


SIGNED = frozenset({"gap", "stood", "ended"})
WHOLE = frozenset({"base", "same", "other", "rate", "mean_seats"})


def filled(template: str, fields: Any, *, whole: frozenset[str] = WHOLE) -> str:
    """Return a template with its figures written out."""
    signs = fields.get("gap") is not None and "gap" in template
    told = {}
    for k, v in fields.items():
        if isinstance(v, float) and (k in SIGNED or (signs and k in ("lo", "hi"))):
            told[k] = phrases.signed(v)
        else:
            told[k] = number(v, 0 if k in whole or fields.get("whole") else 1)
    return template.format(**told)


def sentence(reason: Reason) -> str:
    """Return one reason in words, with the finding it cites."""
    told = {**reason.fields, "finding": reason.finding}
    text = filled(REASONS[reason.key], told)
    if reason.finding is None:
        return text
    return f"{text[:-1]} (finding {reason.finding})."


def how_sure(d: Draft) -> tuple[str, bool]:
    """Return the count and the record in words, and whether the lesson is below the line."""
    s = d.score
    if not d.full:
        return "No data yet.", False
    if s is None:
        told = f"{d.cases:,} {d.cases_unit}; " if d.cases else ""
        return _capital(f"{told}not scored on past cases."), False
    if s.n < MIN_CASES:
        named = phrases.some([c.case for c in s.cases if c.eligible and c.held], 3) or "none"
        return f"{s.n} cases, no rate: it held in {named}.", True
    if s.passes and s.test == "no more":
        return (
            f"The premise held in {s.held:,} of {s.n:,}, and among like parties in {s.base:.0f}%: "
            "they ended no better. Whether the advice helps was not measured."
        ), False
    base = "" if s.base is None else f", base rate {s.base:.0f}%"
    told = f"The premise held in {s.held:,} of {s.n:,}{base}."
    if s.passes:
        return f"{told} Whether the advice helps was not measured.", False
    last = {
        "beats": "That is no better than the base rate.",
        "same": "Whether the two differ cannot be told.",
        "no more": "The record does not bear it out for this role.",
    }[s.test]
    return f"{told} {last}", True


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lesson(d: Draft) -> Lesson:
    """Return a draft in words."""
    sure, below = how_sure(d)
    fields = {**d.fields, "review": d.day}
    words = d.rule.wording[d.cell]
    do, change = (words.do, words.would_change) if d.full else (NO_DATA, NO_DATA_CHANGE)
    return Lesson(
        rule=d.rule.id,
        family=d.rule.family,
        cell=d.cell,
        do=filled(do, fields),
        because=tuple(sentence(r) for r in d.reasons),
        how_sure=sure,
        would_change=filled(change, fields),
        findings=tuple(dict.fromkeys(r.finding for r in d.reasons if r.finding is not None)),
        figures=tuple({**r.fields, "finding": r.finding} for r in d.reasons),
        cases=d.cases,
        number=d.number,
        day=d.day,
        below=below,
        record=_record(d.score),
    )


def _record(s: Score | None) -> dict[str, Any]:
    return {} if s is None else s.to_dict()
