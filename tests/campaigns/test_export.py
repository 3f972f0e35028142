"""The bundled tables as a DuckDB database: every row, every licence."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from comparenotes.campaigns.catalogue import data_dir
from comparenotes.campaigns.export import frames, to_duckdb
from comparenotes.cli.main import run
from comparenotes.errors import DataError

duckdb = pytest.importorskip("duckdb", reason="the extra 'duckdb' is not installed")


def test_every_row_is_there(tmp_path: Path) -> None:
    counts = to_duckdb(tmp_path / "x.duckdb")
    files = list(data_dir().rglob("*.parquet"))
    stored = sum(pl.scan_parquet(f).select(pl.len()).collect().item() for f in files)
    assert sum(n for name, n in counts.items() if name != "licences") == stored
    with duckdb.connect(str(tmp_path / "x.duckdb"), read_only=True) as db:
        for name, n in counts.items():
            counted = db.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608
            assert counted == (n,)
        top = db.execute(
            "SELECT campaign, count(*) n FROM polls GROUP BY 1 ORDER BY n DESC LIMIT 1"
        ).fetchone()
        assert top is not None
        assert top[1] > 100


def test_every_poll_file_has_a_licence() -> None:
    told = frames()["licences"].filter(pl.col("file").str.starts_with("polls/"))
    assert told.height == len(list((data_dir() / "polls").glob("*.parquet")))
    assert told["licence"].null_count() == 0


def test_a_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    path.write_bytes(b"mine")
    with pytest.raises(DataError, match="is there already"):
        to_duckdb(path)
    assert path.read_bytes() == b"mine"


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "y.duckdb"
    assert run(["export", "--duckdb", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tables"]["polls"] > 1_000
    assert run(["export", "--duckdb", str(path)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert run(["export"]) == 2
