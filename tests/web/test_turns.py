"""Requests that wait for one another: all are answered, and what needs no work waits for none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import comparenotes.campaigns.snapshot
import comparenotes.race
import comparenotes.web.library
import comparenotes.web.pages_compare
import comparenotes.web.pages_race
from comparenotes.web.server import THREADS
from comparenotes.web.turns import Turns
from tests.web.served import Answer, Server, serving


def at_once(*asked: Callable[[], Answer], apart: float = 0.0) -> list[threading.Thread]:
    threads = [threading.Thread(target=ask, daemon=True) for ask in asked]
    for t in threads:
        t.start()
        time.sleep(apart)
    return threads


def test_turns_go_in_the_order_asked_and_one_at_a_time() -> None:
    turns = Turns()
    order: list[int] = []
    inside: list[int] = []

    def take(i: int) -> None:
        with turns, turns:  # a thread may take it again
            inside.append(i)
            assert inside == [i]
            order.append(i)
            time.sleep(0.005)
            inside.clear()

    with turns:
        threads = []
        for i in range(12):
            threads.append(threading.Thread(target=take, args=(i,), daemon=True))
            threads[-1].start()
            end = time.monotonic() + 10
            while len(turns._waiting) <= i and time.monotonic() < end:
                time.sleep(0.001)
        assert order == []  # held: nobody else is inside
    for t in threads:
        t.join(10)
    assert order == list(range(12))


def test_a_turn_ends_with_the_error_that_ends_the_work() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns:
        print(1 / 0)
    taken = threading.Thread(target=turns.__enter__, daemon=True)
    taken.start()
    taken.join(10)
    assert not taken.is_alive()


def test_a_race_and_a_comparison_of_it_do_not_wait_for_each_other(
    fresh: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One page is being worked out; meanwhile a comparison with home X and the race of X come."""
    analyse = comparenotes.race.analyse

    def slowly(*args: object, **more: object) -> object:
        time.sleep(0.5)
        return analyse(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(comparenotes.race, "analyse", slowly)
    answers: list[int] = []

    def get(path: str) -> Callable[[], None]:
        return lambda: answers.append(fresh.get(path).status)

    day = "as_of=2026-01-01"
    for path in (f"/facts?home=nz-2017&away=us-2024&{day}", f"/facts?home=us-2012&{day}"):
        assert fresh.get(path).status == 200
    asked = (f"/race/us-2012?{day}", f"/compare?home=nz-2017&away=us-2024&{day}")
    threads = at_once(*(get(p) for p in (*asked, f"/race/nz-2017?{day}")), apart=0.15)  # type: ignore[arg-type]
    end = time.monotonic() + 60
    for t in threads:
        t.join(max(0.0, end - time.monotonic()))
    assert answers == [200, 200, 200]


def test_files_and_the_first_page_wait_for_no_computing(fresh: Server) -> None:
    assert fresh.get("/").status == 200
    done: list[int] = []

    def get(path: str) -> Callable[[], None]:
        return lambda: done.append(fresh.get(path).status)

    with fresh.library.pages._turns:  # somebody computes, for as long as this test likes
        days = [f"2024-08-{d:02}" for d in range(1, 10)]
        paths = [f"/record/us-2024?as_of={d}" for d in days]
        waiting = at_once(*(get(p) for p in paths), apart=0.02)  # type: ignore[arg-type]
        begun = time.monotonic()
        assert fresh.get("/").status == 200
        assert fresh.get("/?as_of=2026-08-19").status == 200  # not made before
        more = [f"/message/us-2012?as_of=2012-10-30&issue=a{i}" for i in range(THREADS)]
        waiting += at_once(*(get(p) for p in more), apart=0.01)  # type: ignore[arg-type]
        for name in ("page.css", "brief.css", "page.js", "icon.svg"):
            assert fresh.get(f"/static/{name}").status == 200
        assert time.monotonic() - begun < 20
        assert done == []
    for t in waiting:
        t.join(120)
    assert len(done) == len(waiting)


TODAY = date(2026, 8, 20)


def test_what_is_kept_of_one_day_is_not_shown_the_next(
    tmp_path: Path, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page for the same as-of day says something else tomorrow: how far its days reach."""
    modules = (
        comparenotes.campaigns.snapshot,
        comparenotes.web.library,
        comparenotes.web.pages_compare,
        comparenotes.web.pages_race,
    )

    def clock(day: date) -> None:
        for module in modules:
            monkeypatch.setattr(module, "today", lambda: day)

    asked = (
        "/race/my-vote.json?as_of=2026-08-10",
        "/compare.json?home=my-vote&away=us-2024&as_of=2026-08-10",
        "/finding.json?home=my-vote&away=us-2024&as_of=2026-08-10&n=1",
    )
    with serving(tmp_path, own_folder) as s:
        clock(TODAY)
        now = [s.get(path).json()["slider"]["days"][-1] for path in asked]
        assert max(now) <= "2026-08-20"
        clock(date(2026, 9, 3))
        later = [s.get(path).json()["slider"]["days"][-1] for path in asked]
        assert all("2026-08-27" < day <= "2026-09-03" for day in later)
        assert s.get("/index.json").json()["as_of"] == "2026-09-03"


DATED = (
    "/index.json?",
    "/race/my-vote.json?",
    "/record/my-vote.json?",
    "/facts.json?home=my-vote&",
    "/compare.json?home=my-vote&away=us-2024&",
    "/finding.json?home=my-vote&away=us-2024&n=1&",
    "/brief?home=my-vote&away=us-2024&",
    "/message/us-2012.json?",
    "/chart/my-vote/support.svg?",
)
"""The data of each page: its HTML names its own address, so it differs whatever it shows."""


@pytest.mark.parametrize("path", DATED)
def test_each_as_of_day_has_a_page_of_its_own(server: Server, path: str) -> None:
    days = ("2012-10-24", "2012-10-31") if "us-2012" in path else ("2026-05-12", "2026-08-19")
    first, second = (server.get(f"{path}as_of={d}") for d in days)
    assert first.status == second.status == 200
    assert first.body != second.body
    assert server.get(f"{path}as_of={days[0]}").body == first.body
    if "json" in path:
        assert days[0] in first.text
        assert days[1] in second.text
