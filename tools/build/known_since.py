"""Since when polling days were known: sourced dates first, a rule for the rest.

``tools/tables/known_since.csv`` has one row a campaign and day: from ``known`` on the
vote was due on ``day``. For a campaign without rows

- a vote held at most :data:`SLACK` days before its last possible day was foreseen:
  its day counts as known all along;
- an earlier one was called: its day counts as known :data:`CALLED` days before, and
  until then the last possible day stands, the vote before it plus the longest term.

The last possible day by rule also stands before the first sourced day.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from comparenotes.campaigns.model import Campaign, PollingDay
from tools.build.world_parties import TABLES

SLACK = 120
"""Days before the end of the longest term within which a vote is the regular one."""

CALLED = 40
"""Days before polling day on which a called vote counts as called, by rule."""

BY_LAW = frozenset({"US", "SE", "NO", "CH", "LU", "BE"})
"""Countries whose day is fixed by law; an early vote there has happened in Belgium and
Luxembourg only, and in none of the campaigns."""


@cache
def sourced() -> dict[str, tuple[PollingDay, ...]]:
    """Return campaign -> the days of ``known_since.csv``, in order."""
    out: dict[str, list[PollingDay]] = {}
    with (TABLES / "known_since.csv").open(encoding="utf-8", newline="") as file:
        for r in csv.DictReader(file):
            out.setdefault(r["campaign"], []).append(
                PollingDay(
                    date.fromisoformat(r["known"]),
                    date.fromisoformat(r["day"]),
                    r["status"],
                    r["source"],
                )
            )
    return {k: tuple(sorted(v, key=lambda x: x.known)) for k, v in out.items()}


@cache
def terms() -> dict[tuple[str, str], float]:
    """Return (country, office) -> longest term in years."""
    with (TABLES / "record_terms.csv").open(encoding="utf-8", newline="") as file:
        return {(r["country"], r["office"]): float(r["max_years"]) for r in csv.DictReader(file)}


def last_day(campaign: Campaign) -> date | None:
    """Return the last possible polling day by rule, None where the term is not known."""
    previous = campaign.previous_election()
    years = terms().get((campaign.country, campaign.office))
    if previous is None or years is None:
        return None
    return previous + timedelta(days=round(365.25 * years))


def polling_days(campaign: Campaign) -> tuple[PollingDay, ...]:
    """Return the polling days of a campaign as they became known; empty = known all along.

    Raises
    ------
    ValueError
        If the last sourced day is not polling day.
    """
    rows = sourced().get(campaign.id, ())
    previous, latest = campaign.previous_election(), last_day(campaign)
    if rows and rows[-1].day != campaign.election_date:
        raise ValueError(f"known_since.csv: {campaign.id}: the last day is {rows[-1].day}")
    if previous is None or latest is None or campaign.country in BY_LAW:
        return rows
    if not rows:
        if (latest - campaign.election_date).days <= SLACK:
            return ()
        called = campaign.election_date - timedelta(days=CALLED)
        if called <= previous:
            return ()
        rows = (PollingDay(called, campaign.election_date, "announced"),)
    if rows[0].known > previous:
        rows = (PollingDay(previous, max(latest, rows[-1].day), "latest possible"), *rows)
    return rows


def dated(campaigns: Sequence[Campaign]) -> list[Campaign]:
    """Return the campaigns with their polling days as they became known."""
    return [replace(c, polling_days=polling_days(c)) for c in campaigns]


def account(campaigns: Sequence[Campaign]) -> dict[str, int]:
    """Return how many campaigns have a sourced day, a called one by rule, or one always known."""
    out = {"sourced": 0, "called, by rule": 0, "known all along, by rule": 0}
    for c in campaigns:
        if any(x.source for x in c.polling_days):
            out["sourced"] += 1
        elif c.polling_days:
            out["called, by rule"] += 1
        else:
            out["known all along, by rule"] += 1
    return out
