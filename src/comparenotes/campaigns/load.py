"""A campaign by name: a bundled id, or the path of a folder."""

from __future__ import annotations

import os
from pathlib import Path

from comparenotes.campaigns.checks_toml import FILE
from comparenotes.campaigns.model import Campaign
from comparenotes.errors import NotFoundError, did_you_mean

MAX_NAME = 4_096


def load(name_or_path: str | Path) -> Campaign:
    """Return a campaign by its bundled id or by the path of its folder.

    A folder that holds ``campaign.toml`` goes before a bundled campaign of the
    same name. The path of the ``campaign.toml`` itself is accepted.

    Raises
    ------
    NotFoundError
        If there is neither; the nearest id is suggested.
    DataError
        If the folder cannot be used as it is.
    """
    return load_checked(name_or_path)[0]


def load_checked(name_or_path: str | Path) -> tuple[Campaign, int]:
    """Return a campaign and the number of warnings about its folder (0 for a bundled one)."""
    folder = _folder(name_or_path)
    if folder is not None:
        from comparenotes.campaigns.folder_read import examine

        found = examine(folder)
        return found.require(), len(found.warnings)
    from comparenotes.campaigns.catalogue import campaign_ids, load_bundled

    name = str(name_or_path)
    if looks_like_path(name_or_path):
        raise NotFoundError(
            "there is no campaign folder", where=name, hint="start one with: cn new DIR"
        )
    known = campaign_ids()
    if name not in known:
        near = did_you_mean(name[:60].casefold(), known)
        raise NotFoundError(
            "there is no campaign or folder of this name",
            where=name[:80],
            hint=near or "list the campaigns with: cn campaigns",
        )
    return load_bundled(name), 0


def looks_like_path(name: str | Path) -> bool:
    """Return whether ``name`` can only be meant as a path."""
    text = str(name)
    return isinstance(name, Path) or any(x in text for x in ("/", os.sep)) or text in (".", "..")


def _folder(name: str | Path) -> Path | None:
    text = str(name)
    if not text or len(text) > MAX_NAME or "\0" in text:
        raise NotFoundError("this is no campaign's name", where=text[:40].replace("\0", " "))
    path = Path(text)
    try:
        if path.name == FILE and path.is_file():
            return path.parent
        if (path / FILE).exists():
            return path
        if path.is_dir() and looks_like_path(name):
            return path  # examine() says what is missing
    except OSError as problem:
        raise NotFoundError(
            f"cannot be opened: {problem.strerror or problem}", where=text[:80]
        ) from None
    return None
