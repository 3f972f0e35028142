"""Said against done: to come."""

from __future__ import annotations

from comparenotes.compare.finding import Finding
from comparenotes.compare.message_told import Told


def findings(home: Told, away: Told) -> list[Finding]:
    """Return nothing yet."""
    return []
