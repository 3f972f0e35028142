"""What the training tools read from the user's texts; needs the texts themselves."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tools.train.manifestos import BEGINNINGS, corrected, party_of
from tools.train.windows import TEST, TRAINING, read

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
