from __future__ import annotations

import polars as pl
import pytest
from lab.backtest_regions import (
    RegionTask,
    margins,
    pooled_coverage,
    region_table,
    region_tasks,
    score_regions,
)


def test_margins_are_of_the_contenders_polled() -> None:
    table = pl.DataFrame(
        {
            "region": [None, None, None, "A", "A"],
            "contender": ["x", "y", "z", "x", "y"],
            "share": [45.0, 45.0, 10.0, 30.0, 60.0],
        }
    )
    assert margins(table, ("x", "y")) == {None: 0.0, "A": pytest.approx(-100 / 3)}


def test_tasks_are_in_order_and_bounded_by_dates() -> None:
    from datetime import date

    tasks = region_tasks(until=date(2013, 1, 1))
    assert tasks[0] == RegionTask("us-2008", 1)
    assert {t.campaign for t in tasks} == {"us-2008", "us-2012"}


def test_one_campaign_scored() -> None:
    rows = pl.DataFrame(score_regions(RegionTask("us-2012", 90)))
    assert rows.height == 51  # districts are inside their states
    table = region_table(rows).to_dicts()[0]
    # the nation's error is the same in every row, and part of every region's
    assert rows["national_error"].n_unique() == 1
    assert table["relative_rmse"] < table["last_result_relative_rmse"]
    assert 0 < table["crps"] < table["last_crps"]
    assert set(pooled_coverage(rows)["what"]) == {"in90", "relative_in90"}


def test_a_campaign_without_regions_has_no_rows() -> None:
    assert score_regions(RegionTask("se-2018", 30)) == []
