"""Takeovers: a party changes its leader in a term; what its support did after it.

Rules, fixed before any result was looked at:

* Who: every change in ``record.leaders`` in the party that led the government, and apart
  in the largest party outside it, within a term whose polls are bundled. A presidential
  nominee who did not take over the office is a candidate replaced or succeeded, and apart.
* Day 0 is the day the departure was announced (where that is not recorded, the day the
  successor took over); this is the headline. A second line counts from the takeover.
* Support is the mean of the polls published in the 30 days up to a day, each firm once.
  Its start is 45 days before day 0, so that the trouble that ended the leader is in it as
  little as polls allow. A path ends with the vote or with the party's next change; only
  the last change of a term has an eve, a result and a government after it.
* Controls: parties of the same role that kept their leader through the whole term, at the
  same distance from the vote (120 days) and as far down (3 points) at the start: the
  nearest moment of each such term, and the mean over terms. Fewer than three: none.
* The interval resamples countries, and is never narrower than that of independent cases.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

import polars as pl

from comparenotes.record import leaders, tables
from comparenotes.record.bootstrap import Interval, mean_interval
from comparenotes.record.cases import SAME_VOTE
from comparenotes.record.support import BASE, OFFSETS, known

HORIZONS = ("0", "30", "90", "180", "365", "eve", "result")
NEAR_POINTS, NEAR_DAYS, NEAR_CONTROLS = 3.0, 120, 3
UNDER = 1.5
"""A result is no better than the controls' if it is under so many points above it."""
SLACK = timedelta(days=7)
"""A control's support is read on its grid's nearest day, at most so far off."""
CLOCKS = ("announced", "takeover")
Terms = dict[tuple[str, str, str], list[dict[str, Any]]]
GROUPS = ("government", "opposition", "candidate")


@dataclass(frozen=True)
class Change:
    """A change of leader in a term: who, when, and in which campaign's term."""

    group: str
    country: str
    party: str
    before: str
    after: str
    announced: date | None
    day: date
    case: str
    election_date: date
    last: bool
    until: date | None

    def zero(self, clock: str) -> date:
        """Return day 0 on a clock."""
        return self.day if clock == "takeover" else (self.announced or self.day)


@dataclass(frozen=True)
class Path:
    """A change's support against its start by horizon, and its controls' (points)."""

    change: Change
    zero: date
    start: float
    moved: Mapping[str, float]
    controls: Mapping[str, float]
    terms: int
    kept: bool | None
    controls_kept: float | None
    controls_under: float = 0.0
    """Share of the controls whose own result was less than 1.5 points above their mean."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        c = self.change
        return {
            "group": c.group,
            "country": c.country,
            "party": c.party,
            "before": c.before,
            "after": c.after,
            "campaign": c.case,
            "announced": c.announced.isoformat() if c.announced else None,
            "took_over": c.day.isoformat(),
            "day_0": self.zero.isoformat(),
            "start": self.start,
            "moved": dict(self.moved),
            "controls": dict(self.controls),
            "control_terms": self.terms,
            "kept_office": self.kept,
        }


@dataclass(frozen=True)
class Row:
    """One horizon over all changes: their own movement, and against controls."""

    horizon: str
    plain: Interval
    against: Interval
    countries: int

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "horizon": self.horizon,
            "countries": self.countries,
            "moved": vars(self.plain),
            "against_controls": vars(self.against),
        }


@dataclass(frozen=True)
class Table:
    """Every takeover of a group on a clock: rows by horizon, and who kept office."""

    group: str
    clock: str
    paths: tuple[Path, ...]
    rows: tuple[Row, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def countries(self) -> int:
        """Return in how many countries."""
        return len({p.change.country for p in self.paths})

    def office(self) -> dict[str, Any]:
        """Return how many kept the leading office, and what share of their controls did."""
        told = [p for p in self.paths if p.kept is not None]
        both = [p for p in told if p.controls_kept is not None]
        gap = mean_interval(
            [100.0 * (float(bool(p.kept)) - float(p.controls_kept or 0.0)) for p in both],
            [p.change.country for p in both],
        )
        rate = sum(float(p.controls_kept or 0.0) for p in both) / len(both) if both else None
        return {
            "n": len(told),
            "kept": sum(bool(p.kept) for p in told),
            "with_controls": len(both),
            "kept_with_controls": sum(bool(p.kept) for p in both),
            "controls_share": rate,
            "difference": vars(gap),
        }

    def row(self, horizon: str) -> Row | None:
        """Return one horizon's row."""
        return next((r for r in self.rows if r.horizon == horizon), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "group": self.group,
            "clock": self.clock,
            "n": len(self.paths),
            "countries": self.countries,
            "rows": [r.to_dict() for r in self.rows],
            "kept_office": self.office(),
            "cases": [p.to_dict() for p in self.paths],
            "left_out": [{"why": k, "count": v} for k, v in self.left_out.items()],
        }


