"""ParlGov readers against hand-checked facts (skipped where the raw files are absent)."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tools.build import parlgov, parlgov_governments

RAW = Path(os.environ.get("COMPARENOTES_SHARED", Path(__file__).parents[3] / "shared")) / "data"
pytestmark = pytest.mark.skipif(
    not (RAW / "parlgov").is_dir(), reason="the raw ParlGov files are not here"
)


@pytest.fixture(scope="module")
def results() -> pl.DataFrame:
    return parlgov.results(RAW)


@pytest.fixture(scope="module")
def governments() -> pl.DataFrame:
    return parlgov_governments.governments(RAW)


def going_in(frame: pl.DataFrame, country: str, day: date) -> dict[str, Any]:
    return frame.filter((pl.col("country") == country) & (pl.col("date") == day)).row(0, named=True)


def test_counts_every_election_once() -> None:
    frame = parlgov.elections(RAW)
    assert frame.height == 845
    assert frame["election"].n_unique() == 845
    assert frame["country"].n_unique() == 37
    assert frame["seats_total"].null_count() == 0


@pytest.mark.parametrize(
    ("day", "list_share", "own"),
    [
        (date(1950, 2, 23), 43.4, 43.4 * 282 / 298),
        (date(1951, 10, 25), 48.0, 48.0 * 302 / 321),
        (date(1955, 5, 26), 49.7, 49.7 * 324 / 345),
        (date(1959, 10, 8), 49.4, 49.4 * 345 / 365),
        (date(1964, 10, 15), 43.4, 43.4 * 298 / 304),
        (date(1966, 3, 31), 41.9, 41.9 * 250 / 253),
    ],
)
def test_british_conservatives_are_not_lost(
    results: pl.DataFrame, day: date, list_share: float, own: float
) -> None:
    row = results.filter(
        (pl.col("country") == "GB") & (pl.col("date") == day) & (pl.col("short") == "Con")
    ).row(0, named=True)
    assert row["share"] is None
    assert row["own_from"] == "seats"
    assert row["own_share"] == pytest.approx(own)
    assert row["list_share"] == pytest.approx(list_share)
    assert row["list_short"] == "CNL"


def test_lists_and_rows_count_the_same_votes(results: pl.DataFrame) -> None:
    totals = results.group_by("election").agg(
        pl.col("share").sum(),
        pl.col("list_share").filter(pl.col("party") == pl.col("list_party")).sum().alias("lists"),
    )
    assert (totals["share"] - totals["lists"]).abs().max() < 1e-6  # type: ignore[operator]
    assert totals["share"].max() < 101  # type: ignore[operator]


def test_a_list_of_parties_with_their_own_counts_is_their_sum(results: pl.DataFrame) -> None:
    german = results.filter((pl.col("country") == "DE") & (pl.col("date") == date(2021, 9, 26)))
    union = german.filter(pl.col("short") == "CDU+CSU").row(0, named=True)
    assert union["share"] is None
    assert union["own_share"] == pytest.approx(18.90 + 5.17)
    assert union["own_from"] == "members"
    assert german.filter(pl.col("short") == "CDU")["own_share"].item() == pytest.approx(18.90)


def test_families_are_the_projects_words() -> None:
    from comparenotes.campaigns.model import FAMILIES

    known = parlgov.parties(RAW)
    assert set(known["family"]) <= set(FAMILIES)
    short = dict(known.filter(pl.col("country") == "GB").select("short", "family").iter_rows())
    assert short["Lab"] == "social democracy"
    assert short["Con"] == "conservative"


@pytest.mark.parametrize(
    ("country", "day", "expected"),
    [
        (
            "GB",
            date(2001, 6, 7),
            {"head": "Blair", "pm_short": "Lab", "since": date(1997, 5, 2), "term": 1,
             "full_term": True, "replaced": False, "caretaker": False},
        ),
        (
            "GB",
            date(2010, 5, 6),
            {"head": "Brown", "pm_short": "Lab", "since": date(1997, 5, 2), "term": 3,
             "replaced": False},  # he took over in June 2007
        ),
        (
            "GB",
            date(2019, 12, 12),
            {"head": "Johnson", "term": 3, "replaced": True, "replaced_on": date(2019, 7, 24)},
        ),
        (
            "AU",
            date(2010, 8, 21),
            {"head": "Gillard", "pm_short": "ALP", "since": date(2007, 12, 3), "term": 1,
             "replaced": True, "replaced_on": date(2010, 6, 24), "early": True},
        ),
        (
            "AU",
            date(2013, 9, 7),
            {"head": "Rudd", "pm_short": "ALP", "term": 2, "replaced": True,
             "replaced_on": date(2013, 6, 27)},
        ),
        (
            "SE",
            date(2018, 9, 9),
            {"head": "Lofven", "pm_short": "SAP", "since": date(2014, 10, 2), "term": 1,
             "full_term": True},
        ),
        (
            "SE",
            date(2022, 9, 11),
            {"head": "Andersson", "term": 2, "replaced": True, "replaced_on": date(2021, 11, 30)},
        ),
        (
            "ES",
            date(2019, 4, 28),
            {"head": "Sanchez", "pm_short": "PSOE", "since": date(2018, 6, 2), "term": 1,
             "full_term": False, "replaced": None, "caretaker": False, "early": True},
        ),
        ("ES", date(2019, 11, 10), {"head": "Sanchez", "term": 2, "caretaker": True}),
        (
            "DE",
            date(2021, 9, 26),
            {"head": "Merkel", "pm_short": "CDU+CSU", "since": date(2005, 11, 22), "term": 4},
        ),
        ("PT", date(2019, 10, 6), {"head": "Costa", "term": 1, "full_term": True}),
        ("FR", date(2017, 6, 18), {"head": "Philippe", "pm_short": "REM|R", "term": 1,
                                   "full_term": False}),
    ],
)  # fmt: skip
def test_who_governed_going_in(
    governments: pl.DataFrame, country: str, day: date, expected: dict[str, Any]
) -> None:
    row = going_in(governments, country, day)
    assert {k: row[k] for k in expected} == expected


def test_months_in_office(governments: pl.DataFrame) -> None:
    assert going_in(governments, "GB", date(2001, 6, 7))["months"] == pytest.approx(49.2, abs=0.1)
    assert going_in(governments, "AU", date(2013, 9, 7))["months"] == pytest.approx(69.2, abs=0.1)


def test_a_term_never_starts_after_polling_day(governments: pl.DataFrame) -> None:
    told = governments.drop_nulls("since")
    assert (told["since"] < told["date"]).all()
    assert told["term"].min() == 1
