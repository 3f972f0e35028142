"""How often the premise of each rule held on all eligible past cases.

What is scored is the premise; whether the advice helps was not measured. Countries are
resampled. The rules are :mod:`comparenotes.compare.lesson_rules`, frozen before this ran.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from comparenotes.compare.lesson_rules import DOWN, POINTS, Rule, rule
from comparenotes.compare.sister_hits import sisters
from comparenotes.normal import Z90
from comparenotes.record import before as sides_before
from comparenotes.record import tables
from comparenotes.record.bootstrap import MIN_CASES, cluster_draws
from comparenotes.record.classes import FROM
from comparenotes.record.takeovers import takeovers

WHEN = {730: "two years before the vote", 365: "one year before the vote"}
TERMS = {1: "first term", 2: "second term", 3: "third or later term"}
USUAL = 0.8
"""An error or a change of lead is usual up to the size that so many elections stay under."""
_PARTY = {"government": "a governing", "opposition": "a main opposition"}


@dataclass(frozen=True)
class PastCase:
    """One past case: where, whether it is eligible or a base case, and whether it held."""

    case: str
    country: str
    eligible: bool
    held: bool
    size: float = 0.0


@dataclass(frozen=True)
class Score:
    """Held in ``held`` of ``n``; the base; the difference in percentage points.

    For the test ``no more`` the difference is in points of support. ``passes`` says
    whether the record bears the premise out by the rule's own test.
    """

    rule: str
    when: str
    premise: str
    held: int
    n: int
    base_held: float
    base_n: int
    countries: int
    difference: float | None
    lo80: float | None
    hi80: float | None
    lo90: float | None
    hi90: float | None
    unit: str
    test: str
    passes: bool
    cases: tuple[PastCase, ...] = ()

    @property
    def share(self) -> float | None:
        """Return the share that held, per cent; None under 15 cases."""
        return 100 * self.held / self.n if self.n >= MIN_CASES else None

    @property
    def base(self) -> float | None:
        """Return the base rate, per cent."""
        return 100 * self.base_held / self.base_n if self.base_n else None

    def coin(self) -> str:
        """Return ``above``, ``below`` or ``no better`` than a coin, at 90% of independent cases."""
        if self.n < MIN_CASES:
            return "too few"
        p, half = self.held / self.n, Z90 * (0.25 / self.n) ** 0.5
        return "above" if p - half > 0.5 else ("below" if p + half < 0.5 else "no better")

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; the cases by name where they are under 15."""
        out = {k: v for k, v in vars(self).items() if k != "cases"}
        few = [{"case": c.case, "held": c.held} for c in self.cases if c.eligible]
        out |= {"share": self.share, "base": self.base, "coin": self.coin()}
        return out | {"cases": few if self.n < MIN_CASES else []}


def _score(r: Rule, when: str, cases: Sequence[PastCase], words: str = "") -> Score:
    """Return the score of shares: eligible cases against the base cases."""
    assert r.premise is not None  # noqa: S101 - only rules with a premise come here
    own = np.asarray([c.eligible for c in cases], dtype=bool)
    held = np.asarray([c.held for c in cases], dtype=float)
    n, m = int(own.sum()), int((~own).sum())
    ends: tuple[float | None, ...] = (None,) * 4
    gap = None
    if n >= MIN_CASES and m >= MIN_CASES:
        gap = 100 * float(held[own].mean() - held[~own].mean())
        w = cluster_draws([c.country for c in cases])
        a, b = w[:, own], w[:, ~own]
        ok = (a.sum(axis=1) > 0) & (b.sum(axis=1) > 0)
        drawn = 100 * (
            (a[ok] @ held[own]) / a[ok].sum(axis=1) - (b[ok] @ held[~own]) / b[ok].sum(axis=1)
        )
        ends = tuple(float(x) for x in np.quantile(drawn, (0.1, 0.9, 0.05, 0.95)))
    lo80, hi80, lo90, hi90 = ends
    passes = False
    if lo80 is not None and lo90 is not None and hi90 is not None:
        small = r.premise.smallest
        passes = lo80 > 0 if r.premise.test == "beats" else (-small < lo90 and hi90 < small)
    return Score(
        r.id,
        when,
        words or r.premise.words,
        int(held[own].sum()),
        n,
        float(held[~own].sum()),
        m,
        len({c.country for c in cases if c.eligible}),
        gap,
        lo80,
        hi80,
        lo90,
        hi90,
        "percentage points",
        r.premise.test,
        passes,
        tuple(cases),
    )


def _sides(as_of: date, days: int) -> pl.DataFrame:
    return sides_before.known(as_of).filter(pl.col("days") == days)


def standing_cases(as_of: date, days: int, *, far: bool) -> list[PastCase]:
    """Return governments by whether they stood far down, and whether the premise held."""
    rows = _sides(as_of, days).filter(
        (pl.col("role") == "government") & pl.col("last").is_not_null()
    )
    out = []
    for r in rows.iter_rows(named=True):
        low = r["share"] - r["last"] <= DOWN
        moved = r["result"] - r["share"]
        held = moved > 0 if far else moved < 0
        out.append(PastCase(r["case"], r["country"], low == far, held, r["share"] - r["last"]))
    return out


