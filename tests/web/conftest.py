"""One server for the tests that only read, with a folder of the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from comparenotes.campaigns.scaffold import new_folder
from tests.web.served import Server, serving

TODAY = date(2026, 8, 20)


@pytest.fixture(scope="session")
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "my-vote"
    new_folder(folder, country="NZ", election_date=date(2026, 11, 7), today=TODAY)
    return folder


@pytest.fixture(scope="session")
def server(own_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("workspace"), own_folder) as s:
        yield s


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Server]:
    """A server of its own, for tests that write."""
    with serving(tmp_path / "workspace") as s:
        yield s
