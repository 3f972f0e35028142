"""The world's campaigns: the rules on invented text, the catalogue on the raw files."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from tools.build import world, world_polls, world_results
from tools.build.check import LIMIT, all_errors, final_error, summary, unchecked
from tools.build.world_parties import Book, Row, normal, read_table

from comparenotes.campaigns.importers.ropf import fieldwork, not_a_share, parse_ropf, read_ropf
from comparenotes.campaigns.model import (
    EVENT_KINDS,
    FAMILIES,
    POLL_COLUMNS,
    RESULT_COLUMNS,
    SYSTEMS,
    Campaign,
    Contender,
)

ROOT = Path(__file__).parents[2]
RAW = Path(os.environ.get("COMPARENOTES_SHARED", ROOT.parent / "shared")) / "data"
raw_files = pytest.mark.skipif(
    not RAW.is_dir(), reason="the raw files are not here (COMPARENOTES_SHARED)"
)

DAY, BEFORE = date(2031, 6, 1), date(2027, 6, 1)


def row(code: str, contender: str, part: str = "", **more: object) -> Row:
    base: dict[str, object] = {
        "country": "XX",
        "source": "apopod",
        "code": normal(code),
        "contender": contender,
        "name": contender.upper(),
        "parlgov_id": None,
        "first": None,
        "last": None,
        "part": part,
        "left": None,
        "family": None,
    }
    return Row(**{**base, **more})  # type: ignore[arg-type]


TABLE = (
    row("A", "ant"),
    row("B+C", "bee"),
    row("B", "bee", "main"),
    row("C", "bee", "minor"),
    row("D", "dog", left=date(2031, 5, 1)),
    row("A", "ant", source="parlgov", parlgov_id=1),
    row("B", "bee", source="parlgov", parlgov_id=2),
    row("C", "bee", source="parlgov", parlgov_id=3),
    row("OLD", "ant", source="parlgov_history", parlgov_id=4),
    row("F", "fox", first=date(2040, 1, 1)),
)


def book() -> Book:
    return Book(TABLE, "XX", DAY)


def window(text: str) -> world_polls.Window:
    return world_polls.window(parse_ropf(text).readings, book(), "XX", BEFORE, DAY)


ONE = "•PF: Acme •FS: 2031-05-01 •FE: 2031-05-03 •SC: N "
HEAD = ONE + "•SS: 1000 "


# ------------------------------------------------------------------ the matching


def test_parts_count_together_only_if_every_main_part_is_named() -> None:
    day = date(2031, 4, 1)
    assert book().shares({"A": 40, "C+B": 30}, day) == ({"ant": 40, "bee": 30}, 0)
    assert book().shares({"A": 40, "B": 20, "C": 9}, day) == ({"ant": 40, "bee": 29}, 0)
    assert book().shares({"A": 40, "B": 20}, day) == ({"ant": 40, "bee": 20}, 0)
    assert book().shares({"A": 40, "C": 9}, day) == ({"ant": 40}, 9)  # half of it is unknown
    assert book().shares({"A+B": 60, "Z": 3}, day) == ({}, 63)  # a list across two contenders


def test_a_contender_that_gave_up_counts_until_then() -> None:
    assert book().shares({"D": 5}, date(2031, 4, 30))[0] == {"dog": 5}
    assert book().shares({"D": 5}, date(2031, 5, 1)) == ({}, 5)


def test_rows_hold_for_their_elections_only() -> None:
    assert "fox" not in book().parties
    assert "fox" in Book(TABLE, "XX", date(2041, 1, 1)).parties
    assert not Book(TABLE, "YY", DAY).parties


def test_a_code_matched_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="matched twice"):
        Book((*TABLE, row("A", "bee")), "XX", DAY)


def test_result_rows_follow_the_party_then_its_list() -> None:
    def result(party: int, share: float | None, head: int, seats: int = 0) -> dict[str, object]:
        return {
            "party": party,
            "list_party": head,
            "share": share,
            "seats": seats,
            "short": f"P{party}",
        }

    rows = [
        result(1, 40.0, 1, 50),
        result(2, 30.0, 2, 30),
        result(3, None, 2, 5),
        result(9, 6.0, 2, 2),  # stood on the list of 2, no contender of its own
        result(4, 4.0, 4, 3),
    ]
    found = world_results.tally(rows, book())
    assert found.shares == {"ant": 40.0, "bee": 36.0}
    assert found.seats == {"ant": 50, "bee": 37}
    assert found.unmatched == {"P4": 4.0}
    assert world_results.tally(rows, book(), earlier=True).shares["ant"] == 44.0
    out = {
        r["contender"]: (r["share"], r["seats"]) for r in world_results.result_frame(found, ["ant"])
    }
    assert out == {"ant": (40.0, 50), "oth": (60.0, 40)}


# --------------------------------------------------------------------- the polls


def test_every_reading_in_the_run_is_used_or_counted() -> None:
    got = window(
        HEAD
        + "A: 48 B+C: 41\n"
        + HEAD
        + "•U: S A: 60 B+C: 40\n"
        + HEAD
        + "A: 9 Z: 80\n"
        + "•PF: Acme •FS: 2031-05-28 •FE: 2031-06-01 •SC: N A: 48 B+C: 41\n"
        + "•PF: Acme •FS: 2027-05-30 •FE: 2027-06-03 •SC: N A: 48 B+C: 41\n"
        + "•PF: Acme •FS: 2030-05-01 •FE: 2031-05-02 •SC: N A: 48 B+C: 41\n"
        + "•PF: Acme •FE: 2027-05-30 •SC: N A: 48 B+C: 41\n"
        + "•PF: Acme •FE: 2031-06-30 •SC: N A: 48 B+C: 41\n"
        + HEAD
        + "A: 48 B+C: 41\n"
    )
    assert [p.shares for p in got.polls] == [{"ant": 48, "bee": 41}]
    assert dict(got.left_out) == {
        "seats, not shares": 1,
        "names too little of the race": 1,
        "fieldwork reached polling day": 1,
        "fieldwork began before the preceding election": 1,
        "the same poll twice": 1,
        "fieldwork of over 92 days: a date is wrong": 1,
    }
    assert len(got.polls) + sum(got.left_out.values()) == got.readings == 7


def test_the_line_up_that_stood_is_taken() -> None:
    got = window(HEAD + "A: 48 Z: 41\n& A: 47 B+C: 40\n")
    assert [p.shares for p in got.polls] == [{"ant": 47, "bee": 40}]
    assert dict(got.left_out) == {"another line-up of the same poll": 1}
    # The same interviews, printed as two polls.
    got = window(HEAD + "A: 58 Z: 41\n" + HEAD + "A: 47 B+C: 40\n")
    assert [p.shares for p in got.polls] == [{"ant": 47, "bee": 40}]
    assert dict(got.left_out) == {"another line-up of the same poll": 1}


def test_a_firm_has_one_name(tmp_path: Path) -> None:
    table = tmp_path / "firms.csv"
    table.write_text("country,spelling,pollster,note\nXX,Old,New Firm,\nYY,Tèch,Other,\n")
    firms = world_polls.Firms(["Tech", "TECH", "Tech", "Tèch", "Old", None], "XX", table)
    assert [firms.name(x) for x in ("TECH", "Tèch", "Old", "new-firm", None)] == [
        "Tech",
        "Tech",
        "New Firm",
        "New Firm",
        None,
    ]


def test_others_are_reported_only_where_every_contender_is_named() -> None:
    polls = window(
        HEAD + "A: 48 B+C: 41 Z: 3 •O: 8\n" + ONE + "A: 60 •O: 40\n" + ONE + "A: 50 B: 40\n"
    ).polls
    rows = world_polls.rows(polls, ["ant", "bee"], {})
    assert sorted((r.get("ant"), r.get("bee"), r.get("oth")) for r in rows if "oth" in r) == [
        (48, 41, 11)
    ]
    before_it_existed = world_polls.rows(polls, ["ant", "bee"], {"bee": date(2031, 5, 20)})
    assert [r["oth"] for r in before_it_existed if r["ant"] == 60] == [40]


def test_a_country_polled_by_area_is_the_areas_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world_polls, "AREAS", {"XX": {"N": 0.75, "S": 0.25}})
    got = window(
        HEAD + "•A: N A: 80 •O: 20\n& •A: S •SS: 400 A: 40 B+C: 60 •O: 0\n" + HEAD + "•A: N A: 90\n"
    )
    (poll,) = got.polls
    assert poll.shares == {"ant": 70.0, "bee": 15.0}
    assert (poll.others, poll.sample_size) == (15.0, 1400)
    assert dict(got.left_out) == {"a region only, or not all regions": 1}


# ------------------------------------------------------------------ the final error


def campaign(polls: Iterable[tuple[date, float | None]], share: float = 50.0) -> Campaign:
    rows = [
        {"end": d, "published": d, "pollster": "X", "hypothetical": False, "a": a} for d, a in polls
    ]
    schema = {**POLL_COLUMNS, "a": pl.Float64()}
    return Campaign(
        id="xx-2031",
        title="X",
        country="XX",
        election_date=DAY,
        contenders=(Contender("a", "A"),),
        polls=pl.DataFrame([{k: r.get(k) for k in schema} for r in rows], schema=schema),
        results=pl.DataFrame(
            [{"region": None, "contender": "a", "share": share, "seats": None}],
            schema=dict(RESULT_COLUMNS),
        ),
    )


def test_final_error_is_the_mean_of_the_last_fortnight() -> None:
    got = final_error(
        campaign(
            [
                (DAY - timedelta(40), 10.0),
                (DAY - timedelta(14), 53.0),
                (DAY - timedelta(1), 55.0),
                (DAY - timedelta(1), None),
                (DAY, 99.0),  # an exit poll is no poll before the vote
            ]
        )
    ).row(0, named=True)
    assert got == {
        "contender": "a",
        "poll_mean": 54.0,
        "result": 50.0,
        "error": 4.0,
        "polls": 2,
        "last_poll": 1,
    }


def test_final_error_falls_back_on_the_newest_fortnight() -> None:
    got = final_error(campaign([(DAY - timedelta(60), 40.0), (DAY - timedelta(30), 60.0)])).row(
        0, named=True
    )
    assert (got["poll_mean"], got["polls"], got["last_poll"]) == (60.0, 1, 30)


def test_no_result_or_no_polls_gives_no_error() -> None:
    plain = Campaign("x", "X", "XX", DAY)
    assert final_error(plain).is_empty()
    assert all_errors([plain]).is_empty()
    assert final_error(campaign([])).is_empty()


def test_large_errors_ask_for_a_verdict() -> None:
    errors = all_errors([campaign([(DAY - timedelta(1), 60.0)])])
    assert summary(errors)["whose"].to_list() == ["a"]
    assert unchecked(errors)["campaign"].to_list() == ["xx-2031"]
    assert unchecked(all_errors([campaign([(DAY - timedelta(1), 53.0)])])).is_empty()


# ---------------------------------------------------------------- the tables alone


def test_the_party_table_is_sound() -> None:
    table = read_table()
    listed = world.read_elections()
    for x in listed:
        parties = Book(table, x.country, x.day).parties
        assert len(parties) >= 2, x.id
        for p in parties.values():
            assert re.fullmatch(r"[a-z0-9-]+", p.id), p.id
            assert p.family is None or p.family in FAMILIES
    assert {r.country for r in table} == {x.country for x in listed}


def test_the_table_of_elections_is_sound() -> None:
    listed = world.read_elections()
    assert len({x.id for x in listed}) == len(listed)
    for x in listed:
        assert x.id.startswith(f"{x.country.lower()}-{x.day.year}")
        assert x.row["system"] in SYSTEMS
        assert x.parlgov_day or x.row["gov_parties"]  # after ParlGov's end it is typed
        assert x.parlgov_day is None or abs((x.parlgov_day - x.day).days) <= 14


# ------------------------------------------------------------------ the raw files


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Campaign]:
    folder = tmp_path_factory.mktemp("tables")
    table = read_table()
    campaigns = [world.build_one(RAW, x, table) for x in world.read_elections()]
    # The account: every reading of every file, used, left out or outside.
    out = world.account(RAW, campaigns)
    world.write_csv(folder / "account.csv", ("a",), out)
    for country, total, used, left, outside in out:
        assert int(total) == int(used) + int(left) + int(outside), country
    return [b.campaign for b in campaigns]


@raw_files
def test_shape_of_the_catalogue(built: list[Campaign]) -> None:
    assert len(built) >= 73
    assert len({c.country for c in built}) >= 26
    for c in built:
        ids = set(c.contender_ids)
        assert c.contender_ids[-1] == "oth"
        assert c.polls.height >= 1, c.id
        assert set(c.polls.columns) == {*POLL_COLUMNS, *ids}
        assert set(c.results["contender"]) | set(c.history["contender"]) <= ids
        assert abs(c.results["share"].sum() - 100) < 0.4, c.id
        sums = c.history.group_by("date").agg(pl.col("share").sum())["share"]
        assert ((sums - 100).abs() < 0.4).all(), c.id
        assert c.history["date"].max() < c.election_date
        assert set(c.government.parties) <= ids
        assert all(x.family in FAMILIES for x in c.contenders)
        assert set(c.events["kind"]) <= set(EVENT_KINDS)
        assert {"apopod"} == set(c.polls["source"])
        lone = set(c.results["contender"]) ^ ids
        assert all(c.contender(x).until is not None for x in lone), (c.id, lone)


@raw_files
def test_polls_lie_between_the_two_elections(built: list[Campaign]) -> None:
    for c in built:
        before = world_results.previous_election(RAW, c.country, c.election_date - timedelta(14))
        assert before is not None
        assert c.polls["end"].max() < c.election_date, c.id
        assert (c.polls["start"].fill_null(c.polls["end"]) > before).all(), c.id
        shares = c.polls.select(c.contender_ids)
        assert (shares.sum_horizontal() <= 103.01).all(), c.id
        assert (shares.sum_horizontal() >= 50).all(), c.id


@raw_files
def test_every_new_contender_is_dated_by_its_first_poll(built: list[Campaign]) -> None:
    for c in built:
        known = set(c.history["contender"])
        for x in c.contenders[:-1]:
            assert (x.since is None) == (x.id in known), (c.id, x.id)
            if x.since:
                named = c.polls.filter(pl.col(x.id).is_not_null())
                assert named["end"].min() == x.since


@raw_files
def test_known_results_and_governments(built: list[Campaign]) -> None:
    by_id = {c.id: c for c in built}
    share = {
        (c.id, r["contender"]): r["share"] for c in built for r in c.results.iter_rows(named=True)
    }
    assert share["cz-2021", "spolu"] == 27.79
    assert share["nl-2023", "gl-pvda"] == 15.75
    assert share["es-2019-11", "up"] == pytest.approx(12.86)
    assert share["be-2024", "nva"] == 16.71
    before = by_id["nl-2023"].history.filter(pl.col("date") == date(2021, 3, 17))
    joined = before.filter(pl.col("contender") == "gl-pvda")["share"].item()
    assert joined == pytest.approx(5.73 + 5.16)
    assert by_id["fi-2023"].government.parties[0] == "sdp"
    assert by_id["fi-2023"].government.head_on(date(2023, 4, 1)) == "Marin"
    assert by_id["fi-2023"].government.head_on(date(2019, 9, 1)) == "Rinne"
    assert by_id["hu-2022"].government.term == 3
    assert by_id["si-2022"].election_date == date(2022, 4, 24)


@raw_files
def test_close_elections_do_not_share_polls(built: list[Campaign]) -> None:
    for one, two in (("gr-2023-05", "gr-2023-06"), ("es-2019-04", "es-2019-11")):
        first, second = (next(c for c in built if c.id == x) for x in (one, two))
        assert first.polls["end"].max() < first.election_date < second.polls["end"].min()


@raw_files
def test_every_election_with_late_polls_is_in(built: list[Campaign]) -> None:
    """Every ParlGov election with a usable poll in the last 90 days has a campaign.

    Not France 2022: one poll, seven weeks before, of parties that then stood together.
    """
    apart = {("SI", date(2022, 4, 22)), ("FR", date(2022, 6, 19))}  # Slovenia: the 24th
    have = {(c.country, c.election_date) for c in built}
    for country in sorted({c.country for c in built}):
        readings = read_ropf(RAW / "polls_world" / f"{country.lower()}.ropf").readings
        ends = [
            d[1]
            for r in readings
            if r.scope == "N" and not_a_share(r) is None and (d := fieldwork(r)) is not None
        ]
        for where, day in world_results.by_election(RAW):
            late = any(day - timedelta(90) <= e < day for e in ends)
            if where == country and late and (where, day) not in apart:
                assert (country, day) in have, (country, day)


@raw_files
def test_large_errors_have_a_verdict(built: list[Campaign]) -> None:
    errors = all_errors(built)
    assert unchecked(errors).is_empty()
    assert errors["error"].abs().mean() < 2.0
    assert errors.filter(pl.col("error").abs() > LIMIT).height < 0.1 * errors.height


@raw_files
def test_the_generated_tables_are_those_of_the_build(tmp_path: Path) -> None:
    table = read_table()
    listed = [x for x in world.read_elections() if x.id in {"nl-2021", "cz-2021"}]
    got = [
        (b.campaign.id, kind, code, name, f"{share:.2f}", str(n), why)
        for b in (world.build_one(RAW, x, table) for x in listed)
        for kind, code, name, share, n, why in b.unmatched
    ]
    with (ROOT / "tools/tables/unmatched_world.csv").open(encoding="utf-8") as file:
        packed = [
            tuple(r.values())
            for r in csv.DictReader(file)
            if r["campaign"] in {"nl-2021", "cz-2021"}
        ]
    assert sorted(got) == sorted(packed)
