"""``cn import``: the account of a file, and the folder made of it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from comparenotes.campaigns import importers
from comparenotes.campaigns.folder_read import read_folder
from comparenotes.cli.main import run

FILE = """\
day,firm,AB,C D
2020-05-03,result,45.5,40.5
2020-05-01,Old Firm,44,41
2021-02-01,Reedbed,43,41
2021-03-01,bad,1,1
2022-03-01,Marsh,42,
2022-04-01,Reedbed,,
2024-05-01,Marsh,39,44
2024-05-05,result,38.5,45.5
2024-09-01,Marsh,37,46
"""


WRITE = ["import", "invented", "F", "-o", "D", "--country", "XX", "--system", "pr"]


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    here = {"invented": "tests.cli.invented_importer:IMPORTER"}
    monkeypatch.setattr(importers, "IMPORTERS", here)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "polls.inv"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def test_without_arguments_the_formats_are_listed(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["import"]) == 0
    assert capfd.readouterr().out.splitlines() == [
        "invented: An invented format (.inv)",
        "  --option area=...: only this area",
    ]
    assert run(["import", "--json"]) == 0
    (row,) = json.loads(capfd.readouterr().out)
    assert (row["source"], row["suffixes"]) == ("invented", [".inv"])


@pytest.mark.parametrize("source", ["invented", "auto"])
def test_every_row_is_accounted_for(
    source: str, file: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", source, file]) == 0
    assert capfd.readouterr().out.splitlines() == [
        "9 rows read",
        "  6 used as poll",
        "  2 used as result",
        "  1 bad row",
        "6 polls, 2020-05-01 to 2024-09-01, 2 parties or candidates",
        "4 results, 0 events",
    ]
    assert run(["import", source, file, "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["rows"] == 9
    assert found["contenders"][0] == {"code": "AB", "name": "Alpha Beta"}


def test_a_folder_holds_the_polls_of_one_election(
    tmp_path: Path, file: str, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "xx-2024"
    args = ["import", "invented", file, "-o", str(folder), "--country", "xx", "--system", "pr"]
    assert run([*args, "--date", "2024-05-05"]) == 0
    assert "polls.csv" in capfd.readouterr().out
    campaign = read_folder(folder)
    assert campaign.id == "xx-2024"
    assert campaign.contender_ids == ("ab", "c-d", "oth")  # the polls total 84
    assert campaign.contenders[0].name == "Alpha Beta"
    assert campaign.polls["end"].to_list() == [
        date(2021, 2, 1),
        date(2022, 3, 1),
        date(2024, 5, 1),
    ]
    assert campaign.previous_election() == date(2020, 5, 3)
    assert campaign.results.select("contender", "share").rows() == [("ab", 38.5), ("c-d", 45.5)]
    assert {x.why: x.count for x in campaign.left_out} == {
        "bad row": 1,
        "poll after the election": 1,
        "poll before the preceding election": 1,
        "poll without any share": 1,
    }
    assert run([*args, "--date", "2024-05-05"]) == 2
    assert "not empty" in capfd.readouterr().err


def test_a_folder_as_json(tmp_path: Path, file: str, capfd: pytest.CaptureFixture[str]) -> None:
    args = ["import", "invented", file, "-o", str(tmp_path / "n"), "--country", "XX"]
    args += ["--system", "pr", "--date", "2028-05-05", "--since", "2022-01-01", "--json"]
    assert run(args) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["polls_written"] == 3
    assert found["validation"]["valid"] is True
    assert read_folder(tmp_path / "n").date_status == "latest possible"


def test_candidates_leave_a_rest_to_others_too(tmp_path: Path, file: str) -> None:
    args = ["import", "invented", file, "-o", str(tmp_path / "n"), "--country", "XX"]
    args += ["--system", "two_round", "--date", "2024-05-05", "--office", "president"]
    assert run(args) == 0
    assert read_folder(tmp_path / "n").contender_ids == ("ab", "c-d", "oth")


def test_regions_of_the_file_become_regions(tmp_path: Path, file: str) -> None:
    args = ["import", "invented", file, "-o", str(tmp_path / "n"), "--country", "XX"]
    args += ["--system", "pr", "--date", "2024-05-05", "--option", "area=XX-N"]
    assert run(args) == 0
    assert [r.id for r in read_folder(tmp_path / "n").regions] == ["XX-N"]


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["import", "inventd", "F"], "did you mean 'invented'?"),
        (["import", "invented"], "FILE is missing"),
        (["import", "auto", "none.inv"], "no such file"),
        (["import", "invented", "F", "--option", "x"], "is not KEY=VALUE"),
        (["import", "invented", "F", "--option", "aera=x"], "did you mean 'area'?"),
        (["import", "invented", "F", "-o", "D"], "-o needs --country, --date, --system too"),
        ([*WRITE, "--date", "1999-01-01"], "no poll for an election on 1999-01-01"),
    ],
)
def test_errors_are_one_line(
    args: list[str],
    text: str,
    file: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run([file if x == "F" else x for x in args]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert text in err
    assert err.count("\n") == 1
    assert not (tmp_path / "D").exists()


def test_a_bad_country_is_refused_before_anything_is_written(
    tmp_path: Path, file: str, capfd: pytest.CaptureFixture[str]
) -> None:
    wrong = [("XXX", "pr", "parliament"), ("XX", "lottery", "parliament"), ("XX", "pr", "king")]
    for country, system, office in wrong:
        args = ["import", "invented", file, "-o", str(tmp_path / "D"), "--date", "2024-05-05"]
        args += ["--country", country, "--system", system, "--office", office]
        assert run(args) == 2
        assert capfd.readouterr().err.count("\n") == 1
        assert not (tmp_path / "D").exists()
