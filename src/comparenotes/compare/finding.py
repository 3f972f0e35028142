"""A finding: a claim with its number, interval, grade, verdict and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comparenotes.compare.intervals import Estimate

GRADES = ("measured", "suggestive", "too few to say", "reported", "failed")
VERDICTS = ("likely", "partly", "doubtful", "unknown")
FINDING_KINDS = (
    "standing",  # the governing party's lead, here and there
    "change",  # effect of the latest change of candidate, leader or head
    "clock_days",  # standing at the same number of days to polling day
    "clock_office",  # standing at the same number of days in office
    "movement",  # how far the race still moved
    "result",  # how it ended for the governing party
    "poll_error",  # how far the last polls were from the result
    "synthesis",  # several away campaigns together
    "record",
    "message",
    "note",
    "failure",
)

MIN_CASES = 15
"""Under so many cases (polls, campaigns, elections) nothing is graded above too few to say."""
MIN_DOCUMENTS = 5
"""The same for documents."""
ACT_ON_POINTS = 3.0
"""A level is narrow enough to act on if its interval is within this many points either side."""


def grade_difference(estimate: Estimate, cases: int, minimum: int = MIN_CASES) -> str:
    """Return the grade of a difference, change or lead against *no difference* (zero).

    ``measured``: the 95% interval excludes zero; ``suggestive``: the 80% interval
    does; otherwise, or with fewer than ``minimum`` cases, ``too few to say``.
    """
    if cases < minimum:
        return "too few to say"
    for level, grade in ((95, "measured"), (80, "suggestive")):
        lo, hi = estimate.at(level)
        if lo > 0 or hi < 0:
            return grade
    return "too few to say"


def grade_level(
    estimate: Estimate, cases: int, within: float = ACT_ON_POINTS, minimum: int = MIN_CASES
) -> str:
    """Return the grade of a level: is its interval within ``within`` either side?"""
    if cases < minimum:
        return "too few to say"
    for level, grade in ((95, "measured"), (80, "suggestive")):
        lo, hi = estimate.at(level)
        if max(estimate.mean - lo, hi - estimate.mean) <= within:
            return grade
    return "too few to say"


@dataclass(frozen=True, eq=False)
class Finding:
    """One thing learned from comparing, or the reason why nothing was.

    Attributes
    ----------
    claim
        The sentence, built from this finding's own fields.
    headline, short
        The same in a few words, fit for a title, and in fewer for the row of a chart.
    estimate, lo90, hi90, unit
        The number and its 90% interval; None where there is no number.
    grade, carries_over
        One of :data:`GRADES` and :data:`VERDICTS`.
    reasons
        The facts of both campaigns that decide ``carries_over``.
    rule, why
        Id of the rule (``compare/rules.csv``) that gave ``carries_over``, and its words; None
        where no rule was asked.
    sources
        Where the numbers come from. A finding without sources cannot be made.
    cases
        How many cases stand behind it (polls, campaigns, documents), and
    cases_unit
        what they are.
    key
        Identity over time: the same key on two dates is the same question.
    details
        Further sentences: since when, probabilities.
    formula, data, caveats, would_change
        For ``cn explain``: how it was computed, the rows it was computed from,
        its limits, and what would change it.
    payload
        What the provider computed it from, for charts and further providers: read it through
        the provider's accessor (``message_told.about``, ``record_provider.record_of_finding``,
        ``notes_provider.note_of``), which returns it typed, or None.
    """

    claim: str
    kind: str
    provider: str
    grade: str
    sources: tuple[str, ...]
    headline: str = ""
    short: str = ""
    estimate: float | None = None
    lo90: float | None = None
    hi90: float | None = None
    lo80: float | None = None
    hi80: float | None = None
    lo95: float | None = None
    hi95: float | None = None
    unit: str = "points"
    carries_over: str = "unknown"
    reasons: tuple[str, ...] = ()
    rule: str = ""
    why: str | None = None
    home: str = ""
    away: tuple[str, ...] = ()
    key: str = ""
    cases: int | None = None
    cases_unit: str = "polls"
    details: tuple[str, ...] = ()
    formula: str = ""
    data: Sequence[Mapping[str, Any]] = ()
    caveats: tuple[str, ...] = ()
    would_change: str = ""
    chart: str | None = None
    payload: object = None

    def __post_init__(self) -> None:
        if not self.sources or not all(s.strip() for s in self.sources):
            raise ValueError("a finding needs at least one source")
        if not self.claim.strip():
            raise ValueError("a finding needs a claim")
        if self.grade not in GRADES:
            raise ValueError(f"unknown grade {self.grade!r}")
        if self.carries_over not in VERDICTS:
            raise ValueError(f"unknown verdict {self.carries_over!r}")
        if self.kind not in FINDING_KINDS:
            raise ValueError(f"unknown kind {self.kind!r}")
        if self.estimate is not None and (self.lo90 is None or self.hi90 is None):
            raise ValueError("no number without an interval")

    @property
    def failed(self) -> bool:
        """Return whether a provider broke and this says why."""
        return self.grade == "failed"

    def strength(self) -> float:
        """Return the distance from no difference in half-widths of the 90% interval."""
        if self.estimate is None or self.lo90 is None or self.hi90 is None:
            return 0.0
        half = self.estimate - self.lo90 if self.estimate > 0 else self.hi90 - self.estimate
        return abs(self.estimate) / max(half, 1e-6)

    def to_dict(self, number: int | None = None) -> dict[str, Any]:
        """Return the promised JSON form; ``n`` is the finding's number in its comparison."""
        return {
            "n": number,
            "provider": self.provider,
            "kind": self.kind,
            "headline": self.headline,
            "claim": self.claim,
            "details": list(self.details),
            "estimate": self.estimate,
            "lo90": self.lo90,
            "hi90": self.hi90,
            "lo80": self.lo80,
            "hi80": self.hi80,
            "lo95": self.lo95,
            "hi95": self.hi95,
            "unit": self.unit,
            "grade": self.grade,
            "carries_over": self.carries_over,
            "reasons": list(self.reasons),
            "rule": self.rule,
            "away": list(self.away),
            "cases": self.cases,
            "cases_unit": self.cases_unit,
            "sources": list(self.sources),
            "caveats": list(self.caveats),
            "failed": self.failed,
            "key": self.key,
        }


def numbers(estimate: Estimate) -> dict[str, float]:
    """Return the finding's estimate and interval fields for ``estimate``."""
    out = {"estimate": estimate.mean}
    for level in (80, 90, 95):
        lo, hi = estimate.at(level)
        out |= {f"lo{level}": lo, f"hi{level}": hi}
    return out


def failure(provider: str, reason: str, home: str, away: Sequence[str]) -> Finding:
    """Return the finding that says a provider broke."""
    return Finding(
        claim=f"The {provider} part could not be computed: {reason}",
        headline=f"The {provider} part failed",
        kind="failure",
        provider=provider,
        grade="failed",
        sources=(f"provider {provider}",),
        home=home,
        away=tuple(away),
        key=f"{provider}:failure",
        would_change="A working provider: see the reason.",
    )
