"""Read a corpus: files or tables to documents, documents to sentences, a chunk at a time.

A corpus is a folder of Markdown or text files with a small front matter, a CSV
or Parquet table with a ``text`` column, or a Parquet file of sentences that
:mod:`comparenotes.message.store` describes. Nothing is loaded whole: chunks of
sentences pass, and what is left out is counted with its reason.
"""

from __future__ import annotations

import os
import re
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.errors import DataError
from comparenotes.message import left_out
from comparenotes.message.dates import ambiguous, date_in, order_of, read_date, refusal, year_in
from comparenotes.message.documents import (
    MAX_FRONT,
    TEXT_KINDS,
    Document,
    front_matter,
    kind_in,
    mark_of,
    own_words,
)
from comparenotes.message.languages import language
from comparenotes.message.left_out import Why
from comparenotes.message.pending import SENTENCES as SENTENCES
from comparenotes.message.pending import WHOLE, Pending
from comparenotes.message.sentences import spans
from comparenotes.message.sides import contender_of
from comparenotes.message.store import Numbered, Portion, Stored, numbered, open_store
from comparenotes.message.tables import TABLES, rows_of

CHUNK = 16_000
"""Sentences in a chunk, about; a document is cut only at four times as many."""
MAX_FILE = 16 << 20
"""A text file may have so many bytes; a table may be of any size."""
MAX_LINE = 16 << 20
"""A line or a cell of a table may have so many bytes."""
LASTS = timedelta(days=3)
"""A convention is over so long after the day it opens."""
MAX_NAME = 1_000
"""A speaker, source or name of a document is read up to so many characters."""
_LABELS = 10_000
_OPENING = 8_000  # characters in which the language is looked for


