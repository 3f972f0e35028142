"""Every route with every kind of nonsense: an answer in words, never a broken program."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comparenotes.web.app import PAGES
from tests.brief.hostile import NASTY
from tests.web.served import Server

ROUTES = [
    p + end
    for page in PAGES
    for p, end in [(page.path, ""), ("/index" if page.path == "/" else page.path, ".json")]
] + ["/brief", "/brief.md", "/brief.json", "/static/{name}", "/chart/{campaign}/{name}"]
_VALUES = st.one_of(
    st.sampled_from(
        [*NASTY, "gb-next", "us-2024", "2026-08-20", "1", "0", "-1", "999999999", "NaN", ""]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)
_NAMES = st.sampled_from(
    ["home", "away", "as_of", "n", "key", "event", "note", "finding", "step", "token", "save", "x"]
)


def _checked(server: Server, path: str, method: str = "GET", body: bytes | None = None) -> None:
    headers = {"origin": server.origin, "content-type": "application/x-www-form-urlencoded"}
    r = server.ask(path, method, headers, body)
    assert r.status < 500, f"{method} {path}: {r.text[-300:]}"
    kind = r.headers["content-type"]
    if kind.startswith("application/json"):
        json.loads(r.body, parse_constant=lambda c: pytest.fail(f"{c} in JSON"))
    elif kind.startswith("text/html"):
        assert "<script>alert" not in r.text
        assert "<img src=x" not in r.text
        assert "Traceback" not in r.text


def test_the_route_list_is_the_applications(server: Server) -> None:
    from comparenotes.web.app import create_app

    guard = create_app(server.settings, server.library)
    own = {r.path for r in guard.app.routes}  # type: ignore[attr-defined]
    assert own == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=_VALUES.filter(lambda v: v not in ("gb-next",)),
    query=st.lists(st.tuples(_NAMES, _VALUES), max_size=5),
)
def test_any_route_any_query(
    server: Server, route: str, name: str, query: list[tuple[str, str]]
) -> None:
    path = route.replace("{campaign}", quote(name, safe="")).replace("{name}", quote(name, safe=""))
    _checked(server, f"{path}?{urlencode(query)}")


@pytest.mark.parametrize("route", ["/notes/us-2024", "/upload", "/notes/{}", "/compare"])
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=_VALUES, body=st.binary(max_size=300))
def test_any_body(server: Server, route: str, name: str, body: bytes) -> None:
    _checked(server, route.format(quote(name, safe="")), "POST", body)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "HEAD"])
@pytest.mark.parametrize("route", ["/", "/notes/us-2024", "/upload"])
def test_other_methods(server: Server, route: str, method: str) -> None:
    _checked(server, route, method)


@pytest.mark.parametrize("day", ["2026-13-01", "0001-01-01", "9999-12-31", "20260820", "今日"])
def test_a_wrong_day_is_told(server: Server, day: str) -> None:
    r = server.get(f"/compare?home=gb-next&away=us-2024&as_of={quote(day)}")
    assert r.status == 422
    assert "as_of" in r.text


def test_a_day_before_any_poll_is_told(server: Server) -> None:
    r = server.get("/race/gb-next?as_of=1990-01-01")
    assert r.status == 422
    assert "no usable national poll" in r.text


def test_unknown_campaigns_get_a_hint(server: Server) -> None:
    r = server.get("/race/us-2042.json")
    assert r.status == 404
    assert "did you mean" in r.json()["hint"]


def test_a_problem_is_a_sentence_and_an_id_stays_as_it_is(server: Server) -> None:
    assert "<h1>No away campaign is chosen</h1>" in server.get("/compare?home=gb-next").text
    assert "<h1>us-2042: " in server.get("/race/us-2042").text
