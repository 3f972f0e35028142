"""A stored corpus for analysis elsewhere: lazily, as a polars or as a pandas frame."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.errors import DataError
from comparenotes.message.parquet_pages import guard
from comparenotes.message.store import metadata_of


@dataclass(frozen=True)
class SentenceFile:
    """A Parquet file of sentences; ``metadata`` is what its footer tells."""

    path: Path
    metadata: dict[str, Any]

    def scan(self) -> pl.LazyFrame:
        """Return the sentences, each text once, as a lazy frame that streams."""
        return pl.scan_parquet(self.path).filter(pl.col("copy_of").is_null())

    def to_polars(self) -> pl.DataFrame:
        """Return all sentences as a polars frame: about 0.4 GB a million."""
        return self.scan().collect()

    def to_pandas(self) -> Any:
        """Return all sentences as a pandas frame (needs the extra ``pandas``)."""
        from comparenotes._frames import to_pandas

        return to_pandas(self.to_polars())


def open_sentences(path: Path | str) -> SentenceFile:
    """Open a corpus that ``cn corpus`` or ``write_corpus`` wrote.

    Raises
    ------
    DataError
        If the file is not there, is no stored corpus, or is damaged.
    """
    file = Path(path)
    if not file.is_file():
        raise DataError("there is no such file", where=str(file))
    told = metadata_of(file)
    if told is None:
        raise DataError("is no stored corpus", where=str(file), hint="write one with: cn corpus")
    guard(file)
    return SentenceFile(file, told)
