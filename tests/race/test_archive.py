"""Placebo steps: the packaged archive, the rank of an effect, coverage of zero."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from comparenotes.campaigns.load import load
from comparenotes.race import archive
from comparenotes.race.analyse import analyse
from comparenotes.race.shock import WINDOW
from lab import backtest_events as placebo


def steps(**cells: Any) -> pl.DataFrame:
    """Return placebo steps of two campaigns: a large and a small contender, two dates each."""
    made = []
    for name, ended in (("a-2000", date(2000, 6, 1)), ("b-2010", date(2010, 6, 1))):
        for k in (1, 2):
            for contender, share, effect in (("big", 40.0, 2.0 * k), ("small", 5.0, -0.3 * k)):
                made.append(
                    {
                        "campaign": name,
                        "country": "XX",
                        "system": "pr" if name < "b" else "fptp",
                        "ended": ended,
                        "date": ended - timedelta(days=50 * k),
                        "contender": contender,
                        "effect": effect,
                        "sd": 1.0,
                        "share": share,
                        "about": contender == "big",
                        "listed": False,
                        **cells,
                    }
                )
    return pl.DataFrame(made, schema=archive.COLUMNS)


def test_rank_by_absolute_size() -> None:
    day = date(2020, 1, 1)
    assert archive.archive_rank(5.0, day, table=steps()) == (1, 4)
    assert archive.archive_rank(-3.0, day, table=steps()) == (3, 4)
    assert archive.archive_rank(0.0, day, table=steps()) == (5, 4)


def test_only_campaigns_over_by_then() -> None:
    assert archive.archive_rank(3.0, date(2005, 1, 1), table=steps()) == (2, 2)
    assert archive.archive_rank(3.0, date(2000, 6, 1), table=steps()) == (1, 0)
    assert archive.archive_rank(3.0, date(2000, 6, 2), table=steps()) == (2, 2)


def test_like_is_ranked_with_like() -> None:
    day = date(2020, 1, 1)
    assert archive.archive_rank(0.5, day, share=6.0, table=steps()) == (3, 4)
    assert archive.archive_rank(0.5, day, share=35.0, table=steps()) == (5, 4)
    assert archive.archive_rank(0.5, day, share=15.0, table=steps()) == (1, 0), "none of its size"


def test_one_system() -> None:
    assert archive.archive_rank(3.0, date(2020, 1, 1), "fptp", table=steps())[1] == 2
    assert archive.archive_rank(3.0, date(2020, 1, 1), "stv", table=steps()) == (1, 0)


def test_the_packaged_archive() -> None:
    rows = archive.placebos()
    assert rows.schema == pl.Schema(archive.COLUMNS)
    assert (rows["date"] < rows["ended"]).all()
    assert (rows["sd"] > 0).all()
    about = rows.group_by("campaign", "date").agg(pl.col("about").sum())
    assert about["about"].to_list() == [1] * about.height
    apart = (
        rows.select("campaign", "date").unique().sort("campaign", "date")
        .with_columns(gap=pl.col("date").diff().over("campaign").dt.total_days())
    )  # fmt: skip
    assert apart["gap"].min() >= 2 * WINDOW  # type: ignore[operator]
    entry = json.loads((archive.table_path().parent / "manifest.json").read_text("utf-8"))
    assert entry["placebos.parquet"]["rows"] == rows.height
    digest = hashlib.sha256(archive.table_path().read_bytes()).hexdigest()
    assert entry["placebos.parquet"]["sha256"] == digest


def test_the_packaged_archive_is_what_the_engine_gives() -> None:
    made = pl.DataFrame(placebo.campaign_placebos("us-2016"), schema=archive.COLUMNS)
    kept = archive.placebos().filter(pl.col("campaign") == "us-2016")
    assert made.drop("effect", "sd", "share").equals(kept.drop("effect", "sd", "share"))
    for c in ("effect", "sd", "share"):
        assert made[c].to_list() == pytest.approx(kept[c].to_list(), abs=2e-3), (
            "rebuild it: python -m tools.build.archive"
        )


def test_an_events_rank_is_in_the_race_and_cheap() -> None:
    campaign, day = load("us-2024"), date(2024, 8, 18)
    event = analyse(campaign, as_of=day, event=date(2024, 7, 21)).event
    assert event is not None
    assert event.archive_n is not None
    assert event.archive_n > 300
    assert event.archive_rank is not None
    assert 1 <= event.archive_rank <= event.archive_n + 1
    begin = time.process_time()
    archive.archive_rank(event.effect, day, share=48.0)
    assert time.process_time() - begin < 0.5, "a few milliseconds"


def test_no_archive_before_there_was_one() -> None:
    campaign = load("nz-1993")
    race = analyse(campaign, event=date(1993, 8, 1))
    assert race.event is not None
    if race.event.archive_n is None:
        assert race.event.archive_rank is None
    earlier = archive.placebos().filter(pl.col("ended") < campaign.election_date)
    assert (race.event.archive_n or 0) <= earlier.select("campaign", "date").n_unique()


def test_coverage_counts_what_the_intervals_hold() -> None:
    rng = np.random.default_rng(5)
    n = 4000
    rows = pl.DataFrame(
        {
            "campaign": [f"c{i % 40:02}" for i in range(n)],
            "country": ["XX"] * n,
            "system": ["pr"] * n,
            "ended": [date(2010, 1, 1)] * n,
            "date": [date(2000, 1, 1) + timedelta(days=i) for i in range(n)],
            "contender": ["a"] * n,
            "effect": 2.0 * rng.standard_normal(n),
            "sd": [2.0] * n,
            "share": [30.0] * n,
            "about": [True] * n,
            "listed": [i % 2 == 0 for i in range(n)],
        },
        schema=archive.COLUMNS,
    )
    made = {r["group"]: r for r in placebo.coverage(rows, rows).to_dicts()}
    every = made["every contender"]
    for level in (50, 80, 90, 95):
        assert every[f"in{level}"] == pytest.approx(level / 100, abs=0.02)
        assert every[f"before{level}"] == every[f"in{level}"], "no earlier campaign, no widening"
    assert every["in90_lo"] < every["in90"] < every["in90_hi"]
    assert every["z_sd"] == pytest.approx(1, abs=0.05)
    assert made["the same, no event listed in the window"]["steps"] == n // 2
    assert "contenders under 10%" not in made
    assert placebo.coverage(rows.clear()).is_empty()


def test_intervals_are_widened_as_they_were_when_shown() -> None:
    n = archive.MIN_DATES
    old = pl.concat([steps().filter(pl.col("campaign") == "a-2000").head(1)] * n)
    old = old.with_columns(
        campaign=pl.Series([f"o{i:02}" for i in range(n)]),
        effect=pl.lit(2.0),
        ended=pl.lit(date(2000, 6, 1)),
    )
    new = old.head(2).with_columns(
        campaign=pl.Series(["n0", "n1"]),
        effect=pl.Series([3.0, 4.0]),  # within 1.96 of an sd of 2, and not
        ended=pl.lit(date(2010, 6, 1)),
    )
    rows = pl.concat([old, new])
    seen = placebo.widened(rows, rows)["shown_sd"].to_list()
    assert seen == [1.0] * n + [2.0, 2.0], "the old know nothing earlier, the new know the old"
    told = {r["group"]: r for r in placebo.coverage(new, rows).to_dicts()}["every contender"]
    assert (told["before95"], told["in95"]) == (0.0, 0.5)
    on_the_day = new.with_columns(ended=pl.lit(date(2000, 6, 2)))
    assert placebo.widened(on_the_day, rows)["shown_sd"].to_list() == [1.0, 1.0], (
        "on the eve of 2 June a result of 1 June is not in yet"
    )


def test_campaigns_without_placebo_dates_are_counted() -> None:
    rows, left_out = placebo.placebos(["gb-next", "au-2007"])
    assert rows.is_empty()
    assert rows.columns == list(archive.COLUMNS)
    assert {x.why: x.count for x in left_out} == {
        "no result": 1,
        "too few polls around any placebo date": 1,
    }
