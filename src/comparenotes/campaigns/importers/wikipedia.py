"""Poll tables of Wikipedia: a saved page (HTML), a CSV of its tables, or JSON rows of them.

One cell across the table is an event; a row whose firm is an election is a
result, never a poll. Dates without a year take it from the heading above (or a
``year`` column). Seat projections, constituency polls and polls of other
electorates are left out and counted; tables under a heading that says
"hypothetical" are kept, marked so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.importers.protocol import Imported, check_options
from comparenotes.campaigns.importers.wikipedia_roles import (
    RESULT,
    Kind,
    Roles,
    classify,
    find_roles,
    heading_year,
    is_event,
)
from comparenotes.campaigns.importers.wikipedia_tables import Line, Table, read_tables
from comparenotes.campaigns.importers.wikipedia_text import (
    is_missing,
    one_line,
    parse_dates,
    parse_number,
    parse_parts,
    parse_population,
    parse_sample,
    slug,
    split_firm,
    split_mode,
)
from comparenotes.campaigns.model import EVENT_COLUMNS, HISTORY_COLUMNS, POLL_COLUMNS, LeftOut
from comparenotes.errors import DataError

MAX_TOTAL = 103.0
"""Rounded shares may add up to a little over 100; more is an error in the table."""

REGIONS: Mapping[str, str] = {"scotland": "GB-SCT", "wales": "GB-WLS", "london": "GB-LND"}
"""Headings known without the ``regions`` option."""

_UNKNOWN = frozenset({"", "tba", "tbc", "n_a"})
_COUNTRYWIDE = frozenset({"gb", "uk", "national"})


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
        tables = read_tables(path)
        reader = _Reader(year)
        for table in tables:
            if section and not any(section in h.lower() for h in table.headings):
                reader.leave_out(table, "outside the section asked for")
                continue
            reader.table(table, classify(table.headings, regions))
        if not reader.rows:
            raise DataError(
                "no poll tables found",
                where=path.name,
                hint="save the whole page of the polls as HTML",
            )
        return reader.imported(self.name)


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

    def __init__(self, year: int | None) -> None:
        self.year = year
        self.rows = 0
        self.polls: list[dict[str, Any]] = []
        self.results: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.known: set[tuple[date, str | None]] = set()
        self.used: Counter[str] = Counter()
        self.left: Counter[str] = Counter()
        self.codes: dict[str, None] = {}
        self.labels: dict[str, str] = {}

    def leave_out(self, table: Table, why: str) -> None:
        self.rows += len(table.lines)
        if table.lines:
            self.left[why] += len(table.lines)

    def table(self, table: Table, kind: Kind) -> None:
        """Read one table, or account for it as a whole."""
        roles = find_roles(table)
        if kind.why is not None or roles is None:
            self.leave_out(table, kind.why or "a table without dates, firms and shares")
            return
        home = _home_areas(table, roles)
        year = heading_year(table.headings) or self.year
        for code in roles.names:
            self.codes.setdefault(code)
            self.labels.setdefault(code, roles.names[code])
        for line in table.lines:
            self.rows += 1
            why = self._line(line, roles, kind, year, home)
            if why is not None:
                self.left[why] += 1

    def _line(
        self, line: Line, roles: Roles, kind: Kind, year: int | None, home: frozenset[str]
    ) -> str | None:
        """Use one row; return why it is left out, or None."""
        own = roles.text(line, "year")
        dates = parse_dates(
            roles.text(line, "dates"), int(own) if re.fullmatch(r"\d{4}", own) else year
        )
        columns = list(roles.parties)
        if is_event(line, columns):
            slots = [line.slots[i] for i in columns if i < len(line.slots)]
            title = one_line(next(s.text for s in slots if s.text))
            if dates is None:
                dated = parse_number(roles.text(line, "dates")) is not None
                return "no date that could be read" if dated else "heading inside a table"
            self.used["event"] += 1
            self.events.append({"date": dates[1], "title": title[:200]})
            return None
        firm, client = self._firm(line, roles)
        shares, why = _shares(line, roles)
        if shares is None:
            return why
        if dates is None:
            return "no date that could be read"
        area = slug(roles.text(line, "area"))
        if RESULT.match(firm):
            region = kind.region or (area.upper() if area and area not in home else None)
            # Every table of a page ends in the last result, some with fewer parties.
            if (dates[1], region) in self.known:
                return "a result given before"
            self.known.add((dates[1], region))
            self.used["result"] += 1
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
        self.used["poll"] += 1
        firm, mode = split_mode(firm)
        for code in shares:
            self.codes.setdefault(code)
        self.polls.append(
            {
                "start": dates[0],
                "end": dates[1],
                "published": dates[1] + timedelta(days=1),
                "pollster": firm,
                "sponsor": client,
                "sample_size": parse_sample(roles.text(line, "sample")),
                "population": parse_population(roles.text(line, "sample")),
                "mode": mode or slug(roles.text(line, "mode")) or None,
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
            rows=self.rows,
            used={k: self.used[k] for k in ("poll", "result", "event")},
            left_out=tuple(LeftOut(why, n) for why, n in sorted(self.left.items())),
            labels={c: self.labels[c] for c in codes if self.labels.get(c, c) != c},
        )


def _home_areas(table: Table, roles: Roles) -> frozenset[str]:
    """Return the area most polls of the table were asked in ('' where it has no such column)."""
    areas = Counter(
        slug(roles.text(line, "area"))
        for line in table.lines
        if not is_event(line, list(roles.parties))
    )
    return frozenset({max(areas, key=lambda a: (areas[a], a))} if areas else {""})


def _shares(line: Line, roles: Roles) -> tuple[dict[str, float] | None, str | None]:
    """Return the row's shares by code, or None and why not.

    Named parts of the "others" cell become columns of their own and "others" is
    what remains. A number that spans several parties is nobody's: they count as
    not reported. Where "don't know" is reported and all adds up to 100, shares
    are put on the base of those who named a party.
    """
    found: list[tuple[str, float, int]] = []  # code, share, origin, in the table's order
    parts: dict[str, float] = {}
    for column, code in roles.parties.items():
        if column >= len(line.slots):
            continue
        slot = line.slots[column]
        total = parse_number(slot.text)
        if total is None:
            if not is_missing(slot.text) and any(map(str.isdigit, slot.text)):
                return None, "a share that could not be read"
            continue
        if code == "oth":
            total, parts = _others(slot.text, total)
        found.append((code, total, slot.origin))
    origins = Counter(origin for _, _, origin in found)
    single = [(code, share) for code, share, origin in found if origins[origin] == 1]
    if len(single) == len(found):
        single = _without_repeated(single)
    shares = dict(single)
    for code, share in parts.items():
        shares.setdefault(code, share)
    if sum(1 for c in shares if c != "oth") < 2:
        return None, "fewer than two shares reported"
    total = sum(shares.values())
    aside = sum(
        parse_number(line.slots[i].text) or 0.0 for i in roles.undecided if i < len(line.slots)
    )
    if aside and 97 <= total + aside <= MAX_TOTAL:
        shares = {c: 100 * s / (100 - aside) for c, s in shares.items()}
    elif max(shares.values()) > 100 or total > MAX_TOTAL:
        return None, f"shares add up to over {MAX_TOTAL:g} (seats, or an error)"
    return shares, None


def _others(text: str, total: float) -> tuple[float, dict[str, float]]:
    """Return what is left for "others" and its named parts by code."""
    named = {slug(k): v for k, v in parse_parts(text)[1].items()}
    parts = {k: v for k, v in named.items() if k and k not in _REST and k not in POLL_COLUMNS}
    if not parts:
        return total, {}
    rest = [named[k] for k in named if k in _REST]
    return (rest[0] if rest else max(0.0, total - sum(parts.values()))), parts


def _without_repeated(shares: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Undo a spanning cell that a flat table repeats: '5%' for two parties together, twice.

    Only where the row adds up to clearly over 100 and taking one run of equal
    neighbours as one number brings it nearest to 100.
    """
    total = sum(s for _, s in shares)
    if total < 101.5:
        return shares
    best, gap = shares, abs(total - 100)
    start = 0
    while start < len(shares):
        stop = start + 1
        while stop < len(shares) and shares[stop][1] == shares[start][1]:
            stop += 1
        for first in range(start, stop - 1):
            merged = abs(total - (stop - first - 1) * shares[start][1] - 100)
            if merged <= gap:
                best, gap = shares[:first] + shares[stop:], merged
        start = stop
    return best


_REST = frozenset({"other", "others"})

IMPORTER = WikipediaImporter()

__all__ = ["IMPORTER", "REGIONS", "WikipediaImporter"]
