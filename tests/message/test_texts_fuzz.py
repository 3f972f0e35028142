"""Whatever stands in a file: offsets quote it, and nothing but a DataError comes out."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.model import Campaign
from comparenotes.errors import DataError
from comparenotes.message.documents import Document, front_matter, mark_of
from comparenotes.message.pending import SENTENCES
from comparenotes.message.sentences import blank
from comparenotes.message.texts import Corpus

FUZZ = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PIECES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "We will plant trees. ", "Yes! ", "\r\n", "\r", "\n\n", "\u2028", "\x85", "\ufeff",
            "e\u0301\u0327. ", "\U0001f468\u200d\U0001f469\u200d\U0001f467. ", "\u202e", "İ", "ß",
            "[applause] ", "(Laughter) ", "<b>so</b> ", "<script>x", "</script>", "<!--", "-->",
            "OBAMA: ", "\nROMNEY: ", "---\n", "...", "\t", "\x0b", "\x1c", "。", "“", "Mr. Smith ",
        ]
    ),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=20).map("".join)


def read(path: Path, campaign: Campaign) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=SENTENCES), *Corpus((path,), campaign).chunks()])


def stands(row: dict[str, object], text: str) -> None:
    """The sentence is the text at its offsets, but for what was blanked there."""
    start, end = int(str(row["start"])), int(str(row["end"]))
    said, raw = str(row["text"]), text[start:end]
    assert len(said) == len(raw) == end - start
    assert said == blank(text)[start:end]
    assert all(a in (b, " ") for a, b in zip(said, raw, strict=True))


@FUZZ
@given(text=TEXTS, bom=st.booleans(), front=st.booleans())
@example("Te\u0301l. Ok\r\nso it is.\rAnd more.", True, True)
def test_every_sentence_of_a_text_file_is_its_text(
    campaign: Campaign, tmp_path: Path, text: str, bom: bool, front: bool
) -> None:
    whole = ("---\r\ncontender: dem\n---\r\n" if front else "") + text
    path = tmp_path / "obama.md"
    path.write_bytes(whole.encode("utf-8-sig" if bom else "utf-8"))
    if not bom:
        whole = whole.removeprefix("\ufeff")
    last = 0
    for row in read(path, campaign).iter_rows(named=True):
        stands(row, whole)
        assert row["start"] >= last
        last = row["end"]


@FUZZ
@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_every_sentence_of_a_table_is_in_its_cell(
    campaign: Campaign, tmp_path: Path, texts: list[str]
) -> None:
    cells = [t.replace("\0", "") for t in texts]
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(
        [("party", "text"), *(("dem", t) for t in cells)]
    )
    (tmp_path / "t.csv").write_bytes(out.getvalue().encode())
    pl.DataFrame({"party": ["dem"] * len(cells), "text": cells}).write_parquet(
        tmp_path / "t.parquet"
    )
    tables = [read(tmp_path / name, campaign) for name in ("t.csv", "t.parquet")]
    assert tables[0].drop("file").equals(tables[1].drop("file"))
    for row in tables[0].iter_rows(named=True):
        stands(row, cells[row["row"] - 1])


@FUZZ
@given(
    raw=st.one_of(
        st.binary(max_size=300),
        TEXTS.map(str.encode),
        st.lists(st.sampled_from(['"', ",", "\n", "\r", "text", "party", "dem", "\t", "x" * 99]))
        .map("".join)
        .map(lambda t: ("party,text\n" + t).encode()),
    ),
    suffix=st.sampled_from([".csv", ".md", ".txt", ".parquet"]),
)
def test_any_bytes_are_read_or_refused(
    campaign: Campaign, tmp_path: Path, raw: bytes, suffix: str
) -> None:
    path = tmp_path / f"dem{suffix}"
    path.write_bytes(raw)
    try:
        found = read(path, campaign)
    except DataError as problem:
        if not problem.one_line().startswith(str(path)):
            pytest.fail(f"the file is not named: {problem.one_line()}")
    else:
        assert dict(found.schema) == SENTENCES


@FUZZ
@given(
    keys=st.dictionaries(
        st.sampled_from(["contender", "date", "kind", "source", "speaker", "document", "x:y"]),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=40),
    ),
    body=TEXTS,
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_front_matter_is_read_and_blanked_in_place(
    keys: dict[str, str], body: str, end: str
) -> None:
    lines = ["---", *(f"{k}: {v}" for k, v in keys.items()), "---", ""]
    whole = end.join(lines) + body
    got = front_matter(whole)
    if got is None:  # a value may hold what ends a line for splitlines, never the end itself
        pytest.fail("it has an end")
    values, text = got
    assert len(text) == len(whole)
    assert text.endswith(body)
    if not keys:
        return
    assert set(values) >= {k.partition(":")[0] for k in keys}
    assert not text[: len(whole) - len(body)].strip()


def test_front_matter_without_end_is_told_apart_from_a_rule() -> None:
    assert front_matter("---\ncontender: dem\n" + "a: [\n" * 9_999) is None
    assert front_matter("---\nWe begin with a rule.") == ({}, "---\nWe begin with a rule.")


@FUZZ
@given(words=st.lists(st.text(min_size=1, max_size=5), max_size=40), size=st.integers(1, 30))
def test_a_mark_does_not_depend_on_spaces_or_slices(words: list[str], size: int) -> None:
    one = mark_of(Document(" ".join(words), "a", contender="dem"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("comparenotes.message.documents._SLICE", size)
        assert mark_of(Document("\n\t ".join(words) + " ", "b", contender="dem")) == one
    assert mark_of(Document(" ".join([*words, "more"]), "a", contender="dem")) != one
    assert mark_of(Document(" ".join(words), "a", contender="rep")) != one
