"""Poll tables of Wikipedia: a saved page (HTML), a CSV of its tables, or JSON rows of them.

One cell across the table is an event; a row whose firm is an election is a
result, never a poll. Dates without a year take it from the heading above (or a
``year`` column); where that names two years, or only the page's title names one,
from the order of the rows. Averages, exit polls, second rounds, other elections,
parts of the electorate, seat projections and constituency polls are left out and
counted row by row; tables under a heading that says "hypothetical" are kept, marked so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.importers.dates import Written, infer_years, read_dates
from comparenotes.campaigns.importers.ledger import Ledger
from comparenotes.campaigns.importers.poll_rows import of_interest, row_kind, year_of
from comparenotes.campaigns.importers.protocol import Imported, check_options
from comparenotes.campaigns.importers.wikipedia_roles import (
    Kind,
    Roles,
    classify,
    find_roles,
    heading_years,
    is_event,
    is_yes_no,
)
from comparenotes.campaigns.importers.wikipedia_shares import shares_of
from comparenotes.campaigns.importers.wikipedia_tables import Line, Table, read_tables
from comparenotes.campaigns.importers.wikipedia_text import (
    is_missing,
    one_line,
    parse_number,
    parse_population,
    parse_sample,
    split_firm,
    split_mode,
)
from comparenotes.campaigns.model import EVENT_COLUMNS, HISTORY_COLUMNS, POLL_COLUMNS
from comparenotes.campaigns.naming import snake
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import today as clock
from comparenotes.errors import DataError

REGIONS: Mapping[str, str] = {"scotland": "GB-SCT", "wales": "GB-WLS", "london": "GB-LND"}
"""Headings known without the ``regions`` option."""

_UNKNOWN = frozenset({"", "tba", "tbc", "n_a"})
_COUNTRYWIDE = frozenset({"gb", "uk", "national"})
_FAULTS = ("a share that could not be read", "shares add up to over")
_NO_DATE = "no date that could be read"


class WikipediaImporter:
    """Reads saved Wikipedia polling pages and tables taken from them."""

    name = "wikipedia"
    description = "a saved Wikipedia page of opinion polls (.html), or its tables as .csv or .json"
    licence_note = "Wikipedia contributors, CC BY-SA 4.0: name the page and the date you saved it"
    suffixes = (".html", ".htm", ".csv", ".json", ".html.gz", ".csv.gz", ".json.gz")
    options: Mapping[str, str] = {
        "year": "year of dates that do not say it and stand under no heading with one",
        "section": "only tables under a heading that contains this text",
        "regions": "headings of regions and their ids: 'Scotland=GB-SCT,Wales=GB-WLS'",
        "vote": "where there are two votes: list (the default) or constituency",
    }

    def sniff(self, head: bytes) -> bool:
        """Return whether ``head`` looks like a page with wikitables or a table of one."""
        text = head.decode("utf-8", errors="replace").lower()
        start = text.lstrip("\ufeff \r\n\t")
        if start.startswith("<"):
            return "mediawiki" in text or "wikitable" in text or "mw-parser-output" in text
        if start.startswith("["):
            return '"dates"' in text and '"pollster"' in text
        header = {c.strip().strip('"') for c in start.partition("\n")[0].split(",")}
        return "dates" in header and bool(header & {"pollster", "pollster_client"})

    def read(self, path: Path, **options: Any) -> Imported:
        """Read one file; see the module. Options: :attr:`options`."""
        check_options(self, options)
        year = _year_option(options.get("year"))
        regions = {**REGIONS, **_regions_option(options.get("regions"))}
        section = str(options.get("section") or "").lower()
        vote = _vote_option(options.get("vote"))
        tables = read_tables(path)
        reader = _Reader(year)
        parts: list[tuple[Table, Kind, Roles | None]] = []
        for table in tables:
            if section and not any(section in h.lower() for h in table.headings):
                reader.leave_out(table, "outside the section asked for")
                continue
            about = of_interest(table.title)
            reader.about |= about
            for part in _sections(table, reader.ledger):
                kind = classify(part.headings, regions, about)
                parts.append((part, kind, find_roles(part)))
        for table, kind, roles in _other_questions(parts, vote):
            reader.table(table, kind, roles)
        if not reader.ledger.rows:
            raise DataError(
                "no poll tables found",
                where=path.name,
                hint="save the whole page of the polls as HTML",
            )
        return reader.imported(self.name)


def _vote_option(value: object) -> str:
    if value in (None, "list", "constituency"):
        return str(value or "list")
    raise DataError(
        f"{str(value)[:20]!r} is no vote", where="option vote", hint="list or constituency"
    )


def _sections(table: Table, ledger: Ledger) -> list[Table]:
    """Cut a table at headings inside it: a year, or a header cell across all columns."""
    parts: list[Table] = []
    headings, lines = table.headings, list[Line]()
    for line in table.lines:
        filled = [s for s in line.slots if s.text]
        whole = len(line.slots) > 1 and bool(filled) and len({s.origin for s in line.slots}) == 1
        text = one_line(filled[0].text) if whole else ""
        if whole and (filled[0].header or re.fullmatch(r"[\d\s–/-]{4,11}", text)):
            if lines:
                parts.append(replace(table, headings=headings, lines=tuple(lines)))
            headings, lines = (*table.headings, text), []
            ledger.leave_out(line.where, "heading inside a table", text)
        else:
            lines.append(line)
    if lines or not parts:
        parts.append(replace(table, headings=headings, lines=tuple(lines)))
    return parts


def _other_questions(
    parts: Sequence[tuple[Table, Kind, Roles | None]], vote: str
) -> list[tuple[Table, Kind, Roles | None]]:
    """Set aside tables that only the page as a whole shows to ask something else.

    Two candidates against each other beside tables of more; one of two votes; yes or no.
    """
    used = [(kind, roles) for _, kind, roles in parts if kind.why is None and roles is not None]
    many = any(len(roles.parties) > 2 and not kind.pair for kind, roles in used)
    votes = {kind.vote for kind, _ in used if kind.vote}
    found = []
    for table, kind, roles in parts:
        if kind.why is None and roles is not None:
            named = [c for c in roles.parties.values() if c != OTHERS]
            if kind.pair and many and len(named) == 2:
                kind = Kind(why="two candidates against each other")
            elif kind.vote and len(votes) > 1 and kind.vote != vote:
                kind = Kind(why=f"the {kind.vote} vote (--option vote={kind.vote} takes it)")
            elif is_yes_no(roles) and "referendum" not in of_interest(table.title) and many:
                kind = Kind(why="a referendum")
        found.append((table, kind, roles))
    return found


def _year_option(value: object) -> int | None:
    if value is None:
        return None
    try:
        return int(str(value))
    except ValueError:
        raise DataError(f"{str(value)[:20]!r} is not a year", where="option year") from None


def _regions_option(value: object) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {str(k).lower(): str(v) for k, v in value.items()}
    pairs: dict[str, str] = {}
    for piece in str(value).split(",") if value else ():
        heading, equals, region = piece.partition("=")
        if not equals:
            raise DataError(
                f"{piece[:40]!r} is not heading=id", where="option regions", hint="Wales=GB-WLS"
            )
        pairs[heading.strip().lower()] = region.strip()
    return pairs


class _Reader:
    """Collects polls, results, events and the account over the tables of one file."""

    def __init__(self, year: int | None, today: date | None = None) -> None:
        self.year = year
        self.today = today or clock()
        self.ledger = Ledger()
        self.polls: list[dict[str, Any]] = []
        self.results: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.known: set[tuple[date, str | None]] = set()
        self.codes: dict[str, None] = {}
        self.labels: dict[str, str] = {}
        self.notes: dict[str, None] = {}
        self.about: frozenset[str] = frozenset()

    def leave_out(self, table: Table, why: str) -> None:
        for line in table.lines:
            self.ledger.leave_out(line.where, why, _row_text(line))

    def table(self, table: Table, kind: Kind, roles: Roles | None) -> None:
        """Read one table, or account for it as a whole."""
        if kind.why is not None or roles is None:
            self.leave_out(table, kind.why or "a table without dates, firms and shares")
            return
        home = _home_areas(table, roles)
        for code in roles.names:
            self.codes.setdefault(code)
            self.labels.setdefault(code, roles.names[code])
        if roles.aside:
            self.note(f"columns that are no shares of this vote: {', '.join(roles.aside)}")
        about = of_interest(table.title)
        written = [read_dates(roles.dates(line)) for line in table.lines]
        years = self._years(table, roles, written)
        for line, dates, year in zip(table.lines, written, years, strict=True):
            why = self._line(line, roles, kind, dates, year, home, about)
            if why is None:
                continue
            if why == _NO_DATE or why.startswith(_FAULTS):
                self.ledger.fault(line.where, why, _row_text(line))
            else:
                self.ledger.leave_out(line.where, why, _row_text(line))

    def note(self, text: str) -> None:
        """Keep a sentence for the user, once."""
        self.notes.setdefault(text[:300])

    def _years(
        self, table: Table, roles: Roles, written: Sequence[Written | None]
    ) -> list[int | None]:
        """Return the year of each row's last day, where its cell does not say."""
        n = len(table.lines)
        own = [roles.text(line, "year") for line in table.lines]
        if any(re.fullmatch(r"\d{4}", y) for y in own):
            return [int(y) if re.fullmatch(r"\d{4}", y) else self.year for y in own]
        span = heading_years(table.headings, self.today.year)
        if span is not None and span[0] == span[1]:
            return [span[1]] * n
        if span is None and self.year is not None:
            return [self.year] * n
        if not any(w is not None and w.needs_year for w in written):
            return [None] * n
        titled = year_of([table.title])
        if span is None and not titled:
            return [None] * n
        low, high = span if span is not None else (None, max(titled))
        if high is None:
            high = max([self.today.year, *((low and [low]) or [])])
            high = min(high, max(titled)) if titled and max(titled) >= (low or 0) else high
        years = infer_years(written, high, low, self.today)
        told = [(w, y) for w, y in zip(written, years, strict=True) if w and w.needs_year and y]
        if told:
            self.note(
                f"{table.where}: years follow from the order of the rows "
                f"({min(y for _, y in told)} to {max(y for _, y in told)}); "
                "--option year=... sets one"
            )
        return years

    def _line(
        self,
        line: Line,
        roles: Roles,
        kind: Kind,
        written: Written | None,
        year: int | None,
        home: frozenset[str],
        about: frozenset[str],
    ) -> str | None:
        """Use one row; return why it is left out, or None."""
        dates = None if written is None else written.days(year)
        columns = list(roles.parties)
        if is_event(line, columns):
            slots = [line.slots[i] for i in columns if i < len(line.slots)]
            title = one_line(next(s.text for s in slots if s.text))
            if dates is None:
                dated = parse_number(roles.text(line, "dates")) is not None
                return _NO_DATE if dated else "heading inside a table"
            self.ledger.use(line.where, "event", title)
            self.events.append({"date": dates[1], "title": title[:200]})
            return None
        firm, client = self._firm(line, roles)
        what = row_kind(firm, about)
        if what not in (None, "result"):
            return what
        shares, why = shares_of(line, roles)
        if shares is None:
            return why
        if dates is None or written is None:
            return _NO_DATE
        area = snake(roles.text(line, "area"))
        if what == "result":
            region = kind.region or (area.upper() if area and area not in home else None)
            # Every table of a page ends in the last result, some with fewer parties.
            if (dates[1], region) in self.known:
                return "a result given before"
            self.known.add((dates[1], region))
            self.ledger.use(line.where, "result", firm)
            self.results += [
                {"date": dates[1], "region": region, "contender": c, "share": s}
                for c, s in shares.items()
            ]
            return None
        if not firm:
            return "no pollster named"
        elsewhere = area not in home and area not in _UNKNOWN
        if elsewhere and area not in _COUNTRYWIDE:
            return "asked in a part of the country only"
        if kind.question and kind.question.endswith("seat_projections"):
            return "seat projections"
        self.ledger.use(line.where, "poll", f"{firm}, {dates[0]} to {dates[1]}")
        firm, mode = split_mode(firm)
        for code in shares:
            self.codes.setdefault(code)
        self.polls.append(
            {
                "start": dates[0],
                "end": dates[1],
                "published": written.published_after(dates[1]) or dates[1] + timedelta(days=1),
                "pollster": firm,
                "sponsor": client,
                "sample_size": parse_sample(roles.text(line, "sample")),
                "population": parse_population(roles.text(line, "sample")),
                "mode": mode or snake(roles.text(line, "mode")) or None,
                "region": kind.region,
                "question": kind.question or (area.upper() if elsewhere else None),
                "hypothetical": kind.hypothetical,
                **shares,
            }
        )
        return None

    def _firm(self, line: Line, roles: Roles) -> tuple[str, str | None]:
        """Return firm and client; some tables have both columns, one of them empty."""
        firm, client = roles.text(line, "firm"), roles.text(line, "client") or None
        if not firm:
            firm, client = split_firm(roles.text(line, "firm_client"))
        return firm, None if client is None or is_missing(client) else client

    def imported(self, source: str) -> Imported:
        """Return everything collected."""
        codes = [c for c in self.codes if c not in POLL_COLUMNS]
        schema = {**POLL_COLUMNS, **dict.fromkeys(codes, pl.Float64())}
        polls = pl.DataFrame(
            [{k: row.get(k) for k in schema} | {"source": source} for row in self.polls],
            schema=schema,
        )
        results = pl.DataFrame(
            [{k: row.get(k) for k in HISTORY_COLUMNS} for row in self.results],
            schema=dict(HISTORY_COLUMNS),
        ).unique(maintain_order=True)
        events = pl.DataFrame(
            [{"kind": "other", "source": source, **row} for row in self.events],
            schema=dict(EVENT_COLUMNS),
        ).unique(maintain_order=True)
        return Imported(
            polls=polls,
            results=results,
            events=events,
            rows=self.ledger.rows,
            used={k: self.ledger.used.get(k, 0) for k in ("poll", "result", "event")},
            left_out=self.ledger.left_out,
            labels={c: self.labels[c] for c in codes if self.labels.get(c, c) != c},
            fates=tuple(self.ledger.fates),
            notes=tuple(self.notes),
            about=self.about,
        )


def _row_text(line: Line) -> str:
    seen: dict[int, str] = {}
    for slot in line.slots:
        if slot.text or slot.alt:
            seen.setdefault(slot.origin, one_line(slot.text or slot.alt)[:40])
    return " | ".join(seen.values())


def _home_areas(table: Table, roles: Roles) -> frozenset[str]:
    """Return the area most polls of the table were asked in ('' where it has no such column)."""
    areas = Counter(
        snake(roles.text(line, "area"))
        for line in table.lines
        if not is_event(line, list(roles.parties))
    )
    return frozenset({max(areas, key=lambda a: (areas[a], a))} if areas else {""})


IMPORTER = WikipediaImporter()

__all__ = ["IMPORTER", "REGIONS", "WikipediaImporter"]
