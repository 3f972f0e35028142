"""Uvicorn around the application: one process, bounded, quiet."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from comparenotes.errors import CompareNotesError
from comparenotes.web.app import create_app
from comparenotes.web.library import start
from comparenotes.web.security import App, Receive, Scope, Send
from comparenotes.web.settings import Settings

if TYPE_CHECKING:
    import uvicorn

AT_ONCE = 200
"""Connections served at the same time; further ones are told to come back."""

THREADS = 32
"""Requests that have a thread; one of them computes, the rest wait for it or take milliseconds."""


class _FewThreads:
    """Bounds the threads that build pages: each costs memory, and there are few processors."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.bounded = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.bounded:
            from anyio.to_thread import current_default_thread_limiter

            current_default_thread_limiter().total_tokens = THREADS
            self.bounded = True
        await self.app(scope, receive, send)


def configured(app: App) -> uvicorn.Config:
    """Return how the server runs: bounded, without its own name in answers."""
    import uvicorn

    return uvicorn.Config(
        _FewThreads(app),
        log_level="error",
        access_log=False,
        server_header=False,
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=32 * 1024,
        ws="none",
        lifespan="off",
    )


def run(settings: Settings, told: Callable[[str], None]) -> None:
    """Serve until stopped; ``told`` gets the address once it listens."""
    import uvicorn

    library = start(settings)
    app = create_app(settings, library)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host.strip("[]"), settings.port))
        listener.listen(AT_ONCE)  # whoever reads the address below can connect at once
    except OSError as e:
        listener.close()
        raise CompareNotesError(
            f"cannot listen: {e.strerror or e}",
            where=f"{settings.host}:{settings.port}",
            hint="another server may be running; try --port 0",
        ) from None
    port = listener.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    query = f"?token={settings.token}" if settings.token else ""
    told(f"Compare Notes: http://{host}:{port}/{query}  (stop with Ctrl+C)")
    for why in library.broken().values():
        told(f"One campaign cannot be shown. {why}")
    try:
        uvicorn.Server(configured(app)).run(sockets=[listener])
    finally:
        library.close()
