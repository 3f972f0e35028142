"""What the tables of the documentation must hold, whatever the data say."""

from __future__ import annotations

import itertools
import re

import pytest
from benchmarks.machine import judged_by
from tools.docs import picture, tables
from tools.docs.pages import ROOT

from comparenotes.race.constants import NAMES


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
    result = tables.results("speed")
    judged = judged_by(result["machine"])
    for run in result["runs"]:
        assert run[judged] < run["limit_s"], run["what"]
        assert run["memory_mb"] < 600, run["what"]
    assert next(f for f in result["fits"] if f["campaign"] == "gb-next")["numba"] < 0.3


def test_cost_grows_no_faster_than_days_and_polls() -> None:
    rows = tables.results("speed")["scaling"]
    for what in ("days", "polls"):
        part = [r for r in rows if r["what"] == what]
        for before, after in itertools.pairwise(part):
            assert after["seconds"] / before["seconds"] < 1.25 * after[what] / before[what]
        assert part[-1][what] / part[0][what] >= 8


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
