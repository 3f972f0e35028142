"""The forms a table may take, and what the reader makes of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from comparenotes.campaigns.folder_read import OWN_SOURCE, read_folder
from comparenotes.errors import DataError
from tests.campaigns.folders import FENLAND, HILLS, TODAY, check, make, only, poll_rows


def test_missing_dates_are_filled(tmp_path: Path) -> None:
    polls = read_folder(make(tmp_path / "a", HILLS), TODAY).polls
    assert polls["start"].to_list() == [None, None]  # not reported
    assert polls["published"].to_list() == [date(2019, 4, 2), date(2019, 4, 21)]
    assert polls["hypothetical"].to_list() == [False, False]


def test_semicolons_decimal_commas_and_thousands(tmp_path: Path) -> None:
    campaign = read_folder(make(tmp_path / "a", HILLS), TODAY)
    assert campaign.polls["lark"].to_list() == [51.5, 49.0]
    assert campaign.polls["sample_size"].to_list() == [1024, 800]
    assert campaign.results["share"].to_list() == [50.8, 49.2]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("prefix", ["", "\ufeff", "sep=@\n"])
def test_delimiters_and_first_lines(tmp_path: Path, delimiter: str, prefix: str) -> None:
    text = prefix.replace("@", delimiter) + FENLAND["polls.csv"].replace(",", delimiter)
    expected = read_folder(make(tmp_path / "a"), TODAY).polls
    assert_frame_equal(read_folder(make(tmp_path / "b", polls=text), TODAY).polls, expected)


def test_crlf_blank_lines_and_spare_cells(tmp_path: Path) -> None:
    lines = FENLAND["polls.csv"].strip().split("\n")
    text = "\r\n".join([lines[0] + ",,", *(f"{x},," for x in lines[1:3]), "", ",,", *lines[3:], ""])
    expected = read_folder(make(tmp_path / "a"), TODAY).polls
    assert_frame_equal(read_folder(make(tmp_path / "b", polls=text), TODAY).polls, expected)


def test_long_polls_equal_wide_polls(tmp_path: Path) -> None:
    long = """\
poll,start,end,published,pollster,sample_size,region,source,contender,share
p1,2025-01-08,2025-01-10,2025-01-12,Reedbed,1012,,gazette,heron,41.5
p1,,,,,,,,otter,44
p2,2025-03-02,2025-03-05,,Marsh & Co,990,,gazette,heron,39
p2,,,,,,,,otter,43
p2,,,,,,,,newt,6.5
p3,2025-03-20,2025-03-23,,Reedbed,540,XF-N,gazette,newt,5
p3,,,,,,,,heron,45
p3,,,,,,,,otter,38
p4,2025-04-02,2025-04-05,,Marsh & Co,1000,,gazette,heron,38
p4,,,,,,,,otter,42
p4,,,,,,,,newt,7.5
"""
    expected = read_folder(make(tmp_path / "a"), TODAY).polls
    assert_frame_equal(read_folder(make(tmp_path / "b", polls=long), TODAY).polls, expected)


def test_long_polls_without_a_poll_column_are_told_apart_by_their_facts(tmp_path: Path) -> None:
    long = """\
end,pollster,contender,share
2025-01-10,Reedbed,heron,41
2025-01-10,Reedbed,otter,44
2025-01-10,Marsh & Co,heron,40
"""
    polls = read_folder(make(tmp_path / "a", polls=long), TODAY).polls
    assert polls.sort("pollster")["heron"].to_list() == [40.0, 41.0]
    assert polls.sort("pollster")["otter"].to_list() == [None, 44.0]


def test_long_polls_that_contradict_themselves(tmp_path: Path) -> None:
    long = """\
