"""Short codes of the constituencies of 2024 -> official codes.

The overlap file calls a constituency by three letters of its name (``AFM``, Aberafan
Maesteg). An assignment over all of them at once finds the name that fits best: its
letters stand in the name in that order, and the constituencies it was made from have
words in common with it and lie in its region.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl

COMMON = frozenset(
    [
        "and",
        "the",
        "of",
        "upon",
        "on",
        "north",
        "south",
        "east",
        "west",
        "central",
        "mid",
        "under",
        "with",
        "by",
        "in",
    ]
)
"""Words that many names share."""

ELSEWHERE = -5.0
"""Score where too little of the population lies in the name's region."""

LEAST_REGION = 0.3
"""Part of the population that has to lie in the name's region."""


def words(name: str) -> list[str]:
    """Return the words of a name in plain letters."""
    plain = name.lower().replace("'", "")
    for accented, letter in (("ô", "o"), ("ŵ", "w"), ("â", "a")):
        plain = plain.replace(accented, letter)
    return re.sub(r"[^a-z ]", " ", plain).split()


def letters(code: str, name: str) -> float:
    """Return how well a short code abbreviates a name: 1 all initials, 0 not at all."""
    text = " ".join(words(name))
    best = {0: 0.0}  # letters of the code used up to here -> best score
    for k, letter in enumerate(text):
        initial = k == 0 or text[k - 1] == " "
        for used in sorted(best, reverse=True):
            if used < len(code) and code[used].lower() == letter:
                score = best[used] + (1.0 if initial else 0.3)
                best[used + 1] = max(best.get(used + 1, 0.0), score)
    return best.get(len(code), 0.0) / len(code)


def official_codes(overlap: pl.DataFrame, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return PARL25, key, name, region: each short code with its official code.

    Parameters
    ----------
    overlap
        PARL10, PARL25, overlap_pop.
    old, new
        key, name, region of the constituencies before and after.
    """
    from scipy.optimize import linear_sum_assignment

    parts = overlap.join(old.rename({"key": "PARL10"}), on="PARL10").sort("PARL25", "PARL10")
    codes = overlap["PARL25"].unique().sort().to_list()
    names = new.sort("key").select("key", "name", "region").rows()
    if len(codes) != len(names):
        raise ValueError(f"{len(codes)} short codes, {len(names)} constituencies")
    score = np.full((len(codes), len(names)), ELSEWHERE)
    told = [(set(words(n)) - COMMON, set(words(n)), r) for _, n, r in names]
    for i, code in enumerate(codes):
        here = parts.filter(pl.col("PARL25") == code)
        share = (here["overlap_pop"] / here["overlap_pop"].sum()).to_list()
        before = [set(words(n)) for n in here["name"]]
        regions = here["region"].to_list()
        for k, (rare, every, region) in enumerate(told):
            if sum(p for p, r in zip(share, regions, strict=True) if r == region) < LEAST_REGION:
                continue
            alike = sum(
                p
                * (
                    len((b - COMMON) & rare) / max(len(rare), 1)
                    + 0.3 * len(b & every) / len(b | every)
                )
                for p, b in zip(share, before, strict=True)
            )
            score[i, k] = alike + 1.2 * letters(code.rsplit(".", 1)[-1], names[k][1])
    rows, columns = linear_sum_assignment(-score)
    found = [(codes[i], *names[k]) for i, k in zip(rows, columns, strict=True)]
    return pl.DataFrame(found, schema=["PARL25", "key", "name", "region"], orient="row")
