"""One ASGI middleware: who may ask, from where, how much, and what a page may do.

It stands before every route. Host names are checked against rebinding of a
foreign name to this machine, writes against other sites' pages (Origin and
Sec-Fetch-Site), bodies against their size; every answer gets a policy under which
no inline script or style runs and nothing is loaded from elsewhere.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from comparenotes.web.settings import MAX_FORM, MAX_UPLOAD, Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE = "cn_token"
MAX_QUERY = 4_096
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
BRIEF_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For the brief, which is one file with its own style: nothing in it runs or loads."""
HEADERS = {
    "x-content-type-options": "nosniff",
    # Under no-referrer a browser would send "Origin: null" with this server's own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Refused(Exception):  # noqa: N818 - not a fault of the program
    """A request that is turned away: status and one line."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        self.why = why
        super().__init__(why)


class Guard:
    """Checks every request before the application sees it, and dresses every answer."""

    def __init__(self, app: App, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.hosts = settings.allowed_hosts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no web sockets here
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        hosts = [v for k, v in scope["headers"] if k.lower() == b"host"]
        dressed = _Dressed(send, self._cookie(scope))
        try:
            self._check(scope, headers, len(hosts))
            limit = MAX_UPLOAD if scope["path"] == "/upload" else MAX_FORM
            length = headers.get("content-length", "0")
            if not length.isdigit() or int(length) > limit:
                raise Refused(413, f"The limit is {limit // 1024:,} kB.")
            await self.app(scope, _counted(receive, limit), dressed)
        except Refused as refused:
            if not dressed.started:
                await _plain(dressed, refused.status, refused.why)

    def _check(self, scope: Scope, headers: dict[str, str], hosts: int) -> None:
        if hosts != 1 or _host_name(headers.get("host", "")) not in self.hosts:
            raise Refused(421, "This server does not answer to that name.")
        if len(scope.get("query_string", b"")) > MAX_QUERY:
            raise Refused(414, "The address is too long.")
        if self.settings.token and not self._known(scope, headers):
            raise Refused(401, "Open the address with ?token=... that cn serve printed.")
        if scope["method"] not in SAFE_METHODS:
            self._same_origin(headers)
        elif headers.get("sec-fetch-site") == "cross-site" and (
            headers.get("sec-fetch-mode") not in (None, "navigate")
        ):
            raise Refused(403, "Other sites may not read this page.")

    def _same_origin(self, headers: dict[str, str]) -> None:
        """Refuse a write that does not come from a page of this server."""
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise Refused(403, "A form of another site may not write here.")
        origin = headers.get("origin") or headers.get("referer")
        if origin is None:
            raise Refused(403, "A write must say where it comes from.")
        try:
            parts = urlsplit(origin)
            named = parts.netloc.lower()
        except ValueError:
            named = ""
        if not named or parts.scheme not in ("http", "https"):
            raise Refused(403, "A form of another site may not write here.")
        if named != headers.get("host", "").lower():
            raise Refused(403, "A form of another site may not write here.")

    def _known(self, scope: Scope, headers: dict[str, str]) -> bool:
        given = [self._asked(scope)]
        given.append(headers.get("authorization", "").removeprefix("Bearer "))
        try:
            jar = SimpleCookie(headers.get("cookie", ""))
            given.append(jar[COOKIE].value if COOKIE in jar else "")
        except CookieError:
            pass
        token = (self.settings.token or "").encode()
        return any(hmac.compare_digest(g.encode("utf-8", "replace"), token) for g in given if g)

    @staticmethod
    def _asked(scope: Scope) -> str:
        query = parse_qs(scope.get("query_string", b"").decode("latin-1")[:MAX_QUERY])
        return next(iter(query.get("token", [])), "")

    def _cookie(self, scope: Scope) -> str | None:
        """Return the cookie to set where the token came in the address and is right."""
        token = self.settings.token
        if not token or not hmac.compare_digest(
            self._asked(scope).encode("utf-8", "replace"), token.encode()
        ):
            return None
        return f"{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/"


def _host_name(host: str) -> str:
    """Return a Host header without its port, in lower case."""
    text = host.strip().lower()
    if text.startswith("["):
        return text.partition("]")[0] + "]"
    return text.partition(":")[0]


def _counted(receive: Receive, limit: int) -> Receive:
    """Return ``receive`` that refuses a body over ``limit``, whatever its header said."""
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > limit:
            raise Refused(413, f"The limit is {limit // 1024:,} kB.")
        return message

    return counted


class _Dressed:
    """Adds the security headers to an answer."""

    def __init__(self, send: Send, cookie: str | None) -> None:
        self.send = send
        self.cookie = cookie
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            given = {k.lower() for k, _ in message["headers"]}
            added = dict(HEADERS)
            if b"content-security-policy" not in given:
                added["content-security-policy"] = POLICY
            if b"cache-control" not in given:
                added["cache-control"] = "no-store"
            if self.cookie:
                added["set-cookie"] = self.cookie
            message["headers"] = [
                *message["headers"],
                *((k.encode(), v.encode("latin-1", "replace")) for k, v in added.items()),
            ]
        await self.send(message)


async def _plain(send: _Dressed, status: int, why: str) -> None:
    body = f"{why}\n".encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
