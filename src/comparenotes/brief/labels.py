"""The short name of each kind of finding, for tables and charts."""

from __future__ import annotations

from collections.abc import Mapping

LABELS: Mapping[str, str] = {
    "standing": "Lead of the governing party",
    "change": "Change of who leads or stands",
    "clock_days": "Against last result, same days to go",
    "clock_office": "Against last result, same days in office",
    "movement": "Movement still to come",
    "result": "Home now against their result",
    "poll_error": "Error of the last polls",
    "synthesis": "Several campaigns together",
    "record": "Record",
    "message": "Message",
    "note": "Note",
    "failure": "Failed",
}
