"""Open one past case with its facts and sources."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.snapshot import today
from comparenotes.errors import NotFoundError, did_you_mean
from comparenotes.record import tables

NOT_YET = "the next election is not in the data"

SAME_VOTE = timedelta(days=16)
"""A case of the record is a campaign's vote if it lies so near (two rounds, two dates)."""


def case_of(campaign: Campaign, as_of: date) -> dict[str, Any] | None:
    """Return the record's case of a campaign's own vote: who governed, and after; else None.

    Only facts known by ``as_of``: ``kept_office`` is None until a government has formed.
    """
    rows = tables.cases(as_of).filter(
        (pl.col("country") == campaign.country)
        & (pl.col("office") == campaign.office)
        & ((pl.col("date") - campaign.election_date).abs() <= SAME_VOTE)
    )
    return rows.row(0, named=True) if rows.height else None


def case_facts(case_id: str, as_of: date | None = None) -> dict[str, Any]:
    """Return the facts of one case: who governed, since when, and what became of it.

    ``case_id`` is a country and year (``gb-2001``; ``gb-1974-10`` where the year had
    two votes), or ``de-next`` for a government whose next election is not in the
    data. Outcomes not yet known on ``as_of`` are null.

    Raises
    ------
    NotFoundError
        If there is no such case by then; the nearest id is suggested.
    """
    name = case_id.strip().lower()
    day = as_of or today()
    known = tables.cases(day)
    rows = known.filter(pl.col("case") == name)
    if rows.is_empty():
        sitting = tables.table("sitting").filter(
            (pl.col("case") == name) & (pl.col("since") <= day)
        )
        if sitting.height:
            return {**_before_change(sitting.row(0, named=True), day), "note": NOT_YET}
        raise NotFoundError(
            "no such case in the record",
            where=case_id[:40],
            hint=_hint(name, known["case"].to_list()),
        )
    return rows.row(0, named=True)


def _before_change(row: dict[str, Any], day: date) -> dict[str, Any]:
    """Return a sitting government as known on ``day``: a later change of head is hidden.

    Who led before the change is then not told here (``record.leaders`` tells it).
    """
    if row["changed_on"] is None or row["changed_on"] <= day:
        return row
    return {**row, "head": None, "changed_in_term": False, "changed_on": None, "replaced": None}


def _hint(name: str, ids: list[str]) -> str:
    """Return the two votes of that year, the country's nearest vote, or the nearest id."""
    twice = [i for i in ids if i.startswith(f"{name}-")]
    if twice:
        return f"there were two: {', '.join(twice)}"
    country, _, rest = name.partition("-")
    year = rest[:4]
    own = [i for i in ids if i.startswith(f"{country}-")]
    if own and year.isascii() and year.isdigit():
        return f"the nearest is {min(own, key=lambda i: (abs(int(i[3:7]) - int(year)), i))}"
    return did_you_mean(name[:40], ids) or "write it like gb-2001"
