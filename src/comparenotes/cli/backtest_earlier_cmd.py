"""``cn backtest earlier``: a race's forecast, and the same before each earlier election."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from comparenotes.cli.options import as_of_option, examples, json_option
from comparenotes.cli.output import console, emit_json, open_campaign, progress

if TYPE_CHECKING:
    from rich.console import Console

    from comparenotes.race.backtest_earlier import Said


@click.command(
    short_help="What would have been said this far before earlier elections.",
    epilog=examples(
        "cn backtest earlier gb-next",
        "cn backtest earlier us-2024 --as-of 2024-08-18 --json",
    ),
)
@click.argument("campaign")
@as_of_option
@json_option
def earlier(campaign: str, as_of: date | None, as_json: bool) -> None:
    """Show the forecast of CAMPAIGN, and the same this far before each earlier election.

    Earlier elections are the bundled ones of the same country and office. Each is
    forecast as it could have been with the same number of days to go: from polls
    published, and constants learned from elections held, by then.
    """
    from comparenotes.campaigns.snapshot import reading_day, today
    from comparenotes.race import backtest_earlier as back

    whole = open_campaign(campaign)
    day = reading_day(whole, as_of or today())
    with progress(f"forecasting {campaign} and the elections before it"):
        now, then = back.said_earlier(whole, day)
    total = back.summary(then)
    if as_json:
        emit_json({"now": now.to_dict(), "then": [s.to_dict() for s in then], "summary": total})
        return
    screen = console()
    _now(screen, now)
    _then(screen, then, now.days_to_go)
    _summary(screen, then, total)


def _now(screen: Console, said: Said) -> None:
    from comparenotes import words as phrases
    from comparenotes.cli.backtest_show import print_table
    from comparenotes.words import share

    screen.print(said.title, style="bold")
    if said.why is not None:
        screen.print(f"No forecast: {said.why}.")
        return
    screen.print(
        f"As of {phrases.day(said.as_of)}, {phrases.count(said.days_to_go, 'day')} before polling "
        f"day ({phrases.day(said.election_date)}): {phrases.count(said.polls, 'poll')}, the newest "
        f"{_age(said)}; constants from {said.learned_from} earlier elections."
    )
    seats = {r["contender"]: r for r in said.seats}
    if seats and next(iter(seats.values())).get("unit") == "electoral votes":
        screen.print(
            "National polls alone, here and before earlier elections; cn race reads the states' "
            "polls with them.",
            style="dim",
        )
    print_table(
        screen,
        "",
        ("", "votes", "90% range", "most votes", *(("seats", "90% range") if seats else ())),
        [
            (
                r["name"],
                f"{r['mean']:.1f}",
                _range(r, 1),
                share(said.p_first.get(r["contender"])),
                *(_seat_cells(seats.get(r["contender"])) if seats else ()),
            )
            for r in sorted(said.shares, key=lambda r: -r["mean"])
        ],
    )
    if said.seats_note:
        screen.print(f"Seats: {said.seats_note}", style="dim")


def _age(said: Said) -> str:
    from comparenotes import words as phrases

    return f"{phrases.count(said.newest_poll_days or 0, 'day')} old"


def _seat_cells(row: Any) -> tuple[str, str]:
    return ("", "") if row is None else (f"{row['mean']:.0f}", _range(row, 0))


def _range(row: Any, digits: int) -> str:
    return f"{row['lo90']:.{digits}f} to {row['hi90']:.{digits}f}"


def _then(screen: Console, then: list[Said], days: int) -> None:
    from comparenotes import words as phrases
    from comparenotes.cli.backtest_show import print_table
    from comparenotes.words import number, share

    made = [s for s in then if s.why is None]
    if not made:
        return

    def chance(s: Said, contender: str | None) -> str:
        return "-" if contender is None else f"{contender} {share(s.p_first.get(contender))}"

    screen.print(
        f"\nThe same {phrases.count(days, 'day')} before earlier elections: age of the newest poll "
        "in days; who was likeliest to get most votes and who got them, with the probability "
        "given to each; mean error in points (last result's); results within the 90% range:"
    )
    print_table(
        screen,
        "",
        ("election", "poll", "likeliest", "came first", "error", "votes", "seats"),
        [
            (
                s.campaign,
                s.newest_poll_days,
                chance(s, s.favourite),
                chance(s, s.winner),
                f"{number(s.mae, 1)} ({number(s.last_mae, 1)})",
                _held(s.shares),
                _held(s.seats),
            )
            for s in made
        ],
    )
    screen.print("By contender: what was said, its 90% range, what came (* outside the range):")
    print_table(
        screen,
        "",
        ("election", "contender", "votes", "range", "came", "seats", "range", "came"),
        [
            (
                s.campaign if i == 0 else "",
                r["name"],
                f"{r['mean']:.1f}",
                _range(r, 0),
                _came(r, 1),
                *(_seat_cells(seat)),
                "" if seat is None else _came(seat, 0),
            )
            for s in made
            for i, r in enumerate(s.shares)
            for seat in [next((x for x in s.seats if x["contender"] == r["contender"]), None)]
        ],
    )


def _held(rows: Any) -> str:
    known = [r["inside"] for r in rows if r["inside"] is not None]
    return f"{sum(known)} of {len(known)}" if known else "-"


def _came(row: Any, digits: int) -> str:
    if row["result"] is None:
        return "-"
    return f"{row['result']:.{digits}f}{'' if row['inside'] else '*'}"


def _summary(screen: Console, then: list[Said], total: dict[str, Any]) -> None:
    from comparenotes import words as phrases

    if total["elections"]:
        told = (
            f"Over {phrases.count(total['elections'], 'election')}: mean error "
            f"{total['mae']:.1f} points, that of the last result {total['last_mae']:.1f}; "
            f"{total['inside']} of {total['contenders']} results within the 90% range; the "
            f"likeliest got most votes in {total['favourite_won']}."
        )
        if total["seats_elections"]:
            told += (
                f" Seats, modelled in {total['seats_elections']}: {total['seats_inside']} of "
                f"{total['seats_contenders']} within."
            )
        screen.print(told + " Cases, not odds.")
    without = [s for s in then if s.why is not None]
    if without:
        told = "; ".join(f"{s.campaign} ({s.why})" for s in without)
        screen.print(f"No forecast at this distance: {told}.", style="dim")
    if total["seats_elections"]:
        why: dict[str, list[str]] = {}
        for s in then:
            if s.why is None and not s.seats:
                why.setdefault(s.seats_note or "not known", []).append(s.campaign)
        for reason, names in why.items():
            screen.print(f"No seats for {', '.join(names)}: {reason}", style="dim")
