"""What a race's votes may turn into, for its page: seats, blocs, thresholds, a run-off, states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from comparenotes import words
from comparenotes.brief import charts
from comparenotes.brief import polling_day as days
from comparenotes.brief import seats_words as told
from comparenotes.brief.terminal import name
from comparenotes.campaigns.model import Campaign
from comparenotes.document.chart import Chart
from comparenotes.race.result import Race
from comparenotes.render.picture import on_page as strict

CLOSEST = 12
"""Regions listed: those whose winner is least certain."""


def outlook(campaign: Campaign, found: Race, asked: date) -> dict[str, Any]:
    """Return what the page says besides the forecast itself; ``campaign`` holds the result."""
    return {
        "seats_told": _seats(campaign, found, asked),
        "run_off_told": _run_off(campaign, found, asked),
        "closest": _closest(found),
        "surer": days.surer_sentence(found),
        "joint": days.joint_sentence(found),
        "polling_day": days.polling_day(found, found.forecast) if found.forecast else "",
    }


def _seats(campaign: Campaign, found: Race, asked: date) -> dict[str, Any] | None:
    """Return the table of seats and blocs, and who may have a majority; None without seats."""
    f = found.forecast
    rows = told.seat_rows(f) if f is not None else []
    if f is None or not rows:
        return None
    won = _won(campaign, asked)
    now = {} if f.seats_now is None else {r["contender"]: r for r in f.seats_now.to_dicts()}
    clears = {t["contender"]: t["p_clears"] for t in f.thresholds}
    table = [
        {
            "name": "Others" if r["contender"] == told.NO_PARTY else name(found, r["contender"]),
            "members": "",
            "mean": r["mean"],
            "lo90": r["lo90"],
            "hi90": r["hi90"],
            "now": told.span(now[r["contender"]]) if r["contender"] in now else None,
            "p_majority": None if r["contender"] == told.NO_PARTY else r["p_majority"],
            "p_clears": clears.get(r["contender"]),
            "won": won.get(r["contender"]),
        }
        for r in rows
    ]
    table += [
        {
            "name": b["name"],
            "members": told.members(found, b),
            "now": None,
            **{k: b[k] for k in ("mean", "lo90", "hi90", "p_majority")},
            "p_clears": None,
            "won": sum(won.get(c, 0) for c in b["contenders"]) if won else None,
        }
        for b in told.told_blocs(f)
    ]
    return {
        "unit": told.unit_of(rows[0]),
        "rows": table,
        "threshold": told.threshold(f.thresholds[0]) if f.thresholds else None,
        "or_local_seats": any(t.get("or_local_seats") for t in f.thresholds),
        "with_result": bool(won),
        "with_now": bool(now) and f.days_to_go > 0,
        "p_nobody": told.nobody(rows),
        "majority_label": told.majority_label(rows),
        "sentence": told.majorities(found, rows),
        "note": told.skew_sentence(rows),
    }


def _won(campaign: Campaign, asked: date) -> dict[str, int]:
    """Return the seats won, if known on the day asked for; else empty."""
    if campaign.election_date > asked:
        return {}
    rows = campaign.results.filter(pl.col("region").is_null() & pl.col("seats").is_not_null())
    return {str(c): int(n) for c, n in rows.select("contender", "seats").iter_rows()}


def _run_off(campaign: Campaign, found: Race, asked: date) -> dict[str, Any] | None:
    """Return the second round by who may meet whom; None where there is no second round."""
    second = found.forecast.run_off if found.forecast is not None else None
    if second is None:
        return None
    from comparenotes.race.run_off import run_off_result

    rows = []
    for duel in second["duels"]:
        one, other = told.in_order(duel)
        rows.append(
            {
                "names": [name(found, x["contender"]) for x in (one, other)],
                "p_meet": duel["p_meet"],
                "polls": duel["polls"],
                "newest_poll_end": duel["newest_poll_end"],
                **{k: one[k] for k in ("mean", "lo90", "hi90")},
                "wins": [duel["p_first"][x["contender"]] for x in (one, other)],
            }
        )
    reaches = sorted(second["p_reaches"].items(), key=lambda x: -x[1])
    return {
        "rows": rows,
        "sentence": told.no_polls_sentence(second),
        "bare": told.bare_sentence(found, second),
        "elected": told.elected_sentence(found, second),
        "reaches": "; ".join(
            f"{name(found, c)} {words.percent(p)}" for c, p in reaches if p >= told.TOLD
        ),
        "result": [
            {"name": name(found, c), "share": x} for c, x in run_off_result(campaign, asked).items()
        ],
    }


def _closest(found: Race) -> dict[str, Any] | None:
    """Return the regions whose winner is least certain; None where none are modelled."""
    f = found.forecast
    if f is None or not f.regions or found.average.height != 2:
        return None
    first, second = found.average["contender"].to_list()

    def open_(row: Mapping[str, Any]) -> float:
        return abs(float(row["p_first"].get(first, 0.0)) - 0.5)

    return {
        "heading": f"{name(found, first)} less {name(found, second)}",
        "first": name(found, first),
        "of": len(f.regions),
        "rows": [
            {
                "name": r["name"],
                "polls": r["polls"],
                "margin": dict(r["margin"]),
                "p_first": r["p_first"][first],
            }
            for r in sorted(f.regions, key=open_)[:CLOSEST]
        ],
    }


def drawn(found: Race) -> dict[str, list[dict[str, str]]]:
    """Return the drawings of seats and of the run-off, each for a page and for a phone."""
    return {
        "seats": _both(
            charts.seats_chart(found, "c-seats"),
            charts.seats_chart(found, "c-seats-narrow", wide=False),
        ),
        "run_off": _both(
            charts.run_off_chart(found, "c-run-off"),
            charts.run_off_chart(found, "c-run-off-narrow", wide=False),
        ),
    }


def _both(*found: Chart | None) -> list[dict[str, str]]:
    return [
        {"svg": strict(x), "kind": kind}
        for x, kind in zip(found, ("wide", "narrow"), strict=True)
        if x is not None
    ]
