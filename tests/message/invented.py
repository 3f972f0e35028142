"""Invented sentences, and what a finding on such texts is about."""

from comparenotes.compare.finding import Finding
from comparenotes.compare.message_told import About, about

GREEN = "We will cut carbon emissions and plant trees to protect the environment from pollution."
MIGRATION = "We will control immigration and speed up every asylum claim at the border."
PLAIN = "Thank you all for coming to this hall tonight."
ATTACK = "Romney and the Republicans have failed, and their reckless plan is wrong for families."
FILLER = (
    "We are glad to stand here with friends.",
    "My mother worked hard every day of her life.",
    "The hall is full and the night is young.",
)


def speech(contender: str, *sentences: str, date: str = "2012-09-01") -> str:
    return f"---\ncontender: {contender}\ndate: {date}\nkind: speech\n---\n" + " ".join(sentences)


def subject(finding: Finding) -> About:
    """Return what a finding on messages is about."""
    found = about(finding)
    assert found is not None
    return found
