"""Pages and comparisons made ahead, on disk for the life of one server.

The folder is private to the user (mode 0700, of a random name) and goes with the
server: nothing made by one version of the program is ever read by another.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import shutil
import tempfile
import zlib
from collections.abc import Hashable
from pathlib import Path
from typing import Any

MOST = 256 * 1024 * 1024
"""Bytes kept; the least recently used go first."""


class Store:
    """A bounded map from key to value in a folder. Keys are told apart by their ``repr``."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self.folder = folder
        self.most = most

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
        return pickle.loads(zlib.decompress(data))  # noqa: S301 - see above

    def put(self, key: Hashable, value: Any) -> None:
        """Keep ``value``; a reader finds all of it or nothing."""
        path = self._path(key)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_bytes(zlib.compress(pickle.dumps(value), 1))
        temporary.replace(path)
        self._bound()

    def _bound(self) -> None:
        files = [(p.stat().st_mtime, p.stat().st_size, p) for p in self.folder.glob("*.z")]
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self.most:
                break
            path.unlink(missing_ok=True)
            total -= size

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
