"""Names the shell completes: campaign ids, issues, formats, systems.

They are read from a small text file, so that a press of the tab key imports neither
the tables nor the library that reads them. ``python -m tools.names`` writes the file;
a test holds it against the tables.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

FILE = Path(__file__).with_name("names.json")

COMPLETED = {
    "home": "campaigns",
    "away": "campaigns",
    "campaign": "campaigns",
    "like": "campaigns",
    "issue": "issues",
    "source": "sources",
    "system": "systems",
    "country": "countries",
}
"""Name of a command's parameter -> which names are offered for it."""

if TYPE_CHECKING:
    _Text = click.ParamType[Any]
else:  # not generic before click 8.3
    _Text = click.ParamType


@cache
def names() -> dict[str, list[str]]:
    """Return the names by kind."""
    found: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


class Named(_Text):
    """Any text, with known names offered for completion; it checks nothing."""

    name = "text"

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[Any]]:
        """Return the names that begin with ``incomplete``; of a comma list, its last part."""
        if self.kind == "campaigns" and ("/" in incomplete or incomplete in (".", "..")):
            return [CompletionItem(incomplete, type="dir")]
        before, comma, last = incomplete.rpartition(",") if self.kind == "issues" else ("", "", "")
        part = last if comma else incomplete
        found = [n for n in names()[self.kind] if n.startswith(part)]
        if self.kind == "campaigns" and not found:
            return [CompletionItem(incomplete, type="dir")]
        used = set(before.split(","))
        return [CompletionItem(before + comma + n) for n in found if n not in used]


def with_names(command: click.Command) -> click.Command:
    """Make a command's parameters offer names; called only while the shell completes."""
    for param in command.params:
        kind = COMPLETED.get(param.name or "")
        if kind is not None and param.type is click.STRING:
            param.type = Named(kind)
    return command
