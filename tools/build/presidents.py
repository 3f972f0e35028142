"""Romania's presidential first rounds of 2024 and 2025, from the world's poll file.

The Constitutional Court annulled the vote of 24 November 2024: its result is kept
under the status ``annulled``, so that it is neither scored nor learned from, nor the
earlier result of the vote of 2025. A question that does not name everybody in
``line`` (or names somebody in ``not_line``) was about another contest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.importers.ropf import (
    OTHERS,
    fieldwork,
    not_a_share,
    pollster,
    read_ropf,
)
from comparenotes.campaigns.model import (
    EVENT_COLUMNS,
    HISTORY_COLUMNS,
    POLL_COLUMNS,
    RESULT_COLUMNS,
    Campaign,
    Contender,
    Government,
    LeftOut,
)
from tools.build.more_polls import SOURCES

FILE = "ro_p9"
SCOPE = "P1"
ANNULLED = date(2024, 12, 6)


@dataclass(frozen=True)
class Race:
    """One first round: who stood, by the code of the poll file, and what is typed."""

    id: str
    day: date
    after: date
    status: str
    contenders: tuple[Contender, ...]
    codes: dict[str, str]
    line: frozenset[str]
    not_line: frozenset[str]
    result: dict[str, float]
    history: dict[date, dict[str, float]]
    government: Government
    events: tuple[tuple[date, str, str, str | None], ...]


RACES = (
    Race(
        id="ro-president-2024",
        day=date(2024, 11, 24),
        after=date(2019, 11, 24),
        status="annulled",
        contenders=(
            Contender("psd", "Ciolacu", "PSD", "social democracy", "opposition",
                      "Marcel Ciolacu", "#ED2128", parlgov_id=1120),
            Contender("aur", "Simion", "AUR", "radical right", "opposition",
                      "George Simion", "#FCC224", parlgov_id=2807),
            Contender("usr", "Lasconi", "USR", "liberal", "opposition",
                      "Elena Lasconi", "#00A6FF", parlgov_id=2646),
            Contender("pnl", "Ciucă", "PNL", "liberal", "government",
                      "Nicolae Ciucă", "#FFDD00", parlgov_id=1015),
            Contender("geoana", "Geoană", None, "social democracy", "other", "Mircea Geoană"),
            Contender("georgescu", "Georgescu", None, "radical right", "other",
                      "Călin Georgescu"),
            Contender("diaconescu", "Diaconescu", None, "other", "other", "Cristian Diaconescu"),
            Contender("udmr", "Kelemen", "UDMR", "regional", "opposition",
                      "Hunor Kelemen", "#296934", parlgov_id=948),
            Contender("oth", "Others", role="other"),
        ),
        codes={"CIOLACU": "psd", "SIMION": "aur", "LASCONI": "usr", "CIUCĂ": "pnl",
               "GEOANĂ": "geoana", "GEORGESCU": "georgescu", "DIACONESCU": "diaconescu",
               "KELEMEN": "udmr"},
        line=frozenset({"CIOLACU", "SIMION", "LASCONI", "CIUCĂ", "GEOANĂ"}),
        not_line=frozenset(),
        result={"georgescu": 22.94, "usr": 19.18, "psd": 19.15, "aur": 13.86, "pnl": 8.79,
                "geoana": 6.32, "udmr": 4.50, "diaconescu": 3.10},
        history={date(2019, 11, 10): {"pnl": 37.82, "psd": 22.26, "usr": 15.02, "udmr": 3.87}},
        government=Government(date(2014, 12, 21), "Klaus Iohannis", ("pnl",), 2),
        events=(
            (date(2024, 6, 9), "European Parliament and local elections", "election", None),
            (date(2024, 10, 5), "The Constitutional Court bars Diana Șoșoacă", "other", None),
        ),
    ),
    Race(
        id="ro-president-2025",
        day=date(2025, 5, 4),
        after=ANNULLED,
        status="ordinary",
        contenders=(
            Contender("aur", "Simion", "AUR", "radical right", "opposition",
                      "George Simion", "#FCC224", parlgov_id=2807),
            Contender("antonescu", "Antonescu", "PSD, PNL and UDMR", "liberal", "government",
                      "Crin Antonescu", "#FFDD00"),
            Contender("dan", "Dan", None, "liberal", "other", "Nicușor Dan"),
            Contender("ponta", "Ponta", None, "social democracy", "other", "Victor Ponta"),
            Contender("usr", "Lasconi", "USR", "liberal", "opposition",
                      "Elena Lasconi", "#00A6FF", parlgov_id=2646),
            Contender("oth", "Others", role="other"),
        ),
        codes={"SIMION": "aur", "ANTONESCU": "antonescu", "DAN": "dan", "PONTA": "ponta",
               "LASCONI": "usr"},
        line=frozenset({"SIMION", "ANTONESCU", "DAN", "PONTA", "LASCONI"}),
        not_line=frozenset({"GEORGESCU", "ȘOȘOACĂ"}),
        result={"aur": 40.96, "dan": 20.99, "antonescu": 20.07, "ponta": 13.04, "usr": 2.68},
        history={},
        government=Government(date(2014, 12, 21), "Klaus Iohannis", ("antonescu",), 2),
        events=(
            (date(2025, 2, 12), "Klaus Iohannis resigns; Ilie Bolojan is acting president",
             "government_change", None),
            (date(2025, 3, 11), "The Constitutional Court bars Călin Georgescu", "other", None),
        ),
    ),
)  # fmt: skip


def build(raw: Path) -> list[Campaign]:
    """Return both campaigns."""
    return [_campaign(raw, race) for race in RACES]


def _campaign(raw: Path, race: Race) -> Campaign:
    ids = [c.id for c in race.contenders]
    rows, left = _polls(raw, race)
    schema = {**POLL_COLUMNS, **dict.fromkeys(ids, pl.Float64())}
    polls = pl.DataFrame([{k: r.get(k) for k in schema} for r in rows], schema=schema)
    return Campaign(
        id=race.id,
        title=f"Romanian presidential election, {race.day.year}",
        country="RO",
        election_date=race.day,
        office="president",
        system="two_round",
        currency="RON",
        status=race.status,
        government=race.government,
        contenders=race.contenders,
        sources=(SOURCES["apopod"], SOURCES["official_results"]),
        left_out=tuple(LeftOut(f"apopod: {why}", n) for why, n in sorted(left.items()) if n),
        polls=polls.sort("end", "start", "pollster", *ids, nulls_last=True),
        history=pl.DataFrame(
            [
                {"date": day, "region": None, "contender": c, "share": s, "seats": None}
                for day, shares in race.history.items()
                for c, s in _with_others(shares).items()
            ],
            schema=dict(HISTORY_COLUMNS),
        ),
        results=pl.DataFrame(
            [
                {"region": None, "contender": c, "share": s, "seats": None}
                for c, s in _with_others(race.result).items()
            ],
            schema=dict(RESULT_COLUMNS),
        ),
        events=pl.DataFrame(
            [
                {"date": d, "title": t, "kind": k, "contender": c, "source": "public record"}
                for d, t, k, c in race.events
            ],
            schema=dict(EVENT_COLUMNS),
        ),
    )


def _with_others(shares: dict[str, float]) -> dict[str, float]:
    return {**shares, "oth": round(100 - sum(shares.values()), 2)}


def _polls(raw: Path, race: Race) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return poll rows, and why the other readings of the file are none."""
    rows: list[dict[str, Any]] = []
    left = {"for another vote": 0, "no share or no date": 0}
    for reading in read_ropf(raw / "polls_world" / f"{FILE}.ropf").readings:
        days = fieldwork(reading)
        if reading.scope != SCOPE or days is None or not_a_share(reading):
            left["no share or no date"] += 1
            continue
        start, end, published = days
        if not race.after < end < race.day:
            left["for another vote"] += 1
            continue
        printed = reading.shares()
        printed.pop(OTHERS, None)
        named = set(printed)
        line = race.line <= named and not named & race.not_line
        shares = {c: printed[code] for code, c in race.codes.items() if code in printed}
        rows.append(
            {
                "start": start,
                "end": end,
                "published": published,
                "pollster": pollster(reading),
                "sponsor": " / ".join(reading.clients) or None,
                "sample_size": reading.sample_size,
                "question": None if line else "another line-up",
                "hypothetical": not line,
                "source": "apopod",
                **shares,
            }
        )
    return rows, left
