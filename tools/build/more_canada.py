"""PollsterAudit's Canadian polls 1945 to 2026: one JSON file for each half of a cycle."""

from __future__ import annotations

import calendar
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

KEY = "ca_pollsteraudit"
FOLDER = "polls_ca"

CODES = ("LPC", "CPC", "PC", "Reform", "CA", "NDP", "CCF", "SC", "BP", "BQ", "GPC", "PPC", "Others")
"""Party headings of all files. The PC, Reform and the CA came before the CPC; the CCF
before the NDP (1945 to 1958; from 1960 on the files head its column NDP)."""

_MAX_ERROR = 10.0
"""No margin of error is larger: such a cell is a sample size one column too far left."""

_MONTHS_UNTIL = date(1984, 12, 31)
"""Until then a poll dated the first of a month is known by its month alone."""

_EPOCH = date(1970, 1, 1)
_ROLLING = ("SES", "SES Research", "Nanos", "Nanos Research", "Harris-Decima")
_FOUR_WEEKS = ("Nanos Research",)
_NIGHTS = 3
_MODES = {
    "online": "online",
    "text/online": "online",
    "telephone": "phone",
    "phone": "phone",
    "ivr": "ivr",
    "phone (ivr)": "ivr",
    "telephone/online": "online/phone",
    "online/telephone": "online/phone",
}


def poll_rows(raw: Path) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return one dictionary a poll with its fieldwork, and what was left out or mended.

    The files give the last day of fieldwork. In those of 2015 and 2019 (and one row
    of 2006) the figure for others is missing and the next two cells stand one column
    too far left: put back, their sample sizes are known.
    """
    rows: list[dict[str, Any]] = []
    count = {"no date": 0, "cells one column too far left, put back": 0}
    for path in sorted((raw / FOLDER).glob("*-*campaign_period.json")):
        text = path.read_text(encoding="utf-8")
        if not text:  # no election has been called
            continue
        table = json.loads(text)
        for cells in table["data"]:
            r = dict(zip(table["headings"], cells, strict=True))
            if r["Date"] is None:
                count["no date"] += 1
                continue
            if (r.get("MarginOfError") or 0) > _MAX_ERROR:
                r |= {"Others": None, "SampleSize": r["MarginOfError"], "PollingMethod": None}
                count["cells one column too far left, put back"] += 1
            rows.append(r | {"day": day_of(r["Date"])})
    ends: dict[str, set[date]] = {}
    for r in rows:
        ends.setdefault(r["PollingFirm"], set()).add(r["day"])
    return [_row(r, ends[r["PollingFirm"]]) for r in rows], count


def day_of(value: int | str) -> date:
    """Return a date given in milliseconds since 1970 or as ISO text."""
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    return _EPOCH + timedelta(milliseconds=value)


def _row(r: Mapping[str, Any], ends: set[date]) -> dict[str, Any]:
    end: date = r["day"]
    start, published = rolling_start(r, ends), None
    if end.day == 1 and end <= _MONTHS_UNTIL:
        start, end = end, end.replace(day=calendar.monthrange(end.year, end.month)[1])
        published = end + timedelta(days=1)
    method = str(r.get("PollingMethod") or "").lower().replace("(rolling)", "").strip()
    size = r.get("SampleSize")
    return {
        "start": start,
        "end": end,
        "published": published,
        "pollster": r["PollingFirm"],
        "sample_size": None if size is None else round(size),
        "mode": _MODES.get(method),
        **{c: float(r[c]) for c in CODES if r.get(c) is not None},
    }


def rolling_start(r: Mapping[str, Any], ends: Sequence[date] | set[date]) -> date | None:
    """Return the first day of a rolling sample, or None where it is not known.

    A firm that rolls and has another sample within two days published nightly, of
    three nights; Nanos otherwise publishes four weeks every week, since 2013.
    """
    rolls = "rolling" in str(r.get("PollingMethod") or "") or r["PollingFirm"] in _ROLLING
    end: date = r["day"]
    if not rolls:
        return None
    if any(0 < abs((end - other).days) <= 2 for other in ends):
        return end - timedelta(days=_NIGHTS - 1)
    if r["PollingFirm"] in _FOUR_WEEKS and end >= date(2013, 1, 1):
        return end - timedelta(days=27)
    return None
