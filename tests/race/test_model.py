"""The fit of whole campaigns: exact, converged, and blind to labels and order."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from comparenotes.campaigns.model import Campaign, Change, Contender
from comparenotes.race import analyse, model
from comparenotes.race import composition as comp
from comparenotes.race.constants import Constants, constants_for
from comparenotes.race.draws import draw
from comparenotes.race.engine import have_numba
from comparenotes.race.forecast import election_day
from comparenotes.race.model import ANCHOR, Fit, fit
from comparenotes.race.prepare import Prepared, prepare
from comparenotes.race.reach import reach
from tests.race.invented import (
    FIRST_POLL,
    LAST_ELECTION,
    bundled,
    campaign,
    learned,
    poll,
    steady,
)
from tests.race.oracle import brute_force

needs_numba = pytest.mark.skipif(not have_numba(), reason="the extra 'fast' is not installed")
LAST = FIRST_POLL + timedelta(days=60)

CHANCES = (
    "p_ahead_in_polls", "p_ahead", "p_still_ahead_21d", "p_still_ahead_in_polls_21d",
)  # fmt: skip


def mixed() -> list[dict[str, Any]]:
    """Return polls with every kind of static effect, missing contenders and sizes."""
    out = steady(14)
    for i, row in enumerate(out):
        row["mode"] = ("online", "phone", None)[i % 3]
        row["population"] = ("lv", "a")[i % 2]
        row["question"] = ("UK", None, "GB")[i % 3]
        if i % 4 == 1:
            row["yak"] = None
        if i % 5 == 2:
            row["sample_size"] = None
        if i % 2:
            row["elk"], row["fox"] = round(row["elk"]), round(row["fox"])
    return out


def fitted(rows: list[dict[str, Any]], until: date = LAST, **more: Any) -> Fit:
    engine = more.pop("engine", "auto")
    constants = more.pop("constants", None) or learned(excess=0.02)
    return fit(prepare(campaign(rows, **more)), constants, last_day=until, engine=engine)


def line(done: Fit) -> np.ndarray:
    """Return the polls' line (T, K) at the posterior mean, in per cent."""
    theta = done.solution.theta
    x = done.solution.mean() + done.mu + theta[done.slot(ANCHOR)]
    return 100 * comp.to_shares(x, done.basis)


def real(name: str, as_of: date | None = None) -> tuple[Prepared, Constants, date]:
    c = bundled(name)
    day = as_of or c.eve()
    return (
        prepare(c.known_at(day)),
        constants_for(day, system=c.system, country=c.country),
        min(day, c.eve()),
    )


