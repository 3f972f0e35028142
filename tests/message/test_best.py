"""The best coder: what it is given to read, when it is used, and that it reads sentences alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from comparenotes.errors import NotFoundError
from comparenotes.message import best
from comparenotes.message.sides import Side

OURS = Side("lab", "Labour", ("Labour", "Sir Keir"), True)
THEIRS = Side("con", "Conservatives", ("Conservatives", "Tories"), False)
SAID = [
    "We will stop the small boats and end the use of asylum hotels.",
    "The Tories lost control of our borders.",
    "Clean energy will cut your bills.",
    "Labour has recruited the teachers we promised.",
]
here = pytest.mark.skipif(not best.installed(), reason="the best coder is not installed")


def test_names_are_marked_by_side() -> None:
    found = best.marked(["Labour won’t follow the Tories."], OURS, [THEIRS])
    assert found == ["Labour + won't follow the Tories #."]
    assert best.marked(["Nobody is named."], None, []) == ["Nobody is named."]


def test_neighbours_are_cut_and_stay_in_their_document() -> None:
    near = best.around(["a" * 200, "b", "c" * 200])
    assert near[0] == " / b"
    assert near[1] == f"{'a' * best.BEFORE} / {'c' * best.AFTER}"
    assert near[2].endswith("a b / ")


def test_when_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = tmp_path / "small.txt", tmp_path / "large.txt"
    small.write_bytes(b"x" * 100)
    large.write_bytes(b"x" * (best.MOST * best.LETTERS + 1))
    for there in (True, False):
        monkeypatch.setattr(best, "installed", lambda there=there: there)
        assert best.chosen("auto", [small]) is there
        assert not best.chosen("auto", [large])
        assert not best.chosen("auto", [tmp_path])
        assert not best.chosen("fast", [small])
    with pytest.raises(NotFoundError, match="not installed"):
        best.chosen("best", [small])


@here
@pytest.mark.best
def test_what_is_said_of_a_sentence_does_not_depend_on_its_company() -> None:
    reader = best.encoder(21)
    doc = np.zeros(len(SAID), dtype=np.int64)
    topics, issues, stances = reader.read(SAID, doc, OURS, [THEIRS])
    assert topics.sum(axis=1) == pytest.approx(1, abs=0.01)
    assert stances.sum(axis=1) == pytest.approx(1, abs=0.01)
    again = reader.read(SAID * 2, np.repeat([0, 1], len(SAID)), OURS, [THEIRS])
    assert np.array_equal(again[0][: len(SAID)], again[0][len(SAID) :])
    assert np.array_equal(again[0][: len(SAID)], topics)
    assert issues[0, 0] > 0.5 > issues[2, 0]  # migration, and green of bills
    assert issues[2, 1] > 0.5 > issues[0, 1]
    assert stances[1].argmax() == 0  # an attack
    assert [x.shape for x in reader.read([], doc[:0], OURS, [])] == [(0, 21), (0, 2), (0, 4)]
