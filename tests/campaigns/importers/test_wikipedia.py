"""The importer of Wikipedia poll tables, on invented pages and tables."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.importers.dates import parse_dates
from comparenotes.campaigns.importers.poll_rows import row_kind
from comparenotes.campaigns.importers.protocol import Imported
from comparenotes.campaigns.importers.wikipedia import IMPORTER
from comparenotes.campaigns.importers.wikipedia_roles import heading_years
from comparenotes.campaigns.importers.wikipedia_tables import MAX_SLOTS, read_tables
from comparenotes.campaigns.importers.wikipedia_text import (
    clean,
    is_missing,
    parse_number,
    parse_parts,
    parse_population,
    parse_sample,
    split_mode,
)
from comparenotes.campaigns.naming import snake
from comparenotes.errors import DataError

FUZZ = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

HEADER = """<tr><th rowspan="2">Date(s)<br>conducted</th><th rowspan="2">Pollster</th>
<th rowspan="2">Client</th><th rowspan="2">Area</th><th rowspan="2">Sample<br>size</th>
<th>Ash</th><th>Bee</th><th>Cob</th><th rowspan="2">Others</th><th rowspan="2">Lead</th></tr>
<tr><th style="background:red"></th><th></th><th></th></tr>"""

PAGE = f"""<!DOCTYPE html><html><head><title>x - mediawiki</title></head><body>
<h1>Opinion polling for the next Ruritanian election</h1>
<h2>National poll results</h2><h3>2031</h3>
<table class="wikitable sortable">{HEADER}
<tr><td>30 Dec – 2 Jan</td><td>First<sup class="reference"><a>[12]</a></sup></td><td>N/A</td>
<td>GB</td><td>1,021</td><td><b>41%</b></td><td>38.5%</td><td>–</td>
<td>3%<style>.mw-parser-output .x{{color:red}}</style><div>Dot 2%</div>Other 1%</td>
<td>2.5</td></tr>
<tr><td>20 Mar</td><td colspan="9"><b>Ann Ash is elected leader of the Ash Party</b></td></tr>
<tr><td>3–5 May</td><td>Second/Third (MRP)</td><td>The Post</td><td>GB</td><td>c. 900</td>
<td>40</td><td>&lt;1%</td><td rowspan="2"><i>Did not exist</i></td><td>TBA</td><td>Tie</td></tr>
<tr><td>1 May</td><td>First</td><td>—N/a</td><td>UK</td><td>?</td><td>39%</td><td>37%</td>
<td>5%</td><td>2</td></tr>
<tr><td>28 Apr</td><td>First</td><td></td><td>Ruritania only</td><td>500</td><td>39%</td>
<td>37%</td><td>9%</td><td>5%</td><td>2</td></tr>
<tr><td rowspan="2">12 Dec 2030</td><td rowspan="2" colspan="2">2030 general election</td>
<td>UK</td><td rowspan="2">–</td><td>43.6%</td><td>32.1%</td><td>11.6%</td><td>12.7%</td>
<td>11.5</td></tr>
<tr><td>GB</td><td>44.7%</td><td>33.0%</td><td>11.8%</td><td>10.5%</td><td>11.7</td></tr>
</table>
<h2>Seat projections</h2>
<table class="wikitable">{HEADER}<tr><td>1 May</td><td>First</td><td></td><td>GB</td><td>9000</td>
<td>245</td><td>99</td><td>67</td><td>4</td><td>Hung</td></tr></table>
<h2>Sub-national poll results</h2><h3>Scotland</h3>
<table class="wikitable">{HEADER}<tr><td>1–2 May 2031</td><td>First</td><td></td><td></td>
<td>1000</td><td>20%</td><td>30%</td><td>45%</td><td>5%</td><td>15</td></tr></table>
<h3>Strelsau</h3>
<table class="wikitable">{HEADER}<tr><td>1–2 May 2031</td><td>First</td><td></td><td></td>
<td>800</td><td>20%</td><td>30%</td><td>45%</td><td>5%</td><td>15</td></tr></table>
<h2>Hypothetical scenarios</h2><h3>With Bob Bee as leader</h3>
<table class="wikitable">{HEADER}<tr><td>1–2 May 2031</td><td>First</td><td></td><td>GB</td>
<td>800</td><td>20%</td><td>50%</td><td>25%</td><td>5%</td><td>25</td></tr>
<tr><td>12 Dec 2030</td><td>2030 general election</td><td></td><td>GB</td><td>–</td>
<td>44.7%</td><td>33.0%</td><td>11.8%</td><td>11.5%</td><td>11.7</td></tr></table>
<table class="navbox"><tr><td>Elections</td></tr></table>
</body></html>"""


def save(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def left(imported: Imported) -> dict[str, int]:
    return {x.why: x.count for x in imported.left_out}


@pytest.fixture
def page(tmp_path: Path) -> Imported:
    return IMPORTER.read(save(tmp_path, "page.html", PAGE))


def test_every_row_of_the_page_is_accounted_for(page: Imported) -> None:
    assert dict(page.used) == {"poll": 5, "result": 2, "event": 1}
    assert left(page) == {
        "a result given before": 1,
        "asked in a part of the country only": 1,
        "region 'Strelsau' (name it with regions=...)": 1,
        "seat projections": 1,
    }
    assert page.rows == 12


def test_shares_dates_and_the_rest_of_a_poll(page: Imported) -> None:
    first = page.polls.row(0, named=True)
    assert (first["start"], first["end"]) == (date(2030, 12, 30), date(2031, 1, 2))
    assert first["published"] == date(2031, 1, 3)
    assert first["pollster"] == "First"
    assert first["sponsor"] is None
    assert first["sample_size"] == 1021
    assert (first["ash"], first["bee"], first["cob"]) == (41.0, 38.5, None)
    # A named part of the others is a column of its own; "others" is what remains.
    assert (first["dot"], first["oth"]) == (2.0, 1.0)
    second = page.polls.row(1, named=True)
    assert (second["pollster"], second["mode"], second["sponsor"]) == (
        "Second/Third",
        "mrp",
        "The Post",
    )
    assert (second["bee"], second["cob"], second["oth"]) == (0.5, None, None)
    third = page.polls.row(2, named=True)
    assert third["cob"] is None, "the cell above reaches down"
    assert (third["oth"], third["question"], third["sample_size"]) == (5.0, "UK", None)


def test_results_are_results_on_the_polls_base_and_on_others(page: Imported) -> None:
    here = page.results.filter(pl.col("region").is_null())
    assert dict(here.select("contender", "share").iter_rows()) == {
        "ash": 44.7,
        "bee": 33.0,
        "cob": 11.8,
        "oth": 10.5,
    }
    assert page.results.filter(pl.col("region") == "UK").height == 4
    assert set(page.results["date"]) == {date(2030, 12, 12)}
    assert not page.polls["pollster"].str.contains("election").any()


def test_events_are_events(page: Imported) -> None:
    assert page.events.select("date", "title").rows() == [
        (date(2031, 3, 20), "Ann Ash is elected leader of the Ash Party")
    ]


def test_regions_and_hypothetical_questions_are_marked(page: Imported) -> None:
    assert page.polls.filter(pl.col("region") == "GB-SCT")["cob"].to_list() == [45.0]
    maybe = page.polls.filter("hypothetical")
    assert maybe["question"].to_list() == ["with_bob_bee_as_leader"]
    assert page.polls.filter(~pl.col("hypothetical"))["bee"].max() == 38.5


def test_options_name_regions_sections_and_the_year(tmp_path: Path) -> None:
    path = save(tmp_path, "page.html", PAGE)
    named = IMPORTER.read(path, regions="Strelsau=XX-ST")
    assert named.polls["region"].drop_nulls().to_list() == ["GB-SCT", "XX-ST"]
    only = IMPORTER.read(path, section="Scotland")
    assert only.polls.height == 1
    assert left(only)["outside the section asked for"] == 11
    bare = save(tmp_path, "bare.html", PAGE.replace("<h3>2031</h3>", ""))
    assert left(IMPORTER.read(bare))["no date that could be read"] == 5
    assert IMPORTER.read(bare, year=2031).polls.equals(IMPORTER.read(path).polls)
    for option in ({"year": "soon"}, {"regions": "Strelsau"}, {"yaer": 1}):
        with pytest.raises(DataError):
            IMPORTER.read(path, **option)


def test_another_countrys_page(tmp_path: Path) -> None:
    text = """<html><body class="mediawiki"><h2>Poll results</h2><h3>2031</h3>
    <table class="wikitable"><tr><th>Polling firm</th><th>Fieldwork date</th><th>Sample size</th>
    <th>Abs.</th><th>Union</th><th>SPD</th><th>Grüne</th><th>Undecided</th><th>Lead</th></tr>
    <tr><td>Forsa</td><td>3–5 May</td><td>2 502</td><td>22</td><td>27</td><td>18</td><td>15</td>
    <td>40</td><td>9</td></tr>
    <tr><td>2027 federal election</td><td>26 Sep 2027</td><td>–</td><td>23.4</td><td>24.1</td>
    <td>25.7</td><td>14.8</td><td>–</td><td>1.6</td></tr></table></body></html>"""
    found = IMPORTER.read(save(tmp_path, "de.html", text))
    assert found.codes == ("union", "spd", "grune")
    row = found.polls.row(0, named=True)
    # 40 of 100 did not name a party: shares are those of the other 60.
    assert (row["union"], row["spd"], row["grune"]) == (45.0, 30.0, 25.0)
    assert row["sample_size"] == 2502
    assert dict(found.used) == {"poll": 1, "result": 1, "event": 0}
    assert found.labels == {"union": "Union", "spd": "SPD", "grune": "Grüne"}


def test_an_american_table(tmp_path: Path) -> None:
    text = """<body class="mediawiki"><table class="wikitable"><tr><th>Poll source</th>
    <th>Date(s)<br>administered</th><th>Sample<br>size</th><th>Margin<br>of error</th>
    <th>Ann<br>Ash</th><th>Bob<br>Bee</th><th>Other / Undecided</th></tr>
    <tr><td>First</td><td>March 4–6, 2031</td><td>1,000 (LV)</td><td>± 3%</td><td>48%</td>
    <td>46%</td><td>6%</td></tr></table>"""
    found = IMPORTER.read(save(tmp_path, "us.html", text))
    row = found.polls.row(0, named=True)
    assert found.codes == ("ann_ash", "bob_bee")
    assert (row["start"], row["end"], row["population"]) == (
        date(2031, 3, 4),
        date(2031, 3, 6),
        "lv",
    )


def test_csv_repeats_a_spanning_cell(tmp_path: Path) -> None:
    text = """dates,pollster,client,con,lab,snp,pc,others,lead,year
