"""Does a finding carry over to home? One rule table, and the facts that decide.

The table is ``rules.csv`` beside this file: one rule a line, read from the top,
the first that fits decides; an empty cell fits anything, ``a|b`` either. Where
no rule fits the verdict is ``unknown``.

How often each verdict held on past pairs is printed by ``python -m
lab.verdict_hits``. The first table was drawn up beforehand and called
eight rules wrongly (it took the direction of another government's result or
movement for likely to repeat, and standings for hardly so); those were set to what
the pairs showed, so the printed rates are no test of the table on unseen pairs.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from comparenotes import words as phrases
from comparenotes.campaigns.model import FAMILIES
from comparenotes.compare.facts import SYSTEM_WORDS, Facts
from comparenotes.compare.finding import MIN_CASES, VERDICTS

FEATURES: Mapping[str, tuple[str, ...]] = {
    "country": ("same", "different"),
    "system": ("same", "alike", "different"),
    "office": ("same", "different"),
    "term": ("same", "different", "unknown"),
    "family": ("same", "near", "different", "unknown"),
    "field": ("same", "different", "unknown"),
    "change": ("both", "home", "away", "none"),
    "role": ("same", "different", "unknown"),
    "timing": ("reached", "ahead"),
    "clock": ("common", "none"),
    "era": ("near", "far"),
    "polls": ("enough", "few"),
}
"""The facts a rule may ask for, each comparing home with away, and their values."""

SHOWN_FIRST: Mapping[str, tuple[str, ...]] = {
    "standing": ("timing", "field", "system"),
    "change": ("change", "role", "system"),
    "clock_days": ("clock", "system", "field"),
    "clock_office": ("clock", "term", "system"),
    "movement": ("timing", "system", "field"),
    "result": ("term", "office", "system"),
    "poll_error": ("country", "era", "system"),
}
"""The facts shown where the deciding rule names fewer than two, or none fits."""

ERA_YEARS = 12.0
_PLURALITY, _PROPORTIONAL, _STAGED = (
    frozenset({"fptp", "electoral_college"}),
    frozenset({"pr", "mixed", "stv"}),
    frozenset({"preferential", "two_round"}),
)
_LEFT = frozenset({"communist", "left", "green", "social democracy"})
_RIGHT = frozenset({"christian democracy", "conservative", "agrarian", "radical right"})


@dataclass(frozen=True)
class Rule:
    """One line of the rule table."""

    id: str
    kind: str
    asks: Mapping[str, tuple[str, ...]]
    verdict: str
    why: str


@dataclass(frozen=True)
class Verdict:
    """Whether a finding carries over, by which rule, for which facts."""

    carries_over: str
    rule: str
    reasons: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Fact:
    """One comparison of home with away: its value for the rules, and the words."""

    value: str
    words: str


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rule table, checked: known kinds of fact, values and verdicts."""
    text = (resources.files("comparenotes.compare") / "rules.csv").read_text(encoding="utf-8")
    out = []
    for row in csv.DictReader(io.StringIO(text)):
        asks = {f: tuple(row[f].split("|")) for f in FEATURES if row[f]}
        for feature, values in asks.items():
            if not set(values) <= set(FEATURES[feature]):
                raise ValueError(f"rules.csv, {row['id']}: unknown value for {feature}")
        if row["verdict"] not in VERDICTS:
            raise ValueError(f"rules.csv, {row['id']}: unknown verdict {row['verdict']!r}")
        out.append(Rule(row["id"], row["kind"], asks, row["verdict"], row["why"]))
    return tuple(out)


def _system(home: Facts, away: Facts) -> Fact:
    h, a = (SYSTEM_WORDS.get(x.system, x.system) for x in (home, away))
    if home.system == away.system:
        return Fact("same", f"Both are elected by {h}.")
    for group in (_PLURALITY, _PROPORTIONAL, _STAGED):
        if {home.system, away.system} <= group:
            return Fact("alike", f"Like rules: {h} at home, {a} away.")
    return Fact("different", f"Other rules: {h} at home, {a} away.")


def _family(home: Facts, away: Facts) -> Fact:
    if not home.family or not away.family:
        return Fact("unknown", "The family of a governing party is not recorded.")
    if home.family == away.family:
        return Fact("same", f"Both governing parties are of one family: {home.family}.")
    words = f"Governing families: {home.family} at home, {away.family} away."
    near = any({home.family, away.family} <= side for side in (_LEFT, _RIGHT))
    return Fact("near" if near else "different", words)


def _change(home: Facts, away: Facts) -> tuple[Fact, Fact]:
    def told(f: Facts, where: str) -> str:
        if f.change is None:
            return f"none {where}"
        return f"{f.change.role} {where} on {phrases.day(f.change.date)}"

    which = {
        (True, True): "both",
        (True, False): "home",
        (False, True): "away",
        (False, False): "none",
    }[(home.change is not None, away.change is not None)]
    words = f"Change of who leads or stands: {told(home, 'at home')}, {told(away, 'away')}."
    if home.change is None or away.change is None:
        return Fact(which, words), Fact("unknown", words)
    same = home.change.role == away.change.role
    role = (
        f"Both changes were made by the {home.change.role} side."
        if same
        else f"The change was made by the {home.change.role} side at home, "
        f"by the {away.change.role} side away."
    )
    return Fact(which, words), Fact("same" if same else "different", role)


