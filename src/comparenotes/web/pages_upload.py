"""Uploads: a form, and the validator's messages in place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from starlette.requests import Request

from comparenotes.campaigns.elected import LEVELS, OFFICES
from comparenotes.campaigns.model import SYSTEMS
from comparenotes.campaigns.naming import slug
from comparenotes.compare.facts import SYSTEM_WORDS
from comparenotes.errors import CompareNotesError, DataError
from comparenotes.web.library import Library
from comparenotes.web.made import Made
from comparenotes.web.settings import MAX_UPLOAD
from comparenotes.web.uploads import Received, receive_folder, receive_polls

FIELDS = ("id", "title", "country", "election_date", "system", "office", "level", "columns")


def shown(
    library: Library,
    request: Request | None = None,
    values: Mapping[str, str] | None = None,
    received: Received | None = None,
    problem: str = "",
) -> Made:
    """Return the upload page, with what became of an upload."""
    found = received.validation.to_dict() if received is not None else None
    if found is not None:
        found["folder"] = None  # a temporary place, of no use to the reader
        for level in ("errors", "warnings"):
            for p in found[level]:
                p["where"] = p["file"] if p["line"] is None else f"{p['file']}:{p['line']}"
    broken = library.broken()
    data = {
        "systems": list(SYSTEMS),
        "system_words": SYSTEM_WORDS,
        "offices": list(OFFICES),
        "levels": list(LEVELS),
        "limit_mb": MAX_UPLOAD // (1024 * 1024),
        "values": {f: str((values or {}).get(f, ""))[:200] for f in FIELDS},
        "validation": found,
        "told": list(received.told) if received is not None else [],
        "kept": received.kept if received is not None else None,
        "problem": problem,
        "own": [
            {"id": name, "title": library.known(name).campaign.title}
            for name in library.own()
            if name not in broken
        ],
    }
    return Made(data)


def receive(
    library: Library, name: str, data: bytes, fields: Mapping[str, str]
) -> tuple[Made, int]:
    """Take an upload; return the page and the status."""
    try:
        received = _receive(library, name, data, fields)
    except CompareNotesError as e:
        return shown(library, values=fields, problem=e.one_line()), 422
    return shown(library, values=fields, received=received), 200 if received.kept else 422


def _receive(library: Library, name: str, data: bytes, fields: Mapping[str, str]) -> Received:
    if not data:
        raise DataError("no file was chosen", hint="a zip of a campaign folder, or a CSV of polls")
    workspace = library.settings.workspace
    uploaded = {p.name for p in (workspace / "campaigns").glob("*")}
    taken = frozenset(library.ids()) - uploaded
    workbook = name.lower().endswith((".xlsx", ".xlsm")) or b"xl/workbook" in data
    if (data[:2] == b"PK" and not workbook) or name.lower().endswith(".zip"):
        return receive_folder(data, workspace, taken)
    try:
        polling_day = date.fromisoformat(fields.get("election_date", ""))
    except ValueError:
        raise DataError(
            "is no day", where="polling day", hint="a table of polls needs it: like 2027-05-02"
        ) from None
    title = fields.get("title", "").strip()[:120]
    cid = slug(fields.get("id", "") or title)
    if not cid:
        raise DataError("is missing", where="title", hint="say what the election is called")
    return receive_polls(
        data,
        workspace,
        taken,
        campaign_id=cid,
        title=title or cid,
        country=fields.get("country", "").strip().upper()[:2],
        election_date=polling_day,
        system=fields.get("system", "pr"),
        office=fields.get("office", "parliament"),
        name=name or "polls.csv",
        level=fields.get("level") or None,
        columns=fields.get("columns", "").strip()[:2000],
    )