def changes(as_of: date, support: pl.DataFrame) -> tuple[list[Change], Counter[str]]:
    """Return the changes by ``as_of`` in a term with polls, and what was left out and why."""
    terms: Terms = {}
    wanted = ("case", "country", "office", "election_date", "start", "contender", "role")
    for r in support.select(wanted).unique().sort("election_date").iter_rows(named=True):
        terms.setdefault((r["country"], r["contender"], r["role"]), []).append(r)
    left: Counter[str] = Counter()
    found = []
    for t in leaders.takeovers(as_of):
        day = t.announced or t.day
        own = _term(terms, t.country, t.party, "government", day)
        if own is None:
            left["government: no bundled polls of that party in that term"] += 1
            continue
        group = "government" if own["office"] != "president" or t.head else "candidate"
        found.append((group, t.before, t.after, t.announced, t.day, own))
    for before, after in _all_changes(as_of):
        day = after["announced"] or after["from"]
        own = _term(terms, after["country"], after["party"], "opposition", day)
        if own is not None:
            group = "opposition" if own["office"] != "president" else "candidate"
            found.append(
                (group, before["leader"], after["leader"], after["announced"], after["from"], own)
            )
    out = []
    for group, gone, came, announced, day, own in found:
        later = [
            f[3] or f[4]
            for f in found
            if f[5]["case"] == own["case"]
            and f[5]["contender"] == own["contender"]
            and (f[3] or f[4]) > (announced or day)
        ]
        out.append(
            Change(
                group=group,
                country=own["country"],
                party=own["contender"],
                before=gone,
                after=came,
                announced=announced,
                day=day,
                case=own["case"],
                election_date=own["election_date"],
                last=not later,
                until=min(later, default=None),
            )
        )
    return sorted(out, key=lambda c: (c.day, c.country, c.party)), left


def _all_changes(as_of: date) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    frame = tables.table("leaders").filter(pl.col("from") <= as_of)
    out = []
    for rows in frame.partition_by("country", "party", maintain_order=True):
        told = rows.sort("from").to_dicts()
        out += [(a, b) for a, b in pairwise(told) if a["leader"] != b["leader"]]
    return out


def _term(terms: Terms, country: str, party: str, role: str, day: date) -> dict[str, Any] | None:
    """Return the term of a side in which ``day`` falls."""
    own = terms.get((country, party, role), [])
    return next((r for r in own if r["start"] < day < r["election_date"]), None)


class Lines:
    """Support by term, role and day, and the results known."""

    def __init__(self, support: pl.DataFrame, as_of: date) -> None:
        self.at: dict[tuple[str, str], dict[date, float]] = {}
        self.terms: dict[tuple[str, str], dict[str, Any]] = {}
        for r in support.iter_rows(named=True):
            key = (r["case"], r["contender"])
            self.at.setdefault(key, {})[r["date"]] = r["standing"]
            self.terms[key] = r
        self.days = {k: sorted(v) for k, v in self.at.items()}
        results = tables.table("side_results").filter(pl.col("election_date") < as_of)
        self.results = {
            (r["case"], r["contender"]): r["change"] for r in results.iter_rows(named=True)
        }
        self.as_of = as_of
        self.governments: dict[str, list[tuple[date, str, bool | None, bool]]] = {}
        told = tables.cases(as_of).select(
            "country", "date", "office", "kept_office", "changed_in_term"
        )
        for country, *row in told.iter_rows():
            self.governments.setdefault(country, []).append((row[0], row[1], row[2], bool(row[3])))
        leader = (
            tables.table("leaders")
            .group_by("country", "party", maintain_order=True)
            .agg(pl.col("from").min())
        )
        self.led = {(c, p): first for c, p, first in leader.iter_rows()}

    def near(self, key: tuple[str, str], day: date) -> float | None:
        """Return a term's support on the grid's nearest day."""
        own = self.at[key]
        if day in own:
            return own[day]
        days = self.days[key]
        i = bisect_left(days, day)
        near = [d for d in days[max(0, i - 1) : i + 1] if abs(d - day) <= SLACK]
        return own[min(near, key=lambda d: (abs(d - day), d))] if near else None

    def kept(self, key: tuple[str, str]) -> bool | None:
        """Return whether the party in government before that vote led the one after it."""
        term = self.terms[key]
        if term["role"] != "government":
            return None
        for day, office, kept, _ in self.governments.get(term["country"], ()):
            if office == term["office"] and abs(day - term["election_date"]) <= SAME_VOTE:
                return kept
        return None

    def calm(self, key: tuple[str, str]) -> bool:
        """Return whether the party is known to have kept its leader through the term."""
        term = self.terms[key]
        first = self.led.get((term["country"], term["contender"]))
        changed = term["role"] == "government" and any(
            changed and abs(day - term["election_date"]) <= SAME_VOTE
            for day, _, _, changed in self.governments.get(term["country"], ())
        )
        return first is not None and first <= term["start"] and not changed

    def horizons(self, key: tuple[str, str], zero: date, until: date | None) -> dict[str, float]:
        """Return support at each horizon from ``zero``; ``until`` ends the path."""
        election = self.terms[key]["election_date"]
        out = {}
        for x in OFFSETS[1:]:
            day = zero + timedelta(days=x)
            if day < election and (until is None or day < until):
                value = self.near(key, day)
                if value is not None:
                    out[str(x)] = value
        if until is None:
            eve = self.at[key].get(election - timedelta(days=1))
            if eve is not None:
                out["eve"] = eve
            if key in self.results:
                out["result"] = self.results[key]
        return out


