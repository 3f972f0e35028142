"""``python -m tools.docs.backtest_page [--rows FILE]``: write docs/backtest.md and its pictures.

Without ``--rows`` all bundled campaigns are forecast again first (two minutes on two
processors). ``FILE`` is what ``cn backtest race -o FILE.parquet`` wrote.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from lab.backtest_events import coverage
from lab.markdown import markdown

from comparenotes.cli.backtest_show import inside, ratio
from comparenotes.race import backtest as bt
from comparenotes.race import backtest_odds as odds
from comparenotes.race import backtest_table as table
from comparenotes.race.archive import placebos
from comparenotes.race.backtest_workers import local_processes, one_thread, processors
from comparenotes.words import share
from tools.docs import backtest_charts as charts
from tools.docs import backtest_lists as lists
from tools.docs import not_met
from tools.docs.tables import listed
from tools.docs.tables import two as number
from tools.docs.tables import two_spread as spread

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "backtest.md"
IMAGES = ROOT / "docs" / "img"

SPLIT = date(2020, 1, 1)
"""Choices were made on elections before this day."""

MARKS = {0: (0.95, 0.94), 30: (0.98, 0.97), 60: (0.94, 0.94), 90: (0.94, 0.94)}
"""Ratios to the 14-day mean (MAE, CRPS) set as the mark before anything was built."""

COVER = (0.86, 0.94)
"""The mark for 90% intervals."""

HEAD = """\
# How well it did: past elections, forecast again

<!-- Written by `python -m tools.docs.backtest_page`; change that, not this page. -->

