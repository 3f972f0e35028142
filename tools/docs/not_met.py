"""``python -m tools.docs.not_met --before ROWS [--after ROWS]``: elections the model had not met.

Elections added to the catalogue are forecast once with the constants of before,
which were learned without them. ``ROWS`` is what ``cn backtest race --days
0,30,60,90,180,365 -o ROWS`` wrote at the commit that added them, before learning
again (``--after``: after it). The figures are kept in ``not_met.json``: they cannot
be made again from a later table of constants, and docs/backtest.md shows them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.race import backtest_table as table
from comparenotes.words import share
from tools.docs.tables import listed
from tools.docs.tables import two as number
from tools.docs.tables import two_spread as spread

FILE = Path(__file__).with_name("not_met.json")

RECENT = (
    *("at-2024", "au-2025", "bg-2024-10", "ca-2025", "cz-2025", "de-2025", "fr-2024", "ie-2024"),
    *("is-2024", "lt-2024", "nl-2025", "no-2025", "pt-2025", "ro-2024", "xk-2025"),
    "ro-president-2025",
)
"""Held from June 2024 on, and after every election the model had seen but us-2024."""

CANADA = tuple(
    f"ca-{year}"
    for year in (
        *(1949, 1953, 1957, 1958, 1962, 1963, 1965, 1968, 1972, 1974, 1979, 1980, 1984, 1988),
        *(1993, 1997, 2000, 2004, 2006, 2008, 2011, 2015),
    )
)
"""Older than most of what the model had seen: forecast with the constants of their time."""

DAYS = (0, 30, 60, 90, 180, 365)
LEVELS = (50, 80, 90)
STALE = 30
"""Days: where the polls end earlier than this before the vote, distances after their end are
left out."""

CLASSES = ((0, 5), (5, 15), (15, 30), (30, 100))
"""Per cent of the vote in the mean of the polls: which class a contender is in."""


def usable(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that count: a baseline, and no distance after the end of the polls."""
    rows = table.national(rows).filter(pl.col("horizon").is_in(DAYS))
    ends = (
        rows.filter(pl.col("horizon") == 0)
        .group_by("campaign")
        .agg(end=pl.col("newest_poll_days").first() + 1)
        .filter(pl.col("end") > STALE)
    )
    late = pl.col("end").is_null() | (pl.col("horizon") >= pl.col("end"))
    return table.eligible(rows.join(ends, on="campaign", how="left").filter(late).drop("end"))


def scores(rows: pl.DataFrame) -> dict[str, Any]:
    """Return error, ratios and coverage of rows; every election weighs the same.

    Intervals are 90% and resample elections; none under two of them.
    """
    e = table.per_election(rows)
    n = e.height
    out: dict[str, Any] = {"elections": n, "contenders": rows.height}
    for score in ("mae", "crps"):
        pair = e.select(score, f"base_{score}").to_numpy()
        out[score], out[f"base_{score}"] = (float(x) for x in pair.mean(axis=0))
        out[f"{score}_ratio"] = table.ratio(pair)
        if n > 1:
            out[f"{score}_lo90"], out[f"{score}_hi90"] = table.bootstrap(pair, table.ratio)
    for level in LEVELS:
        values = e[f"in{level}"].to_numpy()[:, None]
        out[f"in{level}"] = float(np.mean(values))
        if n > 1:
            lo, hi = table.bootstrap(values, table.mean)
            out |= {f"in{level}_lo": lo, f"in{level}_hi": hi}
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in out.items()}


