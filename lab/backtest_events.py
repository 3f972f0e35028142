"""Do the intervals of event effects hold? Steps on placebo dates of every campaign.

The interval of an event's effect must cover zero about as often as it says where
nothing happened: the interval as shown, which is widened by what placebo dates of
earlier campaigns taught by then, and beside it the one before widening. Placebo dates
are a full window apart from each other and from any change of candidate or leader
(those have a step of their own in the model); whatever else was going on stays in, as
it does in the placebo dates of a single race.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
import polars as pl

from comparenotes.campaigns.catalogue import campaign_index
from comparenotes.campaigns.load import load
from comparenotes.campaigns.model import Campaign, LeftOut
from comparenotes.cli.backtest_cmds import (
    campaign_names,
    check_file,
    counting,
    run_options,
    worker_pool,
    write_rows,
)
from comparenotes.cli.backtest_show import account, inside, print_table
from comparenotes.cli.main import run
from comparenotes.cli.options import examples
from comparenotes.cli.output import console, emit_json
from comparenotes.errors import NotFoundError
from comparenotes.normal import z
from comparenotes.race.archive import COLUMNS, Earlier
from comparenotes.race.backtest_table import bootstrap
from comparenotes.race.backtest_workers import Pool, one_thread, run_all
from comparenotes.race.lead import standing
from comparenotes.race.model import governing_index
from comparenotes.race.on_day import fit_on, polls_on
from comparenotes.race.shock import WINDOW, line_before, placebo_days, steps
from comparenotes.words import share

if TYPE_CHECKING:
    from rich.console import Console

DIGITS = 4
"""Decimals of a step (points) that are kept."""

LEVEL_Z = {level: z(level) for level in (50, 80, 90, 95)}
"""Half the width of a central normal interval, in standard deviations."""


def placebo_rows(campaign: Campaign, engine: str = "auto") -> list[dict[str, Any]] | str:
    """Return a finished campaign's steps on its placebo dates, or why there are none.

    As known on its eve; one row a placebo date and contender
    (:data:`comparenotes.race.archive.COLUMNS`).
    """
    if campaign.results.is_empty():
        return "no result"
    day = campaign.eve()
    prepared = polls_on(campaign, day)
    real = standing(prepared.contenders)
    if not prepared.polls or len(real) < 2:
        return "fewer than two contenders in the polls"
    try:
        base = fit_on(prepared, day, engine=engine)
    except NotFoundError:
        return "nothing learned that early"
    changes = [x.since for c in campaign.contenders for x in c.changes]
    days = [
        d for d in placebo_days(prepared.polls, base.first_day, day, None) if not _near(d, changes)
    ]
    if not days:
        return "too few polls around any placebo date"
    governing = governing_index(prepared)
    about = real[0] if governing is None else governing
    listed = campaign.events["date"].drop_nulls().to_list()
    made = steps(base, days, engine)
    lines = [line_before(base, step.day) for step in made]
    return [
        {
            "campaign": campaign.id,
            "country": campaign.country,
            "system": campaign.system,
            "ended": campaign.election_date,
            "date": step.day,
            "contender": prepared.contenders[i],
            "effect": round(float(step.mean[i]), DIGITS),
            "sd": round(float(step.sd[i]), DIGITS),
            "share": round(100 * float(line[i]), DIGITS),
            "about": i == about,
            "listed": _near(step.day, listed),
        }
        for step, line in zip(made, lines, strict=True)
        for i in real
    ]


def _near(day: date, others: Sequence[date]) -> bool:
    return any(abs((other - day).days) <= WINDOW for other in others)


def campaign_placebos(name: str) -> list[dict[str, Any]] | str:
    """Return :func:`placebo_rows` of a campaign by name: what a worker is handed."""
    return placebo_rows(load(name))


def finished(until: date | None = None) -> list[str]:
    """Return the ids of bundled campaigns with polling day before ``until``."""
    index = campaign_index().sort("id")
    if until is not None:
        index = index.filter(pl.col("election_date") < until)
    return [str(i) for i in index["id"].to_list()]


def placebos(
    names: Sequence[str], pool: Pool | None = None, tick: Callable[[], None] = lambda: None
) -> tuple[pl.DataFrame, tuple[LeftOut, ...]]:
    """Return the placebo steps of campaigns, and how many campaigns have none, and why."""
    done = run_all(campaign_placebos, names, pool, lambda _: tick())
    rows = [row for part in done if not isinstance(part, str) for row in part]
    why = Counter(part for part in done if isinstance(part, str))
    return (
        pl.DataFrame(rows, schema=dict(COLUMNS)),
        tuple(LeftOut(text, n) for text, n in sorted(why.items())),
    )


GROUPS = {
    "every contender": pl.lit(True),
    "the contender an event would be about": pl.col("about"),
    "the same, no event listed in the window": pl.col("about") & ~pl.col("listed"),
    "contenders under 10%": pl.col("share") < 10,
    "contenders of 10% to 25%": pl.col("share").is_between(10, 25, closed="left"),
    "contenders of 25% and more": pl.col("share") >= 25,
}


def widened(rows: pl.DataFrame, table: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the steps with ``shown_sd``: their sd as it would have been shown.

    Widened by placebo dates of campaigns that were over before the eve of the step's
    own (:func:`comparenotes.race.archive.widening`), from ``table`` or the packaged one.
    """
    factor = np.ones(rows.height)
    ended, share = rows["ended"].to_list(), rows["share"].to_list()
    earlier = {day: Earlier(day - timedelta(days=1), None, table) for day in dict.fromkeys(ended)}
    for i, (day, size) in enumerate(zip(ended, share, strict=True)):
        factor[i] = earlier[day].widening(size)
    return rows.with_columns(shown_sd=pl.col("sd") * pl.Series(factor, dtype=pl.Float64))


