"""What is known about the governing side of a campaign on a day: the facts cases are matched on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from comparenotes.campaigns.model import Campaign, Contender
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import reading_day, snapshot
from comparenotes.errors import DataError
from comparenotes.record import tables

FULL_TERM = timedelta(days=300)
"""A party that took office within so many days after an election serves the whole term."""
REST = frozenset({OTHERS, "other", "others"})
"""Ids under which a result lists everybody else together."""


@dataclass(frozen=True)
class Profile:
    """The governing side of a campaign as known on ``as_of``.

    ``since`` is when the leading party took office, ``term`` the number of the
    term now served (1 = seeks a second). ``share_before`` and ``margin_before``
    (over the largest other party) are from the last election, in points;
    ``fragmentation`` is the effective number of parties by votes there.
    ``replaced`` says whether the head or candidate changed in the year before
    polling day; None where that year has not begun or a change may still come.
    """

    campaign: str
    as_of: date
    country: str
    country_name: str
    region: str | None
    democracy: str | None
    office: str
    system: str
    election_date: date
    date_status: str
    contender: str
    party_name: str
    family: str | None
    parlgov_id: int | None
    since: date
    term: int
    full_term: bool
    previous: date | None
    months: float
    changed_in_term: bool
    changed_on: date | None
    replaced: bool | None
    coalition: bool
    share_before: float | None
    margin_before: float | None
    first_before: bool | None
    fragmentation: float | None
    rival_family: str | None

    @property
    def days_since_office(self) -> int:
        """Return the days since the leading party took office."""
        return (self.as_of - self.since).days

    @property
    def days_to_go(self) -> int:
        """Return the days to polling day."""
        return (self.election_date - self.as_of).days

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        out = {k: v.isoformat() if isinstance(v, date) else v for k, v in vars(self).items()}
        return out | {"days_since_office": self.days_since_office, "days_to_go": self.days_to_go}


def governing(campaign: Campaign) -> Contender:
    """Return the contender that leads the government going into the vote.

    Raises
    ------
    DataError
        If the campaign does not say who governs.
    """
    ids = {c.id: c for c in campaign.contenders}
    for party in campaign.government.parties:
        if party in ids:
            return ids[party]
    for c in campaign.contenders:
        if c.role == "government":
            return c
    raise DataError(
        "the campaign does not say which contender governs",
        where=campaign.id,
        hint='add to campaign.toml: [government] since = 2024-07-05, parties = ["..."], term = 1',
    )


def profile_of(campaign: Campaign, as_of: date) -> Profile:
    """Return the governing side's facts as known on ``as_of`` (at the latest on the eve).

    Raises
    ------
    DataError
        If the campaign lacks the governing party, since when it governs, or its term.
    """
    known = snapshot(campaign, as_of).campaign
    lead = governing(known)
    since, previous = known.government.since, known.previous_election()
    if since is None:
        raise DataError(
            "the campaign does not say since when the party governs",
            where=campaign.id,
            hint="add to campaign.toml: [government] since = YYYY-MM-DD",
        )
    term = known.government.term
    if term is None:
        term = count_terms(known, since)
    country = tables.country(known.country)
    changed_on = _last_change(known, lead, max(since, previous or since))
    year = known.election_date - timedelta(days=365)
    replaced: bool | None = None
    if changed_on is not None and changed_on > year:
        replaced = True
    elif as_of >= known.eve():
        replaced = False
    return Profile(
        campaign=campaign.id,
        as_of=reading_day(campaign, as_of),
        country=known.country,
        country_name=country["name"] or known.country,
        region=country["region"],
        democracy=country["democracy"],
        office=known.office,
        system=known.system,
        election_date=known.election_date,
        date_status=known.date_status,
        contender=lead.id,
        party_name=lead.party or lead.name,
        family=lead.family,
        parlgov_id=lead.parlgov_id,
        since=since,
        term=term,
        full_term=term > 1 or previous is None or since - previous <= FULL_TERM,
        previous=previous,
        months=round((known.election_date - since).days / 30.4375, 1),
        changed_in_term=changed_on is not None,
        changed_on=changed_on,
        replaced=replaced,
        coalition=len(known.government.parties) > 1,
        **_last_result(known, lead, previous),
    )


def count_terms(campaign: Campaign, since: date) -> int:
    """Return 1 + the elections in ``history`` that the spell has come through."""
    dates = campaign.history["date"].unique().sort().to_list()
    return 1 + sum(1 for d in dates if since < d)


def _last_change(campaign: Campaign, lead: Contender, start: date) -> date | None:
    """Return the last change of head of government or of the party's candidate since ``start``."""
    changes = [*campaign.government.changes, *lead.changes]
    days = [c.since for c in changes if start < c.since <= campaign.election_date]
    return max(days, default=None)


def _last_result(campaign: Campaign, lead: Contender, previous: date | None) -> dict[str, Any]:
    none = dict.fromkeys(
        ("share_before", "margin_before", "first_before", "fragmentation", "rival_family")
    )
    if previous is None:
        return none
    rows = campaign.history.filter(
        (pl.col("date") == previous) & pl.col("region").is_null() & pl.col("share").is_not_null()
    )
    shares = {r["contender"]: r["share"] for r in rows.iter_rows(named=True)}
    if not shares:
        return none
    named = {c: s for c, s in shares.items() if c not in REST and s > 0}
    total = sum(named.values())
    out: dict[str, Any] = none | {
        "fragmentation": round(total**2 / sum(s * s for s in named.values()), 2) if named else None
    }
    own = shares.get(lead.id)
    rivals = sorted(((s, c) for c, s in named.items() if c != lead.id), reverse=True)
    if own is None or not rivals:
        return out
    best, rival = rivals[0]
    family = next((c.family for c in campaign.contenders if c.id == rival), None)
    return out | {
        "share_before": round(own, 2),
        "margin_before": round(own - best, 2),
        "first_before": own >= best,
        "rival_family": family,
    }
