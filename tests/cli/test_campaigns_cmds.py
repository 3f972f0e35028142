"""``cn campaigns``, ``new``, ``validate``, ``sources`` from end to end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from comparenotes.cli.main import run
from tests.campaigns.folders import FENLAND, HILLS, make, packaged_instead, poll_rows


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of the two invented countries in place of the packaged one."""
    yield from packaged_instead(tmp_path, monkeypatch)


def as_json(capfd: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capfd.readouterr().out)


@pytest.mark.usefixtures("bundled")
def test_campaigns_as_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["campaigns", "--json", "--as-of", "2025-03-01"]) == 0
    rows = as_json(capfd)
    assert [r["id"] for r in rows] == ["fenland-2025", "hills-2019"]
    assert rows[0] == {
        "id": "fenland-2025",
        "title": "Fenland 2025",
        "country": "XF",
        "election_date": "2025-09-07",
        "date_status": "announced",
        "office": "parliament",
        "system": "pr",
        "status": "ordinary",
        "polls": 1,
        "newest_poll_end": "2025-01-10",
        "government": {
            "since": "2021-10-01",
            "head": "Ana Reed",
            "parties": ["heron"],
            "term": 1,
        },
    }


@pytest.mark.usefixtures("bundled")
def test_campaigns_as_a_table(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["campaigns"]) == 0
    out, err = capfd.readouterr()
    assert "hills-2019" in out
    lines = [line.split() for line in out.splitlines()]
    assert lines[1] == ["fenland-2025", "2025-09-07", "pr", "heron", "(1)", "4", "Fenland", "2025"]
    assert err == "2 campaigns\n"
    assert run(["campaigns", "--search", "nowhere"]) == 0
    assert capfd.readouterr() == ("", "no campaign fits\n")
    assert run(["campaigns", "--country", "GB"]) == 2
    assert "there are: XF, XH" in capfd.readouterr().err


@pytest.mark.usefixtures("bundled")
def test_sources_counts_what_was_published_by_then(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "fenland-2025", "--as-of", "2025-03-07", "--json"]) == 0
    assert as_json(capfd) == {
        "campaign": "fenland-2025",
        "as_of": "2025-03-07",
        "sources": [
            {
                "key": "gazette",
                "title": "Fenland Gazette",
                "licence": "CC0",
                "url": None,
                "retrieved": None,
                "polls": 2,
            }
        ],
        "left_out": [],
    }
    assert run(["sources", "hills-2019"]) == 0
    assert "polls published by 2019-05-11: 2" in capfd.readouterr().out


def test_new_then_validate(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "mine")
    args = ["new", folder, "--country", "xf", "--date", "2024-05-05", "--contenders", "a1=A,b1=B"]
    assert run(args) == 0
    out, err = capfd.readouterr()
    assert len(out.splitlines()) == 5
    assert err.count("\n") == 1
    assert "invented" in err
    assert run(["validate", folder]) == 0
    out, err = capfd.readouterr()
    assert out.splitlines()[-1].endswith(
        "valid (12 polls, 6 history, 1 events, 0 notes; 1 warning)"
    )
    assert err == ""
    assert run(["new", folder]) == 2
    assert (
        capfd.readouterr().err
        == f"error: {folder}: the folder is not empty. Hint: name a new folder\n"
    )


def test_validate_lists_every_problem_and_ends_in_2(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    good = "2025-01-08,2025-01-10,,Reedbed,,,gazette,41,44,"
    folder = make(
        tmp_path / "a",
        polls=poll_rows(good, good, good.replace("-10,", "-11,").replace("44", "144")),
    )
    assert run(["validate", "--strict", str(folder)]) == 2
    out, err = capfd.readouterr()
    seats = "otter is 144, not between 0 and 100. Hint: these look like seats, not per cent"
    n = "sample_size is missing (3 rows, this is the first). Hint: give it where known"
    assert out.splitlines() == [
        f"polls.csv:4: error: {seats}",
        f"polls.csv:2: warning: {n}",
        "polls.csv:3: warning: repeats the poll of line 2: left out. Hint: delete one of the two",
        "left out: 1 x polls.csv: exact duplicate of another poll",
    ]
    assert err == f"error: {folder}/polls.csv:4: {seats}\n"
    assert run(["validate", "--strict", str(folder), "--json"]) == 2
    found = as_json(capfd)
    assert (found["valid"], found["campaign"], found["rows"]["polls"]) == (False, None, 3)
    assert found["errors"][0]["line"] == 4
    assert found["left_out"] == [{"why": "polls.csv: exact duplicate of another poll", "count": 1}]


def test_one_bad_row_is_left_out_counted_and_shown(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    good = "2025-01-08,2025-01-10,,Reedbed,1000,,gazette,41,44,"
    rows = [good, good.replace("-10,", "-11,").replace("44", "144"), good.replace("41", "40")]
    folder = make(tmp_path / "a", polls=poll_rows(*rows, "2025-01-12,2025-01-13,,Marsh,900"))
    assert run(["validate", str(folder)]) == 0
    out = capfd.readouterr().out
    assert "polls.csv:3: warning: otter is 144, not between 0 and 100: left out" in out
    assert "polls.csv:5: warning: has 5 cells where the header has 10: left out" in out
    assert "left out: 2 x polls.csv: row with a fault" in out
    assert run(["validate", "--strict", str(folder)]) == 2
    assert run(["sources", str(folder)]) == 0
    most = make(tmp_path / "b", polls=poll_rows(good, *[rows[1]] * 2))
    assert run(["validate", str(most)]) == 2, "where most rows have one, the file is the wrong one"


def test_validate_what_is_not_there(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", str(tmp_path / "none")]) == 2
    assert capfd.readouterr().err == (
        f"error: {tmp_path}/none: there is no such folder. Hint: start one with: cn new DIR\n"
    )


def test_a_folders_warnings_are_counted_where_it_is_used(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = make(tmp_path / "a", HILLS, polls=HILLS["polls.csv"].rstrip("\n"))
    assert run(["sources", str(folder), "--json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["campaign"] == "hills-2019"
    assert err == f"note: {folder} has 2 warnings; see them with: cn validate {folder}\n"


@pytest.mark.parametrize(
    "polls",
    [
        FENLAND["polls.csv"] + "x" * 2_000_000,
        poll_rows("2025-01-08,2025-01-10,,R,900,,,141,44,"),
        poll_rows("2025-01-08,2025-01-10,,R,900,XX,,41,44,"),
        poll_rows("2125-01-08,2125-01-10,,R,900,,,41,44,"),
        "\udcff",
    ],
)
def test_broken_polls_are_one_line(
    tmp_path: Path, polls: str, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = make(tmp_path / "a", polls=None)
    (folder / "polls.csv").write_bytes(polls.encode("utf-8", "surrogateescape"))
    assert run(["sources", str(folder)]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(f"error: {folder}/polls.csv:")
    assert err.count("\n") == 1
    assert len(err) < 500


def test_today_is_the_clocks(tmp_path: Path) -> None:
    """Validation on the command line knows today; tests elsewhere set it."""
    now = datetime.now(tz=UTC).date()
    assert now > date(2025, 1, 1)
    run(["new", str(tmp_path / "n")])
    assert run(["validate", str(tmp_path / "n")]) == 0
