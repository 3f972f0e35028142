"""``python -m benchmarks.run``: how long, how much memory, and how both grow.

Whole processes are timed from start to end with their peak memory; the best of
``TRIES`` counts, for what else the machine does only ever adds. The first run is the
one after set-up, with an empty cache of compiled code. Fits are timed in one
process, compiled and NumPy beside each other, and so are one joint fit of the states
with its draws and an analysis at a new day, as a reader of the page asks for it. The
whole backtest is one run on two processes (``--no-backtest`` leaves it out, and what an
earlier run measured is kept). The scaling table grows one of days
and polls at a time on invented polls of ten firms and eight contenders. Seconds are
wall-clock for processes and CPU for fits. A promise is about wall-clock; on a machine
that has more to do than it has cores, what the others take is not the program's, and
its CPU seconds are held to the promise instead (the page then says so). How many cores
other programs kept busy during the run is written down with it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.idle import Watch, wait_until_idle
from benchmarks.joint import say, timed_joint, timed_pages
from benchmarks.machine import described, judged_by, read, save

TRIES = 5
AS_OF = "2026-08-20"
DAY = date(2026, 8, 20)

RUNS: tuple[tuple[str, str, float, str], ...] = (
    ("cn --help", "again", 0.3, "under 0.3 s"),
    (f"cn race gb-next --as-of {AS_OF}", "again", 2.0, "under 2 s"),
    (f"cn compare gb-next us-2024 --as-of {AS_OF}", "again", 4.0, "under 4 s"),
    (f"cn race gb-next --as-of {AS_OF}", "first", 5.0, "under 5 s, first run"),
    (f"cn compare gb-next us-2024 --as-of {AS_OF}", "first", 5.0, "under 5 s, first run"),
    ("cn backtest race --campaign gb-2017 --days 30", "first", 5.0, "under 5 s, compiles"),
    (f"cn race gb-next --as-of {AS_OF}", "without numba", 5.0, "under 5 s, nothing compiled"),
    (f"cn race gb-next --as-of {AS_OF}", "two threads", 60.0, "none: for comparison"),
)
MEMORY_MB = 600
BACKTEST_DAYS = (0, 30, 60, 90)
BACKTEST_LIMIT, BACKTEST_WORKERS, BACKTEST_LEAST = 120.0, 2, 100
"""Seconds promised for the whole backtest, on how many processes, of how many elections."""

NO_NUMBA = "import sys; sys.modules['numba'] = None"
MAIN = "from comparenotes.cli.main import main; main()"


def process(command: str, how: str, folder: Path) -> tuple[float, float, float]:
    """Run ``command`` and return wall seconds, CPU seconds and peak memory (MB)."""
    words = command.split()[1:]
    code = f"{NO_NUMBA}; {MAIN}" if how == "without numba" else MAIN
    env = dict(os.environ)
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        env.pop(name, None)  # the program sets them itself
        if how == "two threads":
            env[name] = "2"
    if how == "first":
        env["NUMBA_CACHE_DIR"] = tempfile.mkdtemp(dir=folder)
    begin = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=subprocess.DEVNULL, env=env
    )
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begin
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{command} failed")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def timed_runs() -> list[dict[str, Any]]:
    """Return one row a run of the program."""
    rows = []
    for command, how, limit, promise in RUNS:
        with tempfile.TemporaryDirectory() as folder:
            if how != "first":
                process(command, how, Path(folder))
            tried = [process(command, how, Path(folder)) for _ in range(TRIES)]
        wall, cpu, memory = (min(t[i] for t in tried) for i in range(3))
        rows.append(
            {
                "what": command if how == "again" else f"{command} ({how})",
                "wall": round(wall, 3),
                "cpu": round(cpu, 3),
                "memory_mb": round(memory),
                "limit_s": limit,
                "limit": f"{promise}, {MEMORY_MB} MB",
            }
        )
        say(rows[-1])
    return rows


def seconds(function: Callable[[], object], tries: int = TRIES) -> float:
    """Return the least CPU seconds of ``tries`` calls after one that does not count."""
    function()
    best = float("inf")
    for _ in range(tries):
        begin = time.process_time()
        function()
        best = min(best, time.process_time() - begin)
    return best


def timed_fits() -> list[dict[str, Any]]:
    """Return one row a bundled campaign: CPU seconds a fit, compiled and NumPy."""
    from comparenotes.campaigns.load import load
    from comparenotes.race.constants import constants_for
    from comparenotes.race.model import fit
    from comparenotes.race.prepare import prepare

    rows = []
    for name in ("gb-next", "gb-2019", "us-2024", "de-2017"):
        whole = load(name)
        day = min(DAY, whole.eve())
        prepared = prepare(whole.known_at(day))
        learned = constants_for(day, system=whole.system, country=whole.country)
        row: dict[str, Any] = {
            "campaign": name,
            "polls": len(prepared.polls),
            "contenders": len(prepared.contenders),
            "days": fit(prepared, learned, last_day=day).problem.days,
        }
        for engine in ("numba", "numpy"):
            solve = partial(fit, prepared, learned, last_day=day, engine=engine)
            row[engine] = round(seconds(solve), 4)
        rows.append(row)
        say(row)
    return rows


def timed_scaling() -> list[dict[str, Any]]:
    """Return one row a size: CPU seconds of a compiled fit as days, then polls, grow."""
    from comparenotes.campaigns.load import load
    from comparenotes.race.constants import constants_for
    from comparenotes.race.model import fit
    from comparenotes.race.prepare import prepare

    base = prepare(load("gb-next").known_at(DAY))
    learned = constants_for(DAY, system="fptp", country="GB")
    rng = np.random.default_rng(1)

    def invented(days: int, polls: int) -> Any:
        rows = []
        for i in range(polls):
            middle = DAY - timedelta(days=int(i * days / polls))
            like = base.polls[-1]
            noise = np.exp(rng.normal(0.0, 0.05, len(like.shares)))
            shares = like.shares * noise
            rows.append(
                replace(
                    like,
                    start=middle,
                    end=middle,
                    pollster=f"firm {i % 10}",
                    shares=shares / shares.sum(),
                    mode=None,
                    population=None,
                    question=None,
                )
            )
        return replace(base, polls=tuple(reversed(rows)))

    rows = []
    for what, sizes in (
        ("days", [(250, 250), (500, 250), (1000, 250), (2000, 250)]),
        ("polls", [(500, 250), (500, 500), (500, 1000), (500, 2000)]),
    ):
        first = None
        for days, polls in sizes:
            prepared = invented(days, polls)
            taken = seconds(partial(fit, prepared, learned, last_day=DAY))
            first = first or taken
            rows.append(
                {
                    "what": what,
                    "days": days,
                    "polls": polls,
                    "seconds": round(taken, 4),
                    "ratio": round(taken / first, 3),
                }
            )
            say(rows[-1])
    return rows


def draw_scaling(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw seconds a fit against days and against polls, on linear axes from zero."""
    from comparenotes.document import chart as ch
    from comparenotes.render.picture import save

    top = 1.08 * max(r["seconds"] for r in rows)
    views, words = [], []
    for what in ("days", "polls"):
        part = [r for r in rows if r["what"] == what]
        fixed = "250 polls" if what == "days" else "500 days"
        most = 1.04 * max(r[what] for r in part)
        at = {
            "x": ch.number(what, (0, most), ch.axis(ch.WHOLE, 5, f"{what} ({fixed})")),
            "y": ch.number("seconds", (0, top), ch.axis("datum.value", 4, tickMinStep=0)),
        }
        views.append(ch.view(300, 90, [ch.layer("line", part, at, point=True, color="#0b5cad")]))
        words += [f"{r[what]:,} {what}: {r['seconds']} s" for r in part]
    body = {"vconcat": views, "spacing": 40, "bounds": "flush"}
    title = "CPU seconds a fit"
    chart = ch.chart("scaling", title, f"{title}. {'; '.join(words)}.", body, (30, 8, 8, 32), rows)
    save(ch.headed(chart, ""), path)


