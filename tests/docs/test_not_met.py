"""The kept table of elections the model had not met."""

from __future__ import annotations

import json

import polars as pl
import pytest
from tools.docs import backtest_page, not_met

from comparenotes.campaigns.catalogue import campaign_ids
from tests.race.test_backtest_table import rows

KEPT = json.loads(not_met.FILE.read_text(encoding="utf-8"))


def test_the_page_shows_what_is_kept() -> None:
    assert not_met.section() in backtest_page.PAGE.read_text(encoding="utf-8")


def test_every_new_election_is_scored_or_counted() -> None:
    named = [*KEPT["recent"], *KEPT["canada"], *KEPT["unscored"]]
    assert sorted(named) == sorted([*not_met.RECENT, *not_met.CANADA])
    assert set(named) <= set(campaign_ids())
    assert len(KEPT["recent"]) == len(not_met.RECENT)
    for r in KEPT["before"]["recent"]:
        assert r["mae_lo90"] <= r["mae_ratio"] <= r["mae_hi90"]
        assert r["in90_lo"] <= r["in90"] <= r["in90_hi"]
        assert r["elections"] <= len(KEPT["recent"])


def test_scores_are_means_over_elections() -> None:
    made = rows(60, horizon=0).with_columns(region=pl.lit(None, pl.String))
    made = not_met.table.with_baseline_crps(made)
    found = not_met.scores(not_met.usable(made))
    elections = not_met.table.per_election(not_met.usable(made))
    assert found["elections"] == elections.height
    assert found["mae"] == pytest.approx(elections["mae"].mean(), abs=1e-4)
    assert found["in90_lo"] <= found["in90"] <= found["in90_hi"]


def test_distances_after_the_end_of_the_polls_do_not_count() -> None:
    made = pl.concat([rows(60, horizon=h) for h in (0, 90)]).with_columns(
        region=pl.lit(None, pl.String),
        newest_poll_days=pl.when(pl.col("horizon") == 0).then(80).otherwise(3).cast(pl.Int64),
    )
    made = not_met.table.with_baseline_crps(made)
    assert set(not_met.usable(made)["horizon"]) == {90}
