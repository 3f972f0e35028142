"""What coders score on documents kept aside: by source, genre and country. No training here."""

from __future__ import annotations

from typing import Any

import numpy as np


def binary(y: Any, said: Any) -> dict[str, float]:
    """Return recall, precision, F1 and the shares said and true, per cent."""
    tp = float((y & said).sum())
    recall, precision = tp / max(1, y.sum()), tp / max(1, said.sum())
    return {
        "n": int(y.sum()),
        "recall": recall,
        "precision": precision,
        "f1": 2 * tp / max(1.0, float(y.sum() + said.sum())),
        "said": 100 * float(said.mean()) if len(y) else 0.0,
        "true": 100 * float(y.mean()) if len(y) else 0.0,
    }


def by_source(s: Any, found: Any) -> dict[str, Any]:
    """Return a first look at held-out documents of a student's set: topics and issues."""
    out: dict[str, Any] = {}
    source = np.array([t.source for t in s.texts])[s.doc]
    topics = s.target.shape[1] - 2
    best = found[:, :topics].argmax(1)
    for name in np.unique(source):
        rows = s.held & s.hand & (source == name)
        if not rows.any():
            continue
        y = s.target[rows]
        row: dict[str, Any] = {
            "n": int(rows.sum()),
            "topic_f1": macro_f1(y[:, :topics].argmax(1), best[rows]),
            "topic_accuracy": float((y[:, :topics].argmax(1) == best[rows]).mean()),
        }
        for j, k in enumerate(("migration", "green")):
            row[k] = binary(y[:, topics + j] > 0.5, found[rows, topics + j] > 0)
        out[str(name)] = row
    return out


def macro_f1(y: Any, p: Any) -> float:
    """Return the mean F1 over the topics present."""
    scores = []
    for t in np.union1d(y, p):
        tp = float(((y == t) & (p == t)).sum())
        scores.append(2 * tp / max(1.0, float((y == t).sum() + (p == t).sum())))
    return float(np.mean(scores))