def timed_backtest() -> dict[str, Any]:
    """Return what the whole backtest takes: every bundled national election, four horizons.

    Raises
    ------
    SystemExit
        If fewer elections than promised were scored.
    """
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.parquet"
        days = ",".join(str(d) for d in BACKTEST_DAYS)
        command = f"cn backtest race --days {days} --workers {BACKTEST_WORKERS} --out {rows}"
        wall, cpu, memory = process(command, "again", Path(folder))
        from polars import read_parquet

        scored = read_parquet(rows, columns=["campaign"])["campaign"].n_unique()
    row = {
        "elections": scored,
        "days": list(BACKTEST_DAYS),
        "processes": BACKTEST_WORKERS,
        "wall": round(wall, 1),
        "cpu": round(cpu, 1),
        "memory_mb": round(memory),
        "limit_s": BACKTEST_LIMIT,
    }
    say(row)
    if scored < BACKTEST_LEAST:
        raise SystemExit(f"only {scored} elections were scored, not {BACKTEST_LEAST}")
    return row


def late(result: dict[str, Any], judged: str) -> list[str]:
    """Return what took longer or more memory than promised (``judged``: wall or cpu)."""
    out = [
        r["what"] for r in result["runs"] if r[judged] > r["limit_s"] or r["memory_mb"] > MEMORY_MB
    ]
    joint = "numba_wall" if judged == "wall" else "numba"
    slow = [r["campaign"] for r in result["joint"] if r[joint] > r["limit_s"]]
    out += [f"one joint fit of {name}" for name in slow]
    whole = result["backtest"]
    # on a busy machine the processes' CPU seconds, as if they had shared them evenly
    if whole and (whole["wall"] if judged == "wall" else whole["cpu"] / 2) > whole["limit_s"]:
        out.append("the whole backtest")
    return out


def main() -> None:
    """Measure, print, save, and say where a promise was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--busy", action="store_true", help="do not wait for an idle machine")
    parser.add_argument("--no-backtest", action="store_true", help="leave out the whole backtest")
    options = parser.parse_args()
    if not options.busy:
        wait_until_idle()
    with Watch() as watch:
        result: dict[str, Any] = {
            "runs": timed_runs(),
            "joint": timed_joint(),
            "pages": timed_pages(),
            "fits": timed_fits(),
            "scaling": timed_scaling(),
        }
        if options.no_backtest:
            result["backtest"] = (read("speed") or {}).get("backtest")
        else:
            result["backtest"] = timed_backtest()
    path = save("speed", {"others_busy": watch.busy, **result})
    draw_scaling(result["scaling"], Path(__file__).parents[1] / "docs" / "img" / "scaling.svg")
    print(f"wrote {path.name}")
    if missed := late(result, judged_by(described())):
        raise SystemExit(f"missed: {'; '.join(missed)}")


if __name__ == "__main__":
    # read by the linear algebra library when numpy does its first work
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    main()
