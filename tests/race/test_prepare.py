"""Every trap between a poll table and the model, with its account."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from comparenotes.campaigns.model import Campaign, Contender
from comparenotes.race.prepare import PollRow, Prepared, prepare
from tests.race.invented import LAST_ELECTION, bundled, campaign, frame, poll, steady

DAY = date(2024, 3, 10)
SHARES = {"elk": 38.0, "fox": 36.0, "yak": 16.0}


def account(prepared: Prepared) -> dict[str, int]:
    return {x.why: x.count for x in prepared.left_out}


def prepared(*rows: dict[str, Any], **more: Any) -> Prepared:
    return prepare(campaign(rows, **more))


def share(prep: Prepared, row: PollRow, contender: str) -> float | None:
    """Return what a poll says of one contender alone, in per cent."""
    i = prep.contenders.index(contender)
    for line, s in zip(row.groups, row.shares, strict=True):
        if line[i] and line.sum() == 1:
            return float(100 * s)
    return None


def rest(prep: Prepared, row: PollRow) -> tuple[set[str], float]:
    """Return who stands together in a poll's residual, and their per cent."""
    line, s = row.groups[-1], row.shares[-1]
    return {c for c, member in zip(prep.contenders, line, strict=True) if member}, 100 * float(s)


def test_an_ordinary_poll_enters_as_it_is() -> None:
    prep = prepared(poll(DAY, sample_size=1234, mode="online", population="lv", **SHARES))
    (row,) = prep.polls
    assert prep.contenders == ("elk", "fox", "yak", "oth")
    assert [share(prep, row, c) for c in ("elk", "fox", "yak")] == [
        pytest.approx(s) for s in SHARES.values()
    ]
    assert rest(prep, row) == ({"oth"}, pytest.approx(10.0))
    assert (row.sample_size, row.mode, row.population) == (1234.0, "online", "lv")
    assert row.middle == DAY - timedelta(days=1)
    assert account(prep) == {}


def test_the_anchor_is_the_last_result() -> None:
    prep = prepared(poll(DAY, **SHARES))
    assert prep.anchor_date == LAST_ELECTION
    np.testing.assert_allclose(prep.anchor, [0.40, 0.35, 0.15, 0.10])


def test_hypothetical_questions_stay_out() -> None:
    prep = prepared(poll(DAY, **SHARES), poll(DAY, "Quorum", hypothetical=True, elk=60.0, fox=30.0))
    assert [p.pollster for p in prep.polls] == ["Plumb"]
    assert account(prep) == {"hypothetical question": 1}


@pytest.mark.parametrize("question", ["2pp", "TPP", "two-party preferred", "runoff", "Round 2"])
def test_questions_about_another_contest_stay_out(question: str) -> None:
    prep = prepared(poll(DAY, **SHARES), poll(DAY, "Quorum", question=question, elk=52, fox=48))
    assert len(prep.polls) == 1
    assert account(prep) == {"question about another contest": 1}


def test_a_version_of_the_vote_question_is_no_other_contest() -> None:
    prep = prepared(poll(DAY, question="UK", **SHARES))
    assert len(prep.polls) == 1
    assert account(prep) == {}


def test_of_a_tracking_poll_the_newest_wave_and_those_that_do_not_overlap_it() -> None:
    """Seven-day windows, one a day: every seventh counts, from the newest back."""
    waves = [poll(DAY + timedelta(days=i), days=7, **SHARES) for i in range(15)]
    prep = prepared(*waves)
    assert [p.end for p in prep.polls] == [DAY + timedelta(days=i) for i in (0, 7, 14)]
    assert account(prep) == {"overlapping wave of the same firm": 12}


def test_waves_of_other_firms_or_questions_do_not_overlap_it() -> None:
    prep = prepared(
        poll(DAY, days=7, **SHARES),
        poll(DAY + timedelta(days=2), "Quorum", days=7, **SHARES),
        poll(DAY + timedelta(days=3), days=7, question="UK", **SHARES),
        poll(DAY + timedelta(days=4), days=7, sponsor="Gazette", **SHARES),
    )
    assert len(prep.polls) == 4


def test_two_samples_over_the_same_days_are_no_waves() -> None:
    prep = prepared(poll(DAY, **SHARES), poll(DAY, **{**SHARES, "elk": 41.0}))
    assert len(prep.polls) == 2


def test_of_one_sample_the_narrowest_population() -> None:
    rows = [
        poll(DAY, population="a", sample_size=1500, **{**SHARES, "elk": 35.0}),
        poll(DAY, population="lv", sample_size=900, **SHARES),
        poll(DAY, population="rv", sample_size=1200, **{**SHARES, "elk": 36.0}),
        poll(DAY, "Quorum", population="a", **SHARES),
    ]
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2]):
        prep = prepared(*[rows[i] for i in order])
        kept = {p.pollster: p.population for p in prep.polls}
        assert kept == {"Plumb": "lv", "Quorum": "a"}
        assert account(prep) == {"same sample for a wider population": 2}


