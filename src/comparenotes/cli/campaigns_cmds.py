"""``cn campaigns``, ``new``, ``validate`` and ``sources``."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from comparenotes.campaigns.snapshot import today
from comparenotes.cli.options import ISO_DATE, as_of_option, examples, json_option
from comparenotes.cli.output import console, emit_json, note, open_campaign, progress, safe

if TYPE_CHECKING:
    import polars as pl

    from comparenotes.campaigns.validate import Validation


@click.command(
    epilog=examples(
        "cn campaigns --country GB",
        "cn campaigns --upcoming --json",
        "cn campaigns --upcoming --sister-of lab",
        "cn campaigns --system electoral_college --since 2008-01-01",
    )
)
@click.option("--country", metavar="CC", help="Only this country (ISO code, like GB).")
@click.option("--system", help="Only this electoral system, like fptp or pr.")
@click.option("--upcoming", is_flag=True, help="Only elections after the as-of date.")
@click.option("--since", type=ISO_DATE, metavar="DATE", help="Only elections from this day on.")
@click.option("--search", metavar="TEXT", help="Only ids and titles that hold this text.")
@click.option(
    "--sister-of", metavar="PARTY", help="Only with a sister party of PARTY, like lab or gb:lab."
)
@click.option(
    "--members",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Your table of memberships (country,party,organisation,source) for --sister-of.",
)
@as_of_option
@json_option
def campaigns(
    country: str | None,
    system: str | None,
    upcoming: bool,
    since: date | None,
    search: str | None,
    sister_of: str | None,
    members: str | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """List the bundled campaigns there are to compare.

    With --upcoming and --sister-of: where to go and when. Every election of this year
    without a result here and those to 2029 in countries with a sister party, bundled
    or not, with its day, whether there are polls, and when that was checked.
    """
    if upcoming and sister_of is not None:
        _travel_plan(sister_of, members, country, as_of, as_json)
        return
    from comparenotes.campaigns.listing import list_campaigns

    frame = list_campaigns(
        country=country, system=system, upcoming=upcoming, since=since, search=search, as_of=as_of
    )
    if sister_of is not None:
        frame = _with_sisters(frame, sister_of, members)
    if as_json:
        emit_json([_listed(row) for row in frame.to_dicts()])
        return
    if frame.is_empty():
        note("no campaign fits")
        return
    _print_list(frame.to_dicts())
    note(f"{frame.height} {'campaign' if frame.height == 1 else 'campaigns'}")


def _travel_plan(
    party: str, members: str | None, country: str | None, as_of: date | None, as_json: bool
) -> None:
    """Print the calendar of the elections in which sister parties stand."""
    from pathlib import Path

    from comparenotes.record.calendar import calendar

    day = as_of or today()
    rows = calendar(day, party, None if members is None else Path(members))
    if country is not None:
        rows = [e for e in rows if e.country == country.upper()]
    if as_json:
        emit_json([e.to_dict() for e in rows])
        return
    if not rows:
        note("no election fits")
        return
    heads = ("day", "country", "election", "sister parties", "polls", "status", "checked")
    lines = []
    for e in rows:
        when = "not known" if e.day is None else e.day.isoformat() if e.exact else f"by {e.day}"
        polls = f"{e.polls:,}" if e.polls else "none here"
        line = (when, e.country_name, e.title, "+".join(e.sisters), polls, e.status)
        lines.append(tuple(safe(x) for x in (*line, e.checked.isoformat())))
    _print_lines(heads, lines)
    held = sum(e.status.startswith("held") for e in rows)
    note(f"{len(rows)} elections as of {day}, {held} of them held without a result here")


def _print_lines(heads: tuple[str, ...], lines: list[tuple[str, ...]]) -> None:
    """Print a plain table; in a pipe nothing is cut."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, head in enumerate(heads):
        right: Any = "right" if head == "polls" else "left"
        table.add_column(head, justify=right, no_wrap=i == 0)
    for line in lines:
        table.add_row(*line)
    console(width=None if sys.stdout.isatty() else 500).print(table)


def _print_list(rows: list[dict[str, Any]]) -> None:
    """Print one line a campaign; in a pipe nothing is cut, on a terminal long titles are."""
    from rich.table import Table

    heads = ("id", "polling day", "system", "governs (term)", "polls", "election")
    lines = []
    for row in rows:
        by = "by " if row["date_status"] == "latest possible" else ""
        term = "" if row["gov_term"] is None else f" ({row['gov_term']})"
        lines.append(
            (
                row["id"],
                f"{by}{row['election_date']}",
                row["system"].replace("_", " "),
                safe("+".join(row["gov_parties"] or []) + term).strip(),
                f"{row['polls']:,}",
                safe(row["title"]),
            )
        )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, head in enumerate(heads):
        right: Any = "right" if head == "polls" else "left"
        # Only the last column gives way on a narrow terminal.
        least = max(len(head), *(len(x[i]) for x in lines)) if head != heads[-1] else None
        table.add_column(head, justify=right, no_wrap=True, min_width=least)
    for line in lines:
        table.add_row(*line)
    console(width=None if sys.stdout.isatty() else 500).print(table)


