"""Who governs going into a vote, and what happened before it, for this builder."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.model import EVENT_COLUMNS, Change, Government
from tools.build.more_tables import (
    FIRST_HISTORY,
    Election,
    Parties,
    event_rows,
    governments_table,
    head_names,
)
from tools.build.parlgov import elections
from tools.build.parlgov_governments import Cabinet, Lineage, cabinets, going_in


def government_into(raw: Path, election: Election, parties: Parties, previous: date) -> Government:
    """Return who governs going into the vote.

    ``head`` is the head of government at the preceding election (the campaign's
    start), ``changes`` every later one up to polling day, ``parties`` those of
    the last full cabinet, as contenders of this campaign. After ParlGov's end all
    of it is typed (``governments_more.csv``).
    """
    typed = governments_table().get(election.campaign)
    if typed is not None:
        return Government(typed.since, typed.head, typed.parties, typed.term, typed.changes)
    known = elections(raw)
    dates = {r["election"]: r["date"] for r in known.iter_rows(named=True)}
    own = known.filter((pl.col("country") == election.country) & (pl.col("date") == election.date))[
        "election"
    ]
    this = own[0] if own.len() else None
    line = cabinets(raw)[election.country]
    # an election after the end of ParlGov has no number: no cabinet belongs to it
    row = going_in(line, -1 if this is None else this, election.date, Lineage(raw), dates)
    ruling = dict.fromkeys(parties.parlgov[p] for p in row["parties"] if p in parties.parlgov)
    full = [
        c
        for c in line
        if not c.caretaker and FIRST_HISTORY <= c.start < election.date and c.election != this
    ]
    first = next((i for i in reversed(range(len(full))) if full[i].start <= previous), 0)
    head = full_name(full[first])
    changes, last = [], head
    for c in full[first + 1 :]:
        name = full_name(c)
        if name != last:
            changes.append(Change(c.start, name))
            last = name
    return Government(
        since=row["since"],
        head=head,
        parties=tuple(ruling),
        term=row["term"],
        changes=tuple(changes),
    )


def full_name(cabinet: Cabinet) -> str:
    """Return a head of government's full name (KeyError if the table lacks it)."""
    words = cabinet.name.split()
    while words and set(words[-1]) <= set("IVX"):
        words.pop()
    return head_names()[cabinet.country, " ".join(words)]


def event_table(raw: Path, election: Election, parties: Parties, previous: date) -> pl.DataFrame:
    """Return changes of the head of government without a vote, and the table's events."""
    line = [c for c in cabinets(raw)[election.country] if not c.caretaker]
    rows: list[dict[str, Any]] = []
    for old, new in pairwise(line):
        if old.election != new.election or not previous < new.start < election.date:
            continue
        gone, come = full_name(old), full_name(new)
        if gone != come:
            rows.append(
                {
                    "date": new.start,
                    "title": f"{come} becomes head of government in place of {gone}",
                    "kind": "government_change",
                    "contender": parties.parlgov.get(new.lead or 0),
                    "source": "ParlGov",
                }
            )
    typed = governments_table().get(election.campaign)
    if typed is not None:
        last = typed.head
        for change in typed.changes:
            if change.since > typed.since:  # else the vote brought it
                rows.append(
                    {
                        "date": change.since,
                        "title": f"{change.name} becomes head of government in place of {last}",
                        "kind": "government_change",
                        "contender": typed.parties[0],
                        "source": "public record",
                    }
                )
            last = change.name
    for r in event_rows():
        day = date.fromisoformat(str(r["date"]))
        if r["country"] == election.country and previous < day < election.date:
            contender = r["contender"] if r["contender"] in parties.defined else None
            rows.append({k: r[k] for k in EVENT_COLUMNS} | {"date": day, "contender": contender})
    return pl.DataFrame(rows, schema=dict(EVENT_COLUMNS)).sort("date", "title")
