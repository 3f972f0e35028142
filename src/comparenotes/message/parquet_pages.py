"""What a Parquet file says of its own size, read before anything of it is unpacked.

A few kilobytes can unpack to many gigabytes, and a page is unpacked whole. The footer
and the page headers name each page's unpacked size, so they are walked first (Apache
Parquet's ``parquet.thrift`` in Thrift's compact protocol); a page that unpacks to another size
than it names is refused by the reader.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from comparenotes.errors import DataError

MAGIC = b"PAR1"
MAX_FOOTER = 64 << 20
"""A footer may have so many bytes."""
MAX_PAGE = 128 << 20
"""A page may have so many bytes when unpacked."""
MAX_HEADER = 1 << 20
MAX_PAGE_VALUES = 1 << 24
"""A page may name so many values: a run of one value takes no room in the file."""
_DEEP = 16


@dataclass(frozen=True)
class Group:
    """A row group: its rows, and by column (first, bytes) of its pages in the file."""

    rows: int
    columns: dict[str, tuple[int, int]]


class _BrokenError(Exception):
    """The bytes are not what they should be."""


class _Compact:
    """A reader of Thrift's compact protocol: structs as dicts from field number to value."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise _BrokenError
        self.at += 1
        return self.data[self.at - 1]

    def varint(self) -> int:
        out = shift = 0
        while True:
            b = self.byte()
            out |= (b & 0x7F) << shift
            if b < 0x80:
                return out
            shift += 7
            if shift > 63:
                raise _BrokenError

    def zigzag(self) -> int:
        n = self.varint()
        return (n >> 1) ^ -(n & 1)

    def value(self, kind: int, depth: int) -> Any:
        if depth > _DEEP:
            raise _BrokenError
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            return self.byte()
        if kind in (4, 5, 6):
            return self.zigzag()
        if kind == 7:
            return self.raw(8)
        if kind == 8:
            return self.raw(self.varint())
        if kind in (9, 10):
            return self.many(depth)
        if kind == 12:
            return self.struct(depth + 1)
        raise _BrokenError  # a map: there is none in a footer

    def raw(self, n: int) -> bytes:
        if n > len(self.data) - self.at:
            raise _BrokenError
        self.at += n
        return self.data[self.at - n : self.at]

    def many(self, depth: int) -> list[Any]:
        head = self.byte()
        n, kind = head >> 4, head & 15
        if n == 15:
            n = self.varint()
        if n > len(self.data) - self.at:  # each takes a byte or more
            raise _BrokenError
        if kind in (1, 2):
            return [self.byte() == 1 for _ in range(n)]
        return [self.value(kind, depth + 1) for _ in range(n)]

    def struct(self, depth: int = 0) -> dict[int, Any]:
        out: dict[int, Any] = {}
        field = 0
        while head := self.byte():
            field = field + (head >> 4) if head >> 4 else self.zigzag()
            out[field] = self.value(head & 15, depth)
        return out


def groups(path: Path) -> list[Group]:
    """Return the row groups as the footer tells them.

    Raises
    ------
    DataError
        If the file is not Parquet, or its footer is cut, broken or too long.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        if size < 12 or file.read(4) != MAGIC:
            raise _not_parquet(path)
        file.seek(-8, os.SEEK_END)
        tail = file.read(8)
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != MAGIC or length > min(size - 12, MAX_FOOTER):
            raise _not_parquet(path)
        file.seek(-8 - length, os.SEEK_END)
        data = file.read(length)
    try:
        return [_group(g, size) for g in _Compact(data).struct().get(4, [])]
    except (_BrokenError, AttributeError, KeyError, TypeError, ValueError):
        raise _not_parquet(path) from None


def _group(told: dict[int, Any], size: int) -> Group:
    columns = {}
    for chunk in told[1]:
        meta = chunk[3]
        first = min(x for x in (meta.get(9), meta.get(11)) if x)
        length, name = meta[7], b".".join(meta[3]).decode("utf-8", "replace")
        if first < 4 or length < 0 or first + length > size:
            raise _BrokenError
        columns[name] = (first, length)
    if not isinstance(told[3], int) or told[3] < 0:
        raise _BrokenError
    return Group(told[3], columns)


def guard(path: Path, columns: Iterable[str] | None = None) -> list[Group]:
    """Return the row groups, once every page that will be read is known to be small.

    ``columns`` are those that will be read; None for all.

    Raises
    ------
    DataError
        If a page unpacks to more than :data:`MAX_PAGE`, or the headers are broken.
    """
    found = groups(path)
    wanted = None if columns is None else set(columns)
    with path.open("rb") as file:
        for g in found:
            for name, (first, length) in g.columns.items():
                if wanted is not None and name.partition(".")[0] not in wanted:
                    continue
                try:
                    for unpacked, values in _pages(file, first, length):
                        if unpacked > MAX_PAGE or values > MAX_PAGE_VALUES:
                            raise _too_large(path, name, unpacked, values)
                except (_BrokenError, KeyError, TypeError):
                    raise _not_parquet(path) from None
    return found


def _pages(file: IO[bytes], first: int, length: int) -> Iterator[tuple[int, int]]:
    """Yield the unpacked size and the number of values of each page of a column chunk."""
    at, end = first, first + length
    while at < end:
        file.seek(at)
        window = min(end - at, 256)
        while True:
            reader = _Compact(file.read(window))
            try:
                header = reader.struct()
                break
            except _BrokenError:
                if window >= min(end - at, MAX_HEADER):
                    raise
                window = min(end - at, 16 * window, MAX_HEADER)
                file.seek(at)
        unpacked, packed = header[2], header[3]
        if unpacked < 0 or packed < 0:
            raise _BrokenError
        details = header.get(5) or header.get(7) or header.get(8) or {}
        yield unpacked, details.get(1, 0)
        at += reader.at + packed


def _not_parquet(path: Path) -> DataError:
    return DataError(
        "is not a Parquet file, or is cut or damaged", where=str(path), hint="write it again"
    )


def _too_large(path: Path, column: str, unpacked: int, values: int) -> DataError:
    what = (
        f"a page of {unpacked >> 20:,} MB"
        if unpacked > MAX_PAGE
        else f"a page of {values:,} values"
    )
    return DataError(
        f"column {column[:40]!r} holds {what}; a page may have {MAX_PAGE >> 20} MB and "
        f"{MAX_PAGE_VALUES:,} values",
        where=str(path),
        hint="one text a row, and write the file with smaller pages",
    )
