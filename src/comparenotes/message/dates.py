"""A text's date, in any form that can mean one day only; what may mean two is refused.

``9/2/2024`` is 9 February in one country and 2 September in another. Another date of the same
column (or folder) shows which is meant; where none does, the file is refused with both readings.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from comparenotes.campaigns.model import Campaign
from comparenotes.errors import DataError

DAY_FIRST, MONTH_FIRST = "day/month", "month/day"
_MONTHS = {
    m: i
    for i, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
         "august aug", "september sept sep", "october oct", "november nov", "december dec"), 1
    )
    for m in names.split()
}  # fmt: skip
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:[ T,].*)?")
_ISO = re.compile(r"(\d{4})[-/._](\d{1,2})[-/._](\d{1,2})(?:[ T].*)?")
_TIGHT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?|[+-]\d{4}\b|\b\d{1,2} ?[ap]\.?m\b")
_WORDS = re.compile(r"[a-z]+|\d+")
_YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_DAY_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})([-_.]?)(0?[1-9]|1[0-2])\2([0-3]?\d)(?!\d)")
_LAST_IN_NAME = re.compile(r"(?<!\d)(\d{1,2})([-_.])(\d{1,2})\2((?:19|20)\d{2})(?!\d)")
_MONTH = f"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_MONTH_IN_NAME = re.compile(
    rf"(?<![a-z0-9])(?:\d{{1,2}}[-_ .]?)?{_MONTH}[-_ .]?(?:\d{{1,2}}[-_ .,]+)?"
    r"(?:19|20)\d{2}(?!\d)"
)


def order_of(values: Iterable[str | None]) -> str | None:
    """Return the order of day and month that dates with slashes show; None where none does.

    A column that shows both orders shows none.
    """
    seen = set()
    for value in values:
        m = _NUMBERS.fullmatch((value or "").strip())
        if m is None or m[2] == ".":
            continue
        first, second = int(m[1]), int(m[3])
        if first > 12 >= second:
            seen.add(DAY_FIRST)
        elif second > 12 >= first:
            seen.add(MONTH_FIRST)
    return seen.pop() if len(seen) == 1 else None


def ambiguous(value: str | None) -> tuple[str, str] | None:
    """Return the two readings of a date that may be either, written YYYY-MM-DD."""
    m = _NUMBERS.fullmatch((value or "").strip())
    if m is None or m[2] == ".":
        return None
    first, second, year = int(m[1]), int(m[3]), _year(m[4])
    if first == second or not (0 < first <= 12 and 0 < second <= 12):
        return None
    return f"{year}-{first:02}-{second:02}", f"{year}-{second:02}-{first:02}"


def refusal(value: str, where: str) -> DataError:
    """Return the error for a date that may be either of two."""
    one, two = ambiguous(value) or ("", "")
    return DataError(
        f"the date {value.strip()[:20]!r} may be day/month or month/day",
        where=where,
        hint=f"write {one} or {two}, whichever is meant",
    )


def read_date(value: str | None, campaign: Campaign, order: str | None = None) -> date | None:
    """Read a date; a year alone is the eve in the year of polling day, else its last day.

    The year of the last election alone (a manifesto) is that election's day: the text is of
    the last campaign, and not of this one. A month alone is its last day. ``order`` is that of
    the column; without it a date that may be either is read as none.
    """
    text = (value or "").strip()
    if not text:
        return None
    try:
        if re.fullmatch(r"\d{4}(?:\.0)?", text):
            return _of_year(int(text[:4]), campaign)
        if m := _ISO.fullmatch(text) or _TIGHT.fullmatch(text):
            return date(int(m[1]), int(m[2]), int(m[3]))
        if m := _NUMBERS.fullmatch(text):
            first, second, year = int(m[1]), int(m[3]), _year(m[4])
            if m[2] == "." or first > 12 or first == second:
                return date(year, second, first)
            if second > 12:
                return date(year, first, second)
            if order is None:
                return None
            return date(year, second, first) if order == DAY_FIRST else date(year, first, second)
        return _in_words(text)
    except ValueError:
        return None


def _of_year(year: int, campaign: Campaign) -> date:
    last = campaign.previous_election()
    if year == campaign.election_date.year:
        return campaign.eve()
    return last if last is not None and year == last.year else date(year, 12, 31)


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits) - (100 if digits > "69" else 0)


def _in_words(text: str) -> date | None:
    """Read ``Tuesday, September 10th, 2024``, ``10-Sep-24``, ``September 2024``, with a time.

    Of several days (``August 19-22, 2024``) it is the last: before it not all was said.
    """
    bare = _CLOCK.sub(" ", text.lower())
    months, numbers = [], []
    for word in _WORDS.findall(re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", bare)):
        if word.isdigit():
            numbers.append(word)
        elif word in _MONTHS:
            months.append(_MONTHS[word])
    years = sorted({int(n) for n in numbers if len(n) == 4})
    days = [int(n) for n in numbers if len(n) <= 2]
    if len(years) > 1 or not months or len(days) > 2:
        return None
    if not years:  # 10-Sep-24
        return date(_year(f"{days[1]:02}"), months[0], days[0]) if len(days) == 2 else None
    if len(set(months)) == 1:
        return date(years[0], months[0], max(days, default=monthrange(years[0], months[0])[1]))
    if len(months) == len(days) == 2:  # 30 August - 2 September 2024
        return max(date(years[0], m, d) for m, d in zip(months, days, strict=True))
    return None


def date_in(name: str) -> str:
    """Return the day in a file's name, in a form that can be read, else its year, or nothing.

    A day that may be either of two counts as its year; of two years (a period) it is the later.
    """
    if (m := _DAY_IN_NAME.search(name)) and int(m[4]) in range(1, 32):
        return f"{int(m[1]):04d}-{int(m[3]):02d}-{int(m[4]):02d}"
    if m := _LAST_IN_NAME.search(name):
        day = f"{m[1]}/{m[3]}/{m[4]}"
        return m[4] if ambiguous(day) else day
    if m := _MONTH_IN_NAME.search(name.lower()):
        return re.sub(r"[-_.]+", " ", m[0])
    return year_in(name)


def year_in(name: str) -> str:
    """Return the latest year a name holds, or nothing."""
    return max(_YEAR_IN_NAME.findall(name), default="")
