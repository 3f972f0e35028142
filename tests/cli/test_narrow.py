"""What people see on a terminal of 80 columns."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from comparenotes.cli.main import cli

Shown = Callable[..., list[str]]
AS_OF = ("--as-of", "2026-08-20")
ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    monkeypatch.setenv("COLUMNS", "80")

    def run(*args: str) -> list[str]:
        found = CliRunner().invoke(cli, [*args])
        assert found.exit_code == 0, found.output
        return [line.rstrip() for line in found.stdout.splitlines()]

    return run


def test_why_a_campaign_is_suggested_is_read_in_lines(shown: Shown) -> None:
    lines = shown("suggest", "gb-next", *AS_OF)
    assert max(map(len, lines)) <= 80
    why = [i for i, line in enumerate(lines) if line.startswith("    ")]
    told = [lines[i] for i in why if not lines[i - 1].startswith("    ")]
    assert len(told) >= 8
    # not a word a line: the first line of a reason is nearly full, or the reason ends in it
    assert all(len(line) > 55 or line.endswith(".") for line in told)
    # under each heading somebody who won and somebody who lost
    heads = [line for line in lines if line and not line.startswith(" ")]
    outcomes = [w for line in lines for w in re.findall(r"^  \S+  (won|lost), ", line)]
    assert outcomes == ["won"] * 3 + ["lost"] * 3 + ["won", "lost"] * (len(heads) - 1)


def test_days_are_in_words_and_nearest_cases_in_lines(shown: Shown) -> None:
    lines = shown("record", "--like", "gb-next", *AS_OF)
    assert max(map(len, lines)) <= 80
    text = " ".join(lines)
    assert ISO.findall(text) == []
    assert "as of 20 August 2026" in text
    unlike = [line for line in lines if line.lstrip().startswith("unlike home in: ")]
    assert len(unlike) == 10


def test_when_the_dates_to_come_were_checked_is_said_once(shown: Shown) -> None:
    lines = shown("record", "--upcoming", *AS_OF)
    assert max(map(len, lines)) <= 80
    assert not any("…" in line for line in lines)
    assert sum("Checked on " in line for line in lines) == 1


def test_figures_of_a_race_stand_in_columns(shown: Shown) -> None:
    lines = shown("race", "fr-president-2022", "--as-of", "2022-04-01")
    assert max(map(len, lines)) <= 80
    firms = [line for line in lines if re.search(r" to [+−]?[\d.]+ +[\d,]+$", line)]
    assert len(firms) >= 8
    assert any(line.startswith("Macron against Le Pen") for line in lines)
    assert any(line.startswith("Not forecast: ") for line in lines)
