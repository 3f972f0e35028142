"""Rows of a CSV or Parquet table of texts, streamed; sizes are checked before reading."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import polars as pl

from comparenotes.errors import DataError
from comparenotes.message.parquet_pages import guard

COLUMNS = ("text", "contender", "speaker", "date", "kind", "source", "document")
"""The columns of a table of texts that are read."""
ALIASES = {"party": "contender", "concatenated_speech": "text", "year": "date", "doc": "document"}
"""Other names of columns, and what they are read as."""
MAX_CELLS = 1_000
"""A table may have so many columns."""
ROWS = 8_192
"""Rows of a Parquet table in memory at once."""


def named(columns: Sequence[str], path: Path) -> dict[str, str]:
    """Return the column to read for each of :data:`COLUMNS` there is; its own name wins.

    Raises
    ------
    DataError
        If there is no column of texts, or there are more columns than a table may have.
    """
    if len(columns) > MAX_CELLS:
        raise DataError(
            f"has {len(columns):,} columns; a table of texts may have {MAX_CELLS:,}",
            where=str(path),
            hint=f"columns read are {', '.join(COLUMNS)}",
        )
    out: dict[str, str] = {}
    for column in columns:
        out[ALIASES.get(column.lower(), column.lower())] = column
    for column in columns:
        if column.lower() in COLUMNS:
            out[column.lower()] = column
    if "text" not in out:
        raise DataError(
            "there is no column 'text'",
            where=str(path),
            hint=f"columns read are {', '.join(COLUMNS)}",
        )
    return {k: v for k, v in out.items() if k in COLUMNS}


def csv_rows(path: Path, max_line: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of a CSV file by the names of :data:`COLUMNS`.

    Raises
    ------
    DataError
        For a line or cell of over ``max_line`` characters, what is not CSV, no text column.
    """
    csv.field_size_limit(max_line)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            rows = csv.reader(_lines(file, path, max_line))
            head = next((r for r in rows if r), [])
            at = {name: head.index(column) for name, column in named(head, path).items()}
            for row in rows:
                if row:
                    yield {k: row[i] if i < len(row) else None for k, i in at.items()}
        except csv.Error as problem:
            text = str(problem)
            if "field larger" in text:
                raise _long_line(path, max_line) from None
            raise DataError(f"is not a CSV file: {text}", where=str(path)) from None


def _lines(file: IO[str], path: Path, max_line: int) -> Iterator[str]:
    while line := file.readline(max_line):
        if len(line) >= max_line:
            raise _long_line(path, max_line)
        if "\0" in line:
            raise DataError("holds no text (binary)", where=str(path), hint="give a CSV file")
        yield line


def _long_line(path: Path, max_line: int) -> DataError:
    size = f"{max_line >> 20} MB" if max_line >> 20 else f"{max_line:,} characters"
    return DataError(f"has a line or cell of over {size}", where=str(path), hint="one text a row")


def parquet_rows(path: Path, max_text: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file by the names of :data:`COLUMNS`.

    Raises
    ------
    DataError
        For what is not Parquet, a text of over ``max_text`` bytes, no column of texts.
    """
    with parquet_errors(path):
        schema = pl.read_parquet_schema(path)
        columns = named(list(schema), path)
        if schema[columns["text"]] != pl.String:
            raise DataError(
                f"column {columns['text']!r} is of type {schema[columns['text']]}, not text",
                where=str(path),
            )
        for k, v in columns.items():
            if schema[v].is_nested() or schema[v] == pl.Object:
                raise DataError(
                    f"column {v[:40]!r} ({k}) is of type {str(schema[v])[:40]}", where=str(path)
                )
        picked = pl.scan_parquet(path).select(pl.col(v).alias(k) for k, v in columns.items())
        for frame in sliced(picked, [g.rows for g in guard(path, columns.values())]):
            longest: Any = frame["text"].str.len_bytes().max()
            if (longest or 0) > max_text:
                raise _long_line(path, max_text)
            yield from frame.iter_rows(named=True)


def sliced(
    rows: pl.LazyFrame, groups: Sequence[int], begin: int = 0, end: int | None = None
) -> Iterator[pl.DataFrame]:
    """Yield the rows from ``begin`` to ``end`` of a scanned file in frames of :data:`ROWS`.

    ``groups`` are the rows of each row group: no frame is of two, so that none is unpacked
    twice more than it must be.
    """
    last = 0
    for n in groups:
        first, last = last, last + n
        stop = last if end is None else min(last, end)
        for at in range(max(first, begin), stop, ROWS):
            yield rows.slice(at, min(ROWS, stop - at)).collect()


class parquet_errors:  # noqa: N801 - a context manager is named as a function
    """Turn what polars says of a broken file into an error that names the file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, problem: Any, _trace: Any) -> None:
        """Raise what a reader can act on instead of polars' own."""
        broken = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, MemoryError)
        if kind is not None and issubclass(kind, broken):
            text = str(problem).partition("\n")[0][:200]
            raise DataError(
                f"is not a Parquet file that can be read: {text}", where=str(self.path)
            ) from None
