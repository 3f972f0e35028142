"""``cn record`` and ``cn suggest``."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from comparenotes.campaigns.snapshot import today
from comparenotes.cli.options import as_of_option, examples, json_option
from comparenotes.cli.output import console, emit_json, note, open_campaign, progress, safe

if TYPE_CHECKING:
    from rich.console import Console

    from comparenotes.record.report import Record
    from comparenotes.record.suggest import Suggestions

ROOM, NAME = 100, 10
"""Columns under which a wide table becomes lines; columns of a case's name."""


@click.command(
    epilog=examples(
        "cn record --like gb-next",
        "cn record --like us-2024 --as-of 2024-08-18 --json",
        "cn record --case au-2013",
        "cn record --upcoming",
        "cn record --takeovers --like gb-next",
    )
)
@click.option("--like", metavar="CAMPAIGN", help="Past governments in this campaign's position.")
@click.option("--case", "case_id", metavar="ID", help="Open one past case, like gb-2001.")
@click.option("--upcoming", "show_upcoming", is_flag=True, help="Elections to come, by country.")
@click.option(
    "--takeovers",
    "show_takeovers",
    is_flag=True,
    help="What followed when a party changed its leader in a term; with --like, this campaign's.",
)
@click.option(
    "--charts", metavar="DIR", type=click.Path(file_okay=False), help="Write the charts (SVG)."
)
@click.option("--all", "show_all", is_flag=True, help="List every case of the class.")
@as_of_option
@json_option
def record(
    like: str | None,
    case_id: str | None,
    show_upcoming: bool,
    show_takeovers: bool,
    charts: str | None,
    show_all: bool,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Show what became of governments in the same position: winners and losers."""
    if show_upcoming:
        _upcoming(as_of, as_json)
    elif show_takeovers:
        _takeovers(like, as_of, as_json)
    elif case_id is not None:
        _case(case_id, as_of, as_json)
    elif like is not None:
        _like(like, as_of, as_json, charts, show_all)
    else:
        raise click.UsageError(
            "say whom to compare with. Hint: cn record --like gb-next, or --case gb-2001"
        )


def _like(name: str, as_of: date | None, as_json: bool, charts: str | None, every: bool) -> None:
    from comparenotes.record.report import record_of

    campaign = open_campaign(name)
    with progress(f"looking up {name}"):
        found = record_of(campaign, as_of)
    if charts is not None:
        from comparenotes.brief.record_charts import save_figures

        for path in save_figures(found, charts):
            note(f"written: {path}")
    if as_json:
        emit_json(found.to_dict())
        return
    _print_record(found, every)


def _print_record(found: Record, every: bool) -> None:
    from comparenotes.record.words import sections

    out = console()
    for heading, lines, table in sections(found, every):
        out.print(f"\n{safe(heading)}", style="bold")
        for line in lines:
            out.print(safe(line))
        if table is not None:
            _print_table(table)


def _print_table(table: tuple[list[str], list[list[str]]]) -> None:
    from rich.table import Table

    headings, rows = table
    out = console()
    if headings[-1] == "unlike home in" and out.width < ROOM:
        _print_near(out, headings, rows)
        return
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        right: Any = "right" if heading in {"n", "vote", "distance"} else "left"
        whole = heading in {"n", "case", "campaign", "date", "vote"} or "90%" in heading
        grid.add_column(heading, justify=right, no_wrap=whole)
    for row in rows:
        grid.add_row(*(safe(x) for x in row))
    out.print(grid)


def _print_near(out: Console, headings: list[str], rows: list[list[str]]) -> None:
    """Print nearest cases in two lines each: a column of a word a line cannot be read."""
    from comparenotes.brief.terminal import put

    for case, party, outcome, vote, distance, unlike in rows:
        told = f"{case:<{NAME}} {party}, {outcome}; vote {vote}, distance {distance}"
        put(out, safe(told))
        put(out, (safe(f"{headings[-1]}: {unlike}"), "dim"), indent=NAME + 1)


def _case(case_id: str, as_of: date | None, as_json: bool) -> None:
    from comparenotes.record.cases import case_facts

    facts = case_facts(case_id, as_of)
    if as_json:
        emit_json(facts)
        return
    _print_table((["fact", "value"], [[k, str(v)] for k, v in facts.items() if v is not None]))


def _upcoming(as_of: date | None, as_json: bool) -> None:
    from comparenotes.record.upcoming import upcoming

    rows = upcoming(as_of or today())
    if as_json:
        emit_json([u.to_dict() for u in rows])
        return
    checked = sorted({u.checked for u in rows})
    alike = checked[0] if len(checked) == 1 else None
    head = ["date", "country", "status", "last vote", "campaign", "note"]
    _print_table(
        (
            head if alike else [*head, "checked"],
            [
                [
                    str(u.day or "not known"),
                    f"{u.country_name} ({u.office})",
                    u.status + ("" if u.exact or u.status != "fixed" else ", about"),
                    str(u.last),
                    u.campaign or "",
                    u.note or "",
                    *([] if alike else [str(u.checked)]),
                ]
                for u in rows
            ],
        )
    )
    if alike:
        from comparenotes.words import day

        console().print(f"Checked on {day(alike)}.")


def _takeovers(like: str | None, as_of: date | None, as_json: bool) -> None:
    from comparenotes.record.takeover_home import home_paths
    from comparenotes.record.takeover_words import CLOCKS, sections, to_dict

    day = as_of or today()
    home = []
    if like is not None:
        campaign = open_campaign(like)
        home = [p for clock in CLOCKS for p in home_paths(campaign, day, clock)]
    if as_json:
        emit_json(to_dict(day, home))
        return
    out = console()
    for heading, lines, rows in sections(day, home):
        out.print(f"\n{safe(heading)}", style="bold")
        for line in lines:
            out.print(safe(line))
        if rows is not None:
            _print_table(rows)


@click.command(
    epilog=examples("cn suggest gb-next", "cn suggest us-2024 --as-of 2024-08-18 --json")
)
@click.argument("home")
@as_of_option
@json_option
def suggest(home: str, as_of: date | None, as_json: bool) -> None:
    """Propose campaigns to compare HOME with: a winner and a loser of each kind."""
    from comparenotes.record.suggest import suggest as find

    found = find(open_campaign(home), as_of)
    if as_json:
        emit_json(found.to_dict())
        return
    _print_suggestions(found)
    for line in found.missing:
        note(f"none found: {line}")
    if found.items:
        names = list(dict.fromkeys(s.campaign for s in found.items))[:6]
        note(f"compare them: cn compare {found.home} {' '.join(names)}")


def _print_suggestions(found: Suggestions) -> None:
    """Print a heading a kind, and of each campaign who governed, how it ended, and why."""
    from comparenotes.brief.terminal import put

    out = console()
    kind = ""
    for s in found.items:
        if s.kind != kind:
            if kind:
                out.print()
            kind = s.kind
            put(out, (safe(f"{kind[:1].upper()}{kind[1:]}"), "bold"))
        put(out, (safe(s.campaign), "bold"), f"  {s.outcome}, {s.party}", indent=2)
        put(out, (safe(f"{'; '.join(map(str, s.why))}."), "dim"), indent=4)