def test_of_one_sample_the_version_more_common_in_the_campaign() -> None:
    both = [
        poll(DAY, question="head to head", elk=48.0, fox=44.0),
        poll(DAY, question="several candidates", elk=43.0, fox=40.0),
    ]
    more = [
        poll(DAY + timedelta(days=9 * i), "Quorum", question="several candidates", elk=44, fox=41)
        for i in range(3)
    ]
    ids = ("elk", "fox")
    prep = prepared(*both, *more, ids=ids)
    assert {p.question for p in prep.polls} == {"several candidates"}
    assert account(prep) == {"same sample, another version of the question": 1}
    alone = prepared(both[0], *more, ids=ids)  # asked alone, the rarer version counts
    assert sorted(str(p.question) for p in alone.polls)[0] == "head to head"
    assert len(alone.polls) == 4


def test_in_us_2016_no_sample_counts_twice() -> None:
    c = bundled("us-2016")
    prep = prepare(c.known_at(c.eve()))
    seen = [(p.pollster, p.start, p.end, p.question) for p in prep.polls]
    samples = {s[:3] for s in seen}
    assert len(samples) == len(set(seen))  # no firm and days under two versions
    assert account(prep)["same sample, another version of the question"] > 100
    assert len(prep.polls) > 400


def test_exact_duplicates_count_once() -> None:
    rows = steady(9)
    once = prepare(campaign(rows))
    again = prepare(campaign([*rows, {**rows[4], "source": "x", "published": rows[4]["end"]}]))
    assert account(again) == {"duplicate of another poll": 1}
    assert len(once.polls) == len(again.polls) == 9


def test_a_missing_sample_size_is_flagged_and_used() -> None:
    prep = prepared(
        poll(DAY, sample_size=None, **SHARES),
        poll(DAY, "Quorum", **SHARES),
        poll(DAY, "Tally", sample_size=0, **SHARES),
    )
    assert prep.sizes_missing == 2
    assert [p.sample_size for p in prep.polls] == [None, 1000.0, None]


def test_a_missing_first_day_is_the_last_day() -> None:
    prep = prepared(poll(DAY, **SHARES) | {"start": None})
    assert prep.polls[0].start == DAY


def test_fieldwork_before_the_preceding_election_stays_out() -> None:
    prep = prepared(poll(LAST_ELECTION, **SHARES), poll(DAY, **SHARES))
    assert [p.end for p in prep.polls] == [DAY]
    assert account(prep) == {"fieldwork before the preceding election": 1}


def test_regions_are_counted_apart() -> None:
    rows = [poll(DAY, **SHARES), poll(DAY, region="XX-N", **{**SHARES, "elk": 48.0})]
    national = prepare(campaign(rows))
    assert account(national) == {"poll of one region": 1}
    north = prepare(campaign(rows), region="XX-N")
    assert share(north, north.polls[0], "elk") == pytest.approx(48.0)
    assert np.isnan(north.anchor).all()


def test_a_contender_a_poll_does_not_name_is_in_its_residual() -> None:
    """Not zero: unobserved, with the others as the sum of all not reported."""
    prep = prepared(poll(DAY, **SHARES), poll(DAY, "Quorum", elk=37.0, fox=38.0))
    row = next(p for p in prep.polls if p.pollster == "Quorum")
    assert share(prep, row, "yak") is None
    assert rest(prep, row) == ({"yak", "oth"}, pytest.approx(25.0))


def test_without_others_in_the_campaign_a_poll_is_read_among_those_named() -> None:
    ids = ("elk", "fox", "yak")
    prep = prepared(
        poll(DAY, elk=40.0, fox=40.0, yak=12.0), poll(DAY, "Quorum", elk=44.0, fox=36.0), ids=ids
    )
    three, two = sorted(prep.polls, key=lambda p: -len(p.shares))
    np.testing.assert_allclose(three.shares, np.array([40, 40, 12]) / 92)
    np.testing.assert_allclose(two.shares, [0.55, 0.45])
    assert two.groups[:, 2].sum() == 0  # yak is outside the question


def test_a_poll_of_one_contender_says_nothing_and_is_counted() -> None:
    prep = prepared(poll(DAY, elk=40.0, fox=60.0), poll(DAY, "Q", elk=40.0), ids=("elk", "fox"))
    assert len(prep.polls) == 1
    assert account(prep) == {"fewer than two contenders named": 1}


def test_small_contenders_are_counted_with_the_others_and_named() -> None:
    rows = [
        poll(DAY + timedelta(days=9 * i), elk=40.0, fox=40.0, yak=0.4, oth=19.6) for i in range(4)
    ]
    prep = prepared(*rows, last={"elk": 40.0, "fox": 35.0, "yak": 0.5})
    assert prep.contenders == ("elk", "fox", "oth")
    assert rest(prep, prep.polls[0]) == ({"oth"}, pytest.approx(20.0))
    np.testing.assert_allclose(prep.anchor, [0.40, 0.35, 0.25])
    assert account(prep) == {"share counted with the others: yak": 4}


def test_a_contender_that_grew_is_not_small() -> None:
    grows = [0.2, 0.2, 0.3, 3.0, 5.0, 8.0]
    rows = [
        poll(DAY + timedelta(days=9 * i), elk=40.0, fox=40.0, yak=y) for i, y in enumerate(grows)
    ]
    assert "yak" in prepared(*rows).contenders


