"""One joint fit of nation and regions with draws, and an analysis at a day not seen before."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

DRAWS = 10_000
TRIES = 5
LIMIT = 0.5
"""Seconds promised for one joint fit and ``DRAWS`` draws, warm."""

RACES = (
    ("us-2016", date(2016, 11, 7)),
    ("us-2020", date(2020, 11, 2)),
    ("us-2024", date(2024, 11, 4)),
)
PAGES = (("gb-next", date(2026, 8, 20)), ("us-2024", date(2024, 10, 1)))


def least(call: Callable[[], object], tries: int = TRIES) -> tuple[float, float]:
    """Return least wall and CPU seconds of ``tries`` calls after one that does not count."""
    call()
    wall, cpu = [], []
    for _ in range(tries):
        begin, used = time.perf_counter(), time.process_time()
        call()
        cpu.append(time.process_time() - used)
        wall.append(time.perf_counter() - begin)
    return min(wall), min(cpu)


def timed_joint() -> list[dict[str, Any]]:
    """Return one row a race: polls prepared, nation and regions fitted, election day drawn.

    Everything from the campaign in memory to the draws, on the eve of the vote, when
    there are most polls; nothing is kept from one call to the next.
    """
    from comparenotes.campaigns.load import load
    from comparenotes.race.constants import constants_for
    from comparenotes.race.model import fit
    from comparenotes.race.prepare import prepare
    from comparenotes.race.regions import RegionalFit, fit_regions
    from comparenotes.race.regions_draws import RegionalDraws, draw_regions

    rows = []
    for name, day in RACES:
        whole = load(name)

        def once(engine: str, whole: Any = whole, day: date = day) -> RegionalDraws:
            known = whole.known_at(day)
            learned = constants_for(day, system=whole.system, country=whole.country)
            nation = fit(prepare(known), learned, last_day=day, engine=engine, smooth=False)
            fitted = fit_regions(nation, engine=engine)
            assert isinstance(fitted, RegionalFit)
            return draw_regions(fitted, (whole.election_date - day).days, draws=DRAWS)

        fitted = once("auto").fit
        row: dict[str, Any] = {
            "campaign": name,
            "regions": len(fitted.prior.regions),
            "days": fitted.problem.days,
            "polls": len(fitted.problem.day),
            "draws": DRAWS,
            "limit_s": LIMIT,
        }
        for engine in ("numba", "numpy"):
            wall, cpu = least(partial(once, engine))
            row |= {engine: round(cpu, 3), f"{engine}_wall": round(wall, 3)}
        rows.append(row)
        say(row)
    return rows


def timed_pages() -> list[dict[str, Any]]:
    """Return one row a race: ``analyse`` at a day not asked for before, in a warm process."""
    from comparenotes.campaigns.load import load
    from comparenotes.race import analyse

    rows = []
    for name, day in PAGES:
        whole = load(name)
        days = (day - timedelta(days=i) for i in count())
        wall, cpu = least(lambda whole=whole, days=days: analyse(whole, next(days)))  # type: ignore[misc]
        rows.append({"campaign": name, "wall": round(wall, 3), "cpu": round(cpu, 3)})
        say(rows[-1])
    return rows


def say(row: dict[str, Any]) -> None:
    """Print a row."""
    print("  ".join(f"{k}={v}" for k, v in row.items()), flush=True)
