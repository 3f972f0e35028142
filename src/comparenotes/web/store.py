"""Pages and comparisons made ahead, on disk for the life of one server.

The folder is private to the user (mode 0700, of a random name) and goes with the
server: nothing made by one version of the program is ever read by another. Every file
carries a seal (HMAC-SHA-256) made with a secret that only this run's processes have;
one without it was written by something else and counts as missing, unread.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import pickle
import secrets
import shutil
import tempfile
import zlib
from collections.abc import Hashable
from pathlib import Path
from typing import Any

MOST = 256 * 1024 * 1024
"""Bytes kept; the least recently used go first."""

SEAL = 32
"""Bytes of the seal at the head of a file."""


class Store:
    """A bounded map from key to value in a folder. Keys are told apart by their ``repr``.

    ``secret`` is what files are sealed with; processes that share a store share it.
    """

    def __init__(self, folder: Path, most: int = MOST, secret: bytes | None = None) -> None:
        self.folder = folder
        self.most = most
        self.secret = secret or secrets.token_bytes(SEAL)

    def _seal(self, path: Path, data: bytes) -> bytes:
        # the name is sealed too: a file moved to another key's place is not that key's
        return hmac.digest(self.secret, path.name.encode() + data, "sha256")

    @classmethod
    def fresh(cls) -> Store:
        """Return an empty store in a new private folder."""
        return cls(Path(tempfile.mkdtemp(prefix="comparenotes-")))

    def _path(self, key: Hashable) -> Path:
        return self.folder / f"{hashlib.sha256(repr(key).encode()).hexdigest()[:40]}.z"

    def has(self, key: Hashable) -> bool:
        """Return whether ``key`` is there."""
        return self._path(key).exists()

    def get(self, key: Hashable) -> Any | None:
        """Return the value of ``key``, None where it is missing."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        seal, body = data[:SEAL], data[SEAL:]
        if not hmac.compare_digest(seal, self._seal(path, body)):
            return None
        return pickle.loads(zlib.decompress(body))  # noqa: S301 - sealed by this run

    def put(self, key: Hashable, value: Any) -> None:
        """Keep ``value``; a reader finds all of it or nothing."""
        path = self._path(key)
        temporary = path.with_suffix(f".{os.getpid()}")
        body = zlib.compress(pickle.dumps(value), 1)
        temporary.write_bytes(self._seal(path, body) + body)
        temporary.replace(path)
        self._bound()

    def _bound(self) -> None:
        files = [(p.stat().st_mtime, p.stat().st_size, p) for p in sorted(self.folder.glob("*.z"))]
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self.most:
                break
            path.unlink(missing_ok=True)
            total -= size

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
