"""What votes turn into, on a terminal: seats, majorities, thresholds, a second round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from comparenotes.brief.figure import clean
from comparenotes.brief.terminal import name, put, text
from comparenotes.compare import phrases as words
from comparenotes.race.result import Race

if TYPE_CHECKING:
    from rich.console import Console

NO_PARTY = "oth"
"""Everybody else together: they have seats, and no majority of their own."""

TOLD = 0.005
"""A probability is printed if it is at least this, and short of certain by as much."""


def render_seats(console: Console, race: Race) -> None:
    """Print seats, who may have a majority and who clears the threshold, or why not."""
    f = race.forecast
    if f is None:
        return
    if f.seats is not None and not f.seats.is_empty():
        console.print()
        rows = sorted(f.seats.to_dicts(), key=lambda r: (r["contender"] == NO_PARTY, -r["mean"]))
        told = [f"{name(race, r['contender'])} {_range(r)}" for r in rows]
        unit = str(f.seats["unit"][0]).capitalize()
        put(console, (f"{unit}, mean and 90% range: ", "bold"), f"{'; '.join(told)}.")
        put(console, ("A majority: ", "bold"), _majorities(race, rows))
        for bloc in f.blocs:
            _bloc(console, race, bloc)
    elif f.seats_note and f.run_off is None:
        console.print()
        put(console, (f"Seats: {f.seats_note}", "dim"))
    open_ = [t for t in f.thresholds if TOLD < t["p_clears"] < 1 - TOLD]
    if open_:
        told = [f"{name(race, t['contender'])} {words.percent(t['p_clears'])}" for t in open_]
        limit = words.number(open_[0]["threshold"], 0)
        put(console, (f"Clears the {limit}% threshold: ", "bold"), f"{'; '.join(told)}.")


def _bloc(console: Console, race: Race, bloc: Mapping[str, Any]) -> None:
    """Print a bloc's seats and majority; members without seats of their own are named."""
    if not bloc["contenders"]:
        return
    who = words.join([name(race, c) for c in bloc["contenders"]])
    if bloc["missing"]:
        who += f"; not counted: {words.join([name(race, c) for c in bloc['missing']])}"
    told = f" ({who}): {_range(bloc)}, a majority {words.percent(bloc['p_majority'])}."
    put(console, (clean(bloc["name"]), "bold"), told)


def _range(row: Mapping[str, Any]) -> str:
    low, high = words.number(row["lo90"], 0), words.number(row["hi90"], 0)
    return f"{words.number(row['mean'], 0)} ({low} to {high})"


def _majorities(race: Race, rows: list[dict[str, Any]]) -> str:
    """Return each party's probability of more than half of the seats, and of nobody's."""
    parties = [r for r in rows if r["contender"] != NO_PARTY]
    told = [
        f"{name(race, r['contender'])} {words.percent(r['p_majority'])}"
        for r in sorted(parties, key=lambda r: -r["p_majority"])
        if r["p_majority"] >= TOLD
    ]
    nobody = 1 - sum(r["p_majority"] for r in parties)
    if nobody >= TOLD or not told:
        told.append(f"nobody {words.percent(nobody)}")
    return f"{'; '.join(told)}."


def render_run_off(console: Console, race: Race, result: Mapping[str, float]) -> None:
    """Print the second round by who may meet whom; ``result`` is its outcome, if known."""
    second = race.forecast.run_off if race.forecast is not None else None
    if second is None:
        return
    from rich.table import Table

    console.print()
    day = words.day(date.fromisoformat(second["date"]))
    put(console, (f"Run-off on {day}, from the polls that asked about it", "bold"))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "they meet", "polls", "share", "90% range", "wins"):
        table.add_column(column, justify="left" if not column else "right")
    for duel in second["duels"]:
        one, other = sorted(duel["shares"], key=lambda s: -s["mean"])
        table.add_row(
            text(f"{name(race, one['contender'])} against {name(race, other['contender'])}"),
            text(words.percent(duel["p_meet"])),
            text(str(duel["polls"])),
            text(words.number(one["mean"])),
            text(f"{words.number(one['lo90'])} to {words.number(one['hi90'])}"),
            text(words.percent(duel["p_first"][one["contender"]])),
        )
    if second["duels"]:
        console.print(table)
        put(console, ("Share and win: of the one named first, should the two meet.", "dim"))
    told = [
        f"{name(race, c)} {words.percent(p)}"
        for c, p in sorted(second["p_elected"].items(), key=lambda x: -x[1])
        if p >= TOLD
    ]
    if second["p_unpolled"] >= TOLD:
        told.append(f"a pair not forecast here {words.percent(second['p_unpolled'])}")
    put(console, "Probability of being elected: ", f"{'; '.join(told)}.")
    if result:
        came = [f"{name(race, c)} {words.number(x)}" for c, x in result.items()]
        put(console, ("Result: ", "bold"), f"{', '.join(came)}.")
