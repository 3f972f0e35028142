"""Files that are cut, in another encoding, too large, or no files at all."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from comparenotes.campaigns import checks_text
from comparenotes.campaigns.validate import validate
from tests.campaigns.folders import FENLAND, check, make, only, poll_rows

POLLS = FENLAND["polls.csv"]


@pytest.mark.parametrize("keep", range(1, len(POLLS) - 1, 7))
def test_a_cut_file_is_never_taken_for_whole(tmp_path: Path, keep: int) -> None:
    found = check(make(tmp_path / "a", polls=POLLS[:keep]))
    whole_lines = POLLS[:keep].endswith("\n")
    assert found.problems or whole_lines, "a cut row was read as if it were complete"


@pytest.mark.parametrize(
    ("data", "code", "line", "what"),
    [
        (POLLS.replace("Marsh", "Mörsh", 1).encode("latin-1"), "encoding", 3, "not UTF-8"),
        (POLLS.encode("utf-16"), "encoding", 1, "UTF-16"),
        (POLLS.encode().replace(b"Marsh", b"Ma\0rsh", 1), "nul", 3, "NUL"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "nul", 3, "NUL"),
        (b"", "empty", None, "is empty"),
        (b"\n\n \n", "empty", None, "is empty"),
        (POLLS.encode() + b'2025-05-01,2025-05-02,,"Reed', "csv", 6, "never closed"),
        (POLLS.encode() + b'2025-05-01,2025-05-02,,"R"x,900,,,1,2,3\n', "csv", 6, "closing quote"),
        (POLLS.encode() + b"x" * 10_000_000, "line length", 6, "10,000,000 characters"),
        (POLLS.encode() + b"1," * 400_000, "cells", 6, "has 400001 cells"),
        (b"a," * 1_000 + b"b\n", "size", 1, "1,001 columns"),
        (POLLS.encode() + b'"' + b"y" * 200_000 + b'"\n', "csv", 6, "too long"),
    ],
)
def test_unreadable_tables(
    tmp_path: Path, data: bytes, code: str, line: int | None, what: str
) -> None:
    folder = make(tmp_path / "a")
    (folder / "polls.csv").write_bytes(data)
    begin = time.process_time()
    problem = only(check(folder), code)
    assert time.process_time() - begin < 3
    assert (problem.level, problem.line) == ("error", line)
    assert what in problem.what
    assert len(problem.one_line()) < 400


def test_too_large(tmp_path: Path) -> None:
    folder = make(tmp_path / "a")
    with (folder / "polls.csv").open("wb") as file:
        file.truncate(checks_text.MAX_TABLE_BYTES + 1)
    assert "limit 33,554,432" in only(check(folder), "size").what


def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks_text, "MAX_ROWS", 3)
    assert only(check(make(tmp_path / "a")), "size").line == 5


def test_what_is_not_a_file(tmp_path: Path) -> None:
    folder = make(tmp_path / "a", polls=None)
    (folder / "polls.csv").mkdir()
    assert "not an ordinary file" in only(check(folder), "file").what
    folder = make(tmp_path / "b", polls=None)
    os.mkfifo(folder / "polls.csv")  # reading it would wait for ever
    assert "not an ordinary file" in only(check(folder), "file").what
    assert "no such folder" in only(check(tmp_path / "none"), "folder").what
    assert "is not a folder" in only(check(folder / "campaign.toml"), "folder").what


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_by_permission(tmp_path: Path) -> None:
    folder = make(tmp_path / "a")
    (folder / "polls.csv").chmod(0)
    assert "cannot be read" in only(check(folder), "file").what


def test_misspelt_file_names(tmp_path: Path) -> None:
    folder = make(tmp_path / "a")
    (folder / "pols.csv").write_text("x")
    (folder / "README.md").write_text("x")
    problem = only(check(folder), "file")
    assert (problem.what, problem.hint) == ("'pols.csv' is not used", "did you mean 'polls.csv'?")
    (folder / "campaign.toml").rename(folder / "campain.toml")
    assert only(check(folder), "folder").hint == "rename 'campain.toml'"


def test_a_last_line_without_a_break_is_flagged(tmp_path: Path) -> None:
    found = check(make(tmp_path / "a", polls=POLLS.rstrip("\n")))
    assert only(found, "cut").line == 5
    assert found.ok


def test_cost_is_linear(tmp_path: Path) -> None:
    """Ten times the rows, all of them bad, must not cost a hundred times as much."""

    def seconds(n: int) -> float:
        rows = [f"2025-01-08,2025-01-10,,R{i},900,X{i},s{i},41,44,x" for i in range(n)]
        folder = make(tmp_path / str(n), polls=poll_rows(*rows))
        begin = time.process_time()
        validate(folder)
        return time.process_time() - begin

    seconds(100)
    assert seconds(20_000) < 40 * max(seconds(2_000), 0.02)
