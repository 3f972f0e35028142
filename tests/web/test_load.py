"""Many readers at once: no error, and no growth.

The full minute of cached pages is in benchmarks/web_load.py, the five minutes of pages that
nobody asked for before in benchmarks/web_soak.py.
"""

from __future__ import annotations

import threading
import time
from collections import Counter

from benchmarks.web_soak import KINDS, soak

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


def test_eight_readers_of_pages_not_made_before(fresh: Server) -> None:
    found = soak(lambda address: fresh.get(address).status, seconds=3)
    assert found.failed == []
    assert {*KINDS, "style sheet", "first page"} <= set(found.took)
    assert found.statuses["200"] > 0.7 * found.requests
    assert max(found.took["style sheet"]) < 5  # others compute for longer than that
