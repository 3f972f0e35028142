"""What home may do, because of which findings, how sure, and what would change its mind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from comparenotes.compare.lesson_rules import Cell, Rule
from comparenotes.compare.lesson_scores import Score

_ENDS = {"lo": "lo90", "hi": "hi90"}
"""Names of the ends of an interval in the JSON."""
Fields = Mapping[str, object]


@dataclass(frozen=True)
class Reason:
    """One reason as data: which sentence, its figures, and the finding it cites."""

    key: str
    fields: Fields
    finding: int | None = None


@dataclass(frozen=True)
class Draft:
    """A lesson before any sentence is made: all figures that its sentences may hold.

    ``number`` on ``day`` is what would prove it wrong; ``full`` is False where the rule
    has a row though its data are missing.
    """

    rule: Rule
    cell: Cell
    fields: Fields
    reasons: tuple[Reason, ...]
    number: float | None
    day: date
    score: Score | None = None
    cases: int | None = None
    cases_unit: str = "cases"
    full: bool = True


@dataclass(frozen=True)
class Lesson:
    """A lesson in words, with what it rests on.

    ``below`` is True where the record of its premise does not bear it out: such a lesson
    stands below the line, and says so.
    """

    rule: str
    family: str
    cell: Cell
    do: str
    because: tuple[str, ...]
    how_sure: str
    would_change: str
    findings: tuple[int, ...]
    figures: tuple[Fields, ...]
    cases: int | None
    number: float | None
    day: date
    below: bool
    record: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the promised JSON form."""
        return {
            "rule": self.rule,
            "family": self.family,
            "reader": self.cell[0],
            "whose": self.cell[1],
            "do": self.do,
            "because": [
                {"sentence": s, **{_ENDS.get(k, k): v for k, v in f.items()}}
                for s, f in zip(self.because, self.figures, strict=True)
            ],
            "how_sure": self.how_sure,
            "cases": self.cases,
            "would_change": self.would_change,
            "wrong_if": {"number": self.number, "first_day": self.day.isoformat()},
            "below_the_line": self.below,
            "record": dict(self.record) or None,
        }
