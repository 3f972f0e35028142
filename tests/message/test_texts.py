from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from comparenotes.campaigns.model import Campaign
from comparenotes.errors import DataError
from comparenotes.message import texts
from comparenotes.message.texts import SENTENCES, Corpus

from .invented import FILLER, GREEN, PLAIN, speech

Write = Callable[[str, str], Path]


def read(corpus: Corpus) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=SENTENCES), *corpus.chunks()])


def test_front_matter_and_offsets(campaign: Campaign, write: Write) -> None:
    folder = write("a.md", speech("dem", GREEN, PLAIN))
    got = read(Corpus((folder,), campaign))
    assert got["text"].to_list() == [GREEN, PLAIN]
    assert got["contender"].to_list() == ["dem", "dem"]
    assert got["kind"][0] == "speech"
    whole = (folder / "a.md").read_text(encoding="utf-8")
    for row in got.iter_rows(named=True):
        assert whole[row["start"] : row["end"]] == row["text"]


def test_the_file_name_names_side_and_day(campaign: Campaign, write: Write) -> None:
    folder = write("2012-9-3-obama-speech.txt", GREEN)
    got = read(Corpus((folder,), campaign))
    assert got.select("contender", "date", "kind").row(0) == ("dem", date(2012, 9, 3), "speech")


def test_nothing_published_later(campaign: Campaign, write: Write) -> None:
    folder = write("a.md", speech("dem", GREEN, date="2012-09-01"))
    (folder / "b.md").write_text(speech("rep", PLAIN, date="2012-10-01"), encoding="utf-8")
    corpus = Corpus((folder,), campaign, date(2012, 9, 15))
    assert read(corpus)["contender"].to_list() == ["dem"]
    assert not corpus.left_out


def test_copies_are_counted_once(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "ads.csv"
    rows = "".join(f'dem,"{GREEN}"\n' for _ in range(1_000))
    path.write_text(f"party,text\n{rows}rep,{PLAIN}\n", encoding="utf-8")
    corpus = Corpus((path,), campaign)
    assert read(corpus).height == 2
    assert corpus.copies == 999


def test_a_transcript_keeps_the_speakers_own_turns(campaign: Campaign, write: Write) -> None:
    body = f"MODERATOR: Is it so?\nOBAMA: {GREEN}\nROMNEY: No it is not at all.\nOBAMA: {PLAIN}"
    got = read(Corpus((write("d.md", speech("dem", "\n" + body)),), campaign))
    assert got["text"].to_list() == [GREEN, PLAIN]


def test_who_is_no_contender_is_left_out(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "debate.csv"
    path.write_text(f"speaker,text\nLEHRER,{PLAIN}\nOBAMA,{GREEN}\n", encoding="utf-8")
    corpus = Corpus((path,), campaign)
    assert read(corpus)["text"].to_list() == [GREEN]
    assert sum(corpus.left_out.values()) == 1


def test_rows_of_one_document_stay_together(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "m.parquet"
    pl.DataFrame(
        {"contender": ["dem"] * 3, "document": ["a", "a", "b"], "text": [GREEN, PLAIN, PLAIN]}
    ).write_parquet(path)
    assert read(Corpus((path,), campaign))["document"].to_list() == [1, 1, 2]


def test_another_language_is_told(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    text = "Wir werden die Umwelt für alle schützen und das ist nicht mit der alten Politik."
    path.write_text(f'contender,text\ndem,"{text}"\ndem,"{GREEN}"\n', encoding="utf-8")
    assert read(Corpus((path,), campaign))["language"].to_list() == ["de", "en"]


# ------------------------------------------------------------------ hostile texts


def test_a_zip_that_claims_to_be_text(campaign: Campaign, tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as z:
        z.writestr("x", PLAIN)
    (tmp_path / "dem.txt").write_bytes(data.getvalue())
    corpus = Corpus((tmp_path,), campaign)
    assert read(corpus).is_empty()
    assert corpus.left_out == {"files that hold no text (binary)": 1}
    (tmp_path / "t.csv").write_bytes(data.getvalue())
    with pytest.raises(DataError, match=r"t\.csv"):
        read(Corpus((tmp_path / "t.csv",), campaign))


def test_bytes_that_are_not_utf8(campaign: Campaign, tmp_path: Path) -> None:
    (tmp_path / "dem.txt").write_bytes(b"We \xff\xfe will plant trees. " + PLAIN.encode())
    corpus = Corpus((tmp_path,), campaign)
    assert read(corpus).height == 2
    assert len(corpus.left_out) == 1


def test_markup_and_script_are_no_speech(campaign: Campaign, write: Write) -> None:
    text = f"<p>{GREEN}</p><script>steal('everything now');</script><!-- hidden words here -->"
    got = read(Corpus((write("dem.md", text),), campaign))
    assert got["text"].to_list() == [GREEN]


def test_one_endless_line(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MAX_FILE", 10_000)
    monkeypatch.setattr(texts, "MAX_LINE", 10_000)
    (tmp_path / "dem.txt").write_text("word " * 5_000, encoding="utf-8")
    with pytest.raises(DataError, match="split it"):
        read(Corpus((tmp_path,), campaign))
    path = tmp_path / "t.csv"
    path.write_text("contender,text\ndem," + "word " * 5_000, encoding="utf-8")
    with pytest.raises(DataError, match="line"):
        read(Corpus((path,), campaign))


def test_many_empty_files(campaign: Campaign, tmp_path: Path) -> None:
    for i in range(2_000):
        (tmp_path / f"{i}.txt").touch()
    corpus = Corpus((tmp_path,), campaign)
    assert read(corpus).is_empty()
    assert corpus.left_out == {"empty files": 2_000}


def test_a_table_without_text(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("contender,words\ndem,hello\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column 'text'"):
        read(Corpus((path,), campaign))


def test_chunks_stay_small(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "CHUNK", 10)
    path = tmp_path / "t.csv"
    rows = "".join(f"dem,{FILLER[i % 3]} Number {i} it is.\n" for i in range(60))
    path.write_text(f"contender,text\n{rows}", encoding="utf-8")
    sizes = [c.height for c in Corpus((path,), campaign).chunks()]
    assert sum(sizes) == 120
    assert max(sizes) <= 12
