"""The rich opinion poll format (``.ropf``), parsed: one poll a line, names of the lists below.

A line ``•PF: Firm •FS: 2021-07-14 •FE: 2021-07-20 •SC: N •SS: 1000 A: 55 B+C: 43 •O: 2``
is a poll: metadata keys start with a bullet, the rest are lists (``B+C`` a joint
one) with their shares. A line that starts with ``&`` is a second reading of the
poll above: it takes over its firm, dates, scope, area and sample unless it says
otherwise. A line ``A: XX001 •A: AP •EN: Apple Party`` names a list; ``‡`` starts a
comment. The format is described in the README of the asapop project.

Values: ``20–22`` is read as its middle, ``<1`` as half the bound, ``≥3000``
respondents as 3000 (never more than is known), ``≈1000`` as 1000.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from comparenotes.campaigns.importers.reading import FIRST_YEAR, LAST_YEAR, read_text
from comparenotes.campaigns.shares import OTHERS
from comparenotes.errors import DataError

"""Column of ``•O``; a list's key is upper case, so it cannot be mistaken for one."""

MAX_TOTAL = 103.0
"""Shares of a poll may add up to this: whole-number rounding of a dozen lists."""

MAX_FIELDS = 400

META = re.compile(r"•([A-Z]{1,4}):(.*)", re.DOTALL)
_LIST = re.compile(r"([^\W_]+(?:[+'’\-!][^\W_]+)*):(.*)", re.DOTALL)
_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{1,6})?"
_VALUE = re.compile(rf"(<)?({_NUMBER})(?:[–-]({_NUMBER}))?")
_SIZE = re.compile(r"([≥≈<>])?([0-9]{1,8})(?:[–-]([0-9]{1,8}))?")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")

_TEXT_KEYS = frozenset({"PF", "PFP", "C", "SC", "A", "U"})
_DATE_KEYS = frozenset({"FS", "FE", "PD"})
_VALUE_KEYS = frozenset({"O", "N", "ON"})
_NUMBER_KEYS = frozenset({"EX", "VS"})
KEYS = _TEXT_KEYS | _DATE_KEYS | _VALUE_KEYS | _NUMBER_KEYS | {"SS"}
"""Metadata keys: firm, partner, client, scope, area, unit; fieldwork and publication;
others, no answer, both together; excluded, verified sum; sample size."""

_INHERITED = ("PF", "PFP", "C", "FS", "FE", "PD", "SC", "A", "SS")


@dataclass(frozen=True)
class Reading:
    """One reading of a poll: the poll's line itself, or an ``&`` line below it.

    ``values``, ``other``, ``no_answer`` and ``other_and_no_answer`` are as
    printed: per cent, or seats where ``unit`` is ``S``. ``number`` counts the
    readings of one poll from 1; ``poll`` is the line of its first reading.
    ``unknown`` holds metadata keys this reader does not know.
    """

    line: int
    poll: int
    number: int
    firms: tuple[str, ...]
    clients: tuple[str, ...]
    start: date | None
    end: date | None
    published: date | None
    scope: str
    area: str | None
    sample_size: int | None
    unit: str | None
    values: Mapping[str, float]
    other: float | None
    no_answer: float | None
    other_and_no_answer: float | None
    excluded: float | None
    unknown: tuple[str, ...] = ()
    to_the_day: bool = True  # the end of fieldwork is a day, not a month or a year

    @property
    def total(self) -> float:
        """Return the sum of everything printed, others and no answer included."""
        rest = (self.other, self.no_answer, self.other_and_no_answer)
        return sum(self.values.values()) + sum(x for x in rest if x is not None)

    def shares(self) -> dict[str, float]:
        """Return the shares in per cent of those who named a list, others included.

        Where no answers are printed as part of the hundred, they are taken out
        (where the lists alone make a hundred, they have been already); a poll
        that only leaves small lists unmentioned is not stretched.
        """
        out = dict(self.values)
        if self.other is not None:
            out[OTHERS] = self.other
        if self.no_answer and self.no_answer < 100 and self.total <= MAX_TOTAL:
            # Rounding may bring the printed figures to over 100.
            scale = 100 / max(100 - self.no_answer, sum(out.values()))
            out = {code: share * scale for code, share in out.items()}
        return out


