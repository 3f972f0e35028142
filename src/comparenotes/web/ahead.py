"""The slider's next days, made by a second process before the reader asks for them.

The server tells the process which days are likely next; the process makes them one
after another, at low priority, into the :class:`~comparenotes.web.store.Store` both
share. It answers nothing and holds nothing up: a day that is not there yet is made
by the server itself. What was asked for last comes first, the rest is forgotten.
The process ends, and the store goes, when the server does, however it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comparenotes.web.settings import Settings
from comparenotes.web.store import Store

if TYPE_CHECKING:
    from comparenotes.web.library import Library

NEAR, FAR = 4, 26
"""Days made to either side for someone who reads, and for someone who moves the slider."""


@dataclass(frozen=True)
class Moved:
    """How far around the day shown days are wanted, and which way the reader moves."""

    reach: int = NEAR
    towards: int = 0

    def days(self, slider: Mapping[str, Any]) -> list[str]:
        """Return the days of a page's slider that may be asked for next, likeliest first."""
        return outward(slider["days"], slider["index"], self.reach, self.towards)


@dataclass(frozen=True)
class Job:
    """One page on one day: ``findings`` of home and away, or ``race`` of one campaign."""

    page: str
    campaigns: tuple[str, ...]
    day: str
    event: str | None = None


def outward(days: Sequence[str], here: int, reach: int, towards: int = 0) -> list[str]:
    """Return the days around ``here``, nearest first.

    ``towards`` is where the reader moves: 1 later, -1 earlier, 0 not known. The next
    :data:`NEAR` days that way come first of all.
    """
    ahead = [here + k * towards for k in range(1, min(NEAR, reach) + 1)] if towards else []
    both = [here + k * sign for k in range(1, reach + 1) for sign in (1, -1)]
    order = dict.fromkeys((*ahead, *both))
    return [days[i] for i in order if 0 <= i < len(days)]


class Ahead:
    """The server's side: starts the process when it is first wanted, and talks to it."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._process: subprocess.Popen[str] | None = None
        self._wanted: str | None = None
        self._changed = threading.Condition()
        self._closed = False

    def want(self, jobs: Iterable[Job]) -> None:
        """Have ``jobs`` made in this order; what was wanted before and is not begun is dropped.

        Returns at once: a thread tells the process, and only the latest wish.
        """
        line = json.dumps([asdict(j) for j in jobs])
        with self._changed:
            if self._closed:
                return
            if self._process is None:
                self._process = self._start()
                threading.Thread(target=self._tell, args=(self._process,), daemon=True).start()
            self._wanted = line
            self._changed.notify()

    def _tell(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None  # noqa: S101 - started with a pipe
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted is not None or self._closed)
                line, self._wanted = self._wanted, None
                if self._closed or line is None:
                    return
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(line + "\n")
                process.stdin.flush()

    def _start(self) -> subprocess.Popen[str]:
        told = {
            "workspace": str(self._settings.workspace),
            "folders": [str(f) for f in self._settings.folders],
            "texts": [[name, str(path)] for name, path in self._settings.texts],
            "store": str(self._store.folder),
        }
        process = subprocess.Popen(  # noqa: S603 - this interpreter, this package
            [sys.executable, "-m", "comparenotes.web.ahead", json.dumps(told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdin is not None  # noqa: S101 - started with a pipe
        # through the pipe: a command line can be read by other users of the machine
        process.stdin.write(self._store.secret.hex() + "\n")
        process.stdin.flush()
        return process

    def close(self) -> None:
        """End the process."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(10)
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()


# ------------------------------------------------------------------ the process's side


class _Queue:
    """What is to be made; a new list takes the old one's place."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._there = threading.Condition()

    def replace(self, jobs: Iterable[Job]) -> None:
        with self._there:
            self._jobs = deque(jobs)
            self._there.notify()

    def next(self) -> Job:
        with self._there:
            self._there.wait_for(lambda: self._jobs)
            return self._jobs.popleft()


def make(library: Library, job: Job) -> None:
    """Make one page; the library keeps it in its store."""
    from comparenotes.web import pages_compare, pages_race
    from comparenotes.web.forms import Asked

    day = date.fromisoformat(job.day)
    if job.page == "findings":
        pages_compare.findings_of(library, Asked(job.campaigns[0], job.campaigns[1:], day))
    else:
        event = date.fromisoformat(job.event) if job.event else None
        pages_race.race_of(library, library.known(job.campaigns[0]), day, event)


def _listen(queue: _Queue, store: Store) -> None:
    for line in sys.stdin:
        queue.replace(Job(**{**x, "campaigns": tuple(x["campaigns"])}) for x in json.loads(line))
    store.remove()  # the server is gone
    os._exit(0)


def main(told: str) -> None:
    """Make pages until the server is gone."""
    values: dict[str, Any] = json.loads(told)
    store = Store(Path(values["store"]), secret=bytes.fromhex(sys.stdin.readline().strip()))
    queue = _Queue()
    threading.Thread(target=_listen, args=(queue, store), daemon=True).start()
    with contextlib.suppress(AttributeError, OSError):  # not on Windows
        os.nice(10)
    from comparenotes.web.library import Library

    settings = Settings(
        Path(values["workspace"]),
        tuple(Path(f) for f in values["folders"]),
        texts=tuple((name, Path(path)) for name, path in values["texts"]),
    )
    library = Library(settings, store=store, keeps=True)
    while True:
        # A guess must never end the process; whoever asks for the page is told what is wrong.
        with contextlib.suppress(Exception):
            make(library, queue.next())


if __name__ == "__main__":
    main(sys.argv[1])
