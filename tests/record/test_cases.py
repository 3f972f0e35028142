"""Derived facts of past cases against hand-checked ones, and the yardsticks."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from comparenotes.errors import NotFoundError
from comparenotes.record import tables
from comparenotes.record.cases import NOT_YET, case_facts

TODAY = date(2026, 8, 20)

CHECKED: dict[str, dict[str, Any]] = {
    "gb-2001": {
        "head": "Blair",
        "since": date(1997, 5, 2),
        "term": 1,
        "full_term": True,
        "system": "fptp",
        "coalition": False,
        "changed_in_term": False,
        "share_before": 43.2,
        "margin_before": 12.5,
        "rival_family": "conservative",
        "share_after": 40.7,
        "kept_office": True,
        "first_after": True,
    },
    "gb-1955": {  # ran with the National Liberals both times: lists are compared
        "basis": "list",
        "share_before": 48.0,
        "share_after": 49.7,
        "first_before": False,
        "kept_office": True,
    },
    "au-2013": {
        "head": "Rudd",
        "term": 2,
        "replaced": True,
        "changed_in_term": True,
        "changed_on": date(2013, 6, 27),
        "system": "preferential",
        "kept_office": False,
        "rival_family": "conservative",
    },
    "au-2010": {"head": "Gillard", "term": 1, "replaced": True, "early": True, "kept_office": True},
    "se-2018": {
        "head": "Lofven",
        "term": 1,
        "coalition": True,
        "system": "pr",
        "share_before": 31.01,
        "share_after": 28.26,
        "kept_office": True,
    },
    "es-2019-04": {
        "head": "Sanchez",
        "term": 1,
        "full_term": False,
        "kept_office": True,
        "early": True,
        "first_before": False,
        "first_after": True,
    },
    "es-2023": {
        "head": "Sanchez",
        "first_after": False,
        "kept_office": True,
        "office_known": date(2023, 11, 17),
        "share_after": 31.68,
    },
    "de-2021": {
        "term": 4,
        "head": "Merkel",
        "share_before": 33.0,
        "share_after": 24.07,
        "kept_office": False,
        "system": "mixed",
    },
    "fr-1981": {"system": "two_round"},
    "be-1968": {"stood": "heir", "share_before": 34.45, "share_after": 31.7, "kept_office": True},
    "cz-1992": {"stood": "no", "share_after": 0.0, "vote_change": -49.5, "kept_office": False},
    "us-1964": {"term": 1, "replaced": True, "kept_office": True, "changed_in_term": True},
    "us-2000": {"term": 2, "first_after": True, "kept_office": False, "replaced": False},
    "us-2024": {
        "term": 1,
        "head": "Biden",
        "replaced": True,
        "changed_on": date(2024, 7, 21),
        "kept_office": False,
        "office_known": date(2025, 1, 20),
    },
    "gb-2024": {"term": 4, "head": "Sunak", "share_after": 23.7, "kept_office": False},
    "pl-2023": {"first_after": True, "kept_office": False},
}


@pytest.mark.parametrize("case", CHECKED)
def test_facts_of_a_case(case: str) -> None:
    facts = case_facts(case, TODAY)
    for key, value in CHECKED[case].items():
        if isinstance(value, float):
            assert facts[key] == pytest.approx(value, abs=0.05), key
        else:
            assert facts[key] == value, key
    assert facts["source"]


def test_fragmentation_of_a_two_party_vote() -> None:
    # 1951: Labour 48.8, Conservatives 48.0, Liberals 2.6 and little else: about two parties
    assert case_facts("gb-1955", TODAY)["fragmentation"] == pytest.approx(2.1, abs=0.05)


def test_a_sitting_government_can_be_opened() -> None:
    facts = case_facts("de-next", TODAY)
    assert (facts["head"], facts["since"]) == ("Merz", date(2025, 5, 6))
    assert facts["note"] == NOT_YET
    assert facts["kept_office"] is None


def test_an_unknown_case_gets_a_hint() -> None:
    with pytest.raises(NotFoundError, match="gb-1974-02, gb-1974-10"):
        case_facts("gb-1974", TODAY)
    with pytest.raises(NotFoundError, match="gb-2001"):
        case_facts("gb-2000", TODAY)


def test_an_outcome_is_hidden_until_it_was_known() -> None:
    eve = case_facts("es-2023", date(2023, 10, 1))
    assert (eve["kept_office"], eve["office_after"]) == (None, None)
    assert eve["share_after"] == 31.68
    with pytest.raises(NotFoundError):
        case_facts("es-2023", date(2023, 7, 22))


def test_typed_facts_are_hidden_until_they_were_known() -> None:
    with pytest.raises(NotFoundError):
        case_facts("de-2025", date(2025, 2, 22))
    eve = case_facts("de-2025", date(2025, 5, 5))
    assert (eve["share_after"], eve["kept_office"], eve["office_after"]) == (16.41, None, None)
    assert case_facts("de-2025", date(2025, 5, 6))["kept_office"] is False
    # A later head of a sitting government is not told before the day he took over.
    before, after = (case_facts("gb-next", date(2026, 7, d)) for d in (19, 20))
    assert (before["head"], before["changed_in_term"], before["changed_on"]) == (None, False, None)
    assert (after["head"], after["changed_on"]) == ("Burnham", date(2026, 7, 20))
    with pytest.raises(NotFoundError):
        case_facts("de-next", date(2025, 5, 5))


def test_the_latest_case_that_teaches_about_a_change_of_leader() -> None:
    facts = case_facts("ca-2025", TODAY)
    assert (facts["head"], facts["changed_on"]) == ("Carney", date(2025, 3, 14))
    assert (facts["term"], facts["kept_office"], facts["first_after"]) == (3, True, True)
    assert facts["vote_change"] == pytest.approx(11.06, abs=0.02)


def test_every_typed_case_has_its_sources() -> None:
    late = tables.table("cases").filter(
        (pl.col("date") > date(2023, 6, 30)) & (pl.col("office") == "parliament")
    )
    assert late.height >= 25
    assert late["source"].str.starts_with("Public record, typed by hand: ").all()


def test_every_case_is_whole() -> None:
    frame = tables.table("cases")
    assert frame["case"].n_unique() == frame.height
    assert (frame["since"] < frame["date"]).all()
    assert frame.filter(pl.col("previous") >= pl.col("date")).is_empty()
    assert frame.filter(pl.col("office_known") < pl.col("date")).is_empty()
    change = frame["share_after"] - frame["share_before"] - frame["vote_change"]
    assert change.abs().max() < 0.02  # type: ignore[operator]
    assert frame["vote_change"].null_count() <= 13


@pytest.mark.parametrize(
    ("rule", "n", "change", "kept"),
    [
        # what the issue gives: mean change, share that kept office; ours within the stated margin
        (pl.col("democracy") == "older", 156, -1.7, 62),
        (
            (pl.col("democracy") == "older") & (pl.col("family") == "social democracy"),
            51,
            -2.7,
            68,
        ),
    ],
)
def test_published_yardsticks(rule: pl.Expr, n: int, change: float, kept: float) -> None:
    first = tables.cases(date(2023, 6, 30)).filter(
        rule
        & (pl.col("term") == 1)
        & pl.col("full_term")
        & (pl.col("office") == "parliament")
        & (pl.col("date") >= date(1950, 1, 1))
    )
    assert first.height == pytest.approx(n, rel=0.06)
    assert first["vote_change"].mean() == pytest.approx(change, abs=0.8)
    assert 100 * float(first["kept_office"].mean()) == pytest.approx(kept, abs=3)  # type: ignore[arg-type]


def test_younger_democracies_punish_harder() -> None:
    first = tables.cases(TODAY).filter(
        (pl.col("region") == "Central and eastern") & (pl.col("term") == 1) & pl.col("full_term")
    )
    # The issue gives −8.9 and 30%; with parties that split or vanished counted it is lower.
    assert -13 < float(first["vote_change"].mean()) < -8  # type: ignore[arg-type]
    assert 0.2 < float(first["kept_office"].mean()) < 0.35  # type: ignore[arg-type]
