"""``python -m benchmarks.oracle``: the exact solution against NumPyro, same model, one run.

Needs the extra ``oracle``. Everything is CPU seconds of this process with all its
threads (``time.process_time``), one thread for linear algebra and one for XLA; wall
time on a shared machine says little. Each case prints what both sides cost, with and
without compiling (the exact side's with an empty cache of compiled code, in a process
of its own), effective sample sizes, the differences of posterior means in percentage
points, and the ratios; a table of all cases and a verdict close the run.

All cases are measured in one run, which waits for an idle machine first and notes with
every case how many cores other programs kept busy meanwhile. Only such a whole run is
written to ``results/oracle.json``; some cases alone, or a run on a busy machine
(``--busy``), are printed.

Cases: ``us`` all days of 51 states in 2016 with national polls, constants fixed;
``us-persistence`` the same with a drifting shared error whose half-life is integrated;
``gb`` a national race of seven parties and more; ``gb-multinomial`` the same with the
multinomial likelihood kept, which shows the error of the Laplace step, with a party that
most polls have counted among the others; ``gb-2024-multinomial`` without such a party.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

import numpy as np
import polars as pl
from lab.drifting_error import DriftingError, integrate, state_sd
from lab.oracle_numpyro import (
    Sampled,
    effective_sample_size,
    have_numpyro,
    sample,
    sample_multinomial,
)
from numpy.typing import NDArray

from benchmarks.idle import Watch, wait_until_idle
from benchmarks.machine import described, write
from benchmarks.oracle_text import missed, shown, table
from comparenotes.campaigns.load import load
from comparenotes.race import composition as comp
from comparenotes.race.constants import constants_for
from comparenotes.race.model import ANCHOR, Fit, fit
from comparenotes.race.prepare import prepare
from comparenotes.race.regions import fit_regions
from comparenotes.race.statespace import (
    Problem,
    draw_last,
    draw_path,
    draw_static,
    solve,
)

Array = NDArray[np.float64]

US_DAY, US_DAYS = date(2016, 11, 7), 254
GB_DAY = date(2026, 8, 20)
GB_2024_DAY, GB_2024_DAYS = date(2024, 7, 3), 250
HALF_LIFE, HALF_LIFE_LOG_SD = 90.0, 0.7
NODES = 5
TRIES = 5
JOINT_DRAWS = 1000
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
CASES = ("us", "us-persistence", "gb", "gb-multinomial", "gb-2024-multinomial")


@dataclass(frozen=True)
class Case:
    """A problem and how its state becomes shares.

    ``mu`` broadcasts to (T, d); ``plus`` (d, s) is added to the state's share of the
    statics (the anchor's deviation); ``shares`` maps (T, d) to (T, ...) fractions.
    """

    name: str
    problem: Problem
    mu: Array
    plus: Array
    shares: Callable[[Array], Array]
    contenders: tuple[str, ...] = ()
    error: DriftingError | None = None
    fit: Fit | None = None


def us_case(*, persistence: bool) -> Case:
    """Return the 51 contests of 2016 with the national polls, on the eve."""
    known = load("us-2016").known_at(US_DAY)
    first = US_DAY - timedelta(days=US_DAYS - 1)
    known = replace(
        known,
        polls=known.polls.filter(pl.col("start") >= first),
        # states and the capital; not the districts of Maine and Nebraska
        regions=tuple(r for r in known.regions if r.id.count("-") == 1),
    )
    learned = constants_for(US_DAY, system=known.system, country=known.country)
    nation = fit(prepare(known), learned, last_day=US_DAY)
    regional = fit_regions(nation)
    assert regional is not None
    pr, r = regional.problem, len(regional.prior.regions)
    basis, mu = nation.basis, regional.mu

    def shares(x: Array) -> Array:
        return comp.to_shares(x.reshape(-1, r, basis.shape[1]), basis)[..., :1]

    error = None
    if persistence:
        # the same shift of every state's line, of the learned size of a shared error
        loading = pr.g.sum(axis=1)[:, None]
        size = learned.bias**2 * nation.v
        error = DriftingError(loading, size, HALF_LIFE, HALF_LIFE_LOG_SD)
    name = "us-persistence" if persistence else "us"
    plus = np.zeros((len(pr.m0), pr.m.shape[1]))
    return Case(name, pr, mu.ravel(), plus, shares, error=error)


def gb_case(name: str) -> Case:
    """Return a British race: the next general election, or the last 250 days before 2024's."""
    campaign, day = ("gb-2024", GB_2024_DAY) if "2024" in name else ("gb-next", GB_DAY)
    multinomial = "multinomial" in name
    known = load(campaign).known_at(day)
    if campaign == "gb-2024":
        first = day - timedelta(days=GB_2024_DAYS)
        known = replace(known, polls=known.polls.filter(pl.col("start") >= first))
    learned = constants_for(day, system=known.system, country=known.country)
    prepared = prepare(known)
    if multinomial:
        # rounding is not in the multinomial likelihood: leave it out of both
        prepared = replace(prepared, polls=tuple(replace(p, step=0.0) for p in prepared.polls))
    found = fit(prepared, learned, last_day=day)
    plus = np.zeros((found.dims, found.problem.m.shape[1]))
    plus[:, found.slot(ANCHOR)] = np.eye(found.dims)
    return Case(
        name,
        found.problem,
        found.mu,
        plus,
        lambda x: comp.to_shares(x, found.basis),
        contenders=prepared.contenders,
        fit=found if multinomial else None,
    )


def exact(case: Case) -> tuple[dict[str, Any], Array, Array, Array, Array]:
    """Solve exactly; return costs, mean and sd of the line, mean and sd of the statics."""

    def once() -> tuple[Array, Array, Array, Array]:
        if case.error is not None:
            found = integrate(case.problem, case.error, nodes=NODES)
            return found.mean, found.sd, found.theta, found.theta_sd
        sol = solve(case.problem)
        line = sol.mean() + case.plus @ sol.theta
        theta_sd = np.sqrt(np.diag(sol.theta_cov))
        return line, state_sd(sol, case.plus), sol.theta, theta_sd

    out = once()
    again = [_cpu(once)[0] for _ in range(TRIES)]
    costs = {
        "cpu_compile": exact_compile(),
        "cpu": float(np.median(again)),
        "cpu_least": min(again),
        "cpu_most": max(again),
    }
    if case.error is None:
        costs["cpu_joint_draws"] = _cpu(lambda: _draws(case.problem))[0]
        costs["joint_draws"] = JOINT_DRAWS
    return costs, *out


COMPILE = """
import time
import numpy as np
from comparenotes.race.statespace import Problem, solve
one, rows = np.ones((1, 1)), np.zeros(1, dtype=np.int64)
pr = Problem(
    np.zeros(1), one, one, np.ones(1), np.ones((1, 1, 1)), rows, np.array([0, 1]),
    np.ones(1), one, one, one, one,
)
begin = time.process_time()
solve(pr)
first = time.process_time() - begin
print(first)
"""


def exact_compile() -> float:
    """Return CPU seconds of compiling both passes with an empty cache of compiled code.

    In a process of its own, on a problem of two days and one poll: importing numba is in.
    """
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", COMPILE],
            env={**os.environ, "NUMBA_CACHE_DIR": folder},
            capture_output=True,
            text=True,
            check=True,
        )
    return float(done.stdout)


