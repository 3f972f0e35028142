"""The calendar: this year's past elections without a result, those to come, nothing too early."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from comparenotes.campaigns.catalogue import campaign_ids
from comparenotes.cli.main import cli
from comparenotes.record.calendar import HELD, UNTIL, calendar
from comparenotes.record.sisters import sisters

TODAY = date(2026, 11, 30)
pytestmark = pytest.mark.skipif(
    not {"gb-next", "us-2024"} <= set(campaign_ids()), reason="the bundled catalogue is not built"
)


def test_the_american_midterms_are_past_without_a_result() -> None:
    rows = {(e.country, e.office, e.day): e for e in calendar(TODAY)}
    assert rows["US", "congress", date(2026, 11, 3)].status == HELD
    before = {(e.country, e.office, e.day): e for e in calendar(date(2026, 11, 2))}
    assert before["US", "congress", date(2026, 11, 3)].status == "fixed"
    assert rows["US", "president", date(2028, 11, 7)].exact


def test_every_country_with_a_rule_is_there_once() -> None:
    entries = calendar(TODAY, until=date(2032, 1, 1))
    coming = [e for e in entries if e.office == "parliament" and e.status != HELD]
    assert len({e.country for e in coming}) == len(coming) >= 36
    for e in entries:
        assert e.source
        assert e.checked <= TODAY
        assert e.day is None or (e.day > TODAY) == (e.status != HELD)
    assert all(e.day is None or e.day <= UNTIL for e in calendar(TODAY))


def test_a_result_in_the_record_is_not_said_to_be_missing() -> None:
    held = {(e.country, e.office) for e in calendar(TODAY) if e.status == HELD}
    assert ("SE", "parliament") in held
    assert ("JP", "parliament") not in held  # 8 February 2026 is a case
    assert ("HU", "parliament") not in held


def test_a_day_is_not_known_before_it_was_called() -> None:
    early = [e for e in calendar(date(2026, 1, 10)) if e.country == "NZ"]
    assert [e.status for e in early] == ["latest possible"]
    assert early[0].day != date(2026, 11, 7)
    late = [e for e in calendar(date(2026, 2, 1)) if e.country == "NZ"]
    assert [(e.status, e.day) for e in late] == [("announced", date(2026, 11, 7))]


def test_sister_parties_and_their_polls() -> None:
    rows = calendar(TODAY, "lab")
    by = {e.country: e for e in rows}
    assert "GB" not in by
    assert by["AU"].sisters == ("alp",)
    assert by["US"].sisters == ("dem",)
    assert by["US"].campaign is None
    assert all(e.sisters for e in rows)
    home = next(e for e in calendar(TODAY) if e.country == "GB")
    assert (home.campaign, home.polls > 100) == ("gb-next", True)


def test_members_of_one_organisation_are_sisters_across_families(tmp_path: Path) -> None:
    found = {(r["country"], r["party"]): r for r in sisters("lab").to_dicts()}
    assert found["US", "dem"]["relation"] == "both in Progressive Alliance"
    table = tmp_path / "members.csv"
    table.write_text(
        "country,party,organisation,source,relation\nUS,dem,Any,its page,remove\n", "utf-8"
    )
    assert ("US", "dem") not in set(sisters("lab", table).select("country", "party").iter_rows())


def test_the_travel_plan_is_printed() -> None:
    args = ["campaigns", "--upcoming", "--sister-of", "lab", "--as-of", "2026-11-30"]
    out = CliRunner().invoke(cli, args)
    assert out.exit_code == 0
    assert "United States" in out.output
    assert HELD in out.output
    one = CliRunner().invoke(cli, [*args, "--country", "se", "--json"])
    assert '"country": "SE"' in one.output
    assert '"US"' not in one.output
