"""Invented campaigns and cases for the record's tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from comparenotes.campaigns.model import (
    HISTORY_COLUMNS,
    POLL_COLUMNS,
    RESULT_COLUMNS,
    Campaign,
    Change,
    Contender,
    Government,
)

ELECTION = date(2015, 6, 1)
BEFORE = date(2011, 6, 1)
OFFICE = date(2011, 6, 20)


def campaign(**changes: Any) -> Campaign:
    """Return a finished campaign: the Reds (40% last time) govern and are polled monthly."""
    rows = []
    for i in range(40):
        end = OFFICE + timedelta(days=10 + 30 * i)
        for firm, lean in (("Alpha", 1.0), ("Beta", -1.0)):
            rows.append(
                {
                    **dict.fromkeys(POLL_COLUMNS),
                    "end": end,
                    "published": end + timedelta(days=1),
                    "pollster": firm,
                    "hypothetical": False,
                    "source": "invented",
                    "red": 40.0 - 0.2 * i + lean,
                    "blue": 38.0,
                }
            )
    polls = pl.DataFrame(rows, schema={**POLL_COLUMNS, "red": pl.Float64(), "blue": pl.Float64()})
    history = pl.DataFrame(
        [
            {"date": BEFORE, "region": None, "contender": c, "share": s, "seats": None}
            for c, s in (("red", 40.0), ("blue", 35.0), ("oth", 25.0))
        ],
        schema=dict(HISTORY_COLUMNS),
    )
    results = pl.DataFrame(
        [
            {"region": None, "contender": c, "share": s, "seats": None}
            for c, s in (("red", 33.0), ("blue", 41.0), ("oth", 26.0))
        ],
        schema=dict(RESULT_COLUMNS),
    )
    facts: dict[str, Any] = {
        "id": "xx-2015",
        "title": "Invented election, 2015",
        "country": "XX",
        "election_date": ELECTION,
        "system": "pr",
        "government": Government(since=OFFICE, head="A. Red", parties=("red",), term=1),
        "contenders": (
            Contender("red", "Reds", family="social democracy", role="government"),
            Contender("blue", "Blues", family="conservative", role="opposition"),
            Contender("oth", "Others"),
        ),
        "polls": polls,
        "history": history,
        "results": results,
    }
    return Campaign(**{**facts, **changes})


def leader_changed(day: date) -> Government:
    """Return the Reds' government with another head from ``day``."""
    return Government(
        since=OFFICE,
        head="A. Red",
        parties=("red",),
        term=1,
        changes=(Change(day, "B. Red"),),
    )
