"""Hold a stored corpus against its files: does every quote stand where it says?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from os.path import normpath
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.errors import DataError
from comparenotes.message.parquet_pages import guard
from comparenotes.message.sentences import blank
from comparenotes.message.store import STORE, metadata_of
from comparenotes.message.tables import TABLES, parquet_errors, rows_of, sliced
from comparenotes.message.texts import MAX_FILE, MAX_LINE, digest_of, files_of

COLUMNS = ("file", "row", "start", "end", "text", "file_bytes", "file_sha256")
_SHOWN = 3


@dataclass
class FileCheck:
    """What became of one file's quotes."""

    file: str
    state: str
    """``as written``, ``changed`` or ``missing``."""
    quotes: int = 0
    wrong: int = 0
    """Quotes that do not stand at their offsets; all of them where the file is missing."""
    examples: list[int] = field(default_factory=list)
    """Sentence numbers of a few of them."""

    @property
    def ok(self) -> bool:
        """Whether nothing is the matter with it."""
        return self.state == "as written" and not self.wrong

    def one_line(self) -> str:
        """Return what is the matter, in words."""
        which = f" (sentence {', '.join(map(str, self.examples))})" if self.examples else ""
        part = f"{self.wrong:,} of {self.quotes:,} quotes"
        if self.state == "missing":
            return f"{self.file}: is not there; {self.quotes:,} quotes cannot be checked"
        if self.state == "changed":
            return f"{self.file}: has changed; {part} do not stand there any more{which}"
        return f"{self.file}: is as it was, but {part} are not what it says{which}"


@dataclass
class CorpusCheck:
    """The result of :func:`check_corpus`."""

    path: Path
    files: int = 0
    quotes: int = 0
    wrong: int = 0
    problems: list[FileCheck] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    """Files beside those checked that are not in the corpus: new, or left out then.

    Of folders only: a table that was named by itself has no files beside it.
    """
    total: str | None = None
    """What the corpus says of its own size, where that is not so."""

    @property
    def ok(self) -> bool:
        """Whether every quote stands in its file."""
        return not self.problems and self.total is None

    def to_dict(self) -> dict[str, Any]:
        """Return the promised JSON form."""
        return {
            "path": str(self.path),
            "ok": self.ok,
            "files": self.files,
            "quotes": self.quotes,
            "wrong": self.wrong,
            "total": self.total,
            "problems": [vars(p) for p in self.problems],
            "not_in_it": self.new,
        }


def check_corpus(
    path: Path, texts: Path | None = None, told: Callable[[int], None] | None = None
) -> CorpusCheck:
    """Compare each quote of a stored corpus with its file.

    Parameters
    ----------
    path
        The Parquet file.
    texts
        The folder in which the files are now, by their names; by default where they were,
        seen from the corpus.
    told
        Called with the number of quotes so far, for a progress display.

    Raises
    ------
    DataError
        If the file is no stored corpus.
    """
    if not path.is_file():
        raise DataError("there is no such file", where=str(path))
    about = metadata_of(path)
    if about is None:
        raise DataError("is no stored corpus", where=str(path), hint="write one with: cn corpus")
    with parquet_errors(path):
        schema = pl.read_parquet_schema(path)
    for column, kind in STORE.items():
        if schema.get(column) != kind:
            raise DataError(f"has no column {column!r} of type {kind}", where=str(path))
    sizes = [g.rows for g in guard(path, COLUMNS)]
    out = CorpusCheck(path)
    files = _Files(path, texts, out)
    with parquet_errors(path):
        for frame in sliced(pl.scan_parquet(path).select(COLUMNS), sizes):
            if frame.select(pl.any_horizontal(pl.all().is_null().any())).item():
                raise DataError("a row lacks its file or offsets", where=str(path))
            for row in frame.iter_rows():
                files.check(*row)
            if told is not None:
                told(out.quotes)
    files.close()
    told_of = about.get("given")
    given = told_of if isinstance(told_of, list) else []
    out.new = files.others({str(g[0]) for g in given if isinstance(g, list) and g})
    if about.get("sentences") != out.quotes:
        out.total = f"it says {str(about.get('sentences'))[:20]} sentences and has {out.quotes:,}"
    return out


class _Files:
    """The files in the order of the corpus, each opened once."""

    def __init__(self, corpus: Path, texts: Path | None, out: CorpusCheck) -> None:
        self.home, self.texts, self.out = corpus.parent, texts, out
        self.known: dict[Path, set[str]] = {}
        self.skip = corpus.resolve()
        self.file: str | None = None
        self.at: FileCheck | None = None
        self.path = Path()
        self._rows: Iterator[tuple[int, str]] = iter(())
        self._row, self._text = -1, ""

    def check(
        self, file: str, row: int, start: int, end: int, text: str, size: int, digest: str
    ) -> None:
        """Compare one quote."""
        if file != self.file:
            self._open(file, size, digest)
        at = self.at
        if at is None:
            return
        at.quotes += 1
        self.out.quotes += 1
        if at.state == "missing" or not self._stands(row, start, end, text):
            at.wrong += 1
            self.out.wrong += 1
            if len(at.examples) < _SHOWN:
                at.examples.append(self.out.quotes - 1)

    def _open(self, file: str, size: int, digest: str) -> None:
        self.close()
        self.file = file
        self.out.files += 1
        name = Path(file)
        self.path = self.texts / name.name if self.texts is not None else self.home / name
        self.at = FileCheck(file, "missing")
        self._rows, self._row, self._text = iter(()), -1, ""
        if not self.path.is_file():
            return
        self.known.setdefault(self.path.parent, set()).add(self.path.name)
        same = self.path.stat().st_size == size and digest_of(self.path) == (size, digest)
        self.at.state = "as written" if same else "changed"
        self._rows = self._cells()

    def _cells(self) -> Iterator[tuple[int, str]]:
        """Yield the row number and text of each row of a table; one with 0 of a text file."""
        suffix = self.path.suffix.lower()
        if suffix in TABLES:
            rows = rows_of(self.path, MAX_LINE)
        else:
            if self.path.stat().st_size <= MAX_FILE:
                yield 0, self.path.read_bytes().decode("utf-8-sig", errors="replace")
            return
        for n, row in enumerate(rows, 1):
            yield n, str(row["text"] or "")

    def _stands(self, row: int, start: int, end: int, text: str) -> bool:
        try:
            while self._row < row:
                self._row, raw = next(self._rows)
                self._text = blank(raw) if self._row == row else ""
        except StopIteration:
            return False
        except DataError:  # the file is no table any more
            self._rows = iter(())
            return False
        return self._row == row and 0 <= start < end and self._text[start:end] == text

    def close(self) -> None:
        """Note what was found in the file that is done."""
        if self.at is not None and not self.at.ok:
            self.out.problems.append(self.at)
        self.at = None

    def others(self, given: Collection[str]) -> list[str]:
        """Return files that stand in the same folders and are not in the corpus.

        Not where all that is known of a folder are the tables ``given`` by name.
        """
        out = []
        for folder, names in self.known.items():
            if names <= set(given):
                continue
            out += [
                normpath(f)
                for f in files_of(folder)
                if f.name not in names
                and f.suffix.lower() in {".md", ".txt", *TABLES}
                and f.resolve() != self.skip
            ]
        return sorted(out)
