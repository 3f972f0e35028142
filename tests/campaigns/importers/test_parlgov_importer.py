"""ParlGov's two forms, on invented files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from comparenotes.campaigns.importers import detect, get_importer
from comparenotes.errors import DataError

from .fixtures import FIXTURES

TABLES = {
    "32__elections__ElectionResult.csv": """id,election,party,\
party_id_source,alliance,seats,vote_share
1,7,1,,,55,52
2,7,2,,,45,44.5
3,7,3,,2,,
4,8,1,,,9,40
5,9,4,,,9,60
""",
    "31__elections__Election.csv": """id,type,country,date
7,13,1,2031-05-04
8,14,1,2032-05-04
9,13,2,2031-06-04
""",
    "21__parties__Party.csv": """id,name_short,name_english
1,A,Apple Party
2,B,Banana Party
3,B,Bread Party
4,C,Cherry Party
""",
    "02__datacore__Country.csv": "id,name_short\n1,XAA\n2,XBB\n",
}


def tables(folder: Path) -> Path:
    for name, text in TABLES.items():
        (folder / name).write_text(text)
    return folder / "32__elections__ElectionResult.csv"


def test_tables_are_joined(tmp_path: Path) -> None:
    path = tables(tmp_path)
    assert detect(path) == "parlgov"
    imported = get_importer("parlgov").read(path, country="XAA")
    assert imported.results.rows() == [
        (date(2031, 5, 4), None, "A", 52.0, 55),
        (date(2031, 5, 4), None, "B", 44.5, 45),
    ]
    assert imported.labels == {"A": "Apple Party", "B": "Banana Party"}
    assert {x.why: x.count for x in imported.account} == {
        "used as result": 2,
        "another country": 1,
        "not a parliamentary election": 1,
        "no share: ran in an alliance, or not reported": 1,
    }


def test_country_must_be_named_where_there_are_several(tmp_path: Path) -> None:
    path = tables(tmp_path)
    with pytest.raises(DataError, match="results of 2 countries"):
        get_importer("parlgov").read(path)
    with pytest.raises(DataError, match="did you mean 'XAA'"):
        get_importer("parlgov").read(path, country="XAC")


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    path = tables(tmp_path)
    (tmp_path / "21__parties__Party.csv").unlink()
    with pytest.raises(DataError, match=r"0 files called Party.csv"):
        get_importer("parlgov").read(path, country="XAA")


def test_both_forms_say_the_same(tmp_path: Path) -> None:
    flat = tmp_path / "view_election.csv"
    flat.write_text(FIXTURES["parlgov"].text)
    assert_frame_equal(
        get_importer("parlgov").read(flat).results,
        get_importer("parlgov").read(tables(tmp_path), country="XAA").results,
    )


def test_an_election_counted_twice_is_left_out(tmp_path: Path) -> None:
    flat = tmp_path / "view_election.csv"
    flat.write_text(FIXTURES["parlgov"].text.replace("44.5", "94.5"))
    imported = get_importer("parlgov").read(flat)
    assert imported.results.is_empty()
    assert {x.why: x.count for x in imported.left_out}[
        "shares of the election add up to more than 100"
    ] == 2


def test_two_parties_of_one_short_name_stay_apart(tmp_path: Path) -> None:
    flat = tmp_path / "view_election.csv"
    flat.write_text(FIXTURES["parlgov"].text.replace(",B,", ",A,"))
    imported = get_importer("parlgov").read(flat)
    assert imported.results["contender"].to_list() == ["A 1", "A 2"]
