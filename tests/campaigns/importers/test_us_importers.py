"""The importers of American polls: what each format means, on invented files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from lab.importers import importer
from lab.importers.huffpost import HEAD_TO_HEAD, SEVERAL
from polars.testing import assert_frame_equal

from comparenotes.campaigns.importers import Imported
from comparenotes.campaigns.importers.five38 import code_of
from comparenotes.campaigns.importers.tables import AFTER_THE_VOTE
from comparenotes.campaigns.importers.us_states import STATES, region_id, region_names
from comparenotes.errors import DataError

from .fixtures import FIXTURES


def read(name: str, folder: Path, text: str | None = None, **options: object) -> Imported:
    path = folder / "polls.csv"
    path.write_text(FIXTURES[name].text if text is None else text, encoding="utf-8")
    return importer(name).read(path, **options)


def reasons(imported: Imported) -> dict[str, int]:
    return {x.why: x.count for x in imported.left_out}


# ------------------------------------------------------------------ long files


def test_long_file_makes_one_poll_of_each_question(tmp_path: Path) -> None:
    imported = read("five38", tmp_path)
    assert imported.codes == ("ann-ash", "bob-bela")
    assert imported.labels == {"ann-ash": "Ann Ash", "bob-bela": "Bob Béla"}
    first, second = imported.polls.to_dicts()
    assert first["ann-ash"] == 48
    assert first["bob-bela"] == 46
    assert first["region"] is None
    assert first["published"] == date(2031, 5, 5)
    assert first["question"] == "ann-ash v bob-bela"
    assert first["mode"] == "Online Panel"
    assert second["region"] == "US-ME-2"
    assert second["sample_size"] is None
    assert second["mode"] is None
    assert second["sponsor"] == "REP"
    assert second["question"] == "ann-ash v bob-bela and others"
    assert reasons(imported) == {"fewer than two candidates reported": 1}
    assert imported.used == {"poll": 4}


def test_columns_computed_on_the_last_day_are_not_used(tmp_path: Path) -> None:
    text = FIXTURES["five38"].text
    other = text.replace(",9\n", ",0.001\n").replace(",1\n", ",77\n")
    assert other != text
    assert_frame_equal(read("five38", tmp_path).polls, read("five38", tmp_path, other).polls)


def test_older_header_of_the_long_form(tmp_path: Path) -> None:
    text = """state,candidate_name,startdate,enddate,pollster,samplesize,population,pct,\
