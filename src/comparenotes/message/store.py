"""A corpus as one Parquet file, one row a sentence, that answers as its files do.

``start`` and ``end`` count characters (code points) of the file decoded as UTF-8 without a
byte order mark, line ends as they are; of a table, those of the row's cell. A sentence is
``text[start:end]`` of its file, markup and stage marks blanked by spaces. ``file_bytes`` and
``file_sha256`` stand in every row, so that a quote can be checked by its row alone.

What a reading on an earlier day needs is kept: what was left out by the date of the
text, and the earlier-dated copy of a text (``copy_of``), which counts on days when the first
is not yet published.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.errors import DataError
from comparenotes.message.documents import TEXT_KINDS
from comparenotes.message.left_out import Why, known
from comparenotes.message.parquet_pages import groups, guard
from comparenotes.message.sentences import MAX_SENTENCE
from comparenotes.message.tables import parquet_errors, sliced

KEY = "comparenotes.corpus"
"""The name of the metadata in the Parquet footer: one JSON object."""
SCHEMA_VERSION = 1
PORTION = 50_000
"""Sentences of a stored corpus that are worth a worker's turn."""
MAX_METADATA = 32 << 20
MAX_NAME = 4_096
"""A speaker, a file or a language may have so many bytes."""

STORE: dict[str, Any] = {
    "sentence": pl.Int64(),  # number in the file, from 0
    "previous": pl.Int64(),  # the sentence before in the same document, null at its beginning
    "next": pl.Int64(),
    "document": pl.Int64(),
    "number": pl.Int32(),  # of the sentence in its document, from 1
    "contender": pl.String(),
    "speaker": pl.String(),
    "date": pl.Date(),
    "kind": pl.String(),
    "source": pl.String(),
    "language": pl.String(),
    "file": pl.String(),  # path from the folder of the Parquet file
    "row": pl.Int64(),  # row of a table, from 1; 0 in a text file
    "start": pl.Int64(),
    "end": pl.Int64(),
    "text": pl.String(),
    "copies": pl.Int32(),  # further copies of the document that were left out
    "copy_of": pl.Int64(),  # the document this is an earlier-dated copy of; null for all others
    "document_name": pl.String(),  # value of a table's column `document`
    "document_hash": pl.UInt64(),  # of contender and words; null where rows were joined
    "file_bytes": pl.Int64(),
    "file_sha256": pl.String(),
}
"""Columns of a stored corpus, schema version 1."""
CODED: dict[str, Any] = {
    "topic": pl.String(),
    "topic_p": pl.Float32(),
    "issues": pl.List(pl.String()),
    "migration_p": pl.Float32(),
    "green_p": pl.Float32(),
    "stance": pl.String(),
    "stance_p": pl.Float32(),
}
"""Further columns with ``--coded``; null in a language that the coder does not read."""
_READ = (
    "document", "contender", "speaker", "date", "kind", "language", "file", "row", "start",
    "end", "text", "document_name", "document_hash",
)  # fmt: skip
_NEVER_NULL = ("document", "contender", "kind", "language", "file", "row", "start", "end", "text")


def fingerprint(campaign: Campaign) -> str:
    """Return a digest of what decides whose a text is: contenders' names, the last election."""
    last = campaign.previous_election()
    told = [
        [c.id, c.name, c.party, c.candidate, [x.name for x in c.changes]]
        for c in campaign.contenders
    ]
    whole = [campaign.country, last.isoformat() if last else None, told]
    return sha256(json.dumps(whole, default=str).encode()).hexdigest()


def metadata_of(path: Path) -> dict[str, Any] | None:
    """Return a stored corpus's metadata; None for any other Parquet file.

    Raises
    ------
    DataError
        For what is not Parquet, and for metadata that cannot be what this package wrote.
    """
    groups(path)
    with parquet_errors(path):
        raw = pl.read_parquet_metadata(path).get(KEY)
    if raw is None:
        return None
    try:
        told = json.loads(raw) if len(raw) <= MAX_METADATA else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise _damaged(path, "its metadata cannot be read")
    if told.get("schema_version") != SCHEMA_VERSION:
        raise DataError(
            f"is a corpus of schema version {str(told.get('schema_version'))[:20]}; this program "
            f"reads version {SCHEMA_VERSION}",
            where=str(path),
            hint="write it again with: cn corpus",
        )
    return told