@dataclass
class Corpus:
    """Where the texts are, read lazily; the counts fill while reading.

    ``whole`` is for :func:`comparenotes.message.storing.write_corpus`: chunks then have the
    columns of :data:`~comparenotes.message.pending.WHOLE`, and an earlier-dated copy of a
    text is kept, as it is the one that counts on an earlier day.
    """

    paths: tuple[Path | Portion, ...]
    campaign: Campaign
    as_of: date | None = None
    whole: bool = False
    late: int = 0
    """Texts dated after ``as_of``: they count nowhere, not among what was left out either."""
    left_out: Counter[Why] = field(default_factory=Counter)
    documents: int = 0
    copies: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    marks: array[int] = field(default_factory=lambda: array("Q"))
    """A digest of the words of document i + 1, 0 where its rows were joined."""
    ledger: Counter[tuple[str, date | None]] = field(default_factory=Counter)
    """What was left out, by the date of the text (None: of a file, or without a date)."""
    digests: dict[Path, tuple[int, str]] = field(default_factory=dict)
    """Size and SHA-256 of each file read, where ``whole``."""
    twins: Counter[int] = field(default_factory=Counter)
    """Copies of each document that has some, where ``whole``."""
    given: list[tuple[str, int]] = field(default_factory=list)
    """Name (of a table, else empty) and number of sentences of each path, where ``whole``."""

    _seen: set[int] = field(default_factory=set, repr=False)
    _first: dict[int, tuple[int, date | None]] = field(default_factory=dict, repr=False)
    _orders: dict[Path, str | None] = field(default_factory=dict, repr=False)
    _labels: dict[str, str | None] = field(default_factory=dict, repr=False)

    def chunks(self) -> Iterator[pl.DataFrame]:
        """Yield frames with the columns of :data:`SENTENCES`; documents are not cut if short."""
        pending = Pending(WHOLE if self.whole else SENTENCES)
        state = Numbered()
        for item in self._documents():
            if isinstance(item, Stored):
                yield from self._again(item, state, pending)
            else:
                yield from self._split(item, state, pending)
        if pending.height:
            yield pending.take()

    def _split(self, doc: Document, state: Numbered, pending: Pending) -> Iterator[pl.DataFrame]:
        """Split one document, or one more row of it, into sentences."""
        mark, copy_of = 0, None
        if doc.part_of is None:
            mark = mark_of(doc)
            if mark in self._seen:
                copy_of = self._copy(mark, doc)
                if copy_of is None:
                    return
        text = own_words(doc, self._named)
        if text is None:
            self._leave(left_out.NOBODYS, doc.date)
            return
        found = spans(text)
        some = list(islice(found, 1))
        if not some:
            self._leave(left_out.WORDLESS, doc.date)
            return
        if state.begins(doc.contender, doc.part_of):
            if pending.height >= CHUNK:
                yield pending.take()
            # What is blanked is not the speaker's language either: script, others' turns.
            begun = text[some[0][0] : some[0][0] + _OPENING]
            self._count(mark, language(" ".join(begun.split())), state)
            if mark:
                self._seen.add(mark)
                if self.whole:
                    self._first.setdefault(mark, (self.documents, doc.date))
        facts = self._facts(doc, mark, copy_of)
        while some:
            some += islice(found, 4 * CHUNK - pending.height - len(some))
            if self.whole:
                self.given[-1] = (self.given[-1][0], self.given[-1][1] + len(some))
            pending.add(some, text, facts | {"document": self.documents, "language": state.spoken})
            if pending.height >= 4 * CHUNK:
                yield pending.take()
            some = list(islice(found, 1))

    def _count(self, mark: int, spoken: str, state: Numbered) -> None:
        self.documents += 1
        self.marks.append(mark)
        self.languages[spoken] += 1
        state.spoken = spoken

    def _copy(self, mark: int, doc: Document) -> int | None:
        """Count a copy; return the first document's number if this copy is to be kept too."""
        self.copies += 1
        if not self.whole:
            self._leave(left_out.COPIES, doc.date)
            return None
        number, earliest = self._first[mark]
        self.twins[number] += 1
        if earliest is not None and (doc.date is None or doc.date < earliest):
            self._first[mark] = (number, doc.date)
            return number
        self._leave(left_out.COPIES, doc.date)
        return None

    def _facts(self, doc: Document, mark: int, copy_of: int | None) -> dict[str, Any]:
        facts = {
            "file": doc.file, "row": doc.row, "contender": doc.contender,
            "speaker": doc.speaker, "date": doc.date, "kind": doc.kind,
        }  # fmt: skip
        if self.whole:
            size, digest = self.digests.get(doc.origin or Path(), (0, ""))
            facts |= {
                "file": str(doc.origin), "source": doc.source, "document_name": doc.part_of,
                "document_hash": mark or None, "copy_of": copy_of, "file_bytes": size,
                "file_sha256": digest,
            }  # fmt: skip
        return facts

    def _again(self, stored: Stored, state: Numbered, pending: Pending) -> Iterator[pl.DataFrame]:
        """Read sentences that were stored: the same chunks as from their files."""
        if self.whole:
            raise DataError("is a corpus already", where=str(stored.path), hint="name its texts")
        for reason, day, n in stored.ledger:
            if self._visible(day):
                self.left_out[reason] += n
                self.copies += n if reason == left_out.COPIES else 0
        hard = 4 * CHUNK
        state.open = None
        for raw in stored.frames(self.as_of):
            frame, new, copies = numbered(raw, state, self._seen, self._count, self.documents)
            if copies:
                self.copies += copies
                self.left_out[left_out.COPIES] += copies
            begin = 0
            for at in [*new, frame.height]:
                while pending.height + at - begin >= hard:
                    end = begin + hard - pending.height
                    pending.add_frame(frame[begin:end])
                    begin = end
                    yield pending.take()
                if at < frame.height and pending.height + at - begin >= CHUNK:
                    pending.add_frame(frame[begin:at])
                    begin = at
                    yield pending.take()
            pending.add_frame(frame[begin:])
        self.late += stored.late

    def _documents(self) -> Iterator[Document | Stored]:
        last = self.campaign.previous_election(self.as_of)
        for path in self.paths:
            if self.whole and isinstance(path, Path):
                table = path.suffix.lower() in TABLES and not path.is_dir()
                self.given.append((path.name if table else "", 0))
            for doc in self._read(path):
                if isinstance(doc, Stored):
                    yield doc
                elif not self._visible(doc.date):
                    self.late += 1  # as if it did not exist: no answer rests on the number
                elif doc.contender is None:
                    self._leave(left_out.NO_CONTENDER, doc.date)
                elif doc.unreadable:
                    self._leave(left_out.UNREADABLE)
                elif last is not None and doc.date is not None and doc.date <= last:
                    self._leave(left_out.EARLIER, doc.date)
                elif not doc.text.strip():
                    self._leave(left_out.EMPTY_TEXTS, doc.date)
                else:
                    yield doc

    def _visible(self, day: date | None) -> bool:
        return self.as_of is None or day is None or day <= self.as_of

    def _leave(self, reason: Why, day: date | None = None) -> None:
        self.left_out[reason] += 1
        if self.whole:
            self.ledger[reason, day] += 1

    def _read(self, path: Path | Portion) -> Iterator[Document | Stored]:
        if isinstance(path, Portion):
            stored = open_store(path, self.campaign)
            if stored is not None:
                yield stored
            return
        if path.is_dir():
            for _ in range(links_out(path)):
                self._leave(left_out.LINKS)
            for file in files_of(path):
                yield from self._read(file)
            return
        if path.exists() and path.stat().st_size == 0:
            self._leave(left_out.EMPTY_FILES)
            return
        suffix = path.suffix.lower()
        if suffix in {".md", ".txt"}:
            doc = self._text_file(path)
            if doc is not None:
                yield doc
        elif suffix in TABLES and path.exists():
            stored = open_store(path, self.campaign) if suffix == ".parquet" else None
            if stored is not None:
                yield stored
            else:
                yield from self._table(path, suffix)
        elif path.exists():
            self._leave(left_out.OTHER_FILES)
        else:
            raise DataError("there is no such file or folder", where=str(path))

    def _text_file(self, path: Path) -> Document | None:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise DataError(
                f"has {size >> 20:,} MB; a text file may have {MAX_FILE >> 20}",
                where=str(path),
                hint="split it, or give the texts as rows of a .csv or .parquet file",
            )
        raw = path.read_bytes()
        if self.whole:
            self.digests = {path: (len(raw), sha256(raw).hexdigest())}
        if raw[:4] == b"PK\x03\x04" or b"\0" in raw[:8192]:
            self._leave(left_out.BINARY)
            return None
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("utf-8-sig", errors="replace")
            self._leave(left_out.NOT_UTF8)
        read = front_matter(text)
        if read is None:
            self._leave(left_out.FRONT_MATTER)
            return None
        values, text = read
        name = path.stem
        values["date"] = values.get("date") or values.get("year") or self._day_in(name)
        if "contender" not in values and "party" not in values:
            words = re.split(r"[-_ .]+", name)
            found = [c for w in words if len(w) > 1 and (c := self._named(w))]
            if found:
                values["contender"] = found[0]
        if "kind" not in values:
            values["kind"] = kind_in(name) or next(
                (k for k in TEXT_KINDS if k in name.lower()), "other"
            )
        values.setdefault("contender", values.get("party", ""))
        return self._document(text, path, 0, values)

    def _table(self, path: Path, suffix: str) -> Iterator[Document]:
        if self.whole:
            self.digests = {path: digest_of(path)}
        year = read_date(year_in(path.stem), self.campaign)
        last = self.campaign.previous_election()
        earlier = year if year and last and year <= last else None
        for n, row in enumerate(rows_of(path, MAX_LINE), 1):
            if earlier is not None and not row.get("date"):
                row = row | {"date": earlier.isoformat()}  # the table is of an earlier campaign
            yield self._document(str(row["text"] or ""), path, n, row)
        if self.whole and self.digests[path] != digest_of(path):
            raise DataError("changed while it was read", where=str(path), hint="run it again")

    def _document(self, text: str, path: Path, row: int, values: dict[str, Any]) -> Document:
        def get(key: str) -> str | None:
            value = values.get(key)
            return str(value).strip()[:MAX_NAME] or None if value is not None else None

        who = get("contender")
        contender = self._named(who) if who else None
        if contender is None and who is None:
            contender = self._named(get("speaker"))
        kind = (get("kind") or "other").lower()
        told = get("date")
        day = read_date(told, self.campaign)
        if told and day is None and ambiguous(told):
            day = read_date(told, self.campaign, self._order(told, path, row))
        return Document(
            text=text,
            file=path.name,
            row=row,
            contender=contender,
            speaker=get("speaker"),
            date=day,
            unreadable=told is not None and day is None,
            kind=kind if kind in TEXT_KINDS else kind_in(kind) or "other",
            source=get("source"),
            part_of=get("document"),
            origin=path,
        )

    def _day_in(self, name: str) -> str:
        """Return what a file's name says of its day; of a convention by year, its last day."""
        told = date_in(name)
        if len(told) == 4 and kind_in(name) == "convention":
            ends = convention_ends(self.campaign, int(told))
            words = re.split(r"[-_ .]+", name)
            who = next((c for w in words if len(w) > 1 and (c := self._named(w))), None)
            return ends[who].isoformat() if who in ends else told
        return told

    def _order(self, told: str, path: Path, row: int) -> str:
        """Return the order of day and month in a table, or in the texts of a folder.

        Raises
        ------
        DataError
            If no other date there shows it.
        """
        key = path if row else path.parent
        if key not in self._orders:
            if row:
                days = (r.get("date") for r in rows_of(path, MAX_LINE))
                self._orders[key] = order_of(str(d) for d in days if d is not None)
            else:
                self._orders[key] = order_of(_dates_in(path.parent))
        order = self._orders[key]
        if order is None:
            raise refusal(told, f"{path}:{row + 1}" if row else str(path))
        return order

    def _named(self, label: str | None) -> str | None:
        """Return the contender a label means, remembering the labels of a table."""
        if not label:
            return None
        if label not in self._labels:
            if len(self._labels) >= _LABELS:
                self._labels.clear()
            self._labels[label] = contender_of(label, self.campaign)
        return self._labels[label]


