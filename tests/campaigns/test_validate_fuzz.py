"""Whatever is done to a folder, reading it ends in a campaign or in errors."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.folder_write import write_folder
from tests.campaigns.folders import FENLAND, HILLS, check, make

ROUNDS = 150
TOKENS = (
    '"', ",", ";", "\n", "\r\n", "=", "[[", "]]", "[", "{", "}", "#", "0", "-", "<", "%", "e9",
    "9" * 30, "2025-13-45", "9999-12-31", "inf", "nan", "true", "\t", "\0", "\ufeff", "\x1b[2J",
    "é", "\u202e", "İ", "𝟙", "1,234", "heron", "_", " ", "\\u0000", "'''", '"""', "since", "poll",
)  # fmt: skip


def mutate(chance: random.Random, text: str) -> bytes:
    data = text
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(data))
        kind = chance.randrange(6)
        if kind == 0:
            data = data[:at] + chance.choice(TOKENS) + data[at:]
        elif kind == 1:
            data = data[:at] + data[at + chance.randint(1, 20) :]
        elif kind == 2:
            data = data[:at]
        elif kind == 3:
            end = at + chance.randint(1, 60)
            data = data[:end] + data[at:end] * chance.randint(1, 3) + data[end:]
        elif kind == 4:
            lines = data.split("\n")
            chance.shuffle(lines)
            data = "\n".join(lines)
        else:
            data = data[:at] + chance.choice(TOKENS) + data[at + 1 :]
    raw = data.encode("utf-8", "surrogatepass")
    if chance.random() < 0.1 and raw:
        at = chance.randrange(len(raw))
        raw = raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
    return raw


def assert_outcome(folder: Path) -> bool:
    """Check the outcome, strict and lenient; what is valid strictly is so leniently."""
    strict, lenient = _outcome(folder, strict=True), _outcome(folder, strict=False)
    assert lenient or not strict
    return strict


def _outcome(folder: Path, *, strict: bool) -> bool:
    """Check that the folder is a campaign that can be written, or has errors that can be told."""
    found = check(folder, strict=strict)
    for problem in found.problems:
        line = problem.one_line()
        assert line.isprintable(), line
        assert len(line) < 1_500, line
    if found.campaign is None:
        assert found.errors
        return False
    assert not found.errors
    polls = found.campaign.polls
    for c in found.campaign.contender_ids:
        assert polls[c].drop_nulls().is_between(0, 100).all()
    assert polls.select("end", "published", "pollster").null_count().sum_horizontal()[0] == 0
    with tempfile.TemporaryDirectory() as again:
        write_folder(found.campaign, Path(again) / "x")
        assert check(Path(again) / "x").campaign is not None
    return True


@pytest.mark.parametrize("files", [FENLAND, HILLS])
def test_random_mutations(tmp_path: Path, files: dict[str, str]) -> None:
    chance = random.Random(20250601)  # noqa: S311 (the same mutations every time)
    survived = 0
    for i in range(ROUNDS):
        folder = make(tmp_path / str(i), files)
        name = chance.choice(list(files))
        (folder / name).write_bytes(mutate(chance, files[name]))
        survived += assert_outcome(folder)
    assert 0 < survived < ROUNDS  # the mutations neither break everything nor nothing


@given(st.sampled_from(["campaign.toml", "polls.csv", "history.csv", "series.csv"]), st.binary())
@settings(max_examples=60, deadline=None)
def test_any_bytes(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = make(Path(folder))
        (path / name).write_bytes(data)
        assert_outcome(path)


cells = st.text(max_size=12)


@given(st.lists(st.lists(cells, min_size=10, max_size=10), max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_cells(rows: list[list[str]]) -> None:
    import csv
    import io

    out = io.StringIO(newline="")
    csv.writer(out).writerows([FENLAND["polls.csv"].split("\n")[0].split(","), *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = make(Path(folder))
        (path / "polls.csv").write_bytes(out.getvalue().encode("utf-8", "replace"))
        assert_outcome(path)
