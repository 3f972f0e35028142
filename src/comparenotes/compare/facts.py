"""The fact sheet of a campaign on a day: what decides whether a finding carries over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from comparenotes import words as phrases
from comparenotes.campaigns.elected import office_word
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import known_on, reading_day
from comparenotes.words.places import short_name

LARGE = 10.0
"""A contender at or over so many per cent counts in the number of large contenders."""
RECENT_POLLS = 10
"""The latest so many polls decide who is large."""
ONE_CHANGE = timedelta(days=14)
"""Changes of the same contender within so many days are one change, dated by the last."""
SYSTEM_NAMES = {
    "fptp": "first past the post",
    "pr": "proportional representation",
    "mixed": "mixed system",
    "preferential": "preferential voting",
    "stv": "single transferable vote",
    "two_round": "two rounds",
    "electoral_college": "electoral college",
}
SYSTEM_WORDS = SYSTEM_NAMES | {
    k: f"{article} {SYSTEM_NAMES[k]}"
    for k, article in (("mixed", "a"), ("stv", "the"), ("electoral_college", "an"))
}
"""The same with their articles, for sentences."""


@dataclass(frozen=True)
class ChangeInRun:
    """A contender's change of candidate, leader or head of government in this run."""

    date: date
    contender: str
    name: str | None  # who came
    previous: str | None  # who went
    role: str  # government, opposition, other


