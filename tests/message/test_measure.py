from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from comparenotes.message.contrast import contrast, counted, merge, zscores
from comparenotes.message.measure import Line, contest, lines
from comparenotes.message.novelty import breaks, divergence, smoothed
from comparenotes.message.tally import TALLY, merged


def made(shares: dict[str, list[float]], per: int = 100) -> pl.DataFrame:
    """Return a tally: a document a share, so many of its ``per`` sentences on migration."""
    rows = []
    number = 0
    for who, values in shares.items():
        for share in values:
            number += 1
            base = {"document": number, "block": 0, "contender": who, "kind": "speech"}
            k = round(share * per)
            rows.append({**base, "issue": "all", "stance": "neither", "n": per})
            rows.append({**base, "issue": "migration", "stance": "attack", "n": k // 2})
            rows.append({**base, "issue": "migration", "stance": "neither", "n": k - k // 2})
            rows.append({**base, "issue": "migration", "stance": "any", "n": 0, "expected": k})
    return (
        pl.DataFrame(rows, schema_overrides=TALLY)
        .with_columns(pl.col("expected").fill_null(0.0))
        .with_columns(pl.lit(None, dtype=pl.Date).alias("date"))
        .select(list(TALLY))
    )


def of(tally: pl.DataFrame, *who: str) -> list[Line]:
    return lines(tally, ["migration"], who)


def test_share_and_interval_contain_the_truth() -> None:
    x = of(made({"a": [0.1, 0.2, 0.3, 0.2, 0.1, 0.3]}), "a")[0]
    assert x.salience.share == pytest.approx(20)
    assert x.salience.lo90 < 20 < x.salience.hi90
    attack = x.stances["attack"]
    assert attack is not None
    assert attack.share == pytest.approx(50)


def test_a_share_is_the_mean_of_what_is_counted_and_what_is_expected() -> None:
    t = made({"a": [0.1] * 6})
    t = t.with_columns(expected=pl.col("expected") * 2)
    x = of(t, "a")[0].salience
    assert x.share == pytest.approx(15)
    assert x.hits == 60


def test_documents_are_resampled_not_sentences() -> None:
    clustered = of(made({"a": [0.0, 0.0, 0.0, 0.0, 1.0]}), "a")[0].salience
    even = of(made({"a": [0.2] * 5}), "a")[0].salience
    assert clustered.share == even.share
    assert clustered.hi90 - clustered.lo90 > 30
    assert even.hi90 - even.lo90 < 1e-9


def test_a_single_block_is_not_certain() -> None:
    x = of(made({"a": [0.5]}, per=40), "a")[0].salience
    assert x.lo90 < 42 < 50 < 58 < x.hi90
    whole = of(made({"a": [1.0]}, per=40), "a")[0].salience
    assert whole.share == 100
    assert 85 < whole.lo90 < 99


def test_labels_play_no_part() -> None:
    shares = {"a": [0.1, 0.2, 0.3, 0.2], "b": [0.0, 0.1, 0.1]}
    one = of(made(shares), "a", "b")
    two = of(made({"x": shares["b"], "y": shares["a"]}), "y", "x")
    assert [(x.salience.share, x.salience.lo90) for x in one] == [
        (x.salience.share, x.salience.lo90) for x in two
    ]
    d = one[0].salience.minus(one[1].salience)
    e = one[1].salience.minus(one[0].salience)
    assert d == pytest.approx((-e[0], -e[2], -e[1]))


def test_tallies_add_up() -> None:
    t = made({"a": [0.1, 0.2], "b": [0.4]})
    parts = [t.filter(pl.col("document") == i) for i in (1, 2, 3)]
    assert merged(parts).equals(merged([t]))
    assert merged([t, t])["n"].sum() == 2 * t["n"].sum()


def test_too_few_sentences_have_no_stance() -> None:
    assert of(made({"a": [0.04] * 3}), "a")[0].stances["attack"] is None


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ({"a": [0.2] * 6, "b": [0.1] * 6}, "battleground"),
        ({"a": [0.2] * 6, "b": [0.0] * 6}, "one side: a"),
        ({"a": [0.0] * 6, "b": [0.0] * 6}, "quiet"),
        ({"a": [0.0, 0.0, 0.3], "b": [0.0, 0.3, 0.0]}, "cannot be told apart"),
        ({"a": [0.2] * 6}, "only one side has texts"),
    ],
)
def test_contest(shares: dict[str, list[float]], verdict: str) -> None:
    assert contest(of(made(shares), *shares)) == verdict


def test_nothing_found_is_not_nothing_there() -> None:
    x = of(made({"a": [0.0] * 5}), "a")[0].salience
    assert x.share == 0
    assert 0 < x.hi90 < 1


# ---------------------------------------------------------------- contrast and novelty


def test_z_scores_are_those_of_the_published_formula() -> None:
    y = np.array([[12.0, 3.0, 40.0], [5.0, 9.0, 60.0]])
    a = np.array([0.5, 0.3, 1.2])
    got = zscores(y, a)
    for i, j in ((0, 1), (1, 0)):
        for w in range(3):
            ni, nj, a0 = y[i].sum(), y[j].sum(), a.sum()
            delta = np.log((y[i, w] + a[w]) / (ni + a0 - y[i, w] - a[w])) - np.log(
                (y[j, w] + a[w]) / (nj + a0 - y[j, w] - a[w])
            )
            var = 1 / (y[i, w] + a[w]) + 1 / (y[j, w] + a[w])
            assert got[i, w] == pytest.approx(delta / np.sqrt(var))


def test_contrast_separates_three_sides_and_merges() -> None:
    rows = {"a": "trees rivers", "b": "taxes business", "c": "unions wages"}
    frame = pl.DataFrame(
        {
            "contender": [k for k in rows for _ in range(20)],
            "text": [f"we want {v}" for v in rows.values() for _ in range(20)],
        }
    )
    got = contrast(counted(frame), top=3)
    for k, words in rows.items():
        named = {t.term for t in got[k]}
        assert named & {*words.split(), words}
        assert not named & {"we", "want"}
    halves = merge([counted(frame[:31]), counted(frame[31:])])
    assert halves == counted(frame)


def test_a_break_that_is_taken_up_is_novel_and_resonant() -> None:
    old, new = [0.9, 0.1], [0.1, 0.9]
    mixtures = np.array([old] * 10 + [new] * 10)
    got = {b.text: b for b in breaks(mixtures, ["a", "b"] * 10, window=5)}
    first, later = got[10], got[12]
    assert first.novelty > 1
    assert first.transience == pytest.approx(0)
    assert first.resonance == max(b.resonance for b in got.values())
    assert first.resonance > later.resonance
    assert first.own is not None
    assert first.opponent is not None
    assert first.p_resonance < 0.1
    assert got[5].resonance < 0.1


def test_divergence_is_zero_from_itself() -> None:
    p = smoothed(np.array([[1.0, 0.0, 2.0]]))
    assert divergence(p, p)[0] == pytest.approx(0)
    assert p.sum() == pytest.approx(1)
