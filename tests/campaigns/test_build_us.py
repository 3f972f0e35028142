"""The American campaigns as built from the raw files (skipped where those are absent)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from comparenotes.campaigns.catalogue import narrow
from comparenotes.campaigns.importers.us_states import DISTRICTS, region_names
from comparenotes.campaigns.model import EVENT_KINDS, FAMILIES, POLL_COLUMNS, Campaign

ROOT = Path(__file__).parents[2]
RAW = Path(os.environ.get("COMPARENOTES_SHARED", ROOT.parent / "shared")) / "data"
pytestmark = pytest.mark.skipif(
    not RAW.is_dir(), reason="the raw files are not here (COMPARENOTES_SHARED)"
)

YEARS = (2008, 2012, 2016, 2020, 2024)
ELECTORS = {
    2008: (365, 173),
    2012: (332, 206),
    2016: (232, 306),
    2020: (306, 232),
    2024: (226, 312),
}
SHARES = {  # published shares of all votes
    2008: (52.9, 45.7),
    2012: (51.1, 47.2),
    2016: (48.2, 46.1),
    2020: (51.3, 46.8),
    2024: (48.3, 49.8),
}
POLLS = {2008: 1306, 2012: 1175, 2016: 2198, 2020: 3893, 2024: 1651}


@pytest.fixture(scope="module")
def built() -> Mapping[int, Campaign]:
    from tools.build.us import build

    return {c.election_date.year: c for c in build(RAW)}


years = pytest.mark.parametrize("year", YEARS)


def nationwide(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("region").is_null())


def two_party(frame: pl.DataFrame) -> float:
    """Return the Democratic per cent of the two parties, from rows of dem and rep."""
    share = dict(frame.select("contender", "share").iter_rows())
    return 100 * share["dem"] / (share["dem"] + share["rep"])


@years
def test_tables_are_whole(year: int, built: Mapping[int, Campaign]) -> None:
    c = built[year]
    assert c.id == f"us-{year}"
    assert c.contender_ids == ("dem", "rep")
    assert all(x.family in FAMILIES for x in c.contenders)
    assert c.polls.height == POLLS[year]
    assert c.polls.columns == [*POLL_COLUMNS, "dem", "rep"]
    assert c.polls.null_count().select("dem", "rep", "end", "published", "pollster").row(0) == (
        0, 0, 0, 0, 0,
    )  # fmt: skip
    regions = set(region_names())
    assert {r.id for r in c.regions} == regions
    assert set(c.polls["region"].drop_nulls()) <= regions
    assert set(c.results["region"].drop_nulls()) == regions
    assert set(c.polls["source"]) <= {s.key for s in c.sources}
    assert set(c.events["kind"]) <= set(EVENT_KINDS)
    assert set(c.events["contender"].drop_nulls()) <= {"dem", "rep"}
    assert narrow(c).height == c.polls.height


@years
def test_electors_and_weights_add_up(year: int, built: Mapping[int, Campaign]) -> None:
    c = built[year]
    assert sum(r.seats or 0 for r in c.regions) == 538
    assert sum(r.weight or 0.0 for r in c.regions) == pytest.approx(1)
    without = {r.id for r in c.regions if r.weight is None}
    assert without == {f"US-{s}-{i}" for s, n in DISTRICTS.items() for i in range(1, n + 1)}
    whole = dict(nationwide(c.results).select("contender", "seats").iter_rows())
    assert (whole["dem"], whole["rep"]) == ELECTORS[year]
    by_region = c.results.filter(pl.col("region").is_not_null())
    for party in ("dem", "rep"):
        assert by_region.filter(pl.col("contender") == party)["seats"].sum() == whole[party]


def test_electors_follow_the_census(built: Mapping[int, Campaign]) -> None:
    seats = {y: {r.id: r.seats for r in c.regions} for y, c in built.items()}
    assert [seats[y]["US-TX"] for y in YEARS] == [34, 38, 38, 38, 40]
    assert [seats[y]["US-NY"] for y in YEARS] == [31, 29, 29, 29, 28]
    assert [seats[y]["US-MT"] for y in YEARS] == [3, 3, 3, 3, 4]
    raw = pl.read_csv(RAW / "results_us" / "electors.csv")
    from comparenotes.campaigns.importers.us_states import region_id

    assert {region_id(s, "x"): n for s, n in raw.iter_rows()} == seats[2024]


@years
def test_national_result_is_the_published_one(year: int, built: Mapping[int, Campaign]) -> None:
    share = dict(nationwide(built[year].results).select("contender", "share").iter_rows())
    assert share["dem"] == pytest.approx(SHARES[year][0], abs=0.12)
    assert share["rep"] == pytest.approx(SHARES[year][1], abs=0.12)


def test_two_party_results(built: Mapping[int, Campaign]) -> None:
    assert two_party(nationwide(built[2020].results)) == pytest.approx(52.3, abs=0.05)
    assert two_party(nationwide(built[2024].results)) == pytest.approx(49.2, abs=0.06)
    for region, share in (("US-PA", 49.1), ("US-NY", 56.3), ("US-AK", 43.1)):
        rows = built[2024].results.filter(pl.col("region") == region)
        assert two_party(rows) == pytest.approx(share, abs=0.15)


def test_no_state_of_2024_is_a_two_party_count(built: Mapping[int, Campaign]) -> None:
    """The county file leaves the other parties out of Alaska's and New York's totals."""
    total = (
        built[2024]
        .results.filter(pl.col("region").is_not_null())
        .group_by("region")
        .agg(pl.col("share").sum(), pl.col("share").null_count().alias("unknown"))
    )
    assert total.filter(pl.col("unknown") > 0)["region"].sort().to_list() == [
        "US-ME-1", "US-ME-2", "US-NE-1", "US-NE-2", "US-NE-3",
    ]  # fmt: skip
    known = total.filter(pl.col("unknown") == 0)["share"]
    assert ((known > 94) & (known < 99.6)).all()


@years
def test_history_goes_back_to_1948_and_stops_before_the_vote(
    year: int, built: Mapping[int, Campaign]
) -> None:
    c = built[year]
    assert nationwide(c.history)["date"].unique().sort().dt.year().to_list() == list(
        range(1948, year, 4)
    )
    assert c.previous_election() == nationwide(c.history)["date"].max()
    assert c.history["date"].max() < c.election_date
    by_state = c.history.filter(pl.col("region") == "US-ME-2", pl.col("date").dt.year() == year - 4)
    assert by_state.height == 2


def test_one_elections_result_is_the_nexts_history(built: Mapping[int, Campaign]) -> None:
    for earlier, later in pairwise(YEARS):
        day = built[earlier].election_date
        history = built[later].history.filter(pl.col("date") == day).drop("date")
        columns = ["region", "contender"]
        assert history.sort(columns).equals(built[earlier].results.sort(columns))


@years
def test_polls_lie_between_the_elections(year: int, built: Mapping[int, Campaign]) -> None:
    c = built[year]
    previous = c.previous_election()
    assert previous is not None
    assert c.polls.filter(pl.col("end") <= previous).is_empty()
    assert c.polls.filter(pl.col("end") > c.election_date).is_empty()
    assert c.polls.filter(pl.col("start") > pl.col("end")).is_empty()
    assert c.polls.filter(pl.col("published") < pl.col("end")).is_empty()
    key = ["pollster", "region", "start", "end", "question", "population", "sample_size"]
    assert not c.polls.select(key).is_duplicated().any()


@years
def test_final_polls_come_near_the_result(year: int, built: Mapping[int, Campaign]) -> None:
    """A wrong match of candidates would be off by more than any year's polls were."""
    c = built[year]
    late = nationwide(c.polls).filter(
        ~pl.col("hypothetical"), pl.col("end") > c.election_date - timedelta(days=14)
    )
    assert late.height >= 30
    mean = (100 * late["dem"] / (late["dem"] + late["rep"])).mean()
    assert mean == pytest.approx(two_party(nationwide(c.results)), abs=2.5)


