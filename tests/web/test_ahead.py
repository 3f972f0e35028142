"""The slider's next days: made ahead by another process, the same as when made on the spot."""

from __future__ import annotations

import hashlib
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparenotes.web.ahead import NEAR, Job, make, outward
from comparenotes.web.library import Library
from comparenotes.web.settings import Settings
from comparenotes.web.store import Store
from tests.web.reading import strangers
from tests.web.served import serving

DAY = "2026-08-20"
RACE = "/race/my-vote?as_of="


def wait_for(what: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.05)
    raise AssertionError("never true")


@given(st.integers(0, 30), st.integers(0, 40), st.integers(0, 40))
def test_days_go_outward(n: int, here: int, reach: int) -> None:
    days = [f"{i:02}" for i in range(n)]
    found = outward(days, here, reach)
    assert len(set(found)) == len(found)
    away = [abs(int(d) - here) for d in found]
    assert away == sorted(away)
    assert set(found) == {d for d in days if 0 < abs(int(d) - here) <= reach}


def test_the_way_the_reader_moves_comes_first() -> None:
    days = [str(i) for i in range(20)]
    back = outward(days, 10, 6, -1)
    assert back[:NEAR] == ["9", "8", "7", "6"]
    assert sorted(back, key=int) == [str(i) for i in range(4, 17) if i != 10]
    assert outward(days, 10, 6, 1)[:NEAR] == ["11", "12", "13", "14"]


def test_the_store_gives_back_what_it_took(tmp_path: Path) -> None:
    store = Store(tmp_path)
    key = ("findings", ("a", (("polls.csv", 1, 2),)), date(2026, 8, 20))
    assert store.get(key) is None
    assert not store.has(key)
    store.put(key, {"x": [1, date(2026, 1, 1)]})
    assert store.get(("findings", ("a", (("polls.csv", 1, 2),)), date(2026, 8, 20))) == {
        "x": [1, date(2026, 1, 1)]
    }
    assert store.get(("findings", ("a", (("polls.csv", 1, 3),)), date(2026, 8, 20))) is None


def test_the_store_is_bounded_and_forgets_the_oldest(tmp_path: Path) -> None:
    store = Store(tmp_path, most=2_500)
    for i in range(6):
        store.put(i, hashlib.shake_256(bytes([i])).digest(1_000))  # does not compress
        time.sleep(0.02)
    sizes = [p.stat().st_size for p in tmp_path.iterdir()]
    assert sum(sizes) <= 2_500
    assert not store.has(0)
    assert store.has(5)


