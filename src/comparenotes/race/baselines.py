"""Simple averages that ship beside the model, for comparison and scoring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.race.prepare import PollRow, Prepared

Array = NDArray[np.float64]


def spread_out(prepared: Prepared, polls: Sequence[PollRow]) -> Array:
    """Return the mean (K,) of polls; unnamed contenders get the rest by anchor shares."""
    k = len(prepared.contenders)
    total, count = np.zeros(k), np.zeros(k)
    rest: list[float] = []
    for p in polls:
        single = p.groups.sum(axis=1) == 1
        total += p.groups[single].T @ p.shares[single]
        count += p.groups[single].sum(axis=0)
        rest.append(float(p.shares[~single].sum()))
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    missing = np.isnan(mean)
    if missing.any():
        weight = np.where(np.isnan(prepared.anchor[missing]), 0.01, prepared.anchor[missing])
        left = max(1.0 - float(np.nansum(mean)), 0.0)
        mean[missing] = left * weight / weight.sum()
    out: Array = mean / mean.sum()
    return out


def last_days(prepared: Prepared, day: date, days: int = 14) -> Array | None:
    """Return the mean (K,) of the last ``days`` of polls, else of the last three polls."""
    polls = [p for p in prepared.polls if p.end <= day]
    recent = [p for p in polls if p.end > day - timedelta(days=days)]
    if not recent:
        recent = sorted(polls, key=lambda p: (p.end, p.pollster))[-3:]
    return spread_out(prepared, recent) if recent else None


def last_per_firm(prepared: Prepared, day: date, days: int = 60) -> Array | None:
    """Return the mean (K,) of each firm's newest poll within ``days`` (else of all)."""
    polls = [p for p in prepared.polls if p.end <= day]
    recent = [p for p in polls if p.end > day - timedelta(days=days)] or polls
    newest: dict[str, PollRow] = {}
    for p in sorted(recent, key=lambda p: (p.end, p.start)):
        newest[p.pollster] = p
    return spread_out(prepared, list(newest.values())) if newest else None


def baselines(prepared: Prepared, day: date) -> pl.DataFrame:
    """Return baseline, contender, share (points)."""
    rows = []
    for name, mean in (
        ("mean of the last 14 days", last_days(prepared, day)),
        ("last poll of each firm", last_per_firm(prepared, day)),
        ("last result", None if np.isnan(prepared.anchor).all() else prepared.anchor),
    ):
        if mean is not None:
            rows += [
                {"baseline": name, "contender": c, "share": None if np.isnan(v) else 100 * v}
                for c, v in zip(prepared.contenders, mean.tolist(), strict=True)
            ]
    return pl.DataFrame(
        rows, schema={"baseline": pl.String, "contender": pl.String, "share": pl.Float64}
    )
