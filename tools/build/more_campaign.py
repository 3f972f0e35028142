"""From raw polls, ParlGov and the tables to one campaign, every row accounted for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.importers import get_importer
from comparenotes.campaigns.model import (
    HISTORY_COLUMNS,
    POLL_COLUMNS,
    RESULT_COLUMNS,
    SERIES_COLUMNS,
    Campaign,
    LeftOut,
    empty,
)
from tools.build.more_government import event_table, government_into
from tools.build.more_polls import SOURCES, PollFile, month_span, read_polls
from tools.build.more_tables import (
    FIRST_HISTORY,
    OTHERS,
    Election,
    Parties,
    elections_table,
    firm_names,
    typed_results,
)
from tools.build.parlgov import elections as parlgov_elections
from tools.build.parlgov import parties as parlgov_parties
from tools.build.parlgov import results as parlgov_results

MAX_TOTAL = 103.0
"""Shares of a poll may add up to this (rounding of a dozen parties)."""

_MIN_NAMED = 2
TWO_PARTY = "2pp"
_MIN_SAMPLE = 100
"""A smaller sample size is a slip (one Forsa poll of 2013 has 15): not reported."""

_TITLES = {
    "DE": "German federal election",
    "SE": "Swedish general election",
    "NZ": "New Zealand general election",
    "AU": "Australian federal election",
    "CA": "Canadian federal election",
    "DK": "Danish general election",
    "NO": "Norwegian parliamentary election",
}
_CURRENCIES = {
    "SE": "SEK",
    "NZ": "NZD",
    "AU": "AUD",
    "CA": "CAD",
    "DK": "DKK",
    "NO": "NOK",
}


@dataclass(frozen=True)
class Shares:
    """One election's result: contender -> per cent and seats, ``oth`` included."""

    date: date
    share: dict[str, float]
    seats: dict[str, int]


def build_campaign(raw: Path, election: Election) -> Campaign:
    """Build one parliamentary campaign of ``more_elections.csv``."""
    parties = Parties(election.country, election.date)
    past = [d for d in election_dates(raw, election.country) if d < election.date]
    government = government_into(raw, election, parties, past[-1])
    families = dict(parlgov_parties(raw).select("party", "family").iter_rows())
    contenders = parties.contenders(families, government.parties, past[-1])
    ids = [c.id for c in contenders]
    polls, left = poll_table(raw, election, parties, past[-1], ids)
    results = [result_of(raw, election, parties, d) for d in past]
    own = result_of(raw, election, parties, election.date)
    keys = [
        *polls["source"].unique().sort().to_list(),
        *(
            ["swedishpolls"]
            if election.country == "SE" and "swedishpolls" not in polls["source"]
            else []
        ),
        "parlgov",
        *(["official_results"] if _any_by_hand(raw, election, past) else []),
    ]
    return Campaign(
        id=election.campaign,
        title=_title(election),
        country=election.country,
        election_date=election.date,
        date_status=election.date_status,
        office="parliament",
        system=election.system,
        currency=_currency(election),
        government=government,
        contenders=tuple(contenders),
        sources=tuple(SOURCES[k] for k in keys),
        left_out=left,
        polls=polls,
        history=_history(results),
        results=_results(own),
        events=event_table(raw, election, parties, past[-1]),
        series=two_party_series(raw, election)
        if election.country == "AU"
        else empty(SERIES_COLUMNS),
    )


def _title(election: Election) -> str:
    title = _TITLES[election.country]
    if election.campaign.endswith("-next"):
        return f"Next {title}"
    return f"{title}, {election.date.year}"


def _currency(election: Election) -> str:
    if election.country == "DE":
        return "EUR" if election.date.year >= 2002 else "DEM"
    return _CURRENCIES[election.country]


# ----------------------------------------------------------------------- polls


def poll_table(
    raw: Path, election: Election, parties: Parties, previous: date, ids: list[str]
) -> tuple[pl.DataFrame, tuple[LeftOut, ...]]:
    """Return the campaign's polls and the account of every other row of its files."""
    out: list[LeftOut] = []
    rows: list[dict[str, Any]] = []
    for key in (election.primary, election.fill):
        if key is None:
            continue
        file = read_polls(raw, key, election.country)
        count: Counter[str] = Counter({x.why: x.count for x in file.left_out})
        rows += _select(file, election, parties, previous, count, fill=key == election.fill)
        out += [LeftOut(f"{key}: {why}", n) for why, n in sorted(count.items()) if n]
    schema = {**POLL_COLUMNS, **{c: pl.Float64() for c in ids}}
    frame = pl.DataFrame([{k: r.get(k) for k in schema} for r in rows], schema=schema, orient="row")
    order = ["end", "start", "pollster", "source", "question", "sample_size", *ids]
    return frame.sort(order, nulls_last=True), tuple(out)


