"""Bounded, strict reading of untrusted files, and parsing of their cells."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from comparenotes.errors import DataError, did_you_mean

MAX_BYTES = 64 * 1024 * 1024
MAX_LINE = 1024 * 1024
MAX_COLUMNS = 2000
MAX_CELLS = 5_000_000  # of one CSV file: bounds the memory its records take
HEAD_BYTES = 64 * 1024
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?")
FIRST_YEAR, LAST_YEAR = 1900, 2100

_GZIP = b"\x1f\x8b"


class RowError(DataError):
    """One row cannot be used; the rest of the file can.

    ``reason`` is the kind of fault, the same for all rows that have it: the account
    counts by it.
    """

    def __init__(
        self, what: str, where: str | None = None, hint: str | None = None, *, reason: str
    ) -> None:
        self.reason = reason
        super().__init__(what, where, hint)


def _read_bytes(path: Path, limit: int, *, whole: bool) -> bytes:
    """Return up to ``limit`` bytes, gunzipped; DataError if ``whole`` and there are more."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    data = unpacked.read(limit + 1)
            else:
                data = raw.read(limit + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise DataError(
            f"broken gzip file ({problem})", where=path.name, hint="download it again"
        ) from None
    except FileNotFoundError:
        raise DataError("no such file", where=str(path)) from None
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise DataError(f"cannot read the file: {reason}", where=str(path)) from None
    if whole and len(data) > limit:
        raise DataError(
            f"larger than {limit / 1024 / 1024:g} MB",
            where=path.name,
            hint="split the file, or check that it is the right one",
        )
    return data[:limit]


def read_head(path: Path, size: int = HEAD_BYTES) -> bytes:
    """Return the first ``size`` bytes of a file, gunzipped (DataError if unreadable)."""
    return _read_bytes(path, size, whole=False)


def read_text(path: Path, max_bytes: int = MAX_BYTES, max_line: int = MAX_LINE) -> str:
    """Return a file's text; every limit broken is a :class:`DataError`.

    Parameters
    ----------
    path
        A text file in UTF-8 (a byte order mark is dropped), plain or gzip.
    max_bytes
        Bound on the size, after unpacking: a small gzip file cannot blow up.
    max_line
        Bound on the bytes of one line.
    """
    data = _read_bytes(path, max_bytes, whole=True)
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    nul = data.find(b"\0")
    if nul >= 0:
        raise DataError(
            "holds NUL bytes: not a text file",
            where=f"{path.name}, byte {nul}",
            hint="save it as UTF-8 text",
        )
    position, number = 0, 1
    while position < len(data):
        end = data.find(b"\n", position)
        end = len(data) if end < 0 else end
        if end - position > max_line:
            raise DataError(
                f"line of {end - position} bytes (limit {max_line})",
                where=f"{path.name}:{number}",
                hint="line breaks are missing, or this is not the file you mean",
            )
        position, number = end + 1, number + 1
    try:
        return data[start:].decode("utf-8")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, start + problem.start) + 1
        raise DataError(
            f"not UTF-8 at byte {start + problem.start}",
            where=f"{path.name}:{line}",
            hint="save the file as UTF-8",
        ) from None


@dataclass(frozen=True)
class Row:
    """One record of a CSV file: the cells by column name, stripped, and where it stands."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Return the cell."""
        return self.cells[column]

    def get(self, column: str) -> str:
        """Return the cell, or '' where the file has no such column."""
        return self.cells.get(column, "")

    @property
    def where(self) -> str:
        """Return ``file:line``."""
        return f"{self.file}:{self.line}"


MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "None", "null", "-", "–", "—"})
"""Cells that say: not reported."""


def present(cell: str) -> bool:
    """Return whether a cell holds a value."""
    return cell not in MISSING


