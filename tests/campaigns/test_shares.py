"""Results on the base of a campaign: as published, and never blown up to 100."""

from __future__ import annotations

import doctest

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparenotes.campaigns import shares
from comparenotes.campaigns.shares import OTHERS, on_base


def table(named: dict[str, float]) -> pl.DataFrame:
    schema = {"region": pl.String, "contender": pl.String, "share": pl.Float64}
    rows = [{"region": None, "contender": c, "share": s} for c, s in named.items()]
    return pl.DataFrame(rows, schema=schema)


def test_the_example_runs() -> None:
    assert doctest.testmod(shares).failed == 0


@given(st.lists(st.floats(0, 30), min_size=1, max_size=3))
def test_named_shares_stay_and_others_take_the_rest(values: list[float]) -> None:
    named = {f"p{i}": v for i, v in enumerate(values)}
    found = on_base(table(named), (*named, OTHERS))
    assert {c: found[c] for c in named} == named
    assert found[OTHERS] == pytest.approx(100 - sum(values))


def test_a_complete_campaign_shares_a_hundred() -> None:
    assert on_base(table({"a": 40.0, "b": 60.0 / 2, "x": 30.0}), ("a", "b")) == pytest.approx(
        {"a": 400 / 7, "b": 300 / 7}
    )


def test_nothing_known_is_nothing() -> None:
    assert on_base(table({}), ("a", OTHERS)) == {}
    regional = table({"a": 40.0}).with_columns(region=pl.lit("N"))
    assert on_base(regional, ("a", OTHERS)) == {}
