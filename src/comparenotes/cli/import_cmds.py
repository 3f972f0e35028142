"""``cn import``: another format's file to an account, or to a campaign folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comparenotes.cli.options import ISO_DATE, examples, json_option
from comparenotes.cli.output import emit_json, note, open_campaign, progress, safe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comparenotes.campaigns.import_like import Refreshed
    from comparenotes.campaigns.importers.protocol import Imported, Importer
    from comparenotes.campaigns.model import Campaign


@click.command(
    "import",
    epilog=examples(
        "cn import",
        "cn import polls.xlsx",
        "cn import swedishpolls polls.csv",
        "cn import swedishpolls polls.csv --country SE --date 2026-09-13 \\",
        "          --since 2022-09-11 --system pr -o se-next",
        "cn import wikipedia page.html --like gb-next -o my-gb-next",
    ),
)
@click.argument("source", required=False)
@click.argument("file", required=False)
@click.option("-o", "--output", metavar="DIR", help="Write a campaign folder.")
@click.option(
    "--like",
    metavar="CAMPAIGN",
    help="Take all but the polls from this campaign (with -o); nothing else is needed then.",
)
@click.option(
    "--match",
    "matches",
    multiple=True,
    metavar="HEADER=ID",
    help="With --like: which contender a column is (ID may be new or oth).",
)
@click.option("--country", metavar="CC", help="ISO code of the country (needed with -o).")
@click.option("--date", "day", type=ISO_DATE, metavar="DATE", help="Polling day (with -o).")
@click.option("--system", help="Electoral system, like fptp or pr (needed with -o).")
@click.option("--office", help="What is elected: parliament (the default), president, ...")
@click.option("--level", help="Whose election it is: national, state, supranational, local, party.")
@click.option("--state", help="Only polls of this state, where the file has several.")
@click.option("--title", help="What the election is called.")
@click.option("--since", type=ISO_DATE, metavar="DATE", help="Only polls after this day.")
@click.option("--strict", is_flag=True, help="Refuse the file where a row has a fault.")
@click.option("--rows", metavar="FILE", help="Write what became of each row to a CSV file.")
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="For the importer.")
@json_option
def import_(
    source: str | None,
    file: str | None,
    output: str | None,
    like: str | None,
    matches: tuple[str, ...],
    country: str | None,
    day: date | None,
    system: str | None,
    office: str | None,
    level: str | None,
    state: str | None,
    title: str | None,
    since: date | None,
    strict: bool,
    rows: str | None,
    options: tuple[str, ...],
    as_json: bool,
) -> None:
    """Read FILE in the format SOURCE, and account for every row.

    Without SOURCE (or with 'auto'), the format is found out; a table of no known
    format is read by its column names. Without arguments, lists the formats.
    With -o, writes a campaign folder and checks it; without, prints what became of
    the rows.
    """
    if source is None:
        _list_importers(as_json)
        return
    from comparenotes.campaigns.importers import IMPORTERS, check_options, detect, get_importer

    if file is None:
        if source in (*IMPORTERS, "auto"):
            raise click.UsageError("FILE is missing")
        source, file = "auto", source

    path = Path(file)
    importer = get_importer(detect(path) if source == "auto" else source)
    given = dict(_pair(text) for text in options)
    for name, value in (("election_date", day), ("office", office), ("state", state)):
        if value is not None and name in importer.options:
            given.setdefault(name, str(value))
    check_options(importer, given)
    with progress(f"reading {path.name}"):
        imported = importer.read(path, **given)
    if not (imported.polls.height or imported.results.height or imported.events.height):
        _refuse_empty(imported, importer.name, path)
    if strict:
        _refuse_faults(imported)
    if rows is not None:
        _write_rows(imported, rows)
    result: dict[str, object] = {"source": importer.name, "file": str(path)} | _account(imported)
    if output is None:
        if as_json:
            emit_json(result)
        else:
            _print_account(imported)
        return
    from comparenotes.campaigns.folder_write import write_folder
    from comparenotes.campaigns.validate import validate
    from comparenotes.cli.campaigns_cmds import _print_validation as print_validation

    about = _about(like, country, day, system, office)
    match = dict(_pair(text, "--match") for text in matches)
    made = _campaign(imported, importer, output, about, title, since, match, level)
    written = write_folder(made.campaign, output)
    found = validate(output)
    if as_json:
        emit_json(
            result
            | {
                "folder": output,
                "files": [p.name for p in written],
                "polls_written": made.campaign.polls.height,
                **_refreshed_json(like, made),
                "validation": found.to_dict(),
            }
        )
    else:
        _print_account(imported)
        if like is not None:
            _print_refreshed(like, made)
        for file_written in written:
            click.echo(safe(file_written))
        print_validation(found)
    if like is None:
        note("note: add who governs, families and roles to campaign.toml")
        if made.campaign.level is None and made.campaign.office == "parliament":
            note("note: no seats are shown until --level says whose parliament it is")
    found.require()


@dataclass(frozen=True)
class _About:
    """Which election the polls are of, and the campaign that is known already."""

    country: str
    day: date
    system: str
    office: str
    base: Campaign | None


def _about(
    like: str | None, country: str | None, day: date | None, system: str | None, office: str | None
) -> _About:
    """Return what is said of the election, by the options or by the campaign of --like."""
    if like is None:
        given = (("--country", country), ("--date", day), ("--system", system))
        if country is None or day is None or system is None:
            missing = [name for name, value in given if value is None]
            raise click.UsageError(f"-o needs {', '.join(missing)} too, or --like CAMPAIGN")
        return _About(country.upper(), day, system, office or "parliament", None)
    base = open_campaign(like)
    for name, said, known in (
        ("--country", country and country.upper(), base.country),
        ("--system", system, base.system),
        ("--office", office, base.office),
    ):
        if said is not None and said != known:
            raise click.UsageError(f"{name} {said!r}: {base.id} has {known!r}")
    return _About(base.country, day or base.election_date, base.system, base.office, base)


def _campaign(
    imported: Imported,
    importer: Importer,
    output: str,
    about: _About,
    title: str | None,
    since: date | None,
    match: Mapping[str, str],
    level: str | None,
) -> Refreshed:
    from comparenotes.campaigns.import_folder import to_campaign
    from comparenotes.campaigns.import_like import Refreshed, refreshed
    from comparenotes.campaigns.naming import slug

    base = about.base
    fresh = to_campaign(
        imported,
        importer,
        campaign_id=slug(Path(output).resolve().name) or "imported",
        country=about.country,
        election_date=about.day,
        system=about.system,
        office=about.office,
        level=level,
        title=title or (base.title if base else None),
        since=since or (base.previous_election() if base else None),
    )
    return (
        Refreshed(fresh, {}, {}, fresh.polls.height)
        if base is None
        else refreshed(fresh, base, match)
    )


def _refreshed_json(like: str | None, made: Refreshed) -> dict[str, object]:
    if like is None:
        return {}
    return {
        "like": like,
        "newer_polls": made.newer,
        "contenders_added": dict(made.added),
        "counted_with_others": dict(made.with_others),
    }


def _print_refreshed(like: str, made: Refreshed) -> None:
    click.echo(safe(f"{made.newer:,} polls are newer than the newest of {like}"))
    for word, parties in (
        ("new contenders", made.added),
        ("counted with the others", made.with_others),
    ):
        if parties:
            told = ", ".join(f"{c} ({n:,})" for c, n in parties.items())
            click.echo(safe(f"{word}, with the polls that report them: {told}"))


def _pair(text: str, option: str = "--option") -> tuple[str, str]:
    key, equals, value = text.rpartition("=") if option == "--match" else text.partition("=")
    if not equals:
        raise click.UsageError(f"{option} {text[:40]!r} is not KEY=VALUE")
    return key.strip(), value.strip()


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
        "notes": list(imported.notes),
        "guess": list(imported.guess),
        "bad_rows": [{"where": f.where, "why": f.why, "text": f.text} for f in imported.bad[:100]],
        "contenders": [{"code": c, "name": imported.labels.get(c, c)} for c in imported.codes],
    }


SHOWN = 3
"""Rows shown of each kind that is not used."""


def _refuse_empty(imported: Imported, name: str, path: Path) -> None:
    from comparenotes.errors import DataError

    common = max(imported.left_out, key=lambda x: x.count, default=None)
    why = f" ({common.count:,} rows: {common.why})" if common else ""
    first = next((f for f in imported.fates if common and f.why == common.why), None)
    at = f", like {first.where}: {first.text}" if first else ""
    if path.name.lower().endswith((".html", ".htm", ".html.gz")):
        hint = "is it the page of the polls, saved whole?"
    elif name == "table":
        hint = "correct the columns with --option columns='role=NAME,...'"
    else:
        hint = f"cn import table {path.name} looks for its columns by itself"
    raise DataError(f"no row is a poll{why}{at}", where=path.name, hint=hint)


def _refuse_faults(imported: Imported) -> None:
    from comparenotes.errors import DataError

    if imported.bad:
        first, more = imported.bad[0], len(imported.bad) - 1
        raise DataError(
            f"{first.why}: {first.text}" + (f" (and {more:,} more rows)" if more else ""),
            where=first.where,
            hint="without --strict such rows are left out and counted",
        )


def _write_rows(imported: Imported, file: str) -> None:
    import csv

    with Path(file).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("where", "became", "why", "text"))
        writer.writerows(imported.fates)


def _print_guess(imported: Imported) -> None:
    """Print what the columns were taken for, and three rows read so."""
    if not imported.guess:
        return
    for line in imported.guess:
        click.echo(safe(line))
    for row in imported.polls.tail(SHOWN).iter_rows(named=True):
        shares = ", ".join(f"{c} {row[c]:g}" for c in imported.codes if row[c] is not None)
        size = f", n = {row['sample_size']:,}" if row["sample_size"] else ""
        click.echo(safe(f"  {row['start']} to {row['end']}, {row['pollster']}{size}: {shares}"))
    click.echo("if a column is wrong: --option columns='role=NAME,...'")


def _print_account(imported: Imported) -> None:
    _print_guess(imported)
    click.echo(f"{imported.rows:,} rows read")
    for x in imported.account:
        click.echo(safe(f"  {x.count:,} {x.why}"))
        rows = [f for f in imported.fates if f.why == x.why] if x.count else []
        for row in rows[:SHOWN]:
            click.echo(safe(f"      {row.where}: {row.text}".rstrip(" :")))
        if len(rows) > SHOWN:
            click.echo(f"      and {len(rows) - SHOWN:,} more (--rows FILE lists all)")
    for text in imported.notes:
        click.echo(safe(f"note: {text}"))
    polls = imported.polls
    days = polls["end"].drop_nulls().sort().to_list()
    span = f", {days[0]} to {days[-1]}" if days else ""
    click.echo(safe(f"{polls.height:,} polls{span}, {len(imported.codes)} parties or candidates"))
    click.echo(f"{imported.results.height:,} results, {imported.events.height:,} events")