def test_a_campaign_is_solved_as_brute_force_solves_it() -> None:
    done = fitted(mixed())
    pr, sol, d = done.problem, done.solution, done.dims
    assert pr.days == 62
    assert pr.m.shape[1] == d * done.slots.scale.size > 4 * d
    mean, cov, ll = brute_force(pr)
    n = d * pr.days
    np.testing.assert_allclose(sol.mean().ravel(), mean[:n], atol=1e-8)
    np.testing.assert_allclose(sol.theta, mean[n:], atol=1e-8)
    np.testing.assert_allclose(sol.theta_cov, cov[n:, n:], atol=1e-8)
    for t in range(pr.days):
        here = slice(d * t, d * (t + 1))
        np.testing.assert_allclose(sol.covariance(t), cov[here, here], atol=1e-8)
    assert sol.log_likelihood == pytest.approx(ll, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "as_of", "any_day", "last"),
    [
        ("us-2024", date(2024, 8, 18), 0.02, 0.02),
        ("nz-2023", None, 0.02, 0.02),
        ("gb-next", date(2024, 8, 18), 0.02, 0.02),
        # a newcomer is hidden among the others in most polls: its past settles slowly
        ("gb-next", None, 0.6, 0.1),
    ],
)
def test_more_passes_change_nothing_that_shows(
    name: str, as_of: date | None, any_day: float, last: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared, constants, day = real(name, as_of)
    few = line(fit(prepared, constants, last_day=day))
    monkeypatch.setattr(model, "NEWTON_PASSES", 20)
    monkeypatch.setattr(model, "SETTLED", 1e-6)
    many = line(fit(prepared, constants, last_day=day))
    assert np.abs(few - many).max() < any_day
    assert np.abs(few - many)[-1].max() < last


def test_the_last_pass_linearises_at_its_own_solution() -> None:
    """At convergence a poll's pseudo-observation is its reported shares, not a stale one."""
    done = fitted(mixed())
    theta = done.solution.theta.reshape(-1, done.dims)
    for i, p in enumerate(done.prepared.polls):
        x = done.solution.mean()[(p.middle - done.first_day).days] + done.mu
        eta = (x + done.slots.coefficient[i] @ theta) @ done.basis.T
        share, _ = comp.grouped_shares(eta[None], p.groups[None])
        rows = slice(done.problem.start[i], done.problem.start[i + 1])
        fitted_y = done.problem.g[rows] @ (eta @ done.basis - done.mu)
        gap = comp.basis(len(p.shares)).T @ (p.shares - share[0])
        np.testing.assert_allclose(done.problem.y[rows] - fitted_y, gap, atol=2e-5)


@needs_numba
@pytest.mark.parametrize("name", ["us-2024", "nz-2023"])
def test_compiled_and_numpy_agree_on_a_real_campaign(name: str) -> None:
    prepared, constants, day = real(name)
    one = fit(prepared, constants, last_day=day, engine="numpy")
    two = fit(prepared, constants, last_day=day, engine="numba")
    np.testing.assert_allclose(line(one), line(two), atol=1e-10, rtol=0)
    for what in ("theta", "theta_cov", "a", "b", "p"):
        here, there = getattr(one.solution, what), getattr(two.solution, what)
        np.testing.assert_allclose(here, there, atol=1e-10, rtol=1e-9)


# --- order, duplicates, labels ---------------------------------------------------


def test_the_order_of_rows_changes_nothing() -> None:
    c = bundled("us-2024")
    day = date(2024, 8, 18)
    shuffled = replace(c, polls=c.polls.sample(fraction=1.0, shuffle=True, seed=5))
    assert shuffled.polls["end"].to_list() != c.polls["end"].to_list()
    assert analyse(shuffled, day).to_dict() == analyse(c, day).to_dict()


def test_exact_duplicates_change_nothing_but_the_account() -> None:
    c = bundled("us-2024")
    day = date(2024, 8, 18)
    once = analyse(c, day).to_dict()
    twice = analyse(replace(c, polls=pl.concat([c.polls, c.polls])), day).to_dict()
    before = {x["why"]: x["count"] for x in once.pop("left_out")}
    after = {x["why"]: x["count"] for x in twice.pop("left_out")}
    assert twice == once
    assert after["duplicate of another poll"] > 200
    # the duplicates of what was left out anyway are in the account of duplicates
    known = {why for why in before if why != "poll of one region"}
    assert {why: after[why] for why in known} == {why: before[why] for why in known}


def relabelled(c: Campaign, names: dict[str, str]) -> Campaign:
    """Give each contender's figures to another id; the list keeps its order."""
    swap = {a: b for a, b in names.items() if a in c.polls.columns}
    return replace(
        c,
        polls=c.polls.rename(swap).select(c.polls.columns),
        history=c.history.with_columns(pl.col("contender").replace(names)),
        government=replace(
            c.government, parties=tuple(names.get(p, p) for p in c.government.parties)
        ),
    )


def means(race: Any) -> dict[str, tuple[float, ...]]:
    return {r["contender"]: (r["mean"], r["voters_mean"]) for r in race.average.to_dicts()}


def test_swapping_two_labels_swaps_two_contenders_exactly() -> None:
    """With two contenders even the draws are each other's mirror image."""
    c = campaign(
        steady(40, {"elk": 47.0, "fox": 45.0}, every=2, noise=2.0),
        ("elk", "fox"),
        last={"elk": 52.0, "fox": 48.0},
        government=("elk",),
        contenders=[
            Contender("elk", "Elk", changes=(Change(FIRST_POLL + timedelta(40), "B"),)),
            Contender("fox", "Fox", changes=(Change(FIRST_POLL + timedelta(40), "C"),)),
        ],
    )
    names = {"elk": "fox", "fox": "elk"}
    event = FIRST_POLL + timedelta(40)
    one = analyse(c, LAST + timedelta(30), event)
    two = analyse(relabelled(c, names), LAST + timedelta(30), event)
    assert one.lead is not None
    assert two.lead is not None
    assert one.forecast is not None
    assert two.forecast is not None
    assert names[one.lead.leader] == two.lead.leader
    for what in ("mean", "lo90", "voters_hi90", *CHANCES):
        assert getattr(one.lead, what) == pytest.approx(getattr(two.lead, what), abs=1e-8)
    assert one.forecast.p_first == {
        names[k]: pytest.approx(v, abs=1e-12) for k, v in two.forecast.p_first.items()
    }
    assert one.forecast.margin["mean"] == pytest.approx(-two.forecast.margin["mean"], abs=1e-8)
    assert [(d, names[w], pytest.approx(p)) for d, w, p in one.lead_changes.iter_rows()] == list(
        two.lead_changes.iter_rows()
    )
    joined = one.trend.with_columns(pl.col("contender").replace(names)).join(
        two.trend, on=["date", "contender"]
    )
    assert joined.height == one.trend.height
    for what in ("mean", "lo90", "hi90"):
        assert (joined[what] - joined[f"{what}_right"]).abs().max() < 1e-8  # type: ignore[operator]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[1:])
def test_the_order_of_contenders_changes_no_mean(order: tuple[int, ...]) -> None:
    """No contender is the base of the log-ratios, and none is first among equals."""
    ids = ("elk", "fox", "yak")
    rows = mixed()
    straight = analyse(
        campaign(rows, (*ids, "oth"), government=("fox",)), LAST, constants=learned()
    )
    there = tuple(ids[i] for i in order)
    turned = analyse(
        campaign(rows, ("oth", *there), government=("fox",)), LAST, constants=learned()
    )
    one, two = means(straight), means(turned)
    assert list(one) != list(two)
    # the polls' line: the same posterior mean of the log-ratios, so to rounding
    mine = line(fitted(rows, government=("fox",)))
    theirs = fitted(rows, ids=("oth", *there), government=("fox",))
    for i, c in enumerate((*ids, "oth")):
        np.testing.assert_allclose(
            mine[:, i], line(theirs)[:, theirs.prepared.contenders.index(c)], atol=1e-8
        )
    assert straight.lead is not None
    assert turned.lead is not None
    assert straight.lead.leader == turned.lead.leader
    # what is read off draws: within their error (4000 draws, four standard errors)
    for c in one:
        sd = (straight.average.filter(contender=c)["hi90"][0] - one[c][0]) / 1.6
        assert one[c][0] == pytest.approx(two[c][0], abs=0.05 * sd + 0.01)
    for what in CHANCES:
        assert getattr(straight.lead, what) == pytest.approx(getattr(turned.lead, what), abs=0.032)


def test_a_firm_by_another_name_is_the_same_firm() -> None:
    rows = mixed()
    other = [
        r | {"pollster": {"Plumb": "Zenith", "Quorum": "Acme", "Tally": "Mid"}[r["pollster"]]}
        for r in rows
    ]
    one, two = fitted(rows), fitted(other)
    np.testing.assert_allclose(line(one), line(two), atol=1e-8)


def test_moving_the_calendar_moves_nothing_else() -> None:
    """The same campaign a thousand days later."""

    def later(day: date) -> date:
        return day + timedelta(days=1000)

    c = campaign(mixed())
    shift = pl.duration(days=1000)
    moved = replace(
        c,
        election_date=later(c.election_date),
        polls=c.polls.with_columns(pl.col("start", "end", "published") + shift),
        history=c.history.with_columns(pl.col("date") + shift),
    )
    k = learned()
    one, two = fit(prepare(c), k, last_day=LAST), fit(prepare(moved), k, last_day=later(LAST))
    np.testing.assert_array_equal(line(one), line(two))


# --- what the model makes of polls -----------------------------------------------


def test_hypothetical_polls_never_move_the_line() -> None:
    rows = steady(15)
    extra = [
        poll(FIRST_POLL + timedelta(days=5 * i), "Quorum", hypothetical=True, elk=70.0, fox=20.0)
        for i in range(10)
    ]
    np.testing.assert_array_equal(line(fitted(rows)), line(fitted([*rows, *extra])))


def test_a_poll_counts_by_its_size() -> None:
    """Four thousand interviews move the line more than four hundred."""
    rows = steady(10)
    last = FIRST_POLL + timedelta(days=50)
    moved = []
    for size in (400, 4000, 400_000):
        row = poll(last, "Quorum", sample_size=size, elk=45.0, fox=31.0, yak=15.0)
        moved.append(line(fitted([*rows, row], last))[-1, 0] - line(fitted(rows, last))[-1, 0])
    assert 0 < moved[0] < moved[1] < moved[2]
    # house effect, the poll's own excess error and the walk keep even a giant in its place
    assert moved[2] < 7.0


def test_a_missing_size_is_the_learned_typical_one() -> None:
    c = learned(sample_size=777.0)
    rows = steady(8)
    blank = [r | {"sample_size": None} for r in rows]
    filled = [r | {"sample_size": 777} for r in rows]
    np.testing.assert_array_equal(
        line(fitted(blank, constants=c)), line(fitted(filled, constants=c))
    )


def with_steps(prepared: Prepared, step: float) -> Prepared:
    return replace(prepared, polls=tuple(replace(p, step=step) for p in prepared.polls))


def test_rounding_adds_a_twelfth_of_its_step_squared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "NEWTON_PASSES", 1)  # both are linearised at the same point
    prepared = prepare(campaign(steady(6)))
    coarse, fine = (
        fit(with_steps(prepared, s), learned(), last_day=LAST).problem for s in (1.0, 0.1)
    )
    width = 3
    extra = np.eye(width) * (0.01**2 - 0.001**2) / 12
    for i in range(6):
        block = slice(3 * i, 3 * i + 3)
        np.testing.assert_allclose(coarse.r[block] - fine.r[block], extra, atol=1e-15)


