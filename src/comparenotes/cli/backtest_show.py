"""Backtest tables on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from comparenotes.campaigns.model import LeftOut
from comparenotes.race import backtest_odds as odds
from comparenotes.race import backtest_table as table
from comparenotes.words import number, share, spread

if TYPE_CHECKING:
    from rich.console import Console

FEW = 5
"""With so many campaigns or fewer each is shown."""


def ratio(r: Mapping[str, Any], score: str) -> str:
    """Return the ratio of a score (``mae``, ``crps``) to the baseline's, with its interval."""
    return spread(r[f"{score}_ratio"], r[f"{score}_lo90"], r[f"{score}_hi90"], 2)


def inside(r: Mapping[str, Any], key: str = "in90") -> str:
    """Return the share of results inside an interval, with the interval of that share.

    One campaign has nothing to resample, and no interval.
    """
    if r.get("campaigns") == 1:
        return share(r[key])
    return f"{share(r[key])} ({share(r[f'{key}_lo'])} to {share(r[f'{key}_hi'])})"


def print_table(
    screen: Console, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Print a table under its title; all columns but the first align right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(
        title=title or None,
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for i, head in enumerate(heads):
        # a campaign's id is for copying: the other columns give way
        whole = head in {"campaign", "election"}
        made.add_column(head, justify="left" if i == 0 else "right", overflow="fold", no_wrap=whole)
    for row in rows:
        made.add_row(*(str(x) for x in row))
    screen.print(made)


def show_race(screen: Console, rows: pl.DataFrame, races: pl.DataFrame) -> None:
    """Print errors and coverage by days to go, then how the probabilities did."""
    national = table.national(rows)
    if national["campaign"].n_unique() <= FEW:
        _each(screen, national, races)
    by_horizon = table.by_horizon(rows)
    if by_horizon.is_empty():
        screen.print(
            f"No comparison with the polls' mean: its error is learned from {table.MIN_EARLIER} "
            "earlier elections of the same run."
        )
        return
    print_table(
        screen,
        "Error in points, elections weighing the same, and its ratio to that of the\n"
        "mean of the last 14 days' polls (90% interval, resampling elections)",
        ("days", "elections", "MAE", "mean's", "MAE ratio", "CRPS ratio"),
        [
            (
                r["horizon"],
                r["elections"],
                number(r["mae"], 2),
                number(r["base_mae"], 2),
                ratio(r, "mae"),
                ratio(r, "crps"),
            )
            for r in by_horizon.to_dicts()
        ],
    )
    if by_horizon["elections"].min() < table.MIN_VERDICT:  # type: ignore[operator]
        screen.print(f"Under {table.MIN_VERDICT} elections: too few to say which is better.\n")
    print_table(
        screen,
        "Results inside the intervals",
        ("days", "50%", "80%", "90% (interval over elections)", "95%"),
        [
            (
                r["horizon"],
                share(r["in50"]),
                share(r["in80"]),
                inside(r),
                share(r["in95"]),
            )
            for r in by_horizon.to_dicts()
        ],
    )
    print_table(
        screen,
        "Who comes first: Brier score (0 best, 2 worst), and how often the favourite won",
        ("days", "Brier", "mean's", "difference", "favourite's p", "won"),
        [
            (
                r["horizon"],
                number(r["brier"], 2),
                number(r["base_brier"], 2),
                spread(r["difference"], r["difference_lo90"], r["difference_hi90"], 2),
                share(r["p_favourite"]),
                share(r["favourite_won"]),
            )
            for r in odds.first(rows, races).to_dicts()
        ],
    )
    _claims(screen, races)


def _each(screen: Console, rows: pl.DataFrame, races: pl.DataFrame) -> None:
    chance = {
        (r["campaign"], r["horizon"]): (r["winner"], r["p_winner"])
        for r in table.national(races).to_dicts()
    }
    lines = []
    for r in table.per_election(rows).sort("campaign", "horizon").to_dicts():
        winner, p = chance[r["campaign"], r["horizon"]]
        lines.append(
            (
                r["campaign"],
                r["horizon"],
                number(r["mae"], 2),
                number(r["base_mae"], 2),
                number(r["base_firms_mae"], 2),
                number(r["base_last_mae"], 2),
                number(r["crps"], 2),
                share(r["in90"]),
                "a tie" if winner is None else f"{winner} {share(p)}",
            )
        )
    print_table(
        screen,
        "Error in points, mean over contenders; the same of the mean of the last 14\n"
        "days' polls, of the last poll of each firm, of the last result",
        ("campaign", "days", "MAE", "14 days", "per firm", "last", "CRPS", "in 90%", "winner's p"),
        lines,
    )


def _claims(screen: Console, races: pl.DataFrame) -> None:
    print_table(
        screen,
        "Probabilities of being ahead, as said and as it came",
        ("claim; held against", "elections", "said", "came true", "Brier", "skill"),
        [
            (
                r["says"],
                r["elections"],
                share(r["p"]),
                share(r["happened"]),
                number(r["brier"], 3),
                spread(r["skill"], r["skill_lo90"], r["skill_hi90"], 2),
            )
            for r in odds.claims(races).to_dicts()
        ],
    )


def account(screen: Console, left_out: Sequence[LeftOut], title: str) -> None:
    """Print what was left out and why."""
    if left_out:
        screen.print(f"{title[:1].upper()}{title[1:]}: ", end="")
        screen.print("; ".join(f"{x.why} ({x.count:,})" for x in left_out) + ".")
