"""Plain snapshot files: compare, or rewrite with UPDATE_SNAPSHOTS=1."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "snapshots"


def check(name: str, text: str) -> None:
    """Fail unless ``text`` is what ``snapshots/name`` holds."""
    path = FOLDER / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return
    if not path.is_file():
        pytest.fail(f"no snapshot {name}: make it with UPDATE_SNAPSHOTS=1")
    assert text == path.read_text(encoding="utf-8")