def test_overdispersion_multiplies_sampling_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "NEWTON_PASSES", 1)
    prepared = prepare(campaign([r | {"sample_size": 1000} for r in steady(6)]))
    prepared = with_steps(prepared, 0.0)
    once, thrice = (
        fit(prepared, learned(design=d, excess=0.0), last_day=LAST).problem.r for d in (1.0, 3.0)
    )
    np.testing.assert_allclose(thrice, 3.0 * once, atol=1e-15)


def test_each_firm_counts_once_among_house_effects() -> None:
    rows = steady(12) + [
        poll(FIRST_POLL + timedelta(days=2 * i), "Quorum", days=1, elk=44.0, fox=31.0, yak=16.0)
        for i in range(20)
    ]
    done = fitted(rows)
    assert done.slots.firms == ("Plumb", "Quorum", "Tally")
    np.testing.assert_allclose(done.slots.house.sum(axis=0), 0.0, atol=1e-12)
    by_firm = done.slots.house @ done.solution.theta.reshape(-1, done.dims)
    np.testing.assert_allclose(by_firm.sum(axis=0), 0.0, atol=1e-12)
    quorum = (by_firm @ done.basis.T)[1]
    assert quorum[0] > 0.01 > -0.01 > quorum[1]  # high for elk, low for fox