def leads(as_of: date, days: int) -> list[tuple[str, str, float, float]]:
    """Return (case, country, lead in the polls, lead in the result): government over opposition."""
    rows = _sides(as_of, days)
    wide = rows.filter(pl.col("role") == "government").join(
        rows.filter(pl.col("role") == "opposition"),
        on="case",
        suffix="_other",
        maintain_order="left_right",
    )
    return [
        (
            r["case"],
            r["country"],
            r["share"] - r["share_other"],
            r["result"] - r["result_other"],
        )
        for r in wide.sort("case").iter_rows(named=True)
    ]


def usual_error(as_of: date, days: int) -> float | None:
    """Return the change of lead from ``days`` before the vote that 80% of elections stay under."""
    moved = [abs(b - a) for _, _, a, b in leads(as_of, days)]
    return float(np.quantile(moved, USUAL)) if len(moved) >= MIN_CASES else None


def error_cases(as_of: date, days: int) -> list[PastCase]:
    """Return leads by whether they were within the usual error, and whether they turned."""
    limit = usual_error(as_of, days) or 0.0
    return [
        PastCase(case, country, abs(a) < limit, a * b < 0, a)
        for case, country, a, b in leads(as_of, days)
    ]


def challenger_cases(as_of: date, days: int) -> list[PastCase]:
    """Return large sides by whether they are a challenger, and whether they ended lower."""
    return [
        PastCase(
            f"{r['case']} {r['name']}",
            r["country"],
            r["role"] == "challenger",
            r["result"] < r["share"],
            r["share"],
        )
        for r in _sides(as_of, days).iter_rows(named=True)
    ]


def office_cases(as_of: date) -> pl.DataFrame:
    """Return elections since 1950 in older democracies with their government's fate."""
    return tables.cases(as_of).filter(
        (pl.col("date") >= FROM)
        & (pl.col("democracy") == "older")
        & pl.col("kept_office").is_not_null()
    )


def term_cases(as_of: date, term: int) -> list[PastCase]:
    """Return governments by whether they were in that term, and whether they kept office."""
    rows = office_cases(as_of).filter((pl.col("term") > 1) | pl.col("full_term"))
    return [
        PastCase(r["case"], r["country"], min(r["term"], 3) == term, bool(r["kept_office"]))
        for r in rows.iter_rows(named=True)
    ]


def early_cases(as_of: date) -> list[PastCase]:
    """Return elections by whether they were early, and whether the government kept office."""
    rows = office_cases(as_of).filter(
        (pl.col("office") == "parliament") & pl.col("early").is_not_null()
    )
    return [
        PastCase(r["case"], r["country"], bool(r["early"]), bool(r["kept_office"]))
        for r in rows.iter_rows(named=True)
    ]


def bounce_score(as_of: date, group: str = "government", clock: str = "announced") -> Score:
    """Return whether a change of leader left a result better than that of like governments."""
    r = rule("bounce")
    table = takeovers(as_of, clock)[group]
    both = [p for p in table.paths if "result" in p.controls]
    row = table.row("result")
    gap = row.against if row is not None else None
    cases = tuple(
        PastCase(
            p.change.case,
            p.change.country,
            True,
            p.moved["result"] - p.controls["result"] < POINTS,
            p.moved["result"] - p.controls["result"],
        )
        for p in both
    )
    told = gap is not None and gap.hi90 is not None
    return Score(
        r.id,
        f"{group}, from the {'announcement' if clock == 'announced' else 'takeover'}",
        (r.premise.words if r.premise else "").replace("a governing", _PARTY[group]),
        sum(c.held for c in cases),
        len(cases),
        float(sum(p.controls_under for p in both)),
        len(both),
        len({c.country for c in cases}),
        gap.estimate if gap else None,
        None,
        None,
        gap.lo90 if gap else None,
        gap.hi90 if gap else None,
        "points",
        "no more",
        bool(told and gap is not None and gap.hi90 is not None and gap.hi90 < POINTS),
        cases,
    )


def sisters_score(as_of: date) -> Score | None:
    """Return whether findings from the same family held more often."""
    s = sisters("all", as_of)
    if s is None:
        return None
    r = rule("sisters")
    return Score(
        r.id,
        "90 days before the vote",
        r.premise.words if r.premise else "",
        round(s.same * s.pairs_same / 100),
        s.pairs_same,
        s.other * s.pairs_other / 100,
        s.pairs_other,
        0,
        s.difference,
        s.lo80,
        s.hi80,
        s.lo90,
        s.hi90,
        "percentage points",
        "beats",
        s.lo80 > 0,
    )


@lru_cache(maxsize=256)
def score(rule_id: str, as_of: date, days: int = 365, term: int = 1) -> Score | None:
    """Return one rule's score as it could have been measured on ``as_of``; None if not scored."""
    r = rule(rule_id)
    when = WHEN.get(days, f"{days} days before the vote" if days > 1 else "on the eve")
    if rule_id in ("standing", "standing_high"):
        return _score(r, when, standing_cases(as_of, days, far=rule_id == "standing"))
    if rule_id == "poll_error":
        return _score(r, when, error_cases(as_of, days))
    if rule_id == "challenger":
        return _score(r, when, challenger_cases(as_of, days))
    if rule_id == "second_term":
        words = (r.premise.words if r.premise else "").format(term=TERMS[term])
        return _score(r, "known from the start of the term", term_cases(as_of, term), words)
    if rule_id == "timing":
        return _score(r, "known when the vote is called", early_cases(as_of))
    if rule_id == "bounce":
        return bounce_score(as_of)
    if rule_id == "sisters":
        return sisters_score(as_of)
    return None
