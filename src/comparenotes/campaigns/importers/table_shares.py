"""What only all rows together show: fractions, 0 for 'not asked', undecided, shifted columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.undecided import counted_in, factor

MAX_TOTAL = 103.0
"""Rounded shares may add up to a little over 100."""

_FRACTIONS = 1.3
_SMALL = 2.0
_SHIFTED = 5.0

Shares = dict[str, float]


@dataclass
class Row:
    """One poll's shares by code, what is undecided, and what is wrong with it."""

    shares: Shares
    undecided: float | None = None
    fault: str | None = None
    detail: str = ""


def settle(rows: Sequence[Row], codes: Sequence[str], options: Mapping[str, str]) -> list[str]:
    """Bring all rows to per cent of those who chose; mark rows with a fault.

    Parameters
    ----------
    rows
        Changed in place.
    codes
        The columns, in the table's order.
    options
        ``scale`` (percent, fraction), ``zeros`` (keep, missing), ``undecided``
        (included, excluded, ignore): what the user says of them.

    Returns
    -------
    list of str
        What was noticed and done.
    """
    notes: list[str] = []
    _scale(rows, options.get("scale"), notes)
    _zeros(rows, codes, options.get("zeros"), notes)
    _undecided(rows, options.get("undecided"), notes)
    _shifted(rows, codes)
    for row in rows:
        total = sum(row.shares.values())
        if row.fault is None and row.shares and max(row.shares.values()) > 100:
            row.fault, row.detail = "a share outside 0 to 100", f"{max(row.shares.values()):g}"
        elif row.fault is None and total > MAX_TOTAL:
            row.fault = f"shares add up to over {MAX_TOTAL:g}"
            row.detail = f"they add up to {total:.1f}"
        elif row.fault is None and sum(1 for c in row.shares if c != OTHERS) < 2:
            row.fault, row.detail = "fewer than two shares reported", ""
    return notes


def _scale(rows: Sequence[Row], said: str | None, notes: list[str]) -> None:
    totals = [sum(r.shares.values()) for r in rows if len(r.shares) > 1]
    if said == "percent" or not totals or (said != "fraction" and median(totals) > _FRACTIONS):
        return
    for row in rows:
        row.shares = {c: round(100 * x, 6) for c, x in row.shares.items()}
        row.undecided = None if row.undecided is None else round(100 * row.undecided, 6)
    notes.append("the shares are fractions: taken times 100")


def _zeros(rows: Sequence[Row], codes: Sequence[str], said: str | None, notes: list[str]) -> None:
    """Take a 0 for "not asked" where the party never polls near 0."""
    if said == "keep":
        return
    told = []
    for code in codes:
        values = [r.shares[code] for r in rows if code in r.shares]
        above = sorted(x for x in values if x > 0)
        zeros = len(values) - len(above)
        if not zeros or not (above or said == "missing"):
            continue
        if said != "missing" and above[len(above) // 10] < _SMALL:
            continue
        for row in rows:
            if row.shares.get(code) == 0:
                del row.shares[code]
        told.append(f"{code} ({zeros:,})")
    if told:
        notes.append(
            "a 0 is read as not asked, for the party never polls so low: "
            f"{', '.join(told[:8])}; --option zeros=keep takes it as 0"
        )


def _undecided(rows: Sequence[Row], said: str | None, notes: list[str]) -> None:
    """Put shares on the base of those who chose, where the table counts the undecided in."""
    if said == "ignore":
        return
    having = [r for r in rows if r.undecided]
    if not having:
        return
    inside = counted_in(
        [sum(r.shares.values()) for r in having], [r.undecided or 0 for r in having]
    )
    if said == "excluded" or (said != "included" and not inside):
        notes.append("the undecided are no part of the 100 per cent: set aside")
        return
    done = 0
    for row in having:
        times = factor(sum(row.shares.values()), row.undecided or 0.0)
        row.shares = {c: times * x for c, x in row.shares.items()}
        done += times != 1.0
    notes.append(
        f"the undecided are counted in: shares of {done:,} polls are put on the base of those "
        "who chose; --option undecided=ignore leaves them"
    )


def _shifted(rows: Sequence[Row], codes: Sequence[str]) -> None:
    """Mark a row that fits the other polls only one column further left or right."""
    if len(rows) < 5 or len(codes) < 4:
        return
    typical = {}
    for code in codes:
        values = [r.shares[code] for r in rows if code in r.shares]
        if len(values) >= 5:
            typical[code] = median(values)
    for row in rows:
        here = [c for c in codes if c in row.shares and c in typical]
        if len(here) < 3 or row.fault is not None:
            continue
        away = sum(abs(row.shares[c] - typical[c]) for c in here) / len(here)
        if away <= _SHIFTED:
            continue
        for step in (-1, 1):
            moved = [
                abs(row.shares[c] - typical[codes[i + step]])
                for i, c in enumerate(codes)
                if c in row.shares and 0 <= i + step < len(codes) and codes[i + step] in typical
            ]
            if len(moved) >= 3 and sum(moved) / len(moved) * 3 < away:
                side = "left" if step < 0 else "right"
                row.fault = "columns shifted"
                row.detail = f"the shares fit the other polls one column further {side}"
