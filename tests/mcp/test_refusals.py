"""What is not answered: bad arguments, paths, folders nobody named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from comparenotes.campaigns.scaffold import new_folder
from comparenotes.errors import DataError
from comparenotes.mcp.access import access_to
from tests.mcp.talk import answer, refusal, tools


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    new_folder(folder)
    return folder


@pytest.mark.parametrize(
    ("tool", "arguments", "text"),
    [
        ("race", {"campaign": "gb-nxt"}, "did you mean 'gb-next'?"),
        ("race", {"campaign": "../gb-next"}, "paths are not taken"),
        ("race", {"campaign": "/etc/passwd"}, "paths are not taken"),
        ("race", {"campaign": "x" * 65}, "at most 64 characters"),
        ("race", {"campaign": ""}, "at least 1 character"),
        ("race", {}, "campaign: Field required"),
        ("race", {"campaign": "gb-1997", "as_of": "1 May"}, "write a day like 2024-08-18"),
        ("race", {"campaign": "gb-1997", "as_of": 19970420}, "write a day like 2024-08-18"),
        ("race", {"campaign": "gb-1997", "as_of": "1997-02-30"}, "there is no day 1997-02-30"),
        ("race", {"campaign": "gb-1997", "as_of": "0001-01-01"}, "the year is not in"),
        ("race", {"campaign": "gb-1997", "asof": "1997-04-20"}, "did you mean 'as_of'?"),
        ("race", {"campaign": "us-2024", "as_of": "2020-01-01"}, "no usable national poll"),
        ("race", {"campaign": "gb-1997", "region": "US-PA"}, "no region 'US-PA'"),
        ("race", {"campaign": "gb-1997", "rows": 100_000}, "less than or equal to 500"),
        ("compare", {"home": "gb-1997", "away": []}, "at least 1 item"),
        ("compare", {"home": "gb-1997", "away": ["a"] * 7}, "at most 6 items"),
        ("compare", {"home": "gb-1997", "away": ["gb-1997"]}, "is named twice"),
        ("explain", {"home": "gb-1997", "away": ["gb-2001"], "n": 0}, "greater than or equal to 1"),
        ("message", {"campaign": "gb-2001", "issues": ["migratoin"]}, "migration"),
        ("campaigns", {"country": "QQ"}, "no campaign has this country"),
        ("delete", {}, "Unknown tool: delete"),
    ],
)
def test_a_problem_is_one_clear_line(tool: str, arguments: dict[str, Any], text: str) -> None:
    said = refusal(tool, arguments)
    assert text in said
    assert "\n" not in said
    assert "Traceback" not in said
    assert "pydantic" not in said


def test_a_bug_tells_the_client_nothing_and_the_log_one_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret\ntext")

    monkeypatch.delenv("CN_DEBUG", raising=False)
    monkeypatch.setattr("comparenotes.mcp.answers.Answers.race", broken)
    said = refusal("race", {"campaign": "gb-1997"})
    assert said == "internal error in race: a bug; see the server's log"
    (line,) = capfd.readouterr().err.splitlines()
    assert "RuntimeError: the secret text. Hint: this is a bug" in line


def test_a_named_folder_is_read_under_its_id(own: Path) -> None:
    listed = answer("campaigns", {"search": "mine"}, own)["result"]["campaigns"]
    assert [(c["id"], c["folder"]) for c in listed] == [("mine", True)]
    found = answer("race", {"campaign": "mine", "as_of": "2100-01-01"}, own)
    assert found["result"]["campaign"] == "mine"
    assert str(own) not in str(found), "a reply does not tell where the user's files are"


def test_a_folder_that_was_not_named_is_not_read(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own.parent)
    assert "no campaign of this name" in refusal("race", {"campaign": "mine"})


def test_the_working_folder_cannot_stand_in_for_a_bundled_campaign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_folder(tmp_path / "gb-1997")
    monkeypatch.chdir(tmp_path)
    found = answer("race", {"campaign": "gb-1997"})
    assert {r["contender"] for r in found["result"]["average"]} >= {"lab", "con", "ld"}


def test_a_link_out_of_a_folder_is_refused(own: Path, tmp_path: Path) -> None:
    outside = tmp_path / "private.txt"
    outside.write_text("private", encoding="utf-8")
    (own / "texts").mkdir(exist_ok=True)
    (own / "texts" / "speech.txt").symlink_to(outside)
    with pytest.raises(DataError, match="leads out of the folder"):
        access_to([own])
    (own / "texts" / "speech.txt").unlink()
    access_to([own])


def test_two_folders_of_one_id_are_refused(own: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="two folders have the id 'mine'"):
        access_to([own, own])


def test_no_tool_takes_a_path() -> None:
    for t in tools():
        assert not {"path", "file", "folder", "texts", "url"} & set(t.input_schema["properties"])
