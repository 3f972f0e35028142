from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.message.features import CHAR_SIZES, hashed, normalise


def test_words_pairs_and_letters_are_counted() -> None:
    f = hashed(["Green jobs now", "", "Tax"])
    assert np.diff(f.words.indptr).tolist() == [5, 0, 1]  # three words and two pairs
    # " green jobs now": windows that hold no space inside, of 3, 4 and 5 bytes.
    padded = [" green ", " jobs ", " now "]
    want = sum(max(0, len(w) - k + 1) for w in padded for k in CHAR_SIZES)
    assert np.diff(f.chars.indptr)[0] == want


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_a_sentence_has_the_same_features_alone_and_among_others(sentences: list[str]) -> None:
    together = hashed(sentences)
    for i, s in enumerate(sentences):
        alone = hashed([s])
        for a, b in ((together.words, alone.words), (together.chars, alone.chars)):
            mine = a.indices[a.indptr[i] : a.indptr[i + 1]]
            assert sorted(mine.tolist()) == sorted(b.indices.tolist())


def test_a_word_has_one_hash_wherever_it_stands() -> None:
    f = hashed(["migration", "our migration", "it is about migration"])
    alone = f.words.indices[f.words.indptr[0]]
    for i in (1, 2):
        assert alone in f.words.indices[f.words.indptr[i] : f.words.indptr[i + 1]]


def test_normalise_keeps_letters_of_any_script() -> None:
    got = normalise(pl.Series(["Größe 1997, it's £5m!", None]))
    assert got.to_list() == ["größe 0 its 0m", ""]
