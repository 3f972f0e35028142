"""A rate of keeping office that moves with time, tested forward in time.

Governments kept office less often lately. A hierarchical model with partial pooling:
each past decade (counted back from the case) has a departure from the long-run rate of
its term; how much decades differ is estimated from those over by then (DerSimonian and
Laird, 1986, Controlled Clinical Trials 7:177), and the last decade's departure is
shrunk by it. With polls, the same departure is that from what the poll says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from lab.record.forward import (
    WITHIN,
    Floats,
    Mask,
    Score,
    Told,
    forward,
    late,
    score,
    usable,
)

from comparenotes.record import tables
from comparenotes.record.bootstrap import MIN_CASES
from comparenotes.record.skill import HANDOVER, POLL_DAYS, SPLIT
from comparenotes.record.standing import STEP

PERIOD = 3652.5
"""Days of a period: ten years."""
RECENT = (SPLIT, date(2010, 1, 1), date(2020, 1, 1))


def departure(residuals: Floats, ages: Floats) -> float:
    """Return the last period's shrunk departure; ``ages`` are days before the case.

    Zero where the periods differ no more than chance would have it.
    """
    periods = (ages // PERIOD).astype(int)
    names, counts = np.unique(periods, return_counts=True)
    if names[0] != 0 or len(names) < 2:
        return 0.0
    means = np.asarray([residuals[periods == p].mean() for p in names])
    within = float(np.mean(residuals**2))
    if within == 0:
        return 0.0
    w = counts / within
    centre = float((w @ means) / w.sum())
    q = float(w @ (means - centre) ** 2)
    between = (q - (len(names) - 1)) / float(w.sum() - (w @ w) / w.sum())
    if between <= 0:
        return 0.0
    return float(means[0]) * between / (between + within / float(counts[0]))


def moving(rows: Sequence[Mapping[str, Any]]) -> Told:
    """Return what the moving rate says of every case."""
    day = np.asarray([r["date"].toordinal() for r in rows], dtype=np.float64)

    def moved(i: int, residuals: Floats, may: Mask, what: str) -> float:
        return departure(residuals[may], day[i] - day[may])

    return forward(rows, moved)


def with_polls(rows: Sequence[Mapping[str, Any]], as_of: date) -> tuple[Told, Told]:
    """Return what the poll 90 days out says, alone and with the moving departure.

    The poll's rule is a line from the standing to keeping office (and to the change of
    the vote), refitted for every case on elections over before it in other countries.
    ``base`` of both is the rolling base rate of the term.
    """
    polled = _standings(rows, as_of)
    plain = forward(rows, lambda *_: 0.0)
    base = {r["case"]: i for i, r in enumerate(plain.rows)}
    keep: list[int] = []
    said: list[tuple[float, float, float, float]] = []
    cases = [r for r in rows if r["case"] in polled]
    for r in cases:
        train = [
            t for t in cases if t["date"] < r["date"] - HANDOVER and t["country"] != r["country"]
        ]
        if r["case"] not in base or len(train) < MIN_CASES:
            continue
        x = np.asarray([polled[t["case"]] for t in train])
        ages = np.asarray([float((r["date"] - t["date"]).days) for t in train])
        out = []
        for what in ("kept_office", "vote_change"):
            y = np.asarray([float(t[what]) for t in train])
            slope, start = np.polyfit(x, y, 1)
            now = float(start + slope * polled[r["case"]])
            moved = now + departure(y - (start + slope * x), ages)
            if what == "kept_office":
                now, moved = (float(np.clip(v, *WITHIN)) for v in (now, moved))
            out += [now, moved]
        keep.append(base[r["case"]])
        said.append((out[0], out[1], out[2], out[3]))
    at = np.asarray(keep, dtype=int)
    table = np.asarray(said, dtype=np.float64).reshape(-1, 4)

    def told(chance: int, change: int) -> Told:
        return Told(
            rows=[plain.rows[i] for i in keep],
            kept=plain.kept[at],
            change=plain.change[at],
            base=plain.base[at],
            base_change=plain.base_change[at],
            chance=table[:, chance],
            chance_change=table[:, change],
        )

    return told(0, 2), told(1, 3)


def _standings(rows: Sequence[Mapping[str, Any]], as_of: date) -> dict[str, float]:
    """Return case -> poll standing about 90 days before the vote, where there were polls."""
    near = tables.table("standings").filter(
        (pl.col("date") <= as_of)
        & (pl.col("grid") == "vote")
        & ((pl.col("days_to_go") - POLL_DAYS).abs() <= STEP // 2 + 1)
    )
    mean = near.group_by("country", "election_date", maintain_order=True).agg(
        pl.col("standing").mean()
    )
    found = {(r["country"], r["election_date"]): r["standing"] for r in mean.to_dicts()}
    out = {}
    for r in rows:
        close = [
            (abs((day - r["date"]).days), x)
            for (country, day), x in found.items()
            if country == r["country"] and abs((day - r["date"]).days) <= 16
        ]
        if close:
            out[str(r["case"])] = float(min(close)[1])
    return out


def scores(as_of: date, democracy: str | None) -> list[Score]:
    """Return the moving rate's scores, without and with polls, over all and of late."""
    rows = usable(tables.cases(as_of), democracy).to_dicts()
    told = moving(rows)
    out = [score(f"moving rate, cases since {d.year}", told.since(d)) for d in RECENT]
    poll, both = with_polls(rows, as_of)
    out.append(score(f"poll {POLL_DAYS} days out", late(poll)))
    out.append(score(f"poll {POLL_DAYS} days out and moving rate", late(both)))
    return out
