from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.campaigns.model import RECORD_COLUMNS, Campaign
from comparenotes.cli.message_cmds import message
from comparenotes.compare.message_provider import MessageProvider
from comparenotes.compare.provider import PROVIDERS
from comparenotes.errors import CompareNotesError, NotFoundError
from comparenotes.message import left_out
from comparenotes.message.contest import Apart
from comparenotes.message.earlier import EARLIER, earlier
from comparenotes.message.gap import concentration, record_gap
from comparenotes.message.issues import issues_named
from comparenotes.message.more import WORDS, more_sections, to_dict
from comparenotes.message.report import Message, message_of
from comparenotes.message.shards import score_shards
from comparenotes.message.words import sections
from comparenotes.words import near

from .invented import ATTACK, FILLER, GREEN, MIGRATION, PLAIN, speech, subject

Write = Callable[[str, str], Path]
EVE = date(2012, 11, 5)


@pytest.fixture
def folder(write: Write) -> Path:
    where = write("0.md", speech("dem", GREEN, ATTACK, *FILLER))
    for i in range(1, 6):
        write_in(where, f"{i}d.md", speech("dem", GREEN, GREEN, *FILLER[: i % 3 + 1], f"Day {i}."))
        write_in(where, f"{i}r.md", speech("rep", MIGRATION, *FILLER, f"Night number {i} it is."))
    return where


