"""A lock that threads take in the order they came, and may take again while they hold it."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """One thread at a time, first come, first served.

    All computing of a server stands behind one of these. With a lock for every key and
    another for the work, two requests could each hold what the other waits for; with one
    lock none can. It is fair, so that under load no request waits for ever.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, threading.Lock]] = deque()
        self._owner: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        """Wait for the turn of this thread."""
        me = threading.get_ident()
        if self._owner == me:  # only this thread itself can set or unset this
            self._depth += 1
            return
        with self._lock:
            if self._owner is None:
                self._owner, self._depth = me, 1
                return
            called = threading.Lock()
            called.acquire()
            self._waiting.append((me, called))
        called.acquire()  # handed over by the one before, with everything set

    def __exit__(self, *_: object) -> None:
        """Hand the turn to whoever has waited longest."""
        self._depth -= 1
        if self._depth:
            return
        with self._lock:
            self._owner = None
            if self._waiting:
                self._owner, called = self._waiting.popleft()
                self._depth = 1
                called.release()
