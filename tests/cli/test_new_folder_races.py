"""A folder made by ``cn new`` goes straight into the engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comparenotes.cli.main import run


def test_a_new_folder_has_a_race(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "xf-2024")
    made = ["new", folder, "--country", "XF", "--date", "2024-06-02", "--contenders", "Fox,Elk,Yak"]
    assert run(made) == 0
    capfd.readouterr()
    assert run(["race", folder, "--as-of", "2024-05-20", "--json"]) == 0
    race = json.loads(capfd.readouterr().out)
    assert race["campaign"] == "xf-2024"
    assert race["polls_used"] == 11  # the last one was published later
    means = {row["contender"]: row["mean"] for row in race["average"]}
    assert max(means, key=lambda c: means[c]) == "fox"
    # The polls name 96 per cent: what is left to 100 is not handed to those named.
    assert means["fox"] + means["elk"] + means["yak"] == pytest.approx(96, abs=1.5)
