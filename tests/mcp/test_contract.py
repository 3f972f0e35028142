"""What every tool promises: read only, bounded, with as-of day, sources and intervals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from tests.mcp.talk import AWAY, DAY, HOME, answer, call, tools

CALLS: dict[str, dict[str, Any]] = {
    "campaigns": {"country": "GB", "as_of": DAY},
    "suggest": {"home": HOME, "as_of": DAY},
    "compare": {"home": HOME, "away": [AWAY], "as_of": DAY},
    "explain": {"home": HOME, "away": [AWAY], "n": 1, "as_of": DAY},
    "race": {"campaign": HOME, "as_of": DAY},
    "record": {"like": HOME, "as_of": DAY},
    "message": {"campaign": "gb-2001", "issues": ["migration"]},
}


@cache
def asked(tool: str) -> dict[str, Any]:
    return answer(tool, CALLS[tool])


def test_every_tool_is_called_here() -> None:
    assert set(CALLS) == {t.name for t in tools()}


@pytest.mark.parametrize("tool", CALLS)
def test_every_reply_carries_sources_and_as_of_and_how_to_read_it(tool: str) -> None:
    found = asked(tool)
    assert list(found) == ["tool", "as_of", "sources", "intervals", "cut", "result"]
    assert found["tool"] == tool
    assert date.fromisoformat(found["as_of"]) <= date(2001, 6, 6)
    assert found["sources"]
    assert all(isinstance(s, str) and len(s) > 5 for s in found["sources"])
    assert found["intervals"]
    assert found["result"]
    json.dumps(found, allow_nan=False)


def estimates(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object that holds an estimate, with where it stands."""
    if isinstance(value, dict):
        if {"estimate", "mean"} & set(value):
            yield path, value
        for k, v in value.items():
            yield from estimates(v, f"{path}.{k}")
    elif isinstance(value, list):
        for v in value:
            yield from estimates(v, path)


@pytest.mark.parametrize("tool", ["compare", "race", "record"])
def test_an_estimate_has_its_interval_beside_it(tool: str) -> None:
    found = list(estimates(asked(tool)["result"]))
    assert len(found) > 5
    for path, row in found:
        value = row.get("estimate", row.get("mean"))
        if value is None:
            continue
        lo, hi = row.get("lo90", row.get("lo80")), row.get("hi90", row.get("hi80"))
        assert lo is not None, path
        assert lo <= value <= hi, path


def test_every_tool_says_that_it_only_reads() -> None:
    for t in tools():
        assert t.annotations is not None
        assert t.annotations.read_only_hint
        assert t.description
        assert t.annotations.destructive_hint is False
        assert t.annotations.open_world_hint is False


def test_every_argument_is_bounded_and_described() -> None:
    for t in tools():
        for name, about in t.input_schema["properties"].items():
            kinds = [about, *about.get("anyOf", [])]
            assert about.get("description"), f"{t.name}.{name}"
            for kind in kinds:
                if kind.get("type") == "string" and kind.get("format") != "date":
                    assert kind["maxLength"] <= 64, f"{t.name}.{name}"
                if kind.get("type") == "integer":
                    assert "maximum" in kind, f"{t.name}.{name}"
                if kind.get("type") == "array":
                    assert kind["maxItems"] <= 24, f"{t.name}.{name}"


def test_what_is_cut_is_told_and_losers_stay() -> None:
    short = answer("record", CALLS["record"] | {"rows": 6})
    whole = answer("record", CALLS["record"] | {"rows": 500})
    (cut,) = [c for c in short["cut"] if c["list"] == "cases"]
    cases = short["result"]["cases"]
    assert len(cases) == cut["shown"] == 6
    assert cut["of"] == len(whole["result"]["cases"]) > 6
    assert {c["kept_office"] for c in cases} == {True, False}
    assert "cases" not in [c["list"] for c in whole["cut"]]


def test_nothing_later_than_the_day_shows() -> None:
    early = answer("race", {"campaign": HOME, "as_of": "2001-03-01"})
    assert early["as_of"] == "2001-03-01"
    assert early["result"]["newest_poll_end"] < "2001-03-01"
    assert early["result"]["result"] is None
    late = answer("race", {"campaign": HOME, "as_of": "2002-01-01"})
    assert late["as_of"] == "2001-06-06"
    assert {r["contender"] for r in late["result"]["result"]} >= {"lab", "con"}


def test_clients_of_the_first_protocol_get_the_same() -> None:
    got = call("suggest", CALLS["suggest"], mode="legacy")
    assert got.structured_content == asked("suggest")
