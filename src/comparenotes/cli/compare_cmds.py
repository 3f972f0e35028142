"""``cn compare``, ``cn brief``, ``cn explain``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comparenotes.cli.options import as_of_option, examples, json_option, since_option
from comparenotes.cli.output import console, emit_json, note, open_campaign, progress
from comparenotes.errors import CompareNotesError

if TYPE_CHECKING:
    from comparenotes.campaigns.model import Campaign
    from comparenotes.compare.comparison import Comparison


@dataclass(frozen=True)
class Own:
    """What of the user's own is read with HOME: texts, and notes kept outside its folder."""

    texts: tuple[Path, ...] = ()
    notes: Path | None = None
    reader: str = "governs"

    def added(self, home: Campaign) -> Campaign:
        """Return ``home`` with them."""
        if self.texts:
            home = replace(home, texts=self.texts)
        if self.notes is not None:
            import polars as pl

            from comparenotes.web.notes import NotesFile

            more = NotesFile(self.notes).frame()
            home = replace(home, notes=pl.concat([home.notes, more], how="vertical_relaxed"))
        return home


def _own_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--texts``, ``--notes`` and ``--reader``; it gets them as ``own``."""

    @click.option(
        "--texts",
        multiple=True,
        type=click.Path(path_type=Path, exists=True),
        metavar="PATH",
        help="Texts of HOME to read instead of its folder's texts/.",
    )
    @click.option(
        "--notes",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        help="A notes.csv to read besides HOME's own, such as one kept by cn serve.",
    )
    @click.option(
        "--reader",
        type=click.Choice(("governs", "opposes")),
        default="governs",
        show_default=True,
        help="Which side of HOME reads it: lessons are worded for that side.",
    )
    @wraps(command)
    def wrapped(
        *args: Any, texts: tuple[Path, ...], notes: Path | None, reader: str, **more: Any
    ) -> None:
        command(*args, own=Own(texts, notes, reader), **more)

    return wrapped


def _compare(
    home: str,
    away: tuple[str, ...],
    as_of: date | None,
    since: date | None,
    own: Own,
) -> Comparison:
    from comparenotes.compare import compare as run

    with progress(f"comparing {home} with {', '.join(away)}"):
        first = own.added(open_campaign(home))
        others = [open_campaign(name) for name in away]
        return run(first, *others, as_of=as_of, since=since, reader=own.reader)


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
@_own_options
@json_option
def compare(
    home: str,
    away: tuple[str, ...],
    as_of: date | None,
    since: date | None,
    as_json: bool,
    own: Own,
) -> None:
    """Compare the HOME campaign with one or more AWAY campaigns.

    The comparison has a direction: what HOME can learn from AWAY.
    """
    found = _compare(home, away, as_of, since, own)
    if as_json:
        emit_json(found.to_dict())
        return
    from comparenotes.brief.terminal import render

    render(console(), found)


@click.command(
    epilog=examples(
        "cn brief gb-next us-2024 -o brief.html",
        "cn brief gb-next us-2024 us-2020 --as-of 2026-08-20 -o brief.md",
        "cn brief us-2012 gb-2010 --texts speeches.csv -o brief.html",
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
    help="Where to write: .html (prints on two pages), .pdf (printed by Chromium, Chrome or Edge), "
    ".md or .json.",
)
@as_of_option
@since_option
@_own_options
def brief(
    home: str,
    away: tuple[str, ...],
    output: Path,
    as_of: date | None,
    since: date | None,
    own: Own,
) -> None:
    """Write the findings for HOME as a page to read, print and pass on."""
    from comparenotes.brief.write import check_path, write_brief

    check_path(output)
    found = _compare(home, away, as_of, since, own)
    size = write_brief(found, output)
    note(f"wrote {output} ({size / 1024:,.0f} kB)")


@click.command(epilog=examples("cn explain gb-next us-2024 2"))
@click.argument("home")
@click.argument("away", nargs=-1, required=True)
@click.argument("n", type=click.IntRange(min=1))
@as_of_option
@_own_options
@json_option
def explain(
    home: str, away: tuple[str, ...], n: int, as_of: date | None, as_json: bool, own: Own
) -> None:
    """Show everything behind finding N: rows, formula, limits, what would change it."""
    found = _compare(home, away, as_of, None, own)
    if n > len(found.findings):
        raise CompareNotesError(
            f"there is no finding {n}",
            where=" ".join((home, *away)),
            hint=f"there are {len(found.findings)}: see cn compare",
        )
    finding = found.findings[n - 1]
    if as_json:
        from comparenotes.brief.behind import explained

        emit_json(explained(found, finding))
        return
    from comparenotes.brief.terminal import explain as render

    render(console(), found, finding)
