"""Every number a reader sees is a number of the JSON twin: pages and brief, four comparisons."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from tests.web.reading import Known, seen, strangers
from tests.web.served import Server

PAIRS = [
    ("gb-next", "us-2024", "2026-08-20"),
    ("us-2024", "gb-2024", "2024-08-18"),
    ("de-2021", "at-2019", "2021-08-01"),
    ("my-vote", "us-2024", "2026-08-20"),
]


def _query(pair: tuple[str, str, str]) -> str:
    return "home={}&away={}&as_of={}".format(*pair)


def _both(server: Server, path: str, query: str) -> tuple[str, Any]:
    page, twin = server.get(f"{path}?{query}"), server.get(f"{path}.json?{query}")
    assert page.status == twin.status == 200, page.text[-300:]
    return page.text, twin.json()


@pytest.mark.parametrize("pair", PAIRS, ids=[p[0] for p in PAIRS])
@pytest.mark.parametrize("path", ["/compare", "/brief"])
def test_findings_and_brief(server: Server, pair: tuple[str, str, str], path: str) -> None:
    page, twin = _both(server, path, _query(pair))
    assert len(seen(page)) > 3_000
    assert strangers(page, twin) == []


@pytest.mark.parametrize("pair", PAIRS, ids=[p[0] for p in PAIRS])
def test_one_finding_each(server: Server, pair: tuple[str, str, str]) -> None:
    count = len(server.get(f"/compare.json?{_query(pair)}").json()["findings"])
    for n in range(1, count + 1):
        page, twin = _both(server, "/finding", f"{_query(pair)}&n={n}")
        assert strangers(page, twin) == [], f"finding {n}"


@pytest.mark.parametrize("pair", PAIRS, ids=[p[0] for p in PAIRS])
@pytest.mark.parametrize("kind", ["race", "record"])
def test_explorers(server: Server, pair: tuple[str, str, str], kind: str) -> None:
    page, twin = _both(server, f"/{kind}/{pair[0]}", f"as_of={pair[2]}")
    assert strangers(page, twin) == []


def test_run_off(server: Server) -> None:
    page, twin = _both(server, "/race/fr-president-2022", "as_of=2022-06-01")
    assert twin["forecast"]["run_off"]["duels"]
    assert strangers(page, twin) == []


def test_message(server: Server) -> None:
    page, twin = _both(server, "/message/us-2012", "as_of=2012-11-05&issue=all")
    assert len(twin["issues"]) > 10
    assert strangers(page, twin) == []


def test_page_and_command_say_the_same(server: Server) -> None:
    # The page's twin holds what `cn compare --json` promises, with the same values.
    from comparenotes.compare import compare

    twin = server.get(f"/compare.json?{_query(PAIRS[1])}").json()
    found = compare("us-2024", "gb-2024", as_of=date(2024, 8, 18))
    for f, told in zip(found.findings, twin["findings"], strict=True):
        assert told["claim"] == f.claim
        assert told["grade"] == f.grade
        if f.estimate is not None:
            assert told["estimate"] == f.estimate


def test_the_check_itself_sees_a_foreign_number(server: Server) -> None:
    page, twin = _both(server, "/compare", _query(PAIRS[0]))
    changed = page.replace('<p class="claim">', '<p class="claim">They gained 771.93 points. ', 1)
    assert len(strangers(changed, twin)) == 1
    # and that the numbers are not found for want of looking: without the twin they are foreign
    assert len(strangers(page, {})) > 100


def test_sentences_of_the_twin_do_not_count() -> None:
    known = Known(json.loads('{"claim": "moved 3.7 points", "estimate": 2.0, "p": 0.68}'))
    assert not known.holds(3.7, 1)
    assert known.holds(2.0, 1)
    assert known.holds(68.0, 0)
    assert known.holds(32.0, 0)
    assert not known.holds(67.0, 0)