def test_versions_of_a_question_only_where_asked_at_the_same_time() -> None:
    """A version that replaced another cannot be told from a change of support."""
    half = len(steady()) // 2
    after = [r | {"question": "A" if i < half else "B"} for i, r in enumerate(steady())]
    beside = [r | {"question": "AB"[i % 2]} for i, r in enumerate(steady())]
    last = FIRST_POLL + timedelta(days=130)
    plain, one, two = (fitted(rows, last) for rows in (steady(), after, beside))
    assert one.slots.scale.size == plain.slots.scale.size
    assert two.slots.scale.size == plain.slots.scale.size + 1
    np.testing.assert_array_equal(line(one), line(plain))


def test_after_the_last_poll_the_line_widens_and_returns_to_its_anchor() -> None:
    rows = steady(20, {"elk": 30.0, "fox": 46.0, "yak": 15.0})
    end = rows[-1]["end"]
    done = fitted(rows, end + timedelta(days=300))
    elk = line(done)[:, 0]
    at = (end - done.first_day).days
    assert elk[at] < elk[at + 100] < elk[at + 300] < 40.0  # the last result
    sizes = [np.trace(done.solution.covariance(at + t)) for t in (0, 100, 300)]
    assert sizes[0] < sizes[1] < sizes[2]


def test_a_replaced_candidate_gives_the_line_room_on_that_day() -> None:
    day = FIRST_POLL + timedelta(days=30)
    rows = [
        *steady(8, {"elk": 34.0, "fox": 40.0, "yak": 16.0}),
        *[
            r | {"end": r["end"] + timedelta(32), "start": r["start"] + timedelta(32)}
            for r in steady(8, {"elk": 40.0, "fox": 36.0, "yak": 15.0}, seed=3)
        ],
    ]
    people = [
        Contender("elk", "Elk", candidate="A", changes=(Change(day, "B"),)),
        *[Contender(c, c) for c in ("fox", "yak", "oth")],
    ]
    constants = learned(jump=0.1, walk=0.004)
    plain = fitted(rows, constants=constants)
    jump = fitted(rows, constants=constants, contenders=people)
    at = (day - plain.first_day).days
    extra = jump.problem.q - plain.problem.q
    assert np.flatnonzero(np.abs(extra).sum(axis=(1, 2))).tolist() == [at - 1]
    np.testing.assert_allclose(extra[at - 1], 0.01 * jump.v)
    rise = [line(f)[at, 0] - line(f)[at - 1, 0] for f in (plain, jump)]
    assert rise[1] > 2 * rise[0] > 0
    prepared = prepare(campaign(rows, contenders=people))
    closed = fit(prepared, constants, last_day=LAST, no_jump_near=day + timedelta(2))
    np.testing.assert_array_equal(closed.problem.q, plain.problem.q)


