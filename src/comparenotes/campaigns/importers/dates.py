"""Dates as people write them: '30 Jul–5 Aug', '4.–7.11.2025', 'early November', 'Week 45'."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from comparenotes.campaigns.naming import plain

FIRST_YEAR, LAST_YEAR = 1900, 2100
MAX_CELL = 80
OUT_OF_ORDER = 45
"""Rows stand in order of their dates up to so many days; more is a change of year."""

# Names of the months, January first, by language; three letters or more stand for a name
# where only one month begins so.
_NAMES = """
january february march april may june july august september october november december
januar februar marz april mai juni juli august september oktober november dezember
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
januar februar marts april maj juni juli august september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
tammikuu helmikuu maaliskuu huhtikuu toukokuu kesakuu heinakuu elokuu syyskuu lokakuu marraskuu joulukuu
stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika - grudnia
ledna unora brezna dubna kvetna cervna cervence srpna zari rijna - prosince
januara februara marca aprila maja juna jula augusta septembra oktobra novembra decembra
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
yanuari fevruari mart april may yuni yuli avgust septemvri oktomvri noemvri dekemvri
yanvarya fevralya marta aprelya maya iyunya iyulya avgusta sentyabrya oktyabrya noyabrya dekabrya
ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik
"""  # noqa: E501


def _months() -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for line in _NAMES.strip().splitlines():
        for number, name in enumerate(line.split(), 1):
            for length in range(3, len(name) + 1):  # a gap in the list is one dash
                found.setdefault(name[:length], set()).add(number)
    # English wins where languages disagree ("mar", "jun", "juli" do not).
    english = _NAMES.split()[:12]
    for number, name in enumerate(english, 1):
        for length in range(3, len(name) + 1):
            found[name[:length]] = {number}
    return {name: min(numbers) for name, numbers in found.items() if len(numbers) == 1}


# November in Polish is October in Croatian: left out, so that no poll is a month late.
_MONTHS = {k: v for k, v in _months().items() if k != "srp"} | {"sept": 9}
_BETWEEN = frozenset(
    "to through thru bis au al a til till tot do and und et y og och en e ja po i until".split()  # noqa: SIM905
)
_FILLERS = frozenset(
    "of the from between de del du le la den der die des vom von am in d til fra c circa ca"  # noqa: SIM905
    " pre by before week beginning ending ended st nd rd th er".split()
)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*")
_PARTS = {"early": (1, 10), "mid": (11, 20), "middle": (11, 20), "late": (21, 31), "end": (21, 31)}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ]\d{1,2}:[\d:.+z]*)?")
_NUMERIC = re.compile(r"(\d{1,2})(?:[./] ?(\d{1,2}))?(?:[./] ?(\d{4}|\d{2}))?\.?")
_WEEK = re.compile(
    r"(?:week|kw|uke|uge|vecka|v|viikko|semaine|semana)\.? ?(\d{1,2})(?:[ ,/]+(\d{4}))?"
)
_QUARTER = re.compile(r"[qk]([1-4])(?:[ ,/-]+(\d{4}))?")
_TOKEN = re.compile(
    r"(\d{4})(?!\d)|(\d{1,2})(?!\d)(?:st|nd|rd|th|er|\.)?|([a-z']+)\.?|([-&+])|([ ,./])"
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_PUBLISHED = re.compile(
    r"[(\[;,]?\s*(?:published|publ?|released|publication|publicado|publie|veroff\w*)\b[.:]?"
    r"(?: on)?\s*([^()\[\];]{3,30})[)\]]?",
    flags=re.IGNORECASE,
)


@dataclass(frozen=True)
class Half:
    """One end of a range, as far as it is written."""

    day: int | None = None
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True)
class Written:
    """A range of days as it is written; the year may be missing."""

    first: Half
    last: Half
    published: Half | None = None

    @property
    def needs_year(self) -> bool:
        """Return whether the year must come from elsewhere."""
        return self.last.year is None and self.first.year is None

    def days(self, year: int | None) -> tuple[date, date] | None:
        """Return first and last day; ``year`` is that of the last day where it is not written.

        A first day in a later month lies in the year before. None if there is no such
        day, or they are the wrong way round.
        """
        last_month = self.last.month or self.first.month
        first_month = self.first.month or self.last.month
        last_year = self.last.year or self.first.year or year
        if last_month is None or first_month is None or last_year is None:
            return None
        if self.first.year is not None and self.last.year is None and first_month > last_month:
            last_year = self.first.year + 1
        before = last_year - 1 if first_month > last_month else last_year
        begin = _day(self.first.year or before, first_month, self.first.day, last=False)
        end = _day(last_year, last_month, self.last.day, last=True)
        return None if begin is None or end is None or begin > end else (begin, end)

    def published_after(self, end: date) -> date | None:
        """Return the day of publication that stands beside the dates, if it follows ``end``."""
        half = self.published
        if half is None or half.month is None or half.day is None:
            return None
        for year in (half.year,) if half.year else (end.year, end.year + 1):
            day = _day(year, half.month, half.day, last=True)
            if day is not None and end <= day <= end + timedelta(days=366):
                return day
        return None


def _day(year: int, month: int, day: int | None, *, last: bool) -> date | None:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    length = calendar.monthrange(year, month)[1]
    if day is None:
        day = length if last else 1
    elif day == 31 and last and length < 31:
        return None
    return date(year, month, day) if 1 <= day <= length else None


@lru_cache(maxsize=20_000)
def read_dates(text: str, *, month_first: bool = False) -> Written | None:
    """Return the range a cell names, or None if it names none.

    Parameters
    ----------
    text
        The cell. A month alone is taken whole; early, mid and late are its thirds.
    month_first
        Whether 3/4 is the fourth of March.
    """
    text = " ".join(text[: 4 * MAX_CELL].translate(_DASHES).split())
    published = None
    told = _PUBLISHED.search(text)
    if told:
        said = read_dates(told[1], month_first=month_first)
        published = said.last if said else None
        text = f"{text[: told.start()]} {text[told.end() :]}"
    text = re.sub(r"\[[^\[\]]{0,60}\]", "", text)  # a footnote
    text = plain(" ".join(text.split()).strip(" ,;"))[:MAX_CELL]
    found = _read(text, month_first)
    if found is None and "(" in text:
        found = _read(" ".join(re.sub(r"\([^()]*\)", " ", text).split()), month_first)
    return None if found is None else replace(found, published=published)


def _read(text: str, month_first: bool) -> Written | None:
    # A spreadsheet's 3-May-25 is one day, not a range.
    text = re.sub(r"^(\d{1,2})-([a-z]{3,9})-(\d{4}|\d{2})$", _spelt, text)
    return _iso(text) or _numeric(text, month_first) or _week(text) or _words(text)


def _spelt(match: re.Match[str]) -> str:
    return f"{match[1]} {match[2]} {_full_year(match[3])}"


def _iso(text: str) -> Written | None:
    days = _ISO.findall(text)
    if not 1 <= len(days) <= 2 or re.sub(r"[-/. ]|to|and", "", _ISO.sub("", text)):
        return None
    halves = [Half(int(d), int(m), int(y)) for y, m, d in days]
    return Written(halves[0], halves[-1])


def _numeric(text: str, month_first: bool) -> Written | None:
    """Read 4.11.2025, 4.-7.11.2025, 11/4/25."""
    pieces = [p for p in re.split(r" ?(?:-|\bto\b|\bbis\b) ?", text) if p]
    if not 1 <= len(pieces) <= 2:
        return None
    found = [_NUMERIC.fullmatch(p) for p in pieces]
    first, last = found[0], found[-1]
    if first is None or last is None or last[2] is None:
        return None
    swap = month_first and "/" in text
    if swap and first[2] is None:
        return None
    halves = []
    for piece in (first, last):
        one, two, year = int(piece[1]), piece[2] and int(piece[2]), piece[3]
        day, month = (two, one) if swap and two else (one, two or None)
        if month is not None and day is not None and month > 12 >= day and "/" in text:
            day, month = month, day
        halves.append(Half(day, month, _full_year(year)))
    return Written(halves[0], halves[1])


def _full_year(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if len(text) == 4 else int(text) + (2000 if int(text) < 70 else 1900)


def _week(text: str) -> Written | None:
    quarter = _QUARTER.fullmatch(text)
    if quarter:
        month, year = 3 * int(quarter[1]), quarter[2] and int(quarter[2])
        return Written(Half(1, month - 2, year or None), Half(None, month, year or None))
    week = _WEEK.fullmatch(text)
    if week is None or week[2] is None or not FIRST_YEAR <= int(week[2]) <= LAST_YEAR:
        return None
    try:
        monday = date.fromisocalendar(int(week[2]), int(week[1]), 1)
    except ValueError:
        return None
    sunday = monday + timedelta(days=6)
    return Written(
        Half(monday.day, monday.month, monday.year), Half(sunday.day, sunday.month, sunday.year)
    )


def _words(text: str) -> Written | None:
    """Read days, months and years in any order, in words."""
    segments: list[list[tuple[str, int]]] = [[]]
    for kind, value in _tokens(text):
        if kind == "bad":
            return None
        if kind == "between":
            segments.append([])
        else:
            segments[-1].append((kind, value))
    segments = [s for s in segments if s]
    if not segments:
        return None
    first, last = _half(segments[0], first=True), _half(segments[-1], first=False)
    if (first.day is None and first.month is None) or (last.day is None and last.month is None):
        return None
    return Written(first, last)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            yield "bad", 0
            return
        position = match.end()
        year, day, word, sign, _ = match.groups()
        if year:
            yield "year", int(year)
        elif day:
            yield "day", int(day)
        elif sign:
            yield "between", 0
        elif word:
            word = word.strip("'")
            if word in _PARTS:
                yield "from", _PARTS[word][0]
                yield "until", _PARTS[word][1]
                if text[position : position + 1] == "-":
                    position += 1  # mid-November
            elif word in _MONTHS:
                yield "month", _MONTHS[word]
            elif word in _BETWEEN:
                yield "between", 0
            elif word and word not in _FILLERS and not _WEEKDAY.fullmatch(word):
                yield "bad", 0
                return


def _half(tokens: Sequence[tuple[str, int]], *, first: bool) -> Half:
    # "4, 7 November": the first of several days for a beginning, the last for an end
    order = list(tokens) if first else list(reversed(tokens))
    found: dict[str, int] = {}
    for kind, value in order:
        found.setdefault(kind, value)
    day, month, year = found.get("day"), found.get("month"), found.get("year")
    if day is None and month is not None and "from" in found:
        day = found["from"] if first else found["until"]
        if not first and day == 31:
            day = None  # late in a month: to its end, whatever its length
    return Half(day, month, year)


def parse_dates(
    text: str, year: int | None, *, month_first: bool = False
) -> tuple[date, date] | None:
    """Return first and last day of '30 Jul–5 Aug', '8 June', 'Mar 2025', 'March 4–6, 2024'.

    ``year`` is that of the **last** day where the cell does not say.
    """
    written = read_dates(text, month_first=month_first)
    return None if written is None else written.days(year)


def infer_years(
    rows: Sequence[Written | None], high: int, low: int | None = None, latest: date | None = None
) -> list[int | None]:
    """Return the year of each row's last day, from the order of the rows.

    Tables run from the newest to the oldest or the other way; where the month jumps
    back, a year has passed.

    Parameters
    ----------
    high, low
        No row lies after ``high`` or before ``low``.
    latest
        No row ends after this day.

    Returns
    -------
    list
        None where the row names no day, or where the order fits no such years.
    """
    days = [_place(w) for w in rows]
    bare = [d for w, d in zip(rows, days, strict=True) if w and w.needs_year and d is not None]
    steps = [b - a for a, b in pairwise(bare)]
    # A turn of the year is a large step against the direction: it does not vote.
    rising = sum(1 for s in steps if 0 < s < 183)
    falling = sum(1 for s in steps if -183 < s < 0)
    order = list(range(len(rows)))
    if rising > falling:
        order.reverse()
    years: list[int | None] = [None] * len(rows)
    year, before = high, None
    for i in order:
        written, place = rows[i], days[i]
        if written is None or place is None:
            continue
        if not written.needs_year:
            said = written.days(None)
            if said is not None:
                year, before = said[1].year, place
            continue
        if before is not None and place > before + OUT_OF_ORDER:
            year -= 1
        elif before is None and latest is not None:
            while year > FIRST_YEAR and (end := written.days(year)) and end[1] > latest:
                year -= 1
        before = place
        years[i] = year
    used = [y for y in years if y is not None]
    fits = not used or (min(used) >= (low or FIRST_YEAR) and max(used) <= high)
    return years if fits else [None] * len(rows)


def _place(written: Written | None) -> int | None:
    """Return the day of the year of a row's last day, in a leap year."""
    days = None if written is None else replace(written, first=written.last).days(2024)
    if days is None or written is None:
        return None
    return days[1].timetuple().tm_yday