def read_rows(
    path: Path,
    required: Sequence[str] = (),
    delimiter: str = ",",
    bad: list[RowError] | None = None,
) -> list[Row]:
    """Read a CSV file with a header line.

    Parameters
    ----------
    bad
        Where given, a record with too few or too many cells is put there and the
        reading goes on; without it, it refuses the file.

    Returns
    -------
    list of Row
        Blank lines are not records.

    Raises
    ------
    DataError
        On any limit of :func:`read_text`, a missing or repeated column, or a
        record with too few or too many cells (a cut file).
    """
    text = read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    header: list[str] | None = None
    read = 0
    try:
        while True:
            begin = reader.line_num + 1
            cells = next(reader, None)
            if cells is None:
                break
            if not cells or cells == [""]:
                continue
            read += len(cells)
            if read > MAX_CELLS:
                raise DataError(
                    f"more than {MAX_CELLS} cells",
                    where=f"{path.name}:{begin}",
                    hint="split the file, or check that it is the right one",
                )
            cells = [c.strip() for c in cells]
            if header is None:
                header = _header(path.name, begin, cells, required)
                continue
            if len(cells) != len(header):
                problem = RowError(
                    f"{len(cells)} cells where the header has {len(header)}",
                    where=f"{path.name}:{begin}",
                    hint="the file may be cut off, or a quote or comma is missing",
                    reason="too few or too many cells",
                )
                if bad is None:
                    raise problem
                bad.append(problem)
                continue
            rows.append(Row(path.name, begin, dict(zip(header, cells, strict=True))))
    except csv.Error as problem:
        raise DataError(
            f"not a CSV file ({problem})", where=f"{path.name}:{reader.line_num}"
        ) from None
    if header is None:
        raise DataError("the file is empty", where=path.name)
    return rows


def _header(file: str, line: int, cells: list[str], required: Sequence[str]) -> list[str]:
    if len(cells) > MAX_COLUMNS:
        raise DataError(f"{len(cells)} columns (limit {MAX_COLUMNS})", where=f"{file}:{line}")
    repeated = sorted({c for c in cells if c and cells.count(c) > 1})
    if repeated:
        raise DataError(f"column {repeated[0]!r} appears twice", where=f"{file}:{line}")
    for column in required:
        if column not in cells:
            raise DataError(
                f"no column {column!r}",
                where=f"{file}:{line}",
                hint=did_you_mean(column, cells) or "is it the right kind of file?",
            )
    return cells


def parse_date(text: str, where: str, formats: Sequence[str] = ("%Y-%m-%d",)) -> date:
    """Return the date written in one of ``formats``; DataError if none fits."""
    for form in formats:
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 (a calendar day)
        except ValueError:
            continue
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
        raise RowError(
            f"{text[:40]!r} lies outside {FIRST_YEAR} to {LAST_YEAR}",
            where=where,
            hint="check the year",
            reason=f"date outside {FIRST_YEAR} to {LAST_YEAR}",
        )
    like = date(2026, 5, 31).strftime(formats[0])
    raise RowError(
        f"{text[:40]!r} is not a date",
        where=where,
        hint=f"wanted like {like}",
        reason="a date that could not be read",
    )


def parse_share(text: str, where: str) -> float:
    """Return a share in per cent from '43', '43.5' or '43%'; DataError outside 0 to 100."""
    if not _NUMBER.fullmatch(text.removesuffix("%")):
        raise RowError(
            f"{text[:40]!r} is not a share in per cent",
            where=where,
            reason="a share that is no number",
        )
    share = float(text.removesuffix("%"))
    if not 0 <= share <= 100:
        raise RowError(
            f"share {text[:40]} is not between 0 and 100",
            where=where,
            reason="a share outside 0 to 100",
        )
    return share


def parse_count(text: str, where: str, *, whole: bool = True) -> int:
    """Return a number of people of 0 or more, from '1,234', '1234' or '1234.0'.

    With ``whole=False`` a fraction (a mean of two samples) is rounded down.
    """
    if not _NUMBER.fullmatch(text.replace(",", "")):
        raise RowError(
            f"{text[:40]!r} is not a number", where=where, reason="a sample size that is no number"
        )
    value = float(text.replace(",", ""))
    if not 0 <= value < 1e9 or (whole and value != int(value)):
        raise RowError(
            f"{text[:40]} is not a whole number of people",
            where=where,
            reason="a sample size that is no number",
        )
    return int(value)