@years
def test_state_polls_come_near_the_states_results(year: int, built: Mapping[int, Campaign]) -> None:
    c = built[year]
    late = c.polls.filter(
        pl.col("region").is_not_null(),
        ~pl.col("hypothetical"),
        pl.col("end") > c.election_date - timedelta(days=30),
    )
    polled = late.group_by("region").agg(
        (100 * pl.col("dem") / (pl.col("dem") + pl.col("rep"))).mean().alias("polled")
    )
    truth = {
        region: two_party(rows)
        for (region,), rows in c.results.drop_nulls("share").group_by("region")
        if region is not None
    }
    errors = [p - truth[r] for r, p in polled.iter_rows() if r in truth]
    assert len(errors) >= 35
    assert sum(map(abs, errors)) / len(errors) < 3.2
    assert max(map(abs, errors)) < 9


def test_a_candidate_not_in_force_is_hypothetical(built: Mapping[int, Campaign]) -> None:
    c = built[2024]
    dem = c.contender("dem")
    for day, asked, hypothetical in c.polls.select("end", "question", "hypothetical").iter_rows():
        in_force = (dem.candidate_on(day) or "").split()[-1]
        assert hypothetical or asked == in_force
    assert dem.candidate_on(date(2024, 7, 20)) == "Joe Biden"
    assert dem.candidate_on(date(2024, 7, 21)) == "Kamala Harris"
    before = c.polls.filter(pl.col("end") < date(2024, 7, 21), pl.col("question") == "Harris")
    assert before.height > 50
    assert before["hypothetical"].all()
    assert c.known_at(date(2024, 7, 20)).contender("dem").changes == ()
    change = c.events.filter(pl.col("kind") == "candidate_change")
    assert change["date"].to_list() == [date(2024, 7, 21)]
    assert not any(built[y].polls["hypothetical"].any() for y in YEARS if y != 2024)


