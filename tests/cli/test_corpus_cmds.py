"""``cn corpus`` from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comparenotes.cli import corpus_cmds
from comparenotes.cli.main import run

SAID = (
    "We will cut carbon emissions and plant trees to protect the environment from pollution.",
    "Thank you all for coming to this hall tonight.",
    "We will control immigration and speed up every asylum claim at the border.",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "texts"
    where.mkdir()
    for i in range(12):
        who = ("dem", "rep")[i % 2]
        text = f"---\ncontender: {who}\ndate: 2012-09-{i + 1:02d}\nkind: speech\n---\n"
        text += " ".join(SAID[: i % 3 + 1]) + f" Stop number {i}."
        (where / f"{i:02d}.md").write_text(text, encoding="utf-8")
    (where / "copy.md").write_text((where / "00.md").read_text("utf-8"), encoding="utf-8")
    return where


def test_written_read_and_checked(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = folder.parent / "s.parquet"
    assert run(["corpus", "us-2012", "--texts", str(folder), "-o", str(out)]) == 0
    told, err = capfd.readouterr()
    assert "36 sentences, 12 texts, 12 files" in " ".join(told.split())
    assert "Left out: 1 copy of a text already counted." in told
    assert f"cn message us-2012 --texts {out}" in err
    answers = []
    for texts in (folder, out):
        assert run(["message", "us-2012", "--texts", str(texts), "--issue", "all", "--json"]) == 0
        answers.append(json.loads(capfd.readouterr().out))
        assert texts.name in str(answers[-1].pop("sources"))
    assert answers[0] == answers[1]
    assert answers[0]["documents"] == 12
    assert run(["corpus", "--check", str(out)]) == 0
    assert "all 36 quotes stand in their 12 files" in " ".join(capfd.readouterr().out.split())
    (folder / "03.md").unlink()
    assert run(["corpus", "--check", str(out)]) == 2
    told, err = capfd.readouterr()
    assert "texts/03.md: is not there" in told
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_json_is_pure(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = folder.parent / "s.parquet"
    made = ["corpus", "us-2012", "--texts", str(folder), "-o", str(out), "--coded", "--json"]
    assert run(made) == 0
    told = json.loads(capfd.readouterr().out)
    assert {k: told[k] for k in ("sentences", "documents", "files", "copies", "coded")} == {
        "sentences": 36, "documents": 12, "files": 12, "copies": 1, "coded": True,
    }  # fmt: skip
    assert run(["corpus", "--check", str(out), "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert (told["ok"], told["quotes"], told["problems"]) == (True, 36, [])
    assert [Path(name).name for name in told["not_in_it"]] == ["copy.md"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "say of which campaign"),
        (["us-2012"], "say of which campaign"),
        (["us-2012", "-o", "s.parquet"], "has no texts"),
        (["us-2012", "--texts", "nowhere", "-o", "s.parquet"], "no such file or folder"),
        (["us-2012", "--texts", ".", "-o", "nowhere/s.parquet"], "no such folder"),
        (["us-2012", "--texts", ".", "-o", "s.txt"], "not a .parquet file"),
        (["us-2012", "--check", "s.parquet"], "--check takes a file"),
        (["--check", "nowhere.parquet"], "no such file"),
        (["--check", "s.parquet", "--texts", "a", "--texts", "b"], "takes one --texts"),
        (["us-2102", "--texts", ".", "-o", "s.parquet"], "did you mean"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    args: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["corpus", *args]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_count_is_shown_where_it_takes_long(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(corpus_cmds, "AFTER_SECONDS", 0.0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    out = folder.parent / "s.parquet"
    assert run(["corpus", "us-2012", "--texts", str(folder), "-o", str(out)]) == 0
    assert "reading 36 sentences" in capfd.readouterr().err


def test_a_corpus_made_with_codes_has_them(folder: Path) -> None:
    from comparenotes.message.sentence_file import open_sentences

    out = folder.parent / "s.parquet"
    assert run(["corpus", "us-2012", "--texts", str(folder), "-o", str(out), "--coded"]) == 0
    d = open_sentences(out).to_polars()
    about = dict(d.select("text", "topic").unique().iter_rows())
    assert about[SAID[0]] == "environment"
    assert about[SAID[2]] == "immigration"
    assert d["topic_p"].is_between(0, 1).all()
    assert set(d["stance"]) <= {"attack", "own_record", "promise", "neither"}
