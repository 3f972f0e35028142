"""Importer of the rich opinion poll format: readings of polls -> a table of polls.

The format itself is in :mod:`comparenotes.campaigns.importers.ropf_format`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.importers.protocol import Imported, check_options
from comparenotes.campaigns.importers.ropf_format import (
    MAX_TOTAL,
    META,
    ElectoralList,
    Reading,
    RopfFile,
    parse_ropf,
    read_ropf,
)
from comparenotes.campaigns.model import POLL_COLUMNS, LeftOut
from comparenotes.campaigns.shares import OTHERS
from comparenotes.errors import DataError

__all__ = [
    "IMPORTER",
    "MAX_TOTAL",
    "OTHERS",
    "ElectoralList",
    "Reading",
    "RopfFile",
    "RopfImporter",
    "fieldwork",
    "frame",
    "not_a_share",
    "parse_ropf",
    "poll_row",
    "pollster",
    "read_ropf",
]

MAX_CODES = 1500


def fieldwork(reading: Reading) -> tuple[date | None, date, date] | None:
    """Return start, end and publication, or None where the poll has no usable date.

    Without a publication date it is the day after fieldwork; with nothing but a
    publication date, fieldwork ended the day before.
    """
    start, end, published = reading.start, reading.end, reading.published
    if end is None:
        end = published - timedelta(days=1) if published else start
    if end is None:
        return None
    published = published or end + timedelta(days=1)
    if not reading.to_the_day:
        end = min(end, published)  # a month may seem to end after the poll came out
    if (start and start > end) or published < end:
        return None
    return start, end, published


def pollster(reading: Reading) -> str | None:
    """Return the firm and its partners, else who paid, else None."""
    return " / ".join(reading.firms or reading.clients) or None


def poll_row(reading: Reading, question: str | None, region: str | None) -> dict[str, Any] | None:
    """Return the reading as a row of POLL_COLUMNS and shares; None without a date."""
    days = fieldwork(reading)
    if days is None:
        return None
    return {
        "start": days[0],
        "end": days[1],
        "published": days[2],
        "pollster": pollster(reading),
        "sponsor": " / ".join(reading.clients) or None,
        "sample_size": reading.sample_size,
        "population": None,
        "mode": None,
        "region": region,
        "question": question,
        "hypothetical": False,
        "source": "ropf",
        **reading.shares(),
    }


def not_a_share(reading: Reading) -> str | None:
    """Return why a reading cannot be entered as shares, or None if it can."""
    if reading.unknown:
        return f"unknown key •{reading.unknown[0]}"
    if reading.unit == "S":
        return "seats, not shares"
    if reading.unit not in {None, "%"}:
        return f"unknown unit {reading.unit}"
    if not reading.values:
        return "no shares"
    if reading.other_and_no_answer is not None:
        return "others and no answer printed as one figure"
    named = sum(reading.values.values()) + (reading.other or 0)
    if named > MAX_TOTAL:
        return f"shares add up to over {MAX_TOTAL:g}"
    if reading.no_answer and reading.total > MAX_TOTAL and named < 96:
        return "shares and no answer do not add up"
    return None


def of_seats(reading: Reading) -> Reading:
    """Return a poll of seats as shares of the seats; any other as it is."""
    total = sum(reading.values.values()) + (reading.other or 0)
    if reading.unit != "S" or total <= 0:
        return reading
    return replace(
        reading,
        unit="%",
        values={code: 100 * n / total for code, n in reading.values.items()},
        other=None if reading.other is None else 100 * reading.other / total,
    )


def frame(rows: Sequence[Mapping[str, Any]], codes: Iterable[str]) -> pl.DataFrame:
    """Return poll rows as a wide frame: POLL_COLUMNS, then ``codes``."""
    schema = {**POLL_COLUMNS, **{c: pl.Float64() for c in codes}}
    return pl.DataFrame([{k: r.get(k) for k in schema} for r in rows], schema=schema, orient="row")


class RopfImporter:
    """Importer of the rich opinion poll format."""

    name = "ropf"
    description = "rich opinion poll format (.ropf), as Europe Elects and asapop use it"
    licence_note = "Europe-Elects/apopod is GPL-3; see your file's own source"
    suffixes = (".ropf",)
    options: Mapping[str, str] = {
        "scope": "which vote: N (national parliament), E (European), P1 (president, first round); "
        "default N, or the file's only scope",
        "seats": "share: polls of seats become shares of the seats (else they are left out)",
        "country": "ISO 3166-1 code put before area codes: BE makes VLG into BE-VLG",
    }

    def sniff(self, head: bytes) -> bool:
        """Return whether the text starts with a poll in this format."""
        for raw in head.decode("utf-8", errors="ignore").split("\n"):
            line = raw.strip().lstrip("\ufeff")
            if line and line[0] != "‡":
                return line[0] == "•" and META.match(line.split(maxsplit=1)[0]) is not None
        return False

    def read(self, path: Path, **options: Any) -> Imported:
        """Read a file into polls.

        The first reading of a poll has the scope as ``question`` (``N``); its
        second question has its own (``N2``); a further reading of the same
        scope, such as another line-up of lists, is numbered (``N/2``).
        """
        check_options(self, options)
        parsed = read_ropf(path)
        scope = options.get("scope") or _only_scope(parsed, path.name)
        country = options.get("country")
        seats = options.get("seats")
        if seats not in (None, "share"):
            raise DataError(f"{str(seats)[:20]!r} is unknown", where="option seats", hint="share")
        left: Counter[str] = Counter()
        left["names of lists (kept as labels)"] = len(parsed.lists)
        left["names of lists given twice"] = parsed.repeated_names
        left["comments"] = parsed.comments
        rows: list[dict[str, Any]] = []
        codes: dict[str, None] = {}
        seen: Counter[tuple[int, str, str | None]] = Counter()
        for reading in parsed.readings:
            if not re.fullmatch(re.escape(str(scope)) + r"[0-9]*", reading.scope):
                left[f"scope {reading.scope}, not {scope}"] += 1
                continue
            if seats == "share":
                reading = of_seats(reading)
            reason = not_a_share(reading)
            if reason:
                left[reason] += 1
                continue
            key = (reading.poll, reading.scope, reading.area)
            seen[key] += 1
            question = reading.scope if seen[key] == 1 else f"{reading.scope}/{seen[key]}"
            region = f"{country}-{reading.area}" if country and reading.area else reading.area
            row = poll_row(reading, question, region)
            if row is None:
                left["no date, or dates the wrong way round"] += 1
                continue
            rows.append(row)
            codes.update(dict.fromkeys(reading.shares()))
        if len(codes) > MAX_CODES:
            raise DataError(f"{len(codes)} lists (limit {MAX_CODES})", where=path.name)
        total = len(parsed.readings) + len(parsed.lists) + parsed.comments + parsed.repeated_names
        named = [c for c in codes if c != OTHERS] + ([OTHERS] if OTHERS in codes else [])
        return Imported(
            polls=frame(rows, named),
            rows=total,
            used={"poll": len(rows)},
            left_out=tuple(LeftOut(why, n) for why, n in left.items() if n),
            labels={c: _label(c, parsed.lists) for c in named},
        )


def _only_scope(parsed: RopfFile, file: str) -> str:
    scopes = {r.scope.rstrip("0123456789") or r.scope for r in parsed.readings}
    if not scopes or "N" in scopes:
        return "N"
    if len(scopes) == 1:
        return scopes.pop()
    raise DataError(
        f"polls about several votes: {', '.join(sorted(scopes))}",
        where=file,
        hint="name one with the option 'scope'",
    )


def _label(code: str, lists: Mapping[str, ElectoralList]) -> str:
    if code == OTHERS:
        return "Others"
    return " + ".join(lists[c].name if c in lists else c for c in code.split("+"))


IMPORTER = RopfImporter()