def entering() -> Campaign:
    """Yak exists from 1 March 2024 and leaves on 1 June."""
    ids = ("elk", "fox", "yak", "oth")
    rows = [
        poll(date(2024, 1, 10), elk=45.0, fox=42.0),
        poll(date(2024, 3, 10), elk=40.0, fox=38.0, yak=9.0),
        poll(date(2024, 5, 10), elk=39.0, fox=39.0, yak=10.0),
        poll(date(2024, 7, 10), elk=44.0, fox=44.0),
    ]
    contenders = [
        Contender("elk", "Elk"),
        Contender("fox", "Fox"),
        Contender("yak", "Yak", since=date(2024, 3, 1), until=date(2024, 6, 1)),
        Contender("oth", "Others"),
    ]
    return campaign(rows, ids, contenders=contenders)


def test_a_contender_enters_and_leaves() -> None:
    whole = entering()
    before = prepare(whole.known_at(date(2024, 2, 1)))
    assert before.contenders == ("elk", "fox", "oth")
    within = prepare(whole.known_at(date(2024, 5, 20)))
    assert within.contenders == ("elk", "fox", "yak", "oth")
    first = next(p for p in within.polls if p.end == date(2024, 1, 10))
    assert rest(within, first)[0] == {"yak", "oth"}  # unobserved, not zero
    after = prepare(whole.known_at(date(2024, 8, 1)))
    assert after.contenders == ("elk", "fox", "oth")
    middle = next(p for p in after.polls if p.end == date(2024, 5, 10))
    assert rest(after, middle) == ({"oth"}, pytest.approx(22.0))
    assert account(after)["share counted with the others: yak"] == 2


def test_undecided_respondents_are_not_others() -> None:
    """A poll that reports its others and totals 80 left the undecided in."""
    prep = prepared(poll(DAY, elk=30.0, fox=28.0, yak=16.0, oth=6.0))
    (row,) = prep.polls
    assert share(prep, row, "elk") == pytest.approx(100 * 30 / 80)
    assert rest(prep, row)[1] == pytest.approx(100 * 6 / 80)


@pytest.mark.parametrize(
    ("cells", "others"),
    [
        ({**SHARES, "oth": 9.0}, 10.0),  # rounding: what is missing is theirs
        ({**SHARES}, 10.0),  # no others reported: the rest is theirs
        ({"elk": 40.0, "fox": 40.0, "yak": 21.0}, 0.0),  # over 100 by rounding
    ],
)
def test_what_is_left_to_100_is_the_others(cells: dict[str, float], others: float) -> None:
    prep = prepared(poll(DAY, **cells))
    assert rest(prep, prep.polls[0])[1] == pytest.approx(others)


@pytest.mark.parametrize(("elk", "step"), [(38.0, 1.0), (38.5, 0.5), (38.4, 0.1), (38.25, 0.1)])
def test_the_rounding_step_of_a_poll(elk: float, step: float) -> None:
    prep = prepared(poll(DAY, elk=elk, fox=36.0, yak=16.0))
    assert prep.polls[0].step == step


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [
        *steady(12, every=1),
        *steady(12, every=1, seed=2),
        *[row | {"population": "lv"} for row in steady(5, every=1, seed=3)],
        *[row | {"question": "UK"} for row in steady(5, every=1, seed=4)],
        *[row | {"sample_size": 500} for row in steady(5, every=1)],
    ]
    straight = prepare(campaign(rows))
    for seed in range(4):
        random.Random(seed).shuffle(rows)  # noqa: S311
        mixed = prepare(campaign(rows))
        assert account(mixed) == account(straight)
        assert [repr(p) for p in mixed.polls] == [repr(p) for p in straight.polls]


def test_every_row_is_used_or_accounted_for() -> None:
    for name in ("us-2016", "us-2024", "gb-next", "au-2022"):
        c = bundled(name)
        known = c.known_at(c.eve() if name != "gb-next" else date(2026, 8, 20))
        prep = prepare(known)
        left = sum(
            n for why, n in account(prep).items() if not why.startswith("share counted with")
        )
        assert len(prep.polls) + left == known.polls.height, name


def test_no_polls_at_all() -> None:
    c = campaign([])
    prep = prepare(replace(c, polls=frame([], c.contender_ids)))
    assert prep.polls == ()
    assert prep.contenders == ("oth",)
    assert account(prep) == {}


def test_unknown_pollster_is_called_so() -> None:
    prep = prepared(poll(DAY, **SHARES) | {"pollster": None})
    assert prep.polls[0].pollster == "unknown"


def test_a_result_of_a_region_is_no_anchor() -> None:
    c = campaign([poll(DAY, **SHARES)])
    later = c.history.with_columns(
        region=pl.lit("XX-N"), share=pl.lit(70.0), date=pl.lit(LAST_ELECTION + timedelta(days=5))
    )
    prep = prepare(replace(c, history=pl.concat([c.history, later])))
    assert prep.anchor_date == LAST_ELECTION
    assert prep.anchor[0] == pytest.approx(0.40)
