"""``cn learn``: every constant with its words, and what systems and countries differ in."""

from __future__ import annotations

from datetime import date

import pytest

from comparenotes.cli import learn_cmds
from comparenotes.race.constants import NAMES, SCALED
from comparenotes.race.learn import Learned


def test_every_constant_has_words() -> None:
    assert set(learn_cmds.MEANING) == set(NAMES)
    assert set(SCALED) == learn_cmds.SIZES


def test_a_cut_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    common = dict.fromkeys(NAMES, 0.04)
    cut = Learned(
        until=date(2020, 1, 1),
        elections=30,
        values={
            "all": common,
            "majoritarian": {"understate": 0.25},
            "fptp": {"bias": 0.05, "walk": 0.05, "anchor_sd": 0.05},
            "GB": {"bias": 0.03, "walk": 0.03, "anchor_sd": 0.03},
        },
        counts={"all": 30, "majoritarian": 12, "fptp": 12, "GB": 11},
    )
    learn_cmds._show(cut)
    out = capsys.readouterr().out
    assert "Learned from 30 elections before 2020-01-01" in out
    assert "error all polls share" in out
    assert "fptp 1.25 (12)" in out
    assert "GB 0.75 (11)" in out
    assert "majoritarian: understate 0.25" in out
    assert max(len(line) for line in out.splitlines()) <= 80
