"""Polling days and governments as they became known."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from tools.build.known_since import SLACK, account, last_day, polling_days, sourced
from tools.build.world_parties import TABLES

from comparenotes.campaigns.catalogue import campaign_ids, campaign_index, load_bundled
from comparenotes.campaigns.folder_write import write_folder
from comparenotes.campaigns.model import (
    DATE_STATUSES,
    HISTORY_COLUMNS,
    Campaign,
    Contender,
    Government,
    PollingDay,
)
from comparenotes.campaigns.validate import validate

DAY, BEFORE = date(2031, 6, 1), date(2029, 6, 3)


def invented(**more: object) -> Campaign:
    base = Campaign(
        id="xx-2031",
        title="Fenland: parliamentary election of 1 June 2031",
        country="NZ",
        election_date=DAY,
        contenders=(Contender("heron", "Heron", role="government"), Contender("otter", "Otter")),
        government=Government(since=date(2029, 8, 1), head="A", parties=("heron",), term=1),
        history=pl.DataFrame(
            [{"date": BEFORE, "contender": "heron", "share": 45.0}],
            schema=dict(HISTORY_COLUMNS),
        ),
        polling_days=(
            PollingDay(BEFORE, date(2032, 8, 1), "latest possible"),
            PollingDay(date(2031, 4, 20), DAY, "announced", "a newspaper"),
        ),
    )
    return replace(base, **more)  # type: ignore[arg-type]


def test_before_the_call_only_the_last_possible_day_is_known() -> None:
    c = invented()
    early, called = c.known_at(date(2031, 4, 19)), c.known_at(date(2031, 4, 20))
    assert (early.election_date, early.date_status) == (date(2032, 8, 1), "latest possible")
    assert early.title == "Fenland: parliamentary election"
    assert len(early.polling_days) == 1
    assert (called.election_date, called.title) == (DAY, c.title)
    # the same again, and what is over is known as it was
    assert early.known_at(date(2031, 4, 19)).election_date == early.election_date
    assert c.known_at(DAY).election_date == DAY
    # before the first day of the list, the first that is known stands
    assert c.known_at(date(2020, 1, 1)).election_date == date(2032, 8, 1)


def test_before_it_took_office_there_is_no_government() -> None:
    c = invented()
    early, later = c.known_at(date(2029, 7, 31)), c.known_at(date(2029, 8, 1))
    assert (early.government.parties, early.government.since) == ((), None)
    assert early.government.head == "A"
    assert "government" not in {x.role for x in early.contenders}
    assert later.government.parties == ("heron",)
    assert later.contender("heron").role == "government"


def test_polling_days_survive_a_folder(tmp_path: Path) -> None:
    c = invented(system="pr")
    write_folder(c, tmp_path / "x")
    found = validate(tmp_path / "x", date(2032, 1, 1))
    assert found.campaign is not None, [p.one_line() for p in found.errors]
    assert found.campaign.polling_days == c.polling_days


def test_the_rule() -> None:
    c = invented(polling_days=())
    latest = last_day(c)
    assert latest is not None
    assert latest > DAY + timedelta(SLACK)
    early, called = polling_days(c)
    assert (early.known, early.day, early.source) == (BEFORE, latest, None)
    assert (called.known, called.day) == (DAY - timedelta(40), DAY)
    assert polling_days(replace(c, election_date=latest - timedelta(SLACK))) == ()
    assert polling_days(replace(c, country="SE")) == ()


def test_the_table_is_sound() -> None:
    with (TABLES / "known_since.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {r["campaign"] for r in rows} <= set(campaign_ids())
    assert {r["status"] for r in rows} <= set(DATE_STATUSES)
    assert all(r["source"] for r in rows)
    for name, days in sourced().items():
        c = load_bundled(name)
        assert days[-1].day == c.election_date, name
        previous = c.previous_election() or date.min  # none before ro-president-2025
        assert all(previous < x.known < c.election_date for x in days), name
        assert all(x.known <= x.day for x in days), name


def test_every_campaign_of_britain_canada_and_the_united_states_is_sourced() -> None:
    campaigns = [load_bundled(x) for x in campaign_ids()]
    missing = {
        c.id
        for c in campaigns
        if c.country in {"GB", "CA", "US"} and not any(x.source for x in c.polling_days)
    }
    assert missing == {"ca-1962"}
    found = account(campaigns)
    assert sum(found.values()) == len(campaigns)
    assert found["sourced"] > 80 > 10 > found["called, by rule"]
    for c in campaigns:
        if c.polling_days and not c.history.is_empty():
            assert c.polling_days[-1].day == c.election_date, c.id
            assert list(c.polling_days) == sorted(c.polling_days, key=lambda x: x.known)
            assert c.polling_days[0].known <= c.previous_election() + timedelta(1)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("day", "due", "status"),
    [
        (date(2021, 1, 1), date(2024, 5, 2), "fixed"),
        (date(2024, 5, 20), date(2025, 1, 28), "latest possible"),
        (date(2024, 5, 21), date(2025, 1, 28), "latest possible"),
        (date(2024, 5, 22), date(2024, 7, 4), "fixed"),
        (date(2024, 7, 4), date(2024, 7, 4), "fixed"),
    ],
)
def test_the_british_election_of_2024(day: date, due: date, status: str) -> None:
    known = load_bundled("gb-2024").known_at(day)
    assert known.election_date == due
    row = campaign_index(day).filter(pl.col("id") == "gb-2024").row(0, named=True)
    assert row["election_date"] == due
    if day < date(2024, 7, 4):
        assert known.date_status == row["date_status"] == status
