"""``python -m lab.record NAME``: a table of ``docs/record.md``, as Markdown."""

from __future__ import annotations

import sys
from datetime import date

import click
from lab.record.tables import NAMES, doc_table

from comparenotes.cli.main import run
from comparenotes.cli.options import as_of_option


@click.command()
@click.argument("name", type=click.Choice(NAMES))
@click.option(
    "--manifesto",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Your copy of the Manifesto Project's data set (emphasis alone needs it).",
)
@as_of_option
def table(name: str, manifesto: str | None, as_of: date | None) -> None:
    """Print one table of the record's page."""
    click.echo(doc_table(name, manifesto, as_of))


if __name__ == "__main__":
    sys.exit(run(command=table, name="python -m lab.record"))
