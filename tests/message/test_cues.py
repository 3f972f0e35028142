from __future__ import annotations

import numpy as np
import polars as pl

from comparenotes.message.cues import (
    CUES,
    OPPONENT,
    SELF,
    counted,
    in_context,
    last_named,
    mask,
)
from comparenotes.message.sides import Side
from comparenotes.message.stance import STANCES, stance_coder

OWN = Side("dem", "Democrats", ("Democrats", "Obama"), True)
OTHER = Side("rep", "Republicans", ("Republicans", "Romney"), False)


def docs(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


def test_who_was_named_last_is_remembered_in_its_document_only() -> None:
    s = pl.Series([f"{OPPONENT} was wrong.", "He left.", f"{SELF} stayed.", "She won.", "He ran."])
    assert last_named(s, docs(0, 0, 0, 0, 0)).tolist() == [0, -1, -1, 1, 1]
    assert last_named(s, docs(0, 0, 0, 0, 1)).tolist() == [0, -1, -1, 1, 0]
    far = pl.Series([f"{OPPONENT} was wrong.", *["Nothing here."] * 7])
    assert last_named(far, docs(*[0] * 8)).tolist() == [0, -1, -1, -1, -1, -1, -1, 0]


def test_of_two_names_the_later_counts() -> None:
    s = pl.Series([f"{SELF} beat {OPPONENT}.", "He rests.", f"{OPPONENT} met {SELF}.", "He rests."])
    assert last_named(s, docs(0, 0, 0, 0)).tolist() == [0, -1, -1, 1]


def test_a_sentence_alone_has_its_own_cues_and_none_around_it() -> None:
    s = mask(pl.Series(["We have built 40 schools.", "They failed."]), OWN, [OTHER])
    alone = in_context(s, docs(0, 1), True)
    n = counted(s, True).shape[1]
    assert np.array_equal(alone[:, :n], counted(s, True))
    assert not alone[:, -n:].any()
    together = in_context(s, docs(0, 0), True)
    assert np.array_equal(together[0, -n:], counted(s, True)[1])


def test_cues_of_a_record() -> None:
    s = mask(pl.Series(["Since 2009 Obama has created more jobs than ever."]), OWN, [OTHER])
    x = dict(zip(CUES, counted(s, True)[0], strict=False))
    for k in ("own", "since_then", "own_did", "year", "compared", "figure"):
        assert x[k] >= 1, k
    assert x["opponent"] == x["he_did"] == 0


def test_he_is_whoever_was_named() -> None:
    coder = stance_coder()
    text = "He cut the taxes of the rich and closed three hundred schools."

    def of(name: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        s = pl.Series([f"Look at what {name} did.", text])
        p: np.ndarray[tuple[int], np.dtype[np.float32]] = coder.probabilities(
            s, OWN, [OTHER], docs(0, 0)
        )[1]
        return p

    attack = STANCES.index("attack")
    assert of("Romney")[attack] > of("Obama")[attack]
