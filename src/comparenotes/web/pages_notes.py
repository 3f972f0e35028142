"""Notes: shown with what they are about, added, edited, never lost."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request

from comparenotes.campaigns.checks_tables import CONFIDENCES, EXPECTS
from comparenotes.campaigns.snapshot import today as clock
from comparenotes.errors import DataError, NotFoundError
from comparenotes.web.library import Library
from comparenotes.web.made import Made
from comparenotes.web.notes import COLUMNS, Note, NotesFile
from comparenotes.web.settings import is_loopback
from comparenotes.words.places import short_name


def shown(
    library: Library,
    request: Request,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
    conflict: list[Note] | None = None,
    edited: str = "",
) -> Made:
    """Return the notes page of a campaign.

    ``typed`` is what a refused form held, ``edited`` the note it would have changed. What was
    typed is shown even where the campaign cannot be read any more.
    """
    name = request.path_params["campaign"]
    file = NotesFile(library.notes_path(name))
    title = short = name
    contenders: list[dict[str, str]] = []
    notes: list[Note] = []
    try:
        campaign = library.known(name).campaign
        title, short = campaign.title, short_name(campaign)
        contenders = [{"id": c.id, "name": c.name} for c in campaign.contenders]
        notes = file.read()
    except DataError:
        if typed is None:
            raise
    asked = edited or request.query_params.get("note", "")
    editing = next((n for n in notes if n.id == asked), None)
    if asked and editing is None and conflict is None and typed is None:
        raise NotFoundError(
            "that note has changed or is gone", where=asked[:20], hint="see the list of notes"
        )
    if typed is not None:
        values = {c: str(typed.get(c, "")) for c in COLUMNS}
    elif editing is not None:
        values = {c: editing.cells.get(c, "") for c in COLUMNS}
    else:
        values = dict.fromkeys(COLUMNS, "") | {
            "date": clock().isoformat(),
            "about": request.query_params.get("about", "")[:200],
            "finding": request.query_params.get("finding", "")[:200],
        }
    data = {
        "campaign": name,
        "title": title,
        "name": short,
        "notes": [n.to_dict() for n in reversed(notes)],
        "contenders": contenders,
        "confidences": list(CONFIDENCES),
        "expects": list(EXPECTS),
        "values": values,
        "editing": asked if editing is not None or conflict is not None else None,
        "problem": problem,
        "now": [n.to_dict() for n in conflict] if conflict is not None else None,
        "own_folder": name in library.own(),
        "kept_in": _told_path(library, file.path),
        "kept_in_quoted": shlex.quote(_told_path(library, file.path)),
        "example": "us-2024" if name != "us-2024" else "gb-2024",
        "about_finding": {n.id: _finding_query(library, name, n) for n in notes},
        "version": file.version(),
        "saved": request.query_params.get("saved") == "1",
    }
    return Made(data)


def _told_path(library: Library, path: Path) -> str:
    """Return where notes are kept: the whole path only to readers on this machine."""
    return str(path) if is_loopback(library.settings.host) else path.name


def _finding_query(library: Library, name: str, note: Note) -> str | None:
    """Return the query of the page of the finding a note names, where its key says which."""
    key = note.cells.get("finding", "")
    away = key.rpartition(":")[2]
    if not key or away == name or away not in library.ids():
        return None
    return urlencode({"home": name, "away": away, "key": key})


def save(library: Library, name: str, fields: Mapping[str, str], note_id: str) -> Note:
    """Add a note, or edit the one known by ``note_id``.

    Raises
    ------
    DataError
        If a field is wrong.
    EditConflict
        If the note has changed since the form was opened.
    """
    library.known(name)  # NotFoundError for an unknown campaign
    file = NotesFile(library.notes_path(name))
    if len(fields.get("finding", "")) > 200:
        raise DataError("is too long", where="finding")
    return file.edit(note_id, fields) if note_id else file.add(fields)
