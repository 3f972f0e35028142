"""What the training tools read from the user's texts; needs the texts themselves."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tools.train.codes import TABLE, agreement, kappa, read_codes
from tools.train.genres import every, hash_of, is_test
from tools.train.manifestos import BEGINNINGS, corrected, party_of
from tools.train.windows import TEST, TRAINING, read

from comparenotes.message.issues import TOPICS
from comparenotes.message.stance import STANCES

TEXTS = Path(__file__).parents[3] / "shared" / "texts"
needs_texts = pytest.mark.skipif(not TEXTS.is_dir(), reason="the texts are not at hand")


def test_a_row_belongs_to_the_manifesto_whose_title_stands_before_it() -> None:
    for year, (lab, ld) in BEGINNINGS.items():
        assert lab < ld
        found = [party_of(year, i) for i in (lab - 1, lab, ld - 1, ld)]
        assert found == ["con", "lab", "lab", "ld"]


def test_codings_hold_no_text_and_no_sentence_twice() -> None:
    test, training = (
        pl.read_csv(p, schema_overrides={"unit": pl.String}) for p in (TEST, TRAINING)
    )
    assert test.height == 440
    assert test.columns == ["file", "unit", "side", "start", "end", "hash", "first", "second"]
    assert training.columns == [*test.columns[:-2], "drawn", "first"]
    assert set(test["first"]) | set(training["first"]) == set(STANCES)
    assert not set(test["hash"]) & set(training["hash"])
    assert training["hash"].n_unique() == training.height


@needs_texts
def test_codings_are_found_in_the_texts_with_what_stands_around() -> None:
    found = read(TEST, TEXTS)
    assert len(found) == 440
    assert len({c.document for c in found}) == 170
    assert all(len(c.around) <= 9 for c in found)
    assert sum(len(c.around) > 3 for c in found) > 300


@needs_texts
def test_titles_stand_where_the_table_says() -> None:
    d = pl.read_csv(TEXTS / "uk_manifestos_cap_coded_1983_2010.csv")
    title = dict(zip(d["id"], d["text"], strict=True))
    for year, (lab, ld) in BEGINNINGS.items():
        assert "labour" in title[lab].lower() or year == 2005
        assert "lib" in title[ld].lower()
    assert corrected(d).group_by("party").len().height == 3


def test_codes_of_campaign_sentences_hold_no_text_and_the_test_was_coded_twice() -> None:
    d = read_codes()
    assert d["n"].n_unique() == d.height
    assert max(len(w) for w in TABLE.read_text(encoding="utf-8").split(",")) < 90
    assert set(d["topic"]) <= set(TOPICS)
    assert set(d["stance"]) == set(STANCES)
    test = d.filter(pl.col("use") == "test")
    assert test.height >= 1_500
    assert test["topic_2"].is_not_null().all()
    assert set(test["drawn"]) == {"random"}
    assert {"GB", "US"} == set(test["country"])
    assert test.group_by("genre", "country").len().height >= 8


def test_the_passes_agree_in_every_genre_and_over_all() -> None:
    rows = agreement(read_codes())
    assert rows[0]["genre"] == "all"
    assert rows[0]["sentences"] == sum(r["sentences"] for r in rows[1:])
    assert all(r["topic_kappa"] > 0.8 and r["stance_kappa"] > 0.7 for r in rows)


def test_kappa_is_one_for_the_same_and_nought_by_chance() -> None:
    a = pl.Series([1, 0] * 500).to_numpy()
    b = pl.Series([1, 1, 0, 0] * 250).to_numpy()
    assert kappa(a, a) == pytest.approx(1)
    assert kappa(a, b) == pytest.approx(0, abs=0.01)


@needs_texts
def test_no_document_is_learnt_from_and_tested_on() -> None:
    d = read_codes()
    at = {(r["file"], r["unit"], r["start"], r["end"]): r for r in d.iter_rows(named=True)}
    found = 0
    for doc in every(TEXTS):
        for text, (unit, start, end) in zip(doc.texts, doc.places, strict=True):
            r = at.get((doc.file, unit, start, end))
            if r is not None:
                found += 1
                assert r["hash"] == hash_of(text)
                assert (r["use"] == "test") == is_test(doc)
    # Some codes are of half sentences, cut where a line of a page ended: those are whole now.
    assert found >= 0.96 * d.height
