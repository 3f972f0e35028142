"""docs/message.md tells the figures that are in the package."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.docs.tables import TABLES, made
from tools.train.coverage import cell

from comparenotes.message.intervals import CODER_SENTENCES, STANCE_SENTENCES
from comparenotes.message.measure import MIN_HITS, WIDEST

TEXT = (Path(__file__).parents[2] / "docs" / "message.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [t for t in TABLES if t.startswith("message-")])
def test_the_tables_are_those_of_the_packaged_figures(name: str) -> None:
    shown = TEXT.partition(f"<!-- table: {name} -->")[2].partition("<!-- end -->")[0]
    assert shown.strip() == made(name).strip()


def test_the_first_screen_says_how_far_to_trust_it() -> None:
    assert "message-trust" in TEXT[:2_000]


@pytest.mark.parametrize(("hits", "texts"), [(3, 1), (50, 5)])
def test_coverage_of_the_intervals(hits: int, texts: int) -> None:
    c = cell(hits, texts, 2_000)
    row = f"| {hits} | {texts} | {c.covered:.0f}% | {c.width:.1f} | {c.before:.0f}% |"
    assert row in TEXT


def test_what_the_intervals_assume_of_the_coders() -> None:
    said = " ".join(TEXT.split())
    assert f"as if {CODER_SENTENCES:.0f} sentences had been drawn" in said
    assert f"within an issue as if {STANCE_SENTENCES:.0f} had" in said
    assert f"under {MIN_HITS} coded sentences a share" in said
    assert f"wider than {WIDEST:.0f} points is withheld" in said
