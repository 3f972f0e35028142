"""Rows, tables and dates of pages from anywhere that are no polls, or say their day oddly."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from comparenotes.campaigns.importers.poll_rows import of_interest, row_kind

from .pages import DAYS, page, polls, read, reasons, table

NAMES = ["Ash", "Elm", "Fir"]
GOOD = table(NAMES, polls(["40", "35", "25"]))


@pytest.mark.parametrize(
    ("heading", "why"),
    [
        ("Second round", "a second round"),
        ("Run-off scenarios", "a second round"),
        ("Segunda vuelta", "a second round"),
        ("Ash vs. Elm", "two candidates against each other"),
        ("Exit polls", "exit poll of polling day"),
        ("Aggregate polls", "an average, an aggregate or a model, no poll"),
        ("Polling averages", "an average, an aggregate or a model, no poll"),
        ("2029 European Parliament election", "another election"),
        ("Local elections", "another election"),
        ("Green Party primary", "a primary"),
        ("Referendum on the ford", "a referendum"),
        ("By age group", "a part of the electorate only"),
        ("Among women", "a part of the electorate only"),
        ("Young voters", "a part of the electorate only"),
    ],
)
def test_tables_of_something_else(tmp_path: Path, heading: str, why: str) -> None:
    two = table(["Ash", "Elm"], polls(["55", "45"]))
    found = read(tmp_path, page("National polls", GOOD, heading, two))
    assert found.polls.height == 5
    assert reasons(found) == {why: 5}
    assert {f.why for f in found.fates if f.became == "left out"} == {why}


@pytest.mark.parametrize(
    "heading",
    ["Primary voting intention", "First round", "National party vote", "Since the 2027 election"],
)
def test_tables_of_polls_under_like_headings_are_kept(tmp_path: Path, heading: str) -> None:
    assert read(tmp_path, page(heading, GOOD)).polls.height == 5


@pytest.mark.parametrize("yes", [("Yes", "No"), ("For", "Against"), ("Remain", "Leave")])
def test_a_question_of_yes_or_no_beside_polls(tmp_path: Path, yes: tuple[str, str]) -> None:
    two = table(list(yes), polls(["55", "45"]))
    found = read(tmp_path, page("Polls", GOOD, "Independence", two))
    assert reasons(found) == {"a referendum": 5}
    asked = page(
        "Polls", two, title="Opinion polling on the 2031 Marshland independence referendum"
    )
    assert read(tmp_path, asked).polls.height == 5


@pytest.mark.parametrize(
    ("firm", "why"),
    [
        ("2029 EP election", "result of another election"),
        ("Europawahl 2029", "result of another election"),
        ("2030 local elections", "result of another election"),
        ("2030 presidential election", "result of another election"),
        ("Average of the last ten polls", "an average, an aggregate or a model, no poll"),
        ("Weighted average", "an average, an aggregate or a model, no poll"),
        ("Promedio", "an average, an aggregate or a model, no poll"),
        ("Sedge (exit poll)", "exit poll of polling day"),
        ("Exit poll", "exit poll of polling day"),
        ("Sedge (women)", "a part of the electorate only"),
        ("Sedge (aged 18–24)", "a part of the electorate only"),
        ("Willow subsample", "a part of the electorate only"),
    ],
)
def test_rows_of_something_else(tmp_path: Path, firm: str, why: str) -> None:
    rows = polls(["40", "35", "25"])
    rows.insert(2, [firm, "10 Apr 2031", "–", "30", "45", "25"])
    rows.append(["2027 general election", "4 May 2027", "–", "38", "37", "25"])
    found = read(tmp_path, page("2031", table(NAMES, rows)))
    assert dict(found.used) == {"poll": 5, "result": 1, "event": 0}
    assert reasons(found) == {why: 1}
    assert found.results["date"].unique().to_list() == [date(2027, 5, 4)]


@pytest.mark.parametrize(
    "firm",
    [
        *("Median", "Trend", "Willow tracker", "Election Maps", "Forum", "Women's Voices"),
        *("National Election Pool", "Forecasting Statistics"),
    ],
)
def test_firms_with_such_names_are_firms(firm: str) -> None:
    assert row_kind(firm, of_interest("next general election")) is None


def test_the_same_row_is_a_result_on_the_page_it_belongs_to(tmp_path: Path) -> None:
    rows = [
        *polls(["40", "35", "25"]),
        ["2026 presidential election", "4 May 2026", "–", "38", "37", "25"],
    ]
    title = "Opinion polling for the 2031 Marshland presidential election"
    assert read(tmp_path, page("2031", table(NAMES, rows), title=title)).used["result"] == 1
    assert read(tmp_path, page("2031", table(NAMES, rows))).used["result"] == 0


def test_two_votes_take_the_list_vote_unless_asked(tmp_path: Path) -> None:
    first = table(NAMES, polls(["45", "35", "20"]))
    text = page("Constituency vote", first, "Regional list vote", GOOD)
    found = read(tmp_path, text)
    assert found.polls["ash"].unique().to_list() == [40.0]
    assert read(tmp_path, text, vote="constituency").polls["ash"].unique().to_list() == [45.0]
    assert read(tmp_path, page("Constituency vote", first)).polls.height == 5


# ----------------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("text", "start", "end", "published"),
    [
        ("1–28 Mar 2031 (published 3 Apr)", (3, 1), (3, 28), (4, 3)),
        ("28 Mar 2031 [published: 2 April 2031]", (3, 28), (3, 28), (3, 29)),  # a footnote
        ("5–7 Mar 2031; released 9 Mar", (3, 5), (3, 7), (3, 9)),
        ("early March 2031", (3, 1), (3, 10), (3, 11)),
        ("mid-March 2031", (3, 11), (3, 20), (3, 21)),
        ("late February 2031", (2, 21), (2, 28), (3, 1)),
        ("4.–7. März 2031", (3, 4), (3, 7), (3, 8)),
        ("4 a 7 de marzo de 2031", (3, 4), (3, 7), (3, 8)),
        ("du 4 au 7 mars 2031", (3, 4), (3, 7), (3, 8)),
        ("4–7 марта 2031", (3, 4), (3, 7), (3, 8)),
        ("4.3.2031", (3, 4), (3, 4), (3, 5)),
        ("between 4 and 7 March 2031", (3, 4), (3, 7), (3, 8)),
    ],
)
def test_days_in_words(
    tmp_path: Path,
    text: str,
    start: tuple[int, int],
    end: tuple[int, int],
    published: tuple[int, int],
) -> None:
    rows = polls(["40", "35", "25"], [text])
    found = read(tmp_path, page("2031", table(NAMES, rows))).polls.row(0, named=True)
    days = tuple(date(2031, *x) for x in (start, end, published))
    assert (found["start"], found["end"], found["published"]) == days


NEWEST = ("20 Feb", "9 Jan", "11 Dec", "2 Oct", "14 Mar")


@pytest.mark.parametrize("heading", ["2024–2025", "2024–25", "2024 to 2025", "Polls of 2024/25"])
@pytest.mark.parametrize("oldest_first", [False, True])
def test_a_heading_with_two_years(tmp_path: Path, heading: str, oldest_first: bool) -> None:
    days = NEWEST[::-1] if oldest_first else NEWEST
    found = read(tmp_path, page(heading, table(NAMES, polls(["40", "35", "25"], days))))
    assert sorted(found.polls["end"]) == [
        date(2024, 3, 14),
        date(2024, 10, 2),
        date(2024, 12, 11),
        date(2025, 1, 9),
        date(2025, 2, 20),
    ]
    assert any("order of the rows (2024 to 2025)" in note for note in found.notes)


@pytest.mark.parametrize(
    "title", ["Polling for the 2025 Marshland election", "2025 Marshland election"]
)
def test_a_year_of_the_title_is_the_elections(tmp_path: Path, title: str) -> None:
    rows = table(NAMES, polls(["40", "35", "25"], ("9 Mar", "4 Nov", "12 Sep")))
    found = read(tmp_path, page("National polls", rows, title=title))
    assert sorted(found.polls["end"]) == [date(2024, 9, 12), date(2024, 11, 4), date(2025, 3, 9)]
    said = read(tmp_path, page("National polls", rows, title=title), year=2025)
    assert sorted(said.polls["end"])[-1] == date(2025, 11, 4)


def test_an_order_that_fits_no_such_years_is_no_date(tmp_path: Path) -> None:
    days = ("9 Mar", "4 Nov", "12 Sep", "20 Dec", "3 Feb", "1 Dec")
    found = read(tmp_path, page("2024–2025", table(NAMES, polls(["40", "35", "25"], days))))
    assert found.polls.is_empty()
    assert reasons(found) == {"no date that could be read": 6}
    assert len(found.bad) == 6


def test_a_year_inside_the_table_heads_the_rows_under_it(tmp_path: Path) -> None:
    rows = polls(["40", "35", "25"], ("9 Mar", "4 Jan"))
    rows += [['<th colspan="6">2030</th>'], *polls(["41", "34", "25"], ("4 Nov", "12 Sep"))]
    found = read(tmp_path, page("2031", table(NAMES, rows)))
    assert sorted(found.polls["end"])[0] == date(2030, 9, 12)
    assert reasons(found) == {"heading inside a table": 1}


def test_every_row_has_its_fate(tmp_path: Path) -> None:
    rows = polls(["40", "35", "25"])
    rows[3] = ["Sedge", "soon", "1,000", "40", "35", "25"]
    rows[4] = ["Sedge", DAYS[4], "1,000", "140", "35", "25"]
    found = read(tmp_path, page("2031", table(NAMES, rows)))
    assert [f.became for f in found.fates] == ["poll", "poll", "poll", "bad", "bad"]
    assert found.fates[3].where == "page.html, table 1, row 5"
    assert "soon" in found.fates[3].text


def test_a_page_of_one_seat_with_its_primaries_and_aggregates(tmp_path: Path) -> None:
    average = GOOD.replace("Polling firm", "Source of poll aggregation")
    text = page(
        "General election",
        "<h3>Polling</h3>",
        average.replace('"wikitable">', '"wikitable"><caption>Aggregate polls</caption>'),
        GOOD,
        "Republican primary",
        table(["Ash", "Elm"], polls(["60", "30"])),
        title="2031 Marshland Senate election in Fens",
    )
    found = read(tmp_path, text)
    assert found.polls.height == 5
    assert reasons(found) == {
        "a primary": 5,
        "an average, an aggregate or a model, no poll": 5,
    }
