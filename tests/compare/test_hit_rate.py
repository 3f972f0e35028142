"""The hit rate of verdicts: weights, and no look ahead."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from comparenotes.compare import hit_rate as hr


def test_rates_know_nothing_after_the_day() -> None:
    rows = [
        {
            "home": f"h{i}",
            "country": "ABCD"[i % 4],
            "date": date(2000 + i, 1, 1),
            "kind": "result",
            "verdict": "likely",
            "pairs": 4,
            "held": 4 if i < 12 else 0,
            "rules": "x",
        }
        for i in range(24)
    ]
    table = pl.DataFrame(rows, schema=hr.SCHEMA)
    early = hr.rate_of("result", "likely", date(2011, 6, 1), table)
    assert early is not None
    assert early.homes == 12
    assert early.share is not None
    assert early.share.mean == 100.0
    late = hr.rate_of("result", "likely", date(2030, 1, 1), table)
    assert late is not None
    assert late.share is not None
    assert late.share.mean == pytest.approx(50.0)
    few = hr.rate_of("result", "likely", date(2005, 1, 1), table)
    assert few is not None
    assert few.share is None
    assert hr.rate_of("movement", "likely", date(2030, 1, 1), table) is None


def test_each_home_weighs_the_same() -> None:
    rows = [
        ("many", "A", date(2000, 1, 1), "result", "likely", 90, 0, "x"),
        *(
            (f"h{i}", "BC"[i % 2], date(2000, 1, 1), "result", "likely", 1, 1, "x")
            for i in range(9)
        ),
    ]
    r = hr.rate(pl.DataFrame(rows, schema=hr.SCHEMA, orient="row"))
    assert r.share is not None
    assert r.share.mean == pytest.approx(90.0)


def test_the_sentence_is_silent_where_nothing_is_known() -> None:
    assert hr.sentence(date(1950, 1, 1)) == ""
    assert hr.of_kind("clock_office", "likely", date(2026, 1, 1)) == ""
