"""Who speaks of an issue, and whether one side speaks more of it: answers as data, then in words.

Answers hold ids of contenders; names come in only where a sentence is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from comparenotes.message.measure import MIN_HITS, SPOKEN, Line, too_few

Name = Callable[[str], str]
"""The name of a contender's id."""


class Contest(StrEnum):
    """Who speaks of an issue."""

    BATTLEGROUND = "battleground"
    ONE_SIDE = "one side"
    QUIET = "quiet"
    FEW = "too few sentences to say"
    UNCLEAR = "cannot be told apart"
    ALONE = "only one side has texts"
    NO_DATA = "no data"


class Apart(StrEnum):
    """Whether one of two sides speaks more of an issue than the other."""

    MORE = "spoke more of it"
    UNCLEAR = "cannot be told apart"
    FEW_SENTENCES = "too few sentences to say"
    FEW_TEXTS = "too few texts to say"


@dataclass(frozen=True)
class Contested:
    """The answer on an issue over its sides; ``who`` is the one side of ``ONE_SIDE``."""

    issue: str
    kind: Contest
    who: str | None = None

    def verdict(self, name: Name = str) -> str:
        """Return the answer in a few words, with ids or with names."""
        return self.kind if self.who is None else f"{self.kind}: {name(self.who)}"

    def words(self, name: Name) -> str:
        """Return the answer as it is printed for a reader."""
        if self.kind is Contest.UNCLEAR:
            return "no clear answer whether both sides or one speaks of it"
        return self.verdict(name)

    def within(self, name: Name) -> str:
        """Return the answer as part of a sentence on two campaigns."""
        if self.who is not None:
            return f"mainly spoken of by {name(self.who)}"
        return _WITHIN.get(self.kind, self.kind)

    def to_dict(self) -> dict[str, Any]:
        """Return the promised JSON form."""
        told = self.verdict()
        return {"issue": self.issue, "verdict": told, "contest": told, "kind": self.kind.value,
                "who": self.who}  # fmt: skip


_WITHIN = {
    Contest.BATTLEGROUND: "a battleground",
    Contest.QUIET: "quiet on both sides",
    Contest.UNCLEAR: "no clear answer whether both sides contested it",
}


@dataclass(frozen=True)
class Difference:
    """An issue's share of the first side less that of the second, in points.

    ``who`` is the contender that surely spoke more of it. Where there are too few sentences
    ``reason`` says so, and the interval is not told.
    """

    issue: str
    contenders: tuple[str, str]
    difference: float
    lo90: float | None
    hi90: float | None
    answer: Apart
    who: str | None = None
    reason: str | None = None

    def verdict(self, name: Name = str) -> str:
        """Return the answer in a few words, with ids or with names."""
        return self.answer if self.who is None else f"{name(self.who)} {self.answer}"

    def to_dict(self) -> dict[str, Any]:
        """Return the promised JSON form."""
        answer = "more" if self.answer is Apart.MORE else self.answer.value
        return {
            "issue": self.issue,
            "contenders": list(self.contenders),
            "difference": self.difference,
            "lo90": self.lo90,
            "hi90": self.hi90,
            "verdict": self.verdict(),
            "reason": self.reason,
            "answer": answer,
            "who": self.who,
        }


def contest(issue: str, of_issue: Sequence[Line]) -> Contested:
    """Return who speaks of an issue.

    A *battleground*: at least two sides surely speak of it (lower end of the 90% interval over
    2% of their sentences, on 15 sentences or more); *one side* surely does and each other surely
    less; *quiet*: no side does; *few*: no side has 15 sentences; else unclear.
    """
    speak = [x for x in of_issue if x.salience.lo90 >= SPOKEN and not x.few]
    if len(of_issue) < 2:
        return Contested(issue, Contest.ALONE)
    if len(speak) >= 2:
        return Contested(issue, Contest.BATTLEGROUND)
    if len(speak) == 1:
        one = speak[0]
        if all(one.salience.minus(x.salience)[1] > 0 for x in of_issue if x is not one):
            return Contested(issue, Contest.ONE_SIDE, one.contender)
    if all(x.salience.hi90 < SPOKEN for x in of_issue):
        return Contested(issue, Contest.QUIET)
    few = all(x.few for x in of_issue)
    return Contested(issue, Contest.FEW if few else Contest.UNCLEAR)


def difference(issue: str, of_issue: Sequence[Line]) -> Difference | None:
    """Return the first side less the second, and whether it beats noise; None without two."""
    if len(of_issue) < 2:
        return None
    a, b = of_issue[:2]
    mean, lo, hi = a.salience.minus(b.salience)
    sides = (a.contender, b.contender)
    together = a.salience.hits + b.salience.hits
    if together < MIN_HITS:
        why = too_few(together, " of both sides together")
        return Difference(issue, sides, mean, None, None, Apart.FEW_SENTENCES, None, why)
    if not (a.enough and b.enough):
        return Difference(issue, sides, mean, lo, hi, Apart.FEW_TEXTS)
    if lo > 0 or hi < 0:
        return Difference(issue, sides, mean, lo, hi, Apart.MORE, sides[0] if lo > 0 else sides[1])
    return Difference(issue, sides, mean, lo, hi, Apart.UNCLEAR)
