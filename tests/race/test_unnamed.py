"""Who a poll does not name: others as far as others are known, the undecided beyond."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparenotes.race.prepare import UNDECIDED, prepare
from comparenotes.race.unnamed import SLACK, SLACK_LAST, Unnamed, unnamed
from tests.race.invented import campaign, poll

IDS = ("a", "b", "c", "oth")
TOLD: list[dict[str, object]] = [
    {"a": 40.0, "b": 35.0, "c": 15.0, "oth": 10.0},
    {"a": 41.0, "b": 34.0, "c": None, "oth": 25.0},  # c stands among these others
    {"a": 39.0, "b": 36.0, "c": 13.0, "oth": 12.0},
]


def test_others_of_complete_polls_less_those_hidden_among_them() -> None:
    usual = unnamed(TOLD, IDS, [], {})
    assert usual.typical == {"a": 40.0, "b": 35.0, "c": 14.0}
    assert usual.others == 11.0  # of 10, 25 - 14 and 12
    assert usual.expected(["c"]) == 25.0
    assert usual.slack == SLACK


def test_polls_that_leave_the_undecided_in_do_not_teach() -> None:
    short: list[dict[str, object]] = [{"a": 30.0, "b": 25.0, "c": 10.0, "oth": 5.0}] * 5
    usual = unnamed(short, IDS, [], {"a": 45.0, "b": 35.0, "c": 12.0})
    assert usual.others == pytest.approx(8.0)  # of the last result
    assert usual.slack == SLACK_LAST


def test_nothing_known_takes_nothing_out() -> None:
    usual = unnamed([{"a": 30.0, "b": 20.0}], IDS, [], {})
    assert usual.others is None
    assert usual.rest({"a": 30.0, "b": 20.0}, [], 50.0, ["c"]) == (50.0, False)


@given(
    named=st.floats(40, 100), others=st.floats(0, 30), slack=st.sampled_from([SLACK, SLACK_LAST])
)
def test_the_rest_is_what_lacks_or_what_is_expected(
    named: float, others: float, slack: float
) -> None:
    usual = Unnamed({"c": 5.0}, others, slack)
    rest, cut = usual.rest({"a": named}, [], named, ["c"])
    lacking = 100.0 - named
    assert cut is (lacking > others + 5.0 + slack)
    assert rest == pytest.approx(others + 5.0 if cut else lacking)


def test_a_poll_that_tells_its_others_is_taken_at_its_word() -> None:
    usual = Unnamed({}, 2.0)
    row = {"a": 40.0, "b": 30.0, "oth": 30.0}
    assert usual.rest(row, [], 70.0, []) == (30.0, False)
    short = {"a": 40.0, "b": 30.0, "oth": 8.0, "small": 3.0}
    assert usual.rest(short, ["small"], 70.0, []) == (11.0, True)


def test_a_short_poll_counts_by_those_it_names_and_the_usual_others() -> None:
    whole = [
        poll(date(2024, 3, d), f"Firm {d}", elk=40.0, fox=34.0, yak=16.0, oth=10.0)
        for d in (1, 5, 9)
    ]
    short = poll(date(2024, 3, 12), "Short", elk=30.0, fox=27.0, yak=13.0)
    prep = prepare(campaign([*whole, short]))
    newest = prep.polls[-1]
    assert newest.pollster == "Short"
    assert list(newest.shares) == pytest.approx([30 / 80, 27 / 80, 13 / 80, 10 / 80])
    assert [x.count for x in prep.left_out if x.why == UNDECIDED] == [1]
