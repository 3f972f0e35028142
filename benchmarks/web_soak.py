"""``python -m benchmarks.web_soak [SECONDS]``: eight readers of pages that nobody asked for before.

Every address is a new one, so each page is computed: races, comparisons, findings, records
and messages of many campaigns on many days, and between them the first page and the style
sheet, which compute nothing. Starts a server of its own on a free port (five minutes unless
told otherwise) and prints requests, errors, how long answers took by kind of page, and the
server's memory through the run. A request fails that is not answered within two minutes, or
with a status of 500 or more; 404 and 422 are answers too (no texts, no polls yet by then).
Exits with 1 where one failed.
"""

from __future__ import annotations

import itertools
import platform
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from benchmarks.web_load import ask, memory

CLIENTS = 8
SECONDS = 300.0
HOMES = {
    "us-2024": date(2024, 11, 5),
    "us-2012": date(2012, 11, 6),
    "gb-2024": date(2024, 7, 4),
    "gb-2019": date(2019, 12, 12),
    "gb-2015": date(2015, 5, 7),
    "nz-2017": date(2017, 9, 23),
    "nz-2023": date(2023, 10, 14),
    "au-2019": date(2019, 5, 18),
    "se-2018": date(2018, 9, 9),
    "de-2021": date(2021, 9, 26),
    "dk-2019": date(2019, 6, 5),
}
AWAYS = ("us-2008", "gb-2010", "nz-2014", "se-2014", "us-2016", "gb-2005", "de-2013")
KINDS = ("race", "compare", "record", "message", "finding")


@dataclass
class Soaked:
    """What became of the requests: the seconds each took by kind, and their statuses."""

    took: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """Return how many were made."""
        return sum(map(len, self.took.values()))

    def lines(self) -> list[str]:
        """Return the figures, a line each."""
        out = [f"{self.requests:,} requests: {dict(self.statuses)}, {len(self.failed)} failed"]
        for kind, seconds in sorted(self.took.items()):
            s = sorted(seconds)
            p95 = s[min(len(s) - 1, len(s) * 95 // 100)]
            out.append(
                f"{kind:<11} {len(s):>6,}: half within {s[len(s) // 2]:.2f} s, "
                f"95% within {p95:.2f} s, the longest {s[-1]:.2f} s"
            )
        return out + self.failed[:20]


def addresses(seed: int) -> Iterator[tuple[str, str]]:
    """Return kind and address for ever, none twice: each client has a seed of its own."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    homes, before = list(HOMES), range(seed, 365, CLIENTS)
    for i in itertools.count():
        kind = KINDS[(i + seed) % len(KINDS)]
        home, back = chance.choice(homes), chance.choice(before)
        # once all days are used up the issues asked for keep addresses apart
        day = HOMES[home] - timedelta(days=back)
        if kind in ("compare", "finding"):
            n = f"&n={chance.randint(1, 3)}" if kind == "finding" else ""
            yield kind, f"/{kind}?home={home}&away={chance.choice(AWAYS)}&as_of={day}{n}"
        elif kind == "message":
            yield kind, f"/message/us-2012?as_of=2012-10-{20 + i % 12}&issue=jobs{i}x{seed}"
        else:
            yield kind, f"/{kind}/{home}?as_of={day}"
        if i % 3 == 0:
            yield "style sheet", "/static/page.css"
            yield "first page", "/"


def soak(get: Callable[[str], int], seconds: float, clients: int = CLIENTS) -> Soaked:
    """Let ``clients`` ask for ``seconds``; each ends the request it is in.

    ``get`` returns the status of an address, or raises OSError.
    """
    found, lock, end = Soaked(), threading.Lock(), time.monotonic() + seconds

    def read(seed: int) -> None:
        for kind, address in addresses(seed):
            if time.monotonic() >= end:
                return
            begun = time.perf_counter()
            try:
                status = get(address)
                told, bad = str(status), status >= 500
            except OSError as e:
                told, bad = type(e).__name__, True
            took = time.perf_counter() - begun
            with lock:
                found.took.setdefault(kind, []).append(took)
                found.statuses[told] += 1
                if bad:
                    found.failed.append(f"{told} after {took:.1f} s: {address}")

    readers = [threading.Thread(target=read, args=(i,), daemon=True) for i in range(clients)]
    for r in readers:
        r.start()
    for r in readers:
        r.join(seconds + 300)
    found.failed += [
        f"client {i} was never answered" for i, r in enumerate(readers) if r.is_alive()
    ]
    return found


def main() -> None:
    """Run the soak and print the figures."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory() as workspace:
        command = [sys.executable, "-m", "comparenotes.cli.main", "serve", "--port", "0"]
        server = subprocess.Popen(
            [*command, "--workspace", workspace], stderr=subprocess.PIPE, text=True
        )
        try:
            assert server.stderr is not None
            port = int(server.stderr.readline().partition("127.0.0.1:")[2].partition("/")[0])
            used, stop = [memory(server.pid)], threading.Event()

            def watch() -> None:
                while not stop.wait(seconds / 5):
                    used.append(memory(server.pid))

            threading.Thread(target=watch, daemon=True).start()
            found = soak(lambda address: ask(port, address), seconds)
            stop.set()
            used.append(memory(server.pid))
        finally:
            server.terminate()
            server.wait(20)
    print(
        f"{platform.machine()}, Python {platform.python_version()}, "
        f"{CLIENTS} readers, {seconds:.0f} s"
    )
    print("\n".join(found.lines()))
    print(f"memory through the run, MB: {', '.join(f'{x:.0f}' for x in used)}")
    sys.exit(1 if found.failed else 0)


if __name__ == "__main__":
    main()
