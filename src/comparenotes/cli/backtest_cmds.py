"""``cn backtest``: replay past races as they were known, and score what was said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comparenotes.cli.backtest_earlier_cmd import earlier
from comparenotes.cli.options import ISO_DATE, examples, json_option
from comparenotes.cli.output import console, emit_json, note
from comparenotes.errors import CompareNotesError, NotFoundError

if TYPE_CHECKING:
    import polars as pl

    from comparenotes.race.backtest_workers import Pool

LONGEST = 3650
"""Days before polling day at most."""

PER_WORKER = 4
"""Campaigns that make another process worth its start."""

Tick = Callable[[], None]


class Days(click.ParamType):  # type: ignore[type-arg]
    """Days to polling day, separated by commas."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the distances in ascending order, each once."""
        if isinstance(value, tuple):
            return value
        found = set()
        for part in str(value).split(","):
            text = part.strip()
            if not (text.isascii() and text.isdigit() and int(text[:9]) <= LONGEST):
                self.fail(
                    f"{text[:20]!r} is no number of days from 0 to {LONGEST}: "
                    "write them like 0,30,90",
                    param,
                    ctx,
                )
            found.add(int(text))
        return tuple(sorted(found))


def run_options(f: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a run over many campaigns (:mod:`lab.backtest_events` has them too)."""
    for option in (
        json_option,
        click.option(
            "-o",
            "--out",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Write all rows to a .parquet or .csv file.",
        ),
        click.option(
            "--cluster", metavar="ADDRESS", help="Use a Dask cluster, such as tcp://10.0.0.5:8786."
        ),
        click.option(
            "--workers",
            type=click.IntRange(min=1),
            metavar="N",
            help="Processes on this machine. Default: one a processor.",
        ),
        click.option(
            "--until", type=ISO_DATE, metavar="DATE", help="Only polling days before this."
        ),
        click.option(
            "--since", type=ISO_DATE, metavar="DATE", help="Only polling days from this on."
        ),
        click.option(
            "--campaign",
            "campaigns",
            multiple=True,
            metavar="ID",
            help="Only this campaign, by id or folder (repeat for more). Default: all bundled.",
        ),
    ):
        f = option(f)
    return f


@click.group(
    invoke_without_command=True,
    epilog=examples("cn backtest race", "cn backtest earlier gb-next"),
)
@click.pass_context
def backtest(ctx: click.Context) -> None:
    """Replay past races as they were known, and score what was said about them."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
        return
    from comparenotes.race.backtest_workers import one_thread

    one_thread()  # before numerical libraries are imported: the same bits everywhere


@backtest.command(
    short_help="Score forecasts against results.",
    epilog=examples(
        "cn backtest race -o rows.parquet",
        "cn backtest race --campaign us-2024 --days 0,30,90",
        "cn backtest race --since 2020-01-01 --workers 1 --json",
        "cn backtest race --cluster tcp://10.0.0.5:8786",
    ),
)
@click.option(
    "--days",
    type=Days(),
    metavar="LIST",
    help="Days to polling day, such as 0,30,90. Default: 0,7,21,30,60,90,180,365.",
)
@run_options
def race(
    campaigns: tuple[str, ...],
    since: date | None,
    until: date | None,
    days: tuple[int, ...] | None,
    workers: int | None,
    cluster: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Score the forecasts of past races against their results, and against simple means.

    Each race is forecast from what was published, and learned from elections held, by
    then. 0 days is the eve. Rows do not depend on the number of workers.
    """
    from comparenotes.cli.backtest_show import account, show_race
    from comparenotes.race import backtest as bt
    from comparenotes.race import backtest_odds as odds
    from comparenotes.race import backtest_table as table

    check_file(out)
    todo = [
        bt.Task(name, h)
        for name in campaign_names(campaigns, since, until)
        for h in days or bt.HORIZONS
    ]
    n = len(bt.batches(todo))
    with worker_pool(n, workers, cluster) as pool, counting(n, "campaigns") as tick:
        done = bt.backtest(todo, pool, tick)
    if done.rows.is_empty():
        why = "; ".join(f"{x.why} ({x.count})" for x in done.left_out)
        raise CompareNotesError(f"nothing to score: {why}", where="cn backtest race")
    rows = table.with_baseline_crps(done.rows)
    if out is not None:
        write_rows(bt.joined(bt.Backtest(rows, done.races)), out)
    if as_json:
        emit_json(
            {
                "campaigns": rows["campaign"].n_unique(),
                "summary": table.by_horizon(rows).to_dicts(),
                "first": odds.first(rows, done.races).to_dicts(),
                "claims": odds.claims(done.races).to_dicts(),
                "left_out": [{"why": x.why, "count": x.count} for x in done.left_out],
                "rows": rows.to_dicts(),
                "races": done.races.to_dicts(),
            }
        )
        return
    screen = console()
    show_race(screen, rows, done.races)
    account(screen, done.left_out, "forecasts not made")


def campaign_names(names: tuple[str, ...], since: date | None, until: date | None) -> list[str]:
    """Return the campaigns to run, in order, each once; every name given must exist."""
    from comparenotes.campaigns.catalogue import campaign_index
    from comparenotes.campaigns.load import load

    if since is not None and until is not None and since >= until:
        raise CompareNotesError(f"{since} is not before {until}", where="--since")
    ended = (
        {name: load(name).election_date for name in names}
        if names
        else dict(campaign_index().sort("id").select("id", "election_date").iter_rows())
    )
    kept = [
        name
        for name, day in ended.items()
        if (since is None or day >= since) and (until is None or day < until)
    ]
    if not kept:
        raise NotFoundError(
            "no campaign with a polling day in this period",
            hint="list the campaigns with: cn campaigns",
        )
    return kept


@contextmanager
def worker_pool(n: int, workers: int | None, cluster: str | None) -> Iterator[Pool | None]:
    """Give what runs the tasks: None (here), local processes, or a cluster."""
    from comparenotes.race import backtest_workers as bw

    if cluster is not None:
        if workers is not None:
            raise click.UsageError("--workers and --cluster exclude each other")
        executor, close = bw.cluster(cluster)
        try:
            yield executor
        finally:
            close()
        return
    count = workers or max(1, min(bw.processors(), n // PER_WORKER))
    yield bw.local_processes(count) if count > 1 else None


@contextmanager
def counting(total: int, what: str) -> Iterator[Tick]:
    """Count finished tasks on stderr: a bar on a terminal, else a line each quarter."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

        with Progress(
            BarColumn(),
            MofNCompleteColumn(),
            what,
            TimeElapsedColumn(),
            console=Console(stderr=True, markup=False),
            transient=True,
        ) as bar:
            task = bar.add_task(what, total=total)
            yield lambda: bar.advance(task)
        return
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if total >= PER_WORKER and (4 * done) // total > (4 * (done - 1)) // total:
            note(f"{done} of {total} {what}")

    yield tick


def check_file(out: Path | None) -> None:
    """Refuse a file that rows cannot be written to, before the work is done."""
    if out is not None and out.suffix.lower() not in (".parquet", ".csv"):
        raise CompareNotesError(
            f"cannot write a {out.suffix or 'nameless'} file",
            where=str(out),
            hint="end the name in .parquet or .csv",
        )
    if out is not None and not out.absolute().parent.is_dir():
        raise CompareNotesError("there is no such folder", where=str(out.parent))


def write_rows(rows: pl.DataFrame, out: Path) -> None:
    """Write rows as .csv or .parquet, and say so."""
    if out.suffix.lower() == ".csv":
        rows.write_csv(out)
    else:
        rows.write_parquet(out, compression="zstd", compression_level=12, statistics=False)
    note(f"{rows.height} rows written to {out}")


backtest.add_command(earlier)
