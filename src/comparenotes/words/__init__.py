"""Numbers, dates and lists in words; the small grammar all sentences share.

Sentences about contenders are in the past tense, which is the same for one and
many ("Labour led", "the Greens led"), so that a name never changes a verb.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comparenotes.compare.intervals import Estimate

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_END = re.compile(r"(\w+_)?(lo|hi)(80|90|95)")
LEVEL = 0.05
"""Under half of the last printed digit two numbers are level."""


def number(x: float | None, digits: int = 1) -> str:
    """Return ``x`` rounded, with a true minus sign and never ``-0``; a dash where not known."""
    if x is None:
        return "–"
    text = f"{abs(x):,.{digits}f}"
    return f"−{text}" if x < 0 and float(text.replace(",", "")) != 0 else text


def signed(x: float | None, digits: int = 1) -> str:
    """Return ``x`` rounded with its sign; zero has none; a dash where not known."""
    text = number(x, digits)
    return f"+{text}" if x is not None and x > 0 and round(x, digits) else text


def near(x: float) -> str:
    """Return ``x`` with its sign, to two decimals where one would hide it."""
    return signed(x, 2 if x != 0 and abs(x) < LEVEL else 1)


def share(x: float | None) -> str:
    """Return a proportion as a per cent without decimals; a dash where not known."""
    return "–" if x is None else f"{number(100 * x, 0)}%"


def spread(
    x: float | None, lo: float | None, hi: float | None, digits: int = 1, unit: str = "",
    sign: bool = False,
) -> str:  # fmt: skip
    """Return ``3.1% (2.0 to 4.4)``; a dash where not known."""
    if x is None or lo is None or hi is None:
        return "–"
    f = signed if sign else number
    return f"{f(x, digits)}{unit} ({f(lo, digits)} to {f(hi, digits)})"


def cell(value: object) -> str:
    """Return one value of a table as text: a dash for none, two decimals, yes and no."""
    if value is None or isinstance(value, float):
        return number(value, 2)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def points(x: float) -> str:
    """Return ``3.1 points``; the size only, the direction is a word."""
    return f"{number(abs(x))} points"


def count(n: int, one: str, many: str | None = None) -> str:
    """Return ``1,234 polls``, ``one poll`` or ``no polls``; words up to ten."""
    many = many or f"{one}s"
    text = _WORDS[n] if 0 <= n < len(_WORDS) else f"{n:,}"
    return f"{text} {one if n == 1 else many}"


def many(n: int, one: str) -> str:
    """Return ``1,234 polls``, ``1 poll`` or ``0 polls``: never words, for lists of counts."""
    return f"{n:,} {one}{'' if n == 1 else 's'}"


def word(n: int) -> str:
    """Return ``n`` as a word up to ten."""
    return _WORDS[n] if 0 < n < len(_WORDS) else ("none" if n == 0 else f"{n:,}")


def of(k: int, n: int) -> str:
    """Return ``four of six``."""
    return f"{word(k)} of {word(n)}"


def ordinal(n: int) -> str:
    """Return ``first``, ``second`` ... ``9th``."""
    if 0 < n < len(_ORDINALS):
        return _ORDINALS[n]
    suffix = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


def day(d: date | str) -> str:
    """Return ``20 August 2026``; an ISO date is one too."""
    d = date.fromisoformat(d) if isinstance(d, str) else d
    return f"{d.day} {d:%B %Y}"


def short_day(d: date) -> str:
    """Return ``20 Aug 2026``, for a table."""
    return f"{d.day} {d:%b %Y}"


def month(d: date) -> str:
    """Return ``August 2026``."""
    return f"{d:%B %Y}"


def join(items: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def some(items: Sequence[str], most: int = 4) -> str:
    """Return ``a, b, c and two more`` where there are more than ``most``."""
    more = len(items) - most
    if more <= 0:
        return join(items)
    return join([*items[:most], f"{word(more)} more"])


def interval(e: Estimate, sign: bool = False) -> str:
    """Return ``(90% interval 1.2 to 3.4)``."""
    f = signed if sign else number
    return f"(90% interval {f(e.lo90)} to {f(e.hi90)})"


def short_interval(e: Estimate, sign: bool = False) -> str:
    """Return ``(1.2 to 3.4)``, where 90% has been said before."""
    f = signed if sign else number
    return f"({f(e.lo90)} to {f(e.hi90)})"


def percent(p: float) -> str:
    """Return a probability as a per cent; never a bare 0 or 100."""
    if p > 0.99:
        return "over 99%"
    if p < 0.01:
        return "under 1%"
    return f"{100 * p:.0f}%"


def ahead(lead: Estimate, who: str, rival: str, first: bool = False) -> str:
    """Return ``X led Y by 2.1 points (...)``; the interval is turned with the sentence."""
    mark = interval if first else short_interval
    if abs(lead.mean) < LEVEL:
        return f"{who} and {rival} stood level {mark(lead, sign=True)}"
    if lead.mean > 0:
        return f"{who} led {rival} by {points(lead.mean)} {mark(lead)}"
    return f"{who} trailed {rival} by {points(lead.mean)} {mark(-lead)}"


def against(e: Estimate, above: str = "above", below: str = "below") -> str:
    """Return ``2.1 points above (...)``; the interval is turned with the sentence."""
    if abs(e.mean) < LEVEL:
        return f"level {short_interval(e, sign=True)} with"
    if e.mean > 0:
        return f"{points(e.mean)} {short_interval(e)} {above}"
    return f"{points(e.mean)} {short_interval(-e)} {below}"


def moved(e: Estimate, first: bool = False) -> str:
    """Return ``gained 2.1 points (...)`` or ``lost ...``."""
    mark = interval if first else short_interval
    if abs(e.mean) < LEVEL:
        return f"did not move {mark(e, sign=True)}"
    if e.mean > 0:
        return f"gained {points(e.mean)} {mark(e)}"
    return f"lost {points(e.mean)} {mark(-e)}"


def difference(e: Estimate) -> str:
    """Return the closing half-sentence on a difference, home minus away."""
    return f"Difference, home minus away: {signed(e.mean)} points {short_interval(e, sign=True)}"


def column(key: str) -> str:
    """Return the heading of a column of data: ``margin_lo90`` is ``margin 90% from``."""
    end = _END.fullmatch(key)
    if end is None:
        return key.replace("_", " ")
    side = "from" if end[2] == "lo" else "to"
    return f"{(end[1] or '').replace('_', ' ')} {end[3]}% {side}".strip()
