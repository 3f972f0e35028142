"""Fact sheets know only what was known on the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from comparenotes.campaigns.model import Change
from comparenotes.campaigns.snapshot import reading_day
from comparenotes.compare.facts import changes_in_run, facts, latest_change
from comparenotes.words.places import short_name
from tests.compare import factory


def test_a_finished_campaign_is_read_on_its_eve() -> None:
    c = factory.away()
    assert reading_day(c, date(2026, 1, 1)) == c.election_date - timedelta(days=1)
    f = facts(c, date(2026, 1, 1))
    assert (f.finished, f.days_to_go) == (True, 1)
    assert reading_day(c, date(2024, 8, 1)) == date(2024, 8, 1)


def test_a_change_is_not_known_before_it_happens() -> None:
    c = factory.home(change=date(2026, 6, 1))
    assert facts(c, date(2026, 5, 31)).change is None
    change = facts(c, date(2026, 6, 1)).change
    assert change is not None
    assert (change.previous, change.name, change.role) == (
        "Lilac First",
        "Lilac Second",
        "government",
    )


def test_leader_and_head_within_days_are_one_change() -> None:
    c = factory.home(change=date(2026, 6, 1))
    c = replace(
        c, government=replace(c.government, changes=(Change(date(2026, 6, 4), "Lilac Second"),))
    )
    changes = changes_in_run(c, date(2026, 8, 1))
    assert [x.date for x in changes] == [date(2026, 6, 4)]
    assert changes[0].previous == "Lilac First"


def test_changes_of_the_previous_run_do_not_count() -> None:
    c = factory.home(change=date(2022, 9, 1))
    assert changes_in_run(c, date(2026, 8, 1)) == []


def test_a_small_contender_changing_its_leader_is_not_the_change() -> None:
    c = factory.home(change=None, names=("Lilac", "Ochre", "Teal"), shares=(50.0, 40.0, 4.0))
    teal = replace(c.contender("teal"), changes=(Change(date(2026, 6, 1), "Teal Second"),))
    c = replace(c, contenders=(*c.contenders[:2], teal))
    assert latest_change(c, date(2026, 8, 1)) is None


def test_counts_follow_the_day() -> None:
    c = factory.home()
    early, late = facts(c, date(2025, 12, 1)), facts(c, date(2026, 8, 20))
    assert 0 < early.polls < late.polls
    assert early.days_to_go - late.days_to_go == (date(2026, 8, 20) - date(2025, 12, 1)).days
    assert late.days_in_office == (date(2026, 8, 20) - date(2022, 10, 20)).days


def test_short_names() -> None:
    c = factory.home()
    assert short_name(c) == c.title
    assert short_name(replace(c, id="gb-next", country="GB")) == "Britain (next)"
    assert short_name(replace(c, id="us-2024", country="US")) == "United States 2024"
    assert short_name(replace(c, id="es-2019-04", country="ES")) == "Spain April 2019"
    assert short_name(replace(c, id="fr-president-2022", country="FR")) == "France president 2022"
    assert len(short_name(replace(c, title="x" * 200))) <= 48


def test_a_past_polling_day_without_a_result_is_said() -> None:
    known = factory.away()
    unknown = replace(known, results=known.results.clear())
    after = known.election_date + timedelta(days=1)
    assert facts(unknown, after).result_missing
    assert facts(unknown, after).to_dict()["result_missing"] is True
    assert not facts(unknown, known.election_date).result_missing, "not past on the day itself"
    assert not facts(known, after).result_missing
