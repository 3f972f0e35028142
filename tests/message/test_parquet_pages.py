"""Sizes are known before anything is unpacked, and a file that lies about them is refused."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.errors import DataError
from comparenotes.message import parquet_pages
from comparenotes.message.parquet_pages import _BrokenError, _Compact, groups, guard
from comparenotes.message.tables import parquet_rows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "t.parquet"
    text = [f"Line {i} of the speech it is." for i in range(5_000)]
    frame = pl.DataFrame({"contender": ["dem", "rep"] * 2_500, "text": text, "list": [[1]] * 5_000})
    frame.write_parquet(path, row_group_size=2_000)
    return path


def varint(n: int) -> bytes:
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def test_the_footer_is_read(file: Path) -> None:
    found = groups(file)
    assert [g.rows for g in found] == [2_000, 2_000, 1_000]
    assert {name.partition(".")[0] for name in found[0].columns} == {"contender", "text", "list"}
    for g in found:
        for first, length in g.columns.values():
            assert 4 <= first < first + length < file.stat().st_size
    assert guard(file) == found


def test_only_what_will_be_read_is_judged(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_pages, "MAX_PAGE", 20_000)
    assert guard(file, ["contender"])
    with pytest.raises(DataError, match="column 'text' holds a page"):
        guard(file)
    monkeypatch.setattr(parquet_pages, "MAX_PAGE", 1 << 20)
    monkeypatch.setattr(parquet_pages, "MAX_PAGE_VALUES", 1_000)
    with pytest.raises(DataError, match="a page of 2,000 values"):
        guard(file, ["contender"])


@pytest.mark.parametrize("change", [-1, 1, -1_000, 100_000_000])
def test_a_page_that_lies_about_its_size_is_refused(file: Path, change: int) -> None:
    raw = bytearray(file.read_bytes())
    first, length = groups(file)[0].columns["text"]
    header = _Compact(bytes(raw[first : first + length])).struct()
    told, lie = varint(2 * header[2]), varint(2 * (header[2] + change))
    at = raw.index(told, first, first + 12)
    if len(lie) != len(told):  # keep all offsets: write the shorter one with empty high bits
        lie = varint(2 * header[2] ^ 2 * 4_097)
    raw[at : at + len(told)] = lie
    file.write_bytes(raw)
    with pytest.raises(DataError, match=r"t\.parquet"):
        list(parquet_rows(file, 1 << 20))


@settings(max_examples=200, deadline=None)
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_a_struct_or_broken(raw: bytes) -> None:
    try:
        found = _Compact(raw).struct()
    except _BrokenError:
        return
    assert all(isinstance(k, int) for k in found)


def test_what_is_nested_without_end_is_broken() -> None:
    with pytest.raises(_BrokenError):
        _Compact(b"\x1c" * 10_000).struct()
    with pytest.raises(_BrokenError):
        _Compact(b"\x19" + b"\x19" * 10_000).struct()


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pl.Series("text", [1]), "not text"),
        (pl.Series("text", [b"raw"]), "not text"),
        (pl.Series("party", [["dem"]]), "of type List"),
        (pl.Series("t", ["no text"]), "no column 'text'"),
        (pl.Series("text", ["x" * 2_000]), "line or cell of over 1,000 characters"),
    ],
)
def test_columns_that_are_no_texts(tmp_path: Path, column: pl.Series, words: str) -> None:
    frame = column.to_frame()
    if column.name == "party":
        frame = frame.with_columns(text=pl.lit("Well."))
    frame.write_parquet(tmp_path / "t.parquet")
    with pytest.raises(DataError, match=words):
        list(parquet_rows(tmp_path / "t.parquet", 1_000))


def test_a_categorical_text_is_said_to_be_none(tmp_path: Path) -> None:
    frame = pl.DataFrame({"text": pl.Series(["a", "b"], dtype=pl.Categorical)})
    frame.write_parquet(tmp_path / "t.parquet")
    with pytest.raises(DataError, match="not text"):
        list(parquet_rows(tmp_path / "t.parquet", 1_000))
