"""Each constituency's chances: the seats' own draws, nothing of later, words that hold."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks import seats_places, seats_published
from click.testing import CliRunner

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.cli.main import cli
from comparenotes.race.seats import SeatResult, allocate
from comparenotes.race.seats.gb_base import carried, frame, results_before
from comparenotes.race.seats.gb_debuts import forerunners, pattern
from comparenotes.race.seats.gb_pairs import pairs_before
from comparenotes.race.seats.gb_places import classed, places
from comparenotes.race.seats.gb_roles import EFFECTS, features

NAMES = ("lab", "con", "ref", "ld", "grn", "snp", "pc", "oth")
AGAIN = np.array([0.329, 0.447, 0.021, 0.118, 0.028, 0.040, 0.005, 0.012])
"""The vote of 2019."""
EVE = date(2024, 7, 3)


@pytest.fixture(scope="module")
def again() -> tuple[SeatResult, pl.DataFrame]:
    """Seats and constituencies of 2024, had the vote of 2019 been cast again."""
    campaign, shares = load_bundled("gb-2024"), np.tile(AGAIN, (300, 1))
    seats = allocate(campaign, NAMES, shares, as_of=EVE)
    table = places(campaign, NAMES, shares, as_of=EVE)
    assert isinstance(seats, SeatResult)
    assert isinstance(table, pl.DataFrame)
    return seats, table


def test_chances_are_the_seats_own_draws(again: tuple[SeatResult, pl.DataFrame]) -> None:
    seats, table = again
    assert table.height == table["key"].n_unique() == 632
    chances = table.select(pl.col("^p_.*$")).to_numpy()
    assert chances.sum(axis=1) == pytest.approx(np.ones(632))
    expected = dict(zip(seats.names, seats.draws.mean(axis=0), strict=True))
    for c in NAMES:
        outside = 18 if c == "oth" else 0
        assert table[f"p_{c}"].sum() + outside == pytest.approx(expected[c], abs=0.05), c


def test_the_vote_of_2019_again_gives_its_notional_house(
    again: tuple[SeatResult, pl.DataFrame],
) -> None:
    seats, table = again
    mean = dict(zip(seats.names, seats.draws.mean(axis=0), strict=True))
    for c, won in {"con": 372, "lab": 201, "ld": 8, "snp": 48, "pc": 2, "grn": 1}.items():
        assert abs(mean[c] - won) < 12, c
    by = dict(table.select("name", "winner").rows())
    assert by["Brighton Pavilion"] == "grn"  # counted with the others, known apart
    assert by["Chorley"] == "oth"  # the Speaker's
    assert "carried over by population" in seats.note
    assert "for Greens: spread like other new parties" in seats.note
    assert "for Reform UK: spread like their forerunners' votes" in seats.note


def test_an_heir_stands_where_its_forerunners_did() -> None:
    campaign = load_bundled("gb-2024")
    shares = np.tile([0.28, 0.22, 0.28, 0.10, 0.06, 0.03, 0.01, 0.02], (200, 1))
    table = places(campaign, NAMES, shares, as_of=EVE)
    assert isinstance(table, pl.DataFrame)
    earlier = results_before(campaign.election_date, EVE, frame(), carried())
    best = forerunners(earlier, earlier[-1].keys)
    assert best is not None
    p = table["p_ref"].to_numpy()
    strong, weak = best >= np.quantile(best, 0.8), best <= np.quantile(best, 0.2)
    assert p[strong].mean() > 2 * p[weak].mean()
    part = pattern(earlier, earlier[-1].keys, earlier[-1].votes, 0.8)
    assert part is not None
    assert np.average(part, weights=earlier[-1].votes) == pytest.approx(1)


def test_boundaries_are_known_before_they_are_used() -> None:
    campaign, shares = load_bundled("gb-2024"), np.tile(AGAIN, (20, 1))
    assert isinstance(allocate(campaign, NAMES, shares, as_of=date(2023, 6, 28)), SeatResult)
    for result in (
        allocate(campaign, NAMES, shares, as_of=date(2023, 6, 27)),
        places(campaign, NAMES, shares, as_of=date(2023, 6, 27)),
    ):
        assert isinstance(result, str)
        assert "boundaries changed" in result
    days = [b.day.year for b in results_before(campaign.election_date, EVE, frame(), carried())]
    assert days == [2010, 2015, 2017, 2019]


def test_what_was_gained_is_known() -> None:
    base = results_before(date(2019, 12, 12), date(2019, 12, 1), frame(), carried())[-1]
    gained = dict(zip(base.names, base.gained, strict=True))
    assert base.day == date(2017, 6, 8)
    assert gained["Canterbury"]  # Labour's for the first time
    assert not gained["Islington North"]
    # across a change of boundaries, by name
    first = results_before(date(2001, 6, 7), date(2001, 6, 1), frame(), carried())[-1]
    gained = dict(zip(first.names, first.gained, strict=True))
    assert [g for n, g in gained.items() if "Southgate" in n] == [True]
    assert [g for n, g in gained.items() if n.startswith("Huntingdon")] == [False]


def test_places_of_parties() -> None:
    shares = np.array([[0.5, 0.3, 0.2], [0.2, 0.38, 0.42]])
    x = features(shares, ("con", "lab", "ld"), np.array([False, True]))
    at = {e: i for i, e in enumerate(EFFECTS)}
    near = np.exp(-np.array([0.2, 0.04]) / 0.12)
    assert x[0, 0, at["large holds"]] == pytest.approx(near[0])
    assert x[1, 2, at["small holds"]] == pytest.approx(near[1])
    assert x[1, 1, at["large is second"]] == pytest.approx(near[1])
    assert x[:, :, at["further behind"]].tolist() == [
        pytest.approx([0, 0, near[0]]),
        pytest.approx([near[1], 0, 0]),
    ]
    assert x[:, :, at["holds it newly"]].tolist() == [[0, 0, 0], [0, 0, 1]]
    assert x[:, :, at["second to a new holder"]].tolist() == [[0, 0, 0], [0, 1, 0]]


def test_thirteen_pairs_teach_the_next_election_and_twelve_2024() -> None:
    for day, exact in ((EVE, 12), (date(2026, 1, 1), 13)):
        pairs = pairs_before(frame(), carried(), day)
        assert sum(p.exact for p in pairs) == exact
        assert len(pairs) - exact == 5
        for p in pairs:
            assert p.s1.sum(axis=1) == pytest.approx(np.ones(len(p.s1)))
            assert p.before.keys == p.after.keys


@pytest.mark.parametrize(
    ("p", "word"), [(1, "safe"), (0.95, "likely"), (0.7, "leaning"), (0.69, "toss-up")]
)
def test_words(p: float, word: str) -> None:
    assert classed(p) == word


def test_words_held_on_ten_elections() -> None:
    kept = json.loads(seats_places.FILE.read_text(encoding="utf-8"))["polls"]
    assert len(kept["elections"]) == 10
    assert sum(c["constituencies"] for c in kept["classes"]) > 6000
    for c in kept["classes"]:
        assert abs(c["said"] - c["won"]) < 0.03, c["class"]


def test_kept_scores_are_what_the_model_says() -> None:
    kept = json.loads(seats_places.FILE.read_text(encoding="utf-8"))["votes"]["elections"]
    was = next(e for e in kept if e["campaign"] == "gb-2019")
    now = seats_places.run(("gb-2019",), "votes")[0][0]
    assert now["missed"] == pytest.approx(was["missed"], abs=0.5)
    assert now["right"] == pytest.approx(was["right"], abs=0.01)


def test_published_forecasts_are_as_published() -> None:
    """Differences: seats of independents and of the Speaker count here."""
    rows = json.loads(seats_published.FILE.read_text(encoding="utf-8"))
    right = {r["forecaster"]: r["right"] for r in rows if r["right"] is not None}
    for name, published in {
        "ElectionMapsUK": 0.887,
        "New Statesman": 0.875,
        "Principal Fish": 0.821,
        "The Economist (MRP)": 0.791,
    }.items():
        assert right[name] == pytest.approx(published, abs=0.01), name


def test_on_the_command_line(tmp_path: Path) -> None:
    out = tmp_path / "map.csv"
    args = ["race", "gb-next", "--as-of", "2026-08-01", "--constituencies"]
    result = CliRunner().invoke(cli, [*args, "--json", "--out", str(out)])
    assert result.exit_code == 0, result.output
    made = json.loads(result.stdout)
    assert len(made["constituencies"]) == 632
    one = made["constituencies"][0]
    assert one["p"] == max(one["chances"].values())
    assert pl.read_csv(out)["key"].to_list() == [c["key"] for c in made["constituencies"]]
    shown = CliRunner().invoke(cli, args).output
    assert "Constituencies by likeliest winner" in shown
    assert "All 632" in shown


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("us-2024", "--constituencies"), "House of Commons alone"),
        (("gb-2005", "--constituencies"), "boundaries changed"),
        (("gb-next", "--out", "x.csv"), "--out goes with --constituencies"),
        (("gb-next", "--constituencies", "--out", "x.txt"), "cannot write a .txt file"),
    ],
)
def test_what_cannot_be_shown(args: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(cli, ["race", *args])
    assert result.exit_code != 0
    assert said in result.output or said in str(result.exception)