@dataclass(frozen=True)
class Facts:
    """What is known about a campaign on ``day`` (polls no later than that)."""

    campaign: str
    title: str
    name: str  # short, for sentences
    country: str
    system: str
    office: str
    election_date: date
    date_status: str
    day: date
    finished: bool
    days_to_go: int
    governing: str | None
    governing_name: str | None
    family: str | None
    term: int | None
    government_since: date | None
    days_in_office: int | None
    head: str | None
    change: ChangeInRun | None
    large: tuple[str, ...]
    polls: int
    first_poll: date | None
    newest_poll: date | None
    level: str | None = "national"
    result_missing: bool = False  # polling day is past, and the data hold no result
    old_poll: date | None = None  # the newest poll, where it is old: days in office end there

    @property
    def elects(self) -> str:
        """Return what is elected in words."""
        return office_word(self.office, self.level)

    def rows(self) -> list[tuple[str, str]]:
        """Return the sheet as (fact, value) pairs in words."""
        change = "none so far"
        if self.change is not None:
            gone = f"{self.change.previous} to " if self.change.previous else ""
            change = f"{gone}{self.change.name or 'new'}, {phrases.day(self.change.date)}"
        status = "" if self.date_status == "fixed" else f" ({self.date_status})"
        office = self.elects.capitalize()
        family = f" ({self.family})" if self.governing_name and self.family else ""
        served = (
            f", {phrases.count(self.days_in_office, 'day')} in office"
            if self.days_in_office is not None
            else ""
        )
        newest = f", newest {phrases.day(self.newest_poll)}" if self.newest_poll else ""
        return [
            ("Elects", f"{office}, {SYSTEM_WORDS.get(self.system, self.system)}"),
            ("Polling day", f"{phrases.day(self.election_date)}{status}"),
            ("Day of reading", f"{phrases.count(self.days_to_go, 'day')} before polling day"),
            ("In government", f"{self.governing_name or 'not recorded'}{family}"),
            ("Term", f"{phrases.ordinal(self.term) if self.term else 'not recorded'}{served}"),
            ("Change in the run", change),
            ("Over 10%", phrases.count(len(self.large), "contender")),
            ("Polls", f"{self.polls:,}{newest}"),
        ]

    def line(self) -> list[tuple[str, str]]:
        """Return the sheet in one short line, for a table with a campaign a row."""
        change = "none"
        if self.change is not None:
            change = f"{self.change.name or 'new'} {self.change.date.year}"
        return [
            ("Elected by", SYSTEM_NAMES.get(self.system, self.system)),
            ("Polling day", phrases.short_day(self.election_date)),
            ("In government", self.governing_name or "–"),
            ("Term", phrases.ordinal(self.term) if self.term else "–"),
            ("In office", f"{self.days_in_office:,} days" if self.days_in_office else "–"),
            ("Change in the run", change),
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        out = {
            k: (v.isoformat() if isinstance(v, date) else v)
            for k, v in vars(self).items()
            if k not in {"change", "large"}
        }
        out["large"] = list(self.large)
        out["change"] = (
            {**vars(self.change), "date": self.change.date.isoformat()} if self.change else None
        )
        return out


def governing_party(campaign: Campaign) -> str | None:
    """Return the contender id of the leading party of government, if it stands."""
    ids = set(campaign.contender_ids)
    for party in campaign.government.parties:
        if party in ids:
            return party
    return next((c.id for c in campaign.contenders if c.role == "government"), None)


def large_contenders(campaign: Campaign) -> tuple[str, ...]:
    """Return the contenders at :data:`LARGE` per cent or more in the latest polls, by size."""
    ids = [c for c in campaign.contender_ids if c in campaign.polls.columns and c != OTHERS]
    real = campaign.real_polls()
    if real.is_empty() or not ids:
        return ()
    latest = real.sort("end").tail(RECENT_POLLS).select(pl.col(ids).mean()).row(0, named=True)
    sizes = {c: v for c, v in latest.items() if v is not None and v >= LARGE}
    return tuple(sorted(sizes, key=lambda c: (-sizes[c], c)))


def changes_in_run(campaign: Campaign, day: date) -> list[ChangeInRun]:
    """Return the changes of candidate, leader or head since the last election, oldest first.

    They come from the contenders' and the government's own lists of who held the
    place, not from event titles. Changes of one contender within
    :data:`ONE_CHANGE` are one (a party elects a leader, who takes office days
    later), dated by the last.
    """
    start = campaign.previous_election(day) or date.min
    governing = governing_party(campaign)
    raw: list[ChangeInRun] = []
    for c in campaign.contenders:
        role = "government" if c.id == governing else c.role
        before = c.candidate
        for x in sorted(c.changes, key=lambda x: x.since):
            if start < x.since <= day and x.name != before:
                raw.append(ChangeInRun(x.since, c.id, x.name, before, role))
            before = x.name
    if governing is not None:
        before = campaign.government.head
        took_office = campaign.government.since or date.min
        for x in sorted(campaign.government.changes, key=lambda x: x.since):
            # The head who came with the governing party is no change in its run.
            if max(start, took_office) < x.since <= day and x.name != before:
                raw.append(ChangeInRun(x.since, governing, x.name, before, "government"))
            before = x.name
    merged: list[ChangeInRun] = []
    for change in sorted(raw, key=lambda x: (x.contender, x.date)):
        last = merged[-1] if merged else None
        if last and last.contender == change.contender and change.date - last.date <= ONE_CHANGE:
            merged[-1] = ChangeInRun(
                change.date, change.contender, change.name, last.previous, change.role
            )
        else:
            merged.append(change)
    return sorted(merged, key=lambda x: (x.date, x.role))


def latest_change(campaign: Campaign, day: date) -> ChangeInRun | None:
    """Return the governing party's latest change, else the latest of a large contender."""
    changes = changes_in_run(campaign, day)
    own = [x for x in changes if x.role == "government"]
    if own:
        return own[-1]
    large = set(large_contenders(campaign))
    others = [x for x in changes if x.contender in large]
    return others[-1] if others else None


def facts(campaign: Campaign, as_of: date) -> Facts:
    """Return the fact sheet of ``campaign`` as known on ``as_of``."""
    day = reading_day(campaign, as_of)
    known = known_on(campaign, day)
    governing = governing_party(known)
    contender = known.contender(governing) if governing else None
    since, old = known.government.since, known.old_poll(day)
    polls = known.real_polls()
    first, newest = (polls["end"].min(), polls["end"].max()) if polls.height else (None, None)
    return Facts(
        campaign=campaign.id,
        title=known.title,
        name=short_name(campaign),
        country=campaign.country,
        system=campaign.system,
        office=campaign.office,
        level=campaign.level,
        election_date=known.election_date,
        date_status=known.date_status,
        day=day,
        finished=campaign.election_date <= as_of,
        days_to_go=(known.election_date - day).days,
        governing=governing,
        governing_name=contender.name if contender else None,
        family=contender.family if contender else None,
        term=known.government.term,
        government_since=since,
        days_in_office=_days_in_office(since, old or day),
        head=known.government.head_on(day),
        change=latest_change(known, day),
        large=large_contenders(known),
        polls=polls.height,
        first_poll=first if isinstance(first, date) else None,
        newest_poll=newest if isinstance(newest, date) else None,
        result_missing=result_missing(campaign, as_of),
        old_poll=old,
    )


def _days_in_office(since: date | None, day: date) -> int | None:
    return (day - since).days if since is not None and since <= day else None


def poll_age(sheet: Facts) -> str:
    """Return the sentence on a newest poll that is old; empty where it is not."""
    if sheet.old_poll is None:
        return ""
    days = phrases.count((sheet.day - sheet.old_poll).days, "day")
    return f"The newest poll of {sheet.name} is {days} old ({phrases.day(sheet.old_poll)})."


def result_missing(campaign: Campaign, as_of: date) -> bool:
    """Return whether polling day is past on ``as_of`` and the data hold no result."""
    return campaign.election_date < as_of and campaign.results.is_empty()


def missing_result(named: str) -> str:
    """Return the sentence on campaigns (``named``, with their polling days) without a result."""
    return (
        f"Polling day is past and the result is not in the data: {named}. "
        "Read on the eve, from the polls alone."
    )