Every bundled election that has a result is forecast again, as it could have been
{days} days before polling day (0 is the eve): from polls
published by then, an earlier result, and constants learned from elections held before
that year began. Nothing later enters. National polls alone are read here; what states'
polls add to American elections is [shown apart](regions.md#how-well-it-does). The tables
compare the {scored} elections with at least {earlier} earlier ones to learn from;
{early} early ones are in the rows but not in the comparison. Every election weighs the same,
whatever its number of parties. Intervals are
90% and resample whole elections, because the parties of one election err together.

**What was seen beforehand.** The choices of the model were made on elections to 2019 and
frozen before 2020 on was scored, with one exception that should be known: a table over
*all* elections was looked at once, early, before the freeze. So 2020 on is shown apart,
and is nearly, not wholly, untouched. Changes made after the freeze are listed, each with
both figures, in [what was tried](tried.md).

To repeat it:

```sh
cn backtest race -o rows.parquet
python -m tools.docs.backtest_page --rows rows.parquet
```
"""

BASELINES = """\
The baselines: the **mean of the last 14 days'** polls (else of the last three polls); the
**last poll of each firm** within 60 days; the **last result**. For the CRPS each gets a
normal error of scale *k*√(p(1 − p)), with *k* learned from earlier elections at the same
distance, as the model's constants are. MAE is the mean absolute error of a contender's
share in percentage points, RMSE the root of the mean squared one; CRPS (Gneiting and
Raftery 2007) scores the whole distribution in points and equals the absolute error for a
forecast without spread. Lower is better.
"""


def render(rows: pl.DataFrame, races: pl.DataFrame, steps: pl.DataFrame, images: Path) -> str:
    """Return the page from backtest rows and placebo steps; pictures go to ``images``."""
    rows = table.with_baseline_crps(table.national(rows))
    races = table.national(races)
    every = table.by_horizon(rows)
    days = ", ".join(str(h) for h in every["horizon"][:-1]) + f" and {every['horizon'][-1]}"
    scored = table.eligible(rows)["campaign"].n_unique()
    head = HEAD.format(
        days=days,
        scored=scored,
        earlier=table.MIN_EARLIER,
        early=rows["campaign"].n_unique() - scored,
    )
    parts = [
        head,
        _short(every, rows, races, steps),
        _error(every, rows, images),
        _coverage(every, images),
        _first(rows, races, images),
        _ahead(races),
        _events(steps),
        not_met.section(),
        lists.groups(rows),
        lists.elections(rows, races),
        lists.rest(),
    ]
    return "\n".join(part.strip() + "\n" for part in parts)


# ------------------------------------------------------------------ in short


def _short(
    every: pl.DataFrame, rows: pl.DataFrame, races: pl.DataFrame, steps: pl.DataFrame
) -> str:
    at = {r["horizon"]: r for r in every.to_dicts()}
    late = {
        r["horizon"]: r for r in table.by_horizon(rows.filter(pl.col("date") >= SPLIT)).to_dicts()
    }
    won = {r["horizon"]: r for r in odds.first(rows, races).to_dicts()}
    covered = [r["in90"] for r in at.values()]
    covered_late = [r["in90"] for r in late.values()]
    lines = []
    lines.append(
        f"* On the eve a contender's share is missed by {number(at[0]['mae'])} points on average "
        f"(14-day mean {number(at[0]['base_mae'])}), at 90 days by {number(at[90]['mae'])} "
        f"({number(at[90]['base_mae'])}), a year out by {number(at[365]['mae'])} "
        f"({number(at[365]['base_mae'])})."
    )
    lines.append(
        f"* 90% intervals hold {share(min(covered))} to {share(max(covered))} of the results, by "
        f"distance; since 2020, {share(min(covered_late))} to {share(max(covered_late))}."
    )
    lines.append(
        f"* Whoever was most likely to come first on the eve did so in "
        f"{share(won[0]['favourite_won'])} of {won[0]['elections']} elections, and was given "
        f"{share(won[0]['p_favourite'])} on average; at 90 days {share(won[90]['favourite_won'])} "
        f"and {share(won[90]['p_favourite'])}."
    )
    placebo = coverage(steps).to_dicts()
    lines.append(
        f"* On {placebo[0]['dates']} dates on which nothing in particular happened the 90% "
        f"interval shown for an event's effect covers zero for {share(placebo[0]['in90'])} of "
        f"contenders, and for {share(placebo[1]['in90'])} of those an event would be about "
        f"({share(placebo[0]['before90'])} and {share(placebo[1]['before90'])} before it is "
        "widened by what earlier campaigns taught)."
    )
    marks = []
    for h in (*MARKS, 180, 365):
        r, (mae, crps) = at[h], MARKS.get(h, (None, None))
        marks.append(
            (
                f"{h} days",
                _against(r["mae_ratio"], r["mae_lo90"], r["mae_hi90"], mae),
                _against(r["crps_ratio"], r["crps_lo90"], r["crps_hi90"], crps),
                f"{share(r['in90'])} ({share(COVER[0])} to {share(COVER[1])})",
                _met(r, mae, crps),
            )
        )
    return (
        "## In short\n\n"
        + "\n".join(lines)
        + "\n\nAgainst the marks set before anything was built: ratio to the 14-day mean, in "
        "brackets the mark (at most); at 180 and 365 days the interval, which must lie below 1.\n\n"
        + markdown(("", "MAE", "CRPS", "90% coverage", "met"), marks, "1 2 3")
    )


def _against(ratio: float, lo: float, hi: float, mark: float | None) -> str:
    return f"{ratio:.3f} ({mark:.2f})" if mark else f"{ratio:.3f} ({lo:.2f} to {hi:.2f})"


def _met(r: dict[str, Any], mae: float | None, crps: float | None) -> str:
    """Return which of the marks of a distance are met."""
    good = {
        "MAE": r["mae_ratio"] <= mae if mae else r["mae_hi90"] < 1,
        "CRPS": r["crps_ratio"] <= crps if crps else r["crps_hi90"] < 1,
        "coverage": COVER[0] <= r["in90"] <= COVER[1],
    }
    missed = [name for name, met in good.items() if not met]
    return "all" if not missed else "not " + ", ".join(missed)


# --------------------------------------------------------------------- error


def _error(every: pl.DataFrame, rows: pl.DataFrame, images: Path) -> str:
    alt = charts.error(every, images / "backtest_error.svg")
    parts = [
        f"## Error by days to go\n\n![{alt}](img/backtest_error.svg)\n\n{BASELINES}",
        f"**All elections compared**\n\n{_ratios(every)}",
    ]
    for title, which in (
        ("Elections to 2019, on which choices were made", pl.col("date") < SPLIT),
        ("Elections from 2020 on", pl.col("date") >= SPLIT),
    ):
        parts.append(f"**{title}**\n\n{_ratios(table.by_horizon(rows.filter(which)))}")
    parts.append(
        "**The other baselines, all elections** (the last result is scored over contenders "
        "that had one)\n\n"
        + listed(
            every.to_dicts(),
            {
                "days": lambda r: r["horizon"],
                "RMSE": lambda r: number(r["rmse"]),
                "CRPS": lambda r: number(r["crps"]),
                "14-day mean's": lambda r: number(r["base_crps"]),
                "last per firm's": lambda r: number(r["base_firms_crps"]),
                "last result's": lambda r: number(r["base_last_crps"]),
                "MAE": lambda r: number(r["mae"]),
                "MAE of the mean": lambda r: number(r["base_mae"]),
                "of the last per firm": lambda r: number(r["base_firms_mae"]),
                "of the last result": lambda r: number(r["base_last_mae"]),
            },
        )
    )
    return "\n\n".join(parts)


def _ratios(by_horizon: pl.DataFrame) -> str:
    return listed(
        by_horizon.to_dicts(),
        {
            "days": lambda r: r["horizon"],
            "elections": lambda r: r["elections"],
            "MAE": lambda r: number(r["mae"]),
            "14-day mean's": lambda r: number(r["base_mae"]),
            "MAE ratio": lambda r: ratio(r, "mae"),
            "CRPS": lambda r: number(r["crps"]),
            "CRPS ratio": lambda r: ratio(r, "crps"),
            "in 90%": inside,
            "CRPS verdict": lambda r: r["verdict"],
        },
        left=("CRPS verdict",),
    )


def _coverage(every: pl.DataFrame, images: Path) -> str:
    alt = charts.coverage(every, images / "backtest_coverage.svg")
    return (
        f"## Do the intervals hold?\n\n![{alt}](img/backtest_coverage.svg)\n\n"
        "Share of results inside the central interval, mean over elections.\n\n"
        + listed(
            every.to_dicts(),
            {
                "days": lambda r: r["horizon"],
                "50%": lambda r: share(r["in50"]),
                "80%": lambda r: share(r["in80"]),
                "90% (interval over elections)": inside,
                "95%": lambda r: share(r["in95"]),
            },
        )
    )


# ------------------------------------------------------------- probabilities


def _first(rows: pl.DataFrame, races: pl.DataFrame, images: Path) -> str:
    known = rows.filter(
        (pl.col("learned_from") >= table.MIN_EARLIER) & pl.col("came_first").is_not_null()
    )
    first = known.select("campaign", p="p_first", happened=pl.col("came_first").cast(pl.Float64))
    still = next(c for c in odds.CLAIMS if c.key == "still_21_line")
    alt = charts.reliability(
        [
            ("Comes first, every contender", odds.reliability(first)),
            ("Still ahead in the polls in 21 days", odds.reliability(odds.observed(races, still))),
        ],
        images / "backtest_reliability.svg",
    )
    return (
        f"## Who comes first\n\n![{alt}](img/backtest_reliability.svg)\n\n"
        "Points: what was said and what came true, all distances together; bars: 90% interval, "
        f"resampling elections; small figures: how many statements (bins under {charts.FEW} are "
        "left out). Below: Brier score over all contenders (0 best, 2 worst) and log score, "
        "against the 14-day mean with independent normal errors of its learned size.\n\n"
        + listed(
            odds.first(rows, races).to_dicts(),
            {
                "days": lambda r: r["horizon"],
                "elections": lambda r: r["elections"],
                "Brier": lambda r: number(r["brier"], 3),
                "14-day mean's": lambda r: number(r["base_brier"], 3),
                "difference": lambda r: spread(
                    r["difference"], r["difference_lo90"], r["difference_hi90"], 3
                ),
                "log score": lambda r: number(r["log_score"], 3),
                "log score of the mean": lambda r: number(r["base_log_score"], 3),
                "favourite's p": lambda r: share(r["p_favourite"]),
                "favourite won": lambda r: share(r["favourite_won"]),
                "leader of the mean won": lambda r: share(r["base_leader_won"]),
            },
        )
    )


def _ahead(races: pl.DataFrame) -> str:
    return (
        "## Ahead now, and still ahead in three weeks\n\n"
        "Being ahead *now among the voters* cannot be observed. On the eve the election itself "
        "is the test, and with 21 days to go it is of being ahead in three weeks. That the leader "
        "is still ahead *in the polls* in three weeks is another statement, with the shared error "
        "left out; it is held against the polls' line then (as known in hindsight) and against "
        "their mean. "
        "The probability that leaves the shared error out is not meant to be right about "
        "elections; how far it overstates is what the shared error is for. *Gap*: came true "
        "minus said, in points. *Skill*: one minus the ratio to the Brier score of the base rate "
        "of earlier elections.\n\n"
        + listed(
            odds.claims(races).to_dicts(),
            {
                "what was said; held against": lambda r: r["says"],
                "elections": lambda r: r["elections"],
                "cases": lambda r: r["cases"],
                "said": lambda r: share(r["p"]),
                "came true": lambda r: share(r["happened"]),
                "gap": lambda r: spread(
                    100 * r["gap"], 100 * r["gap_lo90"], 100 * r["gap_hi90"], 0
                ),
                "Brier": lambda r: number(r["brier"], 3),
                "base rate's": lambda r: number(r["base_brier"], 3),
                "log score": lambda r: number(r["log_score"], 3),
                "skill": lambda r: spread(r["skill"], r["skill_lo90"], r["skill_hi90"]),
            },
            left=("what was said; held against",),
        )
    )


def _events(steps: pl.DataFrame) -> str:
    found = coverage(steps).to_dicts()
    return (
        "## Events: intervals where nothing happened\n\n"
        'The step an "event" would be given on placebo dates of every campaign: a full window '
        "from each other and from any change of candidate or leader. The interval should cover "
        "zero about as often as it says. *Spread*: standard deviation of effect over its stated "
        "one (1 if right). The same steps are the archive among which an event's effect is "
        "ranked.\n\n"
        "**As shown**: every interval is widened by the factor by which steps on placebo dates "
        "of campaigns over by then were larger than their standard errors.\n\n"
        + _steps_covered(found, "in", "z_sd")
        + "\n\n**Before widening**: the same steps by the model's own standard errors.\n\n"
        + _steps_covered(found, "before", "before_z_sd")
    )


def _steps_covered(found: Sequence[dict[str, Any]], kind: str, spread: str) -> str:
    return listed(
        found,
        {
            "steps of": lambda r: r["group"],
            "campaigns": lambda r: r["campaigns"],
            "steps": lambda r: r["steps"],
            "50%": lambda r: share(r[f"{kind}50"]),
            "80%": lambda r: share(r[f"{kind}80"]),
            "90%": lambda r: inside(r, f"{kind}90"),
            "95%": lambda r: share(r[f"{kind}95"]),
            "spread": lambda r: number(r[spread]),
            "median size, points": lambda r: number(r["median_effect"]),
        },
        left=("steps of",),
    )


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(prog="python -m tools.docs.backtest_page", description=__doc__)
    parser.add_argument("--rows", type=Path, help="rows written by cn backtest race -o")
    parser.add_argument("--workers", type=int, default=processors())
    args = parser.parse_args()
    one_thread()
    if args.rows is not None:
        rows, races = bt.split(pl.read_parquet(args.rows))
    else:
        rows, races = bt.run(bt.tasks(), local_processes(args.workers))
    IMAGES.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(render(rows, races, placebos(), IMAGES), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
