"""The reviewable party table: which code of a poll file is which contender.

``tools/tables/parties_world.csv`` has one row a code: country, source, code,
contender, name, parlgov_id, from, to, part, left, family, note. A row holds for
campaigns whose election falls between ``from`` and ``to``. ``source`` is

- ``apopod``: a code of the poll file. ``part`` is empty where the code is the
  whole contender, ``main`` or ``minor`` where it is a part of it: a poll that
  names no whole counts as the sum of its parts, if every main part is named.
- ``parlgov``: a ParlGov party whose votes are the contender's, in this election
  and earlier ones (``parlgov_result``, ``parlgov_history``: in one of these only).
- ``by_hand``: a label of ``results_by_hand.csv``.

``left`` is the day a contender gave up: polls from then on no longer count for it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

TABLES = Path(__file__).parents[1] / "tables"
SOURCES = ("apopod", "parlgov", "parlgov_result", "parlgov_history", "by_hand")
COLUMNS = (
    *("country", "source", "code", "contender", "name", "parlgov_id"),
    *("from", "to", "part", "left", "family", "note"),
)


@dataclass(frozen=True)
class Row:
    """One row of the table, see the module."""

    country: str
    source: str
    code: str
    contender: str
    name: str
    parlgov_id: int | None
    first: date | None
    last: date | None
    part: str
    left: date | None
    family: str | None

    def holds(self, country: str, day: date) -> bool:
        """Return whether the row holds for an election in ``country`` on ``day``."""
        return (
            self.country == country
            and (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
        )


@dataclass(frozen=True)
class Party:
    """A contender of one campaign, as the table describes it."""

    id: str
    name: str
    parlgov_id: int | None
    left: date | None
    family: str | None


def normal(code: str) -> str:
    """Return a joint code with its parts in alphabetical order."""
    return "+".join(sorted(code.split("+")))


def read_table(path: Path = TABLES / "parties_world.csv") -> tuple[Row, ...]:
    """Read and check the table (ValueError: line and what)."""
    rows: list[Row] = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path.name}: columns are {reader.fieldnames}")
        for number, r in enumerate(reader, start=2):
            if r["source"] not in SOURCES or r["part"] not in {"", "main", "minor"}:
                raise ValueError(f"{path.name}:{number}: unknown source or part")
            rows.append(
                Row(
                    country=r["country"],
                    source=r["source"],
                    code=normal(r["code"]) if r["source"] == "apopod" else r["code"],
                    contender=r["contender"],
                    name=r["name"],
                    parlgov_id=int(r["parlgov_id"]) if r["parlgov_id"] else None,
                    first=date.fromisoformat(r["from"]) if r["from"] else None,
                    last=date.fromisoformat(r["to"]) if r["to"] else None,
                    part=r["part"],
                    left=date.fromisoformat(r["left"]) if r["left"] else None,
                    family=r["family"] or None,
                )
            )
    return tuple(rows)


class Book:
    """The rows that hold for one election."""

    def __init__(self, table: Iterable[Row], country: str, day: date) -> None:
        rows = [r for r in table if r.holds(country, day)]
        self.parties: dict[str, Party] = {}
        self._codes: dict[str, Row] = {}
        self._labels: dict[str, str] = {}
        self._result: dict[int, str] = {}
        self._history: dict[int, str] = {}
        self._main: dict[str, set[str]] = {}
        for r in rows:
            known = self.parties.get(r.contender)
            self.parties[r.contender] = Party(
                r.contender,
                r.name,
                (known.parlgov_id if known else None) or r.parlgov_id,
                (known.left if known else None) or r.left,
                (known.family if known else None) or r.family,
            )
            if r.source == "apopod":
                self._once(self._codes, r.code, r)
                if r.part == "main":
                    self._main.setdefault(r.contender, set()).add(r.code)
            elif r.source == "by_hand":
                self._once(self._labels, r.code, r.contender)
            elif r.parlgov_id is None:
                raise ValueError(f"{country}: {r.contender}: {r.source} row without an id")
            else:
                if r.source != "parlgov_history":
                    self._once(self._result, r.parlgov_id, r.contender)
                if r.source != "parlgov_result":
                    self._once(self._history, r.parlgov_id, r.contender)

    @staticmethod
    def _once(into: dict[K, V], key: K, value: V) -> None:
        if into.setdefault(key, value) != value:
            raise ValueError(f"{key!r} is matched twice: {into[key]} and {value}")

    def by_label(self, label: str) -> str | None:
        """Return the contender of a label in a table of results typed by hand."""
        return self._labels.get(label) or (label if label in self.parties else None)

    def by_party(self, party: int, *, earlier: bool = False) -> str | None:
        """Return the contender a ParlGov party's votes belong to."""
        return (self._history if earlier else self._result).get(party)

    def by_code(self, code: str) -> str | None:
        """Return the contender of a poll code, a joint one of its own parts included."""
        row = self._codes.get(normal(code))
        if row:
            return row.contender
        parts = {self._codes[c].contender if c in self._codes else "" for c in code.split("+")}
        return parts.pop() or None if len(parts) == 1 else None

    def shares(self, printed: Mapping[str, float], day: date) -> tuple[dict[str, float], float]:
        """Return a poll's shares by contender, and what belongs to none of them.

        A contender of which the poll names only some main parts is left out: its
        share is then unknown, and what was named of it counts as belonging to none.
        """
        found: dict[str, float] = {}
        whole: set[str] = set()
        parts: dict[str, set[str]] = {}
        rest = 0.0
        for code, share in printed.items():
            contender = self.by_code(code)
            party = self.parties.get(contender or "")
            if contender is None or party is None or (party.left and day >= party.left):
                rest += share
                continue
            found[contender] = found.get(contender, 0.0) + share
            row = self._codes.get(normal(code))
            if row is not None and not row.part:
                whole.add(contender)
            parts.setdefault(contender, set()).update(code.split("+"))
        for contender in list(found):
            if contender in whole:
                continue
            main = self._main.get(contender, set())
            if not main or not main <= parts[contender]:
                rest += found.pop(contender)
        return found, rest
