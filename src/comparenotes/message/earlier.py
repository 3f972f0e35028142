"""Campaigns older than the catalogue's, known only by the measured figures of their texts.

They have no polls and cannot be compared; ``cn message us-1960`` answers. Dates, sides and
who governed are facts of record: ``data/message/earlier.csv``, one row a contender with its
source.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import cache

from comparenotes.campaigns.model import Campaign, Contender, Government
from comparenotes.message.coder import message_dir


@cache
def _rows() -> dict[str, list[dict[str, str]]]:
    """Return the rows of each campaign, in the order of the file."""
    out: dict[str, list[dict[str, str]]] = {}
    with (message_dir() / "earlier.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            out.setdefault(row["campaign"], []).append(row)
    return out


EARLIER = tuple(_rows())
"""Ids of the campaigns that only the measured figures know."""


def earlier(campaign_id: str) -> Campaign:
    """Return one of :data:`EARLIER`, with its sides and nothing else; KeyError if it is not."""
    rows = _rows()[campaign_id]
    one = rows[0]
    governing = tuple(r["contender"] for r in rows if r["governs"] == "true")
    return Campaign(
        id=campaign_id,
        title=one["title"],
        country=one["country"],
        election_date=date.fromisoformat(one["date"]),
        office=one["office"],
        system=one["system"],
        government=Government(date.fromisoformat(one["since"]), one["head"], governing),
        contenders=tuple(
            Contender(
                r["contender"],
                r["name"],
                r["party"],
                family=r["family"],
                role="government" if r["governs"] == "true" else "opposition",
                candidate=r["candidate"],
            )
            for r in rows
        ),
    )


def sources_of(campaign_id: str) -> tuple[str, ...]:
    """Return where the facts of one of :data:`EARLIER` come from."""
    return tuple(dict.fromkeys(r["source"] for r in _rows()[campaign_id]))
