"""One way to what was known on a day, and one clock."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import comparenotes
from comparenotes.campaigns.load import load
from comparenotes.campaigns.snapshot import KEPT, known_on, reading_day, snapshot, today

SRC = Path(comparenotes.__file__).parent
HERE = SRC / "campaigns" / "snapshot.py"
CLOCK = re.compile(r"date\.today\(|datetime\.now\(tz=UTC\)(?!:%)")
"""What reads the clock; a moment in the name of a file is no day."""


def test_nobody_else_reads_the_clock_or_asks_what_was_known() -> None:
    for path in SRC.rglob("*.py"):
        if path == HERE:
            continue
        text = path.read_text(encoding="utf-8")
        assert not CLOCK.search(text), path.name
        assert ".known_at(" not in text, path.name
        assert not re.search(r"min\([^()]*, [\w.]+\.eve\(\)\)", text), path.name


def test_a_campaign_is_read_on_its_eve_once_it_is_over() -> None:
    c = load("gb-2024")
    before, after = snapshot(c, date(2024, 6, 1)), snapshot(c, date(2025, 1, 1))
    assert (before.day, before.finished) == (date(2024, 6, 1), False)
    assert (after.day, after.finished) == (date(2024, 7, 3), True)
    assert after.campaign.results.is_empty()
    assert not known_on(c, after.asked).results.is_empty()
    assert reading_day(load("gb-next")) <= today()


def test_what_was_known_is_worked_out_once_a_day_and_not_kept_for_ever() -> None:
    c, day = load("gb-2024"), date(2024, 6, 1)
    first = known_on(c, day)
    assert known_on(c, day) is first
    for i in range(1, KEPT + 1):
        known_on(c, day + timedelta(days=i))
    again = known_on(c, day)
    assert again is not first
    assert again.polls.equals(first.polls)
