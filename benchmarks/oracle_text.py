"""What the oracle benchmark prints: each case in words, a table of all, what was missed."""

from __future__ import annotations

from typing import Any

TARGETS = {"points": 0.25, "us": 500.0, "us-persistence": 100.0}
"""Points that means may differ by, and how many times less CPU the exact side promises."""

WIDTHS = (20, 8, 10, 8, 10, 13, 12)


def shown(row: dict[str, Any]) -> str:
    """Return one case in words."""
    e, s, d, r = row["exact"], row["numpyro"], row["difference"], row["ratio"]
    means, errors = row["difference"], s["ess_state"]
    calls = f"{e['cpu_least']:.3f} to {e['cpu_most']:.3f}), {e['cpu_compile']:.1f} to compile"
    runs = f"{s['chains']} x ({s['warmup']} + {s['draws']}), {s['precision']} precision"
    inside = f"{means['state_errors_rms']:.2f}, largest {means['state_errors_largest']:.1f}"
    apart = f"at most {means['points_largest']:.3f} points, RMS {means['points_rms']:.3f}"
    whole = f"with compiling on both sides {r['per_posterior_with_compiling']:,.0f}"
    least, median = errors["least"], errors["median"]
    lines = [
        f"{row['case']}: {row['days']} days x {row['state']}, {row['statics']} static effects",
        f"  exact    {e['cpu']:.3f} CPU s ({calls}; {row['polls']} polls",
        f"  NumPyro  {s['cpu_run']:.0f} CPU s and {s['cpu_compile']:.0f} to compile; {runs}",
        f"  {s['leapfrogs']:,} gradients, {s['divergences']} divergent transitions",
        f"  effective sample size of a day's state: least {least:.0f}, median {median:.0f}",
        f"  posterior means differ by {apart}; in Monte Carlo errors RMS {inside}",
        f"  sd ratio {d['sd_ratio']['least']:.2f} to {d['sd_ratio']['most']:.2f}",
        f"  ratio of CPU per posterior {r['per_posterior']:,.0f}; {whole}",
    ]
    if "per_effective_draw" in r:
        lines.append(f"  per effective draw of all paths: {r['per_effective_draw']:,.0f}")
    for c, v in means.get("points_by_contender", {}).items():
        lines.append(f"    {c:4} largest {v['largest']:.3f}, last day {v['last_day']:.3f}")
    if "half_life" in row:
        h = row["half_life"]
        lines.append(
            f"  half-life, mean log: exact {h['log_mean_exact']:.3f}, NumPyro "
            f"{h['log_mean_numpyro']:.3f} (ess {h['ess']:.0f}); thrice the nodes change "
            f"{h['thrice_the_nodes_change_points']:.5f} points"
        )
    if row["case"] in TARGETS:
        fast = r["per_posterior"] >= TARGETS[row["case"]]
        near = d["points_largest"] <= TARGETS["points"]
        lines.append(
            f"  target: at least {TARGETS[row['case']]:.0f} times less CPU, "
            f"{'reached' if fast else 'MISSED'}; means within {TARGETS['points']} points, "
            f"{'reached' if near else 'MISSED'}"
        )
    return "\n".join(lines)


def table(rows: list[dict[str, Any]]) -> str:
    """Return one line a case: costs, ratio, effective sample sizes and differences."""
    head = ("case", "exact s", "NumPyro s", "ratio", "least ESS", "points apart", "others busy")
    lines = [" ".join(f"{h:>{w}}" for h, w in zip(head, WIDTHS, strict=True))]
    for r in rows:
        busy = r["others_busy"]
        cells = (
            r["case"],
            f"{r['exact']['cpu']:.3f}",
            f"{r['numpyro']['cpu_run']:.0f}",
            f"{r['ratio']['per_posterior']:,.0f}",
            f"{r['numpyro']['ess_state']['least']:.0f}",
            f"{r['difference']['points_largest']:.3f}",
            "unknown" if busy is None else f"{busy:.2f}",
        )
        lines.append(" ".join(f"{c:>{w}}" for c, w in zip(cells, WIDTHS, strict=True)))
    return "\n".join(lines)


def missed(row: dict[str, Any]) -> list[str]:
    """Return what a case promised and did not keep."""
    if row["case"] not in TARGETS:
        return []
    ratio, apart = row["ratio"]["per_posterior"], row["difference"]["points_largest"]
    out = []
    if ratio < TARGETS[row["case"]]:
        out.append(f"{row['case']}: {ratio:.0f} times less CPU, not {TARGETS[row['case']]:.0f}")
    if apart > TARGETS["points"]:
        out.append(f"{row['case']}: means {apart:.3f} points apart, not {TARGETS['points']}")
    return out
