"""The coded sentences with what stands before and after them, looked up in the user's texts.

A coding names a file, a unit (row or file name), offsets and a hash; the text is checked
against the hash. Whose manifesto a row is comes from :mod:`tools.train.manifestos`.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.message.sentences import blank, spans
from tools.train.manifestos import party_of

TABLES = Path(__file__).parents[1] / "tables"
TEST = TABLES / "message_codings_stance.csv"
"""Drawn at random, coded twice: what is measured on."""
TRAINING = TABLES / "message_codings_stance_training.csv"
"""Drawn to hold many sentences about records, coded once: never measured on."""
BEFORE, AFTER = 6, 2


@dataclass(frozen=True)
class Coded:
    """One coded sentence: ``around[at]``, with its side (``lab05``), file and document."""

    side: str
    file: str
    document: str
    around: tuple[str, ...]
    at: int
    first: str
    second: str | None

    @property
    def party(self) -> str:
        """Return the party of the side."""
        return self.side.rstrip("0123456789")


class Texts:
    """The folder of texts, tables read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tables: dict[str, pl.DataFrame] = {}

    def table(self, name: str) -> pl.DataFrame:
        """Return a table of the folder."""
        if name not in self._tables:
            self._tables[name] = pl.read_csv(self.folder / name)
        return self._tables[name]

    def coded(self, row: dict[str, Any]) -> Coded:
        """Return one row of the codings with its text."""
        find = self._manifesto if "manifestos" in row["file"] else self._speech
        side, document, around, at = find(row)
        if blake2b(around[at].encode(), digest_size=8).hexdigest() != row["hash"]:
            raise ValueError(f"{row['file']} {row['unit']}: not the text that was coded")
        return Coded(
            side, row["file"], document, tuple(around), at, row["first"], row.get("second")
        )

    def _manifesto(self, row: dict[str, Any]) -> tuple[str, str, list[str], int]:
        t = self.table(row["file"])
        at = int(t["id"].search_sorted(int(row["unit"])))  # ids have gaps
        year = int(t["year"][at])

        def whose(i: int) -> str:
            return party_of(int(t["year"][i]), int(t["id"][i])) + str(t["year"][i])[2:]

        side = whose(at)
        near = range(max(0, at - BEFORE), min(t.height, at + AFTER + 1))
        same = [i for i in near if t["year"][i] == year and whose(i) == side]
        return side, side, [t["text"][i] or "" for i in same], same.index(at)

    def _speech(self, row: dict[str, Any]) -> tuple[str, str, list[str], int]:
        path, document = self.folder / row["file"], row["file"] + row["unit"]
        if path.is_dir():
            whole = (path / row["unit"]).read_bytes().decode("utf-8-sig", errors="replace")
        else:
            t = self.table(row["file"])
            turns = "concatenated_speech" in t.columns
            at = int(row["unit"]) - 1
            whole = t["concatenated_speech" if turns else "text"][at]
            document = f"debate {t['date'][at]}" if turns else document
        text = blank(whole)
        found = list(spans(text))
        start, end = row["start"], row["end"]
        before = [text[a:b] for a, b in found if b <= start][-BEFORE:]
        after = [text[a:b] for a, b in found if a >= end][:AFTER]
        return row["side"], document, [*before, text[start:end], *after], len(before)


def read(codings: Path, texts: Path) -> list[Coded]:
    """Return the codings of a file with their text."""
    folder = Texts(texts)
    d = pl.read_csv(codings, schema_overrides={"unit": pl.String})
    return [folder.coded(r) for r in d.iter_rows(named=True)]
