"""Where findings come from: one protocol, one line a provider."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from comparenotes.campaigns.model import Campaign
from comparenotes.compare.finding import Finding, failure
from comparenotes.compare.views import Analyses
from comparenotes.errors import CompareNotesError


class Provider(Protocol):
    """Something that looks at campaigns and returns findings for home."""

    name: str

    def findings(self, home: Campaign, away: Sequence[Campaign], as_of: date) -> list[Finding]:
        """Return findings for ``home`` from one or more ``away`` campaigns.

        Only what was published by ``as_of`` may be used.
        """
        ...


PROVIDERS: Mapping[str, str] = {
    "race": "comparenotes.compare.race_provider:RaceProvider",
    "message": "comparenotes.compare.message_provider:MessageProvider",
    "record": "comparenotes.compare.record_provider:RecordProvider",
    "notes": "comparenotes.compare.notes_provider:NotesProvider",
}
"""Provider name to ``module:class``; a module that is not installed is skipped."""


def installed(table: Mapping[str, str] = PROVIDERS) -> list[str]:
    """Return the names of the providers whose module exists, in reading order."""
    return [
        name
        for name, target in table.items()
        if importlib.util.find_spec(target.partition(":")[0]) is not None
    ]


def load(
    name: str,
    analyses: Analyses,
    table: Mapping[str, str] = PROVIDERS,
    found: Sequence[Finding] = (),
) -> Provider:
    """Return one provider.

    The race provider shares the comparison's analyses; the notes provider gets what
    was ``found`` before it, to set notes beside.
    """
    module, _, attribute = table[name].partition(":")
    cls = getattr(importlib.import_module(module), attribute)
    given: tuple[object, ...] = ()
    if name == "race":
        given = (analyses,)
    elif name == "notes":
        given = (found,)
    provider: Provider = cls(*given)
    return provider


def collect(
    home: Campaign,
    away: Sequence[Campaign],
    as_of: date,
    analyses: Analyses,
    providers: Sequence[Provider] | None = None,
) -> list[Finding]:
    """Return the findings of all providers; one that breaks becomes a failed finding."""
    out: list[Finding] = []
    ids = tuple(a.id for a in away)
    for item in installed() if providers is None else providers:
        name = item if isinstance(item, str) else item.name
        try:
            provider = load(item, analyses, found=out) if isinstance(item, str) else item
            out.extend(provider.findings(home, away, as_of))
        except CompareNotesError as e:
            out.append(failure(name, e.one_line(), home.id, ids))
        except Exception as e:  # shown as failed, never dropped
            out.append(failure(name, f"{type(e).__name__}: {e}", home.id, ids))
    return out
