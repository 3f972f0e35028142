"""``cn compare``, ``cn brief``, ``cn explain``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comparenotes.cli.options import as_of_option, examples, json_option, since_option
from comparenotes.cli.output import console, emit_json, note, open_campaign, progress
from comparenotes.errors import CompareNotesError

if TYPE_CHECKING:
    from comparenotes.compare.comparison import Comparison


def _compare(
    home: str, away: tuple[str, ...], as_of: date | None, since: date | None
) -> Comparison:
    from comparenotes.compare import compare as run

    with progress(f"comparing {home} with {', '.join(away)}"):
        campaigns = [open_campaign(name) for name in (home, *away)]
        return run(campaigns[0], *campaigns[1:], as_of=as_of, since=since)


@click.command(
    epilog=examples(
        "cn compare gb-next us-2024",
        "cn compare gb-next us-2024 us-2020 --as-of 2024-08-18 --json",
        "cn compare my-campaign/ gb-2024 --since 2026-07-01",
    )
)
@click.argument("home")
@click.argument("away", nargs=-1, required=True)
@as_of_option
@since_option
@json_option
def compare(
    home: str, away: tuple[str, ...], as_of: date | None, since: date | None, as_json: bool
) -> None:
    """Compare the HOME campaign with one or more AWAY campaigns.

    The comparison has a direction: what HOME can learn from AWAY.
    """
    found = _compare(home, away, as_of, since)
    if as_json:
        emit_json(found.to_dict())
        return
    from comparenotes.brief.terminal import render

    render(console(), found)


@click.command(
    epilog=examples(
        "cn brief gb-next us-2024 -o brief.html",
        "cn brief gb-next us-2024 us-2020 --as-of 2026-08-20 -o brief.md",
    )
)
@click.argument("home")
@click.argument("away", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Where to write: .html (prints on two pages), .md or .json.",
)
@as_of_option
@since_option
def brief(
    home: str, away: tuple[str, ...], output: Path, as_of: date | None, since: date | None
) -> None:
    """Write the findings for HOME as a page to read, print and pass on."""
    from comparenotes.brief.write import check_path, write_brief

    check_path(output)
    found = _compare(home, away, as_of, since)
    size = write_brief(found, output)
    note(f"wrote {output} ({size / 1024:,.0f} kB)")


@click.command(epilog=examples("cn explain gb-next us-2024 2"))
@click.argument("home")
@click.argument("away", nargs=-1, required=True)
@click.argument("n", type=click.IntRange(min=1))
@as_of_option
@json_option
def explain(home: str, away: tuple[str, ...], n: int, as_of: date | None, as_json: bool) -> None:
    """Show everything behind finding N: rows, formula, limits, what would change it."""
    found = _compare(home, away, as_of, None)
    if n > len(found.findings):
        raise CompareNotesError(
            f"there is no finding {n}",
            where=" ".join((home, *away)),
            hint=f"there are {len(found.findings)}: see cn compare",
        )
    finding = found.findings[n - 1]
    if as_json:
        emit_json(
            finding.to_dict(n)
            | {
                "formula": finding.formula,
                "would_change": finding.would_change,
                "why": finding.extra.get("why"),
                "rows": [dict(r) for r in finding.data],
            }
        )
        return
    from comparenotes.brief.terminal import explain as render

    render(console(), found, finding)
