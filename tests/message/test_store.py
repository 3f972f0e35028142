"""A stored corpus answers as its files do, and says where every quote stands."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.errors import CompareNotesError, DataError
from comparenotes.message import texts
from comparenotes.message.corpus_check import check_corpus
from comparenotes.message.pending import SENTENCES
from comparenotes.message.reading import shards_of
from comparenotes.message.report import message_of
from comparenotes.message.sentence_file import open_sentences
from comparenotes.message.store import CODED, KEY, STORE, Portion, expanded
from comparenotes.message.storing import write_corpus
from comparenotes.message.texts import Corpus

from .invented import ATTACK, FILLER, GREEN, MIGRATION, PLAIN, speech

GERMAN = "Wir werden die Umwelt für alle schützen und das ist nicht mit der alten Politik."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "texts"
    where.mkdir()
    for i in range(6):
        said = (GREEN, ATTACK) if i % 2 else (GREEN, PLAIN, PLAIN)
        day = f"2012-09-{20 - i:02d}"
        text = speech("dem", *said, f"Stop number {i}.", date=day)
        (where / f"{i}d.md").write_text(text, encoding="utf-8")
        text = speech(
            "rep", MIGRATION, *FILLER, f"Night {i}. [applause] And <b>so</b> on.", date=day
        )
        (where / f"{i}r.md").write_bytes(text.replace(". ", ".\r\n").encode("utf-8-sig"))
    (where / "a_copy.md").write_text(speech("dem", GREEN, ATTACK, "Stop number 1."), "utf-8")
    (where / "b_other.md").write_text(speech("dem", GERMAN, GERMAN), "utf-8")
    (where / "c_nobody.md").write_text(speech("lehrer", PLAIN), "utf-8")
    (where / "d_empty.md").touch()
    (where / "e_old.md").write_text(speech("dem", PLAIN, date="2008-01-01"), "utf-8")
    (where / "f_wordless.md").write_text(speech("dem", "2012!"), "utf-8")
    rows = [f"dem,2012-10-0{i % 9 + 1},t{i // 3},{FILLER[i % 3]} {GREEN}" for i in range(12)]
    rows += [f'rep,2012-10-05,,"{MIGRATION}\n\nAd number {i % 2}."' for i in range(6)]
    (where / "t.csv").write_text("\n".join(["party,date,doc,text", *rows]), "utf-8")
    return where


def stored(campaign: Campaign, folder: Path, name: str = "s.parquet", **more: Any) -> Path:
    out = folder.parent / name
    write_corpus(campaign, [folder], out, **more)
    return out


def counts(corpus: Corpus) -> tuple[Any, ...]:
    frames = [pl.DataFrame(schema=SENTENCES), *corpus.chunks()]
    return (
        pl.concat(frames).to_dicts(),
        dict(corpus.left_out),
        dict(corpus.languages),
        corpus.documents,
        corpus.copies,
        list(corpus.marks),
    )


@pytest.mark.parametrize("day", [None, "2012-11-05", "2012-10-03", "2012-09-17", "2012-08-01"])
def test_it_holds_what_the_files_hold_on_any_day(
    campaign: Campaign, folder: Path, day: str | None
) -> None:
    as_of = date.fromisoformat(day) if day else None
    path = stored(campaign, folder)
    assert counts(Corpus((path,), campaign, as_of)) == counts(Corpus((folder,), campaign, as_of))


def test_the_answers_are_the_same(campaign: Campaign, folder: Path) -> None:
    path = stored(campaign, folder)
    for day in (date(2012, 11, 5), date(2012, 9, 18)):
        told = []
        for where in (folder, path):
            found = message_of(campaign, day, ["all"], [where], words=True)
            told.append(json.loads(json.dumps(found.to_dict(), default=str)))
            told[-1].pop("sources")
        assert told[0] == told[1]
        assert told[0]["documents"] > 3


def test_what_a_tables_name_says_holds_for_its_rows(campaign: Campaign, tmp_path: Path) -> None:
    paths = []
    for name, said in (("convention_speeches_2012", GREEN), ("debates", ATTACK), ("all", PLAIN)):
        paths.append(tmp_path / f"{name}.csv")
        day = "2012-10-03" if name == "debates" else ""
        rows = (
            f"{who},{day},{said} Number {i} of {name}." for i in range(6) for who in ("dem", "rep")
        )
        paths[-1].write_text("\n".join(["party,date,text", *rows]), "utf-8")
    out = tmp_path / "tweets.parquet"
    write_corpus(campaign, paths, out)
    told = []
    for texts_of in (paths, [out]):
        found = message_of(campaign, date(2012, 11, 5), texts=texts_of)
        told.append(json.loads(json.dumps(found.to_dict(), default=str)))
        told[-1].pop("sources")
        assert set(found.kinds()) == {"convention", "debate", "other"}
    assert told[0] == told[1]
    assert [p.name for p in expanded(out)] == [p.name for p in paths]


@pytest.mark.parametrize("given", [7, [["a", 1]], [["a", -1], ["b", 99]], [[["a"], "x"]]])
def test_given_paths_that_do_not_fit(campaign: Campaign, folder: Path, given: Any) -> None:
    path = stored(campaign, folder)
    told = json.loads(pl.read_parquet_metadata(path)[KEY]) | {"given": given}
    with pytest.raises(DataError, match="was made of"):
        expanded(damaged(path, json.dumps(told)))


def test_every_row_says_where_it_stands(campaign: Campaign, folder: Path) -> None:
    path = stored(campaign, folder, codes=True)
    d = pl.read_parquet(path)
    assert dict(d.schema) == STORE | CODED
    assert d["sentence"].to_list() == list(range(d.height))
    cut = ("[applause]", "<b>", "</b>")
    for r in d.filter(pl.col("row") == 0).iter_rows(named=True):
        raw = (path.parent / r["file"]).read_bytes()
        assert len(raw) == r["file_bytes"]
        text = raw.decode("utf-8-sig")
        for mark in cut:
            text = text.replace(mark, " " * len(mark))
        assert text[r["start"] : r["end"]] == r["text"]
    by = {r["sentence"]: r for r in d.iter_rows(named=True)}
    for r in by.values():
        assert r["previous"] is None or by[r["previous"]]["next"] == r["sentence"]
        assert (r["previous"] is None) == (r["number"] == 1)
        if r["next"] is not None:
            after = by[r["next"]]
            assert (after["document"], after["number"]) == (r["document"], r["number"] + 1)
    ends = d.filter(pl.col("next").is_null())
    assert ends.height == d["document"].n_unique()
    assert d.filter(pl.col("language") == "de")["topic"].null_count() == 2
    assert d.filter(pl.col("language") == "en")["topic"].null_count() == 0


def test_copies_are_counted_once(campaign: Campaign, folder: Path) -> None:
    path = stored(campaign, folder)
    d = pl.read_parquet(path).filter(pl.col("number") == 1)
    # the same ad six times in two wordings, and a speech whose copy is dated before it
    assert sorted(d.filter(pl.col("copies") > 0)["copies"].to_list()) == [1, 2, 2]
    assert d.filter(pl.col("copy_of").is_not_null()).height == 1
    once = open_sentences(path).to_polars()
    assert once["document"].n_unique() == open_sentences(path).metadata["documents"]
    assert once["copy_of"].null_count() == once.height


def test_chunks_are_cut_where_those_of_the_files_are(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "CHUNK", 10)
    monkeypatch.setattr("comparenotes.message.tables.ROWS", 7)
    monkeypatch.setattr("comparenotes.message.storing.ROW_GROUP", 16)
    where = tmp_path / "texts"
    where.mkdir()
    for i, n in enumerate((1, 4, 90, 3, 25, 1, 1, 12)):
        text = speech("dem", *(f"Line {k} of {i} it is." for k in range(n)))
        (where / f"{i}.md").write_text(text, encoding="utf-8")
    path = stored(campaign, where)
    here = [c.to_dicts() for c in Corpus((where,), campaign).chunks()]
    again = [c.to_dicts() for c in Corpus((path,), campaign).chunks()]
    assert len(here) >= 5
    assert again == here
    assert max(map(len, here)) <= 40


def leaves(told: Any) -> tuple[list[str], list[float]]:
    """Return what a JSON form holds, floats apart: sums of shards differ in the last digits."""
    if isinstance(told, dict):
        told = [x for pair in told.items() for x in pair]
    if isinstance(told, list | tuple):
        each = [leaves(x) for x in told]
        return [w for a, _ in each for w in a], [n for _, b in each for n in b]
    return ([], [told]) if isinstance(told, float) else ([str(told)], [])


@pytest.mark.parametrize(("size", "day"), [(5, date(2012, 9, 18)), (20, date(2012, 11, 5))])
def test_workers_read_portions_of_it(
    campaign: Campaign, folder: Path, monkeypatch: pytest.MonkeyPatch, size: int, day: date
) -> None:
    monkeypatch.setattr("comparenotes.message.store.PORTION", size)
    path = stored(campaign, folder)
    parts = [p for group in shards_of([path]) for p in group]
    assert len(parts) > 2
    d = pl.read_parquet(path)
    assert [p.begin for p in parts if isinstance(p, Portion)][1:] == [
        p.end for p in parts if isinstance(p, Portion)
    ][:-1]
    for p in parts:
        assert isinstance(p, Portion)
        assert d["number"][p.begin] == 1  # no document is in two
    here = message_of(campaign, day, None, [path], words=True).to_dict()
    with ThreadPoolExecutor(2) as pool:
        apart = message_of(campaign, day, None, [path], words=True, pool=pool).to_dict()
    words, numbers = leaves(here)
    assert leaves(apart) == (words, pytest.approx(numbers, rel=1e-5, abs=1e-7, nan_ok=True))


def test_pandas_gets_the_same_rows(campaign: Campaign, folder: Path) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    found = open_sentences(stored(campaign, folder))
    frame = found.to_pandas()
    assert frame["text"].tolist() == found.to_polars()["text"].to_list()


def test_a_table_named_by_itself_has_no_files_beside_it(campaign: Campaign, folder: Path) -> None:
    (folder / "other.csv").write_text(f'contender,text\nrep,"{PLAIN}"\n', "utf-8")
    out = folder.parent / "one.parquet"
    write_corpus(campaign, [folder / "t.csv"], out)
    found = check_corpus(out)
    assert found.ok
    assert found.new == []


def test_a_check_names_what_changed(campaign: Campaign, folder: Path) -> None:
    path = stored(campaign, folder)
    assert check_corpus(path).ok
    (folder / "0d.md").write_text(speech("dem", "What was said is gone.", GREEN), "utf-8")
    (folder / "1r.md").unlink()
    (folder / "z_new.md").write_text(speech("dem", PLAIN), "utf-8")
    lines = (folder / "t.csv").read_text("utf-8").replace("carbon", "carbonic", 1)
    (folder / "t.csv").write_text(lines, "utf-8")
    found = check_corpus(path)
    state = {p.file: (p.state, p.wrong) for p in found.problems}
    assert state["texts/0d.md"][0] == "changed"
    assert state["texts/1r.md"] == ("missing", 6)
    assert state["texts/t.csv"] == ("changed", 1)
    assert len(state) == 3
    assert any(name.endswith("z_new.md") for name in found.new)
    moved = folder.rename(folder.parent / "elsewhere")
    assert not check_corpus(path).ok
    assert {p.file for p in check_corpus(path, moved).problems} == set(state)


def test_a_quote_that_was_altered_is_found(campaign: Campaign, folder: Path) -> None:
    path = stored(campaign, folder)
    told = pl.read_parquet_metadata(path)[KEY]
    d = pl.read_parquet(path).with_columns(pl.col("text").str.replace("cut carbon", "add carbon"))
    d.write_parquet(path, metadata={KEY: told})
    found = check_corpus(path)
    assert found.wrong > 0
    assert {p.state for p in found.problems} == {"as written"}


def test_it_belongs_to_its_campaign(campaign: Campaign, folder: Path) -> None:
    path = stored(campaign, folder)
    with pytest.raises(DataError, match="was made for 'us-2012'"):
        list(Corpus((path,), load_bundled("us-2016")).chunks())


def test_what_stands_in_the_way_is_not_overwritten(campaign: Campaign, folder: Path) -> None:
    path = stored(campaign, folder)
    before = path.read_bytes()
    assert stored(campaign, folder).read_bytes() == before  # the same bytes for the same texts
    pl.DataFrame({"a": [1]}).write_parquet(path)
    with pytest.raises(CompareNotesError, match="is no corpus"):
        stored(campaign, folder)
    with pytest.raises(CompareNotesError, match="among the texts"):
        write_corpus(campaign, [folder], folder / "s.parquet")
    with pytest.raises(CompareNotesError, match=r"not a \.parquet"):
        stored(campaign, folder, "s.csv")
    empty = folder.parent / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match="no sentence"):
        stored(campaign, empty, "e.parquet")
    assert sorted(p.name for p in folder.parent.iterdir()) == ["empty", "s.parquet", "texts"]


def test_a_full_disk_is_said(
    campaign: Campaign, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise pl.exceptions.ComputeError("No space left on device\nmore")

    monkeypatch.setattr(pl.LazyFrame, "sink_parquet", full)
    with pytest.raises(CompareNotesError, match=r"s\.parquet: cannot be written: No space"):
        stored(campaign, folder)
    assert [p.name for p in folder.parent.iterdir()] == ["texts"]


# ------------------------------------------------------------------ untrusted files


def damaged(path: Path, told: str | None = None, **columns: pl.Expr) -> Path:
    old = pl.read_parquet_metadata(path)[KEY]
    frame = pl.read_parquet(path).with_columns(**columns)
    frame.write_parquet(path, metadata={KEY: old if told is None else told})
    return path


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("contender", pl.lit("nobody"), "no contender"),
        ("kind", pl.lit("leak"), "a kind is none of"),
        ("text", pl.lit("x" * 2_000_000), "offsets"),
        ("end", pl.col("end") + 1, "offsets"),
        ("start", pl.col("start") - 10_000, "offsets"),
        ("document", -pl.col("document"), "not in order"),
        ("speaker", pl.lit("x" * 5_000), "a name has over"),
        ("text", pl.lit(None, pl.String), "lacks"),
        ("row", pl.col("row").cast(pl.Int32), "of type Int64"),
        ("file_sha256", pl.lit(1), "of type String"),
    ],
)
def test_rows_that_cannot_be_ours(
    campaign: Campaign, folder: Path, column: str, value: pl.Expr, words: str
) -> None:
    path = damaged(stored(campaign, folder), **{column: value})
    with pytest.raises(DataError, match=words):
        list(Corpus((path,), campaign).chunks())


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[]", "cannot be read"),
        ('{"schema_version": 99}', "schema version 99"),
        ('{"schema_version": 1}', "was made for"),
    ],
)
def test_metadata_that_lies(campaign: Campaign, folder: Path, told: str, words: str) -> None:
    path = damaged(stored(campaign, folder), told)
    with pytest.raises(DataError, match=words):
        list(Corpus((path,), campaign).chunks())


@pytest.mark.parametrize("left", [[["x", None, -1]], [["x", "soon", 1]], [[1]], 7])
def test_a_ledger_that_lies(campaign: Campaign, folder: Path, left: Any) -> None:
    path = stored(campaign, folder)
    told = json.loads(pl.read_parquet_metadata(path)[KEY]) | {"left_out": left}
    with pytest.raises(DataError, match="left out"):
        list(Corpus((damaged(path, json.dumps(told)),), campaign).chunks())


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.floats(0, 1), put=st.binary(min_size=1, max_size=9), cut=st.booleans())
def test_damage_gives_an_error_or_the_same_kind_of_rows(
    campaign: Campaign, tmp_path: Path, at: float, put: bytes, cut: bool
) -> None:
    where = tmp_path / "texts"
    if not where.is_dir():
        where.mkdir()
        (where / "0.md").write_text(speech("dem", GREEN, *FILLER, MIGRATION), "utf-8")
        stored(campaign, where)
    raw = (tmp_path / "s.parquet").read_bytes()
    i = int(at * (len(raw) - 1))
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(raw[:i] if cut else raw[:i] + put + raw[i + len(put) :])
    try:
        for chunk in Corpus((bad,), campaign).chunks():
            assert dict(chunk.schema) == SENTENCES
        check_corpus(bad)
    except DataError:
        return  # any other exception fails the test


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["dem", "rep", "lehrer"]),
        st.sampled_from([None, None, "a", "b"]),
        st.sampled_from([None, *(date(2012, m, 1) for m in range(6, 11)), date(2008, 1, 1)]),
        st.sampled_from([GREEN, PLAIN, GERMAN, f"{PLAIN} {ATTACK}", f"{GREEN}\n{PLAIN}", "7", ""]),
    ),
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS, day=st.sampled_from([None, *(date(2012, m, 15) for m in range(5, 11))]))
def test_any_table_reads_the_same_from_its_store(
    campaign: Campaign, tmp_path: Path, rows: list[tuple[Any, ...]], day: date | None
) -> None:
    # rows of one document are of one day, as a text is
    days = {"a": date(2012, 8, 1), "b": None}
    table = tmp_path / "t.parquet"
    pl.DataFrame(
        {
            "contender": [r[0] for r in rows],
            "document": [r[1] for r in rows],
            "date": [days.get(r[1], r[2]) for r in rows],
            "text": [r[3] for r in rows],
        },
        schema={"contender": pl.String, "document": pl.String, "date": pl.Date, "text": pl.String},
    ).write_parquet(table)
    here = counts(Corpus((table,), campaign, day))
    out = tmp_path / "s.parquet"
    out.unlink(missing_ok=True)
    try:
        write_corpus(campaign, [table], out)
    except DataError as problem:
        if "no sentence" not in problem.what:
            raise
        return
    assert counts(Corpus((out,), campaign, day)) == here
