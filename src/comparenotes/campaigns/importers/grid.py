"""Any table as a plain grid of texts: CSV in its dialects, XLSX, Parquet, JSON, JSON lines."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from comparenotes.campaigns.importers.json_tables import json_records
from comparenotes.campaigns.importers.reading import (
    MAX_BYTES,
    MAX_CELLS,
    MAX_LINE,
    RowError,
    read_head,
    read_text,
)
from comparenotes.errors import DataError
from comparenotes.words import many

MAX_COLUMNS = 500
MAX_ROWS = 400_000
"""Rows of one table: about a gigabyte while they are read."""

MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 200
"""A workbook may unpack to so many bytes, and to so many times its size."""

_DELIMITERS = ",;\t|"
_LOOKED_AT = 30


@dataclass(frozen=True)
class Line:
    """One row: its cells as text, stripped, and where it stands in the file."""

    where: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table as text: one name a column, the rows, and rows that do not fit the header."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]
    bad: tuple[RowError, ...] = ()
    notes: tuple[str, ...] = ()


def read_grid(path: Path, *, encoding: str | None = None, sheet: str | None = None) -> Grid:
    """Read a file of any of the kinds; its first bytes say which, not its name.

    Raises
    ------
    DataError
        If it is none of them, is broken or too large, or has no header.
    """
    head = read_head(path, 4096)
    if head.startswith(b"PK\x03\x04"):
        return _from_rows(path.name, _workbook(path, sheet), "row")
    if head.startswith(b"PAR1"):
        return _parquet(path)
    text = _text(path, head, encoding)
    start = text.lstrip("\ufeff \r\n\t")[:1]
    if start in ("{", "["):
        return _records(path.name, *json_records(text, path.name))
    return _delimited(path.name, text)


def _text(path: Path, head: bytes, encoding: str | None) -> str:
    if encoding is None and head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"  # what spreadsheets call Unicode text
    if encoding is None:
        try:
            one_line = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"[")
            return read_text(path, max_line=MAX_BYTES if one_line else MAX_LINE)
        except DataError as problem:
            if "not UTF-8" not in problem.what:
                raise
            hint = f"{problem.hint}, or name its encoding: --option encoding=cp1252"
            raise DataError(problem.what, problem.where, hint) from None
    if path.stat().st_size > MAX_BYTES:
        raise DataError(f"larger than {MAX_BYTES // 2**20} MB", where=path.name)
    try:
        return path.read_bytes().decode(encoding).removeprefix("\ufeff")
    except (UnicodeError, LookupError):
        raise DataError(f"is not written in {encoding[:20]}", where=path.name) from None


# -------------------------------------------------------------- delimited text


def _delimited(name: str, text: str) -> Grid:
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    cells = 0
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as problem:
            raise DataError(f"not a table ({problem})", where=f"{name}:{line}") from None
        if row is None:
            break
        cells += len(row)
        if cells > MAX_CELLS:
            raise DataError(f"more than {MAX_CELLS:,} cells", where=f"{name}:{line}")
        if any(c and not c.isspace() for c in row):
            if len(rows) > MAX_ROWS:
                raise DataError(
                    f"more than {MAX_ROWS:,} rows",
                    where=name,
                    hint="take fewer years, or one office",
                )
            rows.append((line, [c.strip() for c in row]))
    return _from_rows(name, rows, "line")


def _too_long(name: str) -> DataError:
    hint = "take fewer years, or one office"
    return DataError(f"more than {MAX_ROWS:,} rows", where=name, hint=hint)


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into the same number of cells, and most."""
    first = [x for x in text[: 64 * 1024].splitlines() if x.strip()][:_LOOKED_AT]
    if first and first[0].lower().startswith("sep=") and len(first[0]) == 5:
        return first[0][4]

    def merit(delimiter: str) -> tuple[float, int]:
        counts = [len(r) for r in csv.reader(first, delimiter=delimiter)]
        if not counts:
            return (0.0, 0)
        common, n = Counter(counts).most_common(1)[0]
        return (n / len(counts) if common > 1 else 0.0, common)

    try:
        return max(_DELIMITERS, key=merit)
    except csv.Error:
        return ","