def _select(
    file: PollFile,
    election: Election,
    parties: Parties,
    previous: date,
    count: Counter[str],
    *,
    fill: bool,
) -> list[dict[str, Any]]:
    codes = parties.codes(file.source)
    names = firm_names(election.country, file.source, election.date)
    seen: set[tuple[Any, ...]] = set()
    rows = []
    for raw_row in file.polls.iter_rows(named=True):
        row = _within_month(raw_row, previous, election.date)
        if row["end"] <= previous or (row["start"] is not None and row["start"] <= previous):
            count["ended before, or began by, the preceding election"] += 1
            continue
        if row["end"] >= election.date:
            count["for a later election, or ended on polling day"] += 1
            continue
        row["pollster"] = names.get(row["pollster"], row["pollster"])
        if fill and row["pollster"] not in election.fill_firms:
            count["firm covered by the primary source"] += 1
            continue
        shares = _shares(row, file, codes, list(parties.defined))
        total = sum(v for v in shares.values() if v is not None)
        if total > MAX_TOTAL:
            count[f"shares add up to more than {MAX_TOTAL:g}"] += 1
        elif sum(v is not None for c, v in shares.items() if c != OTHERS) < _MIN_NAMED:
            count["fewer than two contenders reported"] += 1
        elif row["question"] == TWO_PARTY and abs(total - 100) > 2:
            count["two-party reading that does not add up to 100"] += 1
        else:
            row = {k: row[k] for k in POLL_COLUMNS} | shares
            if row["sample_size"] is not None and row["sample_size"] < _MIN_SAMPLE:
                row["sample_size"] = None
            key = tuple(v for k, v in row.items() if k not in {"published", "source"})
            if key in seen:
                count["the same poll twice"] += 1
            else:
                seen.add(key)
                rows.append(row)
    return rows


def _within_month(row: dict[str, Any], previous: date, day: date) -> dict[str, Any]:
    """Return a poll dated by its month alone, cut at the elections inside that month.

    A poll of the month of the vote is taken to be the one before it: firms that
    date by month stop at the vote, and the next poll is a month later.
    """
    row = dict(row)
    start, end = row["start"], row["end"]
    if start is None or (start, end) != month_span(end):
        return row
    if start < day <= end:
        row["end"] = day - timedelta(days=1)
        row["published"] = row["end"]
    elif start <= previous < end:
        row["start"] = previous + timedelta(days=1)
    return row


def _shares(
    row: dict[str, Any], file: PollFile, codes: dict[str, str], ids: list[str]
) -> dict[str, float | None]:
    """Return contender -> per cent.

    ``oth`` is given only where every contender is reported and the file prints
    others: else the poll's others may hold a contender, and the rest is unknown.
    """
    out: dict[str, float | None] = dict.fromkeys([*ids, OTHERS])
    others, printed = 0.0, False
    for code in file.codes:
        value = row[code]
        if value is None:
            continue
        contender = codes.get(code, OTHERS)
        if contender == OTHERS:
            others += value
            printed = printed or code.lower() in {"oth", "other", "others", "andre", "sonstige"}
        else:
            out[contender] = round((out[contender] or 0.0) + value, 4)
    if printed and all(out[c] is not None for c in ids):
        out[OTHERS] = round(others, 4)
    return out


# --------------------------------------------------------------------- results


def election_dates(raw: Path, country: str) -> list[date]:
    """Return the dates of the country's parliamentary elections since 1945.

    ParlGov's, and after its end those whose result is typed by hand.
    """
    frame = parlgov_elections(raw).filter(pl.col("country") == country)
    dates = {d for d in frame["date"].to_list() if d >= FIRST_HISTORY}
    typed = {e.date for e in elections_table() if e.country == country and _by_hand(raw, e)}
    return sorted(dates | typed)


def result_of(raw: Path, election: Election, parties: Parties, day: date) -> Shares | None:
    """Return the result of the country's election of ``day`` in this campaign's terms."""
    rows = _parlgov(raw).get((election.country, day), [])
    share: dict[str, float] = {}
    seats: dict[str, int] = {}
    if not rows:
        return _typed(raw, election, parties, day)
    others_seats = 0
    for r in rows:
        contender = parties.parlgov.get(r["party"])
        if contender is None:
            others_seats += r["seats"] or 0
            continue
        if r["share"] is not None:
            share[contender] = share.get(contender, 0.0) + r["share"]
        # the head of a list repeats its members' seats unless it stood itself
        if r["seats"] is not None and not (r["is_list"] and r["share"] is None):
            seats[contender] = seats.get(contender, 0) + r["seats"]
    if election.country == "SE":
        share |= {c: v for c, v in _swedish(raw, day, parties).items() if c in share}
    share = {c: round(v, 3) for c, v in share.items()}
    share[OTHERS] = max(0.0, round(100 - sum(share.values()), 3))
    seats = {c: n for c, n in seats.items() if c in share}
    seats[OTHERS] = others_seats
    return Shares(day, share, seats)


