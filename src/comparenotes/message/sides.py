"""Who is meant: the contenders of a campaign, their names, and how a text names them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from comparenotes.campaigns.model import Campaign, Contender
from comparenotes.campaigns.nicknames import NICKNAMES

NEAR_STEM = 4
"""A written party counts as a contender if one begins with the other, from so many letters on."""


@dataclass(frozen=True)
class Side:
    """One contender as texts name it.

    ``names`` are phrases for the party and its people, ``governs`` whether it holds
    the office, so that "this government" or "the president" is read from its side.
    """

    id: str
    name: str
    names: tuple[str, ...]
    governs: bool
    office: str = "parliament"


def sides_of(campaign: Campaign, day: date | None = None) -> tuple[Side, ...]:
    """Return the sides of ``campaign`` as known on ``day`` (default: polling day)."""
    on = day or campaign.election_date
    out = []
    for c in campaign.contenders:
        if c.id == "oth":
            continue
        governs = c.id in campaign.government.parties or c.role == "government"
        people = _people(c, on)
        head = campaign.government.head_on(on) if governs and c.id == _leading(campaign) else None
        if head:
            people += [head, head.split()[-1]]
        names = [c.name, *([c.party] if c.party else []), *people]
        names += NICKNAMES.get((campaign.country, c.id), ())
        out.append(
            Side(
                c.id, c.name, tuple(dict.fromkeys(n for n in names if n)), governs, campaign.office
            )
        )
    return tuple(out)


def _leading(campaign: Campaign) -> str | None:
    return campaign.government.parties[0] if campaign.government.parties else None


def _people(c: Contender, on: date) -> list[str]:
    who = c.candidate_on(on)
    if not who:
        return []
    out = []
    for one in re.split(r"\s+(?:and|und|et|y)\s+|,\s*", who):
        out += [one, one.split()[-1]]
    return out


def contender_of(written: str | None, campaign: Campaign) -> str | None:
    """Return the contender id a text's label names: id, name, party, candidate or near to it."""
    if not written:
        return None
    label = written.strip().casefold().rstrip(":")
    label = re.sub(r"^(?:mr|mrs|ms|dr|sen|gov|senator|governor|president|the)\.?\s+", "", label)
    table: dict[str, str] = {}
    for c in campaign.contenders:
        people = [c.candidate, *(x.name for x in c.changes)]
        for name in (c.id, c.name, c.party, *people, *NICKNAMES.get((campaign.country, c.id), ())):
            if name:
                table.setdefault(name.casefold(), c.id)
        for person in people:
            if person:
                table.setdefault(person.casefold().split()[-1], c.id)
    if label in table:
        return table[label]
    if len(label) >= NEAR_STEM:
        near = {i for n, i in table.items() if n.startswith(label) or label.startswith(n + " ")}
        if len(near) == 1:
            return near.pop()
    return None


def pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    """Return a pattern of whole words for ``names``, longest first; None without names."""
    words = sorted({n for n in names if len(n) > 1}, key=lambda n: (-len(n), n))
    if not words:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(w) for w in words) + r")(?:'s|’s)?(?!\w)")
