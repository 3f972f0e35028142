"""Wide CSV in the manner of HuffPost Pollster: one row a question, one column a candidate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from comparenotes.campaigns.importers.ledger import Ledger
from comparenotes.campaigns.importers.protocol import Imported, check_options
from comparenotes.campaigns.importers.reading import (
    Row,
    RowError,
    parse_count,
    parse_date,
    parse_share,
    present,
    read_rows,
)
from comparenotes.campaigns.importers.tables import (
    AFTER_THE_VOTE,
    TOTAL_LIMIT,
    check_dates,
    date_option,
    poll_frame,
)
from comparenotes.campaigns.importers.us_states import region_id
from comparenotes.campaigns.model import POLL_COLUMNS
from comparenotes.errors import DataError

_REQUIRED = (
    "state", "pollster", "start.date", "end.date", "number.of.observations",
    "population", "mode", "undecided",
)  # fmt: skip
_ENTRY = "entry.date.time..et."
_NOT_A_CANDIDATE = frozenset(
    {
        *_REQUIRED, _ENTRY, "", "...1", "other", "pollster.url", "source.url", "partisan",
        "affiliation", "question.text", "question.iteration",
    }
)  # fmt: skip
_FORMATS = ("%Y-%m-%d", "%m/%d/%y", "%m/%d/%Y")
_POPULATIONS = {"Likely Voters": "lv", "Registered Voters": "rv", "Adults": "a"}

HEAD_TO_HEAD, SEVERAL = "head to head", "several candidates"
SHORT = 3.0
"""A row this far short of 100 per cent asked about somebody the file has no column for."""
NAMED = 1.0
"""A third candidate above this was offered, not volunteered."""


class HuffPost:
    """Reader of wide HuffPost-style files. Codes are the candidates' columns.

    Rows about the supporters of one party are left out: they are subsamples.
    ``question`` tells a contest of two from one of several: a third candidate
    has a share; or the same sample was asked twice, and this time gave the first
    two less; or, asked once, the shares fall :data:`SHORT` points short of 100.

    A file without the column of the day of entry is the Economist's form of
    2008 and 2012, whose mode, population and remainder are filled in, not
    observed: mode, population and question become null.
    """

    name = "huffpost"
    description = "wide CSV of polls as HuffPost Pollster published it, one column a candidate"
    licence_note = "by way of the Economist and markjrieke/2024-potus, MIT licence"
    suffixes = (".csv", ".csv.gz")
    options: Mapping[str, str] = {"election_date": "polls that end later are left out"}

    def sniff(self, head: bytes) -> bool:
        """Return whether the header line holds the form's columns."""
        line = head.split(b"\n", 1)[0]
        return b"number.of.observations" in line and b"start.date" in line

    def read(self, path: Path, **options: Any) -> Imported:
        """Read a file; see :class:`Importer`."""
        check_options(self, options)
        vote = date_option(options, "election_date")
        bad: list[RowError] = []
        rows = read_rows(path, _REQUIRED, bad=bad)
        names = [c for c in rows[0].cells if c not in _NOT_A_CANDIDATE] if rows else []
        if rows and len(names) < 2:
            raise DataError("fewer than two candidate columns", where=path.name)
        if wrong := sorted(set(names) & set(POLL_COLUMNS)):
            raise DataError(f"candidate column called {wrong[0]!r}", where=path.name)
        ledger = Ledger()
        for problem in bad:
            ledger.problem(problem)
        kept: list[tuple[dict[str, Any], float]] = []  # poll, share neither named nor undecided
        for row in rows:
            try:
                poll, rest, why = self._poll(row, names, vote)
            except RowError as problem:
                ledger.problem(problem, row.where)
                continue
            if why is not None:
                ledger.leave_out(row.where, why, row["pollster"])
                continue
            ledger.use(row.where, "poll", row["pollster"])
            kept.append((poll, rest))
        if rows and _ENTRY in rows[0].cells:
            _label_questions(kept, names)
        records = [record for record, _ in kept]
        return Imported(
            polls=poll_frame(records, names),
            rows=ledger.rows,
            used=ledger.used,
            left_out=ledger.left_out,
            fates=tuple(ledger.fates),
            labels={n: n.capitalize() for n in names},
        )

    def _poll(
        self, row: Row, names: list[str], vote: date | None
    ) -> tuple[dict[str, Any], float, str | None]:
        """Return the poll, the share neither named nor undecided, and why it is left out."""
        end = parse_date(row["end.date"], row.where, _FORMATS)
        start = parse_date(row["start.date"], row.where, _FORMATS)
        check_dates(start, end, row.where)
        shares = {n: parse_share(row[n], row.where) for n in names if present(row[n])}
        rest = [parse_share(row.get(c), row.where) for c in _rest(row)]
        why = None
        if " - " in row["population"]:
            why = "subsample of one party's supporters"
        elif vote is not None and end > vote:
            why = AFTER_THE_VOTE
        elif len(shares) < 2:
            why = "fewer than two candidates reported"
        elif sum([*shares.values(), *rest]) > TOTAL_LIMIT:
            why = f"shares add up to more than {TOTAL_LIMIT:g}"
        if why is not None:
            return {}, 0.0, why
        record = self._record(row) | shares | {"start": start, "end": end}
        return record, 100 - sum(shares.values()) - sum(rest), None

    def _record(self, row: Row) -> dict[str, Any]:
        size, mode, population = row["number.of.observations"], row["mode"], row["population"]
        entered = row.get(_ENTRY).split("T")[0]
        observed = _ENTRY in row.cells
        side = row.get("affiliation") if row.get("partisan") in ("Sponsor", "Pollster") else ""
        end = parse_date(row["end.date"], row.where, _FORMATS)
        return {
            "published": max(end, parse_date(entered, row.where)) if present(entered) else None,
            "pollster": row["pollster"],
            "sponsor": side.upper() if present(side) else None,
            "sample_size": parse_count(size, row.where) if present(size) else None,
            "population": _POPULATIONS.get(population, population)
            if observed and present(population)
            else None,
            "mode": mode if observed and present(mode) else None,
            "region": region_id(row["state"], row.where),
            "hypothetical": False,
            "source": self.name,
        }


def _rest(row: Row) -> list[str]:
    return [c for c in ("other", "undecided") if present(row.get(c))]


def _label_questions(kept: list[tuple[dict[str, Any], float]], names: Sequence[str]) -> None:
    """Set ``question`` of every poll in place; see :class:`HuffPost`."""
    sums = {n: sum(r.get(n) or 0.0 for r, _ in kept) for n in names}
    first = sorted(names, key=lambda n: (-sums[n], n))[:2]

    def sample(record: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(record[k] for k in ("region", "pollster", "start", "end"))

    def two(record: Mapping[str, Any]) -> float:
        return sum(record.get(n) or 0.0 for n in first)

    sums_of: dict[tuple[Any, ...], set[float]] = {}
    for record, _ in kept:
        sums_of.setdefault(sample(record), set()).add(two(record))
    for record, missing in kept:
        third = any((record.get(n) or 0.0) > NAMED for n in names if n not in first)
        asked = sums_of[sample(record)]
        # a sample asked twice tells by itself; one asked once, by what is missing
        several = two(record) < max(asked) if len(asked) > 1 else missing >= SHORT
        record["question"] = SEVERAL if third or several else HEAD_TO_HEAD


IMPORTER = HuffPost()