class _Trap:
    """What runs code of its own when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (self.mark,)  # type: ignore[return-value]


def test_a_file_of_anothers_making_is_never_read(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    folder = tmp_path / "store"
    folder.mkdir()
    ours, other = Store(folder), Store(folder)  # each with a secret of its own
    other.put("day", _Trap(mark))
    assert ours.has("day")
    assert ours.get("day") is None
    assert not mark.exists()
    ours.put("day", 1)
    ours.put("next day", 2)
    there, here = ours._path("next day"), ours._path("day")
    here.write_bytes(there.read_bytes())  # a file moved to another key's place
    assert ours.get("day") is None
    assert ours.get("next day") == 2
    other.put("next day", 3)
    assert other.get("next day") == 3


def test_the_store_is_the_users_own() -> None:
    store = Store.fresh()
    try:
        assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    finally:
        store.remove()
    assert not store.folder.exists()


def test_a_day_not_made_is_answered_at_once_with_what_is_known(
    tmp_path: Path, own_folder: Path
) -> None:
    with serving(tmp_path, own_folder) as s:
        address = "/compare?home=my-vote&away=us-2024&as_of=2026-08-13"
        first = s.get(f"{address}&step=1")
        assert first.status == 202
        assert "What was known on that day" in first.text
        assert "What to take home" not in first.text
        facts = s.get("/facts.json?home=my-vote&away=us-2024&as_of=2026-08-13").json()
        assert strangers(first.text, facts) == []
        # Asked again, the whole comes; and then the first answer is the whole.
        whole = s.get(f"{address}&step=2")
        assert whole.status == 200
        assert "What to take home" in whole.text
        assert s.get(f"{address}&step=1").body == whole.body == s.get(address).body


def test_the_facts_know_nothing_later(tmp_path: Path, own_folder: Path) -> None:
    with serving(tmp_path, own_folder) as s:
        polls = [
            s.get(f"/facts.json?home=gb-next&as_of={d}").json()["facts"]["gb-next"]["polls"]
            for d in ("2024-07-05", "2025-08-20", "2026-08-20")
        ]
        assert polls[0] == 0 < polls[1] < polls[2]
        assert "No poll of" in s.get("/facts?home=gb-next&as_of=2024-07-05").text


def test_days_beside_are_made_ahead_and_are_the_same(tmp_path: Path, own_folder: Path) -> None:
    with serving(tmp_path / "a", own_folder) as s:
        slider = s.get(f"/race/my-vote.json?as_of={DAY}").json()["slider"]
        assert s.get(RACE + DAY).status == 200
        known = s.library.known("my-vote")
        made = s.library._analyse
        calls: list[object] = []

        def counted(*args: object) -> object:
            calls.append(args)
            return made(*args)  # type: ignore[arg-type]

        s.library._analyse = counted  # type: ignore[method-assign, assignment]
        days = outward(slider["days"], slider["index"], NEAR)
        assert days
        for day in days:
            key = ("race", known.stamp, date.fromisoformat(day), None)
            wait_for(lambda key=key: s.library.ready(key))  # type: ignore[misc]
        pages = {day: s.get(f"{RACE}{day}&step=1") for day in days}
        assert {p.status for p in pages.values()} == {200}
        assert calls == []  # the server itself computed none of them
        folder = s.library._store.folder  # type: ignore[union-attr]
        assert any(folder.iterdir())
    assert not folder.exists()
    with serving(tmp_path / "b", own_folder) as s:
        for day, p in pages.items():
            assert s.get(f"{RACE}{day}").body == p.body


def test_a_note_makes_the_page_made_ahead_stale(tmp_path: Path, own_folder: Path) -> None:
    store = Store(tmp_path / "store")
    store.folder.mkdir()
    settings = Settings(workspace=tmp_path / "w", folders=(own_folder,))
    make(Library(settings, store=store, keeps=True), Job("race", ("us-2012",), "2012-06-01"))
    server = Library(settings, store=store)
    key = ("race", server.known("us-2012").stamp, date(2012, 6, 1), None)
    assert server.ready(key)
    path = server.notes_path("us-2012")
    path.parent.mkdir(parents=True)
    path.write_text("date,author,text\n2012-05-01,A,seen\n", encoding="utf-8")
    key = ("race", server.known("us-2012").stamp, date(2012, 6, 1), None)
    assert not server.ready(key)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the process in /proc")
def test_a_killed_server_leaves_no_process_and_no_files(tmp_path: Path, own_folder: Path) -> None:
    import http.client

    command = [sys.executable, "-m", "comparenotes.cli.main", "serve", "--port", "0"]
    environment = {"TMPDIR": str(tmp_path / "tmp"), "PATH": "", "HOME": str(tmp_path)}
    (tmp_path / "tmp").mkdir()
    process = subprocess.Popen(
        [*command, "--workspace", str(tmp_path / "w"), str(own_folder)],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert process.stderr is not None
        port = int(re.search(r":(\d+)/", process.stderr.readline())[1])  # type: ignore[index]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", RACE + DAY)
        assert connection.getresponse().status == 200
        connection.close()

        def stores() -> list[Path]:
            return list((tmp_path / "tmp").glob("comparenotes-*"))

        wait_for(lambda: any(any(p.iterdir()) for p in stores()))
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        wait_for(lambda: not stores())
    finally:
        process.kill()
        process.wait(20)
        assert process.stderr is not None
        process.stderr.close()
