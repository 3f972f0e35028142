"""From readings of a poll file to one campaign's table of polls."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from comparenotes.campaigns.importers.ropf import (
    MAX_TOTAL,
    OTHERS,
    Reading,
    fieldwork,
    not_a_share,
    pollster,
)
from tools.build.world_parties import TABLES, Book

SOURCE = "apopod"
POLLSTERS = TABLES / "pollsters_world.csv"

MIN_NAMED = 50.0
"""A poll whose contenders add up to less says too little about the race."""

AREAS: Mapping[str, Mapping[str, float]] = {"BE": {"VLG": 0.62, "WAL": 0.31, "BRU": 0.07}}
"""Countries polled by area only, with each area's share of the valid vote (2019, rounded)."""


MAX_DAYS = 92
"""Fieldwork of more days has a year mistyped."""


class Firms:
    """One name for each firm of a country.

    Spellings that differ only in case, accents and punctuation are one firm,
    under the commonest of them; ``tools/tables/pollsters_world.csv`` has the rest.
    """

    def __init__(self, names: Iterable[str | None], country: str, table: Path = POLLSTERS) -> None:
        with table.open(encoding="utf-8", newline="") as file:
            known = {
                r["spelling"]: r["pollster"]
                for r in csv.DictReader(file)
                if r["country"] == country
            }
        self._known = known
        counts = Counter(known.get(n, n) for n in names if n)
        self._best: dict[str, str] = {}
        for name, _ in sorted(counts.items(), key=lambda x: (-x[1], x[0])):
            self._best.setdefault(_letters(name), name)

    def name(self, spelling: str | None) -> str | None:
        """Return the firm's name."""
        if spelling is None:
            return None
        name = self._known.get(spelling, spelling)
        return self._best.get(_letters(name), name)


