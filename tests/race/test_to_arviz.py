"""The draws handed to ArviZ are those behind the race's own figures."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import numpy as np
import pytest

pytest.importorskip("arviz_base", reason="the extra arviz is not installed")

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.errors import CompareNotesError
from comparenotes.race.analyse import analyse
from comparenotes.race.result import Race

SAMPLE = ("chain", "draw")


@pytest.fixture(scope="module")
def race() -> Race:
    return analyse(load_bundled("gb-1997"), as_of=date(1997, 3, 1))


@pytest.fixture(scope="module")
def tree(race: Race) -> Any:
    return race.to_arviz()


def test_groups_dimensions_and_names(race: Race, tree: Any) -> None:
    assert set(tree.children) == {"posterior", "predictions", "observed_data", "constant_data"}
    assert tree.posterior.support.dims == ("chain", "draw", "date", "contender")
    assert tree.posterior.voters.dims == ("chain", "draw", "contender")
    assert tree.posterior.contender.values.tolist() == race.average["contender"].to_list()
    days = tree.posterior.date.values.astype("datetime64[D]").tolist()
    assert days == race.trend["date"].unique().sort().to_list()
    assert tree.attrs["as_of"] == "1997-03-01"
    assert all(s.title in tree.attrs["sources"] for s in race.campaign.sources)


def test_the_daily_line_is_the_trend(race: Race, tree: Any) -> None:
    support = tree.posterior.support
    np.testing.assert_allclose(support.mean(SAMPLE).values.ravel(), race.trend["mean"], atol=1e-9)
    lo, hi = support.quantile([0.05, 0.95], SAMPLE).values
    np.testing.assert_allclose(lo.ravel(), race.trend["lo90"], atol=1e-9)
    np.testing.assert_allclose(hi.ravel(), race.trend["hi90"], atol=1e-9)


def test_polling_day_is_the_forecast(race: Race, tree: Any) -> None:
    assert race.forecast is not None
    shares = race.forecast.shares
    day = tree.predictions.polling_day
    np.testing.assert_allclose(day.mean(SAMPLE).values, shares["mean"], atol=1e-9)
    lo, hi = day.quantile([0.05, 0.95], SAMPLE).values
    np.testing.assert_allclose(lo, shares["lo90"], atol=1e-9)
    np.testing.assert_allclose(hi, shares["hi90"], atol=1e-9)


def test_a_draw_of_the_voters_goes_with_its_draw_of_the_line(tree: Any) -> None:
    line = tree.posterior.support.isel(date=-1, contender=0).values.ravel()
    voters = tree.posterior.voters.isel(contender=0).values.ravel()
    matched = np.corrcoef(line, voters)[0, 1]
    apart = np.corrcoef(line, np.roll(voters, 7))[0, 1]
    assert matched > abs(apart) + 0.05


def test_shares_add_up_and_polls_are_as_used(race: Race, tree: Any) -> None:
    for group, name in (("posterior", "support"), ("posterior", "voters")):
        total = tree[group][name].sum("contender").values
        np.testing.assert_allclose(total, 100.0, atol=1e-8)
    share = tree.observed_data.share
    assert share.sizes["poll"] == race.polls_used
    assert int(share.notnull().sum()) == race.polls.height
    lab = share.sel(contender="lab").values
    mine = race.polls.filter(race.polls["contender"] == "lab")["share"]
    np.testing.assert_allclose(np.sort(lab[~np.isnan(lab)]), mine.sort())
    ends = tree.constant_data.poll_end.values.astype("datetime64[D]").tolist()
    assert max(ends) == race.newest_poll_end


def test_regions_where_they_decide() -> None:
    race = analyse(load_bundled("us-2012"), as_of=date(2012, 6, 1), seats=False)
    assert race.forecast is not None
    tree = race.to_arviz()
    day = tree.predictions.polling_day_region.mean(SAMPLE)
    assert day.dims == ("region", "contender")
    for row in race.forecast.regions:
        told = [x["mean"] for x in row["shares"]]
        np.testing.assert_allclose(day.sel(region=row["region"]).values, told, atol=1e-9)


def test_without_the_extra_it_says_how_to_get_it(
    race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "arviz_base", None)
    with pytest.raises(CompareNotesError, match=r"comparenotes\[arviz\]"):
        race.to_arviz()
