"""Tables from rows: what a baseline may know, equal weight of elections, verdicts."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from comparenotes.race import backtest as bt
from comparenotes.race import backtest_table as table
from comparenotes.race.scores import crps_normal


def rows(
    n: int = 20, parties: int = 2, horizon: int = 30, miss: float = 3.0, **cells: Any
) -> pl.DataFrame:
    """Return rows of ``n`` yearly elections: the model errs by 1, the 14-day mean by ``miss``."""
    made = []
    for k in range(n):
        for j in range(parties):
            sign = 1 if j % 2 else -1
            made.append(
                {
                    "campaign": f"e{k:02}",
                    "country": "XX" if k % 2 else "YY",
                    "system": "pr",
                    "date": date(1990 + k, 5, 1),
                    "horizon": horizon,
                    "learned_from": k,
                    "contender": f"c{j}",
                    "result": 50.0,
                    "mean": 50.0 + sign,
                    "sd": 2.0,
                    "abs_error": 1.0,
                    "sq_error": 1.0,
                    "crps": 0.8,
                    **{f"in{level}": level >= 80 for level in bt.LEVELS},
                    "base": 50.0 + sign * miss,
                    "base_firms": 50.0 + sign * 2,
                    "base_last": None if j else 44.0,
                    **cells,
                }
            )
    return pl.DataFrame(made, schema={**bt.ROWS}, strict=False)


def test_the_baselines_error_is_learned_from_earlier_elections_only() -> None:
    made = table.with_baseline_crps(rows())
    first = made.filter(pl.col("learned_from") < table.MIN_EARLIER)
    assert first["base_crps"].null_count() == first.height
    late = made.filter(pl.col("learned_from") >= table.MIN_EARLIER)
    p = late["base"].to_numpy() / 100
    unit = np.sqrt(p * (1 - p))
    past = np.sqrt(np.mean([(0.03 / np.sqrt(q * (1 - q))) ** 2 for q in (0.47, 0.53)]))
    assert late["base_sd"].to_numpy() == pytest.approx(100 * past * unit)
    assert late["base_crps"].to_numpy() == pytest.approx(
        crps_normal(late["base"].to_numpy(), 100 * past * unit, late["result"].to_numpy())
    )


def test_a_later_election_does_not_change_an_earlier_baseline() -> None:
    before = table.with_baseline_crps(rows())
    changed = rows().with_columns(
        result=pl.when(pl.col("campaign") == "e18").then(20.0).otherwise(pl.col("result"))
    )
    after = table.with_baseline_crps(changed)
    early = pl.col("date") < date(2008, 1, 1)
    assert before.filter(early).equals(after.filter(early), null_equal=True)
    last = pl.col("campaign") == "e19"
    assert (after.filter(last)["base_sd"] > before.filter(last)["base_sd"]).all()


def test_elections_of_one_day_do_not_teach_each_other() -> None:
    same = rows(16).with_columns(
        date=pl.when(pl.col("campaign") == "e15").then(date(2004, 5, 1)).otherwise(pl.col("date"))
    )
    made = table.with_baseline_crps(same)
    assert made["base_crps"].null_count() == made.height


def test_a_missing_baseline_is_left_out_and_spoils_nothing() -> None:
    holed = rows().with_columns(
        base=pl.when(pl.col("campaign") == "e03").then(None).otherwise(pl.col("base"))
    )
    made = table.with_baseline_crps(holed)
    assert made.filter(pl.col("campaign") == "e16")["base_crps"].null_count() == 0
    assert made["campaign"].to_list() == holed["campaign"].to_list(), "the order stays"
    assert table.with_baseline_crps(rows().clear()).is_empty()


def test_only_elections_with_enough_to_learn_from_are_compared() -> None:
    made = table.by_horizon(table.with_baseline_crps(rows()))
    assert made["elections"].to_list() == [5]
    assert made["mae"][0] == pytest.approx(1.0)
    assert made["base_mae"][0] == pytest.approx(3.0)
    assert made["mae_ratio"][0] == pytest.approx(1 / 3)
    assert (made["mae_lo90"][0], made["mae_hi90"][0]) == pytest.approx((1 / 3, 1 / 3))
    assert made["base_firms_mae"][0] == pytest.approx(2.0)
    assert made["base_last_mae"][0] == pytest.approx(6.0), "over contenders that had a result"
    assert (made["in50"][0], made["in80"][0]) == (0.0, 1.0)
    assert made["verdict"][0] == "too few to say"


def test_an_election_with_many_parties_weighs_no_more() -> None:
    many = pl.concat([rows(30), rows(31, parties=9, crps=8.0).filter(pl.col("campaign") == "e30")])
    made = table.per_election(table.with_baseline_crps(many))
    assert made.filter(pl.col("campaign") == "e30")["contenders"].to_list() == [9]
    summary = table.by_horizon(table.with_baseline_crps(many))
    assert summary["elections"][0] == 16
    assert summary["crps"][0] == pytest.approx((15 * 0.8 + 8.0) / 16)


@pytest.mark.parametrize(
    ("lo", "hi", "n", "says"),
    [
        (0.8, 0.99, 30, "better"),
        (0.8, 1.0, 30, "no clear difference"),
        (1.01, 1.2, 30, "worse"),
        (0.8, 0.9, 9, "too few to say"),
    ],
)
def test_verdicts(lo: float, hi: float, n: int, says: str) -> None:
    assert table.verdict(lo, hi, n) == says


def test_regions_stay_out_of_national_tables() -> None:
    both = pl.concat([rows(), rows(abs_error=50.0, region="XX-1")])
    assert table.by_horizon(table.with_baseline_crps(table.national(both)))["mae"][0] == 1.0
    assert table.by_horizon(table.with_baseline_crps(both))["mae"][0] == 1.0


def test_groups() -> None:
    made = table.grouped(table.with_baseline_crps(rows(40)), ["country", "horizon"])
    assert sorted(made["country"].to_list()) == ["XX", "YY"]
    assert made["elections"].sum() == 25
    assert set(made["verdict"]) == {"better"}


def test_the_bootstrap_resamples_elections() -> None:
    v = np.array([[0.0], [10.0]] * 50)
    lo, hi = table.bootstrap(v, table.mean)
    assert lo == pytest.approx(5 - 1.645 * 0.5, abs=0.2)
    assert hi == pytest.approx(5 + 1.645 * 0.5, abs=0.2)
    assert table.bootstrap(v, table.mean) == (lo, hi), "the same each time"
