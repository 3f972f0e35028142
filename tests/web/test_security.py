"""Who may ask, from where, how much, and what a page may do."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from comparenotes.errors import CompareNotesError
from comparenotes.web.security import _host_name
from comparenotes.web.settings import Settings, is_loopback
from tests.web.served import Server, serving

NOTE = {"author": "A. Visitor", "text": "seen"}
PAGES = ["/", "/upload", "/notes/gb-next", "/race/us-2024?as_of=2024-08-18"]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "example.org", "::"])  # noqa: S104
def test_refuses_to_listen_elsewhere_without_a_token(host: str, tmp_path: Path) -> None:
    with pytest.raises(CompareNotesError, match="token"):
        Settings(workspace=tmp_path, host=host)
    with pytest.raises(CompareNotesError, match="fewer than"):
        Settings(workspace=tmp_path, host=host, token="short")  # noqa: S106
    Settings(workspace=tmp_path, host=host, token="long-enough-to-be-one")  # noqa: S106


@pytest.mark.parametrize(
    ("host", "local"),
    [
        *(("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True)),
        *(("localhost.evil.example", False), ("127.0.0.1.evil.example", False), ("", False)),
    ],
)
def test_what_is_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local


@pytest.mark.parametrize(
    "host",
    [
        *(
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "",
            "evil.example:80",
        ),
        *("[::2]", "127.0.0.2", "user@127.0.0.1", "127.0.0.1@evil.example"),
    ],
)
def test_foreign_host_names_are_refused(server: Server, host: str) -> None:
    assert server.get("/", host=host).status in (400, 421)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:1", "[::1]:8321"])
def test_own_host_names_are_served(server: Server, host: str) -> None:
    assert server.get("/upload", host=host).status == 200


def test_two_or_no_host_headers_are_refused(server: Server) -> None:
    for lines in ("Host: 127.0.0.1\r\nHost: evil.example\r\n", ""):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
            s.sendall(f"GET / HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
            first = s.recv(200).split(b"\r\n")[0]
        assert b" 400 " in first or b" 421 " in first


def test_host_names_are_read_without_port() -> None:
    assert _host_name("Example.ORG:80") == "example.org"
    assert _host_name("[::1]:80") == "[::1]"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "http://localhost.evil.example"},
        {"origin": "file://"},
        {"origin": "https://["},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_writes_of_other_sites_are_refused(fresh: Server, headers: dict[str, str]) -> None:
    assert fresh.post("/notes/gb-next", NOTE, headers).status == 403
    assert fresh.get("/notes/gb-next.json").json()["notes"] == []


def test_a_write_must_say_where_it_comes_from(fresh: Server) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    body = b"author=x&text=y"
    assert fresh.ask("/notes/gb-next", "POST", kind, body).status == 403
    with_referer = kind | {"referer": f"{fresh.origin}/notes/gb-next"}
    assert fresh.ask("/notes/gb-next", "POST", with_referer, body).status == 303


def test_other_sites_may_not_embed_or_fetch(server: Server) -> None:
    for mode in ("no-cors", "cors"):
        r = server.ask(
            "/index.json", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": mode}
        )
        assert r.status == 403


@pytest.mark.parametrize("path", [*PAGES, "/nope", "/static/page.js", "/index.json"])
def test_every_answer_has_the_policy(server: Server, path: str) -> None:
    headers = server.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_nothing_on_a_page_is_inline_or_foreign(server: Server, path: str) -> None:
    text = server.get(path).text
    assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)[^>]*>", text)
    assert "<style" not in text
    assert not re.search(r"<[^>]+\sstyle=", text)
    assert not re.search(r"<[^>]+\son\w+\s*=", text)
    for link in re.findall(r"(?:src|href|action)=\"([^\"]*)\"", text):
        assert link.startswith(("/", "#")), link


def test_bodies_over_the_limit_are_refused(fresh: Server) -> None:
    big = b"author=a&text=" + b"x" * 70_000
    kind = {"origin": fresh.origin, "content-type": "application/x-www-form-urlencoded"}
    assert fresh.ask("/notes/gb-next", "POST", kind, big).status == 413
    assert (
        fresh.ask("/notes/gb-next", "POST", kind | {"content-length": "9" * 15}, b"x").status == 413
    )
    chunked = kind | {"transfer-encoding": "chunked"}
    # No length is announced: what comes in is counted.
    body = b"".join(b"2000\r\n" + b"x" * 0x2000 + b"\r\n" for _ in range(12)) + b"0\r\n\r\n"
    with socket.create_connection(("127.0.0.1", fresh.port), timeout=10) as s:
        lines = "".join(f"{k}: {v}\r\n" for k, v in chunked.items())
        head = f"POST /notes/gb-next HTTP/1.1\r\nHost: 127.0.0.1:{fresh.port}\r\n{lines}\r\n"
        s.sendall(head.encode() + body)
        assert b" 413 " in s.recv(200).split(b"\r\n")[0]


def test_long_addresses_are_refused(server: Server) -> None:
    assert server.get("/compare?home=" + "x" * 5_000).status == 414


def test_a_token_is_asked_of_every_request(tmp_path: Path) -> None:
    token = "a-token-of-some-length"  # noqa: S105
    with serving(tmp_path, token=token) as s:
        for path in ("/", "/index.json", "/static/page.css", "/notes/gb-next"):
            assert s.get(path).status == 401
        assert s.get("/?token=a-token-of-other-length").status == 401
        first = s.get(f"/upload?token={token}")
        assert first.status == 200
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert s.get("/upload", cookie=cookie.split(";")[0]).status == 200
        assert s.get("/upload", authorization=f"Bearer {token}").status == 200
        assert s.post("/notes/gb-next", NOTE).status == 401


def test_static_files_are_named_not_searched(server: Server) -> None:
    for name in ("../app.py", "..%2fapp.py", "%2e%2e/app.py", "page.css/../../app.py", "x"):
        assert server.get(f"/static/{name}").status == 404


@pytest.mark.parametrize(
    "name", ["../../etc", "..%2f..%2fetc", "%2e%2e", "a%00b", "/etc/passwd", "CON", "a%20b"]
)
@pytest.mark.parametrize("kind", ["race", "record", "notes"])
def test_campaigns_are_ids_never_paths(server: Server, kind: str, name: str) -> None:
    assert server.get(f"/{kind}/{name}").status == 404


def test_fonts_come_from_this_server_and_nowhere_else(server: Server) -> None:
    css = server.get("/static/brief.css").text
    fonts = re.findall(r'url\("([^"]+)"\)', css)
    assert len(fonts) == 4
    for path in fonts:
        r = server.get(path)
        assert (r.status, r.headers["content-type"]) == (200, "font/woff2")
        assert r.body.startswith(b"wOF2")
    assert "font-src 'self';" in server.get("/").headers["content-security-policy"]


def test_the_brief_may_not_run_or_load_anything(server: Server) -> None:
    r = server.get("/brief?home=us-2024&away=gb-2024&as_of=2024-08-18")
    assert r.headers["content-security-policy"].startswith("default-src 'none'")
    assert "script" not in r.headers["content-security-policy"]
    assert "<script" not in r.text
