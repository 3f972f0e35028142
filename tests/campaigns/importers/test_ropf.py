"""The rich opinion poll format, on invented text."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.importers.protocol import Imported
from comparenotes.campaigns.importers.ropf import (
    IMPORTER,
    Reading,
    fieldwork,
    not_a_share,
    parse_ropf,
    pollster,
)
from comparenotes.errors import DataError

ROOT = Path(__file__).parents[3]
RAW = Path(os.environ.get("COMPARENOTES_SHARED", ROOT.parent / "shared")) / "data" / "polls_world"


def one(line: str) -> Reading:
    """Return the only reading of one line."""
    (reading,) = parse_ropf(line).readings
    return reading


def days(line: str) -> tuple[date | None, date, date] | None:
    return fieldwork(one(line))


def read(tmp_path: Path, text: str, **options: str) -> Imported:
    path = tmp_path / "xx.ropf"
    path.write_text(text, encoding="utf-8")
    return IMPORTER.read(path, **options)


BASE = "•PF: Acme •FS: 2031-05-01 •FE: 2031-05-03 •SC: N •SS: 1000 "


def test_all_keys_of_a_poll() -> None:
    r = one(
        "•PF: Acme •PFP: Zenith Ltd •C: The Times •C: RTL: Nieuws •PD: 2031-05-09 •FS: 2031-05-01"
        " •FE: 2031-05-03 •SC: N2 •A: NORTH •SS: 1000 •EX: 12.5 A: 40 B+C: 35.5 •O: 4 •N: 20.5"
        " •VS: 100"
    )
    assert r.firms == ("Acme", "Zenith Ltd")
    assert pollster(r) == "Acme / Zenith Ltd"
    assert r.clients == ("The Times", "RTL: Nieuws")
    assert (r.start, r.end, r.published) == (date(2031, 5, 1), date(2031, 5, 3), date(2031, 5, 9))
    assert (r.scope, r.area, r.sample_size, r.excluded) == ("N2", "NORTH", 1000, 12.5)
    assert r.values == {"A": 40.0, "B+C": 35.5}
    assert (r.other, r.no_answer, r.total) == (4.0, 20.5, 100.0)


@pytest.mark.parametrize(
    ("printed", "share"),
    [("20–22", 21.0), ("20-22", 21.0), ("<1", 0.5), ("<0.5", 0.25), ("0", 0.0), ("7.25", 7.25)],
)
def test_ranges_and_bounds(printed: str, share: float) -> None:
    assert one(f"{BASE}A: {printed}").values["A"] == share


@pytest.mark.parametrize(
    ("printed", "size"), [("1000", 1000), ("≥3000", 3000), ("≈900", 900), ("600–700", 650)]
)
def test_sample_sizes(printed: str, size: int) -> None:
    assert one(f"•PF: Acme •FE: 2031-05-03 •SS: {printed} A: 40").sample_size == size


def test_dates_that_are_missing_or_coarse() -> None:
    assert days("•PF: X •FS: 2031-02 •FE: 2031-02 A: 4") == (
        date(2031, 2, 1),
        date(2031, 2, 28),
        date(2031, 3, 1),
    )
    assert days("•PF: X •PD: 2031-05-09 A: 4") == (None, date(2031, 5, 8), date(2031, 5, 9))
    assert days("•PF: X •FS: 2031-05-02 A: 4") == (
        date(2031, 5, 2),
        date(2031, 5, 2),
        date(2031, 5, 3),
    )
    assert days("•PF: X •FE: 2031 •PD: 2031-06-01 A: 4") == (
        None,
        date(2031, 6, 1),
        date(2031, 6, 1),
    )
    assert days("•PF: X •FE: 2031-06-03 •PD: 2031-06-01 A: 4") is None
    assert days("•PF: X A: 4") is None
    assert days("•PF: X •FS: 2031-05-09 •FE: 2031-05-01 A: 4") is None


def test_no_answers_are_taken_out_only_where_they_are_in_the_hundred() -> None:
    assert one(BASE + "A: 40 B: 36 •O: 4 •N: 20").shares() == {"A": 50.0, "B": 45.0, "oth": 5.0}
    already = one(BASE + "A: 50 B: 45 •O: 5 •N: 20")
    assert already.shares() == {"A": 50.0, "B": 45.0, "oth": 5.0}
    assert not_a_share(already) is None
    assert not_a_share(one(BASE + "A: 30 B: 30 •N: 50")) == "shares and no answer do not add up"
    small_lists_unnamed = one(BASE + "A: 50 B: 40")
    assert small_lists_unnamed.shares() == {"A": 50.0, "B": 40.0}


def test_second_readings_take_over_what_they_do_not_say() -> None:
    first, second, third = parse_ropf(
        "•PF: Acme •C: News •FE: 2031-05-03 •SC: E •A: NORTH •SS: 900 A: 50 •O: 3 •N: 7\n"
        "& •SC: N A: 52\n"
        "& •SS: 400 A: 51\n"
    ).readings
    assert (second.firms, second.clients, second.end) == (first.firms, first.clients, first.end)
    assert (second.scope, second.area, second.sample_size) == ("N", "NORTH", 900)
    assert (second.other, second.no_answer) == (None, None)  # results are not taken over
    assert (third.scope, third.sample_size, third.number, third.poll) == ("E", 400, 3, 1)


def test_scenarios_become_questions(tmp_path: Path) -> None:
    polls = read(
        tmp_path,
        BASE + "A: 40 B: 35\n& •SC: N2 A: 52 B: 48\n& A+B: 70 C: 20\n& •SC: E A: 30 B: 30\n",
    )
    assert polls.polls["question"].to_list() == ["N", "N2", "N/2"]
    assert polls.polls["A"].to_list() == [40.0, 52.0, None]
    assert polls.polls["A+B"].to_list() == [None, None, 70.0]
    assert {x.why: x.count for x in polls.left_out} == {"scope E, not N": 1}
    european = read(tmp_path, BASE + "A: 40\n& •SC: E A: 30\n", scope="E")
    assert european.polls["A"].to_list() == [30.0]


def test_areas_become_regions(tmp_path: Path) -> None:
    text = BASE + "•A: VLG A: 40\n& •A: WAL A: 20\n"
    assert read(tmp_path, text).polls["region"].to_list() == ["VLG", "WAL"]
    assert read(tmp_path, text, country="BE").polls["region"].to_list() == ["BE-VLG", "BE-WAL"]
    assert read(tmp_path, text).polls["question"].to_list() == ["N", "N"]


def test_seats_are_left_out_and_counted(tmp_path: Path) -> None:
    got = read(tmp_path, BASE + "•U: S A: 120 B: 30 •VS: 150\n" + BASE + "A: 48 B: 41\n")
    assert got.polls["A"].to_list() == [48.0]
    assert [(x.why, x.count) for x in got.left_out] == [("seats, not shares", 1)]


@pytest.mark.parametrize(
    ("line", "shares"),
    [
        ("•U: S A: 120 B: 30 •VS: 150", (80.0, 20.0)),
        ("•U: S A: 45 B: 45 •O: 10", (45.0, 45.0)),
        ("•U: S A: 3 B: 1", (75.0, 25.0)),
    ],
)
def test_seats_become_shares_of_the_seats_where_asked(
    line: str, shares: tuple[float, float], tmp_path: Path
) -> None:
    got = read(tmp_path, BASE + line + "\n", seats="share")
    assert got.polls.select("A", "B").row(0) == shares
    with pytest.raises(DataError, match="option seats"):
        read(tmp_path, BASE + line + "\n", seats="per cent")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (BASE + "A: 40 •ON: 60", "others and no answer printed as one figure"),
        (BASE + "A: 40 •ZZ: 7", "unknown key •ZZ"),
        (BASE + "A: 60 B: 50", "shares add up to over 103"),
        (BASE + "•U: M A: 60", "unknown unit M"),
        (BASE, "no shares"),
        ("•PF: Acme A: 40", "no date, or dates the wrong way round"),
    ],
)
def test_what_cannot_be_used_is_counted(line: str, why: str, tmp_path: Path) -> None:
    got = read(tmp_path, line + "\n" + BASE + "A: 48\n")
    assert got.polls.height == 1
    assert [(x.why, x.count) for x in got.left_out] == [(why, 1)]


def test_names_of_lists_become_labels(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        BASE + "ΝΔ: 40 D66+Ö-S: 30 •O: 3\n\nΝΔ: XX1 •A: ΝΔ •R: ND •EN: New Dawn •EL: Νέα\n"
        "D66: XX2 •A: D66\nΝΔ: XX3 •EN: Again\n‡ Named alliances:\n‡ A = B + …\n",
    )
    assert got.labels == {"ΝΔ": "New Dawn", "D66+Ö-S": "D66 + Ö-S", "oth": "Others"}
    assert {x.why: x.count for x in got.left_out} == {
        "names of lists (kept as labels)": 2,
        "names of lists given twice": 1,
        "comments": 2,
    }
    assert got.rows == 6


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("& A: 4", "xx.ropf:1", "without a poll above"),
        (BASE + "A: 40 A: 41", "xx.ropf:1", "'A' appears twice"),
        (BASE + "A: 400", "xx.ropf:1, A", "over 100"),
        (BASE + "A: many", "xx.ropf:1, A", "not a share"),
        (BASE + "A: 40 stray", "xx.ropf:1", "neither a key nor a list"),
        (BASE + "•SS: 5 A: 40", "xx.ropf:1", "•SS appears twice"),
        ("\n•PF: X •FE: 2031-02-30 A: 4", "xx.ropf:2, •FE", "not a date"),
        ("•PF: X •FE: 2031-02-03 •SS: few A: 4", "xx.ropf:1, •SS", "not a sample size"),
        ("just words", "xx.ropf:1", "not a poll"),
        ("•SC: E A: 4\n•SC: P1 A: 4", "xx.ropf", "polls about several votes: E, P"),
    ],
)
def test_broken_lines_say_where_and_what(text: str, where: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    assert caught.value.where == where
    assert what in caught.value.what


@settings(max_examples=60, deadline=None)
@given(
    shares=st.dictionaries(
        st.text(st.characters(categories=["Lu"]), min_size=1, max_size=5).filter(
            lambda s: s == s.upper()
        ),
        st.integers(0, 1000).map(lambda n: n / 10),
        min_size=1,
        max_size=8,
    ),
    other=st.none() | st.integers(0, 99),
)
def test_shares_written_are_shares_read(shares: dict[str, float], other: int | None) -> None:
    line = BASE + " ".join(f"{c}: {s}" for c, s in shares.items())
    r = one(line if other is None else f"{line} •O: {other}")
    assert r.values == shares
    assert r.other == other


def test_time_is_linear_in_a_line_s_length() -> None:
    def seconds(n: int) -> float:
        line = BASE + " ".join(f"A{i}: 0.1" for i in range(n)) + " " + "•C: word " * n
        begin = time.process_time()
        for _ in range(20):
            one(line)
        return time.process_time() - begin

    seconds(40)
    assert seconds(320) < 40 * seconds(40)  # eight times the length; quadratic would be 64


def test_a_line_of_too_many_words_is_refused() -> None:
    with pytest.raises(DataError, match="words"):
        one(BASE + "•C: " + "word " * 5000)


@pytest.mark.skipif(not RAW.is_dir(), reason="the raw files are not here (COMPARENOTES_SHARED)")
def test_every_raw_file_is_read_in_full() -> None:
    rows = used = 0
    for path in sorted(RAW.glob("*.ropf")):
        got = IMPORTER.read(path)
        lines = sum(1 for line in path.read_text(encoding="utf-8").split("\n") if line.strip())
        assert got.rows == lines, path.name
        rows += got.rows
        used += got.polls.height
    assert rows > 24_000
    assert used > 20_000