3 May,First,,45%,40%,5%,5%,10%,5%,2031
2 May,First,,45%,40%,6%,4%,5%,5%,2031
1 May,2031 local elections[3],2031 local elections[3],2031 local elections[3],\
2031 local elections[3],,2031 local elections[3],2031 local elections[3],\
2031 local elections[3],2031
"""
    found = IMPORTER.read(save(tmp_path, "x.csv", text))
    assert found.polls["snp"].to_list() == [None, 6.0], "5% is of the two together"
    assert found.polls["pc"].to_list() == [None, 4.0]
    assert found.polls["oth"].to_list() == [10.0, 5.0]
    assert found.events["title"].to_list() == ["2031 local elections"]


def test_json_rows(tmp_path: Path) -> None:
    rows = [
        {"dates": "11–12 Jul", "pollster": "First", "labour": 39.0, "con": 20.0, "year": 2031},
        {"dates": "14 Jul", "pollster": "First", "labour": 60.0, "con": 55.0, "year": 2031},
    ]
    path = save(tmp_path, "x.json", json.dumps(rows))
    assert IMPORTER.sniff(path.read_bytes())
    found = IMPORTER.read(path)
    assert found.polls["labour"].to_list() == [39.0]
    assert left(found) == {"shares add up to over 103 (seats, or an error)": 1}
    for broken in ("{}", "[1]", "[{]", "[" * 100_000):
        with pytest.raises(DataError):
            IMPORTER.read(save(tmp_path, "x.json", broken))


def test_a_page_without_poll_tables_is_refused(tmp_path: Path) -> None:
    for text in ("<html></html>", "plain", "<table class='wikitable'></table>"):
        with pytest.raises(DataError, match="no poll tables"):
            IMPORTER.read(save(tmp_path, "x.html", text))


def test_html_in_a_name_is_text(tmp_path: Path) -> None:
    hostile = PAGE.replace("Second/Third", "&lt;script&gt;alert(1)&lt;/script&gt;")
    found = IMPORTER.read(save(tmp_path, "x.html", hostile))
    assert "<script>alert(1)</script>" in found.polls["pollster"].to_list()
    live = PAGE.replace("Second/Third", "Second<script>alert(1)</script>")
    assert "Second" in IMPORTER.read(save(tmp_path, "x.html", live)).polls["pollster"].to_list()


# ---------------------------------------------------------------------- bounds


def test_spans_are_capped(tmp_path: Path) -> None:
    bomb = '<td rowspan="999999999" colspan="999999999">x</td>'
    text = f"<table class='wikitable'>{HEADER}<tr>{bomb}</tr>{'<tr><td>1</td></tr>' * 50}</table>"
    (table,) = read_tables(save(tmp_path, "x.html", text))
    assert max(len(line.slots) for line in table.lines) <= 100
    wide = f"<tr>{'<td colspan=80 rowspan=500>x</td>'}</tr>"
    rows = wide + "<tr></tr>" * 499
    many = f"<table class='wikitable'>{rows * (MAX_SLOTS // 40_000 + 2)}</table>"
    with pytest.raises(DataError, match="cells once spans are laid out"):
        read_tables(save(tmp_path, "y.html", many))


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 50_000,
        "<table class='wikitable'><tr><td>" * 3_000,
        f"<table class='wikitable'>{HEADER}<tr><td>" + "<b>x" * 50_000,
        "<h2>" * 20_000 + "x",
        f"<table class='wikitable'>{HEADER}<tr><td>" + "[" * 500_000,
        f"<table class='wikitable'>{HEADER}<tr><td>" + ".mw-parser-output" * 30_000 + "{",
        f"<table class='wikitable'>{HEADER}" + "<tr>" + "<td>-1" * 50_000,
    ],
    ids=["deep", "nested tables", "long cell", "headings", "brackets", "css", "wide row"],
)
def test_hostile_pages_cost_little(text: str, tmp_path: Path) -> None:
    path = save(tmp_path, "x.html", text)
    begin = time.process_time()
    with contextlib.suppress(DataError):
        IMPORTER.read(path)
    assert time.process_time() - begin < 5


def test_cost_is_linear_in_rows(tmp_path: Path) -> None:
    row = (
        "<tr><td>3–5 May 2031</td><td>First</td><td></td><td>GB</td><td>900</td>"
        "<td>40%</td><td>30%</td><td>20%</td><td>10%</td><td>2</td></tr>"
    )

    def cost(n: int) -> float:
        text = f"<h2>x</h2><table class='wikitable'>{HEADER}{row * n}</table>"
        path = save(tmp_path, f"{n}.html", text)
        begin = time.process_time()
        assert IMPORTER.read(path).polls.height == n
        return time.process_time() - begin

    cost(100)
    small, large = cost(1_000), cost(8_000)
    # eight times the rows; sixty-four times the cost would be quadratic
    assert large < 24 * small


CELL = st.sampled_from(
    [
        "43%",
        "–",
        "<1",
        "Tie",
        "1 May",
        "30 Dec–2 Jan 2031",
        "2030 general election",
        "x[1]",
        "",
        "&",
    ]
)
SPAN = st.integers(-2, 12)


@FUZZ
@given(
    rows=st.lists(
        st.lists(st.tuples(CELL, SPAN, SPAN, st.sampled_from(["td", "th"])), max_size=9),
        max_size=12,
    )
)
def test_random_tables_never_crash(
    rows: list[list[tuple[str, int, int, str]]], tmp_path: Path
) -> None:
    body = "".join(
        "<tr>"
        + "".join(f'<{t} rowspan="{a}" colspan="{b}">{c}</{t}>' for c, a, b, t in row)
        + "</tr>"
        for row in rows
    )
    path = save(tmp_path, "x.html", f"<h2>2031</h2><table class='wikitable'>{HEADER}{body}</table>")
    try:
        found = IMPORTER.read(path)
    except DataError:
        return
    assert sum(x.count for x in found.account) == found.rows
    for code in found.codes:
        assert found.polls[code].drop_nulls().is_between(0, 100).all()


# ----------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("text", "year", "first", "last"),
    [
        ("30 Jul–5 Aug", 2024, (2024, 7, 30), (2024, 8, 5)),
        ("14 Dec – 9 Jan", 2026, (2025, 12, 14), (2026, 1, 9)),
        ("30 Nov 2024 – 5 Jan 2025", None, (2024, 11, 30), (2025, 1, 5)),
        ("12 Dec 2019", 2020, (2019, 12, 12), (2019, 12, 12)),
        ("8 June", 2017, (2017, 6, 8), (2017, 6, 8)),
        ("Mar 2025", None, (2025, 3, 1), (2025, 3, 31)),
        ("c. Sep 2025", None, (2025, 9, 1), (2025, 9, 30)),
        ("31 Mar-6 Apr", 2010, (2010, 3, 31), (2010, 4, 6)),
        ("March 4–6, 2024", None, (2024, 3, 4), (2024, 3, 6)),
        ("Aug 28 – Sep 2, 2024", None, (2024, 8, 28), (2024, 9, 2)),
        ("2024-07-12", None, (2024, 7, 12), (2024, 7, 12)),
        ("29 Feb[a]", 2024, (2024, 2, 29), (2024, 2, 29)),
    ],
)
def test_dates(
    text: str, year: int | None, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert parse_dates(text, year) == (date(*first), date(*last))


@pytest.mark.parametrize(
    "text", ["", "soon", "30 Feb", "5–3 May", "3 May", "1/2 May & later", "2 NovP", "0 May", "–"]
)
def test_no_dates(text: str) -> None:
    assert parse_dates(text, None if text == "3 May" else 2031) is None


@FUZZ
@given(text=st.text(max_size=30), year=st.none() | st.integers(0, 9999))
def test_dates_of_any_text_are_in_order_or_none(text: str, year: int | None) -> None:
    found = parse_dates(text, year)
    assert found is None or found[0] <= found[1]


@FUZZ
@given(days=st.tuples(st.dates(date(1950, 1, 1), date(2050, 1, 1)), st.integers(0, 40)))
def test_a_written_range_is_read_back(days: tuple[date, int]) -> None:
    first = days[0]
    last = date.fromordinal(first.toordinal() + days[1])
    text = f"{first.day} {first:%b} – {last.day} {last:%b}"
    assert parse_dates(text, last.year) == (first, last)


def test_numbers() -> None:
    assert [parse_number(x) for x in ("43%", "43.5", "<1%", "< 1", "10–12%", "33.1\n137")] == [
        43.0,
        43.5,
        0.5,
        0.5,
        11.0,
        33.1,
    ]
    assert [parse_number(x) for x in ("2019 election", "1,234", "Tie", "", "x9")] == [None] * 5
    assert parse_parts("3% Plaid Cymru on 1%Other on 2%") == (3.0, {"Plaid Cymru": 1, "Other": 2})
    assert parse_sample("274 (oversample)") == 274
    assert [parse_sample(x) for x in ("–", "", "7", "9" * 30)] == [None] * 4
    assert parse_population("1,000 (RV)") == "rv"
    assert [is_missing(x) for x in ("–", "TBA", "—N/a", "Did not exist", "?", "Tie", "4%")] == [
        *[True] * 6,
        False,
    ]


def test_text() -> None:
    assert clean("a[1] b[permanent dead link]") == "a b"
    css = (
        ".mw-parser-output .h{width:1px}@media all and (max-width:5px){.mw-parser-output .h{x:y}}3%"
    )
    assert clean(css) == "3%"
    assert clean("We Think Archived 8 January 2022 at the Wayback Machine[26]") == "We Think"
    assert snake("Sinn Féin / x") == "sinn_fein_x"
    assert split_mode("YouGov (MRP)") == ("YouGov", "mrp")
    assert heading_years(["Polls 2019 to 2024", "2022", "Scotland"], 2026) == (2022, 2022)


@pytest.mark.parametrize(
    "text",
    [
        "2024 general election",
        "Feb 1974 general election",
        "General Election results (GB only)",
        "2021 federal election",
        "Election result",
    ],
)
def test_firms_that_are_results(text: str) -> None:
    assert row_kind(text, frozenset()) == "result"


@pytest.mark.parametrize("text", ["Electoral Calculus", "Scottish Election Study", "Election Data"])
def test_firms_that_are_not_results(text: str) -> None:
    assert row_kind(text, frozenset()) is None
