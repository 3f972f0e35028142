"""``campaign.toml``: what the campaign is, read strictly and with line numbers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from comparenotes.campaigns.checks_report import Report, shown
from comparenotes.campaigns.checks_text import MAX_TOML_BYTES, MAX_TOML_LINE, read_text
from comparenotes.campaigns.checks_values import CellError
from comparenotes.campaigns.checks_values import day as iso_day
from comparenotes.errors import did_you_mean

FILE = "campaign.toml"
MAX_ITEMS = 2_000
MAX_TEXT = 2_000

CAMPAIGN_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
CONTENDER_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
REGION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")

T = TypeVar("T")


class Lines:
    """Finds the line of a key, for TOML's reader does not say.

    A scan of headers and keys: good for ordinary files; inside multi-line
    strings it may name a wrong line, never a wrong value.
    """

    _HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(#.*)?$")
    _KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*(\.[^=]*)?=")

    def __init__(self, text: str) -> None:
        self._at: dict[tuple[str, int, str], int] = {}
        self.used: dict[str, int] = {}  # nested tables are numbered over the whole file
        count: dict[str, int] = {}
        table, index = "", 0
        for number, line in enumerate(text.split("\n"), start=1):
            header = self._HEADER.match(line)
            if header:
                table = header[2]
                if header[1] == "[[":
                    count[table] = count.get(table, 0) + 1
                    index = count[table] - 1
                else:
                    index = 0
                self._at.setdefault((table, index, ""), number)
                continue
            key = self._KEY.match(line)
            if key:
                self._at.setdefault((table, index, key[1]), number)

    def of(self, table: str, index: int, key: str) -> int | None:
        """Return the line of ``key`` in the ``index``-th ``table``, or the table's line."""
        for place in ((table, index, key), (table, index, ""), ("", 0, table)):
            if place in self._at:
                return self._at[place]
        return None


