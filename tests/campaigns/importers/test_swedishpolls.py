"""SwedishPolls: dates in every state of knowledge, exit polls, results among the rows."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.importers.protocol import Imported
from comparenotes.campaigns.importers.swedishpolls import IMPORTER, PARTIES
from comparenotes.errors import DataError

COLUMNS = (
    "PublYearMonth",
    "Company",
    *PARTIES,
    "Uncertain",
    "n",
    "PublDate",
    "collectPeriodFrom",
    "collectPeriodTo",
    "approxPeriod",
    "house",
)
PLAIN = dict(zip(PARTIES, ("20", "4", "6", "5", "30", "8", "6", "19", "NA"), strict=True))


def record(**cells: str) -> str:
    """Return a line of the file: an ordinary poll but for ``cells``."""
    row = {
        "PublYearMonth": "2031-maj",
        "Company": "Firm",
        **PLAIN,
        "Uncertain": "NA",
        "n": "1500",
        "PublDate": "2031-05-20",
        "collectPeriodFrom": "2031-05-01",
        "collectPeriodTo": "2031-05-14",
        "approxPeriod": "FALSE",
        "house": "Firm",
    } | cells
    return ",".join(row[c] for c in COLUMNS)


def read(folder: Path, *records: str) -> Imported:
    path = folder / "polls.csv"
    path.write_text("\n".join([",".join(COLUMNS), *records]) + "\n", encoding="utf-8")
    return IMPORTER.read(path)


def dates(folder: Path, **cells: str) -> tuple[Any, ...]:
    """Return start, end, published of one poll, as (month, day) or None."""
    row = read(folder, record(**cells)).polls.select("start", "end", "published").row(0)
    return tuple(None if d is None else d.isoformat() for d in row)


NO_PERIOD = {"collectPeriodFrom": "NA", "collectPeriodTo": "NA"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({}, ("2031-05-01", "2031-05-14", "2031-05-20"), id="all known"),
        pytest.param(
            {"PublDate": "NA"}, ("2031-05-01", "2031-05-14", "2031-05-15"), id="not said when out"
        ),
        pytest.param(NO_PERIOD, (None, "2031-05-19", "2031-05-20"), id="only the day it came out"),
        pytest.param(
            NO_PERIOD | {"PublDate": "NA"},
            ("2031-05-01", "2031-05-31", "2031-06-01"),
            id="only the month",
        ),
        pytest.param(
            NO_PERIOD | {"PublDate": "NA", "PublYearMonth": "2031-K4"},
            ("2031-10-01", "2031-12-31", "2032-01-01"),
            id="only the quarter",
        ),
        pytest.param(
            NO_PERIOD | {"PublDate": "2031-05-01"},
            ("2031-05-01", "2031-05-31", "2031-06-01"),
            id="the first stands for the month",
        ),
        pytest.param(
            {"collectPeriodFrom": "NA"}, (None, "2031-05-14", "2031-05-20"), id="start unknown"
        ),
        pytest.param(
            {"collectPeriodTo": "NA"}, ("2031-05-01", "2031-05-19", "2031-05-20"), id="end unknown"
        ),
        pytest.param(
            {"collectPeriodFrom": "2032-05-01", "collectPeriodTo": "2032-05-14"},
            ("2031-05-01", "2031-05-14", "2031-05-20"),
            id="a year too many",
        ),
        pytest.param(
            {"collectPeriodTo": "2031-05-31", "approxPeriod": "TRUE"},
            ("2031-05-01", "2031-05-19", "2031-05-20"),
            id="an approximate period is cut",
        ),
        pytest.param(
            {"collectPeriodTo": "2031-05-31"},
            ("2031-05-01", "2031-05-31", "2031-06-01"),
            id="a short contradiction: known only when finished",
        ),
        pytest.param(
            {"collectPeriodFrom": "2031-10-18", "collectPeriodTo": "2031-11-11"},
            (None, "2031-05-19", "2031-05-20"),
            id="an impossible period is dropped",
        ),
        pytest.param(
            {"collectPeriodFrom": "2031-05-10", "collectPeriodTo": "2031-05-04"},
            (None, "2031-05-04", "2031-05-20"),
            id="the wrong way round",
        ),
    ],
)
def test_dates(
    tmp_path: Path, cells: dict[str, str], expected: tuple[str | None, str, str]
) -> None:
    assert dates(tmp_path, **cells) == expected


maybe_day = st.none() | st.dates(date(2030, 1, 1), date(2032, 12, 31))


@given(published=maybe_day, start=maybe_day, end=maybe_day, approx=st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_poll_is_dated_before_it_was_finished(
    tmp_path_factory: pytest.TempPathFactory,
    published: date | None,
    start: date | None,
    end: date | None,
    approx: bool,
) -> None:
    cell = {
        "PublDate": published,
        "collectPeriodFrom": start,
        "collectPeriodTo": end,
    }
    cells = {k: "NA" if v is None else v.isoformat() for k, v in cell.items()}
    cells["approxPeriod"] = str(approx).upper()
    read_ = read(tmp_path_factory.mktemp("dates"), record(**cells))
    got_start, got_end, got_published = read_.polls.select("start", "end", "published").row(0)
    assert got_end <= got_published
    assert got_start is None or got_start <= got_end
    if published is not None:
        # never earlier than the file says it came out
        assert got_published >= published
    if published is None and end is not None:
        assert got_published == end + timedelta(days=1)


def test_exit_polls_are_left_out_and_counted(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        record(),
        record(Company="SVT VALU"),
        record(Company="Firm exit"),
        record(Company="Firm valdag"),
    )
    assert got.polls["pollster"].to_list() == ["Firm"]
    assert [(x.why, x.count) for x in got.left_out] == [("exit poll of polling day", 3)]


def test_results_are_no_polls(tmp_path: Path) -> None:
    got = read(
        tmp_path, record(), record(Company="NA", house="Election", PublDate="2031-05-14", FI="0.5")
    )
    assert got.polls.height == 1
    assert got.used == {"poll": 1, "result": 1}
    assert got.results["date"].unique().to_list() == [date(2031, 5, 14)]
    assert dict(got.results.select("contender", "share").iter_rows())["FI"] == 0.5


def test_a_result_dated_to_another_year_goes_back_to_its_month(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        record(Company="NA", house="Election", PublYearMonth="1970-sep", PublDate="1973-09-20"),
    )
    assert got.results["date"].unique().to_list() == [date(1970, 9, 20)]


def test_a_zero_is_no_observation(tmp_path: Path) -> None:
    got = read(tmp_path, record(KD="0"))
    assert got.polls["KD"].to_list() == [None]
    assert got.polls["S"].to_list() == [30.0]


def test_rows_that_cannot_be_polls_are_counted(tmp_path: Path) -> None:
    empty = dict.fromkeys(PARTIES, "NA")
    got = read(
        tmp_path, record(), record(), record(M="45"), record(**{**empty, "S": "40"}), record(n="NA")
    )
    assert {x.why: x.count for x in got.left_out} == {
        "the same row twice": 1,
        "shares add up to more than 102": 1,
        "fewer than two parties reported": 1,
    }
    assert got.polls["sample_size"].to_list() == [1500, None]


def test_the_firm_is_that_of_the_day(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        record(Company="Old Name", house="New Name"),
        record(Company="NA", n="1"),
        record(Company="Firm  (2)", n="2"),
    )
    assert got.polls["pollster"].to_list() == ["Old Name", "Firm", "Firm"]


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"PublYearMonth": "2031-may"}, "is not a month"),
        ({"PublYearMonth": "31-maj"}, "is not a month"),
        ({"PublDate": "20/5/2031"}, "is not a date"),
        ({"S": "130"}, "not between 0 and 100"),
        ({"n": "many"}, "is not a number"),
    ],
)
def test_a_broken_cell_is_named_with_its_line(
    tmp_path: Path, cells: dict[str, str], what: str
) -> None:
    found = read(tmp_path, record(), record(**cells))
    (row,) = found.bad
    assert what in row.text
    assert row.where == "polls.csv:3"
    assert found.polls.height == 1


def test_a_result_that_fits_no_month_is_left_out(tmp_path: Path) -> None:
    row = record(Company="NA", house="Election", PublYearMonth="1970-feb", PublDate="1973-01-30")
    found = read(tmp_path, row)
    assert found.results.is_empty()
    assert "does not fit the month" in found.bad[0].text


def test_a_file_without_the_parties_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "polls.csv"
    path.write_text("PublYearMonth,Company\n2031-maj,Firm\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column"):
        IMPORTER.read(path)


def test_polls_keep_the_order_and_columns_of_the_file(tmp_path: Path) -> None:
    got = read(tmp_path, record(), record(Company="Other", house="Other"))
    assert got.codes == PARTIES
    assert got.polls["pollster"].to_list() == ["Firm", "Other"]
    assert got.polls.select(pl.col("hypothetical").any()).item() is False
