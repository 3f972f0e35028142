"""The polling day in words: when, how surely, and from which polls its range comes."""

from __future__ import annotations

from comparenotes import words
from comparenotes.race.result import Forecast, Race

LATEST = "latest possible"
"""A campaign's ``date_status`` where the law sets the last day and no earlier one is called."""


def polling_day(race: Race, forecast: Forecast) -> str:
    """Return ``Polling day 15 August 2029 at the latest, 995 days to go``."""
    latest = " at the latest" if race.campaign.date_status == LATEST else ""
    to_go = words.count(forecast.days_to_go, "day")
    return f"Polling day {words.day(forecast.election_date)}{latest}, {to_go} to go"


def joint_sentence(race: Race) -> str:
    """Return which polls say what where regions are modelled with the nation, else nothing."""
    if race.forecast is None or not race.forecast.regions:
        return ""
    return (
        "The nation is read from the national polls alone; the regions' polls say how regions "
        "lie to each other."
    )


def surer_sentence(race: Race) -> str:
    """Return why a leader is likelier to be ahead among voters than in the polls, where so.

    An error that all polls share makes one less sure; that a change in the polls since the
    last result is worth part of its size can make one surer. Empty where the chances differ
    by less than two points.
    """
    lead = race.lead
    if lead is None or lead.p_ahead < lead.p_ahead_in_polls + 0.02:
        return ""
    return (
        "Surer among voters than in the polls: a change in the polls since the last result is "
        "worth only part of its size, as earlier elections taught."
    )
