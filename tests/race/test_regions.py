"""Regions: leans from past results, one state space with the nation, joint draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.race import composition as comp
from comparenotes.race.constants import constants_for
from comparenotes.race.model import fit
from comparenotes.race.prepare import prepare
from comparenotes.race.regions import RegionalFit, fit_regions
from comparenotes.race.regions_draws import draw_regions
from comparenotes.race.regions_prior import leans
from tests.race.oracle import brute_force

DAY = date(2012, 10, 1)


def regional(day: date = DAY, drop: str | None = None) -> RegionalFit:
    campaign = load_bundled("us-2012").known_at(day)
    # the last month of polls: small and quick
    campaign = replace(
        campaign, polls=campaign.polls.filter(pl.col("end") > day - timedelta(days=30))
    )
    if drop is not None:
        keep = pl.col("region").is_null() | (pl.col("region") != drop)
        campaign = replace(campaign, polls=campaign.polls.filter(keep))
    learned = constants_for(day, system=campaign.system, country=campaign.country)
    nation = fit(prepare(campaign), learned, last_day=day)
    fitted = fit_regions(nation)
    assert fitted is not None
    return fitted


@pytest.fixture(scope="module")
def fitted() -> RegionalFit:
    return regional()


def test_leans_come_from_the_last_result_only_up_to_the_day() -> None:
    campaign = load_bundled("us-2012").known_at(DAY)
    ids, dates, lean = leans(campaign, ("dem", "rep"), comp.basis(2))
    assert dates[-1] == date(2008, 11, 4)
    assert len(ids) == 56
    ohio = campaign.history.filter(
        pl.col("date") == dates[-1],
        pl.col("region").is_in(["US-OH"]) | pl.col("region").is_null(),
    )
    share = {(r["region"], r["contender"]): r["share"] for r in ohio.to_dicts()}
    logit = np.log(share["US-OH", "dem"] / share["US-OH", "rep"])
    nation = np.log(share[None, "dem"] / share[None, "rep"])
    i = ids.index("US-OH")
    # one contrast of two contenders is the logit over the square root of two
    assert abs(abs(lean[-1, i, 0]) - abs(logit - nation) / np.sqrt(2)) < 1e-9


def test_the_joint_problem_is_the_brute_force_posterior(fitted: RegionalFit) -> None:
    pr = fitted.problem
    tail = 4
    short = replace(
        pr,
        phi=pr.phi[: tail - 1],
        q=pr.q[: tail - 1],
        day=pr.day[pr.day < tail],
        start=pr.start[: (pr.day < tail).sum() + 1],
    )
    rows = int(short.start[-1])
    short = replace(short, y=pr.y[:rows], g=pr.g[:rows], m=pr.m[:rows], r=pr.r[:rows])
    assert rows > 3
    from comparenotes.race.statespace import solve

    mean, cov, ll = brute_force(short)
    sol = solve(short, engine="numpy")
    d = len(short.m0)
    np.testing.assert_allclose(sol.mean().ravel(), mean[: d * tail], atol=1e-8)
    np.testing.assert_allclose(
        sol.covariance(tail - 1),
        cov[d * (tail - 1) : d * tail, d * (tail - 1) : d * tail],
        atol=1e-8,
    )
    assert sol.log_likelihood == pytest.approx(ll, abs=1e-6)


def test_regions_add_up_to_the_nation_in_every_draw(fitted: RegionalFit) -> None:
    draws = draw_regions(fitted, 36, draws=400)
    total = np.einsum("r,nrk->nk", fitted.prior.weight, draws.regions)
    np.testing.assert_allclose(total, draws.nation, atol=1e-6)
    np.testing.assert_allclose(draws.regions.sum(axis=2), 1.0, atol=1e-12)


def test_same_fit_same_draws(fitted: RegionalFit) -> None:
    one, two = draw_regions(fitted, 36, draws=200), draw_regions(fitted, 36, draws=200)
    assert np.array_equal(one.regions, two.regions)


def test_a_region_without_polls_is_modelled_and_less_certain(fitted: RegionalFit) -> None:
    blind = regional(drop="US-OH")
    i = fitted.prior.regions.index("US-OH")
    seen = draw_regions(fitted, 36, draws=2000).regions[:, i, 0]
    unseen = draw_regions(blind, 36, draws=2000).regions[:, i, 0]
    assert blind.polls_by_region["US-OH"] == 0 < fitted.polls_by_region["US-OH"]
    assert unseen.std() > seen.std()
    assert abs(unseen.mean() - seen.mean()) < 0.05


def test_further_away_is_less_certain(fitted: RegionalFit) -> None:
    near, far = draw_regions(fitted, 0, draws=2000), draw_regions(fitted, 90, draws=2000)
    assert (far.regions[:, :, 0].std(axis=0) > near.regions[:, :, 0].std(axis=0)).all()


def test_multi_party_regions_use_the_same_code() -> None:
    day = date(2024, 12, 20)
    campaign = load_bundled("gb-next").known_at(day)
    learned = constants_for(day, system=campaign.system, country=campaign.country)
    nation = fit(prepare(campaign), learned, last_day=day)
    fitted = fit_regions(nation)
    assert fitted is not None
    draws = draw_regions(fitted, 0, draws=400)
    names = nation.prepared.contenders
    scotland = fitted.prior.regions.index("GB-SCT")
    snp = names.index("snp")
    assert draws.regions[:, scotland, snp].mean() > 0.15
    for i, region in enumerate(fitted.prior.regions):
        if region != "GB-SCT":
            assert draws.regions[:, i, snp].mean() < 0.02


def test_no_regional_results_no_regional_fit() -> None:
    campaign = load_bundled("se-2022")
    day = campaign.eve()
    learned = constants_for(day, system=campaign.system, country=campaign.country)
    nation = fit(prepare(campaign.known_at(day)), learned, last_day=day, smooth=False)
    assert fit_regions(nation) is None