@dataclass
class Stored:
    """A stored corpus, opened; :meth:`frames` streams its sentences."""

    path: Path
    campaign: Campaign
    told: dict[str, Any]
    ledger: list[tuple[Why, date | None, int]] = field(default_factory=list)
    begin: int = 0
    end: int | None = None
    late: int = 0
    """Documents dated after the day of reading, as far as the frames were read."""

    def frames(self, as_of: date | None) -> Iterator[pl.DataFrame]:
        """Yield its sentences as far as published by ``as_of``, in order, checked."""
        sizes = [g.rows for g in guard(self.path, _READ)]
        last = np.int64(-1)
        seen: set[int] = set()  # of the last frame: a document may be in two
        with parquet_errors(self.path):
            rows = pl.scan_parquet(self.path).select(_READ)
            for frame in sliced(rows, sizes, self.begin, self.end):
                _check(frame, self, last)
                last = frame["document"].to_numpy()[-1]
                if as_of is not None:
                    gone = (
                        frame.filter(pl.col("date") > as_of)["document"].unique().sort().to_list()
                    )
                    self.late += sum(d not in seen for d in gone)
                    seen = set(gone[-1:])
                    frame = frame.filter(pl.col("date").is_null() | (pl.col("date") <= as_of))
                yield frame.with_columns(pl.col("file").str.split("/").list.last())


@dataclass(frozen=True)
class Portion:
    """Some rows of a stored corpus, whole documents; ``name`` is that of the table they are from.

    The name is empty where the texts were a folder or text files.
    """

    path: Path
    begin: int
    end: int
    name: str = ""


def expanded(path: Path) -> list[Portion]:
    """Return a stored corpus by the paths it was made of; empty for any other file.

    What a table's name says of its texts then holds for its rows, and the name of the
    Parquet file says nothing.
    """
    if path.suffix.lower() != ".parquet" or not path.is_file() or not path.stat().st_size:
        return []
    told = metadata_of(path)
    if told is None:
        return []
    total = sum(g.rows for g in groups(path))
    out, at = [], 0
    try:
        given = [(str(name), int(n)) for name, n in told.get("given", [])]
    except (TypeError, ValueError):
        raise _damaged(path, "what it was made of cannot be read") from None
    for name, n in given:
        if n < 0 or at + n > total or len(name) > MAX_NAME:
            raise _damaged(path, "what it was made of does not fit its rows")
        if n:
            out.append(Portion(path, at, at + n, name))
        at += n
    if at != total:
        raise _damaged(path, "what it was made of does not fit its rows")
    return out