def path(change: Change, clock: str, lines: Lines, calm: Sequence[tuple[str, str]]) -> Path | None:
    """Return a change's path with its controls among ``calm`` terms; None without a start."""
    key, zero = (change.case, change.party), change.zero(clock)
    began = zero + timedelta(days=BASE)
    start = lines.at[key].get(began)
    if start is None:
        return None
    until = None if change.last else change.until
    moved = {h: v - start for h, v in lines.horizons(key, zero, until).items()}
    if not moved:
        return None
    togo = (change.election_date - began).days
    others = []
    for other in calm:
        if other[0] == change.case or lines.terms[other]["role"] != lines.terms[key]["role"]:
            continue
        at = _moment(lines, other, start, togo)
        if at is None:
            continue
        base = lines.at[other][at]
        ends = lines.horizons(other, at - timedelta(days=BASE), None)
        others.append(({h: v - base for h, v in ends.items()}, lines.kept(other)))
    enough = len(others) >= NEAR_CONTROLS
    controls = {}
    for h in HORIZONS:
        values = [m[h] for m, _ in others if h in m]
        if h in moved and len(values) >= NEAR_CONTROLS:
            controls[h] = sum(values) / len(values)
    told = [float(k) for _, k in others if k is not None]
    return Path(
        change=change,
        zero=zero,
        start=start,
        moved=moved,
        controls=controls,
        terms=len(others) if enough else 0,
        kept=lines.kept(key) if change.last else None,
        controls_kept=sum(told) / len(told) if len(told) >= NEAR_CONTROLS else None,
        controls_under=_under([m["result"] for m, _ in others if "result" in m]),
    )


def _under(results: Sequence[float]) -> float:
    """Return the share of results less than 1.5 points above their mean."""
    if not results:
        return 0.0
    mean = sum(results) / len(results)
    return sum(x - mean < UNDER for x in results) / len(results)


def _moment(lines: Lines, key: tuple[str, str], start: float, togo: int) -> date | None:
    """Return the moment of a calm term nearest in time to the vote, among those as far down."""
    election, days = lines.terms[key]["election_date"], lines.days[key]
    wanted, near = election - timedelta(days=togo), timedelta(days=NEAR_DAYS)
    span = days[bisect_left(days, wanted - near) : bisect_right(days, wanted + near)]
    fit = [d for d in span if abs(lines.at[key][d] - start) <= NEAR_POINTS]
    return min(fit, key=lambda d: (abs(d - wanted), d)) if fit else None


def calm_terms(lines: Lines, found: Sequence[Change], as_of: date) -> list[tuple[str, str]]:
    """Return the finished terms of parties that kept their leader: where controls come from."""
    touched = {(c.case, c.party) for c in found}
    return sorted(
        k
        for k, t in lines.terms.items()
        if k not in touched and t["election_date"] <= as_of and lines.calm(k)
    )


@lru_cache(maxsize=4)
def _read(
    as_of: date,
) -> tuple[list[Change], Counter[str], Lines, list[tuple[str, str]]]:
    """Return the changes, what was left out, the lines and the calm terms of a day."""
    support = known(as_of)
    found, left = changes(as_of, support)
    lines = Lines(support, as_of)
    return found, left, lines, calm_terms(lines, found, as_of)


@lru_cache(maxsize=8)
def takeovers(as_of: date, clock: str = "announced") -> dict[str, Table]:
    """Return the table of takeovers by group, as known on ``as_of``."""
    found, left, lines, calm = _read(as_of)
    out = {}
    for group in GROUPS:
        own = [c for c in found if c.group == group]
        paths = [p for p in (path(c, clock, lines, calm) for c in own) if p is not None]
        reasons = {k: v for k, v in left.items() if k.startswith(group)}
        if len(own) > len(paths):
            reasons["no polls 45 days before day 0, or none after it"] = len(own) - len(paths)
        rows = tuple(_row(h, paths) for h in HORIZONS)
        out[group] = Table(group, clock, tuple(paths), rows, reasons)
    return out


def _row(horizon: str, paths: Sequence[Path]) -> Row:
    own = [p for p in paths if horizon in p.moved]
    both = [p for p in own if horizon in p.controls]
    return Row(
        horizon,
        _mean(own, lambda p: p.moved[horizon]),
        _mean(both, lambda p: p.moved[horizon] - p.controls[horizon]),
        len({p.change.country for p in own}),
    )


def _mean(paths: Sequence[Path], value: Callable[[Path], float]) -> Interval:
    return mean_interval([value(p) for p in paths], [p.change.country for p in paths])
