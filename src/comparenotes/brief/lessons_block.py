"""What follows for home, as one list that every writer renders: made here, once."""

from __future__ import annotations

from dataclasses import dataclass

from comparenotes.compare.comparison import Comparison
from comparenotes.compare.lesson_rules import REQUIRED
from comparenotes.compare.lessons import on_page

HEADING = "What follows for home"
COLUMNS = ("Do", "Because", "How sure", "What would change our mind")
PRINTED = 4
"""Lessons printed on paper besides the issues'; the screen has all of the page."""
FEWEST = 4
"""At least so many rows are printed; what is below the line fills up."""
BELOW = "Below the line: the record does not bear the premise out."


@dataclass(frozen=True)
class Row:
    """One lesson as four cells of text; ``below`` puts it under the line."""

    rule: str
    do: str
    reasons: tuple[str, ...]
    how_sure: str
    would_change: str
    findings: tuple[int, ...]
    below: bool

    def cells(self) -> tuple[str, str, str, str]:
        """Return the four cells in the order of :data:`COLUMNS`."""
        return self.do, " ".join(self.reasons), self.how_sure, self.would_change


@dataclass(frozen=True)
class Block:
    """The section: heading, column heads, rows above the line and below it."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def above(self) -> tuple[Row, ...]:
        """Return the rows that the record bears out, and those of the issues."""
        return tuple(r for r in self.rows if not r.below)

    @property
    def below(self) -> tuple[Row, ...]:
        """Return the rows below the line."""
        return tuple(r for r in self.rows if r.below)

    @property
    def printed(self) -> frozenset[str]:
        """Return the rules that stand on paper: the first, the issues', and a filling."""
        first = [r.rule for r in self.above if r.rule not in REQUIRED][:PRINTED]
        fill = max(0, FEWEST - len(first) - len(REQUIRED))
        return frozenset({*first, *REQUIRED, *(r.rule for r in self.below[:fill])})


def block(c: Comparison) -> Block:
    """Return the lessons of a comparison that stand on its page."""
    rows = tuple(
        Row(
            x.rule,
            x.do,
            x.because,
            x.how_sure,
            x.would_change,
            x.findings,
            x.below,
        )
        for x in on_page(c.lessons)
    )
    return Block(HEADING, COLUMNS, rows)
