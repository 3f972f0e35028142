"""Canada's polls since 1945: the reader on invented files, the campaigns on the packaged data."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from tools.build.more_canada import day_of, poll_rows, rolling_start

from comparenotes.campaigns.catalogue import campaign_ids, load_bundled


def ms(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400_000


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "polls_ca").mkdir()

    def file(name: str, headings: list[str], rows: list[list[object]]) -> None:
        text = json.dumps({"headings": headings, "data": rows})
        (tmp_path / "polls_ca" / f"{name}.json").write_text(text)

    file(
        "1951-campaign_period",
        ["PollingFirm", "Date", "LPC", "PC", "CCF", "MarginOfError", "SampleSize"],
        [["Acme", ms(date(1951, 5, 1)), 40, 30, 20, None, None], ["Acme", None, 1, 2, 3, 4, 5]],
    )
    head = ["PollingFirm", "Date", "CPC", "LPC", "Others", "MarginOfError", "SampleSize"]
    file(
        "2031-pre-campaign_period",
        [*head, "PollingMethod"],
        [
            ["Acme", "2031-05-01T00:00:00", 30.5, 40, 3.1, 1000, None, "9.5"],
            ["Acme", ms(date(2031, 5, 20)), 31, 41, 4, 3.1, 1200.0, "IVR (rolling)"],
        ],
    )
    (tmp_path / "polls_ca" / "2035-campaign_period.json").write_text("")
    return tmp_path


def test_dates_are_milliseconds_or_iso() -> None:
    assert day_of(ms(date(1949, 6, 1))) == day_of("1949-06-01") == date(1949, 6, 1)


def test_rows_of_invented_files(raw: Path) -> None:
    rows, count = poll_rows(raw)
    month, shifted, plain = rows
    assert (month["start"], month["end"]) == (date(1951, 5, 1), date(1951, 5, 31))
    assert month["published"] == date(1951, 6, 1)
    assert (month["LPC"], month["CCF"], month["sample_size"]) == (40, 20, None)
    # a margin of 1000 is the sample size, and the 3.1 before it the margin
    assert shifted["sample_size"] == 1000
    assert "Others" not in shifted
    assert (shifted["start"], shifted["end"]) == (None, date(2031, 5, 1))
    assert (plain["Others"], plain["sample_size"], plain["mode"]) == (4, 1200, "ivr")
    assert count == {"no date": 1, "cells one column too far left, put back": 1}


def test_rolling_samples() -> None:
    end = date(2031, 5, 20)
    near, far = {end, end - timedelta(1)}, {end, end - timedelta(7)}
    acme = {"PollingFirm": "Acme", "PollingMethod": "online (rolling)", "day": end}
    nanos = {"PollingFirm": "Nanos Research", "day": end}
    assert rolling_start(acme, near) == rolling_start(nanos, near) == date(2031, 5, 18)
    assert rolling_start(acme, far) is None
    assert rolling_start(nanos, far) == date(2031, 4, 23)
    assert rolling_start({**acme, "PollingMethod": "online"}, near) is None


def test_every_canadian_election_since_1949_is_there() -> None:
    years = [x[3:] for x in campaign_ids() if x.startswith("ca-")]
    assert len(years) == 26
    assert {"1949", "1963", "1993", "2011", "2025", "next"} <= set(years)
    for year in years:
        c = load_bundled(f"ca-{year}")
        assert c.results.is_empty() == (year == "next")
        firms = set(c.polls["source"])
        assert firms == {"ca_wild" if year in {"2019", "2021"} else "ca_pollsteraudit"}
        parties = {x.id for x in c.contenders}
        assert ("cpc" in parties) == (c.election_date.year >= 2004)
        assert ("pc" in parties) == (c.election_date.year < 2004)


def test_canada_2025() -> None:
    c = load_bundled("ca-2025")
    assert c.election_date == date(2025, 4, 28)
    assert c.government.since == date(2015, 11, 4)
    assert c.government.head_on(date(2025, 3, 13)) == "Justin Trudeau"
    assert c.government.head_on(date(2025, 3, 14)) == "Mark Carney"
    assert c.contender("lpc").candidate_on(date(2025, 3, 9)) == "Mark Carney"
    assert c.results["seats"].sum() == 343
    events = dict(c.events.select("date", "kind").iter_rows())
    assert events[date(2025, 3, 9)] == "leader_change"
    assert events[date(2025, 3, 14)] == "government_change"
    assert {date(2025, 1, 6), date(2025, 3, 23)} <= set(events)
    # the new leader turned the lead: January at most 25, April over 40
    january = c.polls.filter(pl.col("end").is_between(date(2025, 1, 1), date(2025, 1, 15)))
    april = c.polls.filter(pl.col("end") >= date(2025, 4, 15))
    assert january["lpc"].mean() < 25 < 40 < april["lpc"].mean()  # type: ignore[operator]
    nxt = load_bundled("ca-next")
    assert (nxt.government.head, nxt.government.term) == ("Mark Carney", 4)
    assert nxt.previous_election() == c.election_date
