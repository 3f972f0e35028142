from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from comparenotes.errors import CompareNotesError
from comparenotes.message.accuracy import MIN_TRUE, genre_words, row_of, sentence
from comparenotes.message.coder import around, pack, scaled, shifted, topic_coder, unpack
from comparenotes.message.features import hashed
from comparenotes.message.issues import TOPICS, hits, issues_named, seeded
from comparenotes.message.sides import Side
from comparenotes.message.stance import STANCES, stance_coder
from comparenotes.message.tally import listed

from .invented import ATTACK, GREEN, MIGRATION, PLAIN


def code(*sentences: str) -> list[int]:
    p = topic_coder().probabilities(pl.Series(sentences), np.arange(len(sentences), dtype=np.int64))
    assert np.allclose(p.sum(axis=1), 1, atol=1e-4)
    return [topic_coder().topics[i] for i in p.argmax(axis=1)]


def test_plain_cases_get_their_topic() -> None:
    assert code(GREEN, MIGRATION, PLAIN) == [7, 9, 0]
    assert code("More nurses and doctors for every NHS hospital.") == [TOPICS["health"][0]]


def test_neighbours_of_another_document_play_no_part() -> None:
    near = np.zeros(2, dtype=np.int64)
    apart = np.arange(2, dtype=np.int64)
    s = pl.Series(["This must change.", GREEN])
    coder = topic_coder()
    alone = coder.probabilities(s.head(1), apart[:1])[0]
    assert np.allclose(coder.probabilities(s, apart)[0], alone, atol=1e-5)
    assert not np.allclose(coder.probabilities(s, near)[0], alone, atol=1e-3)


def test_shifted_stays_inside_a_document() -> None:
    x = np.arange(4.0)[:, None] + 1
    doc = np.array([0, 0, 1, 1])
    assert shifted(x, doc, 1)[:, 0].tolist() == [2, 0, 4, 0]
    assert shifted(x, doc, -1)[:, 0].tolist() == [0, 1, 0, 3]


def test_scaled_rows_do_not_depend_on_length() -> None:
    f = hashed(["one", "one two three four five six"])
    sums = np.asarray(scaled(f.words).multiply(scaled(f.words)).sum(axis=1)).ravel()
    assert np.allclose(sums, 1)


def test_packed_weights_are_near() -> None:
    w = np.random.default_rng(0).normal(size=(500, 3)).astype(np.float32)
    p = pack(w)
    assert np.abs(unpack(p["q"], p["scale"]) - w).max() <= p["scale"].max() / 2 + 1e-6


def test_around_of_a_lone_sentence_is_its_scores_and_nothing() -> None:
    scores = np.array([[1.0, -1.0]], dtype=np.float32)
    out = around(scores, np.zeros(1, dtype=np.int64))
    assert out[0, :2].tolist() == [1, -1]
    assert not out[0, 2:].any()


@pytest.mark.parametrize("country", ["GB", "US"])
@pytest.mark.parametrize("genre", ["debate", "manifesto", "speech"])
def test_the_issues_show_their_accuracy_by_genre_and_country(genre: str, country: str) -> None:
    for issue in ("migration", "green"):
        row = row_of(issue, genre, country)
        assert row["f1"] is None or row["n"] >= MIN_TRUE
        if row["f1"] is not None:
            assert 0 <= row["lo90"] <= row["f1"] <= row["hi90"] <= 1
            assert "sentences kept aside" in row["tested_on"]
        assert genre_words(row) in sentence(row)


def test_what_was_not_measured_says_so() -> None:
    row = row_of("migration", "speech", "DE")
    assert row["f1"] is None
    assert row["recall"] is None
    assert row["tested_on"] == "not measured"
    assert sentence(row) == "How well the coder finds it in DE speeches is not measured."


def test_a_sentence_can_be_on_both_issues_or_none() -> None:
    s = pl.Series([MIGRATION, GREEN, PLAIN])
    _, p = topic_coder().read(s, np.arange(3, dtype=np.int64))
    assert (p >= 0.5).tolist() == [[True, False], [False, True], [False, False]]
    found = listed(np.array([[0.9, 0.8], [0.1, 0.6], [0.2, 0.1]], dtype=np.float32), ("a", "b"))
    assert found.to_list() == [["a", "b"], ["b"], []]


def test_an_issues_own_classifier_is_what_counts() -> None:
    topic = np.array([9, 0], dtype=np.int64)
    s = pl.Series(["asylum", "no such word"])
    chosen = issues_named(("migration", "immigration"))
    assert hits(chosen, topic, s).tolist() == [[True, True], [False, False]]
    read = {"migration": np.array([0.2, 0.7], dtype=np.float32)}
    assert hits(chosen, topic, s, read).tolist() == [[False, True], [True, False]]


def test_offsets_move_one_genre_and_country_alone() -> None:
    c = topic_coder()
    moved = replace(c, offsets={"speech GB": np.array([2.0, 0.0], dtype=np.float32)})
    s, doc = pl.Series([PLAIN, PLAIN]), np.arange(2, dtype=np.int64)
    kinds = pl.Series(["speech", "debate"])
    plain = replace(c, offsets={}).read(s, doc, kinds=kinds, country="GB")[1]
    p = moved.read(s, doc, kinds=kinds, country="GB")[1]
    assert p[0, 0] > plain[0, 0]
    assert np.allclose(p[1], plain[1])
    assert np.allclose(p[0, 1], plain[0, 1])
    assert np.allclose(moved.read(s, doc, kinds=kinds, country="US")[1], plain)


def test_own_issue_by_seed_words() -> None:
    own = seeded("cost of living", ["price*", "energy bill"])
    s = pl.Series(["Prices rose.", "The energy bill fell.", "The priest spoke.", "Bills."])
    assert hits([own], np.zeros(4, dtype=np.int64), s)[:, 0].tolist() == [True, True, False, False]


def test_an_unknown_issue_gets_a_hint() -> None:
    with pytest.raises(CompareNotesError, match="did you mean 'migration'"):
        issues_named(["migraton"])


DEM = Side("dem", "Democrats", ("Democrats", "Obama"), True, "president")
REP = Side("rep", "Republicans", ("Republicans", "Romney"), False, "president")


def test_stance_sees_whose_side_speaks() -> None:
    s = pl.Series([ATTACK, "We will build new schools.", PLAIN])
    got = [STANCES[i] for i in stance_coder().labels(s, DEM, [REP])]
    assert got == ["attack", "promise", "neither"]
    p = stance_coder().probabilities(pl.Series([ATTACK]), DEM, [REP])
    q = stance_coder().probabilities(pl.Series([ATTACK]), REP, [DEM])
    assert p[0, 0] > q[0, 0]


def test_swapping_the_sides_names_swaps_nothing_else() -> None:
    a = pl.Series(["Romney has failed our families.", "Republicans cut taxes."])
    b = pl.Series(["Obama has failed our families.", "Democrats cut taxes."])
    plain = [Side(s.id, s.name, s.names, False) for s in (DEM, REP)]
    p = stance_coder().probabilities(a, plain[0], [plain[1]])
    q = stance_coder().probabilities(b, plain[1], [plain[0]])
    assert np.allclose(p, q)
