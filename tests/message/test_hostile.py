"""The cases of ``benchmarks/hostile_corpus.py``, each a two-thousandth of its size."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.hostile_corpus import CASES

from comparenotes.cli.main import run
from comparenotes.message import tables, texts

LESS = 2_000


@pytest.mark.parametrize("name", CASES)
def test_a_clean_result_or_one_line(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MAX_FILE", 60_000)
    monkeypatch.setattr(texts, "MAX_LINE", 20_000)
    monkeypatch.setattr(tables, "MAX_CELLS", 100)
    home = tmp_path / "case"
    home.mkdir()
    where = CASES[name][1](home, LESS)
    for command in ("corpus", "message") if name in ("inert", "links") else ("corpus",):
        more = ["-o", str(tmp_path / "out.parquet")] if command == "corpus" else []
        code = run([command, "us-2012", "--texts", str(where), *more])
        out, err = capfd.readouterr()
        assert code in (0, 2), err
        assert not [c for c in out + err if c not in "\n\t" and not c.isprintable()]
        if code:
            assert err.startswith("error: ")
            assert err.count("\n") == 1
        else:
            assert out.strip()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".corpus")] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("line-txt", "split it"),
        ("line-csv", "line or cell"),
        ("quote-csv", "line or cell"),
        ("comma-csv", "columns"),
        ("cell-parquet", "line or cell"),
        ("zip-csv", "binary"),
        ("links", "links that lead out of the folder"),
        ("empty", "empty files"),
        ("front", "front matter"),
    ],
)
def test_what_is_said(
    name: str,
    words: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(texts, "MAX_FILE", 60_000 if name == "line-txt" else texts.MAX_FILE)
    monkeypatch.setattr(texts, "MAX_LINE", 20_000 if name != "comma-csv" else texts.MAX_LINE)
    where = CASES[name][1](tmp_path, LESS)
    out = tmp_path.parent / f"{tmp_path.name}.parquet"
    assert run(["corpus", "us-2012", "--texts", str(where), "-o", str(out)]) == 2
    assert words in capfd.readouterr().err
