"""As-of is absolute: with every later fact deleted or altered, the same bytes come out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import comparenotes

PACKAGE = Path(comparenotes.__file__).parent
DAY = date(2021, 6, 1)
COMMANDS = (
    ("race", "ca-2021", "--json"),
    ("compare", "ca-2021", "gb-2019", "us-2020", "--json"),
    ("record", "--like", "ca-2021", "--json"),
    ("suggest", "ca-2021", "--json"),
    ("brief", "ca-2021", "us-2020", "-o", "brief.md"),
)
KNOWN_BY = {
    "polls": ("published",),
    "outcomes": ("published",),
    "events": ("date",),
    "history": ("date",),
    "message": ("date",),
    "cases": ("date",),
    "elections": ("date",),
    "governments": ("date", "since"),
    "leaders": ("from",),
    "reign": ("date",),
    "standings": ("date",),
    "votes": ("date",),
    "placebos": ("ended",),
}
"""Table, or its folder, to the columns after which a row was not known yet."""


def without_later(folder: Path) -> int:
    """Delete from the packaged tables what was not known on ``DAY``; return how many facts."""
    gone = 0
    for path in sorted(folder.rglob("*.parquet")):
        columns = KNOWN_BY.get(path.stem) or KNOWN_BY.get(path.parent.name)
        if columns is None:
            continue
        frame = pl.read_parquet(path)
        late = pl.any_horizontal((pl.col(c) > DAY).fill_null(value=False) for c in columns)
        kept = frame.filter(~late)
        gone += frame.height - kept.height
        if path.stem == "cases":
            early = pl.col("office_known") > DAY
            kept = kept.with_columns(
                kept_office=pl.when(early).then(~pl.col("kept_office")).otherwise("kept_office")
            )
        kept.write_parquet(path)
    campaigns = pl.read_parquet(folder / "campaigns.parquet")
    open_ = campaigns.filter(pl.col("election_date") > DAY)["id"].implode()
    results = pl.read_parquet(folder / "results.parquet")
    later = pl.col("campaign").is_in(open_)
    gone += results.filter(later).height
    results.with_columns(
        share=pl.when(later).then(100.0 - pl.col("share")).otherwise("share"),
        seats=pl.when(later).then(pl.col("seats") + 7).otherwise("seats"),
    ).write_parquet(folder / "results.parquet")
    since = pl.element().struct.field("since")
    for name, column in (("campaigns", "gov_changes"), ("contenders", "changes")):
        frame = pl.read_parquet(folder / f"{name}.parquet")
        kept = frame.with_columns(pl.col(column).list.eval(pl.element().filter(since <= DAY)))
        gone += int((frame[column].list.len() - kept[column].list.len()).sum() or 0)
        kept.write_parquet(folder / f"{name}.parquet")
    learned = pl.read_csv(folder / "learned.csv")
    kept = learned.filter(pl.col("until") <= DAY.isoformat())
    gone += learned.height - kept.height
    kept.write_csv(folder / "learned.csv")
    return gone


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the package that knows nothing after ``DAY``."""
    home = tmp_path_factory.mktemp("earlier")
    shutil.copytree(PACKAGE, home / "comparenotes", ignore=shutil.ignore_patterns("__pycache__"))
    assert without_later(home / "comparenotes" / "data") > 20_000
    return home


def said(source: Path, command: tuple[str, ...], folder: Path, day: date = DAY) -> str:
    env = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from comparenotes.cli.main import main; main()",
            *command,
            "--as-of",
            day.isoformat(),
        ],
        capture_output=True,
        text=True,
        env=env,
        cwd=folder,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    written = folder / "brief.md"
    return run.stdout + (written.read_text(encoding="utf-8") if written.exists() else "")


def test_the_copy_is_what_runs(earlier: Path, tmp_path: Path) -> None:
    """With a day after what was deleted, the two do differ."""
    later = ("race", "ca-2021", "--json")
    now, then = (
        said(source, later, tmp_path, date(2021, 9, 1)) for source in (PACKAGE.parent, earlier)
    )
    assert now != then


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_later_facts_change_nothing(
    command: tuple[str, ...], earlier: Path, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    now = said(PACKAGE.parent, command, tmp_path / "a")
    assert said(earlier, command, tmp_path / "b") == now
