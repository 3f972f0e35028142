"""Which campaigns a client may name: the bundled ones, and folders the user named.

A client never gives a path. It gives an id, and an id is looked up in two closed
lists; what is not in them is refused, whatever lies in the working folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from comparenotes.campaigns.catalogue import campaign_ids, load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.errors import DataError, NotFoundError, did_you_mean

MAX_FILES = 10_000
"""Files and folders in a campaign folder; more is no campaign folder."""


@dataclass(frozen=True)
class Access:
    """The campaigns that can be asked for.

    Attributes
    ----------
    folders
        Campaign id to the folder of the user's that holds it; such an id goes
        before a bundled campaign of the same name.
    """

    folders: Mapping[str, Path] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Return every id that can be asked for, the user's own first."""
        return [*self.folders, *(i for i in campaign_ids() if i not in self.folders)]

    def campaign(self, name: str) -> Campaign:
        """Return a campaign by its id; a folder is read anew, so that edits show.

        Raises
        ------
        NotFoundError
            For any other name, a path among them.
        DataError
            If the user's folder has become invalid or reaches outside itself.
        """
        folder = self.folders.get(name)
        if folder is not None:
            return _read(folder)
        if name not in campaign_ids():
            known = self.names()
            hint = did_you_mean(name[:60].casefold(), known)
            raise NotFoundError(
                "there is no campaign of this name",
                where=name[:60],
                hint=hint or "list the campaigns with the tool 'campaigns'",
            )
        # not load(): that would look into the working folder first
        return load_bundled(name)


def access_to(folders: Iterable[Path]) -> Access:
    """Return the access to the bundled campaigns and to ``folders``.

    Raises
    ------
    DataError
        If a folder is invalid, reaches outside itself, or two have the same id.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        whole = folder.resolve()
        campaign = _read(whole)
        if campaign.id in found:
            raise DataError(
                f"two folders have the id {campaign.id!r}",
                where=str(folder),
                hint="change the id in one campaign.toml",
            )
        found[campaign.id] = whole
    return Access(found)


def _read(folder: Path) -> Campaign:
    from comparenotes.campaigns.load import load

    _stays_inside(folder)
    return load(folder)


def _stays_inside(folder: Path) -> None:
    """Refuse a folder with a link out of it: it was named, what it points to was not."""
    seen = 0
    for here, folders, files in os.walk(folder, followlinks=False):
        for name in (*folders, *files):
            seen += 1
            path = Path(here, name)
            if path.is_symlink() and not path.resolve().is_relative_to(folder):
                raise DataError("this link leads out of the folder", where=str(path))
        if seen > MAX_FILES:
            raise DataError(f"over {MAX_FILES:,} files", where=str(folder))
