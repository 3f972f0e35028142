"""A real server on a free loopback port, in a thread, and a client that sends what it is told."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn

from comparenotes.web.app import create_app
from comparenotes.web.library import Library
from comparenotes.web.server import configured
from comparenotes.web.settings import Settings


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    port: int
    library: Library
    settings: Settings

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Answer(
                answer.status,
                {k.lower(): v for k, v in answer.getheaders()},
                answer.read(),
            )
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask(path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(
        self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer:
        return self.ask(
            path,
            "POST",
            {"origin": self.origin, "content-type": "application/x-www-form-urlencoded"}
            | dict(headers or {}),
            urlencode(fields).encode(),
        )

    def upload(self, name: str, data: bytes, fields: Mapping[str, str] | None = None) -> Answer:
        mark = "xxboundaryxx"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
            for k, v in (fields or {}).items()
        ]
        parts.append(
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n".encode()
            + data
            + f"\r\n--{mark}--\r\n".encode()
        )
        headers = {
            "origin": self.origin,
            "content-type": f"multipart/form-data; boundary={mark}",
        }
        return self.ask("/upload", "POST", headers, b"".join(parts))


@contextmanager
def serving(
    workspace: Path,
    *folders: Path,
    token: str | None = None,
    texts: tuple[tuple[str, Path], ...] = (),
) -> Iterator[Server]:
    settings = Settings(workspace=workspace, folders=folders, token=token, texts=texts)
    library = Library(settings)
    app = create_app(settings, library)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(configured(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    assert server.started
    try:
        yield Server(listener.getsockname()[1], library, settings)
    finally:
        server.should_exit = True
        thread.join(20)
        library.close()
        listener.close()
