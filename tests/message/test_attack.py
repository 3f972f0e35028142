from __future__ import annotations

from comparenotes.message.attack import attack_coder, attacks
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
