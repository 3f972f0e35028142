"""The record whole: JSON promise, words, charts, a user's folder, speed, sisters, suggestions."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from comparenotes.brief.record_charts import save_figures
from comparenotes.campaigns.catalogue import campaign_ids
from comparenotes.campaigns.folder_write import write_folder
from comparenotes.campaigns.model import Government
from comparenotes.errors import DataError, NotFoundError
from comparenotes.record import tables as record_tables
from comparenotes.record.classes import CaseClass
from comparenotes.record.profile import profile_of
from comparenotes.record.rates import base_rates
from comparenotes.record.report import Record, record_of
from comparenotes.record.sisters import find, sister_campaigns, sisters
from comparenotes.record.suggest import suggest
from comparenotes.record.upcoming import STATUSES, upcoming, us_polling_day
from comparenotes.record.words import sections, share_cell
from comparenotes.words import signed

from .invented import ELECTION, OFFICE, campaign

DAY = date(2026, 8, 20)
needs_catalogue = pytest.mark.skipif(
    not {"gb-next", "us-2024", "au-2010"} <= set(campaign_ids()),
    reason="the bundled catalogue is not built",
)
PROMISED = {
    "class": {"rule", "n", "countries", "from", "to"},
    "base_rates": {"what", "n", "estimate", "lo90", "hi90", "unit"},
    "cases": {
        *("country", "date", "party", "family", "vote_change", "kept_office"),
        *("nearest", "source"),
    },
    "path": {"days_since_office", "estimate", "lo80", "hi80", "home"},
    "nearest": {"country", "date", "party", "features", "outcome"},
    "skill": {"brier", "base_rate_brier", "difference", "lo90", "hi90", "verdict"},
}


@pytest.fixture(scope="module")
def invented() -> Record:
    return record_of(campaign(), date(2014, 6, 1))


def test_the_promised_json(invented: Record) -> None:
    out = json.loads(json.dumps(invented.to_dict()))
    assert out["campaign"] == "xx-2015"
    assert out["as_of"] == "2014-06-01"
    for name, keys in PROMISED.items():
        value = out[name]
        rows = value if isinstance(value, list) else [value]
        assert rows, name
        for row in rows:
            assert keys <= set(row), name


def test_a_country_outside_the_record_is_matched_by_facts(invented: Record) -> None:
    assert invented.profile.democracy is None
    assert "all countries in the record" in invented.cases.rule
    assert invented.cases.n > 150
    assert (invented.cases.frame["term"] == 1).all()
    assert invented.path.home["standing"] < 0


def test_winners_and_losers_stand_side_by_side(invented: Record) -> None:
    text = " ".join(line for _, lines, _ in sections(invented) for line in lines)
    kept = int(invented.cases.frame["kept_office"].sum())
    lost = int((~invented.cases.frame["kept_office"].drop_nulls()).sum())
    assert f"{kept} kept the leading office, {lost} lost it" in text
    tables = {heading: table for heading, _, table in sections(invented) if table}
    outcomes = [row[-1] for row in tables["The latest winners and losers of the class"][1]]
    assert outcomes.count("lost it") == outcomes.count("kept the leading office") == 8


def test_recent_governments_stand_beside_the_whole(invented: Record) -> None:
    assert not any("since 20" in r.group for r in invented.rates)  # nothing later is known
    known = record_tables.cases(date(2026, 11, 30))
    home = replace(invented.profile, election_date=date(2029, 8, 1))
    first = CaseClass("all", known.filter(pl.col("term") == 1), None, 1, True)
    rates = {r.group: r for r in base_rates(home, first, known) if r.unit != "points"}
    n = [rates[f"all terms, all democracies, since {y}"].n for y in (2020, 2023)]
    assert n[0] > n[1] > 25
    assert rates["the whole class"].n > n[0] > rates["the class, since 2020"].n


def test_no_rate_is_printed_under_15_cases(invented: Record) -> None:
    for rate in invented.rates:
        assert (rate.estimate is None) == (rate.n < 15)
        if rate.n < 15 and rate.count is not None:
            assert share_cell(rate) == f"{rate.count} of {rate.n}"


@pytest.mark.parametrize(
    ("x", "text"), [(1.25, "+1.2"), (-0.04, "0.0"), (-2.0, "−2.0"), (None, "–")]
)
def test_signs(x: float | None, text: str) -> None:
    assert signed(x) == text


def test_who_governs_has_to_be_said() -> None:
    silent = campaign(
        government=Government(),
        contenders=tuple(c for c in campaign().contenders if c.role != "government"),
    )
    with pytest.raises(DataError, match=r"\[government\]"):
        record_of(silent)
    with pytest.raises(DataError, match="since"):
        profile_of(campaign(government=Government(parties=("red",))), DAY)


def test_charts_are_sound_svg_and_the_same_twice(invented: Record, tmp_path: Path) -> None:
    files = [[Path(p) for p in save_figures(invented, tmp_path / n)] for n in ("a", "b")]
    assert [p.name for p in files[0]] == ["record-path.svg", "record-class.svg"]
    for one, two in zip(*files, strict=True):
        assert one.read_bytes() == two.read_bytes()
        assert ET.parse(one).getroot().tag.endswith("svg")  # noqa: S314 - our own charts
        assert "<script" not in one.read_text("utf-8")
    assert "lost it" in files[0][1].read_text("utf-8")


def test_a_hostile_party_stays_text(invented: Record, tmp_path: Path) -> None:
    party = replace(invented.profile, party_name="A <b> party")
    path, _ = save_figures(replace(invented, profile=party), tmp_path)
    assert "A &lt;b&gt; party" in Path(path).read_text("utf-8")


def test_a_users_folder_and_the_time_it_takes(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    write_folder(campaign(), folder)
    command = [sys.executable, "-m", "comparenotes.cli.main"]
    command += ["record", "--like", str(folder), "--as-of", "2014-06-01", "--json"]
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    took = time.perf_counter() - begin
    assert done.returncode == 0, done.stderr
    out = json.loads(done.stdout)
    assert out["home"]["since"] == OFFICE.isoformat()
    assert out["home"]["election_date"] == ELECTION.isoformat()
    assert took < 10  # 0.7 s on two idle cores; the bound only catches a blow-up


def test_the_command_line_says_what_is_wrong() -> None:
    command = [sys.executable, "-m", "comparenotes.cli.main", "record"]
    for args in ([], ["--case", "gb-2000"], ["--like", "nowhere-1"]):
        done = subprocess.run(
            [*command, *args], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 2
        assert done.stdout == ""
        assert len(done.stderr.strip().splitlines()) == 1
        assert "Hint" in done.stderr


@needs_catalogue
def test_suggestions_hold_a_winner_and_a_loser_of_each_kind() -> None:
    found = suggest("gb-next", DAY)
    by_kind: dict[str, set[str]] = {}
    for item in found.items:
        by_kind.setdefault(item.kind, set()).add(item.outcome)
        assert item.why
        assert item.campaign != "gb-next"
    missing = {m.partition(":")[0] for m in found.missing}
    assert by_kind
    for kind, outcomes in by_kind.items():
        assert outcomes == {"won", "lost"} or kind in missing


@needs_catalogue
def test_sister_parties_and_the_users_own_table(tmp_path: Path) -> None:
    plain = sisters("lab")
    key = set(plain.select("country", "party").iter_rows())
    assert ("AU", "alp") in key
    assert "GB" not in set(plain["country"])
    assert (plain["source"].str.len_chars() > 0).all()
    assert "au-2010" in sister_campaigns("gb:lab")
    table = tmp_path / "members.csv"
    table.write_text(
        "country,party,organisation,source,relation\n"
        "GB,lab,Invented Alliance,its page,\n"
        "US,dem,Invented Alliance,its page,add\n"
        "AU,alp,Invented Alliance,its page,remove\n"
        "SE,s,Another Club,its page,add\n",
        encoding="utf-8",
    )
    wider = sisters("gb:lab", table)
    rows = {(r["country"], r["party"]): r for r in wider.to_dicts()}
    assert rows["US", "dem"]["relation"] == "both in Invented Alliance"
    assert rows["US", "dem"]["source"] == "its page"
    assert ("AU", "alp") not in rows
    table.write_text("country,party,organisation,source,relation\nGB,lab,X,y,maybe\n", "utf-8")
    with pytest.raises(DataError, match=r"members\.csv:2"):
        sisters("gb:lab", table)


@needs_catalogue
def test_an_unknown_party_gets_a_hint() -> None:
    with pytest.raises(NotFoundError, match="gb:lab"):
        find("gb:labb")


def test_upcoming_elections_are_marked() -> None:
    rows = upcoming(DAY)
    assert {u.status for u in rows} <= set(STATUSES)
    by_country = {u.country: u for u in rows}
    assert by_country["US"].day == date(2028, 11, 7)
    assert by_country["US"].status == "fixed"
    for u in rows:
        assert u.checked is not None
        if u.status == "unknown":
            assert u.day is None
            assert u.note
        else:
            assert u.day is not None
            assert u.day > DAY


@pytest.mark.parametrize(
    ("year", "day"),
    [(2024, date(2024, 11, 5)), (2028, date(2028, 11, 7)), (2020, date(2020, 11, 3))],
)
def test_american_polling_day(year: int, day: date) -> None:
    assert us_polling_day(year) == day
