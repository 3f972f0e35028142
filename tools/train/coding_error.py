"""How far the coders' shares are off on held-out hand-coded texts: what the intervals assume.

``python -m tools.train.coding_error TEXTS --held HELD.npz``

HELD is what ``tools.train.topics --evaluate --cache HELD.npz`` writes. Topics: the squared
error of a topic's share in a manifesto over that share, which says a sample of how many
sentences would be off as far, and how the errors of two parties of one year go together.
Stance: the share of a stance in each genre and side of the 440 sentences, documents
held out, the mean over five divisions.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.message.stance import STANCES
from tools.train.windows import TEST, TRAINING, read

LEAST = 0.3
"""Points: a smaller share counts as this one where errors are divided by it."""


def topics(texts: Path, probability: Any) -> dict[str, float]:
    """Return the error of shares of the 20 topics (no policy left out) on held-out manifestos."""
    d = pl.read_csv(texts / "uk_manifestos_cap_coded_1983_2010.csv")
    y = d["majortopic"].to_numpy()
    numbers = np.unique(y)
    label = numbers[probability.argmax(axis=1)]
    year, party = d["year"].to_numpy(), d["party"].to_numpy()
    errors: dict[tuple[int, str], Any] = {}
    for v in np.unique(year):
        for who in ("con", "lab"):
            mine = (year == v) & (party == who)
            if not mine.any():
                continue
            true = np.array([(y[mine] == t).mean() for t in numbers]) * 100
            counted = np.array([(label[mine] == t).mean() for t in numbers]) * 100
            told = (counted + 100 * probability[mine].mean(axis=0)) / 2
            root = np.sqrt(np.maximum(told, LEAST))
            errors[int(v), who] = ((told - true) / root)[numbers != 0]
    every = np.concatenate(list(errors.values()))
    years = sorted({v for v, _ in errors})
    pairs = [np.concatenate([errors[v, who] for v in years]) for who in ("con", "lab")]
    square = float((every**2).mean())
    return {
        "shares": len(every),
        "squared_error_per_point": round(square, 3),
        "worth_sentences": round(100 / square),
        "together": round(float(np.corrcoef(pairs[0], pairs[1])[0, 1]), 2),
        "within_90": round(float((np.abs(every) < 1.645 * np.sqrt(square)).mean()), 3),
    }


def stance(texts: Path) -> dict[str, Any]:
    """Return how far shares of stances are off by genre and side, and a sample of that error.

    The chance error of so few coded sentences is taken off; what remains is systematic.
    """
    from tools.train.stance import held_out, inputs, tweets

    test, training = read(TEST, texts), read(TRAINING, texts)
    x, more = inputs([*test, *training]), tweets(texts)
    y = np.array([STANCES.index(r.first) for r in test])
    found = held_out([*test, *training], len(test), x, more)
    cell = np.array([f"{r.file}:{r.party}" for r in test])
    told, square, chance = [], [], []
    for name in np.unique(cell):
        mine = cell == name
        size = int(mine.sum())
        if size < 20:
            continue
        for i, s in enumerate(STANCES[:3]):
            true = (y[mine] == i).astype(float)
            said = (found[:, mine] == i).mean(axis=0)
            error = float(said.mean() - true.mean())
            p = float(said.mean())
            told.append(
                {"cell": str(name), "n": size, "stance": s, "hand": round(100 * true.mean(), 1),
                 "coded": round(100 * p, 1)}
            )  # fmt: skip
            square.append(error**2 / max(p * (1 - p), 0.02))
            chance.append(float((said - true).var(ddof=1)) / size / max(p * (1 - p), 0.02))
    rest = float(np.mean(square) - np.mean(chance))
    return {
        "cells": told,
        "squared_error_over_variance": round(float(np.mean(square)), 5),
        "of_it_chance": round(float(np.mean(chance)), 5),
        "worth_sentences": round(1 / max(rest, 1e-6)),
        "worth_sentences_with_chance": round(1 / float(np.mean(square))),
    }


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--held", type=Path)
    args = a.parse_args()
    if args.held is not None:
        with np.load(args.held) as held:
            for key in ("linear", "embedding"):
                print(key, json.dumps(topics(args.texts, held[key])))
    told = stance(args.texts)
    for row in told.pop("cells"):
        print(json.dumps(row))
    print("stance", json.dumps(told))


if __name__ == "__main__":
    main()