@dataclass
class Section:
    """One table of the file, read key by key; unread keys are reported at the end."""

    data: Mapping[str, Any]
    table: str
    index: int
    lines: Lines
    report: Report
    path: str = ""
    read: set[str] = field(default_factory=set)

    def fail(
        self,
        code: str,
        key: str,
        what: str,
        hint: str | Callable[[], str | None] | None = None,
    ) -> None:
        """Record an error at ``key``."""
        self.report.error(code, FILE, self.lines.of(self.table, self.index, key), what, hint)

    def warn(self, code: str, key: str, what: str, hint: str | None = None) -> None:
        """Record a warning at ``key``."""
        self.report.warn(code, FILE, self.lines.of(self.table, self.index, key), what, hint)

    def name(self, key: str) -> str:
        """Return how a message calls ``key``."""
        place = f"[[{self.table}]] number {self.index + 1}" if self.path == "[[" else self.table
        return f"{key} in {place}" if place else key

    def raw(self, key: str) -> Any:
        """Return the value as TOML gives it, and note that ``key`` is a known one."""
        self.read.add(key)
        return self.data.get(key)

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Return a text without control characters; empty counts as missing."""
        value = self.raw(key)
        if isinstance(value, str):
            value = re.sub(r"[\t\r\n]+", " ", value).strip()
            if any(ord(c) < 32 or ord(c) == 127 for c in value):
                self.fail("text", key, f"{self.name(key)} holds a control character")
                return None
            if len(value) > MAX_TEXT:
                self.fail("text", key, f"{self.name(key)} is over {MAX_TEXT:,} characters long")
                return None
            if value:
                return value
        elif value is not None:
            self.fail("type", key, f"{self.name(key)} must be text, not {_kind(value)}", "quote it")
            return None
        if required:
            self.fail("missing", key, f"{self.name(key)} is missing", f"add: {key} = ...")
        return None

    def word(self, key: str, known: Iterable[str], default: str | None) -> str | None:
        """Return one of ``known``; ``default`` None makes the key required."""
        value = self.text(key, required=default is None)
        if value is None:
            return default
        words = tuple(known)
        if value not in words:
            self.fail(
                "word",
                key,
                f"{self.name(key)} is {shown(value)}",
                did_you_mean(value[:60], words) or "one of: " + ", ".join(words),
            )
        return value

    def day(self, key: str, *, required: bool = False) -> date | None:
        """Return a date, written as a TOML date or as text."""
        value = self.raw(key)
        if value is None:
            if required:
                self.fail(
                    "missing", key, f"{self.name(key)} is missing", f"add: {key} = 2029-08-15"
                )
            return None
        try:
            if isinstance(value, datetime) or not isinstance(value, date | str):
                raise CellError("is not a date", "write it like 2029-08-15")
            return iso_day(value if isinstance(value, str) else value.isoformat())
        except CellError as problem:
            text = f"{self.name(key)} {problem.what}: {shown(value)}"
            self.fail("date", key, text, problem.hint)
            return None

    def whole(self, key: str, low: int, high: int) -> int | None:
        """Return a whole number between ``low`` and ``high``."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            what = f"{self.name(key)} must be a whole number from {low} to {high}"
            self.fail("number", key, what, f"it is {shown(value)}")
            return None
        return value

    def number(self, key: str) -> float | None:
        """Return a finite number of zero or more."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
            what = f"{self.name(key)} must be a number of zero or more"
            self.fail("number", key, what, f"it is {shown(value)}")
            return None
        return float(value)

    def flag(self, key: str) -> bool:
        """Return true or false; missing is false."""
        value = self.raw(key)
        if value is not None and not isinstance(value, bool):
            self.fail("type", key, f"{self.name(key)} must be true or false", "without quotes")
        return value is True

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
            self.fail(
                "type", key, f"{self.name(key)} must be a list of texts", f'like {key} = ["lab"]'
            )
            return ()
        if len(value) > MAX_ITEMS:
            self.fail("size", key, f"{self.name(key)} has over {MAX_ITEMS:,} entries")
            return ()
        return tuple(value)

    def tables(self, key: str, limit: int = MAX_ITEMS) -> list[Section]:
        """Return the sections of an array of tables."""
        value = self.raw(key)
        path = f"{self.table}.{key}" if self.table else key
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(x, dict) for x in value):
            self.fail("type", key, f"{key} must be written as [[{path}]]", "one block for each")
            return []
        if len(value) > limit:
            self.fail("size", key, f"there are {len(value):,} of [[{path}]] (limit {limit:,})")
            return []
        first = self.lines.used.get(path, 0)
        self.lines.used[path] = first + len(value)
        return [
            Section(x, path, i, self.lines, self.report, "[[")
            for i, x in enumerate(value, start=first)
        ]

    def finish(self) -> None:
        """Report the keys nobody asked for: a misspelt key must not be dropped."""
        for key in self.data:
            if key not in self.read:
                self.fail(
                    "key",
                    key,
                    f"unknown key {shown(key)} in {self.table or 'the top of the file'}",
                    did_you_mean(key[:60], self.read) or "known: " + ", ".join(sorted(self.read)),
                )


def _kind(value: object) -> str:
    names = {bool: "yes or no", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), "a date" if isinstance(value, date) else "something else")


def read_toml(path: Path, report: Report) -> Section | None:
    """Read the file, or return None with the reason in ``report``."""
    text = read_text(path, report, max_bytes=MAX_TOML_BYTES, max_line=MAX_TOML_LINE)
    if text is None:
        return None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        what = str(problem)
        place = re.search(r"\(at line ([0-9]+), column [0-9]+\)", what)
        line = int(place[1]) if place else text.count("\n") + 1
        what = re.sub(r"\s*\(at [^)]*\)\s*$", "", what)
        what = "".join(c if c.isprintable() else " " for c in what[:150])
        report.error(
            "toml", FILE, line, f"is not TOML: {what}", "text needs quotes; is the file cut off?"
        )
        return None
    except (ValueError, RecursionError):
        report.error("toml", FILE, None, "holds a value that is too long or too deep to read")
        return None
    return Section(data, "", 0, Lines(text), report)