def write_in(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def read(campaign: Campaign, folder: Path, **more: object) -> Message:
    return message_of(campaign, EVE, texts=[folder], **more)  # type: ignore[arg-type]


def test_the_promised_json(campaign: Campaign, folder: Path) -> None:
    told = json.loads(json.dumps(read(campaign, folder).to_dict()))
    assert told["campaign"] == "us-2012"
    assert told["documents"] == 11
    for row in told["issues"]:
        assert {"issue", "contender", "documents", "sentences", "hits", "share"} <= row.keys()
        if row["reason"] is None:
            assert row["lo90"] <= row["share"] <= row["hi90"]
        else:
            assert row["hits"] < 15
            assert row["lo90"] is row["hi90"] is None
        assert {"attack", "own_record", "promise"} <= row.keys()
    assert {b["issue"] for b in told["battlegrounds"]} == {"migration", "green"}
    assert {"issue", "precision", "recall", "f1", "tested_on"} <= told["coder"][0].keys()
    shares = {(r["issue"], r["contender"]): r["share"] for r in told["issues"]}
    assert shares["green", "dem"] > shares["green", "rep"]
    assert shares["migration", "rep"] > shares["migration", "dem"]


def test_quotes_stand_in_the_file(campaign: Campaign, folder: Path) -> None:
    found = read(campaign, folder)
    assert found.quotes
    for q in found.quotes:
        whole = (folder / q.file).read_text(encoding="utf-8")
        assert whole[q.start : q.end] == q.text


def test_as_of_is_absolute(campaign: Campaign, folder: Path) -> None:
    before = message_of(campaign, date(2012, 9, 1), texts=[folder]).to_dict()
    write_in(folder, "late.md", speech("rep", GREEN, GREEN, GREEN, date="2012-09-02"))
    assert message_of(campaign, date(2012, 9, 1), texts=[folder]).to_dict() == before
    assert message_of(campaign, date(2012, 9, 2), texts=[folder]).documents == 12


def test_swapping_the_sides_swaps_the_difference(campaign: Campaign, folder: Path) -> None:
    turned = replace(campaign, contenders=campaign.contenders[::-1])
    one = {d.issue: d for d in read(campaign, folder).differences()}
    two = {d.issue: d for d in read(turned, folder).differences()}
    for issue, d in one.items():
        assert two[issue].difference == pytest.approx(-d.difference)
        assert (two[issue].answer, two[issue].who) == (d.answer, d.who)


def test_no_texts_and_no_figures_says_how_to_add_some() -> None:
    with pytest.raises(NotFoundError, match="--texts PATH"):
        message_of(load_bundled("de-2021"))


def test_shards_add_up(campaign: Campaign, tmp_path: Path) -> None:
    issues = issues_named(("all",))
    paths = []
    for i in range(2):
        path = tmp_path / f"{i}.csv"
        path.write_text(f'contender,text\ndem,"{GREEN} {i}"\nrep,"{MIGRATION} {i}"\n', "utf-8")
        paths.append(path)
    total = score_shards(campaign, paths, issues)
    assert total["document"].n_unique() == 4
    assert total.filter(pl.col("issue") == "all")["n"].sum() == 4


def test_record_against_message_warns_of_units(campaign: Campaign, folder: Path) -> None:
    rows = [
        {"contender": "dem", "issue": "environment", "amount": 3.0, "unit": "USD"},
        {"contender": "dem", "issue": "health", "amount": 1.0, "unit": "laws"},
    ]
    record = pl.DataFrame(rows, schema=dict(RECORD_COLUMNS))
    done = replace(campaign, record=record)
    for i in range(20):
        text = "We have restored clean rivers and cut pollution since 2009 with more parks."
        write_in(folder, f"own{i}.md", speech("dem", text, f"It is day {i} of this year."))
    found = message_of(done, EVE, texts=[folder])
    gaps = record_gap(done, found)
    assert [g.issue for g in gaps] == ["environment", "health"]
    assert gaps[0].by == "items"
    assert gaps[0].said_share is not None
    assert gaps[1].said_share == 0  # done, and not said
    assert (gaps[1].lo90, gaps[1].reason) == (0, None)
    assert gaps[0].warning is not None
    assert gaps[0].record_share == pytest.approx(50)


def test_an_issue_that_cannot_be_compared_is_named_with_the_reason(
    campaign: Campaign, folder: Path
) -> None:
    rows = [
        {"contender": "dem", "issue": "space travel", "amount": 3.0, "unit": "USD"},
        {"contender": "dem", "issue": "health", "amount": 1.0, "unit": "USD"},
        {"contender": "rep", "issue": "health", "amount": 1.0, "unit": "USD"},
    ]
    done = replace(campaign, record=pl.DataFrame(rows, schema=dict(RECORD_COLUMNS)))
    found = message_of(done, EVE, texts=[folder])
    gaps = {(g.contender, g.issue): g for g in record_gap(done, found)}
    assert gaps["dem", "space travel"].reason == "the coder does not know this issue"
    assert "own-record" in str(gaps["rep", "health"].reason)
    assert "under 15" in str(gaps["rep", "health"].reason)
    for g in gaps.values():
        assert (g.said_share is None) == (g.reason is not None)
    printed = dict(more_sections(found))["Record against message"]
    assert len(printed) == len(rows)
    assert any(
        "space travel" in x and "not compared: the coder does not know" in x for x in printed
    )


def test_breaks_are_named_by_file_row_and_speaker(campaign: Campaign, tmp_path: Path) -> None:
    rows = ["date,contender,speaker,text"]
    for d in range(1, 21):
        said = GREEN if d > 10 else MIGRATION
        who = ("dem", "rep")[d % 2]
        rows.append(f'2012-09-{d:02d},{who},Speaker {d},"{said} {said[:-1]} on day {d}."')
    path = tmp_path / "said.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = message_of(campaign, EVE, texts=[path])
    told = to_dict(found)["breaks"]
    assert told
    for b in told:
        day = b["date"].day
        assert b["title"] == f"Speaker {day} (said.csv:{day})"
    name = "Texts that broke with those before and were taken up (components, in bits)"
    assert "Speaker 11 (said.csv:11)" in " ".join(dict(more_sections(found))[name])
    assert "breaks" in to_dict(message_of(load_bundled("us-2016")))  # figures have no names


def test_texts_of_two_days_have_no_order_and_no_breaks(campaign: Campaign, tmp_path: Path) -> None:
    rows = ["date,contender,text"]
    for n in range(20):
        day, who = ("2012-08-30", "rep") if n < 10 else ("2012-09-06", "dem")
        rows.append(f'{day},{who},"{GREEN} {MIGRATION[:-1]} number {n}."')
    path = tmp_path / "said.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = message_of(campaign, EVE, texts=[path])
    assert to_dict(found)["breaks"] == []
    (line,) = dict(more_sections(found))["Texts that broke with those before"]
    assert "which of one day's texts came first is not known" in line
    assert "the 20 dated texts are of 2 days" in line


def test_words_are_printed_with_a_quote_and_its_place(campaign: Campaign, tmp_path: Path) -> None:
    for i in range(20):
        write_in(tmp_path, f"d{i}.md", speech("dem", "We mend bridges in town.", f"Stop {i}."))
        write_in(tmp_path, f"r{i}.md", speech("rep", "We lower tariffs in town.", f"Halt {i}."))
    found = message_of(campaign, EVE, texts=[tmp_path], words=True)
    printed = dict(more_sections(found))[WORDS]
    at = next(i for i, x in enumerate(printed) if "bridges: 20 times, others 0" in x)
    assert printed[at + 1].startswith("    “We mend bridges in town.” (d")
    file, start, end = re.search(r"\((\S+), (\d+) to (\d+)\)$", printed[at + 1]).groups()  # type: ignore[union-attr]
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert text[int(start) : int(end)] == "We mend bridges in town."
    said = next(t for t in to_dict(found)["contrast"]["dem"] if "bridges" in t["term"])
    assert [q["text"] for q in said["quotes"]] == ["We mend bridges in town."]  # not twice


# ------------------------------------------------------------------ the command


def test_the_command_prints_and_writes_json(folder: Path) -> None:
    run = CliRunner().invoke(message, ["us-2012", "--texts", str(folder), "--more"])
    assert run.exit_code == 0, run.output
    assert "Contest:" in run.output
    said = " ".join(run.output.split())
    assert "Democrats less Republicans: " in said
    pure = CliRunner().invoke(message, ["us-2012", "--texts", str(folder), "--json", "--more"])
    told = json.loads(pure.stdout)
    assert set(told["contrast"]) == {"dem", "rep"}
    every = CliRunner().invoke(message, ["us-2012", "--issue", "all", "--json"])
    assert len({r["issue"] for r in json.loads(every.stdout)["issues"]}) == 23


def test_a_chart_is_written(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "c.svg"
    run = CliRunner().invoke(message, ["us-2012", "--texts", str(folder), "--chart", str(file)])
    assert run.exit_code == 0, run.output
    assert "per cent of sentences" in file.read_text(encoding="utf-8") or file.stat().st_size > 5000


def test_rendered_quotes_are_inert(campaign: Campaign, folder: Path) -> None:
    evil = GREEN.replace("trees", "\x1b[31mtrees\x1b]0;x\x07 [bold]green[/bold]")
    write_in(folder, "evil.md", speech("dem", evil))
    run = CliRunner().invoke(message, ["us-2012", "--texts", str(folder)])
    assert "\x1b" not in run.output
    assert "\x07" not in run.output


# ------------------------------------------------------------------ the provider


def test_is_in_the_table_of_providers() -> None:
    assert PROVIDERS["message"].endswith("message_provider:MessageProvider")


def test_the_demo_pair_has_salience_contest_and_attack() -> None:
    found = MessageProvider().findings(load_bundled("gb-2010"), [load_bundled("us-2012")], EVE)
    found = [f for f in found if subject(f).what != "done"]
    kinds = {(subject(f).what, subject(f).issue) for f in found}
    for what in ("salience", "contest", "attack", "own_record"):
        for issue in ("migration", "green"):
            assert (what, issue) in kinds
    for f in found:
        assert f.reasons[0] == "Both are measured on the same genre of text: debates."
        assert f.carries_over in ("doubtful", "partly")
        assert f.sources
        if f.estimate is not None and f.lo90 is not None and f.hi90 is not None:
            assert f.lo90 <= f.estimate <= f.hi90


def test_what_is_too_few_to_compare_has_no_number_and_the_reason() -> None:
    day = date(1997, 4, 30)
    found = MessageProvider().findings(load_bundled("gb-1997"), [load_bundled("gb-1992")], day)
    by = {(subject(f).what, subject(f).issue, subject(f).role): f for f in found}
    contest = by["contest", "migration", None]
    assert contest.estimate is None
    assert "by Conservatives in Britain 1997" in contest.claim
    assert contest.claim.endswith("(as coded), under 15.")
    attack = by["attack", "migration", "governing"]
    assert attack.estimate is None
    assert "under 15" in attack.claim
    for f in found:
        if subject(f).what == "done":
            continue
        if f.estimate is None:
            assert f.grade == "too few to say"
            assert "under 15" in f.claim or "too wide" in f.claim
        else:  # one manifesto a side, the whole of it
            assert f.cases_unit == "blocks of 50 sentences"


def test_swapped_campaigns_swap_the_difference() -> None:
    a, b = load_bundled("us-2012"), load_bundled("us-2016")
    one, two = (
        {(subject(f).what, subject(f).issue, subject(f).role): f
         for f in MessageProvider().findings(x, [y], date(2017, 1, 1))}
        for x, y in ((a, b), (b, a))
    )  # fmt: skip
    assert set(one) == set(two)
    for k, f in one.items():
        if f.estimate is None:
            assert two[k].estimate is None
        else:
            assert f.estimate == pytest.approx(-(two[k].estimate or 0))


def test_missing_texts_are_one_line() -> None:
    home, away = load_bundled("de-2021"), load_bundled("us-2012")
    found = MessageProvider().findings(home, [away], date(2026, 8, 1))
    assert len(found) == 1
    assert "no data" in found[0].claim
    assert "cn message de-2021 --texts PATH" in found[0].claim


def test_figures_are_dated(campaign: Campaign) -> None:
    with pytest.raises(NotFoundError):
        message_of(campaign, date(2012, 8, 1))
    only = message_of(campaign, date(2012, 8, 31))
    assert {x.contender for x in only.lines} == {"rep"}


def test_sections_name_no_ids(campaign: Campaign, folder: Path) -> None:
    text = " ".join(line for _, rows in sections(read(campaign, folder)) for line in rows)
    assert "dem " not in text.replace("dem.md", "")


def test_under_five_texts_nothing_is_said_to_differ(campaign: Campaign, tmp_path: Path) -> None:
    for i in range(3):
        write_in(tmp_path, f"dem{i}.md", speech("dem", *[MIGRATION] * 30, f"Stop {i}."))
        write_in(tmp_path, f"rep{i}.md", speech("rep", *[PLAIN] * 30, f"Stop {i}."))
    found = read(campaign, tmp_path)
    d = found.differences()[0]
    assert (d.lo90 or 0) > 50
    assert d.answer is Apart.FEW_TEXTS
    printed = " ".join(line for _, rows in sections(found) for line in rows)
    assert "on too few texts to be sure" in printed


@pytest.mark.parametrize(
    ("x", "said"), [(0.0, "0.0"), (0.049, "+0.05"), (-0.012, "−0.01"), (1.26, "+1.3")]
)
def test_rounding_hides_no_sign(x: float, said: str) -> None:
    assert near(x) == said


def test_the_same_answer_of_two_campaigns_is_said_once() -> None:
    found = MessageProvider().findings(load_bundled("gb-2010"), [load_bundled("us-2012")], EVE)
    for f in found:
        if subject(f).what == "contest" and f.headline:
            words = f.headline.partition(": ")[2]
            assert words.count("no clear answer") <= 1


@pytest.mark.parametrize("name", EARLIER)
def test_campaigns_older_than_the_catalogue_have_their_figures(name: str) -> None:
    found = message_of(earlier(name))
    kind = "debate" if name.startswith("us-") else "manifesto"
    assert found.kinds() == ("convention" if name == "us-2004" else kind,)
    assert kind in found.genres()
    sides = {x.contender for x in found.lines}
    assert {"dem", "rep"} <= sides or {"con", "lab"} <= sides
    assert found.campaign.government.parties[0] in sides
    with pytest.raises(NotFoundError):
        message_of(earlier(name), date(1940, 1, 1))


def test_the_command_answers_for_an_earlier_campaign() -> None:
    done = CliRunner().invoke(message, ["us-1960", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["campaign"] == "us-1960"


def test_a_sentence_said_often_is_quoted_once(campaign: Campaign, tmp_path: Path) -> None:
    for i in range(5):
        write_in(tmp_path, f"dem{i}.md", speech("dem", *[MIGRATION] * 9, f"Stop number {i}."))
    found = read(campaign, tmp_path)
    quoted = [q.text for q in found.quotes if q.issue == "migration"]
    assert quoted == [MIGRATION]


@pytest.mark.parametrize(
    ("name", "content", "hint"),
    [
        ("2012-9-6-obama.txt", b"PK\x03\x04 zip", "files that hold text"),
        ("2012-9-6-obama.txt", b"", "files that hold text"),
        ("nobody.txt", b"We will control immigration.", "names its contender"),
    ],
)
def test_nothing_to_read_says_what_to_give(
    campaign: Campaign, tmp_path: Path, name: str, content: bytes, hint: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotFoundError, match=hint):
        read(campaign, tmp_path)


def test_one_text_is_one_text(campaign: Campaign, tmp_path: Path) -> None:
    write_in(tmp_path, "dem.md", speech("dem", MIGRATION))
    assert sections(read(campaign, tmp_path))[0][1][0].startswith("1 text, 1 sentence (speech)")


def test_a_genre_that_is_not_given_is_said(campaign: Campaign, tmp_path: Path) -> None:
    rows = [f"{who},{said} Stop {i}." for i in range(6) for who, said in
            (("dem", GREEN), ("rep", MIGRATION))]  # fmt: skip
    path = tmp_path / "texts.csv"
    path.write_text("\n".join(["contender,text", *rows]) + "\n", encoding="utf-8")
    home = replace(campaign, texts=(path,))
    found = MessageProvider().findings(home, [load_bundled("us-2016")], date(2017, 1, 1))
    found = [f for f in found if subject(f).what != "done"]
    assert found
    assert all("genre of the texts at home is not given" in f.reasons[0] for f in found)


@pytest.mark.parametrize("name", ["migration", "all", ""])
def test_an_issue_of_ones_own_needs_a_name_of_its_own(name: str) -> None:
    with pytest.raises(CompareNotesError, match=r"--seeds"):
        issues_named(None, {name: ["price*"]})


def test_texts_of_the_last_campaign_do_not_count(campaign: Campaign, tmp_path: Path) -> None:
    rows = f"text,contender,date\n{GREEN},dem,2008-10-07\n{GREEN} Now.,dem,2012-10-03\n"
    (tmp_path / "debates.csv").write_text(rows, encoding="utf-8")
    found = message_of(campaign, EVE, texts=[tmp_path / "debates.csv"])
    assert found.documents == 1
    assert found.left_out[left_out.EARLIER] == 1


def test_a_year_alone_is_the_eve_of_its_polling_day(campaign: Campaign, tmp_path: Path) -> None:
    rows = f"text,contender,year\n{GREEN},dem,2012\n{GREEN} Then.,dem,2013\n"
    (tmp_path / "platforms.csv").write_text(rows, encoding="utf-8")
    found = message_of(campaign, EVE, texts=[tmp_path / "platforms.csv"])
    assert found.tally["date"].unique().to_list() == [EVE]
    with pytest.raises(NotFoundError):
        message_of(campaign, date(2012, 11, 4), texts=[tmp_path / "platforms.csv"])


def test_what_the_texts_do_not_say_is_said(campaign: Campaign, tmp_path: Path) -> None:
    rows = "".join(f"{PLAIN} Part {i} it is.,dem\n" for i in range(60))
    (tmp_path / "rows.csv").write_text(f"text,contender\n{rows}", encoding="utf-8")
    dated, genre, *_ = message_of(campaign, EVE, texts=[tmp_path / "rows.csv"]).notes()
    assert "whatever the day" in dated
    assert "'kind'" in genre


def test_a_handful_of_sentences_is_no_difference(campaign: Campaign, tmp_path: Path) -> None:
    for i in range(6):
        own = [f"{f} Number {i}." for f in FILLER]
        write_in(tmp_path, f"{i}d.md", speech("dem", *own, *([GREEN] if i else [])))
        write_in(tmp_path, f"{i}r.md", speech("rep", *own))
    found = message_of(campaign, EVE, ["green"], texts=[tmp_path])
    assert found.differences()[0].answer is Apart.FEW_SENTENCES


@pytest.mark.parametrize(
    ("n", "why", "said"),
    [
        (1, left_out.BINARY, "file that holds no text (binary)"),
        (1, left_out.COPIES, "copy of a text already counted"),
        (1, left_out.uncovered("fr"), "sentence in a language that is not covered (fr)"),
        (2, left_out.EMPTY_FILES, "empty files"),
        (1, left_out.known("empty files"), "empty file"),
    ],
)
def test_one_thing_left_out_is_singular(n: int, why: left_out.Why, said: str) -> None:
    assert left_out.counted(n, why) == said
    assert left_out.counted(n, pickle.loads(pickle.dumps(why))) == said  # noqa: S301 - our own


def test_the_voters_top_issues_may_be_unions(campaign: Campaign, folder: Path) -> None:
    def series(*names: str) -> Campaign:
        rows = pl.DataFrame(
            {
                "date": [date(2012, 10, 1)] * len(names),
                "name": [f"most important issue: {n}" for n in names],
                "value": [50.0 - i for i in range(len(names))],
                "source": ["Invented Polls"] * len(names),
            }
        )
        return replace(campaign, series=rows)

    found = read(campaign, folder)
    union = concentration(series("green", "cost of living"), found)
    assert union == concentration(series("environment", "energy"), found)
    assert union["dem"] > 0
    more = dict(more_sections(replace(found, campaign=series("green", "cost of living"))))
    assert "green, cost of living (Invented Polls)." in more["On the voters' three top issues"]
    assert any("does not know" in line for line in more["On the voters' three top issues"])
