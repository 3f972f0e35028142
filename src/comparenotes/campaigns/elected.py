"""What is elected, where: the words for it, and whether there are seats to speak of."""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = ("national", "state", "supranational", "local", "party")
OFFICES = ("parliament", "president", "governor", "senator", "mayor", "question", "nomination")
STATUSES = ("ordinary", "annulled")
CHAMBER_RULES = ("dhondt", "sainte_lague", "hare", "droop", "constituencies")
"""Ways from votes to the seats of a chamber; ``constituencies`` cannot be told from polls."""

_OFFICE_WORDS = {
    "parliament": "parliament",
    "president": "president",
    "governor": "governor",
    "senator": "senator",
    "mayor": "mayor",
    "question": "question put to the voters",
    "nomination": "party's candidate",
}
_LEVEL_WORDS = {
    "national": "",
    "state": "state ",
    "supranational": "supranational ",
    "local": "local ",
    "party": "party ",
}
_ONE_OFFICE = {
    "president": "A president is elected, no seats.",
    "governor": "A governor is elected, no seats.",
    "senator": "A senator is elected: one seat, no chamber.",
    "mayor": "A mayor is elected, no seats.",
    "question": "A question is decided, no seats.",
    "nomination": "A party chooses its candidate, no seats.",
}


@dataclass(frozen=True)
class Chamber:
    """The chamber that is elected, where it is not the country's parliament.

    ``majority`` is the number of seats that carries a vote (None: more than half),
    ``threshold`` in per cent, ``rule`` one of :data:`CHAMBER_RULES`.
    """

    seats: int
    majority: int | None = None
    threshold: float | None = None
    rule: str | None = None


def office_word(office: str, level: str | None = "national") -> str:
    """Return what is elected in words: ``parliament``, ``state parliament``, ``governor``."""
    word = _OFFICE_WORDS.get(office, office)
    return f"{_LEVEL_WORDS.get(level or '', '')}{word}" if office == "parliament" else word


def without_seats(office: str, level: str | None, chamber: Chamber | None) -> str | None:
    """Return why no seats are shown, None where there may be some.

    Seats of the country's parliament are meant only where the campaign says that it is
    national, or describes its own chamber.
    """
    if office != "parliament":
        return _ONE_OFFICE.get(office, "One office is elected, no seats.")
    if chamber is not None:
        if chamber.rule is None:
            return (
                f"Not shown: how votes become the {chamber.seats} seats is not said "
                "(rule in [chamber] of campaign.toml)."
            )
        if chamber.rule == "constituencies":
            return "Seats are won in constituencies, whose results are not given: not modelled."
        return None
    if level is None:
        return (
            "Not shown: whose parliament is elected is not said "
            "(level in campaign.toml: national, state, ...)."
        )
    if level != "national":
        return (
            f"Not shown: size and rule of this {office_word(office, level)} are not "
            "given ([chamber] in campaign.toml)."
        )
    return None
