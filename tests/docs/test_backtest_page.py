"""docs/backtest.md is what the present code makes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from lab.backtest_events import coverage
from tools.docs import backtest_lists as lists
from tools.docs import backtest_page as page

from comparenotes.race import backtest as bt
from comparenotes.race import backtest_table as table
from comparenotes.race.archive import placebos

TEXT = page.PAGE.read_text(encoding="utf-8")
THREE = ("nz-2017", "se-1998", "us-2016")
AGAIN = "write the page again: python -m tools.docs.backtest_page"


def row(name: str) -> list[str]:
    """Return the cells of an election's row of the page."""
    found = re.search(rf"^\| `{name}` \| (.*) \|$", TEXT, re.MULTILINE)
    assert found, f"{name} is not on the page"
    return [x.strip() for x in found[1].split("|")]


@pytest.mark.parametrize("name", THREE)
def test_elections_on_the_page_are_forecast_the_same_now(name: str) -> None:
    rows, races = bt.run([bt.Task(name, h) for h in (0, 90)])
    cells = lists.election_cells(table.with_baseline_crps(rows))[name]
    shown = row(name)
    for h in (0, 90):
        mine, base = shown[1 + lists.SHOWN.index(h)].split(" / ")
        assert float(mine) == pytest.approx(cells[h][0], abs=0.011), AGAIN
        assert float(base) == pytest.approx(cells[h][1], abs=0.011), AGAIN
    eve = races.filter(pl.col("horizon") == 0)
    winner, p = re.match(r"(\S+), (\d+)%$", shown[-1]).groups()  # type: ignore[union-attr]
    assert winner == eve["winner"][0]
    assert float(p) == pytest.approx(100 * eve["p_winner"][0], abs=1.01), AGAIN


def test_placebo_coverage_is_that_of_the_packaged_steps() -> None:
    for r in coverage(placebos()).to_dicts():
        found = re.findall(rf"^\| {re.escape(r['group'])} \| (.*) \|$", TEXT, re.MULTILINE)
        assert len(found) == 2, AGAIN
        for line, kind in zip(found, ("in90", "before90"), strict=True):
            cells = [x.strip() for x in line.split("|")]
            assert cells[1] == str(r["steps"]), AGAIN
            assert cells[4].startswith(f"{100 * r[kind]:.0f}%"), AGAIN


def test_every_column_is_explained() -> None:
    assert set(lists.MEANING) == {*bt.ROWS, *bt.RACES}
    for c in (*bt.ROWS, *bt.RACES):
        assert f"| `{c}` | {lists.MEANING[c]} |" in TEXT


def test_pictures_are_there_and_described() -> None:
    pictures = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", TEXT)
    assert len(pictures) == 3
    for alt, path in pictures:
        assert len(alt) > 60
        assert (page.PAGE.parent / path).read_text("utf-8").startswith("<?xml")


def test_groups_under_ten_elections_have_no_verdict() -> None:
    part = TEXT[TEXT.index("## By system and by country") : TEXT.index("## Every election")]
    rows = re.findall(r"^\| `\w+` \| \d+ \| (\d+) \|", part, re.MULTILINE)
    assert rows
    assert min(int(n) for n in rows) >= table.MIN_VERDICT


def test_elections_from_2020_on_stand_apart() -> None:
    assert date(2020, 1, 1) == page.SPLIT
    for h in (0, 30, 60, 90):
        counts = [int(n) for n in re.findall(rf"^\| {h} \| (\d+) \| [\d.]+ \| [\d.]+ \| [\d.]+ \(",
                                             TEXT, re.MULTILINE)]  # fmt: skip
        every, early, late = counts[:3]
        assert every == early + late


def test_the_page_is_made_from_rows_alone(tmp_path: Path) -> None:
    from tests.race.test_backtest_odds import races
    from tests.race.test_backtest_table import rows

    contenders = pl.concat([rows(60, horizon=h) for h in bt.HORIZONS]).with_columns(
        came_first=pl.col("contender") == "c1",
        p_first=pl.when(pl.col("contender") == "c1").then(0.8).otherwise(0.2),
        region=pl.lit(None, pl.String),
    )
    made = pl.concat(
        [races(60, horizon=h, **({"ahead_line_21d": True} if h > 21 else {})) for h in bt.HORIZONS]
    )
    text = page.render(contenders, made, placebos(), tmp_path)
    assert "compare the 45 elections" in text
    assert "15 early ones" in text
    assert len(list(tmp_path.glob("*.svg"))) == 3
    assert page.render(contenders, made, placebos(), tmp_path) == text