def portions(source: Path | Portion, most: int) -> list[Portion]:
    """Return stored rows in at most ``most`` portions; empty for any other file than a store."""
    out = []
    for whole in [source] if isinstance(source, Portion) else expanded(source):
        n = whole.end - whole.begin
        parts = max(1, min(most, n // PORTION))
        starts = (whole.begin + n * i // parts for i in range(1, parts))
        cuts = {whole.begin, whole.end}
        cuts |= {min(_document_start(whole.path, at), whole.end) for at in starts}
        out += [replace(whole, begin=a, end=b) for a, b in pairwise(sorted(cuts))]
    return out


def _document_start(path: Path, row: int) -> int:
    """Return the first row from ``row`` on at which a document begins, or the end."""
    with parquet_errors(path):
        rows = pl.scan_parquet(path).select("document")
        before: Any = rows.slice(row - 1, 1).collect().item()
        while (some := rows.slice(row, PORTION).collect()["document"]).len():
            other = int(np.argmax((some != before).to_numpy()))
            if some[other] != before:
                return row + other
            row += some.len()
    return row


def open_store(source: Path | Portion, campaign: Campaign) -> Stored | None:
    """Return a Parquet file as a stored corpus of ``campaign``; None if it is a plain table.

    Raises
    ------
    DataError
        If it belongs to another campaign, its columns are not those of a corpus, or it is
        damaged.
    """
    path = source if isinstance(source, Path) else source.path
    told = metadata_of(path)
    if told is None:
        return None
    if told.get("fingerprint") != fingerprint(campaign):
        raise DataError(
            f"was made for {str(told.get('campaign'))[:40]!r}, or before the contenders of "
            f"{campaign.id!r} were changed",
            where=str(path),
            hint=f"write it again with: cn corpus {campaign.id} --texts PATH -o FILE",
        )
    with parquet_errors(path):
        schema = pl.read_parquet_schema(path)
    for column, kind in STORE.items():
        if schema.get(column) != kind:
            raise _damaged(path, f"column {column!r} is missing or not of type {kind}")
    left_out = _ledger(path, told.get("left_out"))
    if isinstance(source, Path):
        return Stored(path, campaign, told, left_out)
    first = source.begin == 0  # what was left out is counted by one worker
    return Stored(path, campaign, told, left_out if first else [], source.begin, source.end)


def _ledger(path: Path, rows: Any) -> list[tuple[Why, date | None, int]]:
    out = []
    try:
        for reason, day, n in rows:
            if not isinstance(reason, str) or type(n) is not int or n < 1 or len(reason) > 200:
                raise ValueError
            out.append((known(reason), date.fromisoformat(day) if day is not None else None, n))
    except (TypeError, ValueError):
        raise _damaged(path, "its count of what was left out cannot be read") from None
    return out


def _check(frame: pl.DataFrame, stored: Stored, last: np.int64) -> None:
    """Refuse rows that this package cannot have written; they may come from anywhere."""
    text = pl.col("text")
    wrong = frame.select(
        nulls=pl.any_horizontal(pl.col(_NEVER_NULL).is_null().any()),
        sides=(~pl.col("contender").is_in(list(stored.campaign.contender_ids))).any(),
        kinds=(~pl.col("kind").is_in(TEXT_KINDS)).any(),
        offsets=(
            (pl.col("start") < 0)
            | (pl.col("end") - pl.col("start") != text.str.len_chars())
            | (text.str.len_chars() > MAX_SENTENCE)
            | (pl.col("row") < 0)
        ).any(),
        order=(pl.col("document").diff() < 0).any() | (pl.col("document").first() < int(last)),
        long=pl.any_horizontal(
            (
                pl.col("file", "speaker", "language", "document_name").str.len_bytes() > MAX_NAME
            ).any()
        ),
    ).row(0, named=True)
    for what, words in (
        ("nulls", "a row lacks what every sentence has"),
        ("sides", "a sentence is of no contender of the campaign"),
        ("kinds", f"a kind is none of {', '.join(TEXT_KINDS)}"),
        ("offsets", "a sentence does not fit its offsets"),
        ("order", "its rows are not in order"),
        ("long", f"a name has over {MAX_NAME:,} bytes"),
    ):
        if wrong[what]:
            raise _damaged(stored.path, words)


def _damaged(path: Path, what: str) -> DataError:
    return DataError(
        f"is not a corpus as cn corpus writes it: {what}",
        where=str(path),
        hint="write it again from the texts",
    )


@dataclass
class Numbered:
    """Where numbering stands between one text or frame and the next."""

    last: tuple[str | None, str | None] | None = None
    spoken: str = ""
    open: tuple[int, int] | None = None
    kept: bool = False

    def begins(self, contender: str | None, part_of: str | None) -> bool:
        """Whether a text begins a document: it is no further row of the last one."""
        key = (contender, part_of)
        new = part_of is None or key != self.last
        self.last = key
        return new


def numbered(
    raw: pl.DataFrame,
    state: Numbered,
    seen: set[int],
    count: Callable[[int, str, Numbered], None],
    documents: int,
) -> tuple[pl.DataFrame, list[int], int]:
    """Number a stored frame's documents on from ``documents``, without copies of texts seen.

    Returns the frame, the rows at which documents begin, and how many copies were left out.
    """
    if raw.is_empty():
        return raw, [], 0
    document, row = raw["document"].to_numpy(), raw["row"].to_numpy()
    other = (document[1:] != document[:-1]) | (row[1:] != row[:-1])
    begin = np.concatenate(([0], np.flatnonzero(other) + 1))
    sizes = np.diff(np.append(begin, raw.height))
    keep = np.ones(len(begin), dtype=bool)
    number = np.zeros(len(begin), dtype=np.int64)
    spoken: list[str] = []
    first: list[int] = []
    copies = 0
    facts = raw[begin].select("contender", "document_name", "document_hash", "language")
    for i, (who, name, mark, said_in) in enumerate(facts.iter_rows()):
        if i == 0 and state.open == (document[0], row[0]):
            keep[0] = state.kept
        elif mark is not None and mark in seen:
            copies += 1
            keep[i] = state.kept = False
        else:
            state.kept = True
            if state.begins(who, name):
                documents += 1
                count(mark or 0, said_in, state)
                first.append(i)
                if mark is not None:
                    seen.add(mark)
        number[i] = documents
        spoken.append(state.spoken)
    state.open = (int(document[-1]), int(row[-1]))
    out = raw.with_columns(
        document=pl.Series(np.repeat(number, sizes)),
        language=pl.Series(spoken).gather(np.repeat(np.arange(len(begin)), sizes)),
    ).filter(pl.Series(np.repeat(keep, sizes)))
    at = np.cumsum(np.where(keep, sizes, 0)) - np.where(keep, sizes, 0)
    return out, at[first].tolist(), copies
