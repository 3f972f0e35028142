"""What votes turn into, on a terminal: seats, majorities, thresholds, a second round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from comparenotes import words
from comparenotes.brief import seats_words as told
from comparenotes.brief.terminal import name, put, text
from comparenotes.document.chart import clean
from comparenotes.race.result import Race

if TYPE_CHECKING:
    from rich.console import Console


def render_seats(console: Console, race: Race) -> None:
    """Print seats, who may have a majority and who clears the threshold, or why not."""
    f = race.forecast
    if f is None:
        return
    rows = told.seat_rows(f)
    if rows:
        console.print()
        for label, part in told.both(race):
            seats = "; ".join(f"{name(race, r['contender'])} {told.span(r)}" for r in part)
            put(console, (f"{label}: ", "bold"), f"{seats}.")
        if told.skew_sentence(rows):
            put(console, (told.skew_sentence(rows), "dim"))
        put(console, (f"{told.majority_label(rows)}: ", "bold"), told.majorities(race, rows))
        for bloc in told.told_blocs(f):
            sentence = f" {told.bloc_sentence(race, bloc)}"
            put(console, (clean(bloc["name"]), "bold"), sentence)
    elif f.seats_note and f.run_off is None:
        console.print()
        put(console, (f"Seats: {f.seats_note}", "dim"))
    label, sentence = told.threshold_sentence(race, f)
    if label:
        put(console, (f"{label}: ", "bold"), sentence)
    if rows and f.seats_note:
        put(console, (f"How: {f.seats_note}", "dim"))


def render_run_off(console: Console, race: Race, result: Mapping[str, float]) -> None:
    """Print the second round by who may meet whom; ``result`` is its outcome, if known."""
    second = race.forecast.run_off if race.forecast is not None else None
    if second is None:
        return
    from rich.table import Table

    console.print()
    day = told.run_off_day(second)
    put(console, (f"Run-off on {day}, from the polls that asked about it", "bold"))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "they meet", "polls", "share", "90% range", "wins"):
        table.add_column(column, justify="left" if not column else "right")
    for duel in second["duels"]:
        one, other = told.in_order(duel)
        table.add_row(
            text(told.pair(race, [one["contender"], other["contender"]])),
            text(words.percent(duel["p_meet"])),
            text(str(duel["polls"])),
            text(words.number(one["mean"])),
            text(f"{words.number(one['lo90'])} to {words.number(one['hi90'])}"),
            text(words.percent(duel["p_first"][one["contender"]])),
        )
    if second["duels"]:
        console.print(table)
        put(console, ("Share and win: of the one named first, should the two meet.", "dim"))
    else:
        put(console, told.no_polls_sentence(second))
    bare = told.bare_sentence(race, second)
    if bare:
        put(console, "Not forecast: ", bare)
    put(console, "Probability of being elected: ", told.elected_sentence(race, second))
    if result:
        came = [f"{name(race, c)} {words.number(x)}" for c, x in result.items()]
        put(console, ("Result: ", "bold"), f"{', '.join(came)}.")
