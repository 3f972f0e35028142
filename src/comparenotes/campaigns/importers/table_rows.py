"""One row of an unknown table: its dates, firm, sample and shares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from comparenotes.campaigns.importers.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    Half,
    Written,
    infer_years,
    read_dates,
)
from comparenotes.campaigns.importers.grid import Grid, Line, numbered_day
from comparenotes.campaigns.importers.reading import RowError
from comparenotes.campaigns.importers.table_roles import Guess, day_columns, number
from comparenotes.campaigns.importers.wikipedia_roles import ROLES
from comparenotes.campaigns.importers.wikipedia_text import (
    is_missing,
    parse_sample,
    split_firm,
)
from comparenotes.campaigns.naming import snake

_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})(?:/\d{2,4})?")
_DATE_ROLES = ("start", "end", "dates", "published", "election_date")


@dataclass(frozen=True)
class Days:
    """When a poll was taken and published."""

    start: date | None
    end: date
    published: date | None


class Cells:
    """Reads the cells of a row by their role."""

    def __init__(self, grid: Grid, guess: Guess, month_first: bool) -> None:
        self.grid, self.guess, self.month_first = grid, guess, month_first
        i = guess.columns.get("pollster")
        both = "" if i is None else snake(grid.header[i])
        self._two_names = ROLES["firm_client"].fullmatch(both) is not None

    def text(self, line: Line, role: str) -> str:
        """Return the cell with ``role``, '' where it is missing or says so."""
        column = self.guess.columns.get(role)
        cell = "" if column is None else line.cells[column]
        return "" if is_missing(cell) else cell

    def written(self, line: Line, role: str) -> Written | None:
        """Return the day or days of a cell; RowError if it names none."""
        cell = self.text(line, role)
        if not cell:
            return None
        compact = re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)", cell)
        found = read_dates(
            "-".join(compact.groups()) if compact else cell, month_first=self.month_first
        )
        if found is None and (day := numbered_day(cell)) is not None:
            found = Written(*(Half(day.day, day.month, day.year),) * 2)
        if found is None:
            raise RowError(
                f"{cell[:40]!r} is no date", line.where, reason="a date that could not be read"
            )
        return found

    def year(self, line: Line) -> int | None:
        """Return the year in a column of its own."""
        cell = self.text(line, "year").removesuffix(".0")
        return int(cell) if re.fullmatch(r"\d{4}", cell) else None

    def days(self, line: Line, year: int | None) -> Days:
        """Return the poll's days; RowError if there are none, or they contradict each other."""
        found: dict[str, tuple[date, date]] = {}
        for role in ("published", "start", "end", "dates"):
            written = self.written(line, role)
            if written is None:
                continue
            known = found["published"][1].year if "published" in found else None
            days = written.days(self.year(line) or year or known)
            if days is None:
                raise RowError(
                    f"{self.text(line, role)[:40]!r} is no day of the calendar"
                    if not written.needs_year
                    else f"{self.text(line, role)[:40]!r} has no year",
                    line.where,
                    reason="a date that could not be read",
                )
            found[role] = days
        if day_columns(self.guess) and "end" not in found:
            found.setdefault("end", self._day(line))
        field = found.get("end") or found.get("dates")
        if field is None:
            field = found.get("published") or found.get("start")
        if field is None:
            raise RowError("has no date", line.where, reason="no date")
        end = field[1]
        start = found["start"][0] if "start" in found else field[0]
        if start > end:
            raise RowError(
                f"fieldwork ends ({end}) before it starts ({start})",
                line.where,
                reason="fieldwork that ends before it starts",
            )
        published = found["published"][1] if "published" in found else None
        if published is None and (two := self.written(line, "dates")) is not None:
            published = two.published_after(end)
        return Days(start, end, None if published is None else max(published, end))

    def _day(self, line: Line) -> tuple[date, date]:
        cells = [self.text(line, r).removesuffix(".0") for r in ("year", "month", "day")]
        if cells[1] and not cells[1].isdigit():
            written = read_dates(f"{cells[2]} {cells[1]} {cells[0]}")
            days = written.days(None) if written is not None else None
            if days is not None:
                return days
        try:
            day = date(*(int(c[:4]) for c in cells))
        except ValueError:
            day = None
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise RowError(
                f"{'-'.join(cells)[:40]!r} is no day",
                line.where,
                reason="a date that could not be read",
            )
        return day, day

    def sample(self, line: Line) -> int | None:
        """Return the number of people asked; None where it is missing or no number."""
        cell = self.text(line, "sample_size")
        if re.fullmatch(r"\d{2,8}\.\d{1,3}", cell) and not re.fullmatch(r"\d{1,3}\.\d{3}", cell):
            return int(float(cell))  # a weighted number
        return parse_sample(cell)

    def firm(self, line: Line) -> str:
        """Return who asked; RowError where a number or a date stands there."""
        if "pollster" not in self.guess.columns:
            return "not stated"
        firm = self.text(line, "pollster")
        if not firm:
            raise RowError("names no firm", line.where, reason="no firm named")
        if number(firm) is not None and not re.fullmatch(r"538", firm):
            raise RowError(
                f"{firm[:40]!r} stands where the firm should",
                line.where,
                reason="a number where the firm stands (columns shifted?)",
            )
        return self._both(firm)[0][:200]

    def sponsor(self, line: Line) -> str | None:
        """Return who paid, in a column of its own or behind the firm's name."""
        own = self.text(line, "sponsor")[:200]
        if own or "pollster" not in self.guess.columns:
            return own or None
        return self._both(self.text(line, "pollster"))[1]

    def _both(self, firm: str) -> tuple[str, str | None]:
        return split_firm(firm) if self._two_names else (firm, None)

    def shares(self, line: Line, codes: Mapping[int, str]) -> dict[str, float]:
        """Return the shares by code; RowError where a cell is neither share nor missing."""
        found: dict[str, float] = {}
        for column, code in codes.items():
            cell = line.cells[column]
            if is_missing(cell) or cell.casefold() in ("na", "nan", "null", "none", "n.a.", ".."):
                continue
            value = number(cell)
            if value is None or value < 0:
                raise RowError(
                    f"{self.grid.header[column]} is {cell[:40]!r}",
                    line.where,
                    reason="a share that is no number" if value is None else "a share below 0",
                )
            found[code] = found.get(code, 0.0) + value
        return found

    def undecided(self, line: Line) -> float | None:
        """Return the sum of the undecided columns."""
        values = [number(line.cells[i]) for i in self.guess.undecided]
        told = [v for v in values if v is not None and v >= 0]
        return sum(told) if told else None


