"""List systems: real allocations to the seat, thresholds, bonuses, laws by date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.race.seats import SeatResult, allocate
from comparenotes.race.seats.divisor import apportion
from comparenotes.race.seats.lists import bonus_seats
from comparenotes.race.seats.result import threshold_rows
from comparenotes.race.seats.tables import rule


def actual(campaign: Campaign, draws: int = 200) -> tuple[tuple[str, ...], np.ndarray]:
    rows = campaign.results.filter(pl.col("region").is_null(), pl.col("share").is_not_null())
    shares = rows["share"].to_numpy() / 100
    return tuple(rows["contender"].to_list()), np.tile(shares / shares.sum(), (draws, 1))


def seats_of(campaign_id: str) -> SeatResult:
    campaign = load_bundled(campaign_id)
    names, shares = actual(campaign)
    result = allocate(campaign, names, shares, as_of=campaign.eve())
    assert isinstance(result, SeatResult)
    return result


@pytest.mark.parametrize(
    "campaign_id",
    ["se-2022", "se-2018", "se-2002", "at-2019", "sk-2023", "gr-2023-06", "gr-2019", "ee-2023"],
)
def test_every_party_gets_what_it_got(campaign_id: str) -> None:
    result = seats_of(campaign_id)
    won = load_bundled(campaign_id).results.filter(pl.col("region").is_null())
    for c, seats in zip(won["contender"], won["seats"], strict=True):
        if c != "oth":
            assert set(result.draws[:, result.names.index(c)]) == {seats}, c
    assert set(result.totals) == {result.total}


def test_sweden_2022_by_hand() -> None:
    result = seats_of("se-2022")
    got = dict(zip(result.names, result.draws[0], strict=True))
    assert [got[c] for c in ("s", "sd", "m", "v", "c", "kd", "mp", "l")] == [
        107, 73, 68, 24, 24, 19, 18, 16,
    ]  # fmt: skip
    assert (result.total, result.majority) == (349, 175)


def test_netherlands_2021_and_2023() -> None:
    for campaign_id, first in (("nl-2021", {"d66": 24, "pvv": 17}), ("nl-2023", {"pvv": 37})):
        result = seats_of(campaign_id)
        assert set(result.totals) == {150}
        for c, seats in first.items():
            # the others' seat or two is taken from someone
            assert abs(np.median(result.draws[:, result.names.index(c)]) - seats) <= 1
    campaign = load_bundled("nl-2023")
    names, shares = actual(campaign, 1)
    named = [i for i, c in enumerate(names) if c != "oth"]
    won = dict(zip(campaign.results["contender"], campaign.results["seats"], strict=True))
    exact = apportion(shares[:, named], 150, "dhondt")[0]
    assert exact.tolist() == [won[names[i]] for i in named]


def test_new_zealand_2023() -> None:
    result = seats_of("nz-2023")
    draws = dict(zip(result.names, result.draws.T, strict=True))
    kept = draws["tpm"] > 0  # its one electorate of 2020 won again: exempt from the threshold
    assert 0.4 < kept.mean() < 0.95
    with_maori = [int(np.median(draws[c][kept])) for c in ("nat", "lab", "grn", "act", "nzf")]
    assert with_maori == [48, 34, 15, 11, 8]
    assert set(draws["tpm"][kept]) == {4}
    assert set(result.totals) == {120}
    told = {r["contender"]: r for r in threshold_rows(result)}["tpm"]
    assert told["or_local_seats"], "at 3% it does not clear 5%: its electorate lets it in"


def test_german_chamber_grows_and_law_by_date() -> None:
    result = seats_of("de-2021")
    assert result.totals.min() >= 598
    assert result.totals.std() > 10
    before = rule("DE", date(2025, 2, 23), date(2023, 1, 1))
    after = rule("DE", date(2025, 2, 23), date(2023, 7, 1))
    assert before is not None
    assert after is not None
    assert (before.seats, before.size) == (598, "levelled")
    assert (after.seats, after.size) == (630, None)
    assert rule("XX", date(2025, 1, 1), date(2025, 1, 1)) is None


def test_threshold_is_a_cliff() -> None:
    campaign = load_bundled("se-2022")
    names = ("s", "m", "l", "oth")
    shares = np.array([[0.50, 0.44, 0.041, 0.019], [0.50, 0.44, 0.039, 0.021]])
    result = allocate(campaign, names, shares, as_of=campaign.eve())
    assert isinstance(result, SeatResult)
    assert result.draws[:, 2].tolist() == [15, 0]
    assert result.draws[:, 3].tolist() == [0, 0]
    assert result.clears is not None
    assert result.clears[:, 2].tolist() == [True, False]
    assert not result.clears[:, 3].any()


def test_nobody_over_the_threshold() -> None:
    campaign = load_bundled("se-2022")
    names = ("s", "m", "oth")
    result = allocate(campaign, names, np.array([[0.03, 0.02, 0.95]]), as_of=campaign.eve())
    assert isinstance(result, SeatResult)
    assert result.totals.tolist() == [349]


def test_sliding_bonus() -> None:
    law = rule("GR", date(2023, 6, 25), date(2023, 6, 24))
    assert law is not None
    shares = np.array([[s, 0.1] for s in (0.24, 0.25, 0.255, 0.40, 0.45)])
    extra = bonus_seats(shares, np.ones_like(shares, dtype=bool), law)
    assert extra[:, 0].tolist() == [0, 20, 21, 50, 50]
    assert extra[:, 1].sum() == 0


def test_same_answer_twice_and_other_seed() -> None:
    campaign = load_bundled("nz-2023")
    names, shares = actual(campaign)
    a, b, c = (allocate(campaign, names, shares, as_of=campaign.eve(), seed=s) for s in (1, 1, 2))
    assert isinstance(a, SeatResult)
    assert isinstance(b, SeatResult)
    assert isinstance(c, SeatResult)
    assert np.array_equal(a.draws, b.draws)
    assert not np.array_equal(a.draws, c.draws)


def test_others_column_is_added() -> None:
    campaign = load_bundled("dk-2022")
    names = ("s", "v")
    result = allocate(campaign, names, np.array([[0.55, 0.45]]), as_of=campaign.eve())
    assert isinstance(result, SeatResult)
    assert result.names == ("s", "v", "oth")
    assert result.draws.tolist() == [[96, 79, 4]]


@pytest.mark.parametrize(
    ("campaign_id", "word"),
    [
        ("ca-2021", "constituencies"),
        ("au-2022", "preferences"),
        ("hu-2022", "constituencies"),
        ("mt-2022", "Single transferable"),
        ("fr-president-2022", "president"),
        ("gb-2005", "boundaries"),
    ],
)
def test_what_is_not_modelled_is_said(campaign_id: str, word: str) -> None:
    campaign = load_bundled(campaign_id)
    names, shares = actual(campaign, 2)
    said = allocate(campaign, names, shares, as_of=campaign.eve())
    assert isinstance(said, str)
    assert word in said
    assert said.endswith(".")


def test_unknown_country_with_unknown_size() -> None:
    campaign = replace(
        load_bundled("se-2022"),
        country="XX",
        history=pl.DataFrame(schema=load_bundled("se-2022").history.schema),
    )
    said = allocate(campaign, ("s", "m"), np.array([[0.5, 0.5]]), as_of=campaign.eve())
    assert isinstance(said, str)
    assert "size of the chamber" in said
