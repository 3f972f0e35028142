"""Put two campaigns side by side and say what one can learn from the other.

>>> import comparenotes as cn
>>> found = cn.compare("gb-next", "us-2024", as_of=date(2026, 8, 20))
>>> found.headline()

The public names, each imported when it is first used:

``load``, ``list_campaigns``, ``validate``, ``new_folder``
    campaigns: bundled ones by id, your own by the path of their folder.
``analyse``
    one race from its polls: average, lead, house effects, what moved it, forecast.
``record_of``, ``suggest``
    what became of campaigns in the same position; which campaigns to look at.
``compare``, ``write_brief``
    findings for a home campaign from away campaigns; the same as a page.
``Campaign``, ``Race``, ``Record``, ``Comparison``, ``Finding``
    what these return.
``CompareNotesError``
    a problem with what was asked or given, told in one line.

Everything takes and returns plain dates, polars frames and frozen objects, and
nothing published after an as-of date is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comparenotes.brief.write import write_brief
    from comparenotes.campaigns.listing import list_campaigns
    from comparenotes.campaigns.load import load
    from comparenotes.campaigns.model import Campaign
    from comparenotes.campaigns.scaffold import new_folder
    from comparenotes.campaigns.validate import validate
    from comparenotes.compare.comparison import Comparison, compare
    from comparenotes.compare.finding import Finding
    from comparenotes.errors import CompareNotesError
    from comparenotes.race.analyse import analyse
    from comparenotes.race.result import Race
    from comparenotes.record.report import Record, record_of
    from comparenotes.record.suggest import suggest

__all__ = [
    "Campaign",
    "CompareNotesError",
    "Comparison",
    "Finding",
    "Race",
    "Record",
    "analyse",
    "compare",
    "list_campaigns",
    "load",
    "new_folder",
    "record_of",
    "suggest",
    "validate",
    "write_brief",
]

_HOMES = {
    "brief.write": ("write_brief",),
    "campaigns.listing": ("list_campaigns",),
    "campaigns.load": ("load",),
    "campaigns.model": ("Campaign",),
    "campaigns.scaffold": ("new_folder",),
    "campaigns.validate": ("validate",),
    # `comparenotes.compare` is a subpackage as well: it can be called (see there)
    "compare": ("Comparison", "Finding"),
    "errors": ("CompareNotesError",),
    "race": ("Race", "analyse"),
    "record.report": ("Record", "record_of"),
    "record.suggest": ("suggest",),
}
"""Module under ``comparenotes`` -> the public names it holds."""


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562)."""
    if name == "compare":
        return importlib.import_module("comparenotes.compare")
    for module, names in _HOMES.items():
        if name in names:
            value = getattr(importlib.import_module(f"comparenotes.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'comparenotes' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
