from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.message import best


@pytest.fixture(scope="session")
def campaign() -> Campaign:
    return load_bundled("us-2012")


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write an invented text and return its folder."""
    folder = tmp_path / "texts"
    folder.mkdir()

    def one(name: str, text: str) -> Path:
        (folder / name).write_text(text, encoding="utf-8")
        return folder

    return one


@pytest.fixture(autouse=True)
def fast(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with the packaged coder, whatever is installed; tests of the best one say so."""
    if "best" not in request.keywords:
        monkeypatch.setattr(best, "installed", lambda: False)
