"""Rows of a table of texts (CSV, JSON lines, Parquet), streamed; sizes are checked first."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import IO, Any

import polars as pl

from comparenotes.errors import DataError
from comparenotes.message.parquet_pages import guard

COLUMNS = ("text", "contender", "speaker", "date", "kind", "source", "document")
"""The columns of a table of texts that are read."""
TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
"""Endings of the files that are read as tables."""
DELIMITERS = ",;\t|"
ALIASES = {
    "party": "contender", "side": "contender", "concatenated_speech": "text", "content": "text",
    "speech": "text", "transcript": "text", "body": "text", "statement": "text", "sentence": "text",
    "full_text": "text", "year": "date", "published": "date", "published_at": "date",
    "created_at": "date", "datetime": "date", "timestamp": "date", "day": "date",
    "doc": "document", "doc_id": "document", "document_id": "document", "author": "speaker",
    "name": "speaker", "type": "kind", "genre": "kind", "url": "source", "link": "source",
}  # fmt: skip
"""Other names of columns, and what they are read as."""
MAX_CELLS = 1_000
"""A table may have so many columns."""
ROWS = 8_192
"""Rows of a Parquet table in memory at once."""
_LIMIT = Lock()


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
    plain = {column: column.strip().strip("\ufeff").lower().replace(" ", "_") for column in columns}
    for alias in reversed(ALIASES):  # of two other names the first of the list wins
        for column in columns:
            if plain[column] == alias:
                out[ALIASES[alias]] = column
    for column in columns:
        if plain[column] in COLUMNS:
            out[plain[column]] = column
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
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            lines = _lines(file, path, max_line)
            first = next((x for x in lines if x.strip()), "")
            rows = _limited(
                csv.reader(chain([first], lines), delimiter=_delimiter(first)), max_line
            )
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


def _limited(rows: Iterator[list[str]], most: int) -> Iterator[list[str]]:
    """Yield rows whose cells have up to ``most`` characters.

    ``csv`` has one limit for the process: it is another only while a row is read, so that what
    is done between two rows, and after the last one asked for, reads with its own.
    """
    while True:
        with _LIMIT:
            before = csv.field_size_limit(most)
            try:
                row = next(rows, None)
            finally:
                csv.field_size_limit(before)
        if row is None:
            return
        yield row


def _delimiter(head: str) -> str:
    """Return what stands between the columns: what the header has most of, outside quotes."""
    bare = re.sub(r'"[^"]*"', "", head)
    return max(DELIMITERS, key=lambda sign: (bare.count(sign), -DELIMITERS.index(sign)))


def json_rows(path: Path, max_line: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of JSON lines, or of one list of objects, by the names of :data:`COLUMNS`.

    Raises
    ------
    DataError
        For a line that is no object, one of over ``max_line`` characters, no text in any row.
    """
    spoken = False
    last: tuple[str, ...] = ()
    at: dict[str, str] = {}
    for number, row in _objects(path, max_line):
        if not isinstance(row, dict):
            raise DataError("is no object", where=f"{path}:{number}", hint='{"text": "..."}')
        keys = tuple(map(str, row))
        if keys != last:
            last = keys
            try:
                at = named(keys, path)
            except DataError:
                if len(keys) > MAX_CELLS:
                    raise
                at = {}
        spoken = spoken or bool(at)
        yield {k: _cell(row[v]) for k, v in at.items()} | ({} if at else {"text": None})
    if not spoken:
        named((), path)


def _objects(path: Path, max_line: int) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        lines = _lines(file, path, max_line)
        first = next((x for x in lines if x.strip()), "")
        if first.lstrip().startswith("["):
            size = path.stat().st_size
            if size > max_line:
                raise _long_line(path, max_line)
            yield from enumerate(_parsed("".join(chain([first], lines)), path, 1), 1)
            return
        for number, line in enumerate(chain([first], lines), 1):
            if line.strip():
                yield number, _parsed(line, path, number)


def _parsed(text: str, path: Path, line: int) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        told = str(problem)[:80]
        raise DataError(
            f"is not JSON: {told}", where=f"{path}:{line}", hint="one object a line"
        ) from None


def _cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(x, str) for x in value):
        return "\n\n".join(value)
    return value if isinstance(value, str | int | float) else None


def rows_of(path: Path, max_line: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table by the names of :data:`COLUMNS`, whatever its form."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return parquet_rows(path, max_line)
    return csv_rows(path, max_line) if suffix in {".csv", ".tsv"} else json_rows(path, max_line)


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
