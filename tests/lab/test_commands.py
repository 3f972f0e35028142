"""The workshop's commands from end to end, and that the package does not know of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest
from lab.backtest_events import events
from lab.backtest_regions import regions
from lab.lessons import lessons
from lab.record.__main__ import table
from lab.record.emphasis import emphasis

import comparenotes
from comparenotes.cli.main import run

ROOT = Path(comparenotes.__file__).parent
OUTSIDE = re.compile(
    r"^\s*(?:from|import)\s+(?:lab|tools|benchmarks|tests)\b"
    r"|[\"'](?:lab|tools|benchmarks)\.\w+[\"':]",
    re.MULTILINE,
)
"""An import of what does not ship, at the top, in a function, or by name."""


def test_a_lazy_import_of_the_workshop_would_be_seen() -> None:
    for text in (
        "from lab.lessons import table",
        "def f():\n    import tools.names\n",
        "import_module('lab.record')",
        "X = {'a': \"benchmarks.oracle:run\"}",
    ):
        assert OUTSIDE.search(text), text
    assert not OUTSIDE.search("from comparenotes.race import label  # see lab/lessons.py")


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_the_package_imports_nothing_that_does_not_ship(path: Path) -> None:
    found = OUTSIDE.search(path.read_text(encoding="utf-8"))
    assert found is None, found


def test_events(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "steps.parquet"
    ask = ["--campaign", "us-2016", "--campaign", "gb-next", "-o", str(file)]
    assert run([*ask, "--json"], events) == 0
    made = json.loads(capfd.readouterr().out)
    assert made["left_out"] == [{"why": "no result", "count": 1}]
    assert len(made["rows"]) == pl.read_parquet(file).height > 0
    assert run(ask, events) == 0
    assert "covers zero" in capfd.readouterr().out


def test_one_campaign_has_no_interval_over_campaigns(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--campaign", "us-2012", "--days", "1"], regions) == 0
    out = capfd.readouterr().out
    assert "us-2012" in out
    assert "resampled" not in out
    assert run(["--campaign", "us-2012", "--workers", "1"], events) == 0
    assert " to " not in capfd.readouterr().out.partition("90% unwidened")[2]


def test_lessons(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--as-of", "2000-01-01", "--json"], lessons) == 0
    made = json.loads(capfd.readouterr().out)
    assert made["as_of"] == "2000-01-01"
    assert {r["rule"] for r in made["premises"]} >= {"standing", "timing", "bounce"}
    assert run(["--as-of", "2000-01-01"], lessons) == 0
    out = capfd.readouterr().out
    assert "| rule | premise | when |" in out
    assert out.count("\n| ") > len(made["premises"])


def test_a_table_of_the_record(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["green-money", "--as-of", "2026-08-20"], table) == 0
    assert capfd.readouterr().out.startswith("| clean investment per voter | states |")
    assert run(["emphasis"], table, "python -m lab.record") == 2
    assert "--manifesto FILE" in capfd.readouterr().err
    assert run(["nothing"], table, "python -m lab.record") == 2
    assert "see 'python -m lab.record --help'" in capfd.readouterr().err


def test_emphasis_says_what_is_wrong(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run([str(tmp_path / "none.csv")], emphasis) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
