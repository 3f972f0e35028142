"""Importers of single files that packaged tables are built from: nobody else has such a file."""

from __future__ import annotations

from lab.importers import huffpost, two_party_2024

from comparenotes.campaigns.importers import Importer, get_importer

ONE_OFF: dict[str, Importer] = {i.name: i for i in (huffpost.IMPORTER, two_party_2024.IMPORTER)}
"""By name, as in a campaign's sources."""


def importer(name: str) -> Importer:
    """Return the importer called ``name``, one of these or of ``cn import``."""
    return ONE_OFF.get(name) or get_importer(name)
