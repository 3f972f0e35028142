"""Sentences that wait to become a chunk: columns of values, or frames read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

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

WHOLE: dict[str, Any] = SENTENCES | {
    "source": pl.String(),
    "document_name": pl.String(),
    "document_hash": pl.UInt64(),
    "copy_of": pl.Int64(),
    "file_bytes": pl.Int64(),
    "file_sha256": pl.String(),
}
"""What a store needs beside (see :mod:`comparenotes.message.store`)."""
_OWN = ("start", "end", "text")


class Pending:
    """A chunk in the making; ``height`` is its number of sentences."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = dict(schema)
        self.height = 0
        self._frames: list[pl.DataFrame] = []
        self._clear()

    def add(self, spans: Sequence[tuple[int, int]], text: str, facts: Mapping[str, Any]) -> None:
        """Add sentences of one text, cut out of it at ``spans``."""
        n = len(spans)
        for key, values in self._values.items():
            if key not in _OWN:
                values.extend([facts[key]] * n)
        self._values["start"].extend([start for start, _ in spans])
        self._values["end"].extend([end for _, end in spans])
        self._values["text"].extend([text[start:end] for start, end in spans])
        self.height += n

    def add_frame(self, frame: pl.DataFrame) -> None:
        """Add sentences that are a frame already."""
        if frame.height:
            self._flush()
            self._frames.append(frame.select(list(self.schema)))
            self.height += frame.height

    def take(self) -> pl.DataFrame:
        """Return the chunk and begin another."""
        self._flush()
        out = pl.concat(self._frames) if self._frames else pl.DataFrame(schema=self.schema)
        self._frames, self.height = [], 0
        return out

    def _flush(self) -> None:
        if self._values["text"]:
            self._frames.append(pl.DataFrame(self._values, schema=self.schema))
            self._clear()

    def _clear(self) -> None:
        self._values: dict[str, list[Any]] = {k: [] for k in self.schema}
