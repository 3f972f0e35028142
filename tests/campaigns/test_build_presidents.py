"""Romania's presidential first rounds: an annulled vote never teaches."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.race import backtest as bt
from comparenotes.race.learn_run import Evidence
from comparenotes.record.tables import table


def test_the_annulled_vote_is_kept_and_never_scored_or_learned_from() -> None:
    c = load_bundled("ro-president-2024")
    assert c.status == "annulled"
    assert c.results.filter(pl.col("contender") == "georgescu")["share"].item() == 22.94
    assert bt.national(bt.Task(c.id, 0), c).why == "annulled"
    evidence = Evidence()
    evidence.add(c)
    assert not evidence.outcomes
    assert not evidence.pairs
    assert c.id not in table("poll_results")["case"].to_list()
    assert c.id not in table("standings")["case"].to_list()


def test_the_vote_of_2025_stands_and_does_not_lean_on_it() -> None:
    c = load_bundled("ro-president-2025")
    assert c.status == "ordinary"
    assert c.history.is_empty()
    assert c.polls["end"].min() > date(2024, 12, 6)  # type: ignore[operator]
    line = c.polls.filter(~pl.col("hypothetical"))
    assert line.height > 20
    for contender in ("aur", "antonescu", "dan", "ponta", "usr"):
        assert line[contender].null_count() == 0
    assert c.results["share"].sum() == pytest.approx(100)
