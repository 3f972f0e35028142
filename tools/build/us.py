"""American presidential campaigns, 2008 to 2024."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from comparenotes.campaigns.model import (
    EVENT_COLUMNS,
    Campaign,
    Change,
    Contender,
    Government,
    Source,
)
from tools.build.us_polls import PRIMARY, campaign_polls
from tools.build.us_results import election_days, history_table, regions, result_table
from tools.build.us_tables import Election, elections, rows

PUBLIC_RECORD = "public record"
_PARTY = {"dem": "Democratic Party", "rep": "Republican Party"}
_NAME = {"dem": "Democrats", "rep": "Republicans"}
_FAMILY = {"dem": "liberal", "rep": "conservative"}
_COLOUR = {"dem": "#2166ac", "rep": "#b2182b"}

REPLACED = {("us-2024", "dem"): (Change(date(2024, 7, 21), "Kamala Harris"),)}
"""Candidates replaced in the run."""

_RESULTS = Source(
    "results_us",
    "Presidential results by state 1948 to 2020 and national since 1948",
    "MIT",
    "https://github.com/markjrieke/2024-potus",
    "markjrieke/2024-potus @3ebba36, TheEconomist/us-potus-model @b89e602",
)
_COUNTIES = Source(
    "counties_us",
    "Presidential results by county 2020 and 2024, summed to states (of the five districts of "
    "Maine and Nebraska in 2024 only the winners are known here)",
    "MIT",
    "https://github.com/tonmcg/US_County_Level_Election_Results_08-24",
    "tonmcg/US_County_Level_Election_Results_08-24 @faf9ef4",
)
_FACTS = Source(
    "public_record", "Candidates, governments, electors and events, typed by hand", "facts"
)


def build(raw: Path) -> list[Campaign]:
    """Return the campaigns, oldest first."""
    return [_campaign(raw, election) for election in elections()]


def _campaign(raw: Path, election: Election) -> Campaign:
    contenders = tuple(_contender(election, party) for party in _PARTY)
    previous = election_days(raw)[election.year - 4]
    polls, left_out = campaign_polls(raw, election, contenders, previous)
    sources = [PRIMARY[election.year].source, _RESULTS, _FACTS]
    if election.year >= 2020:
        sources.insert(2, _COUNTIES)
    return Campaign(
        id=election.campaign,
        title=f"United States presidential election, {election.year}",
        country="US",
        election_date=election.day,
        office="president",
        system="electoral_college",
        currency="USD",
        government=Government(
            since=election.since,
            head=election.head,
            parties=(election.government,),
            term=election.term,
        ),
        contenders=contenders,
        regions=regions(raw, election.year),
        sources=tuple(sources),
        left_out=left_out,
        polls=polls,
        history=history_table(raw, election.year),
        results=result_table(raw, election.year),
        events=_events(election.campaign),
    )


def _contender(election: Election, party: str) -> Contender:
    return Contender(
        id=party,
        name=_NAME[party],
        party=_PARTY[party],
        family=_FAMILY[party],
        role="government" if party == election.government else "opposition",
        candidate=election.candidates[party],
        colour=_COLOUR[party],
        changes=REPLACED.get((election.campaign, party), ()),
    )


def _events(campaign: str) -> pl.DataFrame:
    table = [
        {
            "date": date.fromisoformat(r["date"]),
            "title": r["title"],
            "kind": r["kind"],
            "contender": r["contender"] or None,
            "source": PUBLIC_RECORD,
        }
        for r in rows("us_events.csv")
        if r["campaign"] == campaign
    ]
    return pl.DataFrame(table, schema=dict(EVENT_COLUMNS)).sort("date", maintain_order=True)
