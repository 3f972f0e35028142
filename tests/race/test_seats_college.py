"""The Electoral College from draws."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.race.seats import SeatResult, allocate, summarise
from comparenotes.race.seats.college import mixture, past_leans

NAMES = ("dem", "rep")
DAY = date(2024, 11, 4)


def college(shares: np.ndarray, campaign_id: str = "us-2024", **more: object) -> SeatResult:
    result = allocate(load_bundled(campaign_id), NAMES, shares, as_of=DAY, **more)  # type: ignore[arg-type]
    assert isinstance(result, SeatResult)
    assert result.unit == "electoral votes"
    assert set(result.totals) == {538}
    assert result.majority == 270
    return result


def two(dem: float, draws: int = 2000) -> np.ndarray:
    return np.tile([dem, 1 - dem], (draws, 1))


def test_states_given_decide() -> None:
    campaign = load_bundled("us-2024")
    regions = {r.id: two(0.6 if r.id in {"US-CA", "US-ME-1"} else 0.4, 5) for r in campaign.regions}
    result = college(two(0.5, 5), regions=regions)
    assert result.draws[:, 0].tolist() == [55] * 5


def test_electors_are_those_of_the_year() -> None:
    regions = {
        r.id: two(0.6 if r.id == "US-CA" else 0.4, 2) for r in load_bundled("us-2020").regions
    }
    result = college(two(0.5, 2), "us-2020", regions=regions)
    assert result.draws[:, 0].tolist() == [55, 55]


def test_districts_follow_their_state() -> None:
    campaign = load_bundled("us-2024")
    states = {
        r.id: two(0.25, 1000) for r in campaign.regions if r.id.count("-") == 1 and r.id != "US-ME"
    }
    far = college(two(0.4, 1000), regions={**states, "US-ME": two(0.75, 1000)})
    assert set(far.draws[:, 0]) == {4}  # state and both districts
    close = college(two(0.4, 1000), regions={**states, "US-ME": two(0.53, 1000)})
    # the second district is 16 points less Democratic than Maine
    assert 2.9 < close.draws[:, 0].mean() < 3.1


def test_nation_alone_is_wider_than_its_vote_and_monotone() -> None:
    means = [college(two(x)).draws[:, 0].mean() for x in (0.45, 0.48, 0.51, 0.54)]
    assert (np.diff(means) > 30).all()
    result = college(two(0.5))
    assert result.draws[:, 0].std() > 10
    p = dict(zip(*summarise(result).select("contender", "p_majority").get_columns(), strict=True))
    # in 2020 the Electoral College leant Republican
    assert p["dem"] < 0.5 < p["rep"]


def test_same_answer_twice() -> None:
    a, b = college(two(0.5)), college(two(0.5))
    assert np.array_equal(a.draws, b.draws)


def test_swapping_sides_swaps_the_result() -> None:
    campaign = load_bundled("us-2024")
    a = allocate(campaign, ("dem", "rep"), two(0.52, 300), as_of=DAY)
    b = allocate(campaign, ("rep", "dem"), two(0.48, 300), as_of=DAY)
    assert isinstance(a, SeatResult)
    assert isinstance(b, SeatResult)
    assert np.array_equal(a.draws, b.draws[:, ::-1])


def test_leans_look_back_only() -> None:
    campaign = load_bundled("us-2024")
    leans = past_leans(campaign, ("US-TX", "US-ME-2"), date(2012, 11, 5))
    assert leans.days[-1] == date(2008, 11, 4)
    assert leans.margin[-1, 0] < -0.1
    assert np.isnan(leans.margin[0, 1])


def test_mixture_sees_what_moves_together() -> None:
    rng = np.random.default_rng(2)
    factor = rng.standard_normal((12, 1)) @ rng.standard_normal((1, 40))
    together = mixture(factor + 0.1 * rng.standard_normal((12, 40)))[1]
    apart = mixture(rng.standard_normal((12, 40)))[1]
    assert apart < 0.4 < 0.7 < together
    assert mixture(np.zeros((1, 4)))[1] == 0.0


def test_what_is_missing_is_said() -> None:
    campaign = load_bundled("us-2024")
    said = allocate(campaign, ("a", "b"), two(0.5, 2), as_of=DAY)
    assert isinstance(said, str)
    assert "dem and rep" in said


@pytest.mark.parametrize("year", [2008, 2012, 2016, 2020, 2024])
def test_actual_states_give_the_actual_college(year: int) -> None:
    campaign = load_bundled(f"us-{year}")
    regions = {}
    for region in campaign.regions:
        rows = campaign.results.filter(region=region.id).sort("contender")
        if rows.height == 2 and rows["share"].null_count() == 0:
            regions[region.id] = np.tile(rows["share"].to_numpy() / 100, (200, 1))
    result = allocate(campaign, NAMES, two(0.5, 200), as_of=campaign.eve(), regions=regions)
    assert isinstance(result, SeatResult)
    won = {2008: 365, 2012: 332, 2016: 232, 2020: 306, 2024: 226}[year]
    # the districts of 2024 are not in the data: from their state
    assert abs(np.median(result.draws[:, 0]) - won) <= (1 if year == 2024 else 0)
