"""Any table: twelve shapes read without a word from the user, and what is noticed in them."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from comparenotes.campaigns.importers import detect
from comparenotes.campaigns.importers.protocol import Imported
from comparenotes.campaigns.importers.table import IMPORTER
from comparenotes.cli.main import run
from comparenotes.errors import DataError

from .shapes import POLLS, SHAPES, xlsx

HEAD = "end,pollster,n,Ash,Elm,Fir,Oak,Others"
ROWS = [
    f"2031-0{m}-{d:02},{f},1000,40,30,15,{oak},5"
    for m, d, f, oak in [
        *((1, 5, "Sedge", 10), (1, 19, "Willow", 9), (2, 2, "Sedge", 11), (2, 16, "Rush", 10)),
        *((3, 2, "Willow", 9), (3, 16, "Sedge", 10), (4, 4, "Rush", 10), (4, 20, "Willow", 10)),
    ]
]


def read(folder: Path, text: str | bytes, name: str = "x.csv", **options: Any) -> Imported:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return IMPORTER.read(path, **options)


def csv(*rows: str, head: str = HEAD) -> str:
    return "\n".join([head, *rows]) + "\n"


def told(found: Imported) -> str:
    return "\n".join([*found.guess, *found.notes])


@pytest.mark.parametrize("shape", SHAPES)
def test_twelve_shapes_are_the_same_polls(tmp_path: Path, shape: str) -> None:
    name, make = SHAPES[shape]
    (tmp_path / name).write_bytes(make())
    assert detect(tmp_path / name) == "table"
    found = IMPORTER.read(tmp_path / name)
    assert found.polls.height == 3
    assert sorted(found.polls["end"]) == [e for _, e, *_ in POLLS]
    assert set(found.polls["pollster"]) == {"Sedge", "Willow"}
    shares = found.polls.sort("end").select(found.codes).rows()
    assert [[round(x, 2) for x in row] for row in shares] == [list(x) for *_, x in POLLS]
    assert found.polls.sort("end")["sample_size"].to_list() == [n for _, _, _, n, _ in POLLS]
    assert "columns: " in found.guess[0]


@pytest.mark.parametrize("shape", SHAPES)
def test_twelve_shapes_become_campaigns_in_one_command(
    tmp_path: Path, shape: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    name, make = SHAPES[shape]
    (tmp_path / name).write_bytes(make())
    monkeypatch.chdir(tmp_path)
    about = ["--country", "XF", "--date", "2021-05-04", "--system", "pr", "-o", "out"]
    assert run(["import", name, *about]) == 0
    out, err = capfd.readouterr()
    assert "out: valid (3 polls" in out
    assert "columns: " in out
    assert "if a column is wrong" in out
    assert "Traceback" not in err


def test_the_columns_are_corrected(tmp_path: Path) -> None:
    text = "Day;Who;People;Alpha;Beta;Rest;Gap\n" + "".join(
        f"{d}.03.2031;{w};900;44,5;43;12,5;1,5\n" for d, w in ((3, "Sedge"), (12, "Rush"))
    )
    said = "dates=Day,pollster=Who,sample_size=People,others=Rest,ignore=Gap"
    found = read(tmp_path, text, columns=said)
    assert found.codes == ("alpha", "beta", "oth")
    assert found.polls.row(0, named=True)["end"] == date(2031, 3, 3)
    picked = read(tmp_path, text, columns="dates=Day,pollster=Who,shares=Alpha|Beta")
    assert picked.codes == ("alpha", "beta")
    for wrong, what in (("when=Day", "no such role"), ("dates=Dey", "did you mean")):
        with pytest.raises(DataError, match=what):
            read(tmp_path, text, columns=wrong)


def test_a_table_that_cannot_be_guessed_says_which_column_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no column of dates .*columns='end=NAME'.*ash, elm"):
        read(tmp_path, "who,ash,elm\nSedge,40,35\n")
    with pytest.raises(DataError, match="no two columns of shares"):
        read(tmp_path, "end,who,ash\n2031-03-04,Sedge,40\n")
    with pytest.raises(DataError, match="no column names"):
        read(tmp_path, "2031-03-04,1000,40,35\n2031-03-05,1000,40,35\n")


# ------------------------------------------------------------- rows with a fault


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2031-04-22,Willow,1000,140,30,15,10,5", "a share outside 0 to 100"),
        ("2031-04-22,Willow,1000,60,40,15,10,5", "shares add up to over 103"),
        ("1031-04-22,Willow,1000,40,30,15,10,5", "a date that could not be read"),
        ("soon,Willow,1000,40,30,15,10,5", "a date that could not be read"),
        ("2031-04-22,Willow,1000,4O,30,15,10,5", "a share that is no number"),
        ("2031-04-22,Willow,1000,-4,30,15,10,5", "a share below 0"),
        ("2031-04-22,,1000,40,30,15,10,5", "no firm named"),
        ("2031-04-22,1000,40,30,15,10,5,", "a number where the firm stands (columns shifted?)"),
        ("2031-04-22,Willow,1000,,40,30,15,10", "columns shifted"),
        ("2031-04-22,Willow,1000,30,15,10,5,", "columns shifted"),
        ("2031-04-22,Willow,1000,40,30,15", "too few or too many cells (columns shifted?)"),
        ("2031-04-22,Willow,1000,40,5,30,15,10,5", "too few or too many cells (columns shifted?)"),
    ],
)
def test_one_bad_row_is_left_out_counted_and_shown(tmp_path: Path, row: str, why: str) -> None:
    found = read(tmp_path, csv(*ROWS[:4], row, *ROWS[4:]))
    assert found.polls.height == len(ROWS)
    assert [(f.where, f.why) for f in found.bad] == [("x.csv:6", why)]
    assert found.bad[0].text


def test_strict_refuses_and_rows_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_text(csv(*ROWS, "2031-04-22,Willow,1000,60,40,15,10,5"))
    assert run(["import", "x.csv", "--rows", "rows.csv"]) == 0
    assert "x.csv:10: Willow, 2031-04-22: they add up to 130.0" in capfd.readouterr().out
    assert len(Path("rows.csv").read_text().splitlines()) == len(ROWS) + 2
    assert run(["import", "x.csv", "--strict"]) == 2
    assert "x.csv:10: shares add up to over 103" in capfd.readouterr().err


def test_a_file_without_a_poll_is_an_error_not_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_text(csv(*ROWS, head=HEAD.replace("end", "last")))
    assert run(["import", "wikipedia", "x.csv"]) == 2
    assert "cn import table x.csv looks for its columns by itself" in capfd.readouterr().err


# ------------------------------------------------------ what is noticed and said


def test_zeros_that_say_not_asked(tmp_path: Path) -> None:
    rows = [*ROWS, "2031-04-25,Rush,900,44,32,18,0,6", "2031-04-27,Rush,900,43,33,18,0,6"]
    found = read(tmp_path, csv(*rows))
    assert found.polls["oak"].null_count() == 2
    assert "a 0 is read as not asked" in told(found)
    assert read(tmp_path, csv(*rows), zeros="keep").polls["oak"].null_count() == 0
    small = [r.replace(",10,5", ",0.4,5").replace(",9,5", ",0.2,5") for r in rows]
    assert read(tmp_path, csv(*small)).polls["oak"].null_count() == 0, "it does poll near 0"


@pytest.mark.parametrize("name", ["undecided", "Don't know", "ns/nc", "Unentschlossen", "DK/NA"])
def test_the_undecided_are_understood(tmp_path: Path, name: str) -> None:
    rows = [f"{r},20" for r in ROWS]
    inside = [f"{r.split(',')[0]},Sedge,1000,32,24,12,8,4,20" for r in ROWS]
    found = read(tmp_path, csv(*inside, head=f"{HEAD},{name}"))
    assert found.codes == ("ash", "elm", "fir", "oak", "oth")
    assert found.polls["ash"].to_list() == [40.0] * len(ROWS)
    assert "put on the base of those who chose" in told(found)
    outside = read(tmp_path, csv(*rows, head=f"{HEAD},{name}"))
    assert outside.polls["ash"].to_list() == [40.0] * len(ROWS)
    assert "no part of the 100 per cent" in told(outside)
    kept = read(tmp_path, csv(*inside, head=f"{HEAD},{name}"), undecided="ignore")
    assert kept.polls["ash"].to_list() == [32.0] * len(ROWS)


@pytest.mark.parametrize("column", ["election_date", "cycle", "ElectionYear"])
def test_polls_of_several_cycles(tmp_path: Path, column: str) -> None:
    old, new = ("2027-05-02", "2031-05-04") if column == "election_date" else ("2027", "2031")
    rows = [f"{r},{new}" for r in ROWS] + [f"{r.replace('2031', '2026', 1)},{old}" for r in ROWS]
    text = csv(*rows, head=f"{HEAD},{column}")
    every = read(tmp_path, text)
    assert every.polls.height == 16
    assert "polls of 2 elections" in told(every)
    one = read(tmp_path, text, election_date="2031-05-04")
    assert one.polls.height == 8
    assert {x.why: x.count for x in one.left_out} == {
        f"another election ({'cycle' if column != 'election_date' else column})": 8
    }


def test_polls_of_many_years_are_said_to_be_of_several_elections(tmp_path: Path) -> None:
    rows = [r.replace("2031", str(2031 - 2 * i), 1) for i, r in enumerate(ROWS)]
    assert "polls of 2017 to 2031, so of several elections" in told(read(tmp_path, csv(*rows)))


def test_results_averages_and_exit_polls_among_the_rows(tmp_path: Path) -> None:
    rows = [
        *ROWS,
        "2027-05-02,2027 general election,,41,29,15,10,5",
        "2031-04-20,Average,,40,30,15,10,5",
        "2031-05-04,Sedge exit poll,9000,40,30,15,10,5",
    ]
    found = read(tmp_path, csv(*rows))
    assert dict(found.used) == {"poll": 8, "result": 1}
    assert found.results.height == 5
    assert sum(x.count for x in found.left_out) == 2


@pytest.mark.parametrize(
    ("days", "option", "first"),
    [
        (("3/4/2031", "3/28/2031"), None, date(2031, 3, 4)),
        (("3/4/2031", "28/4/2031"), None, date(2031, 4, 3)),
        (("3/4/2031", "5/4/2031"), None, date(2031, 4, 3)),
        (("3/4/2031", "5/4/2031"), "mdy", date(2031, 3, 4)),
    ],
)
def test_days_and_months(
    tmp_path: Path, days: tuple[str, str], option: str | None, first: date
) -> None:
    rows = [f"{d},Sedge,900,40,30,15,10,5" for d in days]
    found = read(tmp_path, csv(*rows), **({"dates": option} if option else {}))
    assert min(found.polls["end"]) == first
    open_ = option is None and days[1] == "5/4/2031"
    assert ("--option dates=" in told(found)) == open_


def test_dem_and_rep_columns_and_a_state(tmp_path: Path) -> None:
    text = (
        "pollster,state,enddate,dem_pct,rep_pct,lead\n"
        "Sedge,US,10/3/2030,48,46,D+2\nRush,OH,10/5/2030,44,50,R+6\n"
    )
    found = read(tmp_path, text)
    assert found.codes == ("dem", "rep")
    assert found.polls.sort("end")["region"].to_list() == [None, "OH"]
    assert found.polls.sort("end")["end"][0] == date(2030, 10, 3)
    assert read(tmp_path, text, state="OH").polls["region"].to_list() == [None]


def test_of_several_offices_the_commonest_or_the_one_asked_for(tmp_path: Path) -> None:
    rows = [f"{r},Governor" for r in ROWS[:5]] + [f"{r},Mayor" for r in ROWS[5:]]
    text = csv(*rows, head=f"{HEAD},office")
    assert read(tmp_path, text).polls.height == 5
    assert "'Governor' (5 rows) is taken" in told(read(tmp_path, text))
    assert read(tmp_path, text, where="office=Mayor").polls.height == 3
    assert read(tmp_path, text, office="mayor").polls.height == 3


def test_parties_whose_names_are_words_of_ours(tmp_path: Path) -> None:
    head = "date,firm,n,Fin,Land,Til,Year,ANO"
    found = read(tmp_path, csv("2031-03-04,Sedge,900,30,25,20,15,10", head=head))
    assert found.codes == ("fin", "land", "til", "year", "ano")


# ---------------------------------------------------------------------- hostile


def test_a_workbook_that_blows_up_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/workbook.xml", "0" * 300_000_000)
    with pytest.raises(DataError, match="unpacks to"):
        IMPORTER.read(path)


@pytest.mark.parametrize(
    "data",
    [
        *(b"PK\x03\x04", b"PK\x03\x04" + b"x" * 500, b"PAR1", b"PAR1" + b"\0" * 50 + b"PAR1"),
        *(b"{", b"[" * 100_000, b"[1,2]", b"[[],[]]", b'{"a":{"b":{}}}', b"\xff\xfea"),
        *(b'[{"date":"2031-03-04","x":{"y":[1]}}]', b"date,a\n" + b'"' * 1000),
        json.dumps({"columns": ["date"] * 600, "data": [[1] * 600] * 3}).encode(),
        xlsx([["date", "firm", "a", "b"], ["x", "y", 1, 2]])[:-40],
    ],
)
def test_hostile_tables_are_refused_in_a_line(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, data, "x.dat")
    assert "\n" not in str(caught.value)


# --------------------------------------------------- columns told from each other


def test_candidates_go_before_their_parties(tmp_path: Path) -> None:
    rows = [
        f"{i},{f},2031-03-{d:02},{p},{c},{x},900"
        for i, f, d in ((1, "Sedge", 4), (2, "Rush", 9))
        for p, c, x in (("D", "Ann Ash", 48), ("R", "Bo Bee", 46), ("I", "Undecided", 6))
    ]
    found = read(tmp_path, csv(*rows, head="poll_id,pollster,end_date,party,candidate,pct,sample"))
    assert found.codes == ("ann-ash", "bo-bee")
    assert round(found.polls["ann-ash"][0], 2) == round(4800 / 94, 2)


@pytest.mark.parametrize("head", ["Datum;Institut;Zeitraum", "Date;Firm;Fieldwork"])
def test_fieldwork_beside_the_day_of_publication(tmp_path: Path, head: str) -> None:
    text = f"{head};Ash;Elm\n10.08.2031;Sedge;04.08.–08.08.;51;49\n20.08.2031;Rush;14.08.–18.08.;5"
    row = read(tmp_path, f"{text}2;48\n").polls.row(0, named=True)
    days = (row["start"], row["end"], row["published"])
    assert days == (date(2031, 8, 4), date(2031, 8, 8), date(2031, 8, 10))


def test_firm_and_client_in_one_column_months_and_seats(tmp_path: Path) -> None:
    head = "month,Pollster/Client,ash_pct,elm_pct,ash_seats,elm_seats"
    rows = ("Mar 2031,Sedge/The Post,51,49,120,110", "Apr 2031,Rush,52,48,121,109")
    found = read(tmp_path, csv(*rows, head=head))
    assert found.codes == ("ash", "elm")
    first = found.polls.row(0, named=True)
    assert (first["pollster"], first["sponsor"]) == ("Sedge", "The Post")
    assert (first["start"], first["end"]) == (date(2031, 3, 1), date(2031, 3, 31))