def test_the_switch_of_candidates_shows_as_known(built: Mapping[int, Campaign]) -> None:
    """Two-party share: about 48.7 before, 50.1 just after, 51.1 from 4 to 18 August."""
    polls = nationwide(built[2024].polls).filter(~pl.col("hypothetical"))

    def pooled(first: date, last: date) -> tuple[float, set[str]]:
        part = polls.filter(pl.col("end").is_between(first, last))
        named = (part["dem"] * part["sample_size"]).sum()
        return named / part["sample_size"].sum(), set(part["pollster"])

    before, firms = pooled(date(2024, 7, 6), date(2024, 7, 20))
    after, _ = pooled(date(2024, 7, 22), date(2024, 8, 1))
    later, others = pooled(date(2024, 8, 4), date(2024, 8, 18))
    assert before == pytest.approx(48.7, abs=0.15)
    assert after == pytest.approx(50.1, abs=0.15)
    assert later == pytest.approx(51.1, abs=0.15)
    assert len(firms & others) >= 12


def test_entry_dates_of_2024_keep_later_polls_out(built: Mapping[int, Campaign]) -> None:
    c = built[2024]
    assert c.polls["start"].null_count() == 1651 - 1062
    late = c.polls.filter(pl.col("published") > pl.col("end") + pl.duration(days=1))
    assert late.height > 500
    known = c.known_at(date(2024, 8, 18)).polls
    assert known.filter(pl.col("published") > date(2024, 8, 18)).is_empty()


def test_dates_of_2012_agree_with_the_other_file(built: Mapping[int, Campaign]) -> None:
    """FiveThirtyEight's day of the middle of fieldwork, for the same polls."""
    other = (
        pl.read_csv(RAW / "polls_us" / "all_races_last_21_days_1998_2022.csv", infer_schema=False)
        .filter(pl.col("year") == "2012", pl.col("type_simple") == "Pres-G")
        .select(
            ("US-" + pl.col("location")).alias("region"),
            pl.col("polldate").str.to_date("%m/%d/%Y").alias("middle"),
            pl.col("samplesize").cast(pl.Int64, strict=False).alias("sample_size"),
            pl.col("cand1_pct").cast(pl.Float64).alias("dem"),
            pl.col("cand2_pct").cast(pl.Float64).alias("rep"),
        )
    )
    polls = built[2012].polls.with_columns(pl.col("region").fill_null("US-US"))
    same = polls.join(other, on=["region", "dem", "rep", "sample_size"]).with_columns(
        days=(pl.col("end") - pl.col("middle")).dt.total_days()
    )
    same = same.filter(pl.col("days").abs() < 12)
    assert same.height > 200
    assert same["days"].median() == 2  # the middle of fieldwork to release


def test_unusable_columns_of_2008_and_2012_are_empty(built: Mapping[int, Campaign]) -> None:
    for year in (2008, 2012):
        polls = built[year].polls
        assert polls["mode"].null_count() == polls["population"].null_count() == polls.height
    assert built[2020].polls["population"].null_count() == 0
    for year in (2016, 2024):
        assert built[year].polls["mode"].null_count() < 0.2 * built[year].polls.height


def test_every_row_of_the_raw_files_is_accounted_for(built: Mapping[int, Campaign]) -> None:
    rows = {2008: 1323, 2012: 1175, 2016: 3168, 2020: 7786, 2024: 1651 + 2434}
    for year, c in built.items():
        per_poll = 2 if year == 2020 else 1
        left = sum(x.count for x in c.left_out)
        assert per_poll * c.polls.height + left == rows[year]
    assert {x.why: x.count for x in built[2008].left_out}["dated after the vote"] == 11


def test_polls_of_one_district_are_not_the_states(built: Mapping[int, Campaign]) -> None:
    regions = built[2012].polls["region"].to_list()
    assert regions.count("US-ME-2") == 4
    assert regions.count("US-NE-2") == 2
    assert not built[2012].polls["pollster"].str.contains("CD Only").any()


def test_one_firm_has_one_name(built: Mapping[int, Campaign]) -> None:
    names = set(built[2012].polls["pollster"])
    assert "Public Policy Polling" in names
    assert not [n for n in names if "PPP" in n or "permanent dead link" in n]


def test_governments_and_terms(built: Mapping[int, Campaign]) -> None:
    got = {
        y: (c.government.parties, c.government.head, c.government.term) for y, c in built.items()
    }
    assert got == {
        2008: (("rep",), "George W. Bush", 2),
        2012: (("dem",), "Barack Obama", 1),
        2016: (("dem",), "Barack Obama", 2),
        2020: (("rep",), "Donald Trump", 1),
        2024: (("dem",), "Joe Biden", 1),
    }
    for c in built.values():
        assert [x.id for x in c.contenders if x.role == "government"] == list(c.government.parties)


def test_build_is_deterministic(built: Mapping[int, Campaign]) -> None:
    from tools.build.us import build

    for c in build(RAW):
        other = built[c.election_date.year]
        assert c.polls.equals(other.polls)
        assert c.left_out == other.left_out
        assert c.history.equals(other.history)
