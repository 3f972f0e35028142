"""``cn export``: the bundled tables for SQL."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click

from comparenotes.cli.options import examples, json_option
from comparenotes.cli.output import console, emit_json, note, safe
from comparenotes.errors import CompareNotesError


@click.command(
    epilog=examples(
        "cn export --duckdb notes.duckdb",
        "cn export --list",
        "duckdb notes.duckdb 'SELECT * FROM polls LIMIT 5'",
    )
)
@click.option(
    "--duckdb",
    "database",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write every bundled table to this new DuckDB database.",
)
@click.option("--list", "show", is_flag=True, help="List the tables and their rows.")
@json_option
def export(database: Path | None, show: bool, as_json: bool) -> None:
    """Write the bundled tables, polls and record among them, to a database for SQL."""
    from comparenotes.campaigns.export import describe, to_duckdb

    if database is None:
        if not show:
            raise click.UsageError("say where to. Hint: cn export --duckdb notes.duckdb")
        tables = describe()
        if as_json:
            emit_json({"tables": tables})
            return
        for t in tables:
            console().print(safe(f"{t['name']}: {t['rows']:,} rows ({', '.join(t['columns'])})"))
        return
    if importlib.util.find_spec("duckdb") is None:
        raise CompareNotesError(
            "duckdb is not installed", hint="pip install 'comparenotes[duckdb]'"
        )
    counts = to_duckdb(database)
    if as_json:
        emit_json({"file": database, "tables": counts})
        return
    note(f"wrote {database}: {len(counts)} tables, {sum(counts.values()):,} rows")
