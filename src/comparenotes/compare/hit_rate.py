"""How often the verdicts held on past pairs of campaigns."""

from __future__ import annotations

from datetime import date


def sentence(as_of: date) -> str:
    """Return the hit rate in a sentence, or an empty string where it is not known."""
    del as_of
    return ""
