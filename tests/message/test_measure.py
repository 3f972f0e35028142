from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.train.coverage import cell

from comparenotes.message.contest import Contest, contest
from comparenotes.message.contrast import Term, contrast, counted, distinct, merge, says, zscores
from comparenotes.message.intervals import CODER_TOGETHER
from comparenotes.message.measure import MIN_HITS, WIDEST, Line, lines, share_of
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
    assert clustered.hi90 - clustered.lo90 > 2 * (even.hi90 - even.lo90)


def test_a_single_block_is_not_certain() -> None:
    x = of(made({"a": [0.5]}, per=40), "a")[0].salience
    assert x.lo90 < 42 < 50 < 58 < x.hi90
    whole = of(made({"a": [1.0]}, per=40), "a")[0].salience
    assert whole.share == whole.hi90 == 100
    assert 60 < whole.lo90 < 99


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
        ({"a": [0.2] * 6, "b": [0.1] * 6}, (Contest.BATTLEGROUND, None)),
        ({"a": [0.2] * 6, "b": [0.0] * 6}, (Contest.ONE_SIDE, "a")),
        ({"a": [0.0] * 6, "b": [0.0] * 6}, (Contest.QUIET, None)),
        ({"a": [0.0, 0.0, 0.0, 0.0, 0.2], "b": [0.0, 0.0, 0.0, 0.2, 0.0]}, (Contest.UNCLEAR, None)),
        ({"a": [0.05] * 2, "b": [0.06] * 2}, (Contest.FEW, None)),
        ({"a": [0.2] * 6}, (Contest.ALONE, None)),
    ],
)
def test_contest(shares: dict[str, list[float]], verdict: tuple[Contest, str | None]) -> None:
    found = contest("green", of(made(shares), *shares))
    assert (found.kind, found.who) == verdict


def test_nothing_found_is_not_nothing_there() -> None:
    x = of(made({"a": [0.0] * 5}), "a")[0].salience
    assert x.share == x.lo90 == 0
    assert 0.1 < x.hi90 < 2


@pytest.mark.parametrize("hits", [0, 3, 14])
def test_few_sentences_have_a_count_and_a_reason_but_no_interval(hits: int) -> None:
    x = of(made({"a": [hits / 500] * 1}, per=500), "a")[0]
    told = x.to_dict()
    assert (told["hits"], told["lo90"], told["hi90"]) == (hits, None, None)
    assert told["share"] == pytest.approx(hits / 5)
    assert told["reason"].startswith("too few to say")
    assert "under 15" in told["reason"]
    assert told["attack"] is None
    assert told["withheld"]["attack"] == told["reason"]


def test_fifteen_sentences_have_an_interval() -> None:
    told = of(made({"a": [0.03] * 5}), "a")[0].to_dict()
    assert told["hits"] == MIN_HITS
    assert told["reason"] is None
    assert told["lo90"] < told["share"] < told["hi90"]


def test_a_stance_of_which_nothing_can_be_said_is_withheld_with_the_reason() -> None:
    x = of(made({"a": [1.0]}, per=16), "a")[0]  # one text, eight of sixteen attack
    wide = of(made({"a": [0.5, 0.0]}, per=32), "a")[0]
    for line in (x, wide):
        for stance, share in line.stances.items():
            assert (share is None) == (stance in line.withheld)
            assert share is None or share.hi90 - share.lo90 <= WIDEST


def test_the_coder_widens_an_interval_and_hand_codes_have_no_coder() -> None:
    t = made({"a": [0.1, 0.11] * 20}, per=400)
    coded, by_hand = (lines(t, ["migration"], ["a"], by_hand=h)[0].salience for h in ((), ("a",)))
    assert coded.share == by_hand.share
    assert coded.hi90 - coded.lo90 > 1.5 * (by_hand.hi90 - by_hand.lo90)
    own = t.with_columns(pl.col("issue").replace("migration", "cost of living"))
    untested = lines(own, ["cost of living"], ["a"])[0].salience
    assert untested.hi90 == pytest.approx(by_hand.hi90)


def test_a_coder_that_errs_alike_on_both_sides_matters_less_to_their_difference() -> None:
    t = made({"a": [0.1, 0.11] * 20, "b": [0.1, 0.11] * 20}, per=400)
    a, b = (x.salience for x in of(t, "a", "b"))
    _, lo, hi = a.minus(b)
    apart = 2 * 1.645 * np.hypot(a.draws.std(), b.draws.std())
    assert hi - lo < 0.9 * apart
    assert np.corrcoef(a.draws, b.draws)[0, 1] == pytest.approx(CODER_TOGETHER, abs=0.1)


