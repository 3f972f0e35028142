"""Seats, majorities, thresholds and a second round in words: one text, every renderer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from comparenotes import words
from comparenotes.brief.race_charts import LARGE
from comparenotes.brief.terminal import name
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import reading_day
from comparenotes.document.chart import clean
from comparenotes.race.result import Forecast, Race

TOLD = 0.005
"""A probability is told if it is at least this, and short of certain by as much."""

SHORT = 0.01
"""The same in a short line."""

FEW = 8
"""Contenders named in a sentence; a table has them all."""


def seat_rows(forecast: Forecast) -> list[dict[str, Any]]:
    """Return the rows of seats, most first and everybody else last; empty where there are none."""
    return [] if forecast.seats is None else by_seats(forecast.seats)


def by_seats(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table of seats in the order in which they are shown."""
    return sorted(table.to_dicts(), key=lambda r: (r["contender"] == OTHERS, -r["mean"]))


def both(race: Race) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return label and rows of seats on polling day, and if the vote were held now."""
    f = race.forecast
    rows = seat_rows(f) if f is not None else []
    if f is None or not rows:
        return []
    unit = unit_of(rows[0])
    out = [(f"{unit} on polling day, mean and 90% range", rows)]
    if f.seats_now is not None and f.days_to_go > 0:
        day = words.day(reading_day(race.campaign, race.as_of))
        out.append((f"{unit} if the vote were held on {day}", by_seats(f.seats_now)))
    return out


def listed(race: Race, rows: list[dict[str, Any]]) -> str:
    """Return who has how many seats, in a line; every large contender is named."""
    large = set(race.average.filter(pl.col("mean") >= LARGE)["contender"])
    parties = [r for r in rows if r["contender"] != OTHERS]
    shown = [r for i, r in enumerate(parties) if i < FEW or r["contender"] in large]
    return "; ".join(f"{name(race, r['contender'])} {span(r)}" for r in shown) + "."


def span(row: Mapping[str, Any]) -> str:
    """Return ``120 (80 to 190)``: mean and 90% range of seats."""
    low, high = words.number(row["lo90"], 0), words.number(row["hi90"], 0)
    return f"{words.number(row['mean'], 0)} ({low} to {high})"


def unit_of(row: Mapping[str, Any]) -> str:
    """Return what is won: ``Seats`` or ``Electoral votes``."""
    return str(row["unit"]).capitalize()


def nobody(rows: list[dict[str, Any]]) -> float:
    """Return the probability that no contender has more than half of the seats."""
    parties = (float(r["p_majority"]) for r in rows if r["contender"] != OTHERS)
    return max(0.0, 1 - sum(parties))


def majorities(race: Race, rows: list[dict[str, Any]], least: float = TOLD) -> str:
    """Return each contender's probability of more than half of the seats, and of nobody's.

    Those under ``least`` are not named.
    """
    parties = [r for r in rows if r["contender"] != OTHERS]
    told = [
        f"{name(race, r['contender'])} {words.percent(r['p_majority'])}"
        for r in sorted(parties, key=lambda r: -r["p_majority"])
        if r["p_majority"] >= least
    ]
    none = nobody(rows)
    if none >= least or not told:
        told.append(f"nobody {words.percent(none)}")
    return f"{'; '.join(told)}."


def majority_label(rows: list[dict[str, Any]]) -> str:
    """Return ``A majority, 326 of 650``, or without the figures where they are not known."""
    row = rows[0]
    if row.get("majority") is None:
        return "A majority"
    return f"A majority, {words.number(row['majority'], 0)} of {words.number(row['total'], 0)}"


def skew_sentence(rows: list[dict[str, Any]]) -> str:
    """Return why a mean may lie outside its own range, where one does; else empty."""
    # as shown, in whole seats: a mean of 0.2 over a range of 0 to 0 puzzles nobody
    if any(round(r["mean"]) > round(r["hi90"]) or round(r["mean"]) < r["lo90"] for r in rows):
        return "A mean outside its range comes from few outcomes far from the others."
    return ""


def members(race: Race, bloc: Mapping[str, Any]) -> str:
    """Return who is in a bloc; members without seats of their own are named apart."""
    told = words.join([name(race, c) for c in bloc["contenders"]])
    if bloc["missing"]:
        told += f"; not counted: {words.join([name(race, c) for c in bloc['missing']])}"
    return told


def bloc_sentence(race: Race, bloc: Mapping[str, Any]) -> str:
    """Return who is in a bloc, its seats and its probability of a majority."""
    chance = words.percent(bloc["p_majority"])
    return f"({members(race, bloc)}): {span(bloc)}, a majority {chance}."


def told_blocs(forecast: Forecast) -> list[dict[str, Any]]:
    """Return the blocs of which somebody has seats of their own."""
    return [dict(b) for b in forecast.blocs if b["contenders"]]


def threshold_sentence(race: Race, forecast: Forecast) -> tuple[str, str]:
    """Return ``Clears the 5% threshold`` and whose chance of it is open; empty where nobody's.

    Where local seats stand in for the threshold, they count as cleared and are named.
    """
    open_ = [t for t in forecast.thresholds if TOLD < t["p_clears"] < 1 - TOLD]
    if not open_:
        return "", ""
    told = [f"{name(race, t['contender'])} {words.percent(t['p_clears'])}" for t in open_]
    label = f"Clears the {threshold(open_[0])}% threshold"
    if open_[0].get("or_local_seats"):
        label += ", or is let in by local seats"
    return label, f"{'; '.join(told)}."


def threshold(row: Mapping[str, Any]) -> str:
    """Return a threshold's per cent: ``5``, ``3.25``."""
    return f"{row['threshold']:g}"


