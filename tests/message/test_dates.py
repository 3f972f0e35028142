"""When: dates in any form that means one day, the rest refused or counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.cli.main import cli
from comparenotes.errors import DataError, NotFoundError
from comparenotes.message.dates import date_in, read_date
from comparenotes.message.left_out import EARLIER, UNREADABLE
from comparenotes.message.report import message_of
from comparenotes.message.texts import SENTENCES, Corpus

from .invented import GREEN, PLAIN, speech

Write = Callable[[str, str], Path]


def rows(corpus: Corpus) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=SENTENCES), *corpus.chunks()])


@pytest.mark.parametrize(
    "written",
    [
        "2012-09-06", "2012/9/6", "2012-09-06T21:00:00Z", "20120906", "06.09.2012",
        "6 September 2012",
        "September 6, 2012", "Thursday, Sept. 6th, 2012", "6-Sep-12", "Sep 6 2012 9:00 PM",
        "2012-09-06 21:00:00", "Thu Sep 06 20:19:24 +0000 2012", "4-6 September 2012",
        "September 6, 2012 at 9 p.m.", "30 August - 6 September 2012",
    ],
)  # fmt: skip
def test_forms_of_one_day(campaign: Campaign, written: str) -> None:
    assert read_date(written, campaign) == date(2012, 9, 6)


@pytest.mark.parametrize("written", ["6 o'clock", "31/02/2012", "soon", "2012-13-45", "9/6/2012"])
def test_what_is_no_day(campaign: Campaign, written: str) -> None:
    assert read_date(written, campaign) is None


def test_a_month_is_its_last_day(campaign: Campaign) -> None:
    assert read_date("September 2012", campaign) == date(2012, 9, 30)


@pytest.mark.parametrize(
    ("days", "read"),
    [
        (("9/2/2012", "10/23/2012"), (date(2012, 9, 2), date(2012, 10, 23))),
        (("2/9/2012", "23/10/2012"), (date(2012, 9, 2), date(2012, 10, 23))),
        (("9-2-12", "10-23-12"), (date(2012, 9, 2), date(2012, 10, 23))),
        (("9/9/2012", "10/10/2012"), (date(2012, 9, 9), date(2012, 10, 10))),
    ],
)
def test_the_column_shows_the_order(
    campaign: Campaign, tmp_path: Path, days: tuple[str, str], read: tuple[date, date]
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"party,date,text\ndem,{days[0]},{GREEN}\nrep,{days[1]},{PLAIN}\n", "utf-8")
    assert tuple(rows(Corpus((path,), campaign))["date"].to_list()) == read


@pytest.mark.parametrize("days", [("9/2/2012", "3/4/2012"), ("13/2/2012", "2/13/2012", "3/4/2012")])
def test_a_column_that_does_not_show_it_is_refused(
    campaign: Campaign, tmp_path: Path, days: tuple[str, ...]
) -> None:
    path = tmp_path / "t.jsonl"
    lines = [json.dumps({"party": "dem", "date": d, "content": f"{GREEN} {d}"}) for d in days]
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(DataError, match=r"day/month or month/day.*whichever is meant"):
        rows(Corpus((path,), campaign))


def test_front_matter_of_a_folder_shows_the_order(campaign: Campaign, write: Write) -> None:
    write("a.md", speech("dem", GREEN, date="9/2/2012"))
    folder = write("b.md", speech("rep", PLAIN, date="10/23/2012"))
    assert rows(Corpus((folder,), campaign))["date"].to_list() == [
        date(2012, 9, 2),
        date(2012, 10, 23),
    ]
    (folder / "b.md").unlink()
    with pytest.raises(DataError, match="2012-09-02 or 2012-02-09"):
        rows(Corpus((folder,), campaign))


def test_a_date_that_is_none_is_left_out_and_counted(campaign: Campaign, write: Write) -> None:
    write("a.md", speech("dem", GREEN, date="Michaelmas"))
    corpus = Corpus((write("b.md", speech("rep", PLAIN)),), campaign)
    assert rows(corpus)["contender"].to_list() == ["rep"]
    assert corpus.left_out == {UNREADABLE: 1}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("dnc_2012_night_1", "2012"), ("2012_09_06_obama", "2012-09-06"),
        ("20120906-obama", "2012-09-06"),
        ("obama 10-23-2012", "10/23/2012"), ("obama 9-2-2012", "2012"),
        ("debates_2008_2012", "2012"),
        ("6-september-2012-obama", "6 september 2012"), ("speech-no-4711", ""),
    ],
)  # fmt: skip
def test_days_and_years_in_names(name: str, told: str) -> None:
    assert date_in(name) == told


def test_a_year_in_a_name_is_the_campaigns(campaign: Campaign, write: Write) -> None:
    for year in (2004, 2008):
        write(f"democratic_convention_{year}_night_1.txt", f"{PLAIN} It is {year}.")
    write("romney speech 2011.txt", GREEN)
    folder = write("republican_convention_2012_night_1.txt", PLAIN)
    corpus = Corpus((folder,), campaign)
    got = rows(corpus)
    assert corpus.left_out == {EARLIER: 2}
    assert dict(got.select("file", "date").iter_rows()) == {
        "republican_convention_2012_night_1.txt": date(2012, 8, 30),  # the convention's last day
        "romney speech 2011.txt": date(2011, 12, 31),
    }


def test_a_table_named_after_an_earlier_year_is_of_it(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "speeches_2008.csv"
    path.write_text(f"party,text\ndem,{GREEN}\n", "utf-8")
    corpus = Corpus((path,), campaign)
    assert rows(corpus).is_empty()
    assert corpus.left_out == {EARLIER: 1}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("t.csv", "Party;Date;Content\ndem;2012-09-01;{0}\nrep;2012-09-02;{1}\n"),
        ("t.tsv", "party\tdate\ttext\ndem\t2012-09-01\t{0}\nrep\t2012-09-02\t{1}\n"),
        ("t.jsonl", '{{"party":"dem","content":"{0}"}}\n\n{{"content":"{1}","party":"rep"}}\n'),
        ("t.ndjson", '{{"speaker":"Obama","text":"{0}"}}\n{{"speaker":"Romney","body":"{1}"}}\n'),
        ("t.json", '[{{"contender":"dem","text":"{0}"}},\n{{"contender":"rep","speech":"{1}"}}]'),
    ],
)
def test_forms_of_a_table(campaign: Campaign, tmp_path: Path, name: str, body: str) -> None:
    path = tmp_path / name
    path.write_text(body.format(GREEN, PLAIN), "utf-8")
    got = rows(Corpus((path,), campaign))
    assert got.select("contender", "text").rows() == [("dem", GREEN), ("rep", PLAIN)]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"a": ', "is not JSON"),
        ("[1, 2]", "is no object"),
        ('{"party": "dem"}', "no column 'text'"),
    ],
)
def test_broken_json_says_where(campaign: Campaign, tmp_path: Path, body: str, told: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(body, "utf-8")
    with pytest.raises(DataError, match=told):
        rows(Corpus((path,), campaign))


def test_a_late_text_is_said_and_changes_nothing(campaign: Campaign, write: Write) -> None:
    folder = write("a.md", speech("dem", GREEN, PLAIN))
    before = message_of(campaign, date(2012, 10, 1), texts=[folder])
    write("b.md", speech("rep", PLAIN, date="2012-10-02"))
    after = message_of(campaign, date(2012, 10, 1), texts=[folder])
    assert after.to_dict() == before.to_dict()
    assert before.late_words() is None
    assert after.late_words() == "1 text dated after 1 October 2012 was left out"


def test_only_late_texts_are_an_error_that_says_so(write: Write) -> None:
    folder = write("a.md", speech("dem", GREEN, date="2025-03-01"))
    write("b.md", speech("rep", PLAIN, date="1 April 2025"))
    with pytest.raises(NotFoundError, match="2 texts dated after 4 November 2024 were left out"):
        message_of(load_bundled("us-2024"), texts=[folder])
    early = write("c.md", speech("dem", PLAIN, date="2024-09-01"))
    got = CliRunner().invoke(cli, ["message", "us-2024", "--texts", str(early)])
    assert got.exit_code == 0
    assert "2 texts dated after 4 November 2024 were left out" in got.stderr


def test_a_date_of_a_bundled_british_campaign() -> None:
    assert read_date("2024", load_bundled("gb-2024")) == date(2024, 7, 3)
