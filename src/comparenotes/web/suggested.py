"""Which campaigns are worth comparing with home: a winner and a loser of each kind."""

from __future__ import annotations

from datetime import date
from typing import Any

from comparenotes.errors import CompareNotesError
from comparenotes.web.library import Library
from comparenotes.words.places import short_name

SHOWN = 4
"""Kinds shown; ``cn suggest`` has them all."""


def worth(library: Library, home: str, day: date) -> dict[str, Any] | None:
    """Return what ``cn suggest`` proposes for ``home``, by kind: who kept office, who lost it.

    None where nobody governs or no past campaign is known on ``day``.
    """
    if not home:
        return None
    from comparenotes.record.suggest import suggest

    campaign = library.known(home).campaign
    try:
        found = suggest(campaign, day)
    except CompareNotesError:
        return None  # a folder that names no government has no likes
    kinds: dict[str, dict[str, Any]] = {}
    for s in found.items:
        row = kinds.setdefault(s.kind, {"kind": s.kind, "won": None, "lost": None})
        row[s.outcome] = {
            "campaign": s.campaign,
            "title": s.title,
            "party": s.party,
            "unlike": [w.words for w in s.why if not w.alike],
        }
    if not kinds:
        return None
    return {
        "home": home,
        "name": short_name(campaign),
        "rows": list(kinds.values())[:SHOWN],
        "of": len(kinds),
    }
