"""Gower's distance on visible features (Gower, Biometrics 27, 1971).

Every feature gives a distance between 0 and 1: unequal words 1, equal 0; numbers
the difference over the range. A feature one side lacks does not count. The
distance is the mean over the features both have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

TERM_CAP = 4.0
"""Later terms count as the fourth."""

NUMBERS: Mapping[str, float] = {
    "term": 3.0,
    "months": 120.0,
    "share_before": 50.0,
    "margin_before": 40.0,
    "fragmentation": 8.0,
}
"""Numeric features and the range over which their difference counts fully."""

WORDS = ("family", "system", "region", "office", "rival_family")
FLAGS = ("coalition", "changed_in_term", "first_before", "full_term")

FEATURES = (*NUMBERS, *WORDS, *FLAGS)
"""What is visible before polling day and compared."""

Floats = NDArray[np.float64]


def _number(rows: Sequence[Mapping[str, Any]], name: str) -> Floats:
    """Return one numeric feature, NaN where missing; terms are capped at the fourth."""
    array = np.asarray([np.nan if r.get(name) is None else float(r[name]) for r in rows])
    return np.minimum(array, TERM_CAP) if name == "term" else array


def _code(values: Sequence[Any], known: dict[Any, int]) -> NDArray[np.int64]:
    """Return the values as numbers from one vocabulary, -1 where missing."""
    return np.asarray([-1 if v is None else known.setdefault(v, len(known)) for v in values])


def distances(a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]]) -> Floats:
    """Return the (len(a), len(b)) matrix of Gower distances, 1 where nothing can be compared."""
    total = np.zeros((len(a), len(b)))
    weight = np.zeros_like(total)
    for name, span in NUMBERS.items():
        d = np.abs(_number(a, name)[:, None] - _number(b, name)[None, :]) / span
        told = ~np.isnan(d)
        total += np.where(told, np.minimum(np.nan_to_num(d), 1.0), 0.0)
        weight += told
    for name in (*WORDS, *FLAGS):
        known: dict[Any, int] = {}
        x = _code([r.get(name) for r in a], known)[:, None]
        y = _code([r.get(name) for r in b], known)[None, :]
        told = (x >= 0) & (y >= 0)
        total += told & (x != y)
        weight += told
    return np.where(weight > 0, total / np.maximum(weight, 1), 1.0)


def shared(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return which features make two cases near and which do not: ``alike``, ``unlike``."""
    out: dict[str, list[str]] = {"alike": [], "unlike": []}
    for name in FEATURES:
        x, y = a.get(name), b.get(name)
        if x is None or y is None:
            continue
        if name in NUMBERS:
            cap = TERM_CAP if name == "term" else np.inf
            gap = abs(min(float(x), cap) - min(float(y), cap)) / NUMBERS[name]
            near = gap <= 0.1
        else:
            near = x == y
        out["alike" if near else "unlike"].append(name)
    return out