def test_rows_of_a_tally_are_narrow_and_its_sums_are_not() -> None:
    t = made({"a": [0.1] * 2_000})
    assert t.schema == pl.Schema(TALLY)
    assert t.estimated_size() <= 27 * t.height
    # In single precision a third added two thousand times is not two thousand thirds.
    third = pl.lit(1 / 3).cast(TALLY["expected"])
    any_of = pl.col("stance") == "any"
    rows = t.with_columns(expected=pl.when(any_of).then(third).otherwise(pl.col("expected")))
    one_row = float(rows.filter(any_of)["expected"][0])
    hits = t.filter(pl.col("issue") == "migration")["n"].sum()
    share = of(rows, "a")[0].salience
    assert share.of == 200_000
    exact = 50 * (int(hits) + 2_000 * one_row) / share.of
    assert share.share == pytest.approx(exact, rel=1e-12)
    same = rows.with_columns(pl.col("document", "block") * 0)
    one = merged([same])
    assert one.schema == t.schema
    assert one["n"].sum() == t["n"].sum()
    assert float(one["expected"].sum()) == pytest.approx(2_000 * one_row, rel=1e-7)


def test_other_issues_beside_it_change_no_interval() -> None:
    t = made({"a": [0.1, 0.2, 0.3, 0.2, 0.1], "b": [0.0, 0.1, 0.1, 0.2, 0.3]})
    more = t.filter(pl.col("issue") == "migration")
    more = more.with_columns(issue=pl.lit("green").cast(TALLY["issue"]))
    alone = of(t, "a", "b")
    beside = [x for x in lines(pl.concat([t, more]), ["green", "migration"], ["a", "b"])
              if x.issue == "migration"]  # fmt: skip
    one, two = (x[0].salience.minus(x[1].salience) for x in (alone, beside))
    assert one == two


@settings(max_examples=60, deadline=None)
@given(
    hits=st.lists(st.integers(0, 40), min_size=1, max_size=12),
    more=st.integers(0, 60),
    coder=st.sampled_from([None, 47.0, 356.0]),
)
def test_an_interval_holds_its_share_within_bounds(
    hits: list[int], more: int, coder: float | None
) -> None:
    h = np.array(hits, dtype=float)
    s = share_of(h, h + more, coder=coder)
    assert 0 <= s.lo90 <= s.share + 1e-9
    assert s.share - 1e-9 <= s.hi90 <= 100
    assert s.lo90 < s.hi90 or s.of == 0
    assert ((s.draws >= 0) & (s.draws <= 100)).all()


@pytest.mark.parametrize(("hits", "texts"), [(0, 5), (3, 30), (14, 5), (50, 5), (500, 30)])
def test_intervals_hold_the_truth_of_invented_corpora(hits: int, texts: int) -> None:
    got = cell(hits, texts, 250)
    assert 82 <= got.covered <= 98.5  # 90, or 95 where few were found, and the noise of 250
    assert got.before < 80 < got.covered  # resampled texts alone hold it far less often


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


def test_breaks_do_not_depend_on_the_order_within_a_day() -> None:
    rng = np.random.default_rng(1)
    mixtures = rng.dirichlet(np.ones(4), 24)
    days = [i // 3 for i in range(24)]
    sides = ["a", "b"] * 12
    got = breaks(mixtures, sides, window=5, days=days)
    # Whole days: two of three texts on either side hold five, so the first two and last two
    # days have no windows.
    assert [b.text for b in got] == list(range(6, 18))
    kl = [divergence(smoothed(mixtures)[6], q) for q in smoothed(mixtures)]
    assert got[0].novelty == pytest.approx(np.mean(kl[:6]))
    assert got[0].transience == pytest.approx(np.mean(kl[9:15]))
    turned = np.concatenate([rng.permutation(np.arange(d, d + 3)) for d in range(0, 24, 3)])
    again = breaks(mixtures[turned], [sides[i] for i in turned], window=5, days=days)
    there = {int(turned[b.text]): b for b in again}
    for b in got:
        same = there[b.text]
        assert (same.novelty, same.transience) == pytest.approx((b.novelty, b.transience))
        assert same.p_resonance == pytest.approx(b.p_resonance, abs=0.12)
    assert breaks(mixtures, sides, window=5, days=[0] * 12 + [1] * 12) == []
    alone = breaks(mixtures, sides, window=5, days=list(range(24)))
    assert alone == breaks(mixtures, sides, window=5)


def test_divergence_is_zero_from_itself() -> None:
    p = smoothed(np.array([[1.0, 0.0, 2.0]]))
    assert divergence(p, p)[0] == pytest.approx(0)
    assert p.sum() == pytest.approx(1)


def test_of_a_phrase_and_its_words_the_longest_that_says_all_is_kept() -> None:
    counts = {"middle": 70, "class": 80, "middle class": 65, "lower": 20, "the": 900,
              "lower the": 20, "obama": 300, "president": 500, "president obama": 120}  # fmt: skip
    order = ("class", "middle", "middle class", "lower the", "lower", "obama", "president obama",
             "president")  # fmt: skip
    ranked = [Term(t, counts[t], 0, 9.0 - i) for i, t in enumerate(order)]
    kept = [t.term for t in distinct(ranked, counts)]
    assert kept == ["middle class", "lower the", "obama", "president"]
    assert [t.term for t in distinct(ranked[4:], counts)] == ["lower", "obama", "president"]


@pytest.mark.parametrize(("term", "kept"), [("for", False), ("that's", False), ("we will", False),
                                            ("we want", True), ("bridges", True)])  # fmt: skip
def test_small_words_are_not_among_the_words_that_set_apart(term: str, kept: bool) -> None:
    assert says(term) == kept