def coverage(rows: pl.DataFrame, table: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return how often intervals of placebo steps cover zero, one row a group of rows.

    Pooled over placebo dates; the 90% interval of the coverage resamples campaigns.
    ``in50`` to ``in95`` are of the intervals as shown (:func:`widened`, with ``table``),
    ``before50`` to ``before95`` of the same before widening. ``z_sd`` and ``before_z_sd``
    are the spread of effect over its sd (1 if the intervals are right).
    """
    rows = widened(rows, table)
    for kind, sd in (("in", "shown_sd"), ("before", "sd")):
        z = pl.col("effect") / pl.col(sd)
        rows = rows.with_columns(
            z.alias(f"{kind}_z"),
            *((z.abs() <= q).cast(pl.Float64).alias(f"{kind}{k}") for k, q in LEVEL_Z.items()),
        )
    out = []
    for name, which in GROUPS.items():
        part = rows.filter(which)
        if part.is_empty():
            continue
        out.append(
            {
                "group": name,
                "campaigns": part["campaign"].n_unique(),
                "dates": part.select("campaign", "date").n_unique(),
                "steps": part.height,
                **_covered(part, "in"),
                "z_sd": float(np.std(part["in_z"].to_numpy())),
                **_covered(part, "before"),
                "before_z_sd": float(np.std(part["before_z"].to_numpy())),
                "median_effect": float(np.median(np.abs(part["effect"].to_numpy()))),
            }
        )
    return pl.DataFrame(out, infer_schema_length=None)


def _covered(part: pl.DataFrame, kind: str) -> dict[str, float]:
    """Return the share of steps inside each interval, with an interval of that at 90%."""
    sums = part.group_by("campaign", maintain_order=True).agg(
        pl.col(f"{kind}90").sum(), pl.len().cast(pl.Float64).alias("n")
    )
    lo, hi = bootstrap(
        sums.select(f"{kind}90", "n").to_numpy(), lambda v: float(v[:, 0].sum() / v[:, 1].sum())
    )
    shares = {f"{kind}{k}": float(part[f"{kind}{k}"].mean()) for k in LEVEL_Z}  # type: ignore[arg-type]
    return {**shares, f"{kind}90_lo": lo, f"{kind}90_hi": hi}


def show_events(screen: Console, coverage: pl.DataFrame) -> None:
    """Print how often intervals cover zero where nothing happened."""
    print_table(
        screen,
        "Steps on placebo dates: how often the interval covers zero, as shown (widened by\n"
        "what earlier campaigns taught) and, for the 90% interval, before widening",
        ("group", "campaigns", "dates", "in 50%", "80%", "90%", "95%", "90% unwidened"),
        [
            (
                r["group"],
                r["campaigns"],
                r["dates"],
                share(r["in50"]),
                share(r["in80"]),
                inside(r),
                share(r["in95"]),
                share(r["before90"]),
            )
            for r in coverage.to_dicts()
        ],
    )


@click.command(
    epilog=examples(
        "python -m lab.backtest_events",
        "python -m lab.backtest_events -o placebos.parquet",
    ),
)
@run_options
def events(
    campaigns: tuple[str, ...],
    since: date | None,
    until: date | None,
    workers: int | None,
    cluster: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Measure "events" on dates on which nothing happened: do the intervals cover zero?

    The packaged archive against which an event's effect is ranked is what this
    writes for all bundled campaigns.
    """
    check_file(out)
    ids = campaign_names(campaigns, since, until)
    with worker_pool(len(ids), workers, cluster) as pool, counting(len(ids), "campaigns") as tick:
        rows, left_out = placebos(ids, pool, tick)
    if out is not None:
        write_rows(rows, out)
    if as_json:
        emit_json(
            {
                "coverage": coverage(rows).to_dicts(),
                "left_out": [{"why": x.why, "count": x.count} for x in left_out],
                "rows": rows.to_dicts(),
            }
        )
        return
    screen = console()
    show_events(screen, coverage(rows))
    account(screen, left_out, "campaigns without placebo dates")


if __name__ == "__main__":
    one_thread()  # before the first fit: the same bits everywhere
    sys.exit(run(command=events, name="python -m lab.backtest_events"))
