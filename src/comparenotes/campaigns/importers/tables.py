"""Shared pieces of the importers: the poll table, the account, options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from comparenotes.campaigns.importers.reading import RowError, parse_date
from comparenotes.campaigns.model import POLL_COLUMNS, LeftOut
from comparenotes.errors import DataError

TOTAL_LIMIT = 102.0
"""Shares of one poll may add up to this much: rounding, no more."""

MAX_CODES = 500
"""Parties or candidates of one file; each becomes a column."""

AFTER_THE_VOTE = "dated after the vote"


def poll_frame(records: Sequence[Mapping[str, Any]], codes: Iterable[str]) -> pl.DataFrame:
    """Return polls as a frame: :data:`POLL_COLUMNS`, then ``codes`` in alphabetical order.

    Sorted by every column, so that the order of the file's rows does not matter.
    """
    columns = [*POLL_COLUMNS, *sorted(codes)]
    schema: dict[str, pl.DataType] = {c: POLL_COLUMNS.get(c, pl.Float64()) for c in columns}
    frame = pl.DataFrame([{c: r.get(c) for c in columns} for r in records], schema=schema)
    first = ["end", "start", "pollster"]
    return frame.sort([*first, *[c for c in columns if c not in first]], nulls_last=True)


def account(reasons: Counter[str]) -> tuple[LeftOut, ...]:
    """Return reasons and counts as :class:`LeftOut`, in alphabetical order."""
    return tuple(LeftOut(why, n) for why, n in sorted(reasons.items()) if n)


def check_codes(codes: Collection[str], where: str) -> None:
    """Refuse a file that would make a table of more columns than any real one."""
    if len(codes) > MAX_CODES:
        raise DataError(
            f"{len(codes)} candidates (limit {MAX_CODES})",
            where=where,
            hint="is the column of candidates the right one?",
        )


def check_total(shares: Iterable[float | None], where: str) -> None:
    """Refuse a poll whose shares add up to more than rounding allows."""
    total = sum(s for s in shares if s is not None)
    if total > TOTAL_LIMIT:
        raise RowError(
            f"shares add up to {total:g}",
            where=where,
            hint="per cent of one whole is wanted",
            reason=f"shares add up to over {TOTAL_LIMIT:g}",
        )


def check_dates(start: date | None, end: date, where: str) -> None:
    """Refuse fieldwork that ends before it starts."""
    if start is not None and start > end:
        raise RowError(
            f"fieldwork ends ({end}) before it starts ({start})",
            where=where,
            reason="fieldwork that ends before it starts",
        )


def date_option(options: Mapping[str, Any], name: str) -> date | None:
    """Return an option that is a date or an ISO text; DataError otherwise."""
    value = options.get(name)
    if value is None or isinstance(value, date):
        return value
    return parse_date(str(value), where=f"option {name}")
