"""When polling day is, how surely, and from which polls its range comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from comparenotes.brief import polling_day as days
from comparenotes.brief.race_layout import Asked
from tests.brief.conftest import AS_OF
from tests.brief.test_terminal import console, printed, race_on
from tests.compare import factory
from tests.race.invented import race_of


def test_a_latest_possible_day_is_called_that() -> None:
    race = factory.analyse(factory.home(), as_of=AS_OF)
    assert race.forecast is not None
    assert "at the latest" not in days.polling_day(race, race.forecast)
    open_ = replace(race, campaign=replace(race.campaign, date_status=days.LATEST))
    assert "2026 at the latest, 45 days to go" in days.polling_day(open_, race.forecast)


def test_what_states_add_is_said_where_they_decide() -> None:
    race = race_of("us-2012", date(2012, 10, 1))
    assert "the national polls alone" in days.joint_sentence(race)
    out = console()
    race_on(out, Asked(race))
    assert "national polls alone" in " ".join(printed(out).split())
    assert days.joint_sentence(race_of("de-2021", date(2021, 9, 25))) == ""


def test_why_voters_may_be_surer_than_the_polls() -> None:
    race = factory.analyse(factory.home(), as_of=AS_OF)
    assert race.lead is not None
    for polls, voters, said in ((0.7, 0.77, True), (0.9, 0.7, False), (0.7, 0.71, False)):
        one = replace(race, lead=replace(race.lead, p_ahead_in_polls=polls, p_ahead=voters))
        assert bool(days.surer_sentence(one)) is said
