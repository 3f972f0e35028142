"""What an event did: a planted step, placebo dates, and same-firm pairs."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.model import Change, Contender
from comparenotes.errors import DataError
from comparenotes.race import analyse
from comparenotes.race.model import fit
from comparenotes.race.prepare import prepare
from comparenotes.race.result import Pairs
from comparenotes.race.shock import (
    MIN_POLLS,
    PAIR_WINDOW,
    WINDOW,
    event_contender,
    event_effect,
    line_before,
    pairs,
    placebo_days,
    polls_around,
    smoothed_line,
    steps,
)
from tests.race.invented import (
    FIRST_POLL,
    bundled,
    campaign,
    drawn_from_model,
    learned,
    poll,
    race_of,
    steady,
)

EVENT = FIRST_POLL + timedelta(days=60)


def planted(points: float, every: int = 2, polls: int = 60) -> list[dict[str, Any]]:
    """Return polls in which elk gains ``points`` from fox at the event."""
    rows = steady(polls, {"elk": 36.0, "fox": 38.0, "yak": 16.0}, every=every, noise=1.3)
    for row in rows:
        if row["start"] >= EVENT:
            row["elk"] += points
            row["fox"] -= points
    return rows


@pytest.mark.parametrize("points", [5.0, -4.0])
def test_a_planted_step_is_recovered(points: float) -> None:
    c = campaign(planted(points))
    last = FIRST_POLL + timedelta(days=120)
    found = event_effect(fit(prepare(c), learned(), last_day=last), EVENT, last_day=last)
    assert found.contender == "elk"
    assert found.lo90 < points < found.hi90
    assert found.effect == pytest.approx(points, abs=2.0)
    assert (found.lo90 > 0) if points > 0 else (found.hi90 < 0)
    assert found.placebo_rank == 1
    assert found.placebo_n >= 2
    assert found.pairs.firms == 3
    assert found.pairs.change == pytest.approx(points, abs=1.2)


def test_over_many_campaigns_the_step_has_no_bias() -> None:
    """Planted on the log-ratio scale in campaigns drawn from the model."""
    c = learned(excess=0.01, house=0.03, walk=0.006, anchor_sd=0.05, gamma=0.0)
    errors = []
    for seed in range(40):
        push = np.array([0.12, -0.12, 0.0])
        truth = drawn_from_model(
            1000 + seed, c, days=60, polls=24, firms=3, step=push.tolist(), step_day=30
        )
        last = truth.first_day + timedelta(days=59)
        done = fit(prepare(truth.campaign), c, last_day=last)
        found = steps(done, [truth.first_day + timedelta(days=30)])[0]
        before = truth.line[29]
        after = np.log(before) + push
        after = np.exp(after) / np.exp(after).sum()
        errors.append((found.mean - 100 * (after - before)) / found.sd)
    z = np.array(errors)
    assert np.abs(z.mean(axis=0)).max() < 3.3 / np.sqrt(len(z))
    assert 0.6 < z.std(axis=0).min() < z.std(axis=0).max() < 1.4


def test_steps_are_the_same_alone_or_together() -> None:
    last = FIRST_POLL + timedelta(days=120)
    done = fit(prepare(campaign(planted(3.0))), learned(), last_day=last)
    days = [EVENT - timedelta(days=28), EVENT, EVENT + timedelta(days=28)]
    for day, one in zip(days, steps(done, days), strict=True):
        alone = steps(done, [day], engine="numpy")[0]
        np.testing.assert_allclose(one.mean, alone.mean, atol=1e-9)
        np.testing.assert_allclose(one.sd, alone.sd, atol=1e-9)
        assert one.mean.sum() == pytest.approx(0.0, abs=1e-9)  # what one gains others lose
    assert steps(done, []) == []


# --- placebo dates ---------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    ends=st.lists(st.integers(0, 400), min_size=0, max_size=120),
    event=st.one_of(st.none(), st.integers(1, 399)),
    length=st.integers(1, 9),
)
def test_placebo_windows_overlap_neither_each_other_nor_the_event(
    ends: list[int], event: int | None, length: int
) -> None:
    rows = [
        poll(FIRST_POLL + timedelta(days=e), f"firm {i}", days=length, elk=40.0, fox=40.0)
        for i, e in enumerate(ends)
    ]
    polls = prepare(campaign(rows)).polls
    first, last = FIRST_POLL, FIRST_POLL + timedelta(days=400)
    at = None if event is None else FIRST_POLL + timedelta(days=event)
    days = placebo_days(polls, first, last, at)
    assert days == sorted(days)
    every = sorted([*days, *([] if at is None else [at])])
    # windows of WINDOW days on both sides touch at most at their edge
    assert all((b - a).days >= 2 * WINDOW for a, b in itertools.pairwise(every))
    for day in days:
        assert first + timedelta(days=WINDOW) <= day <= last - timedelta(days=WINDOW)
        assert min(polls_around(polls, day, WINDOW)) >= MIN_POLLS


def test_there_are_placebo_dates_where_there_are_polls() -> None:
    polls = prepare(campaign(steady(100, every=2))).polls
    last = FIRST_POLL + timedelta(days=200)
    assert len(placebo_days(polls, FIRST_POLL, last, None)) == 7
    event = FIRST_POLL + timedelta(days=100)
    days = placebo_days(polls, FIRST_POLL, last, event)
    assert [(d - event).days for d in days] == [-84, -56, -28, 28, 56, 84]


def test_a_poll_across_the_day_is_on_neither_side() -> None:
    rows = [
        poll(EVENT - timedelta(days=1), "a", days=3, elk=40.0, fox=40.0),
        poll(EVENT + timedelta(days=1), "b", days=4, elk=40.0, fox=40.0),
        poll(EVENT + timedelta(days=2), "c", days=3, elk=40.0, fox=40.0),
        poll(EVENT + timedelta(days=90), "d", days=3, elk=40.0, fox=40.0),
    ]
    assert polls_around(prepare(campaign(rows)).polls, EVENT, WINDOW) == (1, 1)


# --- same-firm pairs -------------------------------------------------------------


def test_pairs_of_known_firms() -> None:
    def at(days: int, firm: str, elk: float) -> dict[str, Any]:
        return poll(EVENT + timedelta(days=days), firm, days=2, elk=elk, fox=40.0)

    rows = [
        at(-10, "a", 36.0), at(-3, "a", 38.0), at(5, "a", 39.0),  # 37 to 39: +2
        at(-6, "b", 30.0), at(9, "b", 34.0),  # +4
        at(-2, "c", 35.0),  # only before
        at(4, "d", 35.0),  # only after
        at(0, "e", 35.0), at(8, "e", 44.0),  # across the day, then after
        at(-40, "f", 20.0), at(5, "f", 30.0),  # before, but outside the window
    ]  # fmt: skip
    prepared = prepare(campaign(rows))
    found = pairs(prepared.polls, 0, EVENT)
    assert found.firms == 2
    assert found.change == pytest.approx(3.0)
    half = 6.313751514675043  # Student's t, one degree of freedom, times sd 1.414 over root 2
    assert found.lo90 == pytest.approx(3.0 - half)
    assert found.hi90 == pytest.approx(3.0 + half)
    wide = pairs(prepared.polls, 0, EVENT, window=60)
    assert wide.firms == 3
    assert PAIR_WINDOW < 40


def test_pairs_of_one_firm_and_of_none() -> None:
    rows = [
        poll(EVENT - timedelta(days=5), "a", elk=36.0, fox=40.0),
        poll(EVENT + timedelta(days=5), "a", elk=38.0, fox=40.0),
    ]
    prepared = prepare(campaign(rows))
    one = pairs(prepared.polls, 0, EVENT)
    assert (one.firms, one.lo90, one.hi90) == (1, None, None)
    assert one.change == pytest.approx(2.0)
    none = pairs(prepared.polls, 0, EVENT + timedelta(days=90))
    assert (none.firms, none.change) == (0, None)


def test_a_contender_the_polls_do_not_name_has_no_pairs() -> None:
    rows = [
        poll(EVENT + timedelta(days=t), "a", elk=36.0, fox=40.0, yak=10.0 if abs(t) > 9 else None)
        for t in (-20, -5, 5, 20)
    ]
    prepared = prepare(campaign(rows))
    assert pairs(prepared.polls, 2, EVENT, window=10) == Pairs(0, None, None, None)
    assert pairs(prepared.polls, 2, EVENT).firms == 1


# --- whose event it is -----------------------------------------------------------


def test_whose_share_an_event_is_about() -> None:
    def about(**more: Any) -> tuple[str, str | None]:
        return event_contender(prepare(campaign(steady(20), **more)), EVENT)

    def near(days: int, contender: str | None, title: str) -> dict[str, Any]:
        return {"date": EVENT + timedelta(days=days), "title": title, "contender": contender}

    assert about() == ("elk", None)  # the first of the list
    assert about(government=("fox",)) == ("fox", None)
    assert about(events=[near(0, None, "Flood")]) == ("elk", "Flood")
    assert about(events=[near(2, "yak", "Yak leads"), near(0, None, "Flood")]) == (
        "yak",
        "Yak leads",
    )
    assert about(events=[near(4, "yak", "too far")]) == ("elk", None)
    people = [
        Contender("elk", "Elk"),
        Contender("fox", "Fox"),
        Contender("yak", "Yak", changes=(Change(EVENT + timedelta(days=1), "New"),)),
        Contender("oth", "Others"),
    ]
    assert about(contenders=people) == ("yak", None)


def test_a_replaced_candidate_is_measured_as_a_step_not_as_movement() -> None:
    """The learned room for a change on that day would swallow the step; it is taken out."""
    people = [
        Contender("elk", "Elk", changes=(Change(EVENT, "New"),)),
        *[Contender(c, c) for c in ("fox", "yak", "oth")],
    ]
    rows, last = planted(5.0), FIRST_POLL + timedelta(days=120)
    constants = learned(jump=0.2)
    plain = event_effect(
        fit(prepare(campaign(rows)), constants, last_day=last), EVENT, last_day=last
    )
    changed = event_effect(
        fit(prepare(campaign(rows, contenders=people)), constants, last_day=last),
        EVENT,
        last_day=last,
    )
    # linearised from two starts, so alike only as far as Newton's steps settle
    assert changed.effect == pytest.approx(plain.effect, abs=0.01)
    assert changed.hi90 - changed.lo90 == pytest.approx(plain.hi90 - plain.lo90, abs=0.01)


def test_an_event_with_few_polls_says_so() -> None:
    rows = [r for r in planted(2.0) if not EVENT <= r["start"] < EVENT + timedelta(days=26)]
    last = FIRST_POLL + timedelta(days=120)
    found = event_effect(
        fit(prepare(campaign(rows)), learned(), last_day=last), EVENT, last_day=last
    )
    assert found.polls_after < MIN_POLLS
    assert found.note is not None
    assert f"and {found.polls_after} after" in found.note


@pytest.mark.parametrize("days", [-400, 400])
def test_an_event_outside_the_polls_is_refused(days: int) -> None:
    with pytest.raises(DataError, match="outside the polls"):
        analyse(campaign(planted(0.0)), FIRST_POLL + timedelta(120), EVENT + timedelta(days=days))


# --- the known events ------------------------------------------------------------


def test_the_switch_of_july_2024_shows_both_figures() -> None:
    race = race_of("us-2024", date(2024, 8, 18), date(2024, 7, 21))
    found = race.event
    assert found is not None
    assert found.contender == "dem"
    assert found.title
    assert found.effect > 0
    assert found.lo90 < found.effect < found.hi90
    assert found.pairs.firms >= 10
    assert found.pairs.change is not None
    assert 0 < found.pairs.change < 6
    # the two ways of measuring agree within what they claim
    assert found.lo90 < found.pairs.change
    assert found.pairs.lo90 is not None
    assert found.effect > found.pairs.lo90 - 1.0
    assert 1 <= found.placebo_rank <= found.placebo_n + 1
    assert found.placebo_n >= 1


def test_the_known_figures_of_july_2024() -> None:
    """Two-party means of three fortnights and the firms on both sides, counted by hand."""
    polls = prepare(bundled("us-2024").known_at(date(2024, 11, 4))).polls
    spans = [
        ((2024, 7, 6), (2024, 7, 20), 48.7),
        ((2024, 7, 22), (2024, 8, 1), 50.1),
        ((2024, 8, 4), (2024, 8, 18), 51.1),
    ]
    for first, last, expected in spans:
        inside = [p for p in polls if date(*first) <= p.start and p.end <= date(*last)]
        assert len(inside) > 20
        mean = 100 * np.mean([p.shares[0] for p in inside])
        assert mean == pytest.approx(expected, abs=0.3)
    assert pairs(polls, 0, date(2024, 7, 21)).firms == 24


def test_the_leader_changes_of_july_2026_are_measured_on_labour() -> None:
    found = race_of("gb-next", date(2026, 8, 20), date(2026, 7, 20)).event
    assert found is not None
    assert found.contender == "lab"
    assert found.placebo_n >= 15
    assert found.pairs.firms >= 3
    assert found.pairs.change is not None
    assert np.sign(found.effect) == np.sign(found.pairs.change)


def test_the_event_leaves_the_average_alone() -> None:
    """Asking what an event did must not change where the race stands."""
    with_event = race_of("us-2024", date(2024, 8, 18), date(2024, 7, 21))
    without = race_of("us-2024", date(2024, 8, 18))
    assert replace(with_event, event=None).to_dict() == without.to_dict()


def test_the_line_is_the_same_whether_the_fit_was_smoothed_or_not() -> None:
    last = FIRST_POLL + timedelta(days=120)
    made = [
        fit(prepare(campaign(planted(3.0))), learned(), last_day=last, smooth=smooth)
        for smooth in (True, False)
    ]
    lines = [smoothed_line(f) for f in made]
    np.testing.assert_allclose(lines[0], lines[1], atol=1e-10)
    before = [line_before(f, EVENT, path) for f, path in zip(made, lines, strict=True)]
    np.testing.assert_allclose(before[0], before[1], atol=1e-10)
    np.testing.assert_array_equal(before[0], line_before(made[0], EVENT))
