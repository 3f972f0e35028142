"""``cn race`` on real campaigns: the same twice, blind to the future, as promised."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from comparenotes.campaigns.folder_write import write_folder
from comparenotes.campaigns.load import load
from tests.acceptance.program import cn

BEFORE, AFTER = "2024-07-20", "2024-08-18"

# as section 6 of the design promises it; others script against these names
POINTS = ("mean", "lo90", "hi90")
PROMISED: dict[str, Any] = {
    "campaign": str,
    "as_of": str,
    "polls_used": int,
    "newest_poll_end": str,
    "average": ["contender", *POINTS],
    "lead": [
        "leader", "runner_up", *POINTS, "p_ahead_in_polls", "p_ahead", "p_still_ahead_21d",
        "p_still_ahead_in_polls_21d",
    ],
    "lead_changes": ["date", "leader", "p_ahead"],
    "house_effects": ["pollster", "contender", *POINTS],
    "left_out": ["why", "count"],
    "event": ["date", "effect", "lo90", "hi90", "placebo_rank", "placebo_n", "pairs"],
    "forecast": ["election_date", "days_to_go", "shares", "p_first", "regions", "seats", "blocs"],
}  # fmt: skip
SHARES = [
    "contender", "mean", "sd",
    *(f"{side}{level}" for level in (50, 80, 90, 95) for side in ("lo", "hi")),
]  # fmt: skip


def process(*args: str, seed: str) -> bytes:
    """Run ``cn`` as a program of its own, with another order of sets."""
    return subprocess.run(
        [sys.executable, "-m", "comparenotes.cli.main", *args],
        capture_output=True,
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONHASHSEED": seed},
    ).stdout


def test_the_same_twice() -> None:
    args = ("race", "us-2024", "--as-of", AFTER, "--event", "2024-07-21", "--json")
    first = process(*args, seed="1")
    assert len(first) > 10_000
    assert process(*args, seed="2") == first


def test_the_json_holds_what_is_promised(capfd: pytest.CaptureFixture[str]) -> None:
    race = cn(capfd, "race", "us-2024", "--as-of", AFTER, "--event", "2024-07-21", "--json").json()
    for name, inside in PROMISED.items():
        assert name in race, name
        if isinstance(inside, type):
            assert isinstance(race[name], inside), name
            continue
        rows = race[name] if isinstance(race[name], list) else [race[name]]
        assert rows, name
        for row in rows:
            assert set(inside) <= set(row), name
    assert set(SHARES) <= set(race["forecast"]["shares"][0])
    assert {"firms", "change"} <= set(race["event"]["pairs"])
    assert set(race["forecast"]["p_first"]) == {"dem", "rep"}
    for region in race["forecast"]["regions"]:
        assert {"region", "shares", "margin", "p_first"} <= set(region)
        assert {"mean", "sd", "lo90", "hi90"} <= set(region["margin"])
    for seats in race["forecast"]["seats"]:
        assert {"contender", "unit", "mean", "lo90", "hi90", "p_majority"} <= set(seats)


def numbers(value: Any) -> list[float]:
    if isinstance(value, Mapping):
        return [x for v in value.values() for x in numbers(v)]
    if isinstance(value, list):
        return [x for v in value for x in numbers(v)]
    return [float(value)] if isinstance(value, int | float) else []


def test_all_in_points_and_probabilities(capfd: pytest.CaptureFixture[str]) -> None:
    race = cn(capfd, "race", "gb-next", "--as-of", "2024-08-18", "--json").json()
    assert race["polls_used"] == 5
    assert all(math.isfinite(x) for x in numbers(race))
    assert sum(r["mean"] for r in race["average"]) == pytest.approx(100.0)
    for name in ("p_ahead_in_polls", "p_ahead", "p_still_ahead_21d", "p_still_ahead_in_polls_21d"):
        assert 0 <= race["lead"][name] <= 1
    assert race["forecast"]["days_to_go"] == (date(2029, 8, 15) - date(2024, 8, 18)).days


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_deleting_later_rows_from_the_data_changes_nothing(
    day: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The campaign as a folder on disk, with and without what came after."""
    whole, cut = load("us-2024"), date.fromisoformat(day)
    known = replace(
        whole,
        polls=whole.polls.filter(pl.col("published") <= cut),
        events=whole.events.filter(pl.col("date") <= cut),
        results=whole.results.clear(),
    )
    assert known.polls.height < whole.polls.height - 200
    write_folder(known, tmp_path / "us-2024")
    bundled = cn(capfd, "race", "us-2024", "--as-of", day, "--json").json()
    folder = cn(capfd, "race", tmp_path / "us-2024", "--as-of", day, "--json").json()
    assert folder == bundled