@dataclass(frozen=True)
class ElectoralList:
    """A list as the file names it: key, identifier, abbreviation, names by language."""

    code: str
    id: str
    abbreviation: str | None
    names: Mapping[str, str]

    @property
    def name(self) -> str:
        """Return the English name, else the first one, else the abbreviation."""
        first = next(iter(self.names.values()), None)
        return self.names.get("EN") or first or self.abbreviation or self.code


@dataclass(frozen=True)
class RopfFile:
    """A parsed file: readings in the file's order, lists by key, comment lines."""

    readings: tuple[Reading, ...]
    lists: Mapping[str, ElectoralList]
    comments: int
    repeated_names: int = 0


@dataclass
class _Fields:
    """What one line says, before anything is taken over from the line above."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def read_ropf(path: Path) -> RopfFile:
    """Read and parse a ``.ropf`` file (DataError: file, line, what, hint)."""
    return parse_ropf(read_text(path), path.name)


def parse_ropf(text: str, file: str = "text") -> RopfFile:
    """Parse the text of a ``.ropf`` file, in time linear in its length.

    Raises
    ------
    DataError
        On a line that is none of the four kinds, a value that is no share, a
        date that is none, or a second reading without a poll above it.
    """
    readings: list[Reading] = []
    lists: dict[str, ElectoralList] = {}
    comments = repeated = 0
    above: tuple[int, int, dict[str, list[str]]] | None = None  # line, readings so far, meta
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        where = f"{file}:{number}"
        if not line:
            continue
        if line[0] == "‡":
            comments += 1
        elif line[0] == "•":
            fields = _fields(line, where)
            above = (number, 1, fields.meta)
            readings.append(_reading(fields, number, number, 1, where))
        elif line[0] == "&":
            if above is None:
                raise DataError("a second reading ('&') without a poll above it", where=where)
            fields = _fields(line[1:].strip(), where)
            taken = {k: v for k, v in above[2].items() if k in _INHERITED}
            fields.meta = {**taken, **fields.meta}
            above = (above[0], above[1] + 1, above[2])
            readings.append(_reading(fields, number, above[0], above[1], where))
        else:
            named = _electoral_list(line, where)
            if named.code in lists:
                repeated += 1  # the first name stands
            else:
                lists[named.code] = named
    return RopfFile(tuple(readings), lists, comments, repeated)


def _fields(line: str, where: str) -> _Fields:
    """Split a poll line into metadata and values, one pass over its words."""
    out = _Fields()
    words = line.split()
    if len(words) > 4 * MAX_FIELDS:
        raise DataError(f"a poll of {len(words)} words", where=where, hint="line breaks missing?")
    key: str | None = None  # the metadata key whose words are being read
    i = 0
    while i < len(words):
        word = words[i]
        meta = META.fullmatch(word)
        if meta:
            key = meta.group(1)
            out.meta.setdefault(key, []).append(meta.group(2))
            if key not in KEYS:
                out.unknown.append(key)
            i += 1
            continue
        pair = _LIST.fullmatch(word)
        if pair and pair.group(1).upper() == pair.group(1):
            after = pair.group(2) or (words[i + 1] if i + 1 < len(words) else "")
            # 'RTL: Nieuws' inside a client's name is no share
            if key not in {"PF", "PFP", "C"} or _VALUE.fullmatch(after):
                code, key = pair.group(1), None
                if code in out.values:
                    raise DataError(f"list {code!r} appears twice", where=where)
                out.values[code] = _share(after, where, code)
                i += 1 if pair.group(2) else 2
                continue
        if key is None:
            raise DataError(
                f"{word[:40]!r} is neither a key nor a list with its share",
                where=where,
                hint="wanted like '•PF: Firm •FE: 2024-05-01 A: 40 B: 35.5'",
            )
        said = out.meta[key]
        said[-1] = f"{said[-1]} {word}" if said[-1] else word
        i += 1
    return out


def _share(text: str, where: str, code: str) -> float:
    match = _VALUE.fullmatch(text)
    if not match:
        raise DataError(f"{text[:40]!r} is not a share", where=f"{where}, {code}")
    below, low, high = match.groups()
    value = float(low) / 2 if below else (float(low) + float(high or low)) / 2
    if value > 999:
        raise DataError(f"{text[:40]!r} is not a share", where=f"{where}, {code}")
    return value


def _day(text: str, where: str, *, last: bool) -> date:
    """Return a day; of a month or year alone the first day, or the last."""
    match = _DATE.fullmatch(text)
    try:
        if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            raise ValueError(text)
        year, month = int(match[1]), int(match[2] or (12 if last else 1))
        day = int(match[3] or (calendar.monthrange(year, month)[1] if last else 1))
        return date(year, month, day)
    except (ValueError, calendar.IllegalMonthError):
        raise DataError(f"{text[:40]!r} is not a date", where=where) from None


def _size(text: str, where: str) -> int:
    match = _SIZE.fullmatch(text)
    if not match:
        raise DataError(f"{text[:40]!r} is not a sample size", where=where)
    _, low, high = match.groups()
    return (int(low) + int(high or low)) // 2


def _reading(fields: _Fields, line: int, poll: int, number: int, where: str) -> Reading:
    meta = fields.meta

    def one(key: str) -> str | None:
        said = meta.get(key)
        if not said:
            return None
        if len(said) > 1:
            raise DataError(f"key •{key} appears twice", where=where)
        return said[0] or None

    def day(key: str, *, last: bool) -> date | None:
        said = one(key)
        return None if said is None else _day(said, f"{where}, •{key}", last=last)

    def number_of(key: str) -> float | None:
        said = one(key)
        return None if said is None else _share(said, where, f"•{key}")

    size = one("SS")
    unit = one("U")
    if unit is None:
        high = next((c for c, v in fields.values.items() if v > 100), None)
        if high is not None:
            raise DataError(
                f"share {fields.values[high]:g} is over 100",
                where=f"{where}, {high}",
                hint="seats need '•U: S'",
            )
    return Reading(
        line=line,
        poll=poll,
        number=number,
        firms=tuple(x for k in ("PF", "PFP") for x in meta.get(k, ()) if x),
        clients=tuple(x for x in meta.get("C", ()) if x),
        start=day("FS", last=False),
        end=day("FE", last=True),
        published=day("PD", last=True),
        scope=one("SC") or "N",
        area=one("A"),
        sample_size=None if size is None else _size(size, f"{where}, •SS"),
        unit=unit,
        values=fields.values,
        other=number_of("O"),
        no_answer=number_of("N"),
        other_and_no_answer=number_of("ON"),
        excluded=number_of("EX"),
        unknown=tuple(fields.unknown),
        to_the_day=len(one("FE") or "") in {0, 10},
    )


def _electoral_list(line: str, where: str) -> ElectoralList:
    head, *rest = line.split("•")
    code, colon, identifier = head.partition(":")
    code = code.strip()
    if not colon or not code or len(code.split()) != 1 or len(rest) > MAX_FIELDS:
        raise DataError(
            f"{line[:40]!r} is not a poll, a list's name or a comment",
            where=where,
            hint="polls start with '•', second readings with '&', comments with '‡'",
        )
    names: dict[str, str] = {}
    for part in rest:
        key, colon, value = part.partition(":")
        if colon and value.strip():
            names.setdefault(key.strip(), value.strip())
    abbreviation = names.pop("A", None)
    names.pop("R", None)  # the abbreviation in Latin letters
    return ElectoralList(code, identifier.strip(), abbreviation, names)
