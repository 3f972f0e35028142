"""As-of is absolute: later rows change nothing, and no later election shows anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest

from comparenotes.campaigns.catalogue import campaign_ids
from comparenotes.cli.output import plain
from comparenotes.record import skill as skill_module
from comparenotes.record import tables
from comparenotes.record.report import record_of
from comparenotes.record.suggest import suggest
from comparenotes.record.upcoming import upcoming

HOMES = [
    ("gb-2001", date(1999, 6, 7)),
    ("us-2024", date(2024, 8, 18)),
    ("gb-next", date(2026, 8, 20)),
]
DATED = {
    "cases": "date",
    "votes": "date",
    "reign": "date",
    "standings": "date",
    "poll_results": "election_date",
}
whole = tables.table


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    skill_module.skill.cache_clear()
    yield
    skill_module.skill.cache_clear()


@pytest.fixture
def catalogue() -> None:
    if not {h for h, _ in HOMES} <= set(campaign_ids()):
        pytest.skip("the bundled catalogue is not built")


def told(home: str, day: date) -> dict[str, Any]:
    return json.loads(json.dumps(plain(record_of(home, day).to_dict())))


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(("home", "day"), HOMES)
def test_deleting_later_rows_changes_nothing(
    home: str, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told(home, day)
    skill_module.skill.cache_clear()

    def cut(name: str) -> pl.DataFrame:
        frame = whole(name)
        if name not in DATED:
            return frame
        frame = frame.filter(pl.col(DATED[name]) <= day)
        if name == "cases":  # what was not known is wrong, not merely absent
            late = pl.col("office_known") > day
            frame = frame.with_columns(
                pl.when(late)
                .then(~pl.col("kept_office"))
                .otherwise(pl.col("kept_office"))
                .alias("kept_office")
            )
        return frame

    monkeypatch.setattr(tables, "table", cut)
    assert told(home, day) == before


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(("home", "day"), HOMES)
def test_no_later_election_shows(home: str, day: date) -> None:
    found = record_of(home, day)
    limit = min(day, found.profile.election_date)
    assert (found.cases.frame["date"] < limit).all()
    assert all(x.date < limit for x in found.near)
    here = found.from_here
    if here is not None and here.cases:
        held = dict(tables.table("poll_results").select("case", "election_date").iter_rows())
        assert all(held[c["case"]] < limit for c in here.cases)
    offered = suggest(home, day)
    assert all(s.date <= limit for s in offered.items)


@pytest.mark.usefixtures("catalogue")
def test_skill_moves_with_the_as_of_date() -> None:
    early, late = (skill_module.skill(date(y, 1, 1), "older") for y in (1994, 2024))
    assert early.tested_on == 0
    assert early.brier is None
    assert late.tested_on > 100
    assert late.k == skill_module.skill(date(2010, 1, 1), "older").k  # chosen before 1995


def test_upcoming_knows_no_date_before_it_was_called() -> None:
    rows = {u.country: u for u in upcoming(date(2023, 1, 15))}
    assert rows["GB"].last == date(2019, 12, 12)
    assert rows["GB"].status == "latest possible"
    assert rows["GB"].day != date(2024, 7, 4)
