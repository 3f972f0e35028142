"""The rules of lessons, as data: what each needs, its premise, and its wording for four cells.

A cell is (what the reader is, whose it was): ``governs`` or ``opposes``, and ``own`` or
``rival``. A rule without wording for a cell does not fire in it. Braces are fields, filled
by :mod:`comparenotes.compare.lessons`. Fixed on 30 November 2026, before any premise was
scored; a change of a premise is a new rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

VERBS = ("Plan on", "Hold back", "Watch", "Check", "Ask", "Test")
FORBIDDEN = (
    *("should say", "must attack", "adopt", "move right", "move left"),
    *("proves", "always", "never wins"),
)
"""Words that no lesson contains: the product has no evidence for them."""
READERS = ("governs", "opposes")
WHOSE = ("own", "rival")
POINTS = 1.5
"""Smallest difference of interest in support: the average error of polls on the eve."""
CHANCE = 10.0
"""The same in the chance of keeping office (percentage points)."""
DOWN = -5.0
"""A government stands far down from so many points below its last result."""

Cell = tuple[str, str]


@dataclass(frozen=True)
class Premise:
    """A proposition that is true or false of every past case.

    ``test`` says when the record bears it out: ``beats`` (it held more often than in the
    other cases, 80% interval), ``same`` (the 90% interval of the difference lies within
    ``smallest``), ``no more`` (its upper 90% end lies below ``smallest``).
    """

    words: str
    eligible: str
    base: str
    test: str
    smallest: float = 0.0


@dataclass(frozen=True)
class Wording:
    """What is said in one cell: begins with a verb of :data:`VERBS`."""

    do: str
    would_change: str


@dataclass(frozen=True)
class Rule:
    """One rule. ``needs`` are finding kinds or keys (any one of a ``|`` group will do)."""

    id: str
    family: str
    needs: tuple[str, ...]
    evidence: str
    wording: Mapping[Cell, Wording]
    premise: Premise | None = None
    decides: int = 5
    """Order on the page: what home can still decide first comes first."""


def _both(do: str, would_change: str) -> dict[Cell, Wording]:
    return {(r, w): Wording(do, would_change) for r in READERS for w in WHOSE}


RULES: tuple[Rule, ...] = (
    Rule(
        "bounce",
        "leader",
        ("change",),
        "past cases",
        {
            ("governs", "own"): Wording(
                "Plan on the rating you had before {start_day}, not on today's.",
                "{party} at {level} or more on {review} would mean that half of the gain has "
                "lasted.",
            ),
            ("governs", "rival"): Wording(
                "Watch the gain of {party} until {review}, and do not count on it lasting.",
                "{party} below {level} on {review} would mean that half of the gain has gone.",
            ),
            ("opposes", "own"): Wording(
                "Watch where your gain comes from: the government, or those who had no party.",
                "{party} below {level} on {review} would mean that half of the gain has gone.",
            ),
            ("opposes", "rival"): Wording(
                "Hold back from redrawing the campaign on the first three months of polls.",
                "{party} at {level} or more on {review} would mean that half of the gain has "
                "lasted.",
            ),
        },
        Premise(
            "after a change of leader a governing party's result was less than 1.5 points better "
            "than that of like parties which kept theirs",
            "governing parties that changed their leader in the term",
            "like governments, against one another",
            "no more",
            POINTS,
        ),
        1,
    ),
    Rule(
        "standing",
        "standing",
        ("result|record:path|standing",),
        "past cases",
        {
            ("governs", "own"): Wording(
                "Plan on winning back part of the loss, not all of it.",
                "{party} below {level} on {review} would mean that no recovery has begun.",
            ),
            ("opposes", "rival"): Wording(
                "Hold back from counting the loss of {party} as your gain: check who has it.",
                "{party} below {level} on {review} would mean that no recovery has begun.",
            ),
        },
        Premise(
            "a government 5 points or more below its last result ended higher than it stood",
            "governments 5 points or more down",
            "governments less far down",
            "beats",
        ),
        2,
    ),
    Rule(
        "standing_high",
        "standing",
        ("result|record:path|standing",),
        "past cases",
        {
            ("governs", "own"): Wording(
                "Plan on losing some of today's support by the vote.",
                "{party} at {level} or more on {review} would mean that the usual loss has not "
                "come.",
            ),
            ("opposes", "rival"): Wording(
                "Plan on {party} losing some of today's support without your doing.",
                "{party} at {level} or more on {review} would mean that the usual loss has not "
                "come.",
            ),
        },
        Premise(
            "a government less than 5 points below its last result ended lower than it stood",
            "governments less than 5 points down",
            "governments farther down",
            "beats",
        ),
        2,
    ),
    Rule(
        "poll_error",
        "error",
        ("standing", "poll_error"),
        "past cases",
        {
            **_both(
                "Plan on {leader} being anywhere from {lo} {chaser} to {hi}, were the vote held "
                "now.",
                "If the lead is above {error} points in the average for six weeks, until {review}, "
                "it is outside the usual error.",
            )
        },
        Premise(
            "the side behind in the polls ended ahead",
            "leads smaller than the change of lead that four in five elections stayed under",
            "larger leads",
            "beats",
        ),
        3,
    ),
    Rule(
        "second_term",
        "class",
        ("record:kept",),
        "past cases",
        {
            ("governs", "own"): Wording(
                "Plan on a chance of about {rate}, not on an advantage of being in office.",
                "Nothing before the vote: the rate moves only if home's class does, and it is "
                "{rate} until {review}.",
            ),
            ("opposes", "rival"): Wording(
                "Plan on the government losing office about {lost} times in a hundred.",
                "Nothing before the vote: the rate moves only if home's class does, and it is "
                "{rate} until {review}.",
            ),
        },
        Premise(
            "a government in its {term} kept the leading office",
            "governments in that term, older democracies",
            "governments in other terms",
            "beats",
        ),
        6,
    ),
    Rule(
        "timing",
        "time",
        ("change|standing",),
        "past cases",
        {
            ("governs", "own"): Wording(
                "Hold back from an early vote for the lift in the polls alone.",
                "If the lead is above {error} points in the average for six weeks, until {review}, "
                "it is outside the usual error.",
            ),
            ("opposes", "rival"): Wording(
                "Check that candidates and money are ready for a vote before its time.",
                "If the government's lead is still under {error} points on {review}, it has no "
                "lead to go early on.",
            ),
        },
        Premise(
            "a government that went early kept office",
            "elections held early, chosen or forced",
            "elections after a full term",
            "same",
            CHANCE,
        ),
        4,
    ),
    Rule(
        "seats_now",
        "seats",
        ("standing",),
        "own polls",
        {
            **_both(
                "Check your target seats against the seats of a vote held now, not the last map.",
                "More than {level} seats for {party}, were the vote held on {review}.",
            )
        },
        None,
        5,
    ),
    Rule(
        "challenger",
        "challenger",
        ("standing",),
        "past cases",
        {
            **_both(
                "Watch {challenger} each month, and check which of your voters it holds.",
                "{challenger} at {level} or more on {review} would not be fading.",
            )
        },
        Premise(
            "a challenger over 10% ended lower than it stood",
            "parties over 10% outside the two main sides",
            "the two main sides",
            "beats",
        ),
        4,
    ),
    Rule(
        "sisters",
        "sisters",
        ("result|record:pair",),
        "past cases",
        {
            **_both(
                "Ask the losers there the same questions as the winners.",
                "If a campaign of another family shows the same on {review}, kinship is not why; "
                "so far {n_other} of {n_away} here are of another family.",
            )
        },
        Premise(
            "a finding from a party of the same family held at home",
            "pairs of campaigns of one family",
            "pairs of other families",
            "beats",
        ),
        7,
    ),
    Rule(
        "migration",
        "migration",
        ("message",),
        "texts",
        {
            ("governs", "own"): Wording(
                "Test before you change anything: count voters lost on one flank beside voters "
                "won on the other.",
                "If the rival's share of sentences on it is under {level}% by {review}.",
            ),
            ("opposes", "rival"): Wording(
                "Check who gains when the issue rises: you or a challenger.",
                "If the government's share of sentences on it is over {level}% by {review}.",
            ),
        },
        None,
        8,
    ),
    Rule(
        "green",
        "green",
        ("message",),
        "texts",
        {
            ("governs", "own"): Wording(
                "Check who bears a cost and what they get for it, place by place.",
                "If your share of sentences on it is over {level}% by {review}.",
            ),
            ("opposes", "rival"): Wording(
                "Check which cost of the policy has no compensation.",
                "If the government's share of sentences on it is over {level}% by {review}.",
            ),
        },
        None,
        9,
    ),
)

REQUIRED = ("migration", "green")
"""Rules that have a row whether or not there are data."""


def rule(rule_id: str) -> Rule:
    """Return a rule by its id."""
    return next(r for r in RULES if r.id == rule_id)
