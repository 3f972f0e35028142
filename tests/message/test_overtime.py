"""An issue over time: by day, by month, from election to election; in words, JSON and charts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from comparenotes.brief.message_charts import time_chart
from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.cli.message_cmds import hanging, message
from comparenotes.message.overtime import over_time
from comparenotes.message.overtime_words import over_time_sections
from comparenotes.message.report import message_of

from .invented import FILLER, MIGRATION, speech

EVE = date(2012, 11, 5)


def spoken(write: Callable[[str, str], Path], days: list[date], rising: bool = True) -> Path:
    """Six speeches a side and day; the Democrats speak of migration from the second half on."""
    for k, day in enumerate(days):
        for i in range(6):
            own = [f"{MIGRATION[:-1]} in place {j}." for j in range(9)]
            late = rising and k >= len(days) / 2
            said = [*(own if late else own[:1]), *FILLER, f"It is {day}, {i}."]
            write(f"d{k}-{i}.md", speech("dem", *said, date=str(day)))
            where = write(f"r{k}-{i}.md", speech("rep", *own[:3], *FILLER, f"R {day} {i}.",
                                                date=str(day)))  # fmt: skip
    return where


def test_texts_within_six_weeks_are_told_by_day(
    campaign: Campaign, write: Callable[[str, str], Path]
) -> None:
    days = [date(2012, 9, d) for d in (4, 5, 6, 7)]
    found = message_of(campaign, EVE, ["migration"], texts=[spoken(write, days)])
    series = over_time(found)
    assert (series.by, series.genre, series.undated) == ("day", None, 0)
    assert [p.label for p in series.periods] == [str(d) for d in days]
    assert sum(x.sentences for p in series.periods for x in p.lines) == found.sentences
    first, last = (p.of("migration", "dem") for p in (series.periods[0], series.periods[-1]))
    assert first is not None
    assert last is not None
    assert first.salience.share < last.salience.share
    verdicts = {c["contender"]: c["verdict"] for c in series.changes}
    assert verdicts == {"dem": "rose", "rep": "cannot be told apart"}


def test_a_longer_campaign_is_told_by_month_and_few_are_few(
    campaign: Campaign, write: Callable[[str, str], Path]
) -> None:
    days = [date(2012, m, 3) for m in (5, 6, 7, 8)]
    found = message_of(campaign, EVE, ["migration"], texts=[spoken(write, days)])
    series = over_time(found)
    assert [p.label for p in series.periods] == ["2012-05", "2012-06", "2012-07", "2012-08"]
    told = json.loads(json.dumps(series.to_dict(), default=str))
    may = next(p for p in told["points"] if (p["period"], p["contender"]) == ("2012-05", "dem"))
    assert may["hits"] == 6
    assert may["lo90"] is None
    assert "under 15" in may["reason"]
    ((heading, rows),) = over_time_sections(found, series)
    assert heading == "Migration over time, by month"
    may_row = next(r for r in rows if "2012-05" in r)
    assert "6 of " in may_row
    assert "few" in may_row
    assert any(r.startswith("few: under 15") for r in rows)
    assert any("Democrats: from 2012-07-03 less before: +" in r and "rose" in r for r in rows)


def test_without_dates_or_with_one_day_it_says_why(
    campaign: Campaign, write: Callable[[str, str], Path]
) -> None:
    where = write("dem.md", speech("dem", MIGRATION).replace("date: 2012-09-01\n", ""))
    bare = message_of(campaign, EVE, texts=[where])
    assert over_time_sections(bare) == [("Over time", ["Not told: no text has a date."])]
    write("rep.md", speech("rep", MIGRATION))
    assert "of 2012-09-01" in str(over_time(message_of(campaign, EVE, texts=[where])).why)


def test_measured_figures_are_told_by_election_up_to_the_day() -> None:
    found = message_of(load_bundled("gb-1997"))
    series = over_time(found)
    assert (series.by, series.genre) == ("election", "manifesto")
    labels = [p.label for p in series.periods]
    assert labels[0] == "gb-1945"
    assert labels[-1] == "gb-1997"
    assert labels == sorted(labels)
    for p in series.periods:
        assert p.last <= found.as_of
    own = {(x.issue, x.contender): x.salience.share for x in found.lines}
    for x in series.periods[-1].lines:
        assert x.salience.share == pytest.approx(own[x.issue, x.contender])
    american = over_time(message_of(load_bundled("us-2012")))
    assert american.genre == "debate"
    assert {p.label.partition("-")[0] for p in american.periods} == {"us"}


def test_it_is_drawn_on_the_page_and_in_the_file(
    campaign: Campaign, write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    days = [date(2012, m, 3) for m in (5, 6, 7, 8)]
    folder = spoken(write, days)
    found = message_of(campaign, EVE, ["migration"], texts=[folder])
    chart = time_chart(found)
    assert chart is not None
    x = over_time(found).periods[-1].of("migration", "dem")
    assert x is not None
    s = x.salience
    assert f"Democrats, 2012-08: {s.share:.1f}% ({s.lo90:.1f} to {s.hi90:.1f})" in chart.alt
    assert "Democrats, 2012-05" not in chart.alt  # too few to say
    args = ["us-2012", "--texts", str(folder), "--issue", "migration"]
    sizes = []
    for name, more in (("all", []), ("early", ["--as-of", "2012-05-30"])):
        path = tmp_path / f"{name}.svg"
        run = CliRunner().invoke(message, [*args, *more, "--chart", str(path)])
        assert run.exit_code == 0, run.output
        sizes.append(path.read_text(encoding="utf-8").count(">Migration<"))
    assert sizes == [2, 1]  # a second panel only where there are periods
    told = json.loads(CliRunner().invoke(message, [*args, "--json"]).stdout)
    assert told["over_time"]["by"] == "month"
    assert time_chart(message_of(campaign, date(2012, 5, 30), texts=[folder])) is None


def test_lines_hang_and_rows_of_a_table_stay() -> None:
    text = "  Democrats [attack] “" + "a long sentence " * 12 + "”"
    first, *rest = hanging(text, 60)
    assert first.startswith("  Democrats")
    assert rest
    assert all(r.startswith(("    a", "    s", "    l")) for r in rest)
    assert max(map(len, [first, *rest])) <= 60
    assert " ".join(" ".join([first, *rest]).split()) == " ".join(text.split())
    row = "\t2012-05  1.0%     " + "x" * 90
    assert hanging(row, 60) == ["  2012-05  1.0%     " + "x" * 90]
    assert hanging("evil\x1b[31m " * 3, 60) == ["evil [31m evil [31m evil [31m"]
