"""The result of 2019 on the boundaries of 2024: codes found, votes neither lost nor made."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tools.build.seats_codes import letters, official_codes
from tools.build.seats_gb import VOTES
from tools.build.seats_notional import carried, notional, winners

from comparenotes.race.seats.tables import table

RAW = Path(os.environ.get("COMPARENOTES_SHARED", Path(__file__).parents[3] / "shared")) / "data"
PUBLISHED = {"con": 372, "lab": 201, "ld": 8, "snp": 48, "pc": 2, "grn": 1}
"""Winners of 2019 on these boundaries as Rallings and Thrasher worked them out."""

LAST = date(2019, 12, 12)

OLD = pl.DataFrame(
    {"key": ["a", "b", "c"], "name": ["North Mere", "Wexbridge", "Old Harbour"], "region": "East"}
)
NEW = pl.DataFrame(
    {"key": ["N1", "N2"], "name": ["Harbour and Mere", "Wexbridge"], "region": "East"}
)
OVERLAP = pl.DataFrame(
    {
        "PARL10": ["a", "a", "b", "c"],
        "PARL25": ["X.HAM", "X.WEX", "X.WEX", "X.HAM"],
        "overlap_pop": [30.0, 10.0, 80.0, 60.0],
    }
)


def test_letters_of_a_short_code() -> None:
    assert letters("HAM", "Harbour and Mere") == 1.0
    assert 0 < letters("WEX", "Wexbridge") < 1.0
    assert letters("QQQ", "Wexbridge") == 0.0


def test_codes_are_assigned_all_at_once() -> None:
    codes = official_codes(OVERLAP, OLD, NEW).sort("key")
    assert codes.select("PARL25", "key").rows() == [("X.HAM", "N1"), ("X.WEX", "N2")]
    with pytest.raises(ValueError, match="2 short codes, 1 constituencies"):
        official_codes(OVERLAP, OLD, NEW.head(1))


def test_votes_go_with_the_people() -> None:
    votes = {"con": [400, 100, 300], "lab": [200, 500, 100], "ld": [8, 0, 0], "nat": [0, 0, 0]}
    before = OLD.select(date=pl.lit(LAST), key="key").with_columns(
        **{k: pl.Series(v) for k, v in votes.items()},
        ref=pl.lit(None, dtype=pl.Int64),
        grn=pl.lit(None, dtype=pl.Int64),
        oth=pl.lit(0),
    )
    got = carried(OVERLAP, before, official_codes(OVERLAP, OLD, NEW))
    assert got["con"].to_list() == [600.0, 200.0]  # three quarters of a, and all of c
    assert got["lab"].to_list() == [250.0, 550.0]
    assert got["ld"].to_list() == [6.0, 2.0]
    assert got["ref"].null_count() == 2  # not counted apart, which is not nothing
    with pytest.raises(ValueError, match="without people"):
        carried(OVERLAP.head(3), before, official_codes(OVERLAP, OLD, NEW))


@pytest.mark.parametrize("year", [2010, 2015, 2017, 2019])
def test_no_vote_is_lost_or_made(year: int) -> None:
    before = table("gb_1955_2019").filter(
        pl.col("date").dt.year() == year, pl.col("region") != "Northern Ireland"
    )
    after = table("gb_2010_2019_new").filter(pl.col("date").dt.year() == year)
    assert after.height == 632
    for v in VOTES:
        if before[v].null_count() == 0:
            assert after[v].sum() == pytest.approx(before[v].sum(), abs=5), v
        else:
            assert after[v].null_count() == 632


def test_the_greens_seat_is_carried_over_whole() -> None:
    own = table("gb_own")
    for _, here in own.group_by("date"):
        by_era = here.group_by("era").agg(pl.col("votes").sum())["votes"]
        assert len(by_era) == 2
        assert by_era[0] == pytest.approx(by_era[1], abs=2)


def test_winners_are_near_the_published_ones() -> None:
    won = winners(_last())
    assert sum(won.values()) == 632
    assert {k: abs(won[k] - n) for k, n in PUBLISHED.items() if k != "grn"} == {
        "con": 3,
        "lab": 1,
        "ld": 1,
        "snp": 0,
        "pc": 0,
    }
    # the Speaker's seat, and the Greens' one, which the source counts with the others
    assert won["oth"] == 2


def test_constituencies_have_the_codes_they_vote_under() -> None:
    """Seen by eye: the least alike pairs of the assignment, and what they were made from."""
    now = _last().join(table("gb_2024"), on="key", suffix="_2024")
    assert now.height == 632
    assert (now["name"] == now["name_2024"]).all()
    assert (now["region"] == now["region_2024"]).all()
    then = table("gb_1955_2019").filter(pl.col("date") == LAST)
    for new, old in {
        "Lowestoft": "Waveney",
        "North West Essex": "Saffron Walden",
        "Droitwich and Evesham": "Mid Worcestershire",
        "Dunstable and Leighton Buzzard": "South West Bedfordshire",
        "Corby and East Northamptonshire": "Corby",
        "Orkney and Shetland": "Orkney and Shetland",
    }.items():
        a, b = now.filter(pl.col("name") == new), then.filter(pl.col("name") == old)
        assert _con(a) == pytest.approx(_con(b), abs=0.005), new


def _last() -> pl.DataFrame:
    return table("gb_2010_2019_new").filter(pl.col("date") == LAST)


def _con(row: pl.DataFrame) -> float:
    return float(
        row["con"].item() / row.select(pl.sum_horizontal("con", "lab", "ld", "nat", "oth")).item()
    )


@pytest.mark.skipif(
    not (RAW / "uk_constituencies").is_dir(), reason=f"the raw files are not at {RAW}"
)
def test_built_from_the_raw_files() -> None:
    built = notional(RAW, table("gb_1955_2019"), table("gb_2024"))
    assert built.equals(table("gb_2010_2019_new"))
