"""A campaign's own takeovers on the third clock, read from its own polls."""

from __future__ import annotations

from datetime import date

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.snapshot import known_on, reading_day
from comparenotes.record.support import known, moments, sides, start_of, support
from comparenotes.record.takeovers import Change, Lines, Path, calm_terms, changes, path


def own_changes(campaign: Campaign, as_of: date) -> list[Change]:
    """Return the changes of leader of both sides in this term by ``as_of``, oldest first.

    From the leader table where it knows the party, else from the campaign's own lists
    of who held the place (a folder of one's own).
    """
    day = reading_day(campaign, as_of)
    terms = support(known_on(campaign, day), day)
    found = [c for c in changes(day, terms)[0] if c.case == campaign.id]
    out = list(found)
    for role, party in sides(campaign).items():
        start = start_of(campaign, role)
        if start is None or any(c.party == party for c in found):
            continue
        contender = campaign.contender(party)
        listed = sorted(contender.changes, key=lambda c: c.since)
        before = contender.candidate
        if not listed and role == "government":
            listed, before = list(campaign.government.changes), campaign.government.head
        listed = [c for c in listed if start < c.since <= day and c.name != before]
        for i, c in enumerate(listed):
            more = listed[i + 1 :]
            president = campaign.office == "president"
            out.append(
                Change(
                    group="candidate" if president else role,
                    country=campaign.country,
                    party=party,
                    before=(listed[i - 1].name if i else before) or "",
                    after=c.name,
                    announced=None,
                    day=c.since,
                    case=campaign.id,
                    election_date=campaign.election_date,
                    last=not more,
                    until=more[0].since if more else None,
                )
            )
    return sorted(out, key=lambda c: c.day)


def home_paths(campaign: Campaign, as_of: date, clock: str = "announced") -> list[Path]:
    """Return the campaign's own paths on a clock, with their controls among past terms."""
    day = reading_day(campaign, as_of)
    found = own_changes(campaign, as_of)
    if not found:
        return []
    extra: dict[str, set[date]] = {}
    for c in found:
        extra.setdefault(c.party, set()).update(moments(c.zero(clock)))
    own = support(known_on(campaign, day), day, extra)
    past = known(as_of).filter(pl.col("case") != campaign.id)
    lines = Lines(pl.concat([past, own]), as_of)
    calm = [k for k in calm_terms(lines, changes(as_of, past)[0], as_of) if k[0] != campaign.id]
    keyed = [c for c in found if (c.case, c.party) in lines.at]
    return [p for p in (path(c, clock, lines, calm) for c in keyed) if p is not None]
