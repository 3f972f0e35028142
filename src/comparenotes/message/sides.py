"""Who is meant: the contenders of a campaign, their names, and how a text names them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from comparenotes.campaigns.model import Campaign, Contender
from comparenotes.campaigns.nicknames import NICKNAMES
from comparenotes.campaigns.shares import OTHERS
from comparenotes.message.turns import bare

MATES: Mapping[str, tuple[tuple[str, str, date], ...]] = {
    "us-2004": (
        ("dem", "John Edwards", date(2004, 7, 6)),
        ("rep", "Dick Cheney", date(2001, 1, 20)),
    ),
    "us-2008": (("dem", "Joe Biden", date(2008, 8, 23)), ("rep", "Sarah Palin", date(2008, 8, 29))),
    "us-2012": (("dem", "Joe Biden", date(2009, 1, 20)), ("rep", "Paul Ryan", date(2012, 8, 11))),
    "us-2016": (("dem", "Tim Kaine", date(2016, 7, 22)), ("rep", "Mike Pence", date(2016, 7, 15))),
    "us-2020": (
        ("dem", "Kamala Harris", date(2020, 8, 11)),
        ("rep", "Mike Pence", date(2017, 1, 20)),
    ),
    "us-2024": (("dem", "Tim Walz", date(2024, 8, 6)), ("rep", "JD Vance", date(2024, 7, 15))),
}
"""Candidates for vice president by campaign, and since when they were: they debate too."""

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
        if c.id == OTHERS:
            continue
        governs = c.id in campaign.government.parties or c.role == "government"
        people = _people(c, on)
        head = campaign.government.head_on(on) if governs and c.id == _leading(campaign) else None
        if head:
            people += [head, head.split()[-1]]
        people += [n for who, name, since in MATES.get(campaign.id, ()) for n in
                   (name, name.split()[-1]) if who == c.id and since <= on]  # fmt: skip
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
    persons: dict[str, str] = {}
    mates = MATES.get(campaign.id, ())
    for c in campaign.contenders:
        led = [c.candidate, *(x.name for x in c.changes), *(n for w, n, _ in mates if w == c.id)]
        people = [n for p in led if p for n in (p, *_apart(p))]
        for name in (c.id, c.name, c.party, *NICKNAMES.get((campaign.country, c.id), ()), *people):
            if name:
                table.setdefault(name.casefold(), c.id)
        for person in people:
            persons.setdefault(person.casefold(), c.id)
            persons.setdefault(person.casefold().split()[-1], c.id)
            table.setdefault(person.casefold().split()[-1], c.id)
    for title in _OFFICE.get(campaign.office, ()):
        if (own := _leading(campaign)) is not None and "former" not in written.casefold():
            table.setdefault(title, own)
    label = label if label in table else bare(written)
    if label in table:
        return table[label]
    titled = {i for n, i in persons.items() if " " in n and label.endswith(f" {n}")}
    if len(titled) == 1:  # "Labour leader Keir Starmer"
        return titled.pop()
    if len(label) >= NEAR_STEM:
        near = {i for n, i in table.items() if n.startswith(label)}
        # "Harris Faulkner" is not Harris: further words may follow a party's name only.
        near |= {i for n, i in table.items() if n not in persons and label.startswith(n + " ")}
        if len(near) == 1:
            return near.pop()
    return None


_OFFICE = {
    "president": ("president", "vice president", "the president", "the vice president"),
    "parliament": ("prime minister", "the prime minister"),
}
"""Labels that name who holds the office."""


def _apart(people: str) -> list[str]:
    """Return the people of a label such as ``Carla Denyer and Adrian Ramsay``; none of one."""
    each = re.split(r"\s+(?:and|und|et|y)\s+|,\s*", people)
    return each if len(each) > 1 else []


def pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    """Return a pattern of whole words for ``names``, longest first; None without names."""
    words = sorted({n for n in names if len(n) > 1}, key=lambda n: (-len(n), n))
    if not words:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(w) for w in words) + r")(?:'s|’s)?(?!\w)")
