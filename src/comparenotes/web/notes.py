"""Notes in a file: added and edited without ever losing one.

A write takes a lock, reads the file as it is now, changes one row, writes a new
file beside it, flushes that to the disk and puts it in the old one's place in one
step. A crash leaves the old file or the new one, never half of one. A note is
known by a digest of its cells: an edit that was begun on an older state of that
note finds no such note and is refused, with both texts kept.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from comparenotes.campaigns.checks_report import Report
from comparenotes.campaigns.checks_tables import CONFIDENCES, EXPECTS, Context, read_table
from comparenotes.campaigns.checks_text import MAX_TABLE_BYTES, Row, Sheet, read_sheet
from comparenotes.campaigns.model import NOTE_COLUMNS
from comparenotes.campaigns.snapshot import today as clock
from comparenotes.errors import DataError

COLUMNS = tuple(NOTE_COLUMNS)
MAX_TEXT = 8_000
MAX_NAME = 200
MAX_NOTES = 5_000
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Note:
    """One row of ``notes.csv``: its cells, and the digest it is known by."""

    cells: Mapping[str, str]

    @property
    def id(self) -> str:
        """Return a digest of the cells: it changes with every edit."""
        text = "\x1f".join(self.cells.get(c, "") for c in COLUMNS)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, str | None]:
        """Return the JSON form."""
        return {"id": self.id, **{c: self.cells.get(c) or None for c in COLUMNS}}


class EditConflict(Exception):  # noqa: N818 - not a fault of the program
    """The note was changed or removed since the form was opened."""

    def __init__(self, yours: Mapping[str, str], now: list[Note]) -> None:
        self.yours = yours
        self.now = now
        super().__init__("the note has changed since")


class NotesFile:
    """The notes of one campaign in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Note]:
        """Return the notes in the order of the file; DataError if it cannot be read."""
        return [Note({c: row.get(c, "") for c in COLUMNS}) for row in self._rows()[1]]

    def frame(self) -> pl.DataFrame:
        """Return the notes as a campaign holds them; DataError if one has no day."""
        rows = []
        for i, note in enumerate(self.read(), 2):
            cells: dict[str, str | date | None] = {c: note.cells.get(c) or None for c in COLUMNS}
            try:
                rows.append(cells | {"date": date.fromisoformat(str(cells["date"]))})
            except ValueError:
                raise DataError(
                    "a note without a day", where=f"{self.path.name}:{i}", hint="like 2026-08-20"
                ) from None
        return pl.DataFrame(rows, schema=dict(NOTE_COLUMNS))

    def version(self) -> str:
        """Return a digest of the whole file."""
        data = self.path.read_bytes() if self.path.exists() else b""
        return hashlib.sha256(data).hexdigest()[:16]

    def add(self, cells: Mapping[str, str], today: date | None = None) -> Note:
        """Add a note at the end and return it as kept."""
        note = checked(cells, today)
        with self._held():
            header, rows = self._rows()
            if len(rows) >= MAX_NOTES:
                raise DataError(f"there are {len(rows):,} notes already", where=self.path.name)
            self._write(header, [*rows, dict(note.cells)])
        return note

    def edit(self, note_id: str, cells: Mapping[str, str], today: date | None = None) -> Note:
        """Replace the note known by ``note_id``; EditConflict if there is none any more."""
        note = checked(cells, today)
        with self._held():
            header, rows = self._rows()
            for row in rows:
                if Note({c: row.get(c, "") for c in COLUMNS}).id == note_id:
                    row.update(note.cells)
                    self._write(header, rows)
                    return note
            now = [Note({c: row.get(c, "") for c in COLUMNS}) for row in rows]
        raise EditConflict(dict(note.cells), now)

    def _rows(self) -> tuple[list[str], list[dict[str, str]]]:
        if not self.path.exists():
            return list(COLUMNS), []
        report = Report()
        sheet = read_sheet(self.path, report)
        if sheet is None or report.errors:
            first = report.finish()[0]
            raise DataError(first.what, where=f"{self.path.name}:{first.line or 1}")
        if sheet.rows and not {"date", "author", "text"} <= set(sheet.header):
            raise DataError("has no columns date, author and text", where=self.path.name)
        header = [*sheet.header, *(c for c in COLUMNS if c not in sheet.header)]
        rows = [dict(zip(sheet.header, r.cells, strict=False)) for r in sheet.rows]
        return header, rows

    def _write(self, header: list[str], rows: list[dict[str, str]]) -> None:
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow([row.get(c, "") for c in header])
        data = out.getvalue().encode("utf-8")
        if len(data) > MAX_TABLE_BYTES:
            raise DataError("is full: no more can be read of it", where=self.path.name)
        write_atomically(self.path, data)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the file against other threads and other servers."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _LOCK, (self.path.parent / f".{self.path.name}.lock").open("a") as handle:
            try:
                import fcntl
            except ImportError:  # not on Windows: threads of one server are still kept apart
                yield
                return
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` so that a crash leaves the old file or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        with temporary.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def checked(cells: Mapping[str, str], today: date | None = None) -> Note:
    """Return the note of a form's fields; DataError says which field is wrong."""
    out = {c: _clean(cells.get(c, "")) for c in COLUMNS}
    now = today or clock()
    out["date"] = out["date"] or now.isoformat()
    if not out["author"]:
        raise DataError("is missing: say who observed it", where="author")
    if not out["text"]:
        raise DataError("is missing: say what was observed", where="text")
    if len(out["text"]) > MAX_TEXT:
        raise DataError(f"is longer than {MAX_TEXT:,} characters", where="text")
    for c in COLUMNS:
        if c != "text" and len(out[c]) > MAX_NAME:
            raise DataError(f"is longer than {MAX_NAME} characters", where=c)
    for c, known in (("confidence", CONFIDENCES), ("expects", EXPECTS)):
        if out[c] and out[c] not in known:
            raise DataError(f"must be one of: {', '.join(known)}", where=c)
    _as_a_folder_reads(out, now)
    return Note(out)


def _as_a_folder_reads(cells: Mapping[str, str], today: date) -> None:
    """Raise DataError for what the reader of campaign folders would refuse the folder for.

    It is that reader which is asked, so that the form never saves what it does not read.
    """
    report = Report()
    sheet = Sheet("notes.csv", list(COLUMNS), 1, [Row(2, [cells[c] for c in COLUMNS])])
    nothing: frozenset[str] = frozenset()
    read_table("notes", sheet, Context(report, (), {}, nothing, nothing, None, today))
    if not report.errors:
        return
    first = report.finish()[0]
    where = next((c for c in COLUMNS if first.what.startswith(f"{c} ")), "date")
    raise DataError(first.what.removeprefix(f"{where} "), where=where, hint=first.hint)


def _clean(text: str) -> str:
    """Return a field without control characters, line breaks kept as one kind."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(" " if unicodedata.category(c) == "Cc" and c not in "\n\t" else c for c in plain)
    return kept.encode("utf-8", "replace").decode().strip()
