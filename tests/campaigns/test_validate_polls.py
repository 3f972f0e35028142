"""What is wrong with polls is said with line, reason and hint."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from comparenotes.campaigns.folder_read import read_folder
from comparenotes.errors import DataError
from tests.campaigns.folders import FENLAND, HILLS, TODAY, check, make, only, poll_rows

GOOD = "2025-01-08,2025-01-10,,Reedbed,1012,,gazette,41.5,44,"


def test_a_good_folder_has_no_problems(tmp_path: Path) -> None:
    found = check(make(tmp_path / "a"))
    assert found.problems == ()
    assert found.rows == {"polls": 4, "history": 2, "events": 1}


@pytest.mark.parametrize(
    ("row", "code", "what", "hint"),
    [
        ("2025-01-08,2025-01-10,,R,900,,,141,44,", "share", "heron is 141, not", "seats"),
        ("2025-01-08,2025-01-10,,R,900,,,-1,44,", "share", "heron is -1, not", None),
        ("2025-01-08,2025-01-10,,R,900,,,52,44,9", "total", "total 105.0", "double"),
        ("2025-01-08,2025-01-10,,R,900,,,61,54,30", "total", "total 145.0", "seats"),
        ("2025-01-08,2025-01-10,,R,900,,,.41,.44,.06", "fraction", "fractions", "31.5 for 0.315"),
        ("2025-01-08,2025-01-10,,R,900,,,0,0,", "total", "all shares are 0", "empty"),
        ("2025-01-12,2025-01-10,,R,900,,,41,44,", "dates", "is after end", "swap"),
        ("2025-01-08,2025-01-10,2025-01-09,R,900,,,41,44,", "dates", "is before end", None),
        ("2025-07-08,2025-07-10,,R,900,,,41,44,", "dates", "is in the future", "year"),
        ("2052-01-08,2052-01-10,,R,900,,,41,44,", "dates", "is in the future", "year"),
        ("2025-01-08,,,R,900,,,41,44,", "missing", "end is missing", "fieldwork"),
        ("2025-01-08,10/01/2025,,R,900,,,41,44,", "cell", "not a date", "2025-01-10 or 2025-10-01"),
        ("2025-01-08,2025-02-30,,R,900,,,41,44,", "cell", "not a day of the calendar", None),
        ("2025-01-08,45667,,R,900,,,41,44,", "cell", "not a date", "spreadsheet"),
        ("2025-01-08,0025-01-10,,R,900,,,41,44,", "cell", "year outside 1800", None),
        ("2025-01-08,2025-01-10,,,900,,,41,44,", "missing", "pollster is missing", None),
        ("2025-01-08,2025-01-10,,R,-5,,,41,44,", "number", "sample_size is -5", "empty"),
        ("2025-01-08,2025-01-10,,R,c. 900,,,41,44,", "cell", "not a whole number", "digits"),
        ("2025-01-08,2025-01-10,,R,900,XF-M,,41,44,", "region", "region 'XF-M'", "'XF-"),
        ("2025-01-08,2025-01-10,,R,900,,,forty,44,", "cell", "not a number: 'forty'", "digits"),
        ("2025-01-08,2025-01-10,,R,900,,,41-43,44,", "cell", "is a range", "one figure"),
        ("2025-01-08,2025-01-10,,R,900,,,inf,44,", "cell", "not a number", None),
        ("2025-01-08,2025-01-10,,R,900,,,1e999,44,", "cell", "not a number", None),
        ("2025-01-08,2025-01-10,,R\x1b[31m,900,,,41,44,", "cell", "control character", "remove"),
        ("2025-01-08,2025-01-10,,R,900,,,41,44", "cells", "has 9 cells where", "cut off"),
        ("2025-01-08,2025-01-10,,R,900,,,41,5,44,2,7", "cells", "has 12 cells", "decimal comma"),
        ("2025-01-08,2025-01-10,,2021 general election,,,,46,43,", "result", "is a result", "move"),
        ("2021-09-05,2021-09-05,,Official,,,,46.2,42.9,", "result", "result of 2021-09-05", None),
    ],
)  # fmt: skip
def test_an_error_names_line_reason_and_hint(
    tmp_path: Path, row: str, code: str, what: str, hint: str | None
) -> None:
    found = check(make(tmp_path / "a", polls=poll_rows(GOOD, row)))
    problem = only(found, code)
    assert (problem.level, problem.file, problem.line) == ("error", "polls.csv", 3)
    assert what in problem.what
    if hint is not None:
        assert hint in (problem.hint or "")
    assert found.campaign is None
    with pytest.raises(DataError) as raised:
        found.require()
    assert "polls.csv:3: " in raised.value.one_line()
    assert "\n" not in raised.value.one_line()


@pytest.mark.parametrize(
    ("row", "code", "what"),
    [
        ("2025-01-08,2025-01-10,,R,900,,,48,47,7", "total", "total 102.0"),
        ("2025-01-08,2025-01-10,,R,900,,,9,8,", "total", "total only 17.0"),
        ("2025-01-08,2025-01-10,,R,,,,41,44,", "sample size", "is missing"),
        ("2025-01-08,2025-01-10,,R,12,,,41,44,", "number", "is 12"),
        ("2024-01-08,2025-01-10,,R,900,,,41,44,", "dates", "lasts 368 days"),
        ("2025-01-08,2025-01-10,,R,900,,gazete,41,44,", "source", "'gazete'"),
        ("2022-01-08,2022-01-10,,R,900,,,41,44,5", "absent", "reports newt"),
        ("2025-01-08,2025-01-11,,reed-bed,900,,,41,44,", "spelling", "'Reedbed' in line 2"),
        ("2025-01-08,2025-01-10,,Reedbed,1012,,gazette,40,44,", "same poll", "line 2, other"),
    ],
)
def test_a_warning_does_not_stop_the_folder(tmp_path: Path, row: str, code: str, what: str) -> None:
    found = check(make(tmp_path / "a", polls=poll_rows(GOOD, row)))
    problem = only(found, code)
    assert (problem.level, problem.line) == ("warning", 3)
    assert what in problem.what
    assert found.campaign is not None
    assert found.campaign.polls.height == 2


def test_results_that_are_polls_stay(tmp_path: Path) -> None:
    names = ("Election Data", "Results Research", "Voter Study", "Vote Compass", "Elector")
    rows = [f"2025-01-08,2025-01-{i + 10},,{n},900,,,41,44," for i, n in enumerate(names)]
    assert check(make(tmp_path / "a", polls=poll_rows(*rows))).errors == ()


@pytest.mark.parametrize(
    "name",
    [
        "General election",
        "2021 election",
        "Election result",
        "2021 general election results",
        "Official result",
        "RESULT",
        "Federal Election (2021)",
        "2019 European election",
        "Wahl 2021",
    ],
)
def test_names_of_results(tmp_path: Path, name: str) -> None:
    row = f"2025-01-08,2025-01-10,,{name},900,,,41,44,"
    problem = only(check(make(tmp_path / "a", polls=poll_rows(row))), "result")
    assert "results.csv" in (problem.hint or "")


def test_this_elections_result_among_the_polls(tmp_path: Path) -> None:
    polls = HILLS["polls.csv"] + "2019-05-11;Panel;;50,8;49,2\n2019-05-12;Panel;;50,1;49,9\n"
    found = check(make(tmp_path / "a", HILLS, polls=polls))
    results = [p for p in found.problems if p.code == "result"]
    assert [(p.level, p.line) for p in results] == [("error", 4), ("warning", 5)]


def test_exact_duplicates_change_nothing_and_are_counted(tmp_path: Path) -> None:
    lines = FENLAND["polls.csv"].strip().split("\n")
    text = "\n".join([*lines, lines[2], lines[1], lines[2]]) + "\n"
    found = check(make(tmp_path / "b", polls=text))
    assert found.campaign is not None
    assert_frame_equal(found.campaign.polls, read_folder(make(tmp_path / "a"), TODAY).polls)
    problem = only(found, "duplicate")
    assert (problem.level, problem.line, problem.count) == ("warning", 6, 3)
    assert problem.what == "repeats the poll of line 3: left out"
    assert [(x.why, x.count) for x in found.campaign.left_out] == [
        ("polls.csv: exact duplicate of another poll", 3)
    ]


def test_polls_before_the_preceding_election_are_left_out(tmp_path: Path) -> None:
    old = "2021-08-30,2021-09-04,,Reedbed,900,,,41,44,"
    found = check(make(tmp_path / "a", polls=poll_rows(old, GOOD)))
    assert found.campaign is not None
    assert only(found, "old").line == 2
    known = found.campaign.known_at(found.campaign.eve())
    assert known.polls.height == 1
    assert [(x.why, x.count) for x in known.left_out] == [
        ("polls.csv: poll before the preceding election", 1)
    ]


def test_a_later_election_in_history_takes_no_poll_away_before_its_day(tmp_path: Path) -> None:
    """A snap vote held later, a row of history.csv, is not known on an earlier day."""
    polls = poll_rows(GOOD)
    plain = check(make(tmp_path / "a", polls=polls)).require()
    later = FENLAND["history.csv"] + "2025-06-01,,heron,20,\n"
    with_later = check(make(tmp_path / "b", polls=polls, history=later)).require()
    day = date(2025, 5, 31)
    assert_frame_equal(plain.known_at(day).polls, with_later.known_at(day).polls)
    assert plain.known_at(day).polls.height == 1
    assert plain.known_at(day).left_out == with_later.known_at(day).left_out
    assert with_later.known_at(date(2025, 6, 1)).polls.is_empty()
    assert with_later.previous_election(day) == date(2021, 9, 5)


def test_rows_without_a_share_are_left_out(tmp_path: Path) -> None:
    found = check(make(tmp_path / "a", polls=poll_rows(GOOD, "2025-01-08,2025-01-12,,R,900,,,,,")))
    assert found.campaign is not None
    assert found.campaign.polls.height == 1
    assert only(found, "no share").line == 3


def test_a_file_of_single_fractions(tmp_path: Path) -> None:
    rows = [f"2025-01-08,2025-01-{d},,R,900,,,0.4{d},," for d in range(10, 14)]
    assert only(check(make(tmp_path / "a", polls=poll_rows(*rows))), "fraction").level == "error"


def test_seats_of_a_small_chamber(tmp_path: Path) -> None:
    history = "date,contender,share,seats\n2021-09-05,heron,46,35\n2021-09-05,otter,43,28\n"
    row = "2025-01-08,2025-01-10,,R,900,,,30,26,7"
    found = check(make(tmp_path / "a", polls=poll_rows(row), history=history))
    assert "total 63, the size of the chamber" in only(found, "seats").what


def test_shares_that_leave_somebody_out(tmp_path: Path) -> None:
    toml = FENLAND["campaign.toml"].replace('[[contenders]]\nid = "oth"\nname = "Others"\n', "")
    problem = only(check(make(tmp_path / "a", campaign=toml)), "others")
    assert problem.what.startswith("shares total 87.8 in a typical poll")
    assert "complete = true" in (problem.hint or "")


def test_what_named_parties_leave_is_others_unless_they_are_everything(tmp_path: Path) -> None:
    bare = FENLAND["campaign.toml"].replace('[[contenders]]\nid = "oth"\nname = "Others"\n', "")
    found = check(make(tmp_path / "a", campaign=bare)).campaign
    assert found is not None
    assert found.contender_ids[-1] == "oth"
    assert not found.complete
    assert found.polls["oth"].null_count() == found.polls.height
    whole = check(make(tmp_path / "b", campaign=f"complete = true\n{bare}"))
    assert not [p for p in whole.problems if p.code == "others"]
    assert whole.campaign is not None
    assert whole.campaign.complete
    both = check(make(tmp_path / "c", campaign=f"complete = true\n{FENLAND['campaign.toml']}"))
    assert "takes what is not named" in only(both, "complete").what


def test_a_mistyped_poll_is_warned_of_with_firm_line_and_distance(tmp_path: Path) -> None:
    days = [date(2024, 12, 1) + timedelta(days=2 * i) for i in range(20)]
    rows = [f"{d},{d},,R{i % 3},900,,,45,40,9" for i, d in enumerate(days)]
    rows[12] = rows[12].replace(",45,40,9", ",85,10,1")
    found = check(make(tmp_path / "a", polls=poll_rows(*rows)))
    far = only(found, "far off")
    assert far.line == 14
    assert "'R0' has heron at 85, 40 points above" in far.what


def test_names_are_just_text(tmp_path: Path) -> None:
    name = "<script>alert(1)</script> & =HYPERLINK(1)"
    found = check(make(tmp_path / "a", polls=poll_rows(GOOD.replace("Reedbed", name))))
    assert found.campaign is not None
    assert found.campaign.polls["pollster"].to_list() == [name]


@pytest.mark.parametrize(
    ("header", "what", "hint"),
    [
        ("pollster_name", "unknown column or contender 'pollster_name'", "'pollster'"),
        ("heronn", "unknown column or contender 'heronn'", "did you mean 'heron'?"),
        ("heron_party", "unknown column or contender 'heron_party'", "'heron'"),
        ("zebra", "unknown column or contender 'zebra'", "heron, otter, newt"),
        ("otter", "column 'otter' appears twice", None),
        ("", "column 2 has no name", None),
    ],
)
def test_columns(tmp_path: Path, header: str, what: str, hint: str | None) -> None:
    cells = ["end", header, *(["pollster"] if "pollster" not in header else []), "otter"]
    text = ",".join(cells) + "\n" + ",".join(["2025-01-10", "41", "R", "40"][: len(cells)]) + "\n"
    found = check(make(tmp_path / "a", polls=text))
    problem = next(p for p in found.errors if what in p.what)
    assert problem.line == 1
    if hint:
        assert hint in (problem.hint or "")


def test_a_missing_column(tmp_path: Path) -> None:
    problem = only(check(make(tmp_path / "a", polls="end,heron\n2025-01-01,41\n")), "column")
    assert (problem.line, problem.what) == (1, "column 'pollster' is missing")
    headless = FENLAND["polls.csv"].split("\n", 1)[1]
    found = check(make(tmp_path / "b", polls=headless))
    assert not found.ok


def test_a_table_without_any_contender(tmp_path: Path) -> None:
    found = check(make(tmp_path / "a", polls="end,pollster\n2025-01-01,R\n"))
    assert "no column with a contender's shares" in only(found, "column").what


def test_line_numbers_behind_line_breaks_in_cells(tmp_path: Path) -> None:
    text = (
        "end,pollster,sponsor,sample_size,heron,otter\n"
        '2025-01-10,Reedbed,"Fen ""News""\nand\n\nTimes",900,41,44\n'
        "\n"
        '2025-01-11,Reedbed,"two\r\nlines",900,41,x\n'
    )
    found = check(make(tmp_path / "a", polls=text))
    assert [p.line for p in found.errors] == [7]


def test_many_errors_are_counted_not_listed(tmp_path: Path) -> None:
    rows = [f"2025-01-08,2025-01-10,,R{i},900,,,x,44," for i in range(500)]
    found = check(make(tmp_path / "a", polls=poll_rows(*rows)))
    assert len(found.errors) == 21
    assert any(p.what == "and 480 more of this kind (cell)" for p in found.errors)
