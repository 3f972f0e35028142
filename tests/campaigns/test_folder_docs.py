"""The format's description and codebook say what the code does."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from comparenotes.campaigns.folder_read import read_folder
from comparenotes.campaigns.model import (
    TABLES,
    Bloc,
    Contender,
    Government,
    LeftOut,
    Region,
    Source,
)
from lab import codebook

DOCS = Path(__file__).parents[2] / "docs"


def test_the_codebook_is_up_to_date() -> None:
    assert (DOCS / "codebook.md").read_text(encoding="utf-8") == codebook.render()


def test_every_column_is_described_and_nothing_else() -> None:
    assert {n: list(c) for n, c in codebook.COLUMNS.items()} == {
        n: list(c) for n, c in TABLES.items()
    }
    assert list(codebook.TABLE_MEANING) == list(TABLES)
    described = [e for columns in codebook.COLUMNS.values() for e in columns.values()]
    assert all(unit and meaning.endswith(".") for unit, meaning in described)


@pytest.mark.parametrize(
    ("block", "part"),
    [
        ("[government]", Government),
        ("[[contenders]]", Contender),
        ("[[blocs]]", Bloc),
        ("[[regions]]", Region),
        ("[[sources]]", Source),
        ("[[left_out]]", LeftOut),
    ],
)
def test_every_key_of_the_toml_is_described(block: str, part: type) -> None:
    assert set(codebook.BLOCKS[block]) == {f.name for f in dataclasses.fields(part)}


def test_an_undescribed_column_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    poorer = {k: v for k, v in codebook.COLUMNS["polls"].items() if k != "mode"}
    monkeypatch.setattr(codebook, "COLUMNS", {**codebook.COLUMNS, "polls": poorer})
    with pytest.raises(KeyError, match="mode"):
        codebook.render()


def blocks(kind: str) -> list[str]:
    text = (DOCS / "campaign-folder.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_examples_of_the_format_are_valid(tmp_path: Path) -> None:
    (toml,), (wide, history), (long,) = blocks("toml"), blocks("csv"), blocks("csv-long")
    (tmp_path / "campaign.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "polls.csv").write_text(wide, encoding="utf-8")
    (tmp_path / "history.csv").write_text(history, encoding="utf-8")
    campaign = read_folder(tmp_path, date(2030, 1, 1))
    assert campaign.polls.height == 3
    assert campaign.polls["published"][1] == date(2025, 3, 6)
    (tmp_path / "polls.csv").write_text(long, encoding="utf-8")
    shares = ["end", "heron", "otter", "newt"]
    assert_frame_equal(
        read_folder(tmp_path, date(2030, 1, 1)).polls.select(shares),
        campaign.polls.select(shares).head(2),
    )
