"""The short name of each kind of finding, for tables and charts."""

from __future__ import annotations

from collections.abc import Mapping

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
