"""Any table of polls: one row a poll or one row a contender, whatever the columns are called.

The columns' roles are guessed from their names and contents; the guess is part of what
is given back, and every part of it can be corrected by an option. Results, averages and
exit polls among the rows are told from polls as on a Wikipedia page. Rows with a fault
are left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.checks_toml import REGION_ID
from comparenotes.campaigns.importers.grid import Grid, Line, read_grid
from comparenotes.campaigns.importers.ledger import Ledger
from comparenotes.campaigns.importers.poll_rows import row_kind
from comparenotes.campaigns.importers.protocol import Imported, check_options
from comparenotes.campaigns.importers.reading import RowError
from comparenotes.campaigns.importers.table_roles import Guess, guess_roles, is_day
from comparenotes.campaigns.importers.table_rows import (
    Cells,
    Days,
    commonest,
    months_come_first,
    years_of,
)
from comparenotes.campaigns.importers.table_shares import Row, settle
from comparenotes.campaigns.importers.tables import check_codes, date_option, poll_frame
from comparenotes.campaigns.importers.wikipedia_roles import REST_HEADERS
from comparenotes.campaigns.importers.wikipedia_text import parse_population
from comparenotes.campaigns.model import HISTORY_COLUMNS, POLL_COLUMNS
from comparenotes.campaigns.naming import free, slug, snake
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import today
from comparenotes.campaigns.undecided import is_undecided
from comparenotes.errors import DataError

MANY_YEARS = 6
"""Polls over more years than this are of several elections."""

MANY_CONTESTS = 20

_NATIONAL = frozenset(
    {"", "national", "nation", "nationwide", "us", "usa", "united-states", "u-s", "all", "total"}
    | {"hele-landet", "bund", "bundesweit", "deutschland", "germany", "country", "gb", "uk"}
    | {"great-britain", "united-kingdom", "federal", "canada", "france", "whole-country"}
)
_TRUE = frozenset({"true", "t", "1", "yes", "y"})
_DATED = ("date", "datum", "fecha", "fieldwork", "year", "period")


@dataclass
class _Poll:
    """One poll: the rows it stands in, and what they hold."""

    lines: list[Line]
    row: Row
    days: Days
    firm: str
    year: int | None = None


@dataclass
class _Asked:
    """What the user said, checked."""

    columns: dict[str, str]
    keep: dict[str, str]
    shares: dict[str, str]
    dates: str | None
    year: int | None
    election: date | None
    names: dict[str, str] = field(default_factory=dict)


class TableImporter:
    """Reads tables of polls of no known maker."""

    name = "table"
    description = (
        "any table of polls: CSV, TSV, semicolons, XLSX, JSON, JSON lines, Parquet; wide or long"
    )
    licence_note = "not stated: name whose figures these are"
    suffixes = (
        *(".csv", ".tsv", ".txt", ".tab", ".json", ".jsonl", ".ndjson", ".xlsx", ".xlsm"),
        *(".parquet", ".csv.gz", ".tsv.gz", ".json.gz", ".jsonl.gz"),
    )
    options: Mapping[str, str] = {
        "columns": "roles and headers: 'end=Datum,pollster=Institut,ignore=Lead,shares=A|B|C'",
        "where": "only rows with this value: 'office=President'; several with ';'",
        "dates": "dmy or mdy: what 3/4/2026 means",
        "year": "year of dates that do not say it",
        "scale": "percent or fraction",
        "zeros": "keep or missing: whether a 0 is a share, or says not asked",
        "undecided": "included, excluded or ignore: whether they are part of the 100 per cent",
        "encoding": "of the file, where it is not UTF-8, like cp1252",
        "sheet": "name of the workbook's sheet (default: the first)",
        "election_date": "polls that end later are left out, and those of another election",
        "office": "only rows of this office, where a column says it",
        "state": "only rows of this state or region",
    }

    def sniff(self, head: bytes) -> bool:
        """Return whether a file may be a table of polls: a workbook, JSON, or names in a line."""
        if head.startswith((b"PK\x03\x04", b"PAR1")):
            return True
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return True
        text = head.decode("utf-8", errors="replace").lstrip("\ufeff \r\n\t").lower()
        if text.startswith(("{", "[")):
            return True
        first = text[:20_000].splitlines()[:6]
        named = any(w in line for line in first[:3] for w in _DATED)
        cells = (c for line in first for c in re.split(r"[,;\t|]", line)[:40])
        dated = named or any(is_day(c.strip(' "')) for c in cells)
        return dated and any(d in line for line in first for d in ",;\t|")

    def read(self, path: Path, **options: Any) -> Imported:
        """Read a file; see :class:`Importer`. Options: :attr:`options`."""
        check_options(self, options)
        asked = _asked(options)
        grid = read_grid(path, encoding=options.get("encoding"), sheet=options.get("sheet"))
        guess = guess_roles(grid, asked.columns)
        _require(guess, grid, path.name)
        return _Reader(grid, guess, asked, self.name, path.name).read()


def _asked(options: Mapping[str, Any]) -> _Asked:
    year = options.get("year")
    if year is not None and not str(year).isdigit():
        raise DataError(f"{str(year)[:20]!r} is no year", where="option year")
    for name, words in (
        ("dates", ("dmy", "mdy")),
        ("scale", ("percent", "fraction")),
        ("zeros", ("keep", "missing")),
        ("undecided", ("included", "excluded", "ignore")),
    ):
        if options.get(name) not in (None, *words):
            raise DataError(
                f"{str(options[name])[:20]!r} is unknown",
                where=f"option {name}",
                hint=f"one of: {', '.join(words)}",
            )
    keep = _pairs(options.get("where"), ";", "where")
    for name in ("office", "state"):
        if options.get(name) is not None:
            keep[name] = str(options[name])
    return _Asked(
        columns=_pairs(options.get("columns"), ",", "columns"),
        keep=keep,
        shares={k: str(options[k]) for k in ("scale", "zeros", "undecided") if options.get(k)},
        dates=options.get("dates"),
        year=None if year is None else int(str(year)),
        election=date_option(options, "election_date"),
    )


def _pairs(text: object, separator: str, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in str(text).split(separator) if text else ():
        key, equals, value = piece.partition("=")
        if not equals:
            raise DataError(f"{piece[:40]!r} is not name=value", where=f"option {name}")
        found[key.strip()] = value.strip()
    return found


def _require(guess: Guess, grid: Grid, file: str) -> None:
    """Refuse a table without dates or shares, in words of its own columns."""
    dated = {"end", "dates", "published", "start"} & guess.columns.keys()
    whole = {"year", "month", "day"} <= guess.columns.keys()
    if dated or whole:
        if guess.long or len([c for c in guess.shares.values() if c != OTHERS]) >= 2:
            return
        what, role = "no two columns of shares", "shares=A|B"
    else:
        what, role = "no column of dates", "end=NAME"
    raise DataError(
        f"{what} found",
        where=file,
        hint=f"say which: --option columns='{role}'; its columns: {', '.join(grid.header[:12])}",
    )


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, grid: Grid, guess: Guess, asked: _Asked, source: str, file: str) -> None:
        self.grid, self.guess, self.asked, self.source, self.file = grid, guess, asked, source, file
        self.ledger = Ledger()
        self.notes: list[str] = [*grid.notes]
        self.labels: dict[str, str] = {}
        first, note = months_come_first(grid, guess, asked.dates)
        self.cells = Cells(grid, guess, first)
        self.note(note)
        self.codes = self._codes()

    def note(self, text: str | None) -> None:
        """Keep a sentence for the user."""
        if text is not None:
            self.notes.append(text)

    def _codes(self) -> dict[int, str]:
        """Return column -> code of the share columns of a wide table."""
        codes: dict[int, str] = {}
        for i, name in self.guess.shares.items():
            code = OTHERS if name == OTHERS else self._code(name, codes.values())
            codes[i] = code
        return codes

    def _code(self, name: str, taken: Any) -> str:
        code = slug(name) or f"c{len(self.labels) + 1}"
        if code in POLL_COLUMNS or code == OTHERS:
            code = f"c-{code}"
        code = free(code, taken)
        self.labels[code] = name
        return code

    def read(self) -> Imported:
        """Return the polls, the results and the account of every row."""
        for problem in self.grid.bad:
            self.ledger.problem(problem)
        lines = self._kept(list(self.grid.lines))
        latest = self.asked.election or today()
        years, note = years_of(self.cells, lines, latest, self.asked.year)
        self.note(note)
        polls: list[_Poll] = []
        results: list[tuple[_Poll, str]] = []
        for group, year in self._groups(lines, years):
            try:
                poll, why = self._poll(group, year)
            except RowError as problem:
                for line in group:
                    self.ledger.problem(problem, line.where)
                continue
            if why == "result":
                results.append((poll, why))
            elif why is not None:
                for line in group:
                    self.ledger.leave_out(line.where, why, poll.firm)
            else:
                polls.append(poll)
        codes = list(
            dict.fromkeys([*self.codes.values(), *(c for p in polls for c in p.row.shares)])
        )
        check_codes(codes, self.file)
        settled = settle(
            [p.row for p in (*polls, *(r for r, _ in results))], codes, self.asked.shares
        )
        self.notes += settled
        records = [self._record(p) for p in polls if self._enter(p, "poll")]
        history = [
            {"date": p.days.end, "region": None, "contender": c, "share": s, "seats": None}
            for p, _ in results
            if self._enter(p, "result")
            for c, s in p.row.shares.items()
        ]
        _one_region(records)
        self._span(records)
        used = {c for r in records for c in r if c not in POLL_COLUMNS}
        codes = [c for c in codes if c in used]
        return Imported(
            polls=poll_frame(records, codes).select(*POLL_COLUMNS, *codes),
            results=pl.DataFrame(history, schema=dict(HISTORY_COLUMNS)),
            rows=self.ledger.rows,
            used=self.ledger.used,
            left_out=self.ledger.left_out,
            labels={c: n for c, n in self.labels.items() if c in used and n != c},
            fates=tuple(self.ledger.fates),
            notes=tuple(self.notes),
            guess=self._told(),
        )

    def _enter(self, poll: _Poll, became: str) -> bool:
        text = f"{poll.firm}, {poll.days.end}"
        for line in poll.lines:
            if poll.row.fault is None:
                self.ledger.use(line.where, became, text)
            elif poll.row.fault.startswith("fewer"):
                self.ledger.leave_out(line.where, poll.row.fault, text)
            else:
                self.ledger.fault(line.where, poll.row.fault, f"{text}: {poll.row.detail}")
        return poll.row.fault is None

    # ------------------------------------------------------------ which rows

    def _kept(self, lines: list[Line]) -> list[Line]:
        """Return the rows of the election asked for; of several contests the commonest."""
        by_name = {h.casefold(): i for i, h in enumerate(self.grid.header)}
        asked = dict(self.asked.keep)
        for role, name in (("contest", "office"), ("region", "state")):
            if name in asked and role in self.guess.columns:
                asked[self.grid.header[self.guess.columns[role]]] = asked.pop(name)
            elif name in asked and name not in by_name:
                asked.pop(name)  # the file does not say it: it is all of one
        for name, value in asked.items():
            i = by_name.get(name.casefold())
            if i is None:
                raise DataError(
                    f"no column {name[:40]!r}",
                    where="option where",
                    hint=f"columns: {', '.join(self.grid.header[:12])}",
                )
            lines = self._only(lines, i, value.casefold())
        election = self.asked.election
        for role in ("election_date", "cycle"):
            if election is not None and role in self.guess.columns:
                lines = [x for x in lines if self._of_election(x, role, election)]
        for role in ("contest", "stage"):
            i = self.guess.columns.get(role, -1)
            if i < 0 or self.grid.header[i] in asked:
                continue
            found = commonest([line.cells[i] for line in lines])
            if len(found) > 1:
                name, (most, n) = self.grid.header[i], found[0]
                if len(found) > MANY_CONTESTS and n * 5 < len(lines):
                    raise DataError(
                        f"holds polls of {len(found):,} different {name}",
                        where=self.file,
                        hint=f"choose one: --option where='{name}={most}'",
                    )
                self.note(
                    f"{name} has {len(found)} values: {most!r} ({n:,} rows) is taken; "
                    f"--option where='{name}=...' takes another, like {found[1][0]!r}"
                )
                lines = self._only(lines, i, most.casefold())
        return lines

    def _only(self, lines: list[Line], column: int, value: str) -> list[Line]:
        kept = []
        for line in lines:
            if line.cells[column].casefold() == value:
                kept.append(line)
            else:
                why = f"another {self.grid.header[column]}"
                self.ledger.leave_out(line.where, why, line.cells[column])
        return kept

    def _of_election(self, line: Line, role: str, election: date) -> bool:
        cell = self.cells.text(line, role).removesuffix(".0")
        if not cell:
            return True
        try:
            if role == "cycle" or cell.isdigit():
                same = int(cell) == election.year if cell.isdigit() else True
            else:
                written = self.cells.written(line, role)
                days = written.days(election.year) if written is not None else None
                same = days is None or days[1] == election
        except (RowError, ValueError):
            return True
        if not same:
            self.ledger.leave_out(line.where, f"another election ({role})", cell)
        return same

    def _groups(
        self, lines: list[Line], years: list[int | None]
    ) -> list[tuple[list[Line], int | None]]:
        """Return the rows of each poll: one in a wide table, one a contender in a long one."""
        if not self.guess.long:
            return [([line], year) for line, year in zip(lines, years, strict=True)]
        facts = [
            i
            for role, i in sorted(self.guess.columns.items())
            if role not in ("contender", "share", "poll_id", "sponsor")
        ]
        names = ("poll_id", "question_id", "id")
        ids = [i for i, h in enumerate(self.grid.header) if snake(h) in names]
        if "poll_id" in self.guess.columns:
            ids.append(self.guess.columns["poll_id"])
        groups: dict[tuple[str, ...], tuple[list[Line], int | None]] = {}
        for line, year in zip(lines, years, strict=True):
            key = tuple(line.cells[i] for i in (*ids, *facts))
            groups.setdefault(key, ([], year))[0].append(line)
        return list(groups.values())

    # ------------------------------------------------------------- one poll

    def _poll(self, group: list[Line], year: int | None) -> tuple[_Poll, str | None]:
        line = group[0]
        firm = self.cells.firm(line)
        why = row_kind(firm, frozenset())
        days = self.cells.days(line, year)
        if why in (None, "result"):
            row = self._long(group) if self.guess.long else self._wide(line)
        else:
            row = Row({})
        if why is None and days.end > date.max.replace(year=2100):
            why = "a date far ahead"
        if why is None and self.asked.election is not None and days.end > self.asked.election:
            why = "dated after the vote"
        return _Poll(group, row, days, firm), why

    def _wide(self, line: Line) -> Row:
        return Row(self.cells.shares(line, self.codes), self.cells.undecided(line))

    def _long(self, group: list[Line]) -> Row:
        shares: dict[str, float] = {}
        undecided: list[float] = []
        column = self.guess.columns["share"]
        for line in group:
            name = self.cells.text(line, "contender")
            if not name:
                raise RowError("names nobody", line.where, reason="a row that names nobody")
            found = self.cells.shares(line, {column: "x"})
            if not found:
                continue
            plain = snake(name)
            if is_undecided(plain):
                undecided.append(found["x"])
                continue
            code = OTHERS if REST_HEADERS.fullmatch(plain) else self._known(name)
            if shares.get(code, found["x"]) != found["x"]:
                raise RowError(
                    f"{name[:40]!r} stands twice in one poll",
                    line.where,
                    hint="poll_id=COLUMN names what tells polls apart",
                    reason="a contender twice in one poll",
                )
            shares[code] = found["x"]
        return Row(shares, sum(undecided) if undecided else None)

    def _known(self, name: str) -> str:
        """Return the code of a name, the same each time."""
        if name not in self.asked.names:
            self.asked.names[name] = self._code(name, self.asked.names.values())
        return self.asked.names[name]

    def _record(self, poll: _Poll) -> dict[str, Any]:
        line, text = poll.lines[0], self.cells.text
        region = text(line, "region")
        if "state" in self.asked.keep:
            region = ""
        return {
            "start": poll.days.start,
            "end": poll.days.end,
            "published": poll.days.published,
            "pollster": poll.firm,
            "sponsor": self.cells.sponsor(line),
            "sample_size": self.cells.sample(line),
            "population": text(line, "population").lower()[:40]
            or parse_population(text(line, "sample_size")),
            "mode": text(line, "mode").lower()[:60] or None,
            "region": None if slug(region) in _NATIONAL else _region(region),
            "question": text(line, "question")[:120] or None,
            "hypothetical": text(line, "hypothetical").lower() in _TRUE,
            "source": self.source,
            **poll.row.shares,
        }

    # ------------------------------------------------------- what is said of it

    def _span(self, records: list[dict[str, Any]]) -> None:
        """Notice polls of several elections in one table."""
        years = sorted({r["end"].year for r in records})
        if years and years[-1] - years[0] > MANY_YEARS:
            self.note(
                f"polls of {years[0]} to {years[-1]}, so of several elections: "
                "--since DATE takes those after the last one"
            )
        columns = self.guess.columns
        for role in ("election_date", "cycle"):
            if self.asked.election is None and role in columns:
                values = commonest([x.cells[columns[role]] for x in self.grid.lines])
                if len(values) > 1:
                    self.note(f"polls of {len(values)} elections ({role}): --date chooses one")

    def _told(self) -> tuple[str, ...]:
        """Return the guess in lines: roles, shares, what is not used, three rows."""
        header = self.grid.header
        roles = "; ".join(f"{role} = {header[i]}" for role, i in self.guess.columns.items())
        lines = [f"columns: {roles}"]
        if not self.guess.long:
            named = (
                f"{header[i]}{'' if self.codes[i] == header[i] else f' ({self.codes[i]})'}"
                for i in self.guess.shares
            )
            lines.append(f"shares: {', '.join(named)}")
        if self.guess.undecided:
            lines.append(f"undecided: {', '.join(header[i] for i in self.guess.undecided)}")
        if self.guess.unused:
            lines.append(f"not used: {', '.join(header[i] for i in self.guess.unused)}")
        return tuple(x[:1000] for x in lines)


def _region(text: str) -> str:
    """Return a region's id made of what the table calls it."""
    return text if REGION_ID.fullmatch(text) else slug(text) or "region"


def _one_region(records: list[dict[str, Any]]) -> None:
    """Take a region that is the same in all rows for the whole electorate."""
    regions = {r["region"] for r in records}
    if len(regions) == 1:
        for record in records:
            record["region"] = None


IMPORTER = TableImporter()
