"""Who governed in the run of a campaign: from ParlGov, or from the table of elections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.model import Change, Government
from tools.build import parlgov_governments
from tools.build.parlgov_governments import Cabinet, cabinets
from tools.build.world_parties import Book

COLLEGIAL = frozenset({"CH"})
"""Countries without a head of government: no party leads, none came or went."""

_INITIAL = re.compile(r"\s+[A-Z][a-z]{0,2}$")


@cache
def governments(raw: Path) -> pl.DataFrame:
    """Return :func:`tools.build.parlgov_governments.governments`, computed once."""
    return parlgov_governments.governments(raw)


def government(raw: Path, country: str, parlgov_day: date, book: Book) -> Government:
    """Return the government going into a ParlGov election.

    The head is who led the government when the run began; later heads,
    caretakers included, are its changes.
    """
    rows = governments(raw).filter((pl.col("country") == country) & (pl.col("date") == parlgov_day))
    if rows.is_empty():
        return Government()
    row = rows.row(0, named=True)
    parties = [p for p in (book.by_party(i) for i in row["parties"] or ()) if p]
    if country in COLLEGIAL:
        return Government(parties=tuple(dict.fromkeys(parties)))
    run = heads(raw, country, parlgov_day)
    return Government(
        since=row["since"],
        head=run[0].name if run else _INITIAL.sub("", row["head"] or "") or None,
        parties=tuple(dict.fromkeys(parties)),
        term=row["term"],
        changes=tuple(run[1:]),
    )


def heads(raw: Path, country: str, day: date) -> list[Change]:
    """Return the heads of government from the last election to ``day``, one entry a change.

    The first entry is who was in office on the day of that election. Names are
    ParlGov's, without the initials that tell namesakes apart.
    """
    out: list[Change] = []
    if country in COLLEGIAL:
        return out
    for c in in_the_run(raw, country, day):
        if not out or out[-1].name != c.head:
            out.append(Change(c.start, c.head))
    return [Change(x.since, _INITIAL.sub("", x.name).strip()) for x in out]


def in_the_run(raw: Path, country: str, day: date) -> list[Cabinet]:
    """Return the cabinet in office when the run began, and those that followed before ``day``."""
    line = [c for c in cabinets(raw).get(country, ()) if c.start < day]
    before = [d for d in _elections(raw, country) if d < day]
    if not before:
        return line
    earlier = [c for c in line if c.start <= before[-1]]
    return earlier[-1:] + [c for c in line if c.start > before[-1]]


def _elections(raw: Path, country: str) -> list[date]:
    mine = governments(raw).filter(pl.col("country") == country)
    return mine["date"].sort().to_list()


def from_table(row: Mapping[str, Any]) -> Government:
    """Return the government written into the table of elections.

    ``gov_changes`` lists later heads: a day and a name each, between semicolons.
    """
    changes = [x.strip().split(" ", 1) for x in row["gov_changes"].split(";") if x.strip()]
    return Government(
        since=date.fromisoformat(row["gov_since"]) if row["gov_since"] else None,
        head=row["gov_head"] or None,
        parties=tuple(row["gov_parties"].split()),
        term=int(row["gov_term"]) if row["gov_term"] else None,
        changes=tuple(Change(date.fromisoformat(day), name) for day, name in changes),
    )