def test_the_lead_change_is_reported_with_its_probability(
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = cn(capfd, "race", "us-2024", "--as-of", BEFORE, "--json").json()
    after = cn(capfd, "race", "us-2024", "--as-of", AFTER, "--json").json()
    assert before["lead"]["leader"] == "rep"
    assert before["lead_changes"] == []
    assert after["lead"]["leader"] == "dem"
    change = after["lead_changes"][-1]
    assert change["leader"] == "dem"
    assert "2024-07-21" <= change["date"] <= AFTER
    assert 0.8 <= change["p_ahead"] <= 1
    # with the error all polls share, ahead is much less sure than in the polls
    assert after["lead"]["p_ahead"] < after["lead"]["p_ahead_in_polls"] - 0.05


def test_a_reader_sees_both_probabilities_told_apart(capfd: pytest.CaptureFixture[str]) -> None:
    seen = cn(capfd, "race", "us-2024", "--as-of", AFTER)
    assert seen.code == 0
    assert "polls" in seen.out
    assert "voters" in seen.out
    assert "161" in seen.out or "polls used" in seen.out.lower()


@pytest.mark.parametrize(
    ("name", "day", "event", "contender", "firms"),
    [
        ("us-2024", AFTER, "2024-07-21", "dem", 10),
        ("gb-next", "2026-08-20", "2026-07-20", "lab", 3),
    ],
)
def test_what_an_event_did_both_ways(
    name: str,
    day: str,
    event: str,
    contender: str,
    firms: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    args = ("race", name, "--as-of", day, "--event", event)
    found = cn(capfd, *args, "--json").json()["event"]
    assert found["date"] == event
    assert found["contender"] == contender
    assert found["lo90"] < found["effect"] < found["hi90"]
    assert found["pairs"]["firms"] >= firms
    assert found["pairs"]["change"] is not None
    assert 1 <= found["placebo_rank"] <= found["placebo_n"] + 1
    text = " ".join(cn(capfd, *args).out.split())
    verb = "gained" if found["effect"] > 0 else "lost"
    assert f"{verb} {abs(found['effect']):.1f} points" in text
    assert "Same firms before and after: " in text
    assert f"mean change {found['pairs']['change']:+.1f} points" in text
    assert f"Rank {found['placebo_rank']} of {found['placebo_n'] + 1} dates" in text


def test_an_unknown_region_and_a_wrong_day(capfd: pytest.CaptureFixture[str]) -> None:
    for args, words in (
        (("race", "us-2024", "--region", "US-XX"), "no region 'US-XX'"),
        (("race", "us-2024", "--as-of", "2019-01-01"), "no usable national poll"),
        (("race", "us-2024", "--event", "2015-01-01"), "lies outside the polls"),
        (("race", "us-2042"), "did you mean"),
    ):
        seen = cn(capfd, *args)
        assert seen.code == 2
        assert seen.out == ""
        assert len(seen.errors) == 1
        assert words in seen.errors[0]


def test_a_finished_race_is_shown_on_its_eve_with_the_result_beside_it(
    capfd: pytest.CaptureFixture[str],
) -> None:
    race = cn(capfd, "race", "us-2020", "--json").json()
    assert race["as_of"] == "2020-11-02"
    assert race["forecast"]["days_to_go"] == 1
    shown = {r["contender"]: r["share"] for r in race["result"]}
    assert shown["dem"] > shown["rep"]
    then = cn(capfd, "race", "us-2020", "--as-of", "2020-11-02", "--json").json()
    assert then["result"] is None
    assert {k: v for k, v in then.items() if k != "result"} == {
        k: v for k, v in race.items() if k != "result"
    }


def test_since_says_what_changed(capfd: pytest.CaptureFixture[str]) -> None:
    race = cn(capfd, "race", "us-2024", "--as-of", AFTER, "--since", BEFORE, "--json").json()
    before = cn(capfd, "race", "us-2024", "--as-of", BEFORE, "--json").json()
    now = {r["contender"]: r["mean"] for r in race["average"]}
    was = {r["contender"]: r["mean"] for r in before["average"]}
    told = {r["contender"]: r["change"] for r in race["since"]["change"]}
    assert told == {c: pytest.approx(now[c] - was[c]) for c in now}
    assert told["dem"] > 0


def test_compare_holds_what_is_promised(capfd: pytest.CaptureFixture[str]) -> None:
    found = cn(capfd, "compare", "gb-next", "us-2024", "--as-of", AFTER, "--json").json()
    assert {"home", "away", "as_of", "findings"} <= set(found)
    assert found["findings"]
    for finding in found["findings"]:
        assert {
            "n", "provider", "claim", "estimate", "lo90", "hi90", "unit", "grade",
            "carries_over", "reasons", "sources", "failed",
        } <= set(finding)  # fmt: skip
        assert finding["sources"] or finding["failed"]
        assert finding["carries_over"] in ("likely", "partly", "doubtful", "unknown")
    # the few polls there are then are told
    assert "5 polls" in str(found) or "five polls" in str(found)


def test_compare_knows_nothing_of_the_future(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Home and away as folders without anything later give the same findings."""
    cut = date.fromisoformat(AFTER)
    names = []
    for name in ("gb-next", "us-2024"):
        whole = load(name)
        known = replace(
            whole.known_at(cut),
            contenders=whole.contenders,
            polls=whole.polls.filter(pl.col("published") <= cut),
            sources=whole.sources,
        )
        later = whole.polls.filter(pl.col("published") > cut + timedelta(days=1))
        assert later.height > 100
        write_folder(known, tmp_path / name)
        names.append(str(tmp_path / name))
    args = ("--as-of", AFTER, "--json")
    bundled = cn(capfd, "compare", "gb-next", "us-2024", *args).json()
    folders = cn(capfd, "compare", *names, *args).json()

    def race_findings(found: dict[str, Any]) -> list[tuple[Any, ...]]:
        return [
            (f["claim"], f["estimate"], f["lo90"], f["hi90"], f["grade"], f["carries_over"])
            for f in found["findings"]
            if f["provider"] == "race"
        ]

    assert race_findings(bundled)
    assert race_findings(folders) == race_findings(bundled)
