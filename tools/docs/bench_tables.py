"""Tables of measured speeds and of the sampled model, from what ``make bench`` saved."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.machine import judged_by
from lab.markdown import markdown

from tools.docs.tables import ROOT


def results(name: str) -> dict[str, Any]:
    """Return a saved result of ``make bench``."""
    path = ROOT / "benchmarks" / "results" / f"{name}.json"
    out: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return out


def speed() -> str:
    """Return one row a measured run of the program."""
    rows = [
        (
            f"`{r['what']}`",
            f"{r['wall']:.2f}",
            f"{r['cpu']:.2f}",
            f"{r['memory_mb']:.0f}",
            r["limit"],
        )
        for r in results("speed")["runs"]
    ]
    return markdown(("run", "seconds", "CPU seconds", "MB", "promise"), rows, "1 2 3")


def fits() -> str:
    """Return one row an engine and campaign: seconds a fit."""
    rows = [
        (
            r["campaign"],
            r["polls"],
            r["contenders"],
            r["days"],
            f"{r['numba']:.3f}",
            f"{r['numpy']:.3f}",
        )
        for r in results("speed")["fits"]
    ]
    head = ("campaign", "polls", "contenders", "days", "compiled, s", "NumPy, s")
    return markdown(head, rows, "1 2 3 4 5")


def joint() -> str:
    """Return one row a race: CPU seconds of one joint fit of nation and regions, with draws."""
    rows = [
        (
            r["campaign"],
            r["regions"],
            r["days"],
            f"{r['polls']:,}",
            f"{r['draws']:,}",
            f"{r['numba']:.2f}",
            f"{r['numpy']:.2f}",
            f"under {r['limit_s']:.1f} s, compiled",
        )
        for r in results("speed")["joint"]
    ]
    head = ("campaign", "regions", "days", "polls", "draws", "compiled, s", "NumPy, s", "promise")
    return markdown(head, rows, "1 2 3 4 5 6")


def whole() -> str:
    """Return one row each: an analysis at a new day in a warm process, and the whole backtest."""
    found = results("speed")
    rows = [
        (f"`analyse` of {r['campaign']} at a new day", f"{r['wall']:.2f}", f"{r['cpu']:.2f}", "")
        for r in found["pages"]
    ]
    if b := found["backtest"]:
        days = ", ".join(str(d) for d in b["days"])
        what = f"backtest: {b['elections']} elections at {days} days, {b['processes']} processes"
        promise = f"under {b['limit_s']:.0f} s"
        rows.append((what, f"{b['wall']:.0f}", f"{b['cpu']:.0f}", promise))
    return markdown(("run", "seconds", "CPU seconds", "promise"), rows, "1 2")


def scaling() -> str:
    """Return one row a doubling of days or polls: seconds a fit and its ratio to the first."""
    rows = [
        (r["what"], r["days"], r["polls"], f"{r['seconds']:.3f}", f"{r['ratio']:.2f}")
        for r in results("speed")["scaling"]
    ]
    head = ("what grows", "days", "polls", "CPU seconds a fit", "times the first")
    return markdown(head, rows, "1 2 3 4")


def machine() -> str:
    """Return where and with which versions the speeds were measured."""
    m = results("speed")["machine"]
    versions = ", ".join(f"{k} {v}" for k, v in m["versions"].items())
    told = f"Measured on {m['date']}: {m['cpu']}, {m['cores']} cores, {m['system']}; {versions}."
    if judged_by(m) == "cpu":
        told += (
            f" The machine was busy with other work (load {m['load']}), so seconds are too many; "
            "CPU seconds are the program's own."
        )
    return told


def oracle() -> str:
    """Return one row a case: what the exact solution and the sampler cost."""
    rows = []
    for r in results("oracle")["cases"].values():
        e, s, ratio = r["exact"], r["numpyro"], r["ratio"]
        each = ratio.get("per_effective_draw")
        rows.append(
            (
                r["case"],
                f"{r['days']} × {r['state']} + {r['statics']}",
                f"{r['polls']:,}",
                f"{e['cpu']:.2f} ({e['cpu_compile']:.1f})",
                f"{s['cpu_run']:.0f} ({s['cpu_compile']:.0f})",
                f"{ratio['per_posterior']:,.0f}",
                f"{ratio['per_posterior_with_compiling']:,.0f}",
                f"{each:,.0f}" if each else "",
            )
        )
    head = (
        "case",
        "days × state + static",
        "polls",
        "exact, CPU s (compiling)",
        "NumPyro, CPU s (compiling)",
        "ratio per posterior",
        "with compiling",
        "per draw",
    )
    return markdown(head, rows, "1 2 3 4 5 6 7")


def oracle_agreement() -> str:
    """Return one row a case: effective sample sizes and how far the means are apart."""
    rows = []
    for r in results("oracle")["cases"].values():
        s, d = r["numpyro"], r["difference"]
        ess = s["ess_state"]
        finer = r.get("half_life", {}).get("thrice_the_nodes_change_points")
        rows.append(
            (
                r["case"],
                f"{s['leapfrogs']:,}",
                s["divergences"],
                f"{ess['least']:,.0f}, {ess['median']:,.0f}",
                f"{d['points_largest']:.3f}",
                f"{d['points_rms']:.3f}",
                f"{d['state_errors_rms']:.2f}",
                f"{d['sd_ratio']['least']:.2f} to {d['sd_ratio']['most']:.2f}",
                "" if finer is None else f"{finer:.5f}",
            )
        )
    head = (
        "case",
        "gradients",
        "divergent",
        "effective sample size: least, median",
        "points, largest",
        "points, RMS",
        "in Monte Carlo errors, RMS",
        "sd, NumPyro by exact",
        "points by 15 nodes",
    )
    return markdown(head, rows, "1 2 3 4 5 6 7 8")


def oracle_laplace() -> str:
    """Return one row a party: how far the linearised model is from the multinomial."""
    cases = results("oracle")["cases"]
    names = [n for n in cases if "points_by_contender" in cases[n]["difference"]]
    by = [cases[name]["difference"]["points_by_contender"] for name in names]
    rows = [
        (
            f"`{c}`",
            *(f"{b[c]['largest']:.3f}, {b[c]['last_day']:.3f}" if c in b else "" for b in by),
        )
        for c in dict.fromkeys(c for b in by for c in b)
    ]
    return markdown(("party", *names), rows, " ".join(str(i + 1) for i in range(len(names))))
