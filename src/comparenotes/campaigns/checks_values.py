"""One cell to one value: numbers, dates, yes or no. Strict, and with a hint."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1800, 2100

NOT_REPORTED = frozenset({"", "-", "–", "—", "n/a", "na", "n.a.", "nan", "null", "none", "..", "*"})
"""Cells that say a number was not reported (in lower case)."""

_NUMBER = re.compile(r"[+-]?([0-9]{1,18}(\.[0-9]{0,20})?|\.[0-9]{1,20})([eE][+-]?[0-9]{1,3})?")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]{1,15},[0-9]{1,15}")
_GROUPS = re.compile(r"[0-9]{1,3}([.,'’ \u00a0\u202f][0-9]{3})+")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BELOW = re.compile(r"<\s*([0-9]{1,2}([.,][0-9]{1,2})?)\s*%?")
_TRUE = frozenset({"true", "yes", "1", "y"})
_FALSE = frozenset({"false", "no", "0", "n", ""})


class CellError(ValueError):
    """A cell that cannot be read: ``what`` and ``hint``."""

    def __init__(self, what: str, hint: str | None = None) -> None:
        self.what, self.hint = what, hint
        super().__init__(what)


def number(cell: str, decimal_comma: bool = False) -> float:
    """Return a finite number. A comma is a decimal comma only where that is certain."""
    if not decimal_comma and _NUMBER.fullmatch(cell):
        value = float(cell)
        if value - value == 0:  # finite
            return value
    if len(cell) <= 40 and _COMMA_NUMBER.fullmatch(cell):
        digits = len(cell) - cell.index(",") - 1
        if decimal_comma or digits != 3:
            return float(cell.replace(",", "."))
        raise CellError(
            "can be read two ways (comma as decimal or thousands)",
            "write it with a point and no thousands separator",
        )
    if decimal_comma and _NUMBER.fullmatch(cell):
        if re.fullmatch(r"[+-]?[0-9]{1,3}\.[0-9]{3}", cell):
            raise CellError(
                "can be read two ways in a file with decimal commas",
                "write numbers without a thousands separator",
            )
        value = float(cell)
        if value - value == 0:
            return value
    raise CellError("is not a number", "write digits and a decimal point, or leave it empty")


def share(cell: str, decimal_comma: bool = False) -> tuple[float, bool]:
    """Return a share in per cent, and whether it was given only as a bound ('<1').

    '<1' is read as half of the bound.
    """
    text = cell[:-1].rstrip() if cell.endswith("%") else cell
    below = _BELOW.fullmatch(cell) if cell.startswith("<") else None
    if below:
        return float(below.group(1).replace(",", ".")) / 2, True
    if len(text) <= 40 and _COMMA_NUMBER.fullmatch(text):
        # A share never needs a thousands separator: the comma is decimal.
        return float(text.replace(",", ".")), False
    try:
        return number(text, decimal_comma), False
    except CellError as problem:
        if re.fullmatch(r"[0-9.]+\s*[-–/]\s*[0-9.]+", text[:40]):
            raise CellError(
                "is a range, not a share", "write one figure, or leave it empty"
            ) from None
        raise CellError(problem.what, problem.hint) from None


def whole(cell: str) -> int:
    """Return a whole number from '1012', '1,012', '1.012', '1 012' or '1012.0'."""
    if len(cell) <= 25:
        if re.fullmatch(r"[+-]?[0-9]{1,18}(\.0{1,6})?", cell) and not _GROUPS.fullmatch(cell):
            return int(cell.partition(".")[0])
        if _GROUPS.fullmatch(cell):
            return int(re.sub(r"[^0-9]", "", cell))
    raise CellError("is not a whole number", "write digits only, or leave it empty")


@lru_cache(maxsize=20_000)
def day(cell: str) -> date:
    """Return the day written YYYY-MM-DD (a spreadsheet's midnight is cut off)."""
    text = cell
    for midnight in (" 00:00:00", "T00:00:00"):
        text = text.removesuffix(midnight)
    if not _ISO.fullmatch(text):
        raise CellError("is not a date", _date_hint(text))
    try:
        value = date.fromisoformat(text)
    except ValueError:
        raise CellError("is not a day of the calendar", "write dates as YYYY-MM-DD") from None
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise CellError(f"has a year outside {FIRST_YEAR} to {LAST_YEAR}", "check the year")
    return value


def _date_hint(text: str) -> str:
    parts = re.fullmatch(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})", text)
    if parts:
        first, second, year = int(parts[1]), int(parts[2]), parts[3]
        readings = [
            f"{year}-{m:02}-{d:02}" for d, m in ((first, second), (second, first)) if 0 < m <= 12
        ]
        if readings:
            return "write " + " or ".join(dict.fromkeys(readings)) + ", whichever is meant"
    if re.fullmatch(r"[0-9]{5}", text):
        return "a spreadsheet's day number: format the column as YYYY-MM-DD"
    return "write dates as YYYY-MM-DD"


def yes_no(cell: str) -> bool:
    """Return True or False; an empty cell is False."""
    text = cell.casefold()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise CellError("is neither true nor false", "write true, false or nothing")
