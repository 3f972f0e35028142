"""The short name of each kind of finding, for tables and charts."""

from __future__ import annotations

from collections.abc import Mapping

from comparenotes.compare.comparison import Comparison
from comparenotes.compare.finding import Finding

LABELS: Mapping[str, str] = {
    "standing": "Lead of the governing party",
    "change": "Change of who leads or stands",
    "clock_days": "Against last result, same days to go",
    "clock_office": "Against last result, same days in office",
    "movement": "How far it still moved",
    "result": "Home now against their result",
    "poll_error": "Error of the last polls",
    "synthesis": "Several campaigns together",
    "record": "Record",
    "message": "Message",
    "note": "Note",
    "failure": "Failed",
}

SHORT: Mapping[str, str] = {
    "standing": "Lead",
    "change": "Change of who leads",
    "clock_days": "Same days to go",
    "clock_office": "Same days in office",
    "movement": "How far it moved",
    "result": "Against their result",
    "poll_error": "Poll error",
}
"""Shorter still, where the away campaign's name follows."""

OWN_TITLE = frozenset({"record", "message", "note", "synthesis"})
"""Kinds of which there are several: their own headline names them."""
SECTIONS: Mapping[str, str] = {
    "record": "The record of governments in home's position",
    "message": "What each side says",
    "notes": "Notes",
}
"""Heading of a provider's findings that are not about one away campaign's polls."""


def title(f: Finding, c: Comparison, brief: bool = False) -> str:
    """Return a finding's name among the findings of ``c``; ``brief`` is for a chart's row."""
    if f.kind in OWN_TITLE and f.headline:
        return (brief and f.short) or f.headline
    name = LABELS.get(f.kind, f.kind)
    if len(c.away) > 1 and len(f.away) == 1 and not f.failed:
        return f"{SHORT.get(f.kind, name)}, {c.facts[f.away[0]].name}"
    return name


def section(f: Finding, c: Comparison) -> str:
    """Return the heading a finding stands under."""
    if f.failed:
        return "Not computed"
    if f.provider in SECTIONS:
        return SECTIONS[f.provider]
    if len(f.away) == 1 and f.away[0] in c.facts:
        return f"{c.facts[c.home.id].name} against {c.facts[f.away[0]].name}"
    return "Several away campaigns together"