def _typed(raw: Path, election: Election, parties: Parties, day: date) -> Shares | None:
    """Return a result typed by hand; a party that is no contender here is with the others."""
    own = [e for e in elections_table() if (e.country, e.date) == (election.country, day)]
    hand = _by_hand(raw, own[0]) if own else ()
    if not hand:
        return None
    codes = parties.codes("results_by_hand")
    share: dict[str, float] = {}
    seats: dict[str, int] = {}
    others_seats = 0
    for r in hand:
        contender = codes[str(r["party"])]
        if contender == OTHERS:
            others_seats += int(r["seats"] or 0)
            continue
        share[contender] = float(str(r["share"]))
        if r["seats"] is not None:
            seats[contender] = int(r["seats"])
    if seats and others_seats:
        seats[OTHERS] = others_seats
    share[OTHERS] = round(100 - sum(share.values()), 2)
    return Shares(day, share, seats)


@cache
def _parlgov(raw: Path) -> dict[tuple[str, date], list[dict[str, Any]]]:
    by: dict[tuple[str, date], list[dict[str, Any]]] = {}
    for r in parlgov_results(raw).iter_rows(named=True):
        by.setdefault((r["country"], r["date"]), []).append(r)
    return by


@cache
def _swedish_file(raw: Path) -> pl.DataFrame:
    return get_importer("swedishpolls").read(raw / "polls_se" / "elections.csv").results


def _swedish(raw: Path, day: date, parties: Parties) -> dict[str, float]:
    """Return the shares of SwedishPolls' file of elections; joint lists are left to ParlGov."""
    if day == date(1985, 9, 15):
        return {}
    codes = parties.codes("swedishpolls")
    rows = _swedish_file(raw).filter((pl.col("date") == day) & (pl.col("share") > 0))
    out: dict[str, float] = {}
    for r in rows.iter_rows(named=True):
        contender = codes.get(r["contender"], OTHERS)
        if contender != OTHERS:
            out[contender] = out.get(contender, 0.0) + r["share"]
    return out


def _by_hand(raw: Path, election: Election) -> tuple[dict[str, str | None], ...]:
    return typed_results(raw).get(election.campaign, ())


def _any_by_hand(raw: Path, election: Election, past: list[date]) -> bool:
    days = {*past, election.date}
    return any(
        _by_hand(raw, e)
        for e in elections_table()
        if e.country == election.country and e.date in days
    )


def _history(results: list[Shares | None]) -> pl.DataFrame:
    rows = [
        {"date": r.date, "region": None, "contender": c, "share": s, "seats": r.seats.get(c)}
        for r in results
        if r is not None
        for c, s in r.share.items()
    ]
    return pl.DataFrame(rows, schema=dict(HISTORY_COLUMNS)).sort("date", maintain_order=True)


def _results(own: Shares | None) -> pl.DataFrame:
    if own is None:
        return empty(RESULT_COLUMNS)
    rows = [
        {"region": None, "contender": c, "share": s, "seats": own.seats.get(c)}
        for c, s in own.share.items()
    ]
    return pl.DataFrame(rows, schema=dict(RESULT_COLUMNS))


# ---------------------------------------------------------------------- series


_TWO_PARTY_RESULTS = (
    # Australian Electoral Commission, national two-party-preferred count
    (date(2004, 10, 9), 47.26),
    (date(2007, 11, 24), 52.70),
    (date(2010, 8, 21), 50.12),
    (date(2013, 9, 7), 46.51),
    (date(2016, 7, 2), 49.64),
    (date(2019, 5, 18), 48.47),
    (date(2022, 5, 21), 52.13),
    (date(2025, 5, 3), 55.22),
)
"""Day of the vote, and Labor's per cent against the Coalition after preferences."""


def two_party_series(raw: Path, election: Election) -> pl.DataFrame:
    """Return the two-party-preferred results up to this election, dated by polling day."""
    rows = [
        {
            "date": day,
            "name": "two_party_preferred",
            "contender": contender,
            "value": value,
            "sample_size": None,
            "source": "Australian Electoral Commission",
        }
        for day, alp in _TWO_PARTY_RESULTS
        if day <= election.date
        for contender, value in (("alp", alp), ("coalition", round(100 - alp, 2)))
    ]
    return pl.DataFrame(rows, schema=dict(SERIES_COLUMNS))