poll_id,question_id
National,Ann Ash,5/1/2031,5/3/2031,Firm,671.5,lv,48,1,1
National,Bob Beech,5/1/2031,5/3/2031,Firm,671.5,lv,46,1,1
"""
    (poll,) = read("five38", tmp_path, text).polls.to_dicts()
    assert poll["start"] == date(2031, 5, 1)
    assert poll["sample_size"] == 671
    assert poll["published"] is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",48,9", ",148,9", "polls.csv:2: share 148 is not between 0 and 100"),
        (",48,9", ",4O,9", "polls.csv:2: '4O' is not a share"),
        (",46,9", ",60,9", "shares add up to 108"),
        ("Bob Béla,46,9", "Ann Ash,46,9", "candidate 'ann-ash' twice"),
        ("Maine CD-2", "Mayne", "unknown region 'Mayne'"),
        ("2031-05-03,2031-05-05", "2031-04-03,2031-05-05", "before it starts"),
        ("1,11,National,2031-05-01", "1,11,National,May", "'May' is not a date"),
        ("question_id", "question", "no column 'question_id'"),
        ("lv,900,", "lv,-5,", "not a whole number of people"),
        ("1,11,National,2031-05-01", "1,11,National,2031-05-02", "two values of 'start_date'"),
    ],
)
def test_broken_long_file_says_where(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = FIXTURES["five38"].text
    assert old in text
    count = 1 if "two values" in message else -1
    broken = text.replace(old, new, count)
    if "no column" in message:
        with pytest.raises(DataError, match=message):
            read("five38", tmp_path, broken)
        return
    found = read("five38", tmp_path, broken)
    assert any(message in f"{f.where}: {f.text}" for f in found.bad)
    # One question is lost, not the file.
    assert 0 < found.polls.height < read("five38", tmp_path).polls.height


@pytest.mark.parametrize("name", ["five38", "huffpost", "two_party_2024"])
def test_polls_dated_after_the_vote_are_left_out(name: str, tmp_path: Path) -> None:
    whole = read(name, tmp_path)
    part = read(name, tmp_path, election_date="2031-05-04")
    assert part.polls.height == whole.polls.filter(pl.col("end") <= date(2031, 5, 4)).height
    assert 0 < part.polls.height < whole.polls.height
    assert reasons(part)[AFTER_THE_VOTE] > 0
    assert part.rows == whole.rows


def test_a_file_of_endless_candidates_is_refused(tmp_path: Path) -> None:
    header, row = FIXTURES["five38"].text.splitlines()[:2]
    lines = [row.replace("1,11,", f"1,{i // 2},").replace("Ann Ash", f"A{i}") for i in range(1100)]
    with pytest.raises(DataError, match="1100 candidates"):
        read("five38", tmp_path, "\n".join([header, *lines]))


def test_a_candidates_code_is_plain() -> None:
    assert code_of("Joseph R. Biden Jr.") == "joseph-r-biden-jr"
    assert code_of("Bob Béla") == "bob-bela"


# ------------------------------------------------------------------ wide files


def test_wide_file_tells_two_forms_of_one_question(tmp_path: Path) -> None:
    imported = read("huffpost", tmp_path)
    polls = imported.polls
    assert imported.codes == ("ash", "beech", "cedar")
    national = polls.filter(pl.col("region").is_null()).sort("ash")
    assert national["question"].to_list() == [SEVERAL, HEAD_TO_HEAD]
    assert national["cedar"].to_list() == [7.0, None]
    (ohio,) = polls.filter(pl.col("region") == "US-OH").to_dicts()
    assert ohio["sponsor"] == "REP"
    assert ohio["population"] == "a"
    assert ohio["published"] == date(2031, 5, 7)
    assert ohio["sample_size"] is None
    assert reasons(imported) == {"subsample of one party's supporters": 1}


def test_a_share_missing_from_the_row_shows_in_its_total(tmp_path: Path) -> None:
    text = FIXTURES["huffpost"].text.replace("40,50,NA,10,Q", "40,44,NA,10,Q")
    polls = read("huffpost", tmp_path, text).polls
    assert polls.filter(pl.col("region") == "US-OH")["question"].to_list() == [SEVERAL]


def test_filled_in_columns_of_the_older_form_are_dropped(tmp_path: Path) -> None:
    text = """state,pollster,number.of.observations,start.date,end.date,ash,beech,other,undecided,\
