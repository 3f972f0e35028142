"""What the tables of the documentation must hold, whatever the data say."""

from __future__ import annotations

import importlib.util
import itertools
import re

import polars as pl
import pytest
from benchmarks.machine import judged_by
from tools.docs import bench_tables, figures, pages, picture, region_tables, tables
from tools.docs.pages import ROOT

from comparenotes.race.constants import NAMES
from lab import backtest_regions as bt


def test_every_packaged_file_has_a_source_and_is_listed() -> None:
    listed = (ROOT / "DATA-LICENCES.md").read_text(encoding="utf-8")
    for name in tables.packaged():
        assert f"| `{name}` |" in listed
        assert name in tables.DERIVED or tables.manifest()[name]["source"], name
    assert set(tables.manifest()) <= set(tables.packaged())


@pytest.mark.parametrize("name", NAMES)
def test_every_constant_is_explained(name: str) -> None:
    assert tables.meanings()[name]
    page = (ROOT / "docs" / "constants.md").read_text(encoding="utf-8")
    words = page.partition("## In words")[2].partition("## Systems")[0]
    assert f"`{name}`" in words


def test_a_cell_cannot_break_a_table() -> None:
    made = tables.markdown(("a", "b"), [("x | y", None), ("two\nlines", 3)], "1")
    assert made == "| a | b |\n| --- | --: |\n| x \\| y |  |\n| two lines | 3 |"


def test_measured_speeds_kept_their_promises() -> None:
    result = bench_tables.results("speed")
    judged = judged_by(result["machine"])
    for run in result["runs"]:
        assert run[judged] < run["limit_s"], run["what"]
        assert run["memory_mb"] < 600, run["what"]
    assert next(f for f in result["fits"] if f["campaign"] == "gb-next")["numba"] < 0.3


def test_cost_grows_no_faster_than_days_and_polls() -> None:
    rows = bench_tables.results("speed")["scaling"]
    for what in ("days", "polls"):
        part = [r for r in rows if r["what"] == what]
        for before, after in itertools.pairwise(part):
            assert after["seconds"] / before["seconds"] < 1.25 * after[what] / before[what]
        assert part[-1][what] / part[0][what] >= 8


@pytest.mark.parametrize("days", [1, 90])
def test_regional_scores_are_what_the_command_prints_now(days: int) -> None:
    rows = pl.DataFrame(bt.score_regions(bt.RegionTask("us-2016", days)))
    now = bt.region_table(rows).row(0, named=True)
    kept = region_tables.scores()[2016, days]
    for name in ("crps", "relative_rmse", "national_error"):
        assert kept[name] == pytest.approx(now[name], abs=0.02), (
            "write them again: python -m tools.docs.region_tables"
        )


def test_every_published_forecast_has_a_first_run_beside_it() -> None:
    peers = region_tables.peers()
    for year, _ in peers:
        assert set(peers[year, region_tables.FIRST_RUN]) == set(region_tables.days())


def test_what_is_above_a_mark_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    saved = {
        "table": [{**r, "crps": 1.0, "relative_rmse": 2.0} for r in region_tables.saved()["table"]],
        "coverage": region_tables.saved()["coverage"],
    }
    monkeypatch.setattr(region_tables, "saved", lambda: saved)
    assert region_tables.short().count(": met at every distance") >= 3
    saved["table"][-1].update(crps=9.0, relative_rmse=4.0, national_error=-5.0)
    told = region_tables.short()
    assert "of it at 90 days, when the nation was 5.0 points out" in told
    assert "4.00 in 2024 at 90 days" in told


def test_the_picture_is_what_the_command_draws(tmp_path) -> None:  # type: ignore[no-untyped-def]
    now = tmp_path / "now.svg"
    picture.draw(now)
    number = re.compile(r"-?\d+(?:\.\d+)?")
    old, new = (f.read_text(encoding="utf-8") for f in (picture.FILE, now))
    # ids of clips and markers are hashes of floats: the shape counts, not the name
    old, new = (re.sub(r"#?race-[a-z]+[0-9a-f]{8,}", "", t) for t in (old, new))
    assert number.sub("#", old) == number.sub("#", new)
    pairs = zip(number.findall(old), number.findall(new), strict=True)
    assert max(abs(float(a) - float(b)) for a, b in pairs) < 0.5


def test_every_step_of_the_figures_is_a_command() -> None:
    for name, *_ in figures.steps(2, "m.csv"):
        assert importlib.util.find_spec(name), name
    assert ("tools.build.record_docs", "--manifesto", "m.csv") in figures.steps(None, "m.csv")
    assert figures.steps(None, None)[-1] == ("tools.docs",), "pages come after their figures"


@pytest.mark.parametrize("name", tables.TABLES)
def test_every_table_is_made_and_used(name: str) -> None:
    assert tables.made(name)
    used = [p for p in pages.pages() if f"<!-- table: {name} -->" in p.read_text("utf-8")]
    assert used, f"{name} is on no page"
