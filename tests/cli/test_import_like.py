"""A saved page becomes a validated folder in one command, on top of what is known."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from comparenotes.campaigns.load import load
from comparenotes.cli.main import run

KNOWN = """\
schema_version = 1
id = "known"
country = "XX"
title = "Next election of Exland"
election_date = 2033-05-04
date_status = "latest possible"
office = "parliament"
system = "pr"

[government]
since = 2023-06-01
head = "Ann Ash"
parties = ["ash"]
term = 1

[[contenders]]
id = "ash"
name = "Ash Party"
family = "green"
role = "government"

[[contenders]]
id = "elm"
name = "Elm"
party = "Elm Union"
family = "conservative"
role = "opposition"

[[contenders]]
id = "oth"
name = "Others"
role = "other"
"""
HISTORY = "date,region,contender,share,seats\n2023-05-06,,ash,44,50\n2023-05-06,,elm,40,45\n"
EVENTS = "date,title,kind,contender,source\n2024-03-04,Ash budget,budget,ash,https://x.example/\n"
NOTES = "date,author,about,issue,text,confidence\n2024-02-02,A,ash,,Seen at the fair,high\n"


def page(polls: int = 20) -> str:
    """Return an invented page: polls by two firms, an event, the last result."""
    head = (
        "<tr><th>Fieldwork date</th><th>Polling firm</th><th>Sample size</th><th>Ash</th>"
        "<th>Elm Union</th><th>Oak</th><th>Ivy</th><th>Others</th></tr>"
    )
    rows = []
    for i in range(polls):
        day = date(2024, 6, 1) - timedelta(days=10 * i)
        ivy = "1%" if i < 3 else "–"
        rows.append(
            f"<tr><td>{day.day} {day:%b} {day.year}</td><td>{('Reedbed', 'Marsh')[i % 2]}</td>"
            f"<td>1,000</td><td>{41 - i % 3}%</td><td>{38 + i % 2}%</td><td>12%</td>"
            f"<td>{ivy}</td><td>5%</td></tr>"
        )
    rows.insert(3, '<tr><td>4 Mar 2024</td><td colspan="7">The Ash budget</td></tr>')
    rows.insert(3, '<tr><td>9 Apr 2024</td><td colspan="7">Elm elects a leader</td></tr>')
    rows.append(
        "<tr><td>6 May 2023</td><td>2023 general election</td><td></td><td>44%</td><td>40%</td>"
        "<td>–</td><td>–</td><td>16%</td></tr>"
    )
    return (
        '<!DOCTYPE html><html><head><title>x</title></head><body class="mediawiki">'
        '<h2>National poll results</h2><table class="wikitable">'
        f"{head}{''.join(rows)}</table></body></html>"
    )


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "known"
    folder.mkdir()
    files = {"campaign.toml": KNOWN, "history.csv": HISTORY, "events.csv": EVENTS}
    for name, text in {**files, "notes.csv": NOTES}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (tmp_path / "page.html").write_text(page(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_one_command_ends_in_a_validated_folder(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "wikipedia", "page.html", "--like", "./known", "-o", "now"]) == 0
    out = capfd.readouterr().out
    assert "20 used as poll" in out
    assert "20 polls are newer than the newest of ./known" in out
    assert "new contenders, with the polls that report them: oak (20)" in out
    assert "counted with the others, with the polls that report them: ivy (3)" in out
    assert "now: valid (20 polls, 2 history, 2 events, 1 notes;" in out
    assert run(["race", "./now", "--as-of", "2024-06-02", "--json"]) == 0
    race = json.loads(capfd.readouterr().out)
    assert [r["contender"] for r in race["average"]] == ["ash", "elm", "oak", "oth"]


def test_all_but_the_polls_is_kept() -> None:
    assert run(["import", "auto", "page.html", "--like", "./known", "-o", "now"]) == 0
    known, now = load("./known"), load("./now")
    assert now.id == "now"
    for name in ("country", "title", "election_date", "date_status", "system", "government"):
        assert getattr(now, name) == getattr(known, name)
    assert [c for c in now.contenders if c.id != "oak"] == list(known.contenders)
    assert now.history.equals(known.history)
    assert now.notes.equals(known.notes)
    # the page's word on a day that has an event already is not repeated
    assert now.events["title"].to_list() == ["Ash budget", "Elm elects a leader"]


def test_small_parties_join_the_others_and_totals_stay() -> None:
    assert run(["import", "wikipedia", "page.html", "--like", "./known", "-o", "now"]) == 0
    polls = load("./now").polls.sort("end", descending=True)
    assert polls["oth"].head(4).to_list() == [6, 6, 6, 5]
    # "Elm Union" on the page is the known contender of that party
    assert polls["elm"].null_count() == 0
    plain = ["--country", "XX", "--date", "2033-05-04", "--system", "pr"]
    assert run(["import", "wikipedia", "page.html", "-o", "bare", *plain]) == 0
    bare = load("./bare").polls.sort("end", descending=True)
    columns = [c for c in bare.columns if bare[c].dtype == pl.Float64]
    total = bare.select(pl.sum_horizontal(columns)).to_series()
    mine = polls.select(pl.sum_horizontal("ash", "elm", "oak", "oth")).to_series()
    assert mine.to_list() == total.to_list()


def test_a_party_in_few_polls_is_no_contender() -> None:
    Path("few.html").write_text(page(14), encoding="utf-8")
    args = ["import", "wikipedia", "few.html", "--like", "./known", "-o", "now"]
    assert run(args) == 2, "a column of 12% is never counted with the others unasked"
    assert run([*args, "--match", "Oak=oth"]) == 0
    now = load("./now")
    assert now.contender_ids == ("ash", "elm", "oth")
    assert now.polls["oth"].max() == 18


@pytest.mark.parametrize(
    ("ash", "elm"), [("Ash Party", "Elm"), ("ash", "Elm Union"), ("The Ash", "Elm Party")]
)
def test_renamed_headers_are_the_known_contenders(ash: str, elm: str) -> None:
    text = page().replace("<th>Ash</th>", f"<th>{ash}</th>")
    Path("new.html").write_text(text.replace("<th>Elm Union</th>", f"<th>{elm}</th>"))
    assert run(["import", "wikipedia", "new.html", "--like", "./known", "-o", "now"]) == 0
    now = load("./now")
    assert now.contender_ids == ("ash", "elm", "oak", "oth")
    assert now.polls["ash"].null_count() == now.polls["elm"].null_count() == 0
    assert now.polls["oth"].max() < 10


@pytest.mark.parametrize("name", ["Yew", "New Deal", "Ökopartei"])
def test_a_large_column_that_may_be_a_known_party_is_asked_about(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    known = Path("known/polls.csv")
    known.write_text("end,pollster,ash,elm,oth\n2024-01-01,Reedbed,41,38,21\n")
    text = page().replace("<th>Elm Union</th>", f"<th>{name}</th>")
    Path("new.html").write_text(text, encoding="utf-8")
    args = ["import", "wikipedia", "new.html", "--like", "./known", "-o", "now"]
    assert run(args) == 2
    err = capfd.readouterr().err
    assert "fewer than two contenders in common" in err or "elm have no column" in err
    assert run([*args, "--match", f"{name}=elm"]) == 0
    assert load("./now").polls["elm"].null_count() == 0
    for wrong in ("Nobody=elm", f"{name}=nobody", f"{name}"):
        assert run([*args, "--match", wrong]) == 2


def test_a_header_that_changes_from_one_table_to_the_next() -> None:
    first, second = page(), page().replace("<th>Ash</th>", "<th>Ash Party</th>")
    table = second[second.index("<table") : second.index("</table>") + 8]
    older = table.replace("2024", "2023").replace("6 May 2023", "6 May 2020")
    Path("two.html").write_text(first.replace("</body>", f"{older}</body>"), encoding="utf-8")
    args = ["import", "wikipedia", "two.html", "--like", "./known", "-o", "now"]
    assert run([*args, "--since", "2020-05-07"]) == 0
    now = load("./now")
    assert now.contender_ids == ("ash", "elm", "oak", "oth")
    assert now.polls["ash"].null_count() == 0


def test_refreshed_again_from_a_refreshed_folder(capfd: pytest.CaptureFixture[str]) -> None:
    Path("old.html").write_text(page()[:-2000] + "</table></body></html>", encoding="utf-8")
    args = ["import", "wikipedia", "old.html", "--like", "./known", "-o", "one"]
    assert run([*args, "--match", "Oak=oth"]) == 0
    capfd.readouterr()
    args = ["import", "wikipedia", "page.html", "--like", "./one", "-o", "two", "--json"]
    assert run(args) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["validation"]["valid"] is True
    assert found["newer_polls"] == 0
    assert found["polls_written"] > load("./one").polls.height
    assert load("./two").notes.height == 1


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (["--country", "YY"], "--country 'YY': known has 'XX'"),
        (["--system", "fptp"], "--system 'fptp': known has 'pr'"),
        (["--date", "2020-01-01"], "no poll for an election on 2020-01-01"),
        (["--like", "gb-next"], "fewer than two contenders in common"),
        (["--like", "gb-nxt"], "did you mean 'gb-next'?"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_written(
    more: list[str], text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    args = ["import", "wikipedia", "page.html", "--like", "./known", "-o", "now", *more]
    if "gb-next" in more:
        args += ["--since", "2022-07-04"]
    assert run(args) == 2
    err = capfd.readouterr().err
    assert text in err.splitlines()[-1]
    assert not Path("now").exists()


RAW = Path(os.environ.get("COMPARENOTES_SHARED", Path(__file__).parents[3] / "shared")) / "data"
SAVED = RAW / "polls_uk" / "wikipedia_next_election_page.html"


@pytest.mark.skipif(not SAVED.is_file(), reason="the saved page is not here (raw data)")
def test_the_saved_british_page_makes_the_bundled_campaign_again(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert run(["import", "wikipedia", str(SAVED), "--like", "gb-next", "-o", "now", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["validation"]["valid"] is True
    known, now = load("gb-next"), load("./now")
    assert found["newer_polls"] == 0
    assert now.polls.height == known.polls.height
    assert {c.id for c in known.contenders} <= {c.id for c in now.contenders}
    days = ["start", "end", "lab", "con", "ref", "ld"]
    apart = known.polls.select(days).join(now.polls.select(days), on=days, how="anti")
    assert apart.height <= 0.02 * known.polls.height
