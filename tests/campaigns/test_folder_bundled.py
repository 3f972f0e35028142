"""Bundled campaigns survive the way through a folder: the format loses nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.campaigns.folder_write import write_folder
from comparenotes.campaigns.validate import validate
from tests.campaigns.test_folder_roundtrip import assert_same

LATER = date(2027, 1, 1)


@pytest.mark.parametrize(
    "campaign_id",
    ["us-2024", "us-2016", "gb-2024", "gb-next", "de-2021", "se-2022", "fr-president-2022"],
)
def test_a_bundled_campaign_as_a_folder(campaign_id: str, tmp_path: Path) -> None:
    campaign = load_bundled(campaign_id)
    write_folder(campaign, tmp_path / "x")
    found = validate(tmp_path / "x", LATER)
    assert found.campaign is not None, [p.one_line() for p in found.errors]
    assert_same(campaign, found.campaign)