def _letters(name: str) -> str:
    """Return a name's letters and digits without case and accents."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if c.isalnum())


@dataclass(frozen=True)
class Poll:
    """One poll used: its dates, firm and sample, and what it says.

    ``shares`` are per cent by contender; ``rest`` is what it names beside them;
    ``others`` what it prints as others (None = it does not).
    """

    start: date | None
    end: date
    published: date
    pollster: str | None
    sponsor: str | None
    sample_size: int | None
    shares: Mapping[str, float]
    rest: float
    others: float | None
    unmatched: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Window:
    """The polls of one campaign, and why the other readings were left out."""

    polls: list[Poll]
    left_out: Counter[str]
    readings: int


def end_of(reading: Reading) -> date | None:
    """Return the last day of fieldwork, or whatever date tells when it was."""
    days = fieldwork(reading)
    if days:
        return days[1]
    return reading.end or reading.published or reading.start


def window(readings: Iterable[Reading], book: Book, country: str, after: date, day: date) -> Window:
    """Return the polls with fieldwork after one election and before the next.

    Every reading of the file that falls into the window is used or counted. Of
    several readings of one poll (other line-ups of lists) the one that names
    most of the contenders that stood is used, the first of equals.
    """
    inside = [r for r in readings if (end := end_of(r)) is not None and after <= end <= day]
    left: Counter[str] = Counter()
    groups: dict[int, list[Reading]] = {}
    for r in inside:
        reason = _unusable(r, country, after, day)
        if reason:
            left[reason] += 1
        else:
            groups.setdefault(r.poll, []).append(r)
    polls: list[Poll] = []
    for group in groups.values():
        if country in AREAS:
            poll = _by_area(group, book, AREAS[country])
            if poll is None:
                left["a region only, or not all regions"] += len(group)
                continue
        else:
            poll = max((_poll(r, book) for r in group), key=lambda p: len(p.shares))
            if len(group) > 1:
                left["another line-up of the same poll"] += len(group) - 1
        if sum(poll.shares.values()) < MIN_NAMED:
            left["names too little of the race"] += 1
            continue
        polls.append(poll)
    firms = Firms((pollster(r) for r in readings), country)
    polls = [replace(p, pollster=firms.name(p.pollster)) for p in polls]
    kept = _once(polls, _figures, left, "the same poll twice")
    kept = _once(kept, _interviews, left, "another line-up of the same poll")
    kept.sort(key=lambda p: (p.end, p.start or p.end, p.pollster or "", sorted(p.shares.items())))
    return Window(kept, left, len(inside))


def _once(
    polls: Sequence[Poll], key: Callable[[Poll], object], left: Counter[str], why: str
) -> list[Poll]:
    """Return one poll for each key (the one that names most contenders), counting the others."""
    best: dict[object, Poll] = {}
    for p in polls:
        k = key(p)
        if k in best:
            left[why] += 1
        if k not in best or len(p.shares) > len(best[k].shares):
            best[k] = p
    return list(best.values())


def _figures(poll: Poll) -> object:
    return (poll.start, poll.end, poll.pollster, poll.sponsor, tuple(sorted(poll.shares.items())))


def _interviews(poll: Poll) -> object:
    """Return what tells one set of interviews from another; each its own if the size is unknown."""
    if poll.sample_size is None:
        return id(poll)
    return (poll.start, poll.end, poll.pollster, poll.sample_size)


def _unusable(reading: Reading, country: str, after: date, day: date) -> str | None:
    if reading.scope != "N":
        return f"scope {reading.scope}, not the national parliament"
    if reading.area and country not in AREAS:
        return "a region only"
    reason = not_a_share(reading)
    if reason:
        return reason
    days = fieldwork(reading)
    if days is None:
        return "no date, or dates the wrong way round"
    start, end, _ = days
    if start and (end - start).days > MAX_DAYS:
        return f"fieldwork of over {MAX_DAYS} days: a date is wrong"
    if end >= day:
        return "fieldwork reached polling day"
    if (start or end) <= after:
        return "fieldwork began before the preceding election"
    return None


def _poll(reading: Reading, book: Book) -> Poll:
    days = fieldwork(reading)
    assert days is not None  # checked by _unusable
    printed = reading.shares()
    others = printed.pop(OTHERS, None)
    shares, rest = book.shares(printed, days[1])
    return Poll(
        start=days[0],
        end=days[1],
        published=days[2],
        pollster=pollster(reading),
        sponsor=" / ".join(reading.clients) or None,
        sample_size=reading.sample_size,
        shares=shares,
        rest=rest,
        others=others,
        unmatched={c: s for c, s in printed.items() if book.by_code(c) is None},
    )


def _by_area(group: Sequence[Reading], book: Book, weights: Mapping[str, float]) -> Poll | None:
    """Return the country from its areas; None unless each was asked exactly once.

    A party stands at nought where it is not on the ballot.
    """
    by_area = {r.area: _poll(r, book) for r in group}
    if set(by_area) != set(weights) or len(group) != len(weights):
        return None
    parts = [(weights[a], by_area[a]) for a in weights]
    named = sorted({c for _, p in parts for c in p.shares})
    sizes = [p.sample_size for _, p in parts]
    others = [p.others for _, p in parts]
    return replace(
        parts[0][1],
        sample_size=sum(n for n in sizes if n is not None) if None not in sizes else None,
        shares={c: sum(w * p.shares.get(c, 0.0) for w, p in parts) for c in named},
        rest=sum(w * p.rest for w, p in parts),
        others=(sum(w * (p.others or 0.0) for w, p in parts) if None not in others else None),
        unmatched={
            c: sum(w * p.unmatched.get(c, 0.0) for w, p in parts)
            for c in sorted({c for _, p in parts for c in p.unmatched})
        },
    )


def mean_shares(polls: Sequence[Poll]) -> dict[str, tuple[float, int]]:
    """Return each contender's mean share and the number of polls that name it."""
    seen: dict[str, list[float]] = {}
    for p in polls:
        for c, share in p.shares.items():
            seen.setdefault(c, []).append(share)
    return {c: (sum(v) / len(v), len(v)) for c, v in seen.items()}


def rows(
    polls: Sequence[Poll], kept: Sequence[str], since: Mapping[str, date]
) -> list[dict[str, Any]]:
    """Return poll rows for ``kept`` contenders and ``oth``.

    ``oth`` is reported only by a poll that prints others and names every
    contender there was (``since``: first day of the new ones): else its others
    hold some of them, and what is not named stays unreported.
    """
    out = []
    for p in polls:
        shares = {c: round(p.shares[c], 4) for c in kept if c in p.shares}
        missing = [c for c in kept if c not in p.shares and since.get(c, p.end) <= p.end]
        if p.others is not None and not missing:
            small = sum(s for c, s in p.shares.items() if c not in shares)
            shares["oth"] = round(p.others + p.rest + small, 4)
        if sum(shares.values()) > MAX_TOTAL:
            raise ValueError(f"poll of {p.pollster}, {p.end}: shares add up to over {MAX_TOTAL}")
        out.append(
            {
                "start": p.start,
                "end": p.end,
                "published": p.published,
                "pollster": p.pollster,
                "sponsor": p.sponsor,
                "sample_size": p.sample_size,
                "population": None,
                "mode": None,
                "region": None,
                "question": None,
                "hypothetical": False,
                "source": SOURCE,
                **shares,
            }
        )
    return out


def first_named(polls: Sequence[Poll], contender: str) -> date | None:
    """Return the last day of fieldwork of the first poll that named the contender."""
    return min((p.end for p in polls if contender in p.shares), default=None)


def last_days(polls: Sequence[Poll], day: date, days: int = 90) -> list[Poll]:
    """Return the polls that ended in the last ``days`` before the vote."""
    return [p for p in polls if p.end >= day - timedelta(days=days)]
