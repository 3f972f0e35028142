"""``cn import``: another format's file to an account, or to a campaign folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comparenotes.cli.options import ISO_DATE, examples, json_option
from comparenotes.cli.output import emit_json, note, progress, safe

if TYPE_CHECKING:
    from comparenotes.campaigns.importers.protocol import Imported


@click.command(
    "import",
    epilog=examples(
        "cn import",
        "cn import swedishpolls polls.csv",
        "cn import swedishpolls polls.csv --country SE --date 2026-09-13 \\",
        "          --since 2022-09-11 --system pr -o se-next",
    ),
)
@click.argument("source", required=False)
@click.argument("file", required=False)
@click.option("-o", "--output", metavar="DIR", help="Write a campaign folder.")
@click.option("--country", metavar="CC", help="ISO code of the country (needed with -o).")
@click.option("--date", "day", type=ISO_DATE, metavar="DATE", help="Polling day (with -o).")
@click.option("--system", help="Electoral system, like fptp or pr (needed with -o).")
@click.option(
    "--office", default="parliament", show_default=True, help="What is elected: or president."
)
@click.option("--title", help="What the election is called.")
@click.option("--since", type=ISO_DATE, metavar="DATE", help="Only polls after this day.")
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="For the importer.")
@json_option
def import_(
    source: str | None,
    file: str | None,
    output: str | None,
    country: str | None,
    day: date | None,
    system: str | None,
    office: str,
    title: str | None,
    since: date | None,
    options: tuple[str, ...],
    as_json: bool,
) -> None:
    """Read FILE in the format SOURCE, and account for every row.

    SOURCE 'auto' finds the format out. Without arguments, lists the formats.
    With -o, writes a campaign folder; without, prints what became of the rows.
    """
    if source is None:
        _list_importers(as_json)
        return
    if file is None:
        raise click.UsageError("FILE is missing")
    from comparenotes.campaigns.importers import check_options, detect, get_importer

    path = Path(file)
    importer = get_importer(detect(path) if source == "auto" else source)
    given = dict(_pair(text) for text in options)
    check_options(importer, given)
    with progress(f"reading {path.name}"):
        imported = importer.read(path, **given)
    result: dict[str, object] = {"source": importer.name, "file": str(path)} | _account(imported)
    if output is None:
        if as_json:
            emit_json(result)
        else:
            _print_account(imported)
        return
    if country is None or day is None or system is None:
        missing = [
            name
            for name, value in (("--country", country), ("--date", day), ("--system", system))
            if value is None
        ]
        raise click.UsageError(f"-o needs {', '.join(missing)} too")
    from comparenotes.campaigns.folder_write import write_folder
    from comparenotes.campaigns.import_folder import to_campaign
    from comparenotes.campaigns.scaffold import slug
    from comparenotes.campaigns.validate import validate

    campaign = to_campaign(
        imported,
        importer,
        campaign_id=slug(Path(output).resolve().name) or "imported",
        country=country.upper(),
        election_date=day,
        system=system,
        office=office,
        title=title,
        since=since,
    )
    written = write_folder(campaign, output)
    found = validate(output)
    if as_json:
        emit_json(
            result
            | {
                "folder": output,
                "files": [p.name for p in written],
                "polls_written": campaign.polls.height,
                "validation": found.to_dict(),
            }
        )
    else:
        _print_account(imported)
        for name in written:
            click.echo(safe(name))
    if found.problems:
        note(f"note: {len(found.problems)} to check; see them with: cn validate {output}")
    note("note: add who governs, families and roles to campaign.toml")
    found.require()


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"--option {text[:40]!r} is not KEY=VALUE")
    return key, value


def _list_importers(as_json: bool) -> None:
    from comparenotes.campaigns.importers import IMPORTERS, get_importer

    found = [get_importer(name) for name in IMPORTERS]
    if as_json:
        emit_json(
            [
                {
                    "source": x.name,
                    "description": x.description,
                    "licence_note": x.licence_note,
                    "suffixes": list(x.suffixes),
                    "options": dict(x.options),
                }
                for x in found
            ]
        )
        return
    for x in found:
        click.echo(safe(f"{x.name}: {x.description} ({', '.join(x.suffixes)})"))
        for key, text in x.options.items():
            click.echo(safe(f"  --option {key}=...: {text}"))


def _account(imported: Imported) -> dict[str, object]:
    return {
        "rows": imported.rows,
        "used": dict(imported.used),
        "left_out": [{"why": x.why, "count": x.count} for x in imported.left_out],
        "polls": imported.polls.height,
        "results": imported.results.height,
        "events": imported.events.height,
        "contenders": [{"code": c, "name": imported.labels.get(c, c)} for c in imported.codes],
    }


def _print_account(imported: Imported) -> None:
    click.echo(f"{imported.rows:,} rows read")
    for x in imported.account:
        click.echo(safe(f"  {x.count:,} {x.why}"))
    polls = imported.polls
    days = polls["end"].drop_nulls().sort().to_list()
    span = f", {days[0]} to {days[-1]}" if days else ""
    click.echo(safe(f"{polls.height:,} polls{span}, {len(imported.codes)} parties or candidates"))
    click.echo(f"{imported.results.height:,} results, {imported.events.height:,} events")