def pair_facts(
    home: Facts, away: Facts, clock: str | None = None, of_polls: bool = True
) -> dict[str, Fact]:
    """Return each comparison of the two fact sheets.

    ``clock`` says if a point is shared; ``of_polls`` whether it is polls that are compared.
    """
    other = "Another country's polls." if of_polls else "Another country."
    change, role = _change(home, away)
    fewest = min(home.polls, away.polls)
    years = abs((home.election_date - away.election_date).days) / 365.25
    reach = (away.election_date - away.first_poll).days if away.first_poll is not None else 0
    out = {
        "country": Fact(
            "same" if home.country == away.country else "different",
            "The same country." if home.country == away.country else other,
        ),
        "system": _system(home, away),
        "office": Fact(
            "same" if home.elects == away.elects else "different",
            f"Both elect a {home.elects}."
            if home.elects == away.elects
            else f"Home elects a {home.elects}, away a {away.elects}.",
        ),
        "family": _family(home, away),
        "change": change,
        "role": role,
        "timing": Fact(
            "reached" if home.days_to_go <= reach else "ahead",
            f"Home has {phrases.count(home.days_to_go, 'day')} to go; "
            f"the away polls begin {phrases.count(reach, 'day')} before polling day.",
        ),
        "era": Fact(
            "near" if years <= ERA_YEARS else "far",
            f"Polling days {phrases.count(round(years), 'year')} apart."
            if years >= 1.5
            else "Polling days within a year and a half of each other.",
        ),
        "polls": Fact(
            "enough" if fewest >= MIN_CASES else "few",
            f"Polls: {home.polls:,} at home, {away.polls:,} away.",
        ),
    }
    if home.term and away.term:
        same = home.term == away.term
        out["term"] = Fact(
            "same" if same else "different",
            f"Both governments are in their {phrases.ordinal(home.term)} term."
            if same
            else f"The government is in its {phrases.ordinal(home.term)} term at home, "
            f"in its {phrases.ordinal(away.term)} away.",
        )
    else:
        out["term"] = Fact("unknown", "A government's term is not recorded.")
    if home.large and away.large:
        two = (len(home.large) <= 2, len(away.large) <= 2)
        out["field"] = Fact(
            "same" if two[0] == two[1] else "different",
            f"Contenders over 10%: {phrases.word(len(home.large))} at home, "
            f"{phrases.word(len(away.large))} away.",
        )
    else:
        out["field"] = Fact("unknown", "The number of large contenders is not known.")
    if clock is not None:
        out["clock"] = Fact("none" if clock == "none" else "common", clock_words(clock))
    return out


def clock_words(clock: str) -> str:
    """Return the sentence for the clock fact; anything but ``none`` names the shared point."""
    return "The two have no point of this clock in common." if clock == "none" else clock


def judge(kind: str, pair: Mapping[str, Fact]) -> Verdict:
    """Return the verdict of the first rule that fits, with two or three deciding facts."""
    shown = [f for f in SHOWN_FIRST.get(kind, ("system", "office", "term")) if f in pair]
    for rule in rules():
        if rule.kind != kind or not all(
            f in pair and pair[f].value in values for f, values in rule.asks.items()
        ):
            continue
        asked = sorted(rule.asks, key=lambda f: shown.index(f) if f in shown else len(shown))
        names = asked + [f for f in shown if f not in asked]
        # two facts can come to the same sentence: it is said once
        told = tuple(dict.fromkeys(pair[f].words for f in names))
        return Verdict(rule.verdict, rule.id, told[: max(2, min(3, len(asked)))], rule.why)
    return Verdict(
        "unknown",
        "default",
        tuple(dict.fromkeys(pair[f].words for f in shown))[:3],
        "No rule of the table fits these facts.",
    )


def judge_many(verdicts: Sequence[tuple[str, str]]) -> Verdict:
    """Return the verdict over several away campaigns, given as (title, verdict) pairs.

    The commonest verdict; of equally common ones the more cautious.
    """
    caution = {v: i for i, v in enumerate(("likely", "partly", "doubtful", "unknown"))}
    counts = Counter(v for _, v in verdicts)
    best = max(counts, key=lambda v: (counts[v], caution[v]))
    reasons = [
        f"{v.capitalize()} for {phrases.join([t for t, x in verdicts if x == v])}."
        for v in sorted(counts, key=lambda v: (-counts[v], caution[v]))
    ]
    return Verdict(
        best, "many", tuple(reasons[:3]), "The commonest verdict over the away campaigns."
    )


assert set(FAMILIES) >= _LEFT | _RIGHT  # noqa: S101 - the words of the model
