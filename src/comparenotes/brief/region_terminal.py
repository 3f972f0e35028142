"""Regions of a race on a terminal: one in full, or those that may decide it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from comparenotes import words
from comparenotes.brief.polling_day import polling_day
from comparenotes.brief.terminal import name, put, text
from comparenotes.document.chart import clean
from comparenotes.race.result import Race

if TYPE_CHECKING:
    from rich.console import Console

CLOSEST = 12
"""Regions listed: those whose winner is least certain."""


def render_region(
    console: Console,
    race: Race,
    row: Mapping[str, Any],
    result: Mapping[str, float] | None = None,
) -> None:
    """Print one region's polling day, from national and all regional polls together.

    ``result`` is the region's own, where known: it stands beside.
    """
    from rich.table import Table

    put(
        console,
        (f"{clean(race.campaign.title)}: {clean(row['name'])}", "bold"),
        (f"   as of {words.day(race.as_of)}", "dim"),
    )
    own = words.count(row["polls"], "poll").capitalize()
    nation = words.count(race.polls_used, "national poll")
    told = f"{own} of the region, read together with {nation} and those of the other regions."
    put(console, (told, "dim"))
    console.print()
    table = Table(box=None, pad_edge=False, header_style="bold")
    columns = ("", "polling day", "90% range", "first", *(("result",) if result else ()))
    for column in columns:
        table.add_column(column, justify="left" if not column else "right")
    for share in sorted(row["shares"], key=lambda s: -s["mean"]):
        p = row["p_first"].get(share["contender"])
        cells = [
            name(race, share["contender"]),
            words.number(share["mean"]),
            f"{words.number(share['lo90'])} to {words.number(share['hi90'])}",
            "–" if p is None else words.percent(p),
        ]
        if result:
            came = result.get(share["contender"])
            cells.append("–" if came is None else words.number(came))
        table.add_row(*(text(c) for c in cells))
    console.print(table)
    if race.forecast is not None:
        put(console, (f"{polling_day(race, race.forecast)}; first: most votes here.", "dim"))


def render_regions(console: Console, race: Race) -> None:
    """Print the regions whose winner is least certain; nothing where none are modelled."""
    forecast = race.forecast
    if forecast is None or not forecast.regions or len(race.average) != 2:
        return
    from rich.table import Table

    first = race.average["contender"][0]
    close = sorted(forecast.regions, key=lambda r: abs(r["p_first"].get(first, 0.0) - 0.5))
    table = Table(box=None, pad_edge=False, header_style="bold")
    second = race.average["contender"][1]
    heading = f"{name(race, first)} less {name(race, second)}"
    for column in ("closest regions", "polls", heading, "90% range", f"{name(race, first)} first"):
        table.add_column(column, justify="left" if column == "closest regions" else "right")
    for row in close[:CLOSEST]:
        m = row["margin"]
        table.add_row(
            text(clean(row["name"])),
            text(str(row["polls"])),
            text(words.signed(m["mean"])),
            text(f"{words.signed(m['lo90'])} to {words.signed(m['hi90'])}"),
            text(words.percent(row["p_first"][first])),
        )
    console.print()
    console.print(table)
    put(console, (f"{len(forecast.regions)} regions in all; every one with --json.", "dim"))
