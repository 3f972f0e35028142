"""The rule table: every rule can be reached, the default is unknown, facts decide."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from comparenotes.compare.facts import facts
from comparenotes.compare.finding import VERDICTS
from comparenotes.compare.verdict import (
    FEATURES,
    SHOWN_FIRST,
    Fact,
    judge,
    judge_many,
    pair_facts,
    rules,
)
from tests.compare import factory

AS_OF = date(2026, 8, 20)


def pair(**home: object) -> dict[str, Fact]:
    return pair_facts(facts(factory.home(**home), AS_OF), facts(factory.away(), AS_OF))


def test_rule_ids_are_unique_and_say_why() -> None:
    ids = [r.id for r in rules()]
    assert len(ids) == len(set(ids))
    assert all(r.why.endswith(".") and r.asks for r in rules())


@pytest.mark.parametrize("rule", rules(), ids=lambda r: r.id)
def test_every_rule_can_be_reached(rule) -> None:  # type: ignore[no-untyped-def]
    asked = {f for r in rules() if r.kind == rule.kind for f in r.asks}
    free = sorted(asked - set(rule.asks))
    for values in itertools.product(*(FEATURES[f] for f in free)):
        for own in itertools.product(*rule.asks.values()):
            facts_ = dict(zip(free, values, strict=True)) | dict(zip(rule.asks, own, strict=True))
            if judge(rule.kind, {k: Fact(v, k) for k, v in facts_.items()}).rule == rule.id:
                return
    pytest.fail(f"rule {rule.id} never decides")


@pytest.mark.parametrize("kind", [*SHOWN_FIRST, "something new"])
def test_default_is_unknown_with_facts(kind: str) -> None:
    nothing = {f: Fact("none of the table's values", f"fact {f}") for f in FEATURES}
    verdict = judge(kind, nothing)
    assert verdict.carries_over == "unknown"
    assert verdict.rule == "default"
    assert 2 <= len(verdict.reasons) <= 3


@pytest.mark.parametrize("kind", SHOWN_FIRST)
def test_two_or_three_deciding_facts(kind: str) -> None:
    verdict = judge(kind, pair() | {"clock": Fact("common", "Both have polls then.")})
    assert verdict.carries_over in VERDICTS
    assert 2 <= len(verdict.reasons) <= 3
    assert len(set(verdict.reasons)) == len(verdict.reasons)


def test_facts_of_both_campaigns_move_the_verdict() -> None:
    first_term = judge("result", pair(term=1))
    third_term = judge("result", pair(term=3))
    assert (first_term.carries_over, third_term.carries_over) == ("partly", "doubtful")
    assert "third term at home" in " ".join(third_term.reasons)


def test_other_rules_weaken_a_clock_finding() -> None:
    shared = {"clock": Fact("common", "Both have polls then.")}
    same = judge("clock_office", pair(system="pr") | shared)
    other = judge("clock_office", pair(system="fptp") | shared)
    assert (same.carries_over, other.carries_over) == ("likely", "partly")


def test_change_only_away() -> None:
    without = pair(change=None)
    assert without["change"].value == "away"
    assert without["role"].value == "unknown"
    assert judge("change", without).carries_over == "partly"


def test_family_sides() -> None:
    near = pair(family=("green", "conservative", "liberal"))
    far = pair(family=("conservative", "green", "liberal"))
    assert near["family"].value == "near"
    assert far["family"].value == "different"
    assert pair(family=(None, None, None))["family"].value == "unknown"  # type: ignore[arg-type]


def test_over_several_the_commonest_and_of_ties_the_more_cautious() -> None:
    assert (
        judge_many([("a", "likely"), ("b", "likely"), ("c", "doubtful")]).carries_over == "likely"
    )
    tie = judge_many([("a", "likely"), ("b", "doubtful")])
    assert tie.carries_over == "doubtful"
    assert any("a" in r for r in tie.reasons)
