"""Importers: other people's files -> polls, results, events, and an account of every row."""

from __future__ import annotations

import importlib
from pathlib import Path

from comparenotes.campaigns.importers.protocol import Imported, Importer, check_options
from comparenotes.campaigns.importers.reading import read_head, read_text
from comparenotes.errors import DataError, NotFoundError, did_you_mean

__all__ = [
    "IMPORTERS",
    "Imported",
    "Importer",
    "check_options",
    "detect",
    "get_importer",
    "read_text",
]

_HERE = "comparenotes.campaigns.importers"

IMPORTERS: dict[str, str] = {
    "ropf": f"{_HERE}.ropf:IMPORTER",
    "wikipedia": f"{_HERE}.wikipedia:IMPORTER",
    "five38": f"{_HERE}.five38:IMPORTER",
    "swedishpolls": f"{_HERE}.swedishpolls:IMPORTER",
    "parlgov": f"{_HERE}.parlgov:IMPORTER",
    "table": f"{_HERE}.table:IMPORTER",
}
"""Name -> ``module:attribute``; the module is imported when the importer is asked for."""

ANY_TABLE = "table"
"""Tried where no format of its own fits."""


def get_importer(name: str) -> Importer:
    """Return the importer called ``name``.

    Raises
    ------
    NotFoundError
        If there is none; the nearest name is suggested.
    """
    if name not in IMPORTERS:
        raise NotFoundError(
            "no such importer",
            where=name,
            hint=did_you_mean(name, IMPORTERS) or f"known: {', '.join(IMPORTERS)}",
        )
    module, _, attribute = IMPORTERS[name].partition(":")
    importer: Importer = getattr(importlib.import_module(module), attribute)
    return importer


def detect(path: Path) -> str:
    """Return the name of the importer that recognises ``path`` by its first bytes.

    Raises
    ------
    DataError
        If none or more than one does.
    """
    head = read_head(path)
    ending = path.name.lower()
    names = [
        name
        for name in IMPORTERS
        if name != ANY_TABLE
        and ending.endswith(get_importer(name).suffixes)
        and get_importer(name).sniff(head)
    ]
    if not names and get_importer(ANY_TABLE).sniff(head):
        return ANY_TABLE  # whatever the file is called
    if len(names) == 1:
        return names[0]
    found = f"fits {', '.join(names)}" if names else "is of no known kind"
    hint = f"name the importer: {', '.join(IMPORTERS)}"
    if not names:
        hint = "a table of polls needs a line of column names, one of them a date; or " + hint
    raise DataError(f"the file {found}", where=path.name, hint=hint)
