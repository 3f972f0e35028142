"""Bounded, strict reading of a folder's text files, with true line numbers."""

from __future__ import annotations

import csv
import io
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from comparenotes.campaigns.checks_report import Report, shown

MAX_TABLE_BYTES = 32 * 1024 * 1024
MAX_TOML_BYTES = 512 * 1024
MAX_LINE = 1_000_000
MAX_TOML_LINE = 5_000  # the TOML reader is quadratic in the length of a dotted key
MAX_COLUMNS = 500
MAX_ROWS = 100_000

_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?")
_DELIMITERS = ",;\t|"


def read_text(path: Path, report: Report, *, max_bytes: int, max_line: int) -> str | None:
    """Return the text of ``path`` (UTF-8), or None with the reason in ``report``."""
    name = path.name
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            report.error("file", name, None, "is not an ordinary file")
            return None
        if info.st_size > max_bytes:
            report.error(
                "size",
                name,
                None,
                f"holds {info.st_size:,} bytes (limit {max_bytes:,})",
                "is it the right file? Split it, or drop rows that are not needed",
            )
            return None
        data = path.read_bytes()
    except OSError as problem:
        report.error("file", name, None, f"cannot be read: {problem.strerror or problem}")
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        report.error("encoding", name, 1, "is UTF-16, not UTF-8", "save it as CSV UTF-8")
        return None
    nul = data.find(b"\0")
    if nul >= 0:
        report.error(
            "nul", name, _line_of(data, nul), "holds a NUL byte: not a text file", "save it again"
        )
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = _line_of(data, problem.start)
        report.error(
            "encoding",
            name,
            line,
            f"is not UTF-8 (byte {data[problem.start]:#04x})",
            "save it as UTF-8 (in a spreadsheet: 'CSV UTF-8')",
        )
        return None
    start, number = 0, 1
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > max_line:
            report.error(
                "line length",
                name,
                number,
                f"is {end - start:,} characters long (limit {max_line:,})",
                "line breaks are missing, or it is not the file you mean",
            )
            return None
        start, number = end + 1, number + 1
    return text


def _line_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


@dataclass(frozen=True)
class Row:
    """One record: where it begins in the file, and its stripped cells."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """A table as text.

    ``header`` holds column names in lower case with ``_`` for spaces;
    ``decimal_comma`` says that the file writes 31,5 for 31.5; ``short`` counts rows that
    did not fit the header.
    """

    file: str
    header: list[str]
    header_line: int
    rows: list[Row]
    decimal_comma: bool = False
    short: int = 0


def read_sheet(path: Path, report: Report, *, rowwise: bool = False) -> Sheet | None:
    """Read a CSV file, or return None with the reasons in ``report``.

    Comma, semicolon, tab and bar are recognised from the header; a quoted cell
    may hold line breaks. Strict: an open quote or a row with too few or too many
    cells is an error, for it is how a cut file looks; with ``rowwise`` it is the error of
    that row.
    """
    text = read_text(path, report, max_bytes=MAX_TABLE_BYTES, max_line=MAX_LINE)
    if text is None:
        return None
    name = path.name
    skipped = 0
    delimiter = None
    separator = _SEPARATOR_LINE.match(text)
    if separator:  # what spreadsheets write into the first line
        delimiter, skipped = separator.group(1), 1
        text = text[separator.end() :]
    delimiter = delimiter if delimiter in set(_DELIMITERS) else _delimiter(text)
    before, short = report.errors, 0
    header: list[str] | None = None
    header_line = 0
    rows: list[Row] = []
    for line, cells in _records(text, delimiter, skipped, name, report):
        if header is None:
            header, header_line = [_column(c) for c in cells], line
            if not _check_header(name, line, header, report):
                return None
            continue
        if len(cells) > len(header) and not any(cells[len(header) :]):
            cells = cells[: len(header)]  # a spreadsheet's empty cells to the right
        if len(cells) != len(header):
            (report.row_error if rowwise else report.error)(
                "cells",
                name,
                line,
                f"has {len(cells)} cells where the header has {len(header)}",
                _cells_hint(cells, header, delimiter),
            )
            short += rowwise
            continue
        if len(rows) >= MAX_ROWS:
            report.error("size", name, line, f"has more than {MAX_ROWS:,} rows")
            return None
        rows.append(Row(line, cells))
    if report.errors > before + short:
        return None
    if header is None:
        report.error("empty", name, None, "is empty", "it needs a line with column names")
        return None
    if not text.endswith(("\n", "\r")):
        report.warn(
            "cut",
            name,
            rows[-1].line if rows else header_line,
            "the last line has no line break",
            "the file may be cut off; if it is complete, end it with a line break",
        )
    comma = delimiter != "," and _uses_decimal_comma(rows)
    return Sheet(name, header, header_line, rows, comma, short)


def _records(
    text: str, delimiter: str, skipped: int, name: str, report: Report
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            what, hint = str(problem), "check the quotes of this row"
            if "unexpected end of data" in what:
                what = "a quote is opened here and never closed"
                hint = "the file may be cut off, or a closing quote is missing"
            elif "expected after" in what:
                what = "text follows a closing quote"
                hint = 'write a quote inside a quoted cell twice: ""'
            elif "field limit" in what:
                what = "a cell is too long (limit 131,072 characters)"
                hint = "a closing quote may be missing"
            report.error("csv", name, line, what, hint)
            return
        if any(c and not c.isspace() for c in cells):
            yield line, [c.strip() for c in cells]


def _delimiter(text: str) -> str:
    head = text[: text.find("\n") if "\n" in text else len(text)]
    head = re.sub(r'"[^"]*"', "", head)
    return max(_DELIMITERS, key=lambda d: (head.count(d), d == ","))


def _column(cell: str) -> str:
    return re.sub(r"\s+", "_", cell.strip().casefold())


def _check_header(name: str, line: int, header: list[str], report: Report) -> bool:
    if len(header) > MAX_COLUMNS:
        report.error("size", name, line, f"has {len(header):,} columns (limit {MAX_COLUMNS})")
        return False
    while header and not header[-1]:
        header.pop()
    seen: set[str] = set()
    good = True
    for position, column in enumerate(header, start=1):
        if not column:
            report.error("column", name, line, f"column {position} has no name")
            good = False
        elif column in seen:
            report.error("column", name, line, f"column {shown(column)} appears twice")
            good = False
        seen.add(column)
    return good


def _cells_hint(cells: list[str], header: list[str], delimiter: str) -> str:
    if len(cells) < len(header):
        return "the file may be cut off here, or a delimiter is missing"
    if delimiter == ",":
        return "a decimal comma or a comma in a name needs quotes, or use semicolons throughout"
    return "a cell that holds the delimiter needs quotes"


_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+%?")


def _uses_decimal_comma(rows: list[Row]) -> bool:
    return any(_DECIMAL_COMMA.fullmatch(c) for r in rows for c in r.cells if "," in c)
