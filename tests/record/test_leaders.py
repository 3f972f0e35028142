"""Who led whom as of a day: known answers, order, and nothing later than the day."""

from __future__ import annotations

import os
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from tools import record_check
from tools.build.record_leaders import day_of

from comparenotes.record import tables
from comparenotes.record.leaders import HOW, SCHEMA, coverage, leader_of, takeovers

SHARED = Path(os.environ.get("COMPARENOTES_SHARED", Path(__file__).parents[3] / "shared"))
RAW = SHARED / "data"
TODAY = date(2026, 11, 30)
DAYS = [date(1965, 1, 1), date(1990, 11, 25), date(2024, 7, 21), date(2026, 6, 30)]
whole = tables.table


@pytest.mark.parametrize(
    ("country", "party", "day", "name", "head"),
    [
        ("GB", "lab", date(2026, 7, 16), "Keir Starmer", True),
        ("GB", "lab", date(2026, 7, 17), "Andy Burnham", False),
        ("GB", "lab", date(2026, 7, 20), "Andy Burnham", True),
        ("gb", "con", date(1990, 11, 26), "Margaret Thatcher", True),
        ("CA", "lpc", date(2025, 3, 13), "Mark Carney", False),
        ("CA", "lpc", date(2025, 3, 14), "Mark Carney", True),
        ("US", "dem", date(2024, 7, 20), "Joe Biden", True),
        ("US", "dem", date(2024, 10, 1), "Kamala Harris", False),
        ("AU", "alp", date(2013, 6, 27), "Kevin Rudd", True),
        ("NZ", "lab", date(2017, 8, 1), "Jacinda Ardern", False),
        ("DE", "cdu", date(2019, 1, 1), "Annegret Kramp-Karrenbauer", False),
        ("SE", "s", date(1986, 3, 2), "Ingvar Carlsson", True),
    ],
)
def test_who_led_whom(country: str, party: str, day: date, name: str, head: bool) -> None:
    found = leader_of(country, party, day)
    assert found is not None
    assert (found.leader, found.head_of_government) == (name, head)
    assert found.source


def test_nobody_where_the_table_knows_none() -> None:
    assert leader_of("US", "dem", date(2025, 1, 21)) is None  # no candidate, no president
    assert leader_of("GB", "lab", date(1930, 1, 1)) is None
    assert leader_of("XX", "red", TODAY) is None


def test_a_departure_is_told_from_the_day_it_was_announced() -> None:
    before, after = (leader_of("GB", "lab", date(2026, 6, d)) for d in (21, 22))
    assert before is not None
    assert after is not None
    assert (before.leaving, after.leaving) == (None, date(2026, 6, 22))


@pytest.mark.parametrize("day", DAYS)
def test_later_rows_change_nothing(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    parties = list(whole("leaders").select("country", "party").unique().sort("*").iter_rows())
    told = [leader_of(c, p, day) for c, p in parties]
    changes = takeovers(day)

    def cut(name: str) -> pl.DataFrame:
        frame = whole(name).filter(pl.col("from") <= day)
        frame = frame.with_columns(
            [pl.when(pl.col(c) > day).then(None).otherwise(pl.col(c)).alias(c) for c in LATE]
        )
        spell = pl.element()
        kept = pl.col("head").list.eval(spell.filter(spell.struct.field("from") <= day))
        return frame.with_columns(kept.alias("head"))

    later = {(c, p) for c, p in parties if (x := leader_of(c, p, day)) is not None and x.leaving}
    monkeypatch.setattr(tables, "table", cut)
    for (c, p), before in zip(parties, told, strict=True):
        if (c, p) not in later:  # an announced successor stands in a later row
            assert leader_of(c, p, day) == before
    assert takeovers(day) == changes


LATE = ("until", "candidate")


def test_the_table_is_in_order() -> None:
    frame = tables.table("leaders")
    assert frame.columns == list(SCHEMA)
    assert set(frame["how"].drop_nulls()) == set(HOW)
    assert frame.filter(pl.col("until") <= pl.col("from")).is_empty()
    assert frame.filter(pl.col("announced") > pl.col("from")).is_empty()
    for rows in frame.partition_by("country", "party"):
        days = rows["from"].to_list()
        assert days == sorted(set(days))
    for r in frame.iter_rows(named=True):
        assert all(x["until"] is None or x["from"] < x["until"] for x in r["head"])


def test_two_parties_never_head_one_government_at_a_time() -> None:
    """Typed spells of a country do not overlap; Portugal's alliance repeats its first party."""
    typed = tables.table("leaders").filter(
        pl.col("source").str.starts_with("typed") & (pl.col("party") != "ad")
    )
    for (country,), rows in typed.group_by("country"):
        spells = sorted(
            (s["from"], s["until"] or TODAY, r["leader"])
            for r in rows.iter_rows(named=True)
            for s in r["head"]
        )
        for one, two in pairwise(spells):
            assert one[1] <= two[0], (country, one, two)


def test_changes_in_governing_parties() -> None:
    found = {(t.country, t.after, t.day): t for t in takeovers(TODAY)}
    carney = found["CA", "Mark Carney", date(2025, 3, 9)]
    assert (carney.before, carney.announced, carney.head) == (
        "Justin Trudeau",
        date(2025, 1, 6),
        True,
    )
    harris = found["US", "Kamala Harris", date(2024, 7, 22)]
    assert not harris.head
    names = {t.after for t in takeovers(TODAY)}
    assert {"John Gorton", "Bill Rowling", "Helmut Schmidt"} <= names  # after a gap in office
    assert not {"William Hague", "Brendan Nelson", "Phil Goff"} & names  # after a lost election
    assert all(t.announced is None or t.announced <= t.day for t in found.values())


def test_the_coverage_that_was_asked_for() -> None:
    counts = coverage(TODAY)
    assert counts["changes in governing parties"] >= 140
    frame = tables.table("leaders").filter(pl.col("source").str.starts_with("typed"))
    old = frame.filter(pl.col("from") <= date(1950, 1, 1))["country"].unique()
    assert {"GB", "CA", "AU", "NZ", "DE", "SE"} <= set(old)
    both = frame.group_by("country").agg(pl.col("party").n_unique())
    assert both.filter(pl.col("party") >= 2).height >= 15


def test_a_month_is_told_on_its_last_day() -> None:
    assert day_of("1992-11") == (date(1992, 11, 30), "month")
    assert day_of("2024-02") == (date(2024, 2, 29), "month")
    assert day_of("2024-07-04") == (date(2024, 7, 4), "day")
    assert day_of("") == (None, "day")
    eve = date(1992, 11, 30) - timedelta(days=1)
    found = leader_of("NO", "ap", eve)
    assert found is not None
    assert found.leader == "Gro Harlem Brundtland"


@pytest.mark.skipif(not RAW.is_dir(), reason="the raw files are not here")
def test_a_second_source_agrees() -> None:
    assert record_check.cabinets() == []
    everyone = record_check.new_heads()
    assert len(everyone) >= 45
    differences = record_check.against_reign(RAW, everyone)
    assert len(differences) <= 8  # one absent, the rest days of oath or vote
    n, british = record_check.against_britpol(RAW)
    assert n >= 28
    assert len(british) <= 4  # took over the government before the party


def test_the_check_sees_a_wrong_day() -> None:
    if not RAW.is_dir():
        pytest.skip("the raw files are not here")
    takeover, day = record_check.new_heads()[-1]
    wrong = record_check.against_reign(RAW, [(takeover, day + timedelta(days=40))])
    assert len(wrong) == 1
    assert takeover.after in wrong[0]
