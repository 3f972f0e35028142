"""Open one past case with its facts and sources."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from comparenotes.errors import NotFoundError, did_you_mean
from comparenotes.record import tables

NOT_YET = "the next election is not in the data"


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
    day = as_of or datetime.now(tz=UTC).date()
    known = tables.cases(day)
    rows = known.filter(pl.col("case") == name)
    if rows.is_empty():
        sitting = tables.table("sitting").filter(
            (pl.col("case") == name) & (pl.col("since") <= day)
        )
        if sitting.height:
            return {**sitting.row(0, named=True), "note": NOT_YET}
        ids = known["case"].to_list()
        sameyear = [i for i in ids if i.startswith(f"{name}-")]
        hint = f"there were two: {', '.join(sameyear)}" if sameyear else did_you_mean(name, ids)
        years = sorted(i for i in ids if i.startswith(f"{name[:2]}-"))
        raise NotFoundError(
            "no such case in the record",
            where=case_id[:40],
            hint=hint
            or (
                f"the country's cases: {', '.join(years[-6:])}"
                if years
                else "write it like gb-2001"
            ),
        )
    return rows.row(0, named=True)