def months_come_first(grid: Grid, guess: Guess, said: str | None) -> tuple[bool, str | None]:
    """Return whether 3/4 is the fourth of March, and a sentence where the table leaves it open."""
    if said in ("mdy", "dmy"):
        return said == "mdy", None
    columns = [guess.columns[r] for r in _DATE_ROLES if r in guess.columns]
    pairs = [
        (int(m[1]), int(m[2]))
        for line in grid.lines[:5000]
        for i in columns
        if (m := _SLASHES.match(line.cells[i]))
    ]
    if not pairs:
        return False, None
    first, second = max(a for a, _ in pairs), max(b for _, b in pairs)
    if first > 12 or second > 12:
        return first <= 12 and second > 12, None
    american = "state" in {h.casefold() for h in grid.header} or _American.looks(guess)
    like = "month/day" if american else "day/month"
    other = "dmy" if american else "mdy"
    return american, f"dates are read as {like}; --option dates={other} reads them the other way"


class _American:
    """Signs that a table was made in the United States."""

    WORDS = frozenset({"dem", "rep", "democrat", "republican", "democrats", "republicans", "gop"})

    @classmethod
    def looks(cls, guess: Guess) -> bool:
        return any(name.casefold() in cls.WORDS for name in guess.shares.values())


def years_of(
    cells: Cells, lines: Sequence[Line], latest: date, said: int | None
) -> tuple[list[int | None], str | None]:
    """Return the year of each row whose dates name none, and a sentence on how it was found."""
    n = len(lines)
    role = next((r for r in ("end", "dates", "published") if r in cells.guess.columns), None)
    if role == "dates" and "published" in cells.guess.columns:
        return [said] * n, None  # the day of publication has the year
    if said is not None or role is None or "year" in cells.guess.columns:
        return [said] * n, None
    written: list[Written | None] = []
    for line in lines:
        try:
            written.append(cells.written(line, role))
        except RowError:
            written.append(None)
    if not any(w is not None and w.needs_year for w in written):
        return [None] * n, None
    years = infer_years(written, latest.year, None, latest)
    told = sorted({y for y in years if y is not None})
    span = f"{told[0]} to {told[-1]}" if told else "none"
    return years, (
        f"the dates name no year: it follows from the order of the rows ({span}); "
        "--option year=... sets one"
    )


def commonest(values: Sequence[str]) -> list[tuple[str, int]]:
    """Return the values that are not empty, the commonest first."""
    counts = Counter(v for v in values if v)
    return sorted(counts.items(), key=lambda x: (-x[1], x[0]))
