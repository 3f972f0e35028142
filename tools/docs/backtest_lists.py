"""The long tables of docs/backtest.md: by system and country, every election, the columns."""

from __future__ import annotations

from typing import Any

import polars as pl
from lab.markdown import markdown

from comparenotes.campaigns.catalogue import campaign_ids
from comparenotes.cli.backtest_show import ratio
from comparenotes.race import backtest as bt
from comparenotes.race import backtest_table as table
from comparenotes.words import share
from tools.docs.tables import listed
from tools.docs.tables import two as number

SHOWN = (0, 30, 90, 180, 365)
"""Distances in the table of every election."""


def groups(rows: pl.DataFrame) -> str:
    """Return the section on systems and countries."""
    parts = [
        "## By system and by country",
        f"Groups of {table.MIN_VERDICT} elections or more; for smaller ones no verdict is given.",
    ]
    for column, title in (("system", "system"), ("country", "country")):
        made = table.grouped(rows.filter(pl.col("horizon").is_in((0, 30, 90, 180))),
                             [column, "horizon"]).sort(column, "horizon")  # fmt: skip
        enough = made.filter(pl.col("elections") >= table.MIN_VERDICT)
        few = made.filter(pl.col("horizon") == 0, pl.col("elections") < table.MIN_VERDICT)
        parts.append(
            listed(
                enough.to_dicts(),
                {
                    title: lambda r, column=column: f"`{r[column]}`",  # type: ignore[misc]
                    "days": lambda r: r["horizon"],
                    "elections": lambda r: r["elections"],
                    "MAE": lambda r: number(r["mae"]),
                    "14-day mean's": lambda r: number(r["base_mae"]),
                    "MAE ratio": lambda r: ratio(r, "mae"),
                    "CRPS ratio": lambda r: ratio(r, "crps"),
                    "in 90%": lambda r: share(r["in90"]),
                    "CRPS verdict": lambda r: r["verdict"],
                },
                left=(title, "CRPS verdict"),
            )
        )
        if few.height:
            parts.append(
                "Too few to say: "
                + ", ".join(f"`{r[column]}` ({r['elections']})" for r in few.to_dicts())
                + "."
            )
    return "\n\n".join(parts)


# -------------------------------------------------------------- every election


def election_cells(rows: pl.DataFrame) -> dict[str, dict[int, tuple[float, float]]]:
    """Return campaign -> days -> (MAE, the 14-day mean's), from rows per contender."""
    out: dict[str, dict[int, tuple[float, float]]] = {}
    for r in table.per_election(rows).to_dicts():
        if r["base_mae"] is not None:
            out.setdefault(r["campaign"], {})[r["horizon"]] = (r["mae"], r["base_mae"])
    return out


def cell(pair: tuple[float, float] | None) -> str:
    """Return ``MAE / the mean's`` of one election at one distance."""
    return "" if pair is None else f"{pair[0]:.2f} / {pair[1]:.2f}"


def _first(race: dict[str, Any] | None) -> str:
    if race is None:
        return ""
    return "a tie" if race["winner"] is None else f"{race['winner']}, {share(race['p_winner'])}"


def elections(rows: pl.DataFrame, races: pl.DataFrame) -> str:
    """Return the section with one row an election."""
    rows = table.eligible(rows)
    cells = election_cells(rows)
    eve = {r["campaign"]: r for r in races.filter(pl.col("horizon") == 0).to_dicts()}
    inside = {
        r["campaign"]: (r["in90"], r["contenders"])
        for r in table.per_election(rows).filter(pl.col("horizon") == 0).to_dicts()
    }
    lines = []
    for name, day in rows.select("campaign", "date").unique().sort("date", "campaign").iter_rows():
        first = eve.get(name)
        hit = inside.get(name)
        lines.append(
            (
                f"`{name}`",
                day.isoformat(),
                *(cell(cells[name].get(h)) for h in SHOWN),
                f"{round(hit[0] * hit[1])} of {hit[1]}" if hit else "",
                _first(first),
            )
        )
    return (
        "## Every election\n\n"
        "Mean absolute error in points, Compare Notes / mean of the last 14 days, by days to go; "
        "results inside the eve's 90% intervals; who came first, and the probability given to "
        "that on the eve. Empty: no polls that early, or too few elections to learn from.\n\n"
        + markdown(
            ("election", "polling day", *(f"{h} days" for h in SHOWN), "in 90%", "came first"),
            lines,
            "2 3 4 5 6 7",
        )
    )


