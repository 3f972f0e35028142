"""A campaign by id or by path."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from comparenotes.campaigns.catalogue import packaged
from comparenotes.campaigns.folder_read import read_folder
from comparenotes.campaigns.listing import list_campaigns
from comparenotes.campaigns.load import load
from comparenotes.campaigns.snapshot import reading_day
from comparenotes.errors import DataError, NotFoundError
from tests.campaigns.folders import HILLS, TODAY, make, packaged_instead


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of the two invented countries in place of the packaged one."""
    yield from packaged_instead(tmp_path, monkeypatch)


@pytest.mark.usefixtures("bundled")
def test_by_id_and_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load("fenland-2025").folder is None
    folder = make(tmp_path / "work" / "hills-2019", HILLS)
    for name in (str(folder), folder, str(folder / "campaign.toml")):
        assert load(name).folder == folder
    assert load("hills-2019").folder is None
    monkeypatch.chdir(tmp_path / "work")
    assert load("hills-2019").folder == Path("hills-2019")  # one's own goes first
    assert load("./hills-2019").id == "hills-2019"


@pytest.mark.usefixtures("bundled")
@pytest.mark.parametrize(
    ("name", "error", "text"),
    [
        ("fenland-2024", NotFoundError, "did you mean 'fenland-2025'?"),
        ("Fenland-2025", NotFoundError, "did you mean 'fenland-2025'?"),
        ("qqqq", NotFoundError, "cn campaigns"),
        ("no/such/folder", NotFoundError, "no campaign folder"),
        ("", NotFoundError, "no campaign's name"),
        ("a\0b", NotFoundError, "no campaign's name"),
        ("x" * 5_000, NotFoundError, "no campaign's name"),
        ("x" * 300, NotFoundError, "."),
        ("~nobody-of-this-name/x", NotFoundError, "no campaign folder"),
        (".", DataError, "no campaign.toml"),
    ],
)
def test_helpful_errors(
    name: str, error: type[Exception], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(error, match=text) as raised:
        load(name)
    assert len(str(raised.value)) < 300


@pytest.mark.usefixtures("bundled")
def test_listing() -> None:
    everything = list_campaigns(as_of=date(2025, 3, 1))
    assert everything["id"].to_list() == ["fenland-2025", "hills-2019"]
    assert everything["polls"].to_list() == [1, 2]  # only what was published by then
    assert list_campaigns(country="xh")["id"].to_list() == ["hills-2019"]
    assert list_campaigns(system="pr")["id"].to_list() == ["fenland-2025"]
    assert list_campaigns(upcoming=True, as_of=date(2019, 5, 12)).height == 1
    assert list_campaigns(since=date(2025, 1, 1)).height == 1
    assert list_campaigns(search="PRESIDENT")["id"].to_list() == ["hills-2019"]
    with pytest.raises(NotFoundError, match="XF, XH"):
        list_campaigns(country="GB")
    with pytest.raises(NotFoundError, match="did you mean 'fptp'"):
        list_campaigns(system="ftpt")


def test_reading_day(tmp_path: Path) -> None:
    past = read_folder(make(tmp_path / "a", HILLS), TODAY)
    assert reading_day(past) == past.election_date - timedelta(days=1)
    assert reading_day(past, date(2018, 1, 1)) == date(2018, 1, 1)


def test_a_packaged_table_that_is_missing_is_one_line() -> None:
    with pytest.raises(NotFoundError) as raised:
        packaged("record/nothing.parquet", "make it")
    line = raised.value.one_line()
    assert "record/nothing.parquet: the packaged table 'nothing' is missing" in line
    assert "rebuild it: make it" in line
