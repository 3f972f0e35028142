from __future__ import annotations

from datetime import date

import polars as pl

from comparenotes.race.archive import MIN_DATES, placebos, widening


def test_it_is_never_a_narrowing_and_uses_earlier_campaigns_only() -> None:
    day = date(2015, 1, 1)
    table = placebos()
    earlier = table.filter(pl.col("ended") < day)
    assert 1.0 <= widening(day, 35.0) <= 3.0
    assert widening(day, 35.0) == widening(day, 35.0, earlier)


def test_known_answer() -> None:
    n = MIN_DATES
    table = placebos().head(1)
    rows = pl.concat([table] * n).with_columns(
        campaign=pl.Series([f"c{i}" for i in range(n)]),
        ended=pl.lit(date(2000, 1, 1)),
        date=pl.lit(date(1999, 6, 1)),
        share=pl.lit(30.0),
        effect=pl.lit(2.0),
        sd=pl.lit(1.0),
    )
    assert widening(date(2010, 1, 1), 30.0, rows) == 2.0
    assert widening(date(2010, 1, 1), 30.0, rows.head(n - 1)) == 1.0


def test_it_brings_the_coverage_of_placebo_dates_near_what_intervals_say() -> None:
    about = placebos().filter(pl.col("about") & (pl.col("ended") >= date(2000, 1, 1)))
    rows = about.filter(pl.col("sd") > 0).to_dicts()[::4]
    held = [abs(r["effect"]) < 1.645 * r["sd"] * widening(r["ended"], r["share"]) for r in rows]
    assert len(held) > 150
    assert 0.86 < sum(held) / len(held) < 0.96