def rest() -> str:
    """Return what was tried, and what the columns of the rows are."""
    of_race = [c for c in bt.RACES if c not in bt.ROWS]
    return (
        "## What was tried and did not help\n\n"
        "Each with its number, in [what was tried](tried.md).\n\n"
        "## The rows\n\n"
        f"`cn backtest race -o FILE` writes one row a contender, distance and campaign "
        f"({len(campaign_ids())} campaigns are bundled, those to come among them). Shares and "
        "errors are in per cent and points.\n\n"
        f"{markdown(('column', 'what it is'), [(f'`{c}`', MEANING[c]) for c in bt.ROWS])}\n\n"
        "Repeated on every row of a race:\n\n"
        f"{markdown(('column', 'what it is'), [(f'`{c}`', MEANING[c]) for c in of_race])}"
    )


MEANING = {
    "campaign": "id of the campaign",
    "region": "empty for the whole country",
    "country": "ISO 3166-1",
    "system": "electoral system",
    "date": "polling day",
    "horizon": "days to polling day; 0 is the eve",
    "as_of": "nothing published later was used",
    "learned_from": "earlier elections behind the learned constants",
    "polls": "polls used",
    "newest_poll_days": "age of the newest poll in days",
    "contender": "id of the contender",
    "result": "result, over the contenders of the forecast",
    "mean": "mean of the forecast",
    "sd": "its standard deviation",
    "abs_error": "absolute error of the mean (MAE when averaged)",
    "sq_error": "squared error of the mean (RMSE: the root of its average)",
    "crps": "continuous ranked probability score",
    "in50": "result inside the central 50% interval",
    "in80": "the same, 80%",
    "in90": "the same, 90%",
    "in95": "the same, 95%",
    "pit": "share of the draws below the result",
    "p_first": "probability of coming first",
    "came_first": "whether it did; empty for a tie",
    "base": "mean of the last 14 days' polls, else of the last three; then `base_crps`, its CRPS, "
    "and `base_sd`, its learned error (both empty under 15 earlier elections)",
    "base_firms": "last poll of each firm within 60 days; `base_firms_crps`, `base_firms_sd`",
    "base_last": "last result; `base_last_crps`, `base_last_sd`",
    "winner": "who came first; empty for a tie in the figures there are",
    "favourite": "who was most likely to",
    "p_winner": "probability given to the winner",
    "p_favourite": "probability given to the favourite",
    "brier": "Brier score of who comes first, over all contenders: 0 best, 2 worst",
    "log_score": "minus the log of the probability given to the winner",
    "base_leads": "who led the 14-day mean",
    "leader": "who led the polls' line",
    "runner_up": "who came second in it",
    "p_ahead_in_polls": "probability of the leader being ahead of the runner-up, shared error out",
    "p_ahead": "the same among voters, shared error in",
    "p_still_ahead_21d": "the same 21 days later (or on polling day)",
    "p_still_ahead_in_polls_21d": "still ahead in the polls 21 days later, shared error out",
    "ahead_result": "whether the leader beat the runner-up at the election",
    "ahead_line_21d": "whether the leader was ahead in the polls' line 21 days later",
    "ahead_mean_21d": "whether the leader was ahead in the 14-day mean 21 days later",
}
"""What each column of the rows is."""
