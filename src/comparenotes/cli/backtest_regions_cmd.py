"""``cn backtest regions``: how well regions were placed, nation and regions apart."""

from __future__ import annotations

from pathlib import Path

import click

from comparenotes.cli.options import examples, json_option
from comparenotes.cli.output import console, emit_json, progress


@click.command(
    short_help="Score regional forecasts against results.",
    epilog=examples(
        "cn backtest regions",
        "cn backtest regions --campaign us-2024 --days 1,30",
        "cn backtest regions --json -o rows.parquet",
    ),
)
@click.option("--campaign", "campaigns", multiple=True, metavar="ID", help="Default: all US ones.")
@click.option("--days", default="1,30,60,90", metavar="LIST", help="Days to polling day.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write rows as Parquet."
)
@json_option
def regions(campaigns: tuple[str, ...], days: str, out: Path | None, as_json: bool) -> None:
    """Score margins by region of past races: CRPS, RMSE, coverage.

    The relative error takes the nation's error out: all regions err with the nation.
    """
    import polars as pl

    from comparenotes import words as phrases
    from comparenotes.errors import CompareNotesError
    from comparenotes.race import backtest_regions as bt
    from comparenotes.race.backtest_table import MIN_VERDICT

    parts = [d.strip() for d in days.split(",")]
    if not all(d.isascii() and d.isdigit() and int(d) <= 3650 for d in parts):
        raise CompareNotesError("not a list of days", where=f"--days {days[:40]}", hint="1,30,60")
    todo = bt.region_tasks(campaigns or bt.CAMPAIGNS, [int(d) for d in parts])
    with progress(f"scoring {len(todo)} regional forecasts"):
        rows = pl.DataFrame([r for t in todo for r in bt.score_regions(t)])
    if rows.is_empty():
        raise CompareNotesError("no regional results to score", where=", ".join(campaigns))
    if out is not None:
        rows.write_parquet(out)
    table, cover = bt.region_table(rows), bt.pooled_coverage(rows)
    if as_json:
        emit_json({"table": table.to_dicts(), "coverage": cover.to_dicts()})
        return
    screen = console()
    screen.print("Margins by region, points; relative: the nation's error taken out.")
    screen.print(
        f"{'campaign':<9}{'days':>5}{'CRPS':>7}{'RMSE':>7}{'relative':>10}"
        f"{'last result':>13}{'nation':>8}{'in 90%':>8}{'relative':>10}"
    )
    for r in table.to_dicts():
        screen.print(
            f"{r['campaign']:<9}{r['horizon']:>5}{r['crps']:>7.2f}{r['rmse']:>7.2f}"
            f"{r['relative_rmse']:>10.2f}{r['last_result_relative_rmse']:>13.2f}"
            f"{r['national_error']:>+8.2f}{r['in90']:>8.0%}{r['relative_in90']:>10.0%}"
        )
    held = table["campaign"].n_unique()
    if held == 1:
        return  # one campaign has nothing to resample: its coverage stands in the table
    screen.print("Coverage of 90% intervals over campaigns (90% interval, campaigns resampled):")
    for r in cover.to_dicts():
        label = "margins" if r["what"] == "in90" else "relative margins"
        span = f" ({r['lo90']:.0%} to {r['hi90']:.0%})" if r["campaigns"] > 1 else ""
        days_told = phrases.count(r["horizon"], "day")
        screen.print(
            f"  {days_told:>7}, {label}: {r['coverage']:.0%}{span}, "
            f"{phrases.count(r['campaigns'], 'campaign')}"
        )
    if held < MIN_VERDICT:
        screen.print(f"Under {MIN_VERDICT} elections: too few for a verdict.")
