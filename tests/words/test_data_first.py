"""Facts travel as ids, enums and numbers; names and words come in where a sentence is made."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.compare.facts import SYSTEM_NAMES, facts
from comparenotes.compare.finding import Finding
from comparenotes.compare.message_provider import MessageProvider
from comparenotes.compare.message_told import about
from comparenotes.compare.notes_provider import note_of
from comparenotes.compare.record_provider import RecordProvider, record_of_finding
from comparenotes.compare.verdict import pair_facts
from comparenotes.message.contest import Apart, Contest, Contested, Difference
from comparenotes.message.tables import csv_rows
from comparenotes.normal import z
from comparenotes.record.suggest import suggest

DAY = date(2026, 8, 20)
NAMES = {"lab": "Labour", "con": "Conservatives", "lab spoke": "nobody"}


def test_a_contest_names_its_side_by_id_and_by_name_only_in_words() -> None:
    found = Contested("green", Contest.ONE_SIDE, "lab")
    assert found.to_dict() == {
        "issue": "green", "verdict": "one side: lab", "contest": "one side: lab",
        "kind": "one side", "who": "lab",
    }  # fmt: skip
    assert found.words(NAMES.__getitem__) == "one side: Labour"
    assert found.within(NAMES.__getitem__) == "mainly spoken of by Labour"


@pytest.mark.parametrize("kind", [k for k in Contest if k is not Contest.ONE_SIDE])
def test_only_one_side_has_a_name(kind: Contest) -> None:
    found = Contested("green", kind)
    assert found.to_dict()["who"] is None
    assert found.words(NAMES.__getitem__)
    assert found.within(NAMES.__getitem__)


def test_a_difference_says_who_by_id() -> None:
    d = Difference("green", ("con", "lab"), -2.0, -3.0, -1.0, Apart.MORE, "lab")
    told = d.to_dict()
    assert (told["answer"], told["who"]) == ("more", "lab")
    assert told["verdict"] == "lab spoke more of it"
    assert d.verdict(NAMES.__getitem__) == "Labour spoke more of it"
    # a name that holds another's id stays whole
    assert d.verdict({"lab": "con spoke"}.__getitem__) == "con spoke spoke more of it"


def test_a_likeness_is_no_prefix() -> None:
    every = [w for s in suggest("gb-next", DAY).items for w in s.why]
    assert {w.alike for w in every} == {True, False}
    assert not any(w.words.startswith("but") for w in every)
    told = suggest("gb-next", DAY).to_dict()["suggestions"]
    assert [w for s in told for w in s["why"]] == [str(w) for w in every]


def test_findings_carry_what_they_are_about() -> None:
    home, away = load_bundled("gb-2024"), load_bundled("us-2024")
    for f in MessageProvider().findings(home, [away], DAY):
        said = about(f)
        assert said is not None
        assert f":{said.what}:{said.issue}:" in f.key
        assert record_of_finding(f) is None
        assert note_of(f) is None
        assert f.headline.startswith(f"{f.short}: ")
    record = RecordProvider().findings(home, [away], DAY)
    own = [record_of_finding(f) for f in record]
    assert own[-1] is None
    assert {r.profile.campaign for r in own[:-1] if r} == {"gb-2024"}
    assert record[-1].short.endswith("home's class")
    assert record[-1].why is None
    assert all(about(f) is None for f in record)


def test_a_payload_is_in_no_json() -> None:
    f = Finding("c.", "note", "mine", "reported", ("s",), payload=object(), why="a rule")
    assert not {"payload", "why", "short"} & set(f.to_dict())


def test_the_country_of_texts_is_no_country_of_polls() -> None:
    home, away = (facts(load_bundled(c), DAY) for c in ("gb-2024", "us-2024"))
    assert pair_facts(home, away)["country"].words == "Another country's polls."
    assert pair_facts(home, away, of_polls=False)["country"].words == "Another country."
    assert pair_facts(home, replace(away, country="GB"))["country"].value == "same"


def test_a_system_in_a_table_has_no_article() -> None:
    sheet = facts(load_bundled("us-2024"), DAY)
    assert dict(sheet.line())["Elected by"] == SYSTEM_NAMES["electoral_college"]
    assert ("Elects", "President, an electoral college") in sheet.rows()


def test_the_limit_of_a_cell_holds_only_while_texts_are_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("text\n" + "a" * 200_000 + "\nb\n")
    before = csv.field_size_limit()
    rows = csv_rows(path, 1_000_000)
    assert len(next(rows)["text"]) == 200_000
    assert csv.field_size_limit() == before  # between two rows
    with pytest.raises(csv.Error):
        next(csv.reader(["b" * 200_000]))
    assert next(rows) == {"text": "b"}
    rows.close()
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(("level", "wide"), [(50, 0.6745), (80, 1.2816), (90, 1.6449), (95, 1.96)])
def test_one_width_a_level(level: int, wide: float) -> None:
    assert z(level) == pytest.approx(wide, abs=5e-5)
