"""Issue emphasis from an invented platform file, and matching to past cases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab.record.emphasis import emphasis_and_outcome, emphasis_lines, match
from lab.record.manifesto import ISSUES, read_manifesto

from comparenotes.errors import DataError
from comparenotes.record import tables

HEADER = "countryname,edate,party,partyname,parfam,pervote,total,per416,per501,per601,per602"


def save(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "platforms.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_reads_platforms_and_accounts_for_every_row(tmp_path: Path) -> None:
    found = read_manifesto(
        save(
            tmp_path,
            "United Kingdom,07/06/2001,1,Example Labour,30,40.7,900,2.0,5.5,1,1",
            "United Kingdom,07/06/2001,2,Example Tories,60,31.7,900,,1.0,1,1",
            "Atlantis,01/01/2000,3,Fish,10,50,100,1,1,1,1",
            "Sweden,NA,4,Nobody,10,50,100,1,1,1,1",
        )
    )
    assert found.rows == 4
    assert found.frame.height + sum(x.count for x in found.left_out) == 4
    first = found.frame.filter(pl.col("party") == "1").row(0, named=True)
    assert first["environment"] == 7.5
    assert first["migration"] is None  # not coded is not zero
    assert (first["family"], first["date"]) == ("social democracy", date(2001, 6, 7))
    assert found.frame.filter(pl.col("party") == "2")["environment"][0] == 1.0


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("Sweden,7 June 2001,1,X,30,40,1,1,1,1,1", "is no day"),
        ("Sweden,31/02/2001,1,X,30,40,1,1,1,1,1", "no day"),
        ("Sweden,07/06/2001,1,X,30,many,1,1,1,1,1", "pervote is no number"),
        ("Sweden,07/06/2001,1,X,30,inf,1,1,1,1,1", "out of range"),
        ("Sweden,07/06/2001,1", "platforms.csv:2"),
    ],
)
def test_a_broken_cell_is_named(tmp_path: Path, row: str, what: str) -> None:
    with pytest.raises(DataError, match=what):
        read_manifesto(save(tmp_path, row))


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        read_manifesto(save(tmp_path, "1,2", header="a,b"))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(HEADER.encode() + b"\n" + data)
    message = ""
    try:
        found = read_manifesto(path)
    except DataError as error:
        message = str(error)
    else:
        assert found.frame.height + sum(x.count for x in found.left_out) == found.rows
    assert "\n" not in message


def platform(share: float, day: date, env: float) -> dict[str, object]:
    return {
        "country": "GB",
        "date": day,
        "share": share,
        **dict.fromkeys(ISSUES, None),
        "environment": env,
    }


def test_matches_by_day_and_share_and_only_if_clear() -> None:
    cases = tables.cases(date(2024, 1, 1)).filter(pl.col("case") == "gb-2001")
    day = date(2001, 6, 7)

    def platforms(*shares: float) -> pl.DataFrame:
        return pl.DataFrame(
            [platform(s, day, e) for e, s in enumerate(shares, 1)], infer_schema_length=None
        )

    assert match(cases, platforms(40.7, 31.7))["environment"].to_list() == [1.0]
    assert match(cases, platforms(40.7, 40.9)).is_empty()  # two could be it
    assert match(cases, platforms(45.0, 31.7)).is_empty()  # none is near
    late = platforms(40.7).with_columns(pl.lit(date(2001, 9, 1)).alias("date"))
    assert match(cases, late).is_empty()


def test_emphasis_that_goes_with_gains_is_found(tmp_path: Path) -> None:
    names = {"AU": "Australia", "GB": "United Kingdom", "SE": "Sweden", "NZ": "New Zealand"}
    names |= {"CA": "Canada", "DE": "Germany", "NO": "Norway", "DK": "Denmark"}
    rows = []
    cases = tables.cases(date(2024, 1, 1)).filter(
        pl.col("country").is_in(sorted(names)) & (pl.col("stood") != "no")
    )
    for i, c in enumerate(cases.drop_nulls("vote_change").iter_rows(named=True)):
        green = 20 + c["vote_change"]
        rows.append(
            f"{names[c['country']]},{c['date']:%d/%m/%Y},{i},P,30,{c['share_after']},100,0,"
            f"{green},1,1"
        )
    found = emphasis_and_outcome(save(tmp_path, *rows), date(2024, 1, 1))
    environment = next(r for r in found.rows if r.issue == "environment")
    assert environment.r == pytest.approx(1.0)
    assert environment.verdict == "went with gains"
    other = next(r for r in found.rows if r.issue == "migration")
    assert other.r is None
    text = " ".join(emphasis_lines(found))
    assert "too few to say" in text
    assert "Emphasis is no cause" in text


def test_no_platform_after_the_as_of_date_counts(tmp_path: Path) -> None:
    path = save(tmp_path, "United Kingdom,07/06/2001,1,X,30,40.7,1,1,1,1,1")
    assert emphasis_and_outcome(path, date(2024, 1, 1)).matched == 1
    assert emphasis_and_outcome(path, date(2001, 6, 1)).matched == 0
