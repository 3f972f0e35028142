"""What a server is started with, and the limits it keeps to."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from comparenotes.errors import CompareNotesError

DEFAULT_PORT = 8321
MIN_TOKEN = 16
"""Characters a token needs at least."""
MAX_UPLOAD = 16 * 1024 * 1024
"""Bytes of one upload."""
MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes an archive may unpack to."""
MAX_MEMBERS = 400
"""Files in an archive."""
MAX_FORM = 64 * 1024
"""Bytes of a form without a file."""


@dataclass(frozen=True)
class Settings:
    """How a server runs.

    ``workspace`` is where uploads and notes on bundled campaigns are kept;
    ``folders`` are the user's own campaign folders, whose notes are kept in them.
    ``token`` is asked of every request where it is set; ``texts`` are the user's
    texts of campaigns, as (id, file or folder).
    """

    workspace: Path
    folders: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    token: str | None = None
    names: tuple[str, ...] = ()
    texts: tuple[tuple[str, Path], ...] = ()

    def __post_init__(self) -> None:
        if not is_loopback(self.host) and not self.token:
            raise CompareNotesError(
                "will not listen beyond this machine without a token",
                where=f"--host {self.host}",
                hint=f"add --token {secrets.token_urlsafe(18)}, or leave --host out",
            )
        if self.token is not None and len(self.token) < MIN_TOKEN:
            raise CompareNotesError(
                f"the token has fewer than {MIN_TOKEN} characters",
                where="--token",
                hint=f"like {secrets.token_urlsafe(18)}",
            )

    def texts_of(self, campaign: str) -> tuple[Path, ...]:
        """Return the texts given for a campaign."""
        return tuple(path for name, path in self.texts if name == campaign)

    def allowed_hosts(self) -> frozenset[str]:
        """Return the names a request's Host header may have, without the port."""
        own = {"127.0.0.1", "localhost", "[::1]"} if is_loopback(self.host) else set()
        host = f"[{self.host}]" if ":" in self.host else self.host
        if host not in ("0.0.0.0", "[::]"):  # noqa: S104 - named to leave them out
            own.add(host.lower())
        return frozenset(own | {n.lower() for n in self.names})


def is_loopback(host: str) -> bool:
    """Return whether ``host`` can only be reached from this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def default_workspace() -> Path:
    """Return where uploads and notes are kept unless told otherwise."""
    base = os.environ.get("XDG_DATA_HOME")
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".local" / "share"
    return root / "comparenotes"