def _from_rows(name: str, rows: Sequence[tuple[int, Sequence[str]]], unit: str) -> Grid:
    """Find the header among the first rows, and fit the others to it."""

    def where(line: int) -> str:
        return f"{name}:{line}" if unit == "line" else f"{name}, row {line}"

    if rows and len(rows[0][1]) == 2 and rows[0][1][0].lower() == "sep=":
        rows = rows[1:]
    if not rows:
        raise DataError("the file is empty", where=name)
    width = Counter(_filled(r) for _, r in rows[:_LOOKED_AT]).most_common(1)[0][0]
    top = next((i for i, (_, r) in enumerate(rows) if _filled(r) >= max(2, width - 3)), 0)
    notes: tuple[str, ...] = ()
    if top:
        notes = (f"{many(top, 'line')} above the column names left out",)
    header = list(rows[top][1])
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise DataError(f"{len(header)} columns (limit {MAX_COLUMNS})", where=where(rows[top][0]))
    if not header or sum(1 for c in header if any(map(str.isalpha, c))) * 2 < len(header):
        raise DataError(
            "the first line holds no column names", where=where(rows[top][0]), hint="add them"
        )
    lines, bad = [], []
    for number, cells in rows[top + 1 :]:
        fitted = list(cells[: len(header)]) + [""] * (len(header) - len(cells))
        if any(cells[len(header) :]) or (unit == "line" and len(cells) < len(header)):
            bad.append(
                RowError(
                    f"{len(cells)} cells where the header has {len(header)}: "
                    + " | ".join(c[:20] for c in cells[:8]),
                    where=where(number),
                    reason="too few or too many cells (columns shifted?)",
                )
            )
        elif fitted != header:  # a header that is repeated further down
            lines.append(Line(where(number), tuple(fitted)))
    return Grid(_unique(header), tuple(lines), tuple(bad), notes)


def _filled(cells: Sequence[str]) -> int:
    """Return the number of the last cell that holds something."""
    return max((i for i, c in enumerate(cells, 1) if c), default=0)


def _unique(header: Iterable[str]) -> tuple[str, ...]:
    """Name nameless columns, and number those of the same name."""
    seen: Counter[str] = Counter()
    names = []
    for i, cell in enumerate(header, 1):
        name = " ".join(cell.split())[:120] or f"column {i}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


# ------------------------------------------------------- workbooks and Parquet


def _workbook(path: Path, sheet: str | None) -> list[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(m.file_size for m in archive.infolist())
    except Exception:  # a damaged directory raises whatever its fields led to
        raise DataError("is no workbook", where=path.name) from None
    if size > min(MAX_UNPACKED, max(2**25, MAX_RATIO * path.stat().st_size)):
        raise DataError(f"unpacks to {size // 2**20:,} MB", where=path.name)
    import fastexcel

    try:
        book = fastexcel.read_excel(str(path))
        names = list(book.sheet_names)
        chosen = sheet if sheet in names else names[0]
        table = book.load_sheet(chosen, header_row=None, dtypes="string").to_polars()
    except Exception as problem:  # the reader raises what the file leads it to
        reason = str(problem).splitlines()[0][:80] if str(problem) else type(problem).__name__
        raise DataError(f"is no workbook that can be read ({reason})", where=path.name) from None
    if sheet is not None and chosen != sheet:
        raise DataError(
            f"has no sheet {sheet[:40]!r}", where=path.name, hint=f"it has: {', '.join(names[:8])}"
        )
    if table.height * table.width > MAX_CELLS:
        raise DataError(f"more than {MAX_CELLS:,} cells", where=path.name)
    rows = [[_shown(c) for c in r] for r in table.iter_rows()]
    return [(i, r) for i, r in enumerate(rows, 1) if any(r)]


def _parquet(path: Path) -> Grid:
    import polars as pl

    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"larger than {MAX_BYTES // 2**20} MB", where=path.name)
        scan = pl.scan_parquet(path)
        columns = len(scan.collect_schema())
        rows = int(scan.select(pl.len()).collect().item())
        if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
            raise DataError(f"more than {MAX_CELLS:,} cells or {MAX_COLUMNS} columns", path.name)
        table = scan.collect()
    except DataError:
        raise
    except (Exception, pl.exceptions.PanicException) as problem:  # whatever the file leads to
        reason = str(problem).splitlines()[0][:80] if str(problem) else type(problem).__name__
        raise DataError(f"is no Parquet file ({reason})", where=path.name) from None
    return _records(path.name, table.columns, table.rows())


def _records(name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Grid:
    if not rows or len(columns) < 2:
        raise DataError("holds no table", where=name)
    if len(columns) > MAX_COLUMNS:
        raise DataError(f"{len(columns)} columns (limit {MAX_COLUMNS})", where=name)
    if len(rows) > MAX_ROWS:
        raise _too_long(name)
    lines = tuple(
        Line(f"{name}, row {i}", tuple(_shown(c) for c in row)) for i, row in enumerate(rows, 1)
    )
    return Grid(_unique(columns), lines)


def _shown(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping | list):
        return ""
    return " ".join(str(value).removesuffix(" 00:00:00").split())


_EXCEL = date(1899, 12, 30)


def numbered_day(text: str) -> date | None:
    """Return the day a number stands for: a spreadsheet's, or seconds or milliseconds of 1970."""
    try:
        value = float(text)
    except ValueError:
        return None
    if 15_000 <= value <= 80_000:  # 1941 to 2119
        return _EXCEL + timedelta(days=int(value))
    # milliseconds: a day in 1945 is a number below zero
    seconds = value / 1000 if abs(value) >= 2e10 else value
    if not 1e8 <= abs(seconds) <= 5e9:
        return None
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).date()
