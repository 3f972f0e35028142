"""What an importer is, and what it gives back: tables and an account of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

import polars as pl

from comparenotes.campaigns.model import (
    EVENT_COLUMNS,
    HISTORY_COLUMNS,
    POLL_COLUMNS,
    LeftOut,
    empty,
)
from comparenotes.errors import DataError, did_you_mean

USES = ("poll", "result", "event")
"""What a raw row can become."""


class RowFate(NamedTuple):
    """What became of one raw row.

    ``became`` is a word of :data:`USES`, ``left out`` (another kind of row: an average,
    another election) or ``bad`` (a row with a fault); ``why`` says why it is not used;
    ``text`` is the beginning of the row, or the fault.
    """

    where: str
    became: str
    why: str = ""
    text: str = ""


@dataclass(frozen=True, eq=False)
class Imported:
    """The tables of one file, and what became of every raw row.

    Parameters
    ----------
    polls
        :data:`POLL_COLUMNS`, then one Float64 column a party or candidate code
        of the file (per cent, null = not reported). ``source`` is the
        importer's name.
    results
        :data:`HISTORY_COLUMNS`: result rows found in the file, ``contender``
        being the file's code. Never among ``polls``.
    events
        :data:`EVENT_COLUMNS`.
    rows
        Number of raw rows (records) in the file, headers not counted.
    used
        Raw rows used, by what they became (keys of :data:`USES`). A poll
        written in three rows counts three.
    left_out
        Raw rows not used, and why.
    labels
        Code -> the name the file prints for it, where it differs.
    fates
        What became of each raw row, one by one; empty where the importer does not say.
    notes
        What was noticed, one sentence each.
    guess
        What the columns were taken for, a line each; empty where the format says it.
    about
        Kinds of election the file says it is about ('parliament', 'state', ...).

    Raises
    ------
    ValueError
        If rows used and rows left out do not add up to ``rows``, or a table
        lacks a column: an importer that loses rows is broken.
    """

    polls: pl.DataFrame
    rows: int
    used: Mapping[str, int]
    left_out: tuple[LeftOut, ...] = ()
    results: pl.DataFrame = field(default_factory=lambda: empty(HISTORY_COLUMNS))
    events: pl.DataFrame = field(default_factory=lambda: empty(EVENT_COLUMNS))
    labels: Mapping[str, str] = field(default_factory=dict)
    fates: tuple[RowFate, ...] = ()
    notes: tuple[str, ...] = ()
    guess: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check the account and the tables' columns."""
        unknown = set(self.used) - set(USES)
        if unknown:
            raise ValueError(f"unknown use of rows: {sorted(unknown)}")
        total = sum(self.used.values()) + sum(x.count for x in self.left_out)
        if total != self.rows:
            raise ValueError(f"account does not add up: {total} of {self.rows} rows")
        if any(x.count < 0 for x in self.left_out) or any(n < 0 for n in self.used.values()):
            raise ValueError("negative count in the account")
        if self.fates and len(self.fates) != self.rows:
            raise ValueError(f"account by row does not add up: {len(self.fates)} of {self.rows}")
        for frame, columns in (
            (self.polls, POLL_COLUMNS),
            (self.results, HISTORY_COLUMNS),
            (self.events, EVENT_COLUMNS),
        ):
            schema = dict(frame.schema)
            for name, dtype in columns.items():
                if schema.get(name) != dtype:
                    raise ValueError(f"column {name!r} is {schema.get(name)}, not {dtype}")
        for code in self.codes:
            if self.polls.schema[code] != pl.Float64():
                raise ValueError(f"share column {code!r} is {self.polls.schema[code]}")

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the party or candidate codes: the share columns of ``polls``."""
        return tuple(c for c in self.polls.columns if c not in POLL_COLUMNS)

    @property
    def account(self) -> tuple[LeftOut, ...]:
        """Return every raw row's fate: 'used as ...' and the reasons for leaving out."""
        used = tuple(LeftOut(f"used as {k}", n) for k, n in self.used.items() if n)
        return used + self.left_out

    @property
    def bad(self) -> tuple[RowFate, ...]:
        """Return the rows that have a fault (not those that are of another kind)."""
        return tuple(f for f in self.fates if f.became == "bad")


@runtime_checkable
class Importer(Protocol):
    """Reads one kind of file. Instances are found through the registry.

    ``options`` names the keyword arguments :meth:`read` takes, with a line of
    help each; ``suffixes`` are lower-case file endings (``.csv``, ``.csv.gz``).
    """

    @property
    def name(self) -> str:
        """Return the word used on the command line and as ``source``."""

    @property
    def description(self) -> str:
        """Return one line: which files these are."""

    @property
    def licence_note(self) -> str:
        """Return whose data such files usually are and on which terms."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Return the file endings."""

    @property
    def options(self) -> Mapping[str, str]:
        """Return option name -> help."""

    def sniff(self, head: bytes) -> bool:
        """Return whether a (decompressed) file starting with ``head`` is of this kind.

        Never raises, whatever the bytes.
        """

    def read(self, path: Path, **options: Any) -> Imported:
        """Read a file.

        Raises
        ------
        DataError
            Whenever the file cannot be read as this kind: file, line, what, hint.
        """


def check_options(importer: Importer, options: Mapping[str, object]) -> None:
    """Refuse options the importer does not know (DataError, with the nearest name)."""
    for name in options:
        if name not in importer.options:
            known = ", ".join(importer.options) or "none"
            raise DataError(
                f"unknown option {name!r}",
                where=importer.name,
                hint=did_you_mean(name, importer.options) or f"known options: {known}",
            )