poll,end,pollster,contender,share
p1,2025-01-10,Reedbed,heron,41
p1,2025-01-11,Reedbed,otter,44
p2,2025-01-10,Reedbed,heron,41
p2,,,heron,42
"""
    found = check(make(tmp_path / "a", polls=long))
    assert [(p.line, p.what) for p in found.errors] == [
        (3, "end differs from line 2 of the same poll: '2025-01-11'"),
        (5, "a second share of heron in the poll of line 4"),
    ]


def test_wide_history_and_results(tmp_path: Path) -> None:
    wide = "date,heron,otter,heron_seats,otter_seats\n2021-09-05,46.2,42.9,61,54\n"
    expected = read_folder(make(tmp_path / "a"), TODAY).history
    assert_frame_equal(read_folder(make(tmp_path / "b", history=wide), TODAY).history, expected)
    results = read_folder(make(tmp_path / "c", HILLS, results="lark,crow\n50.8,\n"), TODAY).results
    assert results.rows() == [(None, "lark", 50.8, None)]  # crow: not reported, no row


def test_wide_series(tmp_path: Path) -> None:
    names = "date,approval,unemployment rate\n2025-01-01,41.5,\n2025-02-01,-3,5.1\n"
    series = read_folder(make(tmp_path / "a", series=names), TODAY).series
    assert series.select("name", "value").rows() == [
        ("approval", 41.5),
        ("approval", -3.0),
        ("unemployment_rate", 5.1),
    ]
    people = "date,name,heron,otter\n2025-01-01,likes,41,39\n"
    series = read_folder(make(tmp_path / "b", series=people), TODAY).series
    assert series.select("name", "contender", "value").rows() == [
        ("likes", "heron", 41.0),
        ("likes", "otter", 39.0),
    ]


def test_marks_for_not_reported_are_null_and_counted(tmp_path: Path) -> None:
    text = poll_rows(
        "2025-01-08,2025-01-10,,Reedbed,n/a,,gazette,41,–,-",
        "2025-01-18,2025-01-20,,Reedbed,900,,gazette,41%,40.5 %,<1",
    )
    found = check(make(tmp_path / "a", polls=text))
    assert found.campaign is not None
    rows = found.campaign.polls.select("sample_size", "heron", "otter", "newt").rows()
    assert rows == [(None, 41.0, None, None), (900, 41.0, 40.5, 0.5)]
    assert only(found, "not reported").count == 3
    assert only(found, "bound").line == 3


def test_without_sources_the_folder_is_the_source(tmp_path: Path) -> None:
    campaign = read_folder(make(tmp_path / "a", HILLS), TODAY)
    assert [s.key for s in campaign.sources] == [OWN_SOURCE]
    assert campaign.polls["source"].to_list() == [OWN_SOURCE, OWN_SOURCE]


def test_polls_are_sorted_whatever_the_order(tmp_path: Path) -> None:
    lines = FENLAND["polls.csv"].strip().split("\n")
    text = "\n".join([lines[0], *reversed(lines[1:])]) + "\n"
    expected = read_folder(make(tmp_path / "a"), TODAY).polls
    assert_frame_equal(read_folder(make(tmp_path / "b", polls=text), TODAY).polls, expected)


def test_own_columns_are_listed_as_left_out(tmp_path: Path) -> None:
    lines = FENLAND["polls.csv"].strip().split("\n")
    text = "\n".join([lines[0] + ",_memo", *(f"{x},hm" for x in lines[1:])]) + "\n"
    found = check(make(tmp_path / "a", polls=text))
    assert found.ok
    assert [(x.why, x.count) for x in found.left_out] == [("polls.csv: column _memo", 4)]


def test_one_more_table_is_enough_and_needed(tmp_path: Path) -> None:
    none = dict.fromkeys(("polls", "history", "events"))
    with pytest.raises(DataError, match="no table"):
        read_folder(make(tmp_path / "a", **none), TODAY)
    notes = "date,author,text\n2025-01-01,AB,Quiet week\n"
    campaign = read_folder(make(tmp_path / "b", **none, notes=notes), TODAY)
    assert campaign.notes["text"].to_list() == ["Quiet week"]
    assert campaign.polls.is_empty()


def test_as_of_hides_the_later_change(tmp_path: Path) -> None:
    campaign = read_folder(make(tmp_path / "a"), TODAY)
    assert campaign.known_at(date(2024, 11, 1)).government.head_on(date(2025, 1, 1)) == "Ana Reed"
    assert campaign.known_at(date(2024, 11, 2)).government.head_on(date(2025, 1, 1)) == "Bo Sedge"
    assert "newt" not in campaign.known_at(date(2022, 12, 31)).polls.columns
