"""One mistyped poll: it moves an average by less than a point, and it is listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from comparenotes.campaigns.load import load
from comparenotes.campaigns.neighbours import TYPICAL, Polls, distances
from comparenotes.race import analyse
from comparenotes.race.composition import to_shares
from comparenotes.race.model import fit
from comparenotes.race.outlying import LISTED, outlying, weighed, weights
from comparenotes.race.prepare import prepare
from comparenotes.race.statespace import solve
from tests.race.invented import FIRST_POLL, campaign, learned, steady
from tests.race.oracle import brute_force

LAST = FIRST_POLL + timedelta(days=130)


def lead_with(rows: list[dict[str, object]]) -> float:
    race = analyse(campaign(rows), as_of=LAST, constants=learned(), seats=False)
    mean = dict(race.average.select("contender", "mean").iter_rows())
    return float(mean["elk"] - mean["fox"])


@pytest.mark.parametrize("polls", [20, 30])
@pytest.mark.parametrize("which", [0, -1, 9])
@pytest.mark.parametrize(
    "typed", [{"elk": 78.0, "fox": 6.0, "yak": 6.0}, {"elk": 8.3}, {"elk": 36.0, "fox": 83.0}]
)
def test_a_typing_error_moves_an_average_by_less_than_a_point(
    polls: int, which: int, typed: dict[str, float]
) -> None:
    rows = steady(polls, every=4)
    right = lead_with([dict(r) for r in rows])
    rows[which].update(typed)
    assert abs(lead_with(rows) - right) < 1.0


def test_of_five_hundred_real_polls_one_mistyped_is_listed_and_moves_little() -> None:
    real = load("gb-next")
    day = date(2026, 8, 20)
    before = analyse(real, as_of=day, seats=False)
    newest = real.polls.with_row_index().filter(
        (real.polls["pollster"] == "Find Out Now") & (real.polls["end"] == date(2026, 8, 19))
    )["index"][0]
    columns = {c: real.polls[c].to_list() for c in ("lab", "ref")}
    columns["lab"][newest], columns["ref"][newest] = 43.0, 3.0

    typed = replace(
        real, polls=real.polls.with_columns(**{c: pl.Series(v) for c, v in columns.items()})
    )
    after = analyse(typed, as_of=day, seats=False)
    was, now = (dict(r.average.select("contender", "mean").iter_rows()) for r in (before, after))
    assert max(abs(now[c] - was[c]) for c in was) < 1.0
    named = after.outlying[0]
    assert (named["pollster"], named["end"]) == ("Find Out Now", "2026-08-19")
    assert named["weight"] < 0.01
    assert any("far from its neighbours" in x.why for x in after.left_out)


def test_ordinary_polls_keep_their_exact_weight() -> None:
    prepared = prepare(campaign(steady(30)))
    polls = weighed(prepared.polls, prepared.contenders, prepared.campaign.election_date, learned())
    assert {p.weight for p in polls} == {1.0}
    assert outlying(prepared, learned()) == []


def test_a_firm_that_always_differs_is_no_mistake() -> None:
    rows = steady(30)
    for r in rows[::3]:  # every third poll is of one firm
        r.update(elk=r["elk"] - 12.0, fox=r["fox"] + 12.0)
    assert outlying(prepare(campaign(rows)), learned()) == []


def test_a_change_of_level_is_no_mistake() -> None:
    """After a new leader every poll is eight points up: nothing is far from its neighbours."""
    rows = steady(30)
    for r in rows[15:]:
        r.update(elk=r["elk"] + 8.0, fox=r["fox"] - 8.0)
    assert outlying(prepare(campaign(rows)), learned()) == []


def test_the_weighted_problem_is_the_linear_one_with_a_wider_error() -> None:
    """The engine with a weight agrees with dividing that poll's covariance by hand."""
    rows = steady(20)
    rows[-1].update(elk=80.0, fox=5.0, yak=5.0)
    prepared = prepare(campaign(rows))
    found = fit(prepared, learned(), last_day=LAST, engine="numpy")
    at = [p.weight for p in found.prepared.polls]
    assert at[-1] < 0.01
    assert set(at[:-1]) == {1.0}
    r = found.problem.r.copy()
    r[found.problem.start[-2] :] *= at[-1]  # undo
    heavy = solve(replace(found.problem, r=r), engine="numpy", smooth=True)
    pulled, kept = (
        to_shares(s.mean()[-1] + found.mu + s.theta[: found.dims], found.basis)[0]
        for s in (heavy, found.solution)
    )
    assert pulled > kept + 0.05


def test_the_weighted_fit_is_the_brute_force_solution() -> None:
    rows = steady(20)
    rows[4].update(elk=80.0, fox=5.0, yak=5.0)
    found = fit(prepare(campaign(rows)), learned(), last_day=LAST, engine="numpy")
    assert found.prepared.polls[4].weight < 0.01
    mean, _, ll = brute_force(found.problem)
    static = len(found.solution.theta)
    np.testing.assert_allclose(found.solution.theta, mean[-static:], atol=1e-8)
    np.testing.assert_allclose(
        found.solution.mean().ravel(), mean[:-static].reshape(-1, found.dims).ravel(), atol=1e-8
    )
    assert found.solution.log_likelihood == pytest.approx(ll, abs=1e-6)


def test_weights_fall_with_distance_and_never_vanish() -> None:
    from comparenotes.campaigns.neighbours import Distance

    found = [Distance(0, 0.3, 0.01, z) for z in (0.0, 2.0, 3.0, 4.0, 5.0, 50.0)]
    w = weights([*found, None], 4)
    assert (np.diff(w[:6]) <= 0).all()
    assert w[1] > 0.99
    assert w[4] < LISTED
    assert w[5] > 0
    assert w[6] == w[0]


def test_few_polls_say_nothing() -> None:
    six = Polls(
        np.arange(6.0),
        np.full(6, 50.0),
        np.array(["a"] * 6),
        np.full(6, 1000.0),
        np.full((6, 1), 0.3),
    )
    assert distances(six, TYPICAL) == [None] * 6
