"""``cn backtest`` from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from comparenotes.cli.main import run
from comparenotes.race import backtest as bt

ONE = ["--campaign", "se-1998", "--days", "0,30"]


def test_json_is_pure_and_whole(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["backtest", "race", *ONE, "--json"]) == 0
    out, err = capfd.readouterr()
    made = json.loads(out)
    assert set(made) == {"campaigns", "summary", "first", "claims", "left_out", "rows", "races"}
    assert made["campaigns"] == 1
    assert {r["horizon"] for r in made["rows"]} == {0, 30}
    assert set(bt.ROWS) <= set(made["rows"][0])
    assert set(bt.RACES) == set(made["races"][0])
    assert made["summary"] == [], "one election is no comparison"
    assert err == ""


@pytest.mark.parametrize("name", ["rows.parquet", "rows.csv"])
def test_rows_in_a_file(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["backtest", "race", *ONE, "-o", str(tmp_path / name)]) == 0
    out, err = capfd.readouterr()
    read = pl.read_csv if name.endswith("csv") else pl.read_parquet
    rows = read(tmp_path / name)
    assert {*bt.ROWS, *bt.RACES, "base_crps", "base_sd"} <= set(rows.columns)
    assert f"{rows.height} rows written" in err
    assert "se-1998" in out
    assert max(len(line) for line in out.splitlines()) <= 80


def test_alone_it_shows_what_there_is(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["backtest"]) == 0
    out = capfd.readouterr().out
    assert "race" in out
    assert "earlier" in out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["race", "--campaign", "se-1999"], "did you mean 'se-1998'?"),
        (["race", "--campaign", "gb-next"], "nothing to score: no result"),
        (["race", "--days", "0,soon"], "no number of days from 0 to 3650"),
        (["race", "--days", "-3"], "no number of days"),
        (["race", "--days", "9999999999999"], "no number of days"),
        (["race", "--workers", "0"], "--workers"),
        (["race", "--workers", "2", "--cluster", "tcp://x:1"], "exclude each other"),
        (["race", "-o", "rows.xlsx"], "end the name in .parquet or .csv"),
        (["race", "-o", "no/such/folder/rows.csv"], "there is no such folder"),
        (["race", "--since", "2020-01-01", "--until", "2019-01-01"], "is not before"),
        (["race", "--since", "2099-01-01"], "no campaign with a polling day in this period"),
        (["races"], "such command 'races'"),
    ],
)
def test_bad_input_ends_in_one_line(
    args: list[str], says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["backtest", *args]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert says.casefold() in err.casefold()
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err


def test_a_cluster_that_is_not_there(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["backtest", "race", *ONE, "--cluster", "tcp://127.0.0.1:9"]) == 2
    err = capfd.readouterr().err
    assert "distributed" in err or "no Dask scheduler answers" in err


def test_a_campaigns_id_stays_whole(capfd: pytest.CaptureFixture[str]) -> None:
    ask = ["backtest", "race", "--campaign", "fr-president-2022", "--days", "0,30"]
    assert run([*ask, "--workers", "1"]) == 0
    out = capfd.readouterr().out
    assert out.count("fr-president-2022") == 2
    assert max(len(line) for line in out.splitlines()) <= 80


def test_earlier_says_that_states_are_not_read(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["backtest", "earlier", "us-2012", "--as-of", "2012-10-01"]) == 0
    assert "National polls alone" in capfd.readouterr().out


def test_earlier_gives_each_reason_why_there_are_no_seats(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert run(["backtest", "earlier", "nz-1999", "--as-of", "1999-11-20"]) == 0
    text = " ".join(capfd.readouterr().out.split())
    assert "No seats for nz-1993: Seats are won in constituencies" in text
