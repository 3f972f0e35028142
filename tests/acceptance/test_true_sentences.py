"""The sentences of ten comparisons, held against the record and the campaigns' own data."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import polars as pl
import pytest

from comparenotes import compare
from comparenotes.brief import phrases
from comparenotes.campaigns.load import load
from comparenotes.campaigns.model import Campaign
from comparenotes.compare.comparison import Comparison
from comparenotes.record import tables

DAY = date(2026, 8, 20)
TEN = (
    ("gb-next", "au-2022", "ca-2021", "se-2022"),
    ("gb-next", "us-2024"),
    ("gb-next", "nz-2020", "nz-2023"),
    ("gb-next", "de-2021"),
    ("gb-2024", "us-2024"),
    ("us-2024", "gb-2024"),
    ("us-2020", "us-2012", "us-2016"),
    ("se-2022", "no-2021", "dk-2019"),
    ("ca-2021", "ca-2019", "gb-2019"),
    ("nz-2023", "au-2022", "gb-2010"),
)


@cache
def made(names: tuple[str, ...]) -> Comparison:
    return compare(names[0], *names[1:], as_of=DAY)


def governed_after(campaign: Campaign) -> bool | None:
    """Return what the record's own table says, by country, office and day."""
    rows = tables.table("cases").filter(
        (pl.col("country") == campaign.country)
        & (pl.col("office") == campaign.office)
        & ((pl.col("date") - campaign.election_date).dt.total_days().abs() <= 16)
        & (pl.col("office_known") <= DAY)
    )
    return None if rows.is_empty() else rows["kept_office"][0]


def published(campaign: Campaign) -> dict[str, float]:
    rows = campaign.results.filter(pl.col("region").is_null())
    return dict(rows.select("contender", "share").iter_rows())


@pytest.mark.parametrize("names", TEN, ids=" ".join)
def test_who_governed_is_what_the_record_says(names: tuple[str, ...]) -> None:
    c = made(names)
    boxes = phrases.outcomes(c)
    for kept, box in zip((True, False), boxes or (), strict=False):
        told = " ".join(box.sentences[3:])
        for away in c.away:
            title = c.facts[away.id].name
            assert (title in told) == (governed_after(away) is kept), (title, told)
    for f in c.findings:
        if f.kind == "result":
            fate = governed_after(load(f.away[0]))
            word = {True: "It kept the leading", False: "It lost the leading"}.get(fate, "")
            assert word in f.claim
            assert (" the leading office" in f.claim) == (fate is not None)


@pytest.mark.parametrize("names", TEN, ids=" ".join)
def test_results_are_those_published(names: tuple[str, ...]) -> None:
    for f in made(names).findings:
        if f.kind != "result":
            continue
        away = load(f.away[0])
        shares = published(away)
        governing = away.government.parties[0]
        if away.complete:
            shares = {k: 100 * v / sum(shares.values()) for k, v in shares.items()}
            assert "of the two-party vote" in f.claim
        said = re.search(r"ended at ([0-9.]+)%", f.claim)
        assert said is not None
        assert float(said[1]) == pytest.approx(shares[governing], abs=0.051)
        named = {k: v for k, v in shares.items() if k != "oth"}
        rank = 1 + sum(v > shares[governing] for v in named.values())
        assert [row["rank"] for row in f.data if "rank" in row] == [rank]


@pytest.mark.parametrize("names", TEN, ids=" ".join)
def test_who_leads_and_since_when(names: tuple[str, ...]) -> None:
    for view in made(names).views.values():
        race = view.race
        assert race.lead is not None
        largest = race.average.filter(pl.col("contender") != "oth").sort("mean", descending=True)
        assert race.lead.leader == largest["contender"][0]
        changes = race.lead_changes.sort("date")
        assert all(a != b for a, b in zip(changes["leader"], changes["leader"][1:], strict=False))
        first = race.polls.group_by("contender").agg(pl.col("end").min())
        began = dict(first.iter_rows())
        for day, leader in changes.select("date", "leader").iter_rows():
            assert day > race.trend["date"].min()  # the state at the first poll is no change
            assert (day - began[leader]).days > -60
            before = race.lead_trend.filter(pl.col("date") < day)
            assert set(before["leader"]) - {leader}  # somebody else led before
        if race.lead.since is not None and changes.height:
            assert race.lead.since == changes["date"][-1]
            assert changes["leader"][-1] == race.lead.leader


@pytest.mark.parametrize("names", TEN, ids=" ".join)
def test_what_is_a_whole_adds_up_to_it(names: tuple[str, ...]) -> None:
    for view in made(names).views.values():
        race = view.race
        assert race.average["mean"].sum() == pytest.approx(100, abs=0.01)
        assert race.forecast is not None
        assert race.forecast.shares["mean"].sum() == pytest.approx(100, abs=0.01)
        for shares in (view.result, view.last_result):
            assert not shares or sum(shares.values()) == pytest.approx(100, abs=0.01)
        if not view.campaign.complete:
            # named parties stay as published
            real = published(view.campaign)
            assert all(view.result[k] == real[k] for k in view.result if k != "oth")


@pytest.mark.parametrize("names", TEN, ids=" ".join)
def test_counts_are_counted(names: tuple[str, ...]) -> None:
    c = made(names)
    for f in c.findings:
        if f.kind == "synthesis":
            yes, no = (
                [row["campaign"] for row in f.data if row["answer"] == answer]
                for answer in ("yes", "no")
            )
            assert len(yes) + len(no) == f.cases
            assert set(yes) | set(no) <= {a.id for a in c.away}
            if f.key.endswith("kept_office"):
                assert yes == [a.id for a in c.away if governed_after(a) is True]
                assert no == [a.id for a in c.away if governed_after(a) is False]
        said = re.match(r"In this position (\d+) of (\d+) kept office, (\d+) lost it", f.headline)
        if said:
            kept, n, lost = (int(x) for x in said.groups())
            assert kept + lost == n == f.cases
    lede = phrases.lede(c)
    assert lede.startswith("What ")
    counts = c.counts()
    assert sum(counts.values()) == len(c.findings)


def test_governments_are_not_set_against_oppositions() -> None:
    """Home replaced a prime minister, Canada's opposition its leader: no difference is taken."""
    change = next(f for f in made(TEN[0]).findings if f.kind == "change" and f.away == ("ca-2021",))
    assert change.estimate is None
    assert "not compared" in change.claim
