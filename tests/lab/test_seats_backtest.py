"""The backtest of seats: truths add up, scores are what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from lab.seats.backtest import BEGIN, END, Case, main, run, score, true_seats

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.race.seats import SeatResult


def test_truth_adds_up_to_the_house() -> None:
    truth = true_seats(load_bundled("gb-2019"), ("con", "lab", "ld", "snp", "oth"))
    assert truth is not None
    assert truth.tolist() == [365, 202, 11, 48, 24]
    nz = true_seats(load_bundled("se-2022"), ("s", "m", "oth"))
    assert nz is not None
    assert nz.tolist() == [107, 68, 174]
    assert true_seats(load_bundled("gb-next"), ("con",)) is None


def test_scores() -> None:
    draws = np.tile([[40, 60], [44, 56]], (50, 1))
    result = SeatResult("seats", ("a", "b"), draws, draws.sum(axis=1), "By lot.")
    case = Case(load_bundled("se-2022"), "votes", result, np.array([43.0, 57.0]))
    a, b = score(case)
    assert a["mean"] == pytest.approx(42)
    assert a["error"] == pytest.approx(1)
    assert (a["in90"], b["in90"]) == (True, True)
    # mean distance 2 (3 and 1), less half the mean distance between draws (2)
    assert a["crps"] == pytest.approx(1.0, abs=0.05)


def test_run_and_write(tmp_path: Path) -> None:
    scores = run(["se-1994"], draws=200)
    assert set(scores["mode"]) <= {"votes", "polls"}
    exact = scores.filter(mode="votes")
    assert exact["error"].max() == 0
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    main(["se-1994", "--draws", "200", "--write", str(page)])
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "| se-1994 | 8 | 0.0 | 100% |" in text
    assert "contenders with 5 seats or more" in text
    assert "old" not in text
