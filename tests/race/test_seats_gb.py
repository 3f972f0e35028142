"""The House of Commons from draws of votes."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.race.seats import SeatResult, allocate
from comparenotes.race.seats.gb_base import (
    GROUPS,
    base_of,
    carried,
    frame,
    same_boundaries,
)
from comparenotes.race.seats.gb_draws import simulate
from comparenotes.race.seats.gb_local import local_columns
from comparenotes.race.seats.gb_pairs import pairs_before
from comparenotes.race.seats.gb_roles import EFFECTS
from comparenotes.race.seats.gb_swing import learn, swing_at
from comparenotes.race.seats.tables import table

NAMES = ("lab", "con", "ref", "ld", "grn", "snp", "oth")
DAY = date(2026, 1, 10)
SHARES_2024 = (0.347, 0.244, 0.147, 0.126, 0.069, 0.025, 0.042)


def commons(
    shares: np.ndarray, names: tuple[str, ...] = NAMES, draws: int = 300, **more: object
) -> SeatResult:
    values = np.tile(shares, (draws, 1)) if shares.ndim == 1 else shares
    result = allocate(load_bundled("gb-next"), names, values, as_of=DAY, **more)  # type: ignore[arg-type]
    assert isinstance(result, SeatResult)
    return result


def test_the_same_vote_again_gives_about_the_same_house() -> None:
    result = commons(np.array(SHARES_2024))
    mean = dict(zip(result.names, result.draws.mean(axis=0), strict=True))
    for c, seats in {"lab": 411, "con": 121, "ld": 72, "ref": 5, "snp": 9}.items():
        assert abs(mean[c] - seats) < 20, c
    assert set(result.totals) == {650}
    assert result.majority == 326
    # 18 of Northern Ireland are always among the others
    assert result.draws[:, result.names.index("oth")].min() >= 18


def test_same_seed_same_house_and_order_of_names_does_not_matter() -> None:
    rng = np.random.default_rng(5)
    shares = np.array(SHARES_2024) * np.exp(0.1 * rng.standard_normal((120, len(NAMES))))
    shares /= shares.sum(axis=1, keepdims=True)
    a, b = commons(shares), commons(shares)
    assert np.array_equal(a.draws, b.draws)
    order = [3, 0, 5, 6, 1, 2, 4]
    c = commons(shares[:, order], tuple(NAMES[i] for i in order))
    assert np.array_equal(c.draws, a.draws[:, order])
    d = commons(shares, seed=7)
    assert not np.array_equal(a.draws, d.draws)
    assert np.abs(a.draws.mean(axis=0) - d.draws.mean(axis=0)).max() < 15


def test_more_votes_more_seats() -> None:
    shares = np.array(SHARES_2024)
    seats = []
    for move in (-0.08, -0.04, 0.0, 0.04):
        moved = shares + move * np.array([1, -1, 0, 0, 0, 0, 0])
        seats.append(commons(moved).draws.mean(axis=0)[:2])
    lab, con = np.array(seats).T
    assert (np.diff(lab) > 20).all()
    assert (np.diff(con) < -20).all()


def test_shares_of_a_draw_add_up_to_its_vote() -> None:
    """The constituency shares are raked to the national ones (checked through a lone region)."""
    base = base_of(frame(), date(2024, 7, 4))
    swing = swing_at(table("gb_swing"), DAY)
    assert swing is not None
    campaign = load_bundled("gb-next").known_at(DAY)
    scotland = np.array([0.30, 0.10, 0.05, 0.08, 0.06, 0.36, 0.05])
    shares = np.tile(SHARES_2024, (40, 1))
    rng = np.random.default_rng(1)
    columns = local_columns(
        campaign, [base], NAMES, shares, {"GB-SCT": np.tile(scotland, (40, 1))}, swing, rng
    )
    total = sum(c.target[:, 0] for c in columns)
    assert total == pytest.approx(shares.sum(axis=1))
    scots = sum(c.target[:, 1] for c in columns)
    assert scots == pytest.approx(np.ones(40))
    assert all(np.isnan(c.target[:, 2:]).all() for c in columns)
    won = simulate(base, columns, swing, rng)
    assert won.sum(axis=1).tolist() == [632] * 40


def test_a_region_follows_its_own_draws() -> None:
    shares = np.array(SHARES_2024)
    scotland = np.array([0.20, 0.12, 0.06, 0.08, 0.06, 0.45, 0.03])
    plain = commons(shares)
    with_region = commons(shares, regions={"GB-SCT": np.tile(scotland, (300, 1))})
    snp = NAMES.index("snp")
    assert plain.draws[:, snp].mean() < 25
    assert with_region.draws[:, snp].mean() > 40
    assert set(with_region.totals) == {650}


def test_a_new_party_has_no_stronghold_it_is_known_for() -> None:
    names = (*NAMES, "gnu")
    small = commons(np.array([*np.array(SHARES_2024) * 0.95, 0.05]), names)
    large = commons(np.array([*np.array(SHARES_2024) * 0.60, 0.40]), names)
    assert small.draws[:, -1].mean() < 3
    assert large.draws[:, -1].mean() > 250
    assert "gnu" in small.note


def test_what_the_polls_hide_is_said() -> None:
    names = ("lab", "con", "ref", "ld", "grn", "oth")
    shares = np.array([0.347, 0.244, 0.147, 0.126, 0.069, 0.067])
    result = commons(shares, names)
    assert "SNP and PC" in result.note
    # they keep about their part of the others
    assert 18 + 5 < result.draws[:, -1].mean() < 18 + 40


def test_regional_shape_of_the_tables() -> None:
    results = frame()
    for day, gb, ni in (
        (date(1979, 5, 3), 623, 12),
        (date(1992, 4, 9), 634, 17),
        (date(2019, 12, 12), 632, 18),
        (date(2024, 7, 4), 632, 18),
    ):
        base = base_of(results, day)
        assert (len(base.votes), base.elsewhere) == (gb, ni)
        assert base.shares.sum(axis=1) == pytest.approx(np.ones(gb))
        assert (np.diff(base.group) >= 0).all()
        assert set(base.group) == set(range(len(GROUPS)))
    won = base_of(results, date(2019, 12, 12)).shares.argmax(axis=1)
    assert np.bincount(won, minlength=5).tolist() == [365, 202, 11, 52, 2]


def test_boundaries() -> None:
    assert same_boundaries(date(2010, 5, 6), date(2015, 5, 7))
    assert not same_boundaries(date(2019, 12, 12), date(2024, 7, 4))
    assert not same_boundaries(date(2001, 6, 7), date(2005, 5, 5))


def test_learned_from_earlier_elections_only() -> None:
    results = frame()
    cut = date(2015, 5, 7)
    swing = learn(results, carried(), cut)
    later = results.with_columns(
        pl.when(pl.col("date") >= cut).then(pl.col("lab") + 30_000).otherwise(pl.col("lab"))
    )
    moved = carried().with_columns(pl.col("oth") * 2)  # known in 2023 only
    assert swing == learn(later, moved, cut)
    assert swing is not None
    pairs = pairs_before(results, carried(), cut)
    assert (swing.pairs, swing.alike) == (9, 5)
    assert sum(p.exact for p in pairs) == 9
    assert len(pairs) == 14
    packaged = swing_at(table("gb_swing"), cut)
    assert packaged is not None
    assert packaged.known_from == date(2010, 5, 7)
    assert packaged.local == pytest.approx(swing.local)
    assert swing_at(table("gb_swing"), date(1960, 1, 1)) is None


def test_learned_sizes_are_of_this_world() -> None:
    swing = swing_at(table("gb_swing"), DAY)
    assert swing is not None
    assert 0.08 < swing.local < 0.12  # 4 to 6 points at a share of one half
    assert -0.4 < swing.gain < swing.loss < 0.7  # gains uniform, losses between
    assert swing.region[0] > swing.region[3]  # Scotland goes its own way more
    held = dict(zip(EFFECTS, swing.effects, strict=True))
    # those who hold a seat do a little better in it, more so at their first defence
    assert held["large holds"] > 0
    assert held["holds it newly"] > 0 > held["second to a new holder"]
    assert held["further behind"] < 0
    # heirs stand where their forerunners did
    assert 0.5 < swing.heir_power < 1.1


def test_too_early_to_learn() -> None:
    campaign = load_bundled("gb-1959")
    said = allocate(
        campaign, ("con", "lab", "oth"), np.array([[0.5, 0.44, 0.06]]), as_of=campaign.eve()
    )
    assert said == "Too few earlier elections to learn how constituencies swing."
