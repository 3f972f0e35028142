"""A campaign as known on a day: the only way to what was known, with one clock for "today"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from weakref import WeakKeyDictionary

from comparenotes.campaigns.model import Campaign

KEPT = 4
"""Days of one campaign that are remembered: a comparison asks for the same again and again."""


def today() -> date:
    """Return the present date where the reader is: campaigns are dated by local days."""
    return datetime.now(tz=UTC).astimezone().date()


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A campaign as known on the day it is read.

    ``day`` is the day asked for, or the eve of polling day once the campaign is over;
    ``campaign`` is what was known by the end of it. ``whole`` is everything, ``asked`` the day
    that was asked for.
    """

    whole: Campaign
    asked: date
    day: date
    campaign: Campaign

    @property
    def finished(self) -> bool:
        """Return whether the vote was over on the day asked for."""
        return self.asked >= self.whole.election_date


_known: WeakKeyDictionary[Campaign, dict[date, Campaign]] = WeakKeyDictionary()


def known_on(campaign: Campaign, day: date) -> Campaign:
    """Return the campaign as known at the end of ``day``, its result too where it was out."""
    kept = _known.setdefault(campaign, {})
    found = kept.get(day)
    if found is None:
        while len(kept) >= KEPT:
            kept.pop(next(iter(kept)), None)
        found = kept[day] = campaign.known_at(day)
    return found


def reading_day(campaign: Campaign, as_of: date | None = None) -> date:
    """Return the day a campaign is read on: ``as_of`` (default: today), at the latest its eve."""
    return min(as_of or today(), campaign.eve())


def snapshot(campaign: Campaign, as_of: date | None = None) -> Snapshot:
    """Return a campaign as it is read on ``as_of``. Default: today.

    Examples
    --------
    >>> from comparenotes.campaigns.load import load
    >>> s = snapshot(load("gb-2024"), date(2024, 9, 1))
    >>> s.day.isoformat(), s.finished, s.campaign.results.height
    ('2024-07-03', True, 0)
    """
    asked = as_of or today()
    day = reading_day(campaign, asked)
    return Snapshot(campaign, asked, day, known_on(campaign, day))
