"""``cn race --constituencies``: each constituency's likeliest winner, and how likely."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comparenotes.cli.output import console, emit_json, note, progress
from comparenotes.errors import CompareNotesError

if TYPE_CHECKING:
    import polars as pl

    from comparenotes.campaigns.model import Campaign

CLOSEST = 30
"""Constituencies shown one by one in the terminal."""


def show(campaign: Campaign, day: date, out: Path | None, *, as_json: bool) -> None:
    """Print, or write to a .csv file, the constituencies of ``campaign`` as known on ``day``."""
    from comparenotes.race.places import constituencies

    if out is not None and out.suffix.lower() != ".csv":
        raise CompareNotesError(
            f"cannot write a {out.suffix or 'nameless'} file",
            where=str(out),
            hint="end the name in .csv",
        )
    with progress(f"drawing the constituencies of {campaign.id}"):
        table = constituencies(campaign, day)
    if out is not None:
        chances = [c for c in table.columns if c.startswith("p_")]
        try:
            table.with_columns(_rounded("p", *chances)).write_csv(out)
        except OSError as e:
            raise CompareNotesError(str(e.strerror or e), where=str(out)) from None
        note(f"wrote {out}: {table.height} constituencies")
    if as_json:
        emit_json(_record(campaign, day, table))
    elif out is None:
        _print(campaign, table)


def _rounded(*columns: str) -> pl.Expr:
    import polars as pl

    return pl.col(*columns).round(4)


def _record(campaign: Campaign, day: date, table: pl.DataFrame) -> dict[str, Any]:
    names = [c.removeprefix("p_") for c in table.columns if c.startswith("p_")]
    told = ("key", "name", "nation", "region", "holder", "winner", "p", "class")
    return {
        "campaign": campaign.id,
        "as_of": day.isoformat(),
        "constituencies": [
            {**{k: row[k] for k in told}, "chances": {c: row[f"p_{c}"] for c in names}}
            for row in table.iter_rows(named=True)
        ],
    }


def _print(campaign: Campaign, table: pl.DataFrame) -> None:
    from rich.table import Table

    from comparenotes.race.seats.gb_places import CLASSES

    called = {c.id: c.name for c in campaign.contenders}
    screen = console()
    counts = {
        (str(w), str(c)): n
        for w, c, n in table.group_by("winner", "class", maintain_order=True).len().iter_rows()
    }
    leads = (
        table.group_by("winner", maintain_order=True)
        .len()
        .sort("len", "winner", descending=[True, False])
    )
    summary = Table(box=None, title="Constituencies by likeliest winner", title_justify="left")
    summary.add_column("")
    for name, _ in CLASSES:
        summary.add_column(name, justify="right")
    summary.add_column("all", justify="right")
    for winner, n in leads.iter_rows():
        told = [str(counts.get((winner, name), 0)) for name, _ in CLASSES]
        summary.add_row(called.get(winner, "Others"), *told, str(n))
    screen.print(summary)
    words = [f"{name}: over {100 * least:.0f}%" for name, least in CLASSES[:-1]]
    words.append(f"{CLASSES[-1][0]}: less")
    screen.print(
        f"{'; '.join(words)}. A party leads in more or fewer of them than it can expect to win: "
        "the mean number of seats is in cn race without --constituencies.\n"
    )
    close = Table(box=None, title=f"The {CLOSEST} closest", title_justify="left")
    for head in ("", "last won by", "likeliest", "chance"):
        close.add_column(head, justify="right" if head == "chance" else "left")
    for row in table.sort("p", "key").head(CLOSEST).iter_rows(named=True):
        close.add_row(
            row["name"],
            called.get(row["holder"], "Others"),
            called.get(row["winner"], "Others"),
            f"{100 * row['p']:.0f}%",
        )
    screen.print(close)
    screen.print(f"All {table.height}: --json, or --out FILE.csv for a map.")
