"""``cn backtest lessons``: the premise of every rule on all eligible past cases."""

from __future__ import annotations

from datetime import date

import click

from comparenotes.campaigns.snapshot import today
from comparenotes.cli.options import as_of_option, examples, json_option
from comparenotes.cli.output import emit_json, progress


@click.command(epilog=examples("cn backtest lessons", "cn backtest lessons --as-of 2024-08-18"))
@as_of_option
@json_option
def lessons(as_of: date | None, as_json: bool) -> None:
    """Score the premise of every lesson on past cases: held, coin, base rate."""
    from comparenotes.compare.lesson_table import table, to_dict

    day = as_of or today()
    with progress("scoring the premises of lessons"):
        told = to_dict(day) if as_json else table(day)
    if as_json:
        emit_json(told)
    else:
        click.echo(told)
