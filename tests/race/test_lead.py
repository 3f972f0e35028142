"""Who leads: interval and probability from the same draws, and the rule against flicker."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.race.draws import Draws, draw, trend
from comparenotes.race.forecast import election_day, forecast
from comparenotes.race.lead import (
    CONFIRM,
    START,
    lead,
    lead_changes,
    lead_trend,
    spells,
)
from comparenotes.race.model import fit
from comparenotes.race.prepare import prepare
from tests.race.invented import ELECTION, FIRST_POLL, campaign, learned, poll, race_of, steady

LAST = FIRST_POLL + timedelta(days=130)


@pytest.fixture(scope="module")
def draws() -> Draws:
    prepared = prepare(campaign(steady(30), government=("elk",)))
    return draw(fit(prepared, learned(), last_day=LAST), path_draws=200)


def shifted(draws: Draws, points: float) -> Draws:
    """Return the draws with ``points`` taken from fox and given to elk in every one."""
    move = np.array([points, -points, 0.0, 0.0]) / 200
    return replace(draws, polls_line=draws.polls_line + move, voters=draws.voters + move)


@pytest.mark.parametrize("points", np.linspace(-12, 12, 49).tolist())
def test_interval_and_probability_never_contradict_each_other(draws: Draws, points: float) -> None:
    found = lead(shifted(draws, points))
    assert found is not None
    for lo, hi, p in (
        (found.lo90, found.hi90, found.p_ahead_in_polls),
        (found.voters_lo90, found.voters_hi90, found.p_ahead),
    ):
        # 4000 draws: the 5th percentile lies between the 200th and the 201st
        assert (lo > 0) == (p > 0.95) or p == pytest.approx(0.95, abs=1 / 3999)
        assert (hi < 0) == (p < 0.05) or p == pytest.approx(0.05, abs=1 / 3999)
    assert found.lo90 < found.mean < found.hi90
    assert found.mean >= 0
    assert found.p_ahead_in_polls >= 0.49  # nearly symmetric: ahead on the mean, ahead in half


def test_both_sides_of_the_line_were_tried(draws: Draws) -> None:
    leaders = {lead(shifted(draws, x)).leader for x in (-12.0, 12.0)}  # type: ignore[union-attr]
    assert leaders == {"elk", "fox"}


@pytest.mark.parametrize(
    ("name", "as_of"),
    [
        ("us-2024", date(2024, 7, 20)),
        ("us-2024", date(2024, 8, 18)),
        ("gb-next", date(2024, 8, 18)),
        ("us-2016", None),
        ("nz-2023", None),
    ],
)
def test_lead_average_and_forecast_say_the_same(name: str, as_of: date | None) -> None:
    race = race_of(name, as_of)
    assert race.lead is not None
    assert race.forecast is not None
    at = {r["contender"]: r for r in race.average.to_dicts()}
    one, two = at[race.lead.leader], at[race.lead.runner_up]
    assert race.lead.mean == pytest.approx(one["mean"] - two["mean"], abs=1e-9)
    assert race.lead.voters_mean == pytest.approx(one["voters_mean"] - two["voters_mean"], abs=1e-9)
    real = {c: r["mean"] for c, r in at.items() if c != "oth"}
    assert race.lead.leader == max(real, key=lambda c: real[c])
    assert sum(r["mean"] for r in at.values()) == pytest.approx(100.0)
    for lo, p in (
        (race.lead.lo90, race.lead.p_ahead_in_polls),
        (race.lead.voters_lo90, race.lead.p_ahead),
    ):
        assert (lo > 0) == (p > 0.95) or p == pytest.approx(0.95, abs=1e-3)
    shares = {r["contender"]: r for r in race.forecast.shares.to_dicts()}
    first, second = list(shares)[:2]
    assert race.forecast.margin["mean"] == pytest.approx(
        shares[first]["mean"] - shares[second]["mean"], abs=1e-9
    )
    assert sum(race.forecast.p_first.values()) == pytest.approx(1.0)
    for r in shares.values():
        assert r["lo95"] < r["lo90"] < r["lo80"] < r["lo50"] < r["hi50"]
        assert r["hi50"] < r["hi80"] < r["hi90"] < r["hi95"]
        assert r["lo90"] < r["mean"] < r["hi90"]
    # the shared error is in: surer of the polls than of the voters than of polling day
    assert race.lead.voters_hi90 - race.lead.voters_lo90 > race.lead.hi90 - race.lead.lo90


def test_daily_means_of_the_trend_are_the_average_on_the_last_day() -> None:
    """Path draws are some of the same draws."""
    race = race_of("us-2024", date(2024, 8, 18))
    last = race.trend.filter(pl.col("date") == date(2024, 8, 18))
    for r in race.average.to_dicts():
        there = last.filter(contender=r["contender"]).to_dicts()[0]
        assert there["mean"] == pytest.approx(r["mean"], abs=0.05)
        assert there["lo90"] == pytest.approx(r["lo90"], abs=0.25)


def test_on_polling_day_still_ahead_is_ahead() -> None:
    prepared = prepare(campaign(steady(10)))
    there = draw(fit(prepared, learned(), last_day=ELECTION), path_draws=0)
    found = lead(there)
    assert found is not None
    assert found.p_still_ahead_21d == found.p_ahead
    assert found.p_still_ahead_in_polls_21d == found.p_ahead_in_polls
    # and the last steps of the race cannot move what is over; only its tails are heavier
    day = election_day(there, 0)
    np.testing.assert_allclose(day.mean(axis=0), there.voters.mean(axis=0), atol=2e-3)


def test_forecasts_get_less_sure_with_every_day_to_go(draws: Draws) -> None:
    sd = [forecast(draws, days).shares["sd"][0] for days in (0, 30, 90, 300)]
    assert sd == sorted(sd)
    assert sd[0] < sd[-1]


def test_others_are_no_contender() -> None:
    rows = steady(10, {"elk": 20.0, "fox": 18.0, "yak": 5.0})  # 57 per cent others
    there = draw(fit(prepare(campaign(rows)), learned(), last_day=LAST))
    found = lead(there)
    assert found is not None
    assert {found.leader, found.runner_up} == {"elk", "fox"}
    assert set(lead_trend(there)["leader"]) <= {"elk", "fox", "yak"}
    assert "oth" not in forecast(there, 100).p_first


def test_one_contender_leads_nobody() -> None:
    rows = [poll(FIRST_POLL + timedelta(days=9 * i), elk=60.0) for i in range(3)]
    there = draw(fit(prepare(campaign(rows, ("elk", "oth"))), learned(), last_day=LAST))
    assert lead(there) is None
    assert lead_trend(there).is_empty()
    assert lead_changes(there).is_empty()


# --- the rule against flicker ----------------------------------------------------


def two(*elk: float) -> np.ndarray:
    return np.array([[p, 1 - p] for p in elk])


@pytest.mark.parametrize(
    ("prob", "expected"),
    [
        # a sure leader from the first day
        (two(0.9, 0.95, 0.9), [(0, 0, 0.95)]),
        # a clean change is dated to the first day past one half, not to the day it is sure
        (two(0.9, 0.6, 0.45, 0.3, 0.15, 0.1), [(0, 0, 0.9), (2, 1, 0.9)]),
        # flicker: never sure enough the other way
        (two(0.9, 0.4, 0.9, 0.25, 0.9), [(0, 0, 0.9)]),
        # a spell that is interrupted starts again
        (two(0.9, 0.4, 0.55, 0.4, 0.1), [(0, 0, 0.9), (3, 1, 0.9)]),
        # there and back
        (two(0.9, 0.1, 0.2, 0.45, 0.55, 0.85), [(0, 0, 0.9), (1, 1, 0.9), (4, 0, 0.85)]),
        # nobody ever sure
        (two(0.6, 0.55, 0.7, 0.4), []),
        # the first leader is dated to the first day of its own spell
        (two(0.45, 0.55, 0.7, 0.85), [(1, 0, 0.85)]),
        (np.zeros((0, 2)), []),
    ],
)
def test_lead_changes_of_invented_probabilities(
    prob: np.ndarray, expected: list[tuple[int, int, float]]
) -> None:
    assert spells(prob) == [(t, j, pytest.approx(p)) for t, j, p in expected]


def test_of_three_none_with_half_is_no_spell_yet() -> None:
    """Ahead of each other one, but not of all together: the spell begins at one half."""
    prob = np.array([[0.9, 0.1, 0], [0.3, 0.4, 0.3], [0.2, 0.6, 0.2], [0.1, 0.9, 0.0]])
    assert [(t, j) for t, j, _ in spells(prob)] == [(0, 0), (2, 1)]


paths = st.integers(2, 4).flatmap(
    lambda k: st.lists(
        st.lists(st.floats(0.01, 1.0), min_size=k, max_size=k), min_size=1, max_size=40
    )
)


@settings(max_examples=200, deadline=None)
@given(paths, st.floats(0.5, 6.0))
def test_what_holds_of_any_lead_changes(weights: list[list[float]], sharpen: float) -> None:
    w = np.array(weights) ** sharpen
    prob = w / w.sum(axis=1, keepdims=True)
    found = spells(prob)
    who = [j for _, j, _ in found]
    assert all(a != b for a, b in itertools.pairwise(who))  # never the same twice
    days = [t for t, _, _ in found]
    assert days == sorted(set(days))
    for (t, j, p), end in zip(found, [*days, len(prob)][1:], strict=True):
        assert prob[t].argmax() == j
        assert prob[t, j] >= START
        assert p >= CONFIRM
        # the highest within its own spell, which ends where the next begins
        assert p == prob[t:end, j].max()
    # a day with a leader that sure is never outside such a spell
    for t in np.flatnonzero(prob.max(axis=1) >= CONFIRM):
        held = [j for s, j, _ in found if s <= t]
        assert held
        assert held[-1] == prob[t].argmax()


def test_the_lead_changed_once_in_us_2024_after_the_switch() -> None:
    race = race_of("us-2024", date(2024, 8, 18))
    changes = race.lead_changes.to_dicts()
    assert race.lead is not None
    assert race.lead.leader == "dem"
    # the Republicans led from the first poll: they took the lead from nobody
    assert [c["leader"] for c in changes] == ["dem"]
    assert changes[0]["p_ahead"] >= CONFIRM
    assert date(2024, 7, 21) <= changes[0]["date"] <= date(2024, 8, 18)
    assert race.lead.since == changes[0]["date"]


def test_before_the_switch_it_had_not_changed() -> None:
    race = race_of("us-2024", date(2024, 7, 20))
    assert race.lead_changes.is_empty()
    assert race.lead is not None
    assert race.lead.leader == "rep"
    assert race.lead.since == race.trend["date"][0]


def test_a_newcomer_neither_leads_nor_is_drawn_before_its_first_poll() -> None:
    """Hidden among the others for a year, it could be of any size there: it is not."""
    rows = [poll(FIRST_POLL + timedelta(days=9 * i), elk=20.0, fox=16.0) for i in range(20)]
    late = [
        poll(FIRST_POLL + timedelta(days=180 + 9 * i), elk=20.0, fox=16.0, yak=12.0)
        for i in range(6)
    ]
    ids = ("elk", "fox", "yak", "oth")
    past = campaign(rows + late, ids, last={"elk": 40.0, "fox": 35.0})
    there = draw(fit(prepare(past), learned(), last_day=FIRST_POLL + timedelta(days=230)))
    assert there.fit.prepared.debuts == {"yak": late[0]["start"]}
    drawn = trend(there).filter(pl.col("contender") == "yak")["date"]
    assert drawn.min() == there.fit.prepared.debuts["yak"]
    assert "yak" not in set(lead_trend(there)["leader"])
    np.testing.assert_allclose(there.path.sum(axis=2), 1.0)


def test_the_daily_probability_is_of_being_ahead_of_everybody(draws: Draws) -> None:
    daily = lead_trend(draws)
    assert daily["date"].to_list() == [
        FIRST_POLL + timedelta(days=t - 1) for t in range(len(daily))
    ]
    assert daily["lead"].min() >= 0  # type: ignore[operator]
    path = draws.path[-1]
    names = draws.fit.prepared.contenders
    i = names.index(daily["leader"][-1])
    others = [j for j, n in enumerate(names) if n not in {names[i], "oth"}]
    assert daily["p_ahead"][-1] == (path[:, [i]] > path[:, others]).all(axis=1).mean()


def test_still_ahead_in_the_polls_leaves_the_shared_error_out() -> None:
    """A large lead is safer in later polls than among voters, and never surer than now."""
    prepared = prepare(campaign(steady(20)))
    found = lead(draw(fit(prepared, learned(bias=0.2), last_day=LAST)))
    assert found is not None
    assert found.p_still_ahead_21d < found.p_still_ahead_in_polls_21d <= found.p_ahead_in_polls