def _draws(problem: Problem) -> None:
    """Solve, then draw the whole path of all states jointly and independently."""
    rng = np.random.default_rng(0)
    sol = solve(problem, smooth=False)
    d = len(problem.m0)
    theta = draw_static(sol, rng.standard_normal((JOINT_DRAWS, len(sol.theta))))
    last = draw_last(sol, theta, rng.standard_normal((JOINT_DRAWS, d)))
    normals = rng.standard_normal((problem.days - 1, JOINT_DRAWS, d))
    draw_path(problem, sol, theta, last, normals)


def compared(case: Case, size: dict[str, int], *, double: bool) -> dict[str, Any]:
    """Run both sides of one case and return every figure."""
    costs, line, sd, theta, theta_sd = exact(case)
    if case.fit is not None:
        got = sample_multinomial(case.fit, double=double, **size)
    else:
        got = sample(case.problem, error=case.error, double=double, **size)
    draws = got.state + (got.theta.astype(np.float64) @ case.plus.T)[:, :, None, :]
    mean = draws.mean(axis=(0, 1), dtype=np.float64)
    mean_theta = got.theta.mean(axis=(0, 1), dtype=np.float64)
    ess, ess_theta = effective_sample_size(draws), effective_sample_size(got.theta)
    points = 100 * np.abs(case.shares(mean + case.mu) - case.shares(line + case.mu))
    # how far a mean is off in points when it is off by one Monte Carlo standard error
    one = case.shares(line + sd / np.sqrt(ess) + case.mu) - case.shares(line + case.mu)
    pr = case.problem
    ratio = got.cpu_run / costs["cpu"]
    cost_each = got.cpu_run / float(ess.min())
    out: dict[str, Any] = {
        "case": case.name,
        "days": pr.days,
        "state": len(pr.m0),
        "statics": len(theta),
        "polls": len(pr.day),
        "exact": costs,
        "numpyro": {
            **size,
            "precision": "double" if double else "single",
            "cpu_compile": got.cpu_compile,
            "cpu_run": got.cpu_run,
            "leapfrogs": got.leapfrogs,
            "divergences": got.divergences,
            "ess_state": _spread(ess),
            "ess_statics": _spread(ess_theta) if len(theta) else None,
        },
        "difference": {
            "points_largest": float(points.max()),
            "points_rms": float(np.sqrt((points**2).mean())),
            "points_one_standard_error_rms": float(np.sqrt((100 * one) ** 2).mean()),
            **_in_errors("state", mean - line, sd / np.sqrt(ess)),
            **_in_errors("statics", mean_theta - theta, theta_sd / np.sqrt(ess_theta)),
            "sd_ratio": _spread(draws.std(axis=(0, 1), dtype=np.float64) / sd),
        },
        "ratio": {
            "per_posterior": ratio,
            "per_posterior_with_compiling": (got.cpu_run + got.cpu_compile)
            / (costs["cpu"] + costs["cpu_compile"]),
        },
    }
    if "cpu_joint_draws" in costs:
        own = costs["cpu_joint_draws"] / JOINT_DRAWS
        out["ratio"]["per_effective_draw"] = cost_each / own
    if case.contenders:
        out["difference"]["points_by_contender"] = {
            c: {"largest": float(points[:, k].max()), "last_day": float(points[-1, k])}
            for k, c in enumerate(case.contenders)
        }
    if case.error is not None:
        # the integrated posterior is exact up to quadrature: its cost for as many
        # effective draws as the sampler has is that of the posterior itself
        out["half_life"] = _half_lives(case, got)
    return out