def _with_sisters(frame: pl.DataFrame, party: str, members: str | None) -> pl.DataFrame:
    from pathlib import Path

    import polars as pl

    from comparenotes.record.sisters import sister_campaigns

    ids = sister_campaigns(party, None if members is None else Path(members))
    return frame.filter(pl.col("id").is_in(sorted(ids)))


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    government = {k: row.pop(f"gov_{k}") for k in ("since", "head", "parties", "term")}
    return {**row, "government": government}


@click.command(
    epilog=examples(
        "cn new my-campaign",
        "cn new nz-next --country NZ --title 'New Zealand' --date 2026-11-07 \\",
        "       --contenders 'nat=National,lab=Labour,grn=Greens'",
    )
)
@click.argument("folder", metavar="DIR")
@click.option("--country", default="XX", metavar="CC", help="ISO code of the country.")
@click.option("--title", help="What the election is called.")
@click.option("--date", "day", type=ISO_DATE, metavar="DATE", help="Polling day.")
@click.option(
    "--contenders", metavar="LIST", help="Names, or id=Name, separated by commas. Two or more."
)
def new(
    folder: str, country: str, title: str | None, day: date | None, contenders: str | None
) -> None:
    """Start a campaign folder DIR from a commented template.

    The folder is valid at once; its figures are invented and say so. Replace
    them, then run: cn validate DIR.
    """
    from comparenotes.campaigns.scaffold import DEFAULT_CONTENDERS, new_folder

    names: tuple[str, ...] = DEFAULT_CONTENDERS
    if contenders is not None:
        names = tuple(x.strip() for x in contenders.split(",") if x.strip())
    written = new_folder(
        folder, country=country.upper(), title=title, election_date=day, contenders=names
    )
    for path in written:
        click.echo(safe(path))
    note(f"the figures are invented: replace them, then run: cn validate {folder}")


@click.command(epilog=examples("cn validate my-campaign", "cn validate my-campaign --json"))
@click.argument("folder", metavar="DIR")
@click.option("--strict", is_flag=True, help="One poll with a fault refuses the folder.")
@json_option
def validate(folder: str, strict: bool, as_json: bool) -> None:
    """Check a campaign folder: file, line, what is wrong, and a hint.

    Errors end in exit code 2: the folder cannot be used. Warnings do not. A row of
    polls.csv with a fault is left out and counted, unless most rows have one.
    """
    from comparenotes.campaigns.validate import validate as check

    with progress(f"checking {folder}"):
        found = check(folder, strict=strict)
    if as_json:
        emit_json(found.to_dict())
    else:
        _print_validation(found)
    found.require()


@click.command(epilog=examples("cn migrate my-campaign", "cn migrate my-campaign --level state"))
@click.argument("folder", metavar="DIR")
@click.option("--level", default="national", show_default=True, help="Whose election it is.")
@json_option
def migrate(folder: str, level: str, as_json: bool) -> None:
    """Bring an older folder's campaign.toml to this version.

    Adds the level and sets schema_version; all else stays as it is written.
    """
    from comparenotes.campaigns.migrate import migrate_folder

    done = migrate_folder(folder, level=level)
    if as_json:
        emit_json({"folder": folder, "changes": list(done)})
        return
    for line in done:
        click.echo(safe(f"{folder}/campaign.toml: {line}"))
    if not done:
        click.echo(safe(f"{folder}: nothing to change"))


def _print_validation(found: Validation) -> None:
    for problem in found.problems:
        click.echo(safe(problem.one_line()))
    for x in found.left_out:
        click.echo(safe(f"left out: {x.count} x {x.why}"))
    if found.ok:
        rows = ", ".join(f"{n} {name}" for name, n in found.rows.items())
        warnings = len(found.warnings)
        click.echo(
            safe(
                f"{found.folder}: valid ({rows or 'no tables'}; "
                f"{warnings} {'warning' if warnings == 1 else 'warnings'})"
            )
        )


@click.command(epilog=examples("cn sources gb-next", "cn sources my-campaign --json"))
@click.argument("campaign")
@as_of_option
@json_option
def sources(campaign: str, as_of: date | None, as_json: bool) -> None:
    """Say where a campaign's figures come from, and what was left out."""
    from comparenotes.campaigns.snapshot import known_on, reading_day

    loaded = open_campaign(campaign)
    day = as_of or reading_day(loaded)
    known = known_on(loaded, day)
    counts = dict(known.polls.group_by("source", maintain_order=True).len().iter_rows())
    rows = [{**vars(s), "polls": counts.pop(s.key, 0)} for s in loaded.sources]
    if counts:
        total = sum(counts.values())
        rows.append(
            {
                "key": None,
                "title": "not stated",
                "licence": "not stated",
                "url": None,
                "retrieved": None,
                "polls": total,
            }
        )
    left_out = [{"why": x.why, "count": x.count} for x in loaded.left_out]
    if as_json:
        emit_json({"campaign": loaded.id, "as_of": day, "sources": rows, "left_out": left_out})
        return
    for row in rows:
        click.echo(safe(f"{row['key'] or '-'}: {row['title']}"))
        click.echo(safe(f"  licence: {row['licence']}"))
        if row["url"]:
            click.echo(safe(f"  from: {row['url']}"))
        if row["retrieved"]:
            click.echo(safe(f"  retrieved: {row['retrieved']}"))
        click.echo(f"  polls published by {day}: {row['polls']:,}")
    for x in left_out:
        click.echo(safe(f"left out: {x['count']} x {x['why']}"))
