"""Read a corpus: files or tables to documents, documents to sentences, a chunk at a time.

A corpus is a folder of Markdown or text files with a small front matter, or a CSV
or Parquet table with a ``text`` column. Nothing is loaded whole: chunks of
sentences pass, and what is left out is counted with its reason.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.errors import DataError
from comparenotes.message.languages import language
from comparenotes.message.sentences import blank, spans
from comparenotes.message.sides import contender_of

CHUNK = 16_000
"""Sentences in a chunk, about."""
MAX_FILE = 64 << 20
"""A text file may have so many bytes; a table may be of any size."""
MAX_LINE = 16 << 20
"""A line of a CSV file may have so many bytes."""
COPIES = "copies of a text already counted"
"""Why a copy is left out."""
EARLIER = "texts of the last election or before"
"""Why a text of another campaign in the same files is left out."""
KINDS = ("speech", "manifesto", "debate", "ad", "post", "other")
COLUMNS = ("text", "contender", "speaker", "date", "kind", "source", "document")
ALIASES = {"party": "contender", "concatenated_speech": "text", "year": "date", "doc": "document"}

SENTENCES: dict[str, Any] = {
    "document": pl.Int64(),  # number of the document in the corpus
    "file": pl.String(),
    "row": pl.Int64(),  # row of a table, from 1; 0 in a text file
    "contender": pl.String(),
    "speaker": pl.String(),
    "date": pl.Date(),
    "kind": pl.String(),
    "language": pl.String(),
    "start": pl.Int64(),  # characters of the decoded text
    "end": pl.Int64(),
    "text": pl.String(),
}
"""One row a sentence; neighbours of a document stand next to each other."""

_FRONT = re.compile(r"\A---[ \t]*\r?\n(.{0,4000}?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_DATED_NAME = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_LABEL = re.compile(
    r"^[ \t]*([A-Z][A-Z .,'’-]{1,40}|[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}):(?=\s)", re.M
)


@dataclass
class Document:
    """One text of one contender."""

    text: str
    file: str
    row: int = 0
    contender: str | None = None
    speaker: str | None = None
    date: date | None = None
    kind: str = "other"
    source: str | None = None
    part_of: str | None = None  # rows of a table with one value here are one document


@dataclass
class Corpus:
    """Where the texts are, read lazily; ``left_out`` and ``documents`` fill while reading."""

    paths: tuple[Path, ...]
    campaign: Campaign
    as_of: date | None = None
    left_out: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    copies: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    marks: dict[int, bytes] = field(default_factory=dict)

    def chunks(self) -> Iterator[pl.DataFrame]:
        """Yield frames with the columns of :data:`SENTENCES`; documents are not cut if short."""
        columns: dict[str, list[Any]] = {k: [] for k in SENTENCES}
        seen: set[bytes] = set()
        number, last = 0, None
        for doc in self._documents():
            key = (doc.contender, doc.part_of)
            if doc.part_of is None or key != last:
                if len(columns["text"]) >= CHUNK:
                    yield _frame(columns)
                    columns = {k: [] for k in SENTENCES}
                if doc.part_of is None:
                    mark = blake2b(
                        f"{doc.contender}\0{' '.join(doc.text.split())}".encode(errors="replace"),
                        digest_size=8,
                    ).digest()
                    if mark in seen:
                        self.copies += 1
                        self.left_out[COPIES] += 1
                        continue
                    seen.add(mark)
                    self.marks[number + 1] = mark
                number += 1
                self.documents = number
                spoken = language(doc.text)
                self.languages[spoken] += 1
                last = key
            _append(columns, doc, number, spoken, self._own_words(doc))
            if len(columns["text"]) >= 4 * CHUNK:
                yield _frame(columns)
                columns = {k: [] for k in SENTENCES}
        if columns["text"]:
            yield _frame(columns)

    def _own_words(self, doc: Document) -> str:
        """Blank markup, stage marks and, in a labelled transcript, what others say."""
        text = blank(doc.text)
        labels = list(_LABEL.finditer(text)) if doc.kind != "manifesto" and ":" in text else []
        if len(labels) < 2:
            return text
        named = [contender_of(m.group(1), self.campaign) for m in labels]
        if doc.contender not in named:
            return text
        out, at, mine = [], 0, True
        for m, who in zip(labels, named, strict=True):
            out.append(text[at : m.start()] if mine else " " * (m.start() - at))
            out.append(" " * (m.end() - m.start()))
            mine, at = who == doc.contender, m.end()
        out.append(text[at:] if mine else " " * (len(text) - at))
        return "".join(out)

    def _documents(self) -> Iterator[Document]:
        last = self.campaign.previous_election()
        for path in self.paths:
            for doc in self._read(path):
                if doc.contender is None:
                    self.left_out["no contender of the campaign named (moderator, audience)"] += 1
                elif self.as_of is not None and doc.date is not None and doc.date > self.as_of:
                    pass  # published later: as if it did not exist, not even counted
                elif last is not None and doc.date is not None and doc.date <= last:
                    self.left_out[EARLIER] += 1
                elif not doc.text.strip():
                    self.left_out["empty texts"] += 1
                else:
                    yield doc

    def _read(self, path: Path) -> Iterator[Document]:
        if path.is_dir():
            for file in files_of(path):
                yield from self._read(file)
            return
        if path.exists() and path.stat().st_size == 0:
            self.left_out["empty files"] += 1
            return
        suffix = path.suffix.lower()
        if suffix in {".md", ".txt"}:
            doc = self._text_file(path)
            if doc is not None:
                yield doc
        elif suffix == ".csv":
            yield from self._table(path, _csv_rows(path))
        elif suffix == ".parquet":
            yield from self._table(path, _parquet_rows(path))
        elif path.exists():
            self.left_out["files that are not .md, .txt, .csv or .parquet"] += 1
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
        if raw[:4] == b"PK\x03\x04" or b"\0" in raw[:8192]:
            self.left_out["files that hold no text (binary)"] += 1
            return None
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("utf-8-sig", errors="replace")
            self.left_out["files with bytes that are not UTF-8 (those bytes only)"] += 1
        values: dict[str, str] = {}
        front = _FRONT.match(text)
        if front:
            for line in front.group(1).splitlines():
                key, _, value = line.partition(":")
                values[key.strip().lower()] = value.strip().strip("\"'")
            text = " " * front.end() + text[front.end() :]
        name = path.stem
        values.setdefault("date", _date_in(name))
        if "contender" not in values and "party" not in values:
            words = re.split(r"[-_ .]+", name)
            found = [c for w in words if len(w) > 1 and (c := contender_of(w, self.campaign))]
            if found:
                values["contender"] = found[0]
        if "kind" not in values:
            values["kind"] = next((k for k in KINDS if k in name.lower()), "other")
        return self._document(text, path, 0, values)

    def _table(self, path: Path, rows: Iterator[dict[str, Any]]) -> Iterator[Document]:
        for n, row in enumerate(rows, 1):
            values = {ALIASES.get(k.lower(), k.lower()): v for k, v in row.items() if k}
            for k, v in row.items():  # a column of the exact name wins over an alias
                if k and k.lower() in COLUMNS:
                    values[k.lower()] = v
            if n == 1 and "text" not in values:
                raise DataError(
                    "there is no column 'text'",
                    where=str(path),
                    hint=f"columns read are {', '.join(COLUMNS)}",
                )
            yield self._document(str(values.get("text") or ""), path, n, values)

    def _document(self, text: str, path: Path, row: int, values: dict[str, Any]) -> Document:
        def get(key: str) -> str | None:
            value = values.get(key)
            return str(value).strip() or None if value is not None else None

        who = get("contender")
        contender = contender_of(who, self.campaign) if who else None
        if contender is None and who is None:
            contender = contender_of(get("speaker"), self.campaign)
        kind = (get("kind") or "other").lower()
        return Document(
            text=text,
            file=path.name,
            row=row,
            contender=contender,
            speaker=get("speaker"),
            date=_date(get("date"), self.campaign),
            kind=kind if kind in KINDS else "other",
            source=get("source"),
            part_of=get("document"),
        )


def files_of(folder: Path) -> list[Path]:
    """Return the files of a folder of texts in order, without hidden ones and READMEs."""
    with os.scandir(folder) as entries:
        names = sorted(e.name for e in entries if e.is_file())
    return [folder / n for n in names if not n.startswith((".", "README"))]


def _append(
    columns: dict[str, list[Any]], doc: Document, number: int, spoken: str, text: str
) -> None:
    found = list(spans(text))
    n = len(found)
    for key, value in (
        ("document", number),
        ("file", doc.file),
        ("row", doc.row),
        ("contender", doc.contender),
        ("speaker", doc.speaker),
        ("date", doc.date),
        ("kind", doc.kind),
        ("language", spoken),
    ):
        columns[key].extend([value] * n)
    columns["start"].extend([start for start, _ in found])
    columns["end"].extend([end for _, end in found])
    columns["text"].extend([text[start:end] for start, end in found])


def _frame(columns: dict[str, list[Any]]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=SENTENCES)


def _date_in(name: str) -> str:
    m = _DATED_NAME.search(name)
    return f"{int(m[1]):04d}-{int(m[2]):02d}-{int(m[3]):02d}" if m else ""


def _date(value: str | None, campaign: Campaign) -> date | None:
    """Read a date; a year alone is the eve in the year of polling day, else its last day."""
    if not value:
        return None
    try:
        if re.fullmatch(r"\d{4}", value):
            eve, year = campaign.eve(), int(value)
            return eve if year == campaign.election_date.year else date(year, 12, 31)
        m = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", value)
        if m:
            return date(int(m[3]), int(m[2]), int(m[1]))
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def _lines(file: IO[str], path: Path) -> Iterator[str]:
    while line := file.readline(MAX_LINE):
        if len(line) >= MAX_LINE:
            raise DataError(
                f"has a line of over {MAX_LINE >> 20} MB", where=str(path), hint="one text a row"
            )
        if "\0" in line:
            raise DataError("holds no text (binary)", where=str(path), hint="give a CSV file")
        yield line


def _csv_rows(path: Path) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(MAX_LINE)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            yield from csv.DictReader(_lines(file, path))
        except csv.Error as problem:
            raise DataError(f"is not a CSV file: {problem}", where=str(path)) from None


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        rows = int(pl.scan_parquet(path).select(pl.len()).collect().item())
        for at in range(0, rows, CHUNK):
            yield from pl.scan_parquet(path).slice(at, CHUNK).collect().iter_rows(named=True)
    except (pl.exceptions.PolarsError, OSError) as problem:
        text = str(problem).partition("\n")[0]
        raise DataError(f"is not a Parquet file: {text}", where=str(path)) from None
