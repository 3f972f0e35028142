"""docs/message.md tells the figures that are in the package."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.train.coverage import cell

from comparenotes.message.coder import measured
from comparenotes.message.intervals import CODER_SENTENCES, STANCE_SENTENCES
from comparenotes.message.measure import MIN_HITS, WIDEST

TEXT = (Path(__file__).parents[2] / "docs" / "message.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("stance", ["attack", "own_record", "promise", "neither"])
def test_stance(stance: str) -> None:
    v = measured()["stance"][stance]
    numbers = " | ".join(f"{v[k]:.2f}" for k in ("accuracy", "precision", "recall", "f1"))
    assert f"| {stance.replace('_', ' ')} | {v['n']} | {numbers} |" in TEXT


def test_topics() -> None:
    a, b = measured()["topics_measured"], measured()["topics_embedding_measured"]
    for row, get in (
        ("tested on 2010", lambda m: m["macro_f1_by_year"]["2010"]),
        ("mean of seven", lambda m: m["macro_f1_mean"]),
        ("tested on Conservatives", lambda m: m["macro_f1_labour_to_conservative"]),
    ):
        line = next(x for x in TEXT.splitlines() if row in x)
        assert f"| {get(a):.3f} | {get(b):.3f} |" in line


@pytest.mark.parametrize(
    ("row", "which"),
    [
        ("2010: r, mean error", "2010"),
        ("all years: r, mean error", "all"),
        ("2010, sentences counted only", "counted_2010"),
        ("all years, sentences counted only", "counted_all"),
        ("all years, probabilities added only", "expected_all"),
        ("all years, counted, times precision over recall", "ratio_all"),
    ],
)
def test_shares(row: str, which: str) -> None:
    line = next(x for x in TEXT.splitlines() if x.startswith(f"| {row}"))
    told = [measured()[k]["salience"] for k in ("topics_measured", "topics_embedding_measured")]
    numbers = " | ".join(f"{s[f'r_{which}']:.3f}, {s[f'error_{which}']:.2f}" for s in told)
    assert f"| {numbers} |" in line


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
