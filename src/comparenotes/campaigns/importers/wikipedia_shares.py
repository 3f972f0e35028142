"""The shares of one row of a Wikipedia poll table."""

from __future__ import annotations

from collections import Counter

from comparenotes.campaigns.importers.wikipedia_roles import Roles
from comparenotes.campaigns.importers.wikipedia_tables import Line
from comparenotes.campaigns.importers.wikipedia_text import (
    is_missing,
    parse_number,
    parse_parts,
)
from comparenotes.campaigns.model import POLL_COLUMNS
from comparenotes.campaigns.naming import snake
from comparenotes.campaigns.shares import OTHERS

MAX_TOTAL = 103.0
"""Rounded shares may add up to a little over 100; more is an error in the table."""

_REST = frozenset({"other", "others"})


def shares_of(line: Line, roles: Roles) -> tuple[dict[str, float] | None, str | None]:
    """Return the row's shares by code, or None and why not.

    Named parts of the "others" cell become columns of their own and "others" is
    what remains. A number that spans several parties is nobody's: they count as
    not reported. Where "don't know" is reported and all adds up to 100, shares
    are put on the base of those who named a party.
    """
    found: list[tuple[str, float, int]] = []  # code, share, origin, in the table's order
    parts: dict[str, float] = {}
    for column, code in roles.parties.items():
        if column >= len(line.slots):
            continue
        slot = line.slots[column]
        total = parse_number(slot.text)
        if total is None:
            if not is_missing(slot.text) and any(map(str.isdigit, slot.text)):
                return None, "a share that could not be read"
            continue
        if code == OTHERS:
            total, parts = _others(slot.text, total)
        found.append((code, total, slot.origin))
    origins = Counter(origin for _, _, origin in found)
    single = [(code, share) for code, share, origin in found if origins[origin] == 1]
    if len(single) == len(found):
        single = _without_repeated(single)
    shares = dict(single)
    for code, share in parts.items():
        shares.setdefault(code, share)
    if sum(1 for c in shares if c != OTHERS) < 2:
        return None, "fewer than two shares reported"
    total = sum(shares.values())
    aside = sum(
        parse_number(line.slots[i].text) or 0.0 for i in roles.undecided if i < len(line.slots)
    )
    if aside and 97 <= total + aside <= MAX_TOTAL:
        shares = {c: 100 * s / (100 - aside) for c, s in shares.items()}
    elif max(shares.values()) > 100 or total > MAX_TOTAL:
        return None, f"shares add up to over {MAX_TOTAL:g} (seats, or an error)"
    return shares, None


def _others(text: str, total: float) -> tuple[float, dict[str, float]]:
    """Return what is left for "others" and its named parts by code."""
    named = {snake(k): v for k, v in parse_parts(text)[1].items()}
    parts = {k: v for k, v in named.items() if k and k not in _REST and k not in POLL_COLUMNS}
    if not parts:
        return total, {}
    rest = [named[k] for k in named if k in _REST]
    return (rest[0] if rest else max(0.0, total - sum(parts.values()))), parts


def _without_repeated(shares: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Undo a spanning cell that a flat table repeats: '5%' for two parties together, twice.

    Only where the row adds up to clearly over 100 and taking one run of equal
    neighbours as one number brings it nearest to 100.
    """
    total = sum(s for _, s in shares)
    if total < 101.5:
        return shares
    best, gap = shares, abs(total - 100)
    start = 0
    while start < len(shares):
        stop = start + 1
        while stop < len(shares) and shares[stop][1] == shares[start][1]:
            stop += 1
        for first in range(start, stop - 1):
            merged = abs(total - (stop - first - 1) * shares[start][1] - 100)
            if merged <= gap:
                best, gap = shares[:first] + shares[stop:], merged
        start = stop
    return best