def test_governing_parties_are_expected_to_lose_what_was_learned() -> None:
    rows = steady(3)
    c = learned(drift_head=-0.2, drift_partner=-0.1)
    plain = fitted(rows, constants=c)
    governed = fitted(rows, constants=c, government=("fox", "yak"))
    shift = governed.basis @ (governed.mu - plain.mu)
    expected = np.array([0.0, -0.2, -0.1, 0.0])
    np.testing.assert_allclose(shift, expected - expected.mean(), atol=1e-12)


def test_a_campaign_without_any_earlier_result_can_be_fitted() -> None:
    rows = steady(10)
    done = fitted(rows, last={})
    assert np.isnan(done.prepared.anchor).all()
    at = {c: line(done)[-1, i] for i, c in enumerate(done.prepared.contenders)}
    assert at["elk"] == pytest.approx(38.0, abs=2.0)
    assert at["oth"] == pytest.approx(10.0, abs=2.0)


def test_a_newcomer_starts_where_its_first_polls_put_it() -> None:
    rows = steady(10, {"elk": 35.0, "fox": 30.0, "yak": 25.0})
    done = fitted(rows, last={"elk": 50.0, "fox": 45.0})
    assert np.isnan(done.prepared.anchor[2])
    assert line(done)[0, 2] == pytest.approx(25.0, abs=2.5)


def test_one_poll_on_the_day_after_the_result() -> None:
    day = LAST_ELECTION + timedelta(days=1)
    done = fitted([poll(day, days=1, elk=40.0, fox=35.0, yak=15.0)], day)
    assert done.problem.days == 1
    np.testing.assert_allclose(line(done)[0], [40, 35, 15, 10], atol=0.5)


def test_a_party_of_one_region_moves_as_one_of_its_size_there() -> None:
    prepared, constants, day = real("gb-next", date(2026, 8, 20))
    stands = dict(zip(prepared.contenders, reach(prepared), strict=True))
    weights = {r.id: r.weight for r in prepared.campaign.regions}
    assert stands["snp"] == weights["GB-SCT"]
    assert stands["pc"] == weights["GB-WLS"]
    assert {stands[c] for c in ("lab", "con", "ref", "ld", "grn", "rb", "oth")} == {1.0}
    done = draw(fit(prepared, constants, last_day=day, smooth=False), path_draws=0)
    shares = election_day(done, (prepared.campaign.election_date - day).days)
    snp = shares[:, prepared.contenders.index("snp")]
    assert np.quantile(snp, 0.995) < weights["GB-SCT"]  # more than all of Scotland's votes


def test_without_results_by_region_everyone_stands_everywhere() -> None:
    assert reach(prepare(campaign(steady(6)))).tolist() == [1.0] * 4
