"""Like with like: by role, by genre, whole kinds and samples, and no day's future."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.compare.finding import Finding
from comparenotes.compare.message_provider import MessageProvider, told_of
from comparenotes.compare.message_told import shared
from tests.message.invented import MIGRATION, PLAIN, subject

CONVENTION, EVE = date(2024, 8, 18), date(2024, 11, 4)
Key = tuple[str, str, str | None]


@cache
def found(home: str, away: str, day: date) -> dict[Key, Finding]:
    rows = MessageProvider().findings(load_bundled(home), [load_bundled(away)], day)
    return {(subject(f).what, subject(f).issue, subject(f).role): f for f in rows
            if subject(f).what != "done"}  # fmt: skip


@pytest.mark.parametrize("issue", ["migration", "green"])
def test_both_countries_have_every_question_without_texts(issue: str) -> None:
    for day, home in ((EVE, "gb-2024"), (CONVENTION, "gb-next")):
        rows = found(home, "us-2024", day)
        for role in ("governing", "challenger"):
            for what in ("salience", "attack", "own_record"):
                assert (what, issue, role) in rows
        assert ("contest", issue, None) in rows


def test_debates_go_with_debates_and_roles_with_roles() -> None:
    for (what, issue, role), f in found("gb-2024", "us-2024", EVE).items():
        assert len(set(subject(f).genres)) == 1, (what, issue, role)
        sides = [r["contender"] for r in f.data[:2]]
        if role == "governing":
            assert sides == ["con", "dem"]
        elif role == "challenger":
            assert sides == ["lab", "rep"]


def test_third_parties_that_carry_an_issue_stand_beside() -> None:
    told = told_of(load_bundled("gb-2024"), EVE)
    main = set(told.by_role.values())
    assert main == {"con", "lab"}
    carried = 0
    for genre in ("debate", "manifesto"):
        for issue in ("migration", "green"):
            rows = told.in_genre(genre).of(issue)
            most = max(x.salience.share for x in rows if x.contender in main)
            others = told.others(issue, genre)
            assert all(x.salience.share > most and x.contender not in main for x in others)
            carried += len(others)
    assert carried
    f = found("gb-2024", "us-2024", EVE)["salience", "green", "challenger"]
    named = [told.name(x.contender) for x in told.others("green", subject(f).genres[0])]
    assert any("Beside them in Britain 2024" in d and named[0] in d for d in f.details)


def test_before_a_platform_is_out_nothing_of_it_is_compared() -> None:
    rows = found("gb-next", "us-2024", CONVENTION)
    own = rows["salience", "migration", "challenger"]  # the Republican platform is of July
    assert subject(own).genres == ("manifesto", "manifesto")
    other = rows["salience", "migration", "governing"]  # Democrats: remarks alone by then
    assert subject(other).genres[1] == "speech"
    assert other.grade != "measured"
    assert "nothing matches" in other.reasons[0]
    assert "no data on Democrats" in rows["contest", "migration", None].claim


def test_a_side_without_texts_by_then_says_no_data() -> None:
    rows = found("gb-next", "us-2024", date(2024, 7, 10))
    for issue in ("migration", "green"):
        f = rows["salience", issue, "challenger"]
        assert f.estimate is None
        assert "no data" in f.claim
        assert "Republicans in United States 2024" in f.claim


def test_the_last_campaign_is_named_so_with_its_roles() -> None:
    f = found("gb-next", "us-2024", CONVENTION)["salience", "migration", "governing"]
    assert "Conservatives said in Britain (next) (the last campaign's, 2024)" in f.claim
    assert any("Conservatives governed then, Labour now" in c for c in f.caveats)


def test_a_handful_of_speeches_is_not_compared(tmp_path: Path) -> None:
    for i in range(6):
        for who in ("dem", "rep"):
            if who == "dem" or i < 4:
                text = f"---\ncontender: {who}\nkind: speech\ndate: 2012-09-0{i + 1}\n---\n"
                (tmp_path / f"{who}{i}.md").write_text(text + f"{MIGRATION} {PLAIN} {i}." * 9)
    home = replace(load_bundled("us-2012"), texts=(tmp_path,))
    told, other = told_of(home, date(2012, 11, 5)), told_of(load_bundled("us-2016"), EVE)
    assert told.genres("dem") == {"speech": told.genres("dem")["speech"]}
    assert told.genres("rep") == {}
    assert shared(told, other, "governing") == ["speech"]
    rows = MessageProvider().findings(home, [load_bundled("us-2016")], EVE)
    f = next(f for f in rows if f.key == "message:salience:migration:us-2016:challenger")
    assert f.estimate is None
    assert "four texts (speech), under five" in f.claim