def _dates_in(folder: Path) -> Iterator[str]:
    """Yield the dates in the front matter of a folder's texts."""
    for file in files_of(folder):
        if file.suffix.lower() in {".md", ".txt"}:
            with file.open("rb") as opened:
                head = opened.read(4 * MAX_FRONT).decode("utf-8-sig", errors="replace")
            read = front_matter(head)
            if read is not None and read[0].get("date"):
                yield read[0]["date"]


def convention_ends(campaign: Campaign, year: int | None = None) -> dict[str, date]:
    """Return the day by which each side's convention was over, from the campaign's events."""
    events = campaign.events.filter(
        (pl.col("kind") == "convention")
        & pl.col("contender").is_not_null()
        & (pl.col("date") <= campaign.election_date)
    )
    if year:
        events = events.filter(pl.col("date").dt.year() == year)
    last = (
        events.group_by("contender", maintain_order=True)
        .agg(pl.col("date").max())
        .sort("contender")
    )
    return {who: day + LASTS for who, day in last.iter_rows()}


def files_of(folder: Path) -> list[Path]:
    """Return the files of a folder of texts in order.

    Hidden ones, READMEs and links that lead out of the folder are not among them.
    """
    with os.scandir(folder) as entries:
        names = sorted(e.name for e in entries if not _leads_out(e, folder) and e.is_file())
    return [folder / n for n in names if not n.startswith((".", "README"))]


def links_out(folder: Path) -> int:
    """Return how many links of a folder lead out of it; they are not followed."""
    with os.scandir(folder) as entries:
        return sum(_leads_out(e, folder) for e in entries)


def _leads_out(entry: os.DirEntry[str], folder: Path) -> bool:
    """Whether a folder that came from elsewhere names a file of this machine."""
    if not entry.is_symlink():
        return False
    try:
        return not Path(entry.path).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # it leads to itself
        return True


def digest_of(path: Path) -> tuple[int, str]:
    """Return a file's size and SHA-256, read a megabyte at a time."""
    made, size = sha256(), 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            made.update(block)
            size += len(block)
    return size, made.hexdigest()