mode,population
OH,Firm,600,5/1/31,5/3/31,43,48,6.3,2.7,Live Phone,Registered Voters
"""
    (poll,) = read("huffpost", tmp_path, text).polls.to_dicts()
    assert poll["end"] == date(2031, 5, 3)
    assert poll["mode"] is None
    assert poll["population"] is None
    assert poll["question"] is None


def test_an_impossible_total_is_left_out_and_counted(tmp_path: Path) -> None:
    text = FIXTURES["huffpost"].text.replace("40,50,NA,10,Q", "40,50,5,10,Q")
    imported = read("huffpost", tmp_path, text)
    assert reasons(imported)["shares add up to more than 102"] == 1
    assert "US-OH" not in imported.polls["region"].to_list()


# ------------------------------------------------------------------- two-party


def test_two_party_counts_become_shares_of_the_two(tmp_path: Path) -> None:
    polls = read("two_party_2024", tmp_path).polls
    ash = polls.filter(pl.col("question") == "Ash", pl.col("region").is_null()).to_dicts()[0]
    assert ash["dem"] == pytest.approx(49.0)
    assert ash["rep"] == pytest.approx(51.0)
    assert ash["sample_size"] == 1000
    assert ash["start"] is None
    assert ash["hypothetical"] is False
    assert polls.filter(pl.col("question") == "Birch")["hypothetical"].to_list() == [True]
    district = polls.filter(pl.col("region") == "US-NE-2").to_dicts()[0]
    assert district["sponsor"] == "DEM"
    assert district["mode"] is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Ash,490,0", "Ash,1490,0", "1490 of 1000 name the Democrat"),
        ("Ash,490,0", "Ash,490,2", "hyp is '2'"),
        ("National,1000", "National,0", "490 of 0"),
        ("National,1000", "Atlantis,1000", "unknown region 'Atlantis'"),
    ],
)
def test_broken_two_party_file_says_where(old: str, new: str, message: str, tmp_path: Path) -> None:
    found = read("two_party_2024", tmp_path, FIXTURES["two_party_2024"].text.replace(old, new))
    assert message in found.bad[0].text
    assert found.bad[0].where == "polls.csv:2"


# --------------------------------------------------------------------- regions


def test_regions_have_one_id_under_every_spelling() -> None:
    names = region_names()
    assert len(STATES) == 51
    assert len(names) == 56
    for text in ("Maine CD-2", "ME-2", "Maine 2"):
        assert region_id(text, "x") == "US-ME-2"
    assert region_id("Pennsylvania", "x") == region_id("PA", "x") == "US-PA"
    assert region_id("--", "x") is region_id("National", "x") is None
    for text in ("Maine CD-3", "pa", "Alberta"):
        with pytest.raises(DataError):
            region_id(text, "x")


# ------------------------------------------------- several elections in one file

MIXED_HEAD = (
    "poll_id,question_id,pollster,sample_size,population,state,start_date,end_date,office_type,"
    "cycle,election_date,stage,hypothetical,candidate_name,pct"
)


def question(number: int, *, office: str = "Governor", state: str = "Ohio", **more: str) -> str:
    facts = {"cycle": "2030", "day": "11/5/30", "stage": "general", "hypothetical": "false"} | more
    return "\n".join(
        f"{number},{number},Sedge,900,lv,{state},9/1/30,9/3/30,{office},{facts['cycle']},"
        f"{facts['day']},{facts['stage']},{facts['hypothetical']},{name},{pct}"
        for name, pct in (("Ann Ash", 48), ("Bob Bee", 45))
    )


MIXED = "\n".join(
    [
        MIXED_HEAD,
        question(1),
        question(2, state="Maine"),
        question(3, office="U.S. Senate"),
        question(4, stage="primary"),
        question(5, cycle="2026", day="11/3/26"),
        question(6, hypothetical="true"),
        question(7, stage="jungle primary"),
    ]
)


@pytest.mark.parametrize(
    ("options", "questions"),
    [
        ({"office": "Governor"}, 3),  # one is dated after its own vote
        ({"office": "governor", "election_date": "2030-11-05"}, 3),
        ({"office": "governor", "state": "OH", "election_date": "2030-11-05"}, 2),
        ({"office": "governor", "state": "Ohio", "election_date": "2030-11-05"}, 2),
        ({"office": "senator"}, 1),
        ({"office": "U.S. Senate"}, 1),
        ({"office": "governor", "stage": "primary"}, 2),
    ],
)
def test_office_state_stage_and_election(
    options: dict[str, str], questions: int, tmp_path: Path
) -> None:
    found = read("five38", tmp_path, MIXED, **options)
    assert found.polls.height == questions
    assert found.rows == 14
    if "state" in options:
        assert found.polls["region"].null_count() == questions, "one state is the whole race"
        assert sorted(found.polls["hypothetical"]) == [False, True]


def test_a_file_of_several_offices_asks_which(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"polls of 2 offices: Governor, U\.S\. Senate"):
        read("five38", tmp_path, MIXED)
    found = read("five38", tmp_path, MIXED, office="Governor")
    assert found.notes == ("holds polls of 2 elections: --date chooses one",)
