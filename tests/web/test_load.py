"""Many readers at once: no error, and no growth. The full minute is in benchmarks/web_load.py."""

from __future__ import annotations

import threading
import time
from collections import Counter

from tests.web.served import Server

QUERY = "home=us-2024&away=gb-2024&as_of=2024-08-18"
PATHS = ("/", f"/compare?{QUERY}", f"/compare.json?{QUERY}", f"/finding?{QUERY}&n=1", "/upload")


def test_fifty_readers_at_once(server: Server) -> None:
    for path in PATHS:
        assert server.get(path).status == 200
    statuses: Counter[int] = Counter()
    end = time.monotonic() + 4
    lock = threading.Lock()

    def read(i: int) -> None:
        n = i
        while time.monotonic() < end:
            status = server.get(PATHS[n % len(PATHS)]).status
            with lock:
                statuses[status] += 1
            n += 1

    readers = [threading.Thread(target=read, args=(i,)) for i in range(50)]
    for r in readers:
        r.start()
    for r in readers:
        r.join()
    assert set(statuses) == {200}
    assert statuses[200] >= 50
    assert len(server.library.pages) <= server.library.pages.most


def test_the_same_page_is_computed_once_for_all(fresh: Server) -> None:
    made = []
    whole = fresh.library._analyse

    def counted(*args: object) -> object:
        made.append(args)
        return whole(*args)  # type: ignore[arg-type]

    fresh.library._analyse = counted  # type: ignore[method-assign, assignment]
    out = []

    def read() -> None:
        out.append(fresh.get("/race/us-2024?as_of=2024-08-11").body)

    readers = [threading.Thread(target=read) for _ in range(8)]
    for r in readers:
        r.start()
    for r in readers:
        r.join()
    assert len(set(out)) == 1
    assert len(made) == 1
