"""The class of comparable cases: which past governments stood where home stands.

The rule looks only at what is known before polling day: the number of the term,
whether the party served it from the start, the kind of democracy, and the period.
Every narrowing is reported beside the class, never instead of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from comparenotes.record.profile import Profile

FROM = date(1950, 1, 1)
LATER = 3
"""Third and later terms are one class."""
_TERM_WORDS = {1: "first", 2: "second", 3: "third or later"}
_DEMOCRACY = {
    "older": "democracies older than 1990",
    "newer": "newer democracies",
}


@dataclass(frozen=True)
class CaseClass:
    """A class of cases: its rule in words and its cases (rows of ``tables.cases``)."""

    rule: str
    frame: pl.DataFrame
    democracy: str | None
    term: int
    full_term: bool

    @property
    def n(self) -> int:
        """Return the number of cases."""
        return self.frame.height

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form: rule, n, countries, from, to."""
        dates = self.frame["date"]
        return {
            "rule": self.rule,
            "n": self.n,
            "countries": self.frame["country"].n_unique(),
            "from": str(dates.min()) if self.n else None,
            "to": str(dates.max()) if self.n else None,
        }


def term_bucket(term: int) -> int:
    """Return 1, 2 or 3 (third or later)."""
    return min(max(term, 1), LATER)


def select(
    cases: pl.DataFrame, term: int, full_term: bool, democracy: str | None, since: date = FROM
) -> pl.DataFrame:
    """Return the cases of a class from a frame of cases."""
    bucket = term_bucket(term)
    rule = pl.col("date") >= since
    rule &= pl.col("term") >= bucket if bucket == LATER else pl.col("term") == bucket
    if bucket == 1:
        rule &= pl.col("full_term") == full_term
    if democracy is not None:
        rule &= pl.col("democracy") == democracy
    return cases.filter(rule)


def rule_words(term: int, full_term: bool, democracy: str | None, since: date = FROM) -> str:
    """Return the rule of a class as a sentence."""
    bucket = term_bucket(term)
    what = f"{_TERM_WORDS[bucket]} terms of the party that leads the government"
    if bucket == 1:
        what += (
            ", served from an election on"
            if full_term
            else ", begun in mid-term without an election"
        )
    where = _DEMOCRACY.get(democracy or "", "all countries in the record")
    return f"{what}; {where}; elections since {since.year}"


def class_of(profile: Profile, cases: pl.DataFrame) -> CaseClass:
    """Return home's class among ``cases`` (already cut at the as-of date).

    Home's own coming election is never among them; its country's earlier ones are.
    """
    past = cases.filter(pl.col("date") < profile.election_date)
    return CaseClass(
        rule=rule_words(profile.term, profile.full_term, profile.democracy),
        frame=select(past, profile.term, profile.full_term, profile.democracy),
        democracy=profile.democracy,
        term=profile.term,
        full_term=profile.full_term,
    )