def _half_lives(case: Case, got: Sampled) -> dict[str, Any]:
    """Return what both sides say about the half-life, and what more nodes change."""
    assert case.error is not None
    assert got.half_life is not None
    found = integrate(case.problem, case.error, nodes=NODES)
    finer = integrate(case.problem, case.error, nodes=3 * NODES)
    logs = np.log(got.half_life.astype(np.float64))
    moved = case.shares(finer.mean + case.mu) - case.shares(found.mean + case.mu)
    return {
        "prior_median": HALF_LIFE,
        "prior_log_sd": HALF_LIFE_LOG_SD,
        "nodes": NODES,
        "log_mean_exact": float(np.log(found.half_lives) @ found.weights),
        "log_mean_numpyro": float(logs.mean()),
        "log_sd_numpyro": float(logs.std()),
        "ess": float(effective_sample_size(got.half_life)),
        "thrice_the_nodes_change_points": float(100 * np.abs(moved).max()),
    }


def _in_errors(name: str, difference: Array, error: Array) -> dict[str, float]:
    if not difference.size:
        return {}
    z = difference / error
    return {
        f"{name}_errors_rms": float(np.sqrt((z**2).mean())),
        f"{name}_errors_largest": float(np.abs(z).max()),
    }


def _spread(values: Array) -> dict[str, float]:
    return {
        "least": float(values.min()),
        "median": float(np.median(values)),
        "most": float(values.max()),
    }


def _cpu(call: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.process_time()
    out = call()
    return time.process_time() - begin, out


def measured(name: str, size: dict[str, int], *, double: bool) -> dict[str, Any]:
    """Return one case with the machine it was measured on."""
    machine = described()
    machine["versions"] |= {package: version(package) for package in ("jax", "numpyro")}
    national = name.startswith("gb")
    case = gb_case(name) if national else us_case(persistence="persistence" in name)
    with Watch() as watch:
        row = compared(case, size, double=double)
    return {"machine": machine, "others_busy": watch.busy, **row}


def main() -> None:
    """Run the cases asked for, print them, and keep the figures of a whole run."""
    parser = argparse.ArgumentParser(description="exact solution against NumPyro")
    parser.add_argument(
        "cases", nargs="*", default=list(CASES), metavar="CASE", help="of " + ", ".join(CASES)
    )
    parser.add_argument("--chains", type=int, default=2)
    parser.add_argument("--warmup", type=int, default=500)
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--double", action="store_true", help="double precision in NumPyro")
    parser.add_argument("--busy", action="store_true", help="do not wait for an idle machine")
    parser.add_argument("--dry", action="store_true", help="do not write results/oracle.json")
    options = parser.parse_args()
    if unknown := set(options.cases) - set(CASES):
        parser.error(f"unknown case {', '.join(sorted(unknown))}: choose of {', '.join(CASES)}")
    if not have_numpyro():
        raise SystemExit("NumPyro is not installed. Hint: pip install 'comparenotes[oracle]'")
    if any(os.environ.get(k) != v for k, v in ONE_THREAD.items()):
        # read when NumPy and JAX are loaded: start again with them set
        again = [sys.executable, "-m", "benchmarks.oracle", *sys.argv[1:]]
        os.execve(sys.executable, again, {**os.environ, **ONE_THREAD})  # noqa: S606 - itself
    size = {"chains": options.chains, "warmup": options.warmup, "draws": options.draws}
    if not options.busy:
        wait_until_idle()
    rows = []
    for name in options.cases:
        rows.append(measured(name, size, double=options.double))
        print(shown(rows[-1]), flush=True)
    print(table(rows))
    if set(options.cases) == set(CASES) and not (options.dry or options.busy):
        order = sorted(rows, key=lambda r: CASES.index(r["case"]))
        path = write("oracle", {"cases": {r["case"]: r for r in order}})
        print(f"wrote {path.name}")
    if late := [m for r in rows for m in missed(r)]:
        raise SystemExit(f"missed: {'; '.join(late)}")


if __name__ == "__main__":
    main()
