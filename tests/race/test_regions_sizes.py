"""How far leans shift in a term: known answers, who counts, and what it does to a forecast."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from comparenotes.campaigns.model import HISTORY_COLUMNS
from comparenotes.race import composition as comp
from comparenotes.race.regions_prior import region_prior
from comparenotes.race.regions_sizes import STOOD, shift_sizes
from tests.race.invented import bundled, campaign, poll

CONTENDERS = ("elk", "fox", "yak", "oth")
Table = dict[str | None, dict[str, float]]


def sizes(*elections: Table) -> list[tuple[date, float]]:
    rows = [
        {"date": date(2000 + 4 * i, 5, 1), "region": r, "contender": c, "share": s, "seats": None}
        for i, table in enumerate(elections)
        for r, shares in table.items()
        for c, s in shares.items()
    ]
    made = campaign([poll(date(2024, 1, 1), elk=40, fox=35, yak=15)])
    made = replace(made, history=pl.DataFrame(rows, schema=dict(HISTORY_COLUMNS)))
    b = comp.basis(4)
    return shift_sizes(made, CONTENDERS, b.T @ b, b)


def table(region: dict[str, float]) -> Table:
    return {None: {"elk": 40.0, "fox": 40.0, "yak": 10.0, "oth": 10.0}, "N": region}


def test_a_shift_of_two_parties_has_its_size() -> None:
    found = sizes(table({"elk": 40, "fox": 40}), table({"elk": 40 * np.e, "fox": 40 / np.e}))
    unit = np.sqrt(np.diag(comp.basis(4) @ comp.basis(4).T))[0]
    # plus one and minus one on the log scale: an unbiased variance of 2
    assert [d for d, _ in found] == [date(2004, 5, 1)]
    assert found[0][1] == pytest.approx(2.0 / unit**2)


def test_a_swing_of_the_whole_nation_is_no_shift() -> None:
    later = {None: {"elk": 20.0, "fox": 60.0}, "N": {"elk": 15.0, "fox": 45.0 * 1.5}}
    early = {None: {"elk": 40.0, "fox": 40.0}, "N": {"elk": 30.0, "fox": 45.0}}
    assert sizes(early, later)[0][1] == pytest.approx(0.0)


@pytest.mark.parametrize("share", [0.0, STOOD / 2])
def test_who_did_not_stand_and_the_others_do_not_count(share: float) -> None:
    base = sizes(table({"elk": 40, "fox": 40}), table({"elk": 50, "fox": 35}))
    more = sizes(
        table({"elk": 40, "fox": 40, "yak": share, "oth": 2}),
        table({"elk": 50, "fox": 35, "yak": 30, "oth": 30}),
    )
    assert more == base


def test_one_election_or_one_contender_says_nothing() -> None:
    assert sizes(table({"elk": 40, "fox": 40})) == []
    assert sizes(table({"elk": 40}), table({"elk": 50})) == []


def test_britains_regions_shift_by_points_and_not_by_tens() -> None:
    """Eleven terms since 1979; the size is that of a term in which little happens or much."""
    c = bundled("gb-next").known_at(date(2026, 8, 20))
    ids = ("lab", "con", "ref", "ld", "snp", "oth")
    b = comp.basis(6)
    v = comp.size_covariance(np.array([0.26, 0.2, 0.24, 0.11, 0.03, 0.16]), 1.2, 0.026, b)
    found = shift_sizes(c, ids, v, b)
    assert len(found) == 11
    prior = region_prior(c, ids, v, b, 0.04)
    assert prior is not None
    # of a party at a quarter of the vote, in points
    points = 100 * 0.25 * np.sqrt(prior.shift[0, 0] * (b @ v @ b.T)[0, 0])
    assert 1.0 < points < 6.0
    assert np.count_nonzero(prior.shift - np.diag(np.diag(prior.shift))) == 0
