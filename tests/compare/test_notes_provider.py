"""Notes notes_about findings: agree, disagree, cannot tell; dated, quoted, mixed into nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparenotes.campaigns.model import NOTE_COLUMNS, Campaign
from comparenotes.compare.finding import Finding
from comparenotes.compare.notes_provider import (
    AGREES,
    CANNOT_TELL,
    DISAGREES,
    MOST,
    UNTESTED,
    Note,
    NotesProvider,
    note_of,
    notes_about,
    relation,
)
from comparenotes.compare.provider import load
from comparenotes.compare.views import Analyses
from tests.compare import factory

AS_OF = date(2026, 8, 20)


def told(f: Finding) -> Note:
    note = note_of(f)
    assert note is not None
    return note


def noted(c: Campaign, *rows: dict[str, object]) -> Campaign:
    base = {"date": date(2026, 8, 1), "author": "A. Visitor", "text": "seen"}
    frame = pl.DataFrame([base | r for r in rows], schema=dict(NOTE_COLUMNS))
    return replace(c, notes=frame)


def finding(estimate: float | None, half: float = 1.0, key: str = "race:result:bb-2024") -> Finding:
    known = {} if estimate is None else {"lo90": estimate - half, "hi90": estimate + half}
    return Finding(
        claim="A claim.",
        headline="A headline",
        kind="result",
        provider="race",
        grade="measured",
        sources=("invented",),
        key=key,
        estimate=estimate,
        **known,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("expects", "estimate", "told"),
    [
        ("above", 3.0, AGREES),
        ("below", 3.0, DISAGREES),
        ("level", 3.0, DISAGREES),
        ("above", -3.0, DISAGREES),
        ("below", -3.0, AGREES),
        ("above", 0.5, CANNOT_TELL),
        ("level", 0.5, CANNOT_TELL),
        ("above", None, CANNOT_TELL),
        (None, 3.0, UNTESTED),
    ],
)
def test_relation(expects: str | None, estimate: float | None, told: str) -> None:
    assert relation(expects, finding(estimate)) == told


@given(st.floats(-20, 20), st.floats(0.01, 20))
def test_a_sign_and_its_mirror_agree_alike(estimate: float, half: float) -> None:
    assert relation("above", finding(estimate, half)) == relation("below", finding(-estimate, half))


def test_notes_are_quoted_with_who_when_and_how_sure() -> None:
    home = noted(
        factory.home(),
        {"confidence": "high", "about": "lilac", "issue": "housing", "text": "They\n said  so"},
    )
    (f,) = NotesProvider().findings(home, [factory.away()], AS_OF)
    assert f.grade == "reported"
    assert f.estimate is None
    assert "A. Visitor noted on 1 August 2026" in f.claim
    assert "on Lilac and housing" in f.claim
    assert "confidence high" in f.claim
    assert "“They said so”" in f.claim
    assert f.sources == ("note by A. Visitor, 1 August 2026",)


def test_later_notes_are_not_known_yet() -> None:
    home = noted(factory.home(), {"date": date(2026, 8, 21)}, {"date": AS_OF, "text": "today"})
    found = NotesProvider().findings(home, [factory.away()], AS_OF)
    assert [told(f).text for f in found] == ["today"]


def test_notes_on_either_campaign_newest_first() -> None:
    home = noted(factory.home(), {"text": "old"})
    away = noted(factory.away(), {"text": "new", "date": date(2026, 8, 2)})
    found = NotesProvider().findings(home, [away], AS_OF)
    assert [told(f).text for f in found] == ["new", "old"]


def test_a_note_finds_the_finding_it_names() -> None:
    computed = finding(3.0)
    home = noted(
        factory.home(),
        {"finding": computed.key, "expects": "above"},
        {"finding": "race:gone:x", "expects": "above", "text": "lost"},
    )
    agrees, lost = NotesProvider([computed]).findings(home, [factory.away()], AS_OF)
    assert told(agrees).relation == AGREES
    assert "what is computed, +3.0 points (90% interval +2.0 to +4.0), agrees" in agrees.details[1]
    assert told(lost).relation == UNTESTED
    assert "does not have" in lost.details[0]
    assert notes_about([computed, agrees, lost], computed) == [agrees]


def test_a_failed_finding_is_nothing_to_agree_with() -> None:
    failed = replace(finding(None), grade="failed")
    home = noted(factory.home(), {"finding": failed.key, "expects": "above"})
    (f,) = NotesProvider([failed]).findings(home, [factory.away()], AS_OF)
    assert told(f).relation == UNTESTED


def test_many_notes_are_counted_not_dropped() -> None:
    rows: list[dict[str, object]] = [{"text": str(i)} for i in range(MOST + 3)]
    found = NotesProvider().findings(noted(factory.home(), *rows), [factory.away()], AS_OF)
    assert len(found) == MOST + 1
    assert found[-1].claim == "Three older notes not shown."


def test_the_provider_gets_what_was_found_before_it() -> None:
    computed = finding(3.0)
    provider = load("notes", Analyses(factory.analyse), found=[computed])
    home = noted(factory.home(), {"finding": computed.key, "expects": "below"})
    (f,) = provider.findings(home, [factory.away()], AS_OF)
    assert told(f).relation == DISAGREES