def by_days(rows: pl.DataFrame, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return one entry a distance for the elections named."""
    mine = usable(rows).filter(pl.col("campaign").is_in(ids))
    return [
        {"days": h, **scores(part)}
        for h in DAYS
        if (part := mine.filter(pl.col("horizon") == h)).height
    ]


def by_class(rows: pl.DataFrame, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return one entry a share class, and one for new parties, over all distances."""
    mine = usable(rows).filter(pl.col("campaign").is_in(ids))
    out = []
    for lo, hi in CLASSES:
        part = mine.filter(pl.col("base").is_between(lo, hi, closed="left"))
        if part.height:
            out.append({"class": f"{lo} to {hi}%", **scores(_pooled(part))})
    new = mine.filter(pl.col("base_last").is_null())
    if new.height:
        out.append({"class": "new, without a last result", **scores(_pooled(new))})
    return out


def _pooled(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with all distances as one: an election stays one unit."""
    return rows.with_columns(horizon=pl.lit(0, dtype=pl.Int64))


def figures(before: pl.DataFrame, after: pl.DataFrame | None) -> dict[str, Any]:
    """Return what ``not_met.json`` holds."""
    new = [*RECENT, *CANADA]
    scored = set(usable(before)["campaign"])
    old = sorted(set(before["campaign"]) - set(new))
    groups = {"recent": RECENT, "canada": CANADA, "new": new, "old": old}
    out: dict[str, Any] = {
        "recent": [x for x in RECENT if x in scored],
        "canada": [x for x in CANADA if x in scored],
        "unscored": [x for x in new if x not in scored],
        "before": {k: by_days(before, ids) for k, ids in groups.items()},
        "classes": by_class(before, new),
    }
    if after is not None:
        one, two = shared(before, after)
        out["again"] = {
            k: {"before": by_days(one, groups[k]), "after": by_days(two, groups[k])}
            for k in ("new", "old")
        }
    return out


def shared(before: pl.DataFrame, after: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return both frames, cut to the elections and distances that count in both."""
    key = ["campaign", "horizon"]
    keys = [usable(x).select(key).unique() for x in (before, after)]
    both = keys[0].join(keys[1], on=key)
    return before.join(both, on=key, how="semi"), after.join(both, on=key, how="semi")


# ---------------------------------------------------------------- on the page


HEAD = """\
## Elections the model had not met

{recent} elections from June 2024 to October 2025 and {canada} Canadian ones to 2015 were
added when every choice had been made. Before they taught anything they were forecast once,
with the constants of that day, each only from what was known and learned before its own
year. Polls of Norway, Czechia, the Netherlands and Kosovo end before the vote: they count
from the first distance with polls. {unscored} more have too few earlier elections to learn
from and are not scored. The figures are kept in `tools/docs/not_met.json`: they cannot be
made again once these elections teach."""


def section(kept: Mapping[str, Any] | None = None) -> str:
    """Return the section of docs/backtest.md."""
    f = json.loads(FILE.read_text(encoding="utf-8")) if kept is None else kept
    parts = [
        HEAD.format(recent=len(f["recent"]), canada=len(f["canada"]), unscored=len(f["unscored"])),
        "**From June 2024 on**\n\n" + _days(f["before"]["recent"]),
        "**Canada to 2015**\n\n" + _days(f["before"]["canada"]),
        "**By share in the polls, both together, all distances**\n\n" + _classes(f["classes"]),
    ]
    if "again" in f:
        parts.append(
            "**Then learned again, with them.** Constants for a year still come from elections "
            "held before it. Mean absolute error and CRPS in points, before and after; ratio to "
            "the 14-day mean in brackets.\n\n" + _again(f)
        )
    return "\n\n".join(parts)


def _in(r: Mapping[str, Any], level: int) -> str:
    if f"in{level}_lo" not in r:
        return share(r[f"in{level}"])
    return f"{share(r[f'in{level}'])} ({share(r[f'in{level}_lo'])} to {share(r[f'in{level}_hi'])})"


def _columns() -> dict[str, Any]:
    return {
        "elections": lambda r: r["elections"],
        "MAE": lambda r: number(r["mae"]),
        "14-day mean's": lambda r: number(r["base_mae"]),
        "MAE ratio": lambda r: spread(r["mae_ratio"], r.get("mae_lo90"), r.get("mae_hi90")),
        "CRPS": lambda r: number(r["crps"]),
        "CRPS ratio": lambda r: spread(r["crps_ratio"], r.get("crps_lo90"), r.get("crps_hi90")),
        **{f"in {level}%": lambda r, level=level: _in(r, level) for level in LEVELS},
    }


def _days(entries: Sequence[Mapping[str, Any]]) -> str:
    return listed(entries, {"days": lambda r: r["days"], **_columns()})


def _classes(entries: Sequence[Mapping[str, Any]]) -> str:
    head = {"share": lambda r: r["class"], "contenders": lambda r: r["contenders"]}
    return listed(entries, {**head, **_columns()}, left=("share",))


def _again(f: Mapping[str, Any]) -> str:
    rows = []
    for key, name in (("new", "the new ones"), ("old", "all that were there")):
        after = {r["days"]: r for r in f["again"][key]["after"]}
        rows += [{"name": name, "a": r, "b": after[r["days"]]} for r in f["again"][key]["before"]]
    return listed(
        rows,
        {
            "elections": lambda r: f"{r['name']} ({r['a']['elections']})",
            "days": lambda r: r["a"]["days"],
            "MAE before": lambda r: _scored(r["a"], "mae"),
            "after": lambda r: _scored(r["b"], "mae"),
            "CRPS before": lambda r: _scored(r["a"], "crps"),
            "CRPS after": lambda r: _scored(r["b"], "crps"),
            "in 90% before": lambda r: share(r["a"]["in90"]),
            "in 90% after": lambda r: share(r["b"]["in90"]),
        },
        left=("elections",),
    )


def _scored(r: Mapping[str, Any], score: str) -> str:
    return f"{number(r[score], 3)} ({number(r[f'{score}_ratio'], 3)})"


def main() -> None:
    """Write ``not_met.json`` and print the section."""
    parser = argparse.ArgumentParser(prog="python -m tools.docs.not_met", description=__doc__)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--after", type=Path)
    args = parser.parse_args()
    after = None if args.after is None else pl.read_parquet(args.after)
    made = figures(pl.read_parquet(args.before), after)
    FILE.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(section(made))


if __name__ == "__main__":
    main()
