from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tools.train.passages import CODINGS, LABELS, read_passages, tables_of, trained_documents
from tools.train.passages import document as document_of
from tools.train.windows import TEST

from comparenotes.errors import NotFoundError
from comparenotes.message import attack
from comparenotes.message.attack import attack_coder, attacks
from comparenotes.message.post_cues import FORM, POST_CUES, post_counts
from comparenotes.message.stance import ATTACKS
from comparenotes.message.word_vectors import word_vectors

TEXTS = Path(__file__).parents[3] / "shared" / "texts"
needs_texts = pytest.mark.skipif(not TEXTS.is_dir(), reason="the texts are not at hand")
POSTS = [
    "My opponent is a corrupt liar who is out of touch and refuses to debate. #FireSenatorX",
    "Thank you to all the volunteers who came out today! https://example.org/x",
]


def test_an_attack_and_a_thank_you() -> None:
    got = attacks(POSTS)
    assert got.columns == list(ATTACKS)
    assert got["negative_tones"].to_list() == [True, False]
    assert got["personal_attacks"].to_list() == [True, False]


def test_a_post_is_coded_alone_as_among_others() -> None:
    coder = attack_coder()
    both = coder.probabilities(POSTS)
    assert abs(both[1] - coder.probabilities(POSTS[1:])[0]).max() < 1e-5
    assert coder.probabilities([]).shape == (0, 3)


def test_the_extra_reads_embeddings_or_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attack, "embedder", lambda: None)
    with pytest.raises(NotFoundError, match="extra"):
        attacks(POSTS, embedding=True)
    coder = attack_coder(embedding=True)
    assert coder.embedding
    near = coder.support[0] + coder.mean  # as if both posts were the first one learnt from
    monkeypatch.setattr(attack, "embedder", lambda: lambda texts: np.array([near] * len(texts)))
    got = coder.probabilities(POSTS)
    assert got.shape == (2, 3)
    assert (got[:, 1:] <= 1).all()
    assert got[0, 0] > got[1, 0]


def test_a_text_is_the_sum_of_its_known_words() -> None:
    v = word_vectors()
    texts = pl.Series(["Jobs and taxes", "jobs", "AND", "taxes!", "zzzqx", ""])
    x = v.sums(texts)
    assert x.shape == (6, v.vectors.shape[1])
    assert np.allclose(x[0], x[1] + x[2] + x[3], atol=1e-5)
    assert not x[4:].any()
    rare, common = np.linalg.norm(v.sums(pl.Series(["corruption", "the"])), axis=1)
    assert rare > 5 * common


def test_cues_are_counted_by_name() -> None:
    posts = pl.Series(["RT @Someone: NEVER trust a corrupt liar #shame"])
    x = dict(zip([*POST_CUES, *FORM, "size"], post_counts(posts, posts)[0], strict=True))
    assert x["insult"] == 3
    assert x["capitals"] == x["passed_on"] == x["tags"] == 1
    assert x["policy"] == 0


def test_a_speech_attacks_without_tags_or_handles() -> None:
    spoken = [
        "He lied to you, he refuses to release his records, and he is unfit for this office.",
        "My opponent's plan would cut Medicare and raise taxes on middle-class families.",
        "Thank you all for coming tonight; my mother taught me to work hard and to be kind.",
    ]
    p = attack_coder().probabilities(spoken)
    assert (p[:2, 0] > 0.5).all()
    assert p[2, 0] < 0.3
    assert p[0, 2] > p[1, 2]
    assert p[1, 1] > p[0, 1]


def test_codings_hold_no_text_and_none_of_the_sentences_measured_on() -> None:
    d, test = (pl.read_csv(p, schema_overrides={"unit": pl.String}) for p in (CODINGS, TEST))
    assert d.columns == ["file", "unit", "start", "end", "hash", "use", "drawn", *LABELS]
    assert d["hash"].n_unique() == d.height
    assert set(d["use"]) == {"train", "check"}
    assert set(d.filter(pl.col("use") == "check")["drawn"]) == {"random", "likely"}
    both = d.join(test, on=["file", "unit"], suffix="_test")
    cut = both.filter(
        (pl.col("start") < pl.col("end_test")) & (pl.col("start_test") < pl.col("end"))
    )
    assert cut.height == 0


@needs_texts
def test_documents_set_aside_are_not_learnt_from() -> None:
    d = pl.read_csv(CODINGS, schema_overrides={"unit": pl.String})
    tables = tables_of(d, TEXTS)
    rows = d.filter(pl.col("use") == "check").select("file", "unit").unique().rows()
    learnt = trained_documents(TEXTS)
    assert len(rows) > 80
    assert len(learnt) > 150
    assert not learnt & {document_of(f, u, tables) for f, u in rows}
    found = read_passages(TEXTS)
    assert len(found.texts) == len(found.y) == d.height
    assert all(0 < len(t) <= 300 for t in found.texts)
