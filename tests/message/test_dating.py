"""What the name of a table and the campaign's events say of texts that say nothing themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from comparenotes.campaigns.model import Campaign
from comparenotes.message.context import contrast_in_context
from comparenotes.message.dating import Hint, dated_chunks, hint_of
from comparenotes.message.left_out import EARLIER
from comparenotes.message.report import Message, message_of
from comparenotes.message.tone import tone_of

from .invented import ATTACK, FILLER, GREEN, MIGRATION

REP_ENDS, DEM_ENDS = date(2012, 8, 30), date(2012, 9, 7)
"""The conventions of 2012 opened on 27 August and 4 September."""


def table(path: Path, kind: str = "") -> Path:
    rows = ["party,speaker,text" + (",kind" if kind else "")]
    for i in range(8):
        for who, said in (("democrat", GREEN), ("republican", MIGRATION)):
            text = (
                f"{said} {FILLER[i % 3]} {ATTACK if who == 'democrat' else said} Speech {i} it is."
            )
            rows.append(f'{who},Speaker {i},"{text}"' + (f",{kind}" if kind else ""))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def conventions(tmp_path: Path) -> Path:
    return table(tmp_path / "us_conventions_2012.csv")


def read(campaign: Campaign, path: Path, day: date, **more: object) -> Message:
    return message_of(campaign, day, texts=[path], words=True, **more)  # type: ignore[arg-type]


def test_conventions_are_dated_by_the_events_and_are_a_genre(
    campaign: Campaign, conventions: Path
) -> None:
    assert hint_of(conventions, campaign) == Hint(
        "convention", (("dem", DEM_ENDS), ("rep", REP_ENDS))
    )
    found = read(campaign, conventions, date(2012, 11, 5))
    days = dict(found.tally.select("contender", "date").unique().iter_rows())
    assert days == {"dem": DEM_ENDS, "rep": REP_ENDS}
    assert found.kinds() == ("convention",)
    (note,) = found.notes()
    assert note.startswith("Dated by the campaign's events, the conventions: ")
    assert note.endswith("Democrats to 2012-09-07, Republicans to 2012-08-30.")


def test_before_a_convention_is_over_nothing_of_it_exists(
    campaign: Campaign, conventions: Path
) -> None:
    between = read(campaign, conventions, date(2012, 9, 5))
    assert {x.contender for x in between.lines} == {"rep"}
    assert {q.contender for q in between.quotes} == {"rep"}
    assert set(between.words) == {"rep"}
    assert {t.contender for t in tone_of(between)} == {"rep"}
    assert {x.contender for x in contrast_in_context(between)} <= {"rep"}
    told = "".join(
        c["text"].str.join(" ")[0] for c in dated_chunks([conventions], campaign, between.as_of)
    )
    assert "emissions" not in told
    after = read(campaign, conventions, DEM_ENDS)
    assert {x.contender for x in after.lines} == {"dem", "rep"}


def test_as_of_is_absolute_whatever_the_workers(campaign: Campaign, conventions: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        apart = read(campaign, conventions, date(2012, 9, 5), pool=pool)
    assert apart.to_dict() == read(campaign, conventions, date(2012, 9, 5)).to_dict()


def test_other_names_and_given_genres_stay(campaign: Campaign, tmp_path: Path) -> None:
    plain = read(campaign, table(tmp_path / "said.csv"), date(2012, 11, 5))
    assert plain.kinds() == ("other",)
    assert "No text has a date" in plain.notes()[0]
    given = read(campaign, table(tmp_path / "conventions.csv", "ad"), date(2012, 11, 5))
    assert given.kinds() == ("ad",)
    assert hint_of(tmp_path / "loads.csv", campaign) == Hint()  # no "ads"
    assert hint_of(tmp_path / "conventions_2016.csv", campaign) == Hint("convention")
    assert hint_of(tmp_path / "tweets.csv", campaign).kind == "post"


def test_turns_of_one_debate_are_one_text(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "debates.csv"
    rows = [
        f'2012-10-{d:02d},{("dem", "rep")[i % 2]},"{MIGRATION} Turn {i} of day {d}."'
        for d in (3, 16, 22)
        for i in range(20)
    ]
    rows.insert(0, "date,contender,text")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = read(campaign, path, date(2012, 11, 5))
    assert found.kinds() == ("debate",)
    assert found.documents == 6
    assert found.sentences == 120
    assert "60 rows were joined to 6 texts" in found.notes()[0]
    line = found.of("migration")[0]
    assert (line.documents, line.salience.hits) == (3, 30)


def test_a_year_alone_of_the_last_election_is_the_last_campaign(
    campaign: Campaign, tmp_path: Path
) -> None:
    rows = [
        f'{year},{who},"{said} Line {i} of {year}."'
        for year, said in ((2008, GREEN), (2012, MIGRATION))
        for who in ("dem", "rep")
        for i in range(30)
    ]
    path = tmp_path / "platforms.csv"
    path.write_text("\n".join(["year,party,text", *rows]) + "\n", encoding="utf-8")
    found = read(campaign, path, date(2012, 11, 5))
    assert found.documents == 2
    assert found.of("green")[0].salience.hits == 0
    assert found.left_out[EARLIER] == 60
    assert found.quotes
    assert all("2012" in q.text or q.text == MIGRATION for q in found.quotes)
    assert found.words["dem"]["emissions"] == 0
    assert found.words["dem"]["immigration"] == 30
    assert found.tally["date"].unique().to_list() == [campaign.eve()]


def test_what_was_said_at_the_last_election_already_counts_when_said_again(
    campaign: Campaign, tmp_path: Path
) -> None:
    rows = [f'{year},dem,"{GREEN} Line {i}."' for year in (2008, 2012) for i in range(5)]
    path = tmp_path / "platforms.csv"
    path.write_text("\n".join(["year,party,text", *rows]) + "\n", encoding="utf-8")
    found = read(campaign, path, date(2012, 11, 5))
    assert found.left_out == {EARLIER: 5}
    assert found.sentences == 10
    assert {q.row for q in found.quotes} <= set(range(6, 11))
    assert found.quotes
