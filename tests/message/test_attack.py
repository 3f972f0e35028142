from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from comparenotes.errors import NotFoundError
from comparenotes.message import attack
from comparenotes.message.attack import attack_coder, attacks
from comparenotes.message.post_cues import FORM, POST_CUES, post_counts
from comparenotes.message.stance import ATTACKS

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
    assert coder.support is not None
    assert coder.mean is not None
    near = coder.support[0] + coder.mean  # as if both posts were the first one learnt from
    monkeypatch.setattr(attack, "embedder", lambda: lambda texts: np.array([near] * len(texts)))
    got = coder.probabilities(POSTS)
    assert got.shape == (2, 3)
    assert (got[:, 1:] <= 1).all()
    assert got[0, 0] > got[1, 0]


def test_cues_are_counted_by_name() -> None:
    posts = pl.Series(["RT @Someone: NEVER trust a corrupt liar #shame"])
    x = dict(zip([*POST_CUES, *FORM, "size"], post_counts(posts, posts)[0], strict=True))
    assert x["insult"] == 3
    assert x["capitals"] == x["passed_on"] == x["tags"] == 1
    assert x["policy"] == 0
