"""The British campaigns as built from the raw files (skipped where those are absent)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from tools.build import gb
from tools.build.check import final_error, unchecked
from tools.build.gb_page import PAGE, check_changes, page_events
from tools.build.gb_results import history_rows, regions_2024
from tools.build.gb_tables import elections, leaders, prime_ministers

from comparenotes.campaigns.importers.wikipedia import IMPORTER
from comparenotes.campaigns.model import EVENT_KINDS, Campaign, Change

RAW = Path(os.environ.get("COMPARENOTES_SHARED", Path(__file__).parents[3] / "shared")) / "data"
pytestmark = pytest.mark.skipif(
    not (RAW / PAGE).is_file(), reason=f"the raw files are not at {RAW}"
)

POLLS = {
    "gb-1955": 11,
    "gb-1959": 56,
    "gb-1964": 134,
    "gb-1966": 32,
    "gb-1970": 130,
    "gb-1974-02": 97,
    "gb-1974-10": 43,
    "gb-1979": 140,
    "gb-1983": 194,
    "gb-1987": 282,
    "gb-1992": 503,
    "gb-1997": 336,
    "gb-2001": 217,
    "gb-2005": 299,
    "gb-2010": 600,
    "gb-2015": 1965,
    "gb-2017": 258,
    "gb-2019": 456,
    "gb-2024": 1505,
    "gb-next": 604,
}

RESULTS = {  # Great Britain, as published: (share, seats)
    "gb-1992": {"con": (42.8, 336), "lab": (35.2, 271), "ld": (18.3, 20)},
    "gb-1997": {"con": (31.5, 165), "lab": (44.3, 418), "ld": (17.2, 46)},
    "gb-2001": {"con": (32.7, 166), "lab": (42.0, 412), "ld": (18.8, 52)},
    "gb-2005": {"con": (33.2, 198), "lab": (36.1, 355), "ld": (22.6, 62)},
    "gb-2010": {"con": (36.9, 306), "lab": (29.7, 258), "ld": (23.6, 57)},
    "gb-2015": {
        "con": (37.8, 330),
        "lab": (31.2, 232),
        "ld": (8.1, 8),
        "ukip": (12.9, 1),
        "grn": (3.8, 1),
    },
    "gb-2017": {"con": (43.4, 317), "lab": (41.0, 262), "ld": (7.6, 12), "snp": (3.1, 35)},
    "gb-2019": {
        "con": (44.7, 365),
        "lab": (33.0, 202),
        "ld": (11.8, 11),
        "snp": (4.0, 48),
        "pc": (0.5, 4),
    },
    "gb-2024": {
        "lab": (34.7, 411),
        "con": (24.4, 121),
        "ref": (14.7, 5),
        "ld": (12.5, 72),
        "grn": (6.9, 4),
        "snp": (2.6, 9),
        "pc": (0.7, 4),
        "oth": (3.6, 6),
    },
}


@pytest.fixture(scope="module")
def built() -> Mapping[str, Campaign]:
    return {c.id: c for c in gb.build(RAW)}


def test_all_elections_with_their_polls(built: Mapping[str, Campaign]) -> None:
    assert {k: c.polls.height for k, c in built.items()} == POLLS


def test_polls_lie_between_the_elections(built: Mapping[str, Campaign]) -> None:
    for c in built.values():
        previous = c.previous_election()
        assert previous is not None
        assert c.polls.filter(
            (pl.col("start") <= previous) | (pl.col("end") >= c.election_date)
        ).is_empty()
        assert c.polls["published"].null_count() == 0
        totals = c.polls.select(pl.sum_horizontal(*c.contender_ids).alias("t"))["t"]
        assert totals.max() <= 103  # type: ignore[operator]
        assert c.polls.filter(c.polls.is_duplicated()).is_empty()


def test_no_result_is_among_the_polls(built: Mapping[str, Campaign]) -> None:
    for c in built.values():
        assert not c.polls["pollster"].str.contains(r"(?i)\belection|result").any(), c.id
        days = {e.day for e in elections()}
        assert c.polls.filter(pl.col("end").is_in(list(days))).is_empty()


@pytest.mark.parametrize("name", RESULTS)
def test_results_are_great_britains(name: str, built: Mapping[str, Campaign]) -> None:
    rows = {r["contender"]: r for r in built[name].results.to_dicts()}
    for contender, (share, seats) in RESULTS[name].items():
        assert rows[contender]["share"] == pytest.approx(share, abs=0.11), contender
        assert rows[contender]["seats"] == seats, contender


def test_shares_total_100_and_seats_those_of_britain(built: Mapping[str, Campaign]) -> None:
    seats = {1955: 618, 1970: 618, 1974: 623, 1979: 623, 1983: 633, 1992: 634, 1997: 641}
    seats |= {2001: 641, 2005: 628, 2010: 632, 2015: 632, 2017: 632, 2019: 632, 2024: 632}
    for c in built.values():
        if c.id != "gb-next":
            assert c.results["share"].sum() == pytest.approx(100, abs=0.01)
            assert (c.results["share"] > 0).all()
            wanted = seats.get(c.election_date.year)
            assert wanted is None or c.results["seats"].sum() == wanted, c.id
        sums = c.history.group_by("date", "region").agg(pl.col("share").sum())
        assert sums["share"].is_between(99.99, 100.01).all()


def test_a_result_is_the_next_campaigns_history(built: Mapping[str, Campaign]) -> None:
    first = {r["contender"]: r["share"] for r in built["gb-2019"].results.to_dicts()}
    later = built["gb-2024"].history.filter(pl.col("date") == date(2019, 12, 12))
    assert {r["contender"]: r["share"] for r in later.to_dicts()} == first


def test_constituencies_in_two_counties_count_once() -> None:
    shares = history_rows(RAW, [date(1992, 4, 9)], None, ("con", "lab", "ld", "oth"))
    assert shares["seats"].sum() == 634, "672 rows in the file"


def test_regions_cover_britain(built: Mapping[str, Campaign]) -> None:
    regions = regions_2024(RAW)
    assert built["gb-next"].regions == regions
    assert sum(r.weight or 0 for r in regions) == pytest.approx(1, abs=1e-4)
    assert {r.id: r.seats for r in regions} == {
        "GB-SCT": 57,
        "GB-WLS": 32,
        "GB-LND": 75,
        "GB-ENG": 468,
    }
    polls = built["gb-next"].polls
    assert dict(polls.drop_nulls("region").group_by("region").len().iter_rows()) == {
        "GB-SCT": 35,
        "GB-WLS": 7,
        "GB-LND": 7,
    }
    history = built["gb-next"].history.filter(pl.col("date") == date(2024, 7, 4))
    scotland = history.filter(pl.col("region") == "GB-SCT")
    shares = {r["contender"]: round(r["share"], 1) for r in scotland.to_dicts()}
    assert (shares["lab"], shares["snp"], shares["con"]) == (35.3, 30.0, 12.7)


def test_the_next_election_has_five_polls_on_the_day_of_the_brief(
    built: Mapping[str, Campaign],
) -> None:
    c = built["gb-next"]
    assert (c.election_date, c.date_status) == (date(2029, 8, 15), "latest possible")
    assert c.known_at(date(2024, 8, 18)).polls.height == 5
    late = c.known_at(date(2026, 8, 20)).polls
    assert late.height == c.polls.height
    plain = c.polls.filter(pl.col("region").is_null() & ~pl.col("hypothetical"))
    assert plain.height == 537
    assert c.polls.filter("hypothetical")["question"].null_count() == 0


def test_labour_changes_its_leader_in_july_2026(built: Mapping[str, Campaign]) -> None:
    c = built["gb-next"]
    assert c.contender("lab").changes == (Change(date(2026, 7, 17), "Andy Burnham"),)
    assert c.government.changes == (Change(date(2026, 7, 20), "Andy Burnham"),)
    assert c.government.head_on(date(2026, 7, 19)) == "Keir Starmer"
    assert c.contender("lab").candidate_on(date(2026, 7, 17)) == "Andy Burnham"
    found = c.events.filter(pl.col("date").is_between(date(2026, 7, 1), date(2026, 7, 31)))
    assert found.select("date", "kind", "contender").rows() == [
        (date(2026, 7, 17), "leader_change", "lab"),
        (date(2026, 7, 20), "government_change", "lab"),
    ]


def test_the_page_says_so_too() -> None:
    rows = [e for e in page_events(RAW / PAGE) if "Prime Minister" in e[2]]
    assert [(first, last) for first, last, _ in rows] == [(date(2026, 7, 17), date(2026, 7, 20))]
    assert check_changes(RAW, leaders(RAW), prime_ministers(RAW)) == 3
    late = [h for h in leaders(RAW) if h.name != "Andy Burnham"]
    with pytest.raises(ValueError, match="Andy Burnham"):
        check_changes(RAW, late, prime_ministers(RAW))


def test_every_event_on_the_page_is_in_our_list(built: Mapping[str, Campaign]) -> None:
    days = set(built["gb-next"].events["date"])
    for first, last, text in page_events(RAW / PAGE):
        assert {first, last} & days, text


def test_who_governed_and_who_led(built: Mapping[str, Campaign]) -> None:
    of = {k: (c.government.head, c.government.term, c.government.parties) for k, c in built.items()}
    assert of["gb-1966"] == ("Harold Wilson", 1, ("lab",))
    assert of["gb-1974-10"] == ("Harold Wilson", 1, ("lab",))
    assert of["gb-1997"] == ("John Major", 4, ("con",))
    assert of["gb-2015"] == ("David Cameron", 1, ("con", "ld"))
    assert of["gb-next"] == ("Keir Starmer", 1, ("lab",))
    assert built["gb-2024"].government.head_on(date(2024, 7, 3)) == "Rishi Sunak"
    assert built["gb-2024"].government.head_on(date(2022, 9, 22)) == "Liz Truss"
    assert built["gb-1979"].contender("con").candidate_on(date(1979, 5, 2)) == "Margaret Thatcher"
    assert built["gb-2015"].contender("lab").candidate == "Gordon Brown"
    # The leaders' file ends on its own date: nobody changed that day.
    for c in built.values():
        assert all(x.since != date(2021, 11, 26) for k in c.contenders for x in k.changes)


def test_events_have_kind_source_and_a_place_in_the_campaign(
    built: Mapping[str, Campaign],
) -> None:
    for c in built.values():
        previous = c.previous_election()
        assert previous is not None
        assert c.events.height >= 3, c.id
        assert c.events["kind"].is_in(EVENT_KINDS).all()
        assert c.events["date"].is_between(previous, c.election_date).all()
        assert c.events["contender"].drop_nulls().is_in(list(c.contender_ids)).all()
        keys = {s.key for s in c.sources}
        assert set(c.events["source"]) <= keys
        assert set(c.polls["source"]) <= keys


def test_a_party_is_in_no_ordinary_poll_before_it_exists(built: Mapping[str, Campaign]) -> None:
    for c in built.values():
        for k in c.contenders:
            if k.since is not None:
                early = c.polls.filter((pl.col("end") < k.since) & ~pl.col("hypothetical"))
                assert early[k.id].drop_nulls().is_empty(), (c.id, k.id)


def test_others_only_where_every_party_was_reported(built: Mapping[str, Campaign]) -> None:
    for c in built.values():
        named = [k for k in c.contenders if k.id != "oth"]
        for row in c.polls.drop_nulls("oth").iter_rows(named=True):
            alive = [k.id for k in named if k.since is None or k.since <= row["end"]]
            assert all(row[k] is not None for k in alive), c.id


def test_large_final_errors_have_a_verdict(built: Mapping[str, Campaign]) -> None:
    for c in built.values():
        if c.id != "gb-next":
            errors = final_error(c).select(pl.lit(c.id).alias("campaign"), pl.all())
            assert errors.filter(pl.col("contender").is_in(["con", "lab"]))["polls"].min() >= 3  # type: ignore[operator]
            assert unchecked(errors).is_empty()


def test_the_json_rows_add_nothing_to_the_page(built: Mapping[str, Campaign]) -> None:
    why = {x.why: x.count for x in built["gb-next"].left_out}
    rows = IMPORTER.read(RAW / "polls_uk" / "since_2024.json")
    assert why["since_2024.json: the same polls as the primary file"] == rows.used["poll"]
    page = IMPORTER.read(RAW / PAGE)
    newest = page.polls["end"].max()
    assert isinstance(newest, date)
    assert newest >= rows.polls["end"].max()  # type: ignore[operator]
    assert newest - date(2024, 7, 4) > timedelta(days=700)