# ------------------------------------------------------------------ a second round


def run_off_day(second: Mapping[str, Any]) -> str:
    """Return the day of the second round in words."""
    return words.day(date.fromisoformat(second["date"]))


def in_order(duel: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the shares of the two who meet, the larger first."""
    one, other = sorted(duel["shares"], key=lambda s: -s["mean"])
    return one, other


def pair(race: Race, contenders: tuple[str, str] | list[str]) -> str:
    """Return ``A against B``."""
    return " against ".join(name(race, c) for c in contenders)


def duel_sentence(race: Race, duel: Mapping[str, Any]) -> str:
    """Return how likely two meet and, if they do, both outcomes with the share behind them."""
    one, other = in_order(duel)
    first, second = (name(race, x["contender"]) for x in (one, other))
    chances = [words.percent(duel["p_first"][x["contender"]]) for x in (one, other)]
    return (
        f"{first} and {second} meet: {words.percent(duel['p_meet'])}. If they do, "
        f"{words.count(duel['polls'], 'poll')} put {first} at {words.number(one['mean'])} "
        f"({words.number(one['lo90'])} to {words.number(one['hi90'])}), and the chances of "
        f"winning are {first} {chances[0]}, {second} {chances[1]}."
    )


def elected_sentence(race: Race, second: Mapping[str, Any]) -> str:
    """Return everybody's probability of being elected over both rounds."""
    told = [
        f"{name(race, c)} {words.percent(p)}"
        for c, p in sorted(second["p_elected"].items(), key=lambda x: -x[1])
        if p >= TOLD
    ]
    if second["p_unpolled"] >= TOLD:
        told.append(f"a pair not forecast here {words.percent(second['p_unpolled'])}")
    return f"{'; '.join(told)}." if told else "not known."


def bare_sentence(race: Race, second: Mapping[str, Any]) -> str:
    """Return which pairs that may meet have too few polls; empty where there are none."""
    from comparenotes.race.run_off import MIN_POLLS

    bare = second.get("not_forecast", [])
    if not bare:
        return ""
    told = [f"{pair(race, b['contenders'])} (meet {words.percent(b['p_meet'])})" for b in bare]
    few = words.word(MIN_POLLS)
    return f"{words.some(told, FEW)}: fewer than {few} polls asked about it."


def no_polls_sentence(second: Mapping[str, Any]) -> str:
    """Return that nobody asked about a second round, where nobody did; else empty."""
    if second["duels"]:
        return ""
    return (
        "No pair that may meet was asked about often enough: what a second round on "
        f"{run_off_day(second)} would bring is not forecast."
    )


# ------------------------------------------------------------------ all of it, in lines


def outlook_title(race: Race) -> str:
    """Return what :func:`outlook_lines` are about: ``Seats``, ``Electoral votes``, ``Run-off``."""
    f = race.forecast
    if f is not None and f.run_off is not None:
        return "Run-off"
    rows = seat_rows(f) if f is not None else []
    return unit_of(rows[0]) if rows else "Seats"


def outlook_lines(race: Race, *, short: bool = False) -> list[tuple[str, str]]:
    """Return label and sentence of what the votes may turn into; empty where not forecast.

    ``short`` has the chances alone, of every outcome.
    """
    f = race.forecast
    if f is None:
        return []
    if f.run_off is not None:
        return _run_off_lines(race, f.run_off, short=short)
    rows = seat_rows(f)
    if not rows:
        return []
    out = [] if short else [(label, listed(race, part)) for label, part in both(race)]
    out.append((majority_label(rows), majorities(race, rows, SHORT if short else TOLD)))
    for b in told_blocs(f):
        chance = words.percent(b["p_majority"])
        out.append(
            (
                f"{clean(b['name'])} ({members(race, b)})",
                f"a majority {chance}." if short else f"{span(b)}, a majority {chance}.",
            )
        )
    label, sentence = threshold_sentence(race, f)
    return [*out, (label, sentence)] if label else out


def _run_off_lines(race: Race, second: Mapping[str, Any], *, short: bool) -> list[tuple[str, str]]:
    if not second["duels"]:
        return [("Run-off", no_polls_sentence(second))]
    elected = ("Elected, over both rounds", elected_sentence(race, second))
    if short:
        return [elected]
    duels = [(f"Run-off on {run_off_day(second)}", duel_sentence(race, d)) for d in second["duels"]]
    bare = bare_sentence(race, second)
    return [*duels, elected, *([("Not forecast", bare)] if bare else [])]
