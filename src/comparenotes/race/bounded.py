"""Work bounded by the number of polls: beyond a stated number, one row a firm and week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from comparenotes.errors import DataError

if TYPE_CHECKING:
    from comparenotes.race.prepare import PollRow

MAX_POLLS = 4_000
"""Polls that are fitted one by one; no bundled campaign has so many."""

MAX_FIRMS = 250
"""Firms with a house effect of their own; smaller ones share one."""

MOST = 20_000
"""Rows that can be fitted at all."""

SMALL_FIRMS = "other firms"
MERGED = f"polls put together by firm and week, for they are over {MAX_POLLS:,}"


def bounded(polls: Sequence[PollRow], out: Counter[str]) -> list[PollRow]:
    """Return ``polls``, those of one firm, question and week as one where they are many.

    The shares of a week are weighted by the people asked. Cost is linear in the number
    of polls; what is put together is counted in ``out``.

    Raises
    ------
    DataError
        If even so there are more than :data:`MOST`.
    """
    firms = Counter(p.pollster for p in polls)
    if len(polls) <= MAX_POLLS and len(firms) <= MAX_FIRMS:
        return list(polls)
    named = {f for f, _ in sorted(firms.items(), key=lambda x: (-x[1], x[0]))[:MAX_FIRMS]}
    weeks: dict[tuple[object, ...], list[PollRow]] = {}
    for p in polls:
        poll = p if p.pollster in named else replace(p, pollster=SMALL_FIRMS)
        key = (
            poll.pollster,
            poll.end.isocalendar()[:2],
            poll.mode,
            poll.population,
            poll.question,
            poll.groups.tobytes(),
        )
        weeks.setdefault(key, []).append(poll)
    merged = [_together(week) for week in weeks.values()]
    if len(merged) > MOST:
        raise DataError(
            f"{len(polls):,} polls of {len(firms):,} firms make {len(merged):,} rows of a firm "
            f"and week, more than can be fitted ({MOST:,})",
            where="polls",
            hint="take fewer years or firms, or one region",
        )
    out[MERGED] += len(polls) - len(merged)
    return merged


def _together(week: Sequence[PollRow]) -> PollRow:
    """Return the polls of a week as one."""
    if len(week) == 1:
        return week[0]
    told = [p.sample_size for p in week if p.sample_size is not None]
    usual = float(np.mean(told)) if told else 1.0
    sizes = np.array([p.sample_size if p.sample_size is not None else usual for p in week])
    shares = sizes @ np.array([p.shares for p in week]) / sizes.sum()
    return replace(
        week[0],
        start=min(p.start for p in week),
        end=max(p.end for p in week),
        sample_size=float(sizes.sum()) if told else None,
        step=max(p.step for p in week) / len(week) ** 0.5,
        shares=shares,
        weight=float(np.mean([p.weight for p in week])),
    )
