"""Words and phrases that set k sides apart: log-odds with an informative Dirichlet prior.

Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16 (2008), equations
15, 16 and 22: each side against the others, the prior proportional to the counts of
all. Counts are mergeable: shards are counted apart and added.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from comparenotes.message.languages import SMALL_WORDS

PRIOR = 500.0
"""Size of the prior in words."""
MIN_COUNT = 5
"""A phrase said fewer times in all is not ranked."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Term:
    """A word or phrase, how often a side and the others said it, and its z-score."""

    term: str
    count: int
    others: int
    z: float


def zscores(counts: F64, prior: F64) -> F64:
    """Return ``(sides, terms)`` z-scores of the log-odds against the other sides.

    Parameters
    ----------
    counts
        ``(sides, terms)`` counts.
    prior
        ``(terms,)`` positive pseudo-counts.
    """
    n, total, a0 = counts.sum(axis=1, keepdims=True), counts.sum(axis=0), prior.sum()
    rest, rest_n = total - counts, counts.sum() - n
    mine, theirs = counts + prior, rest + prior
    odds = np.log(mine / (n + a0 - mine)) - np.log(theirs / (rest_n + a0 - theirs))
    out: F64 = odds / np.sqrt(1 / mine + 1 / theirs)
    return out


def counted(sentences: pl.DataFrame) -> dict[str, Counter[str]]:
    """Return each contender's counts of words and word pairs; add them to merge shards."""
    out: dict[str, Counter[str]] = {}
    for who, text in sentences.select("contender", "text").iter_rows():
        words = [w.lower() for w in _WORD.findall(text)]
        c = out.setdefault(who, Counter())
        c.update(words)
        c.update(f"{a} {b}" for a, b in pairwise(words))
    return out


def merge(parts: Iterable[Mapping[str, Counter[str]]]) -> dict[str, Counter[str]]:
    """Return the sum of counts."""
    out: dict[str, Counter[str]] = {}
    for part in parts:
        for who, c in part.items():
            out.setdefault(who, Counter()).update(c)
    return out


def contrast(
    counts: Mapping[str, Counter[str]], top: int = 20, size: float = PRIOR
) -> dict[str, list[Term]]:
    """Return each side's most distinctive terms, strongest first."""
    sides = sorted(counts)
    total: Counter[str] = Counter()
    for s in sides:
        total.update(counts[s])
    terms = sorted(t for t, n in total.items() if n >= MIN_COUNT)
    if len(sides) < 2 or not terms:
        return {s: [] for s in sides}
    x = np.array([[counts[s][t] for t in terms] for s in sides], dtype=np.float64)
    prior = size * x.sum(axis=0) / x.sum()
    z = zscores(x, prior)
    out = {}
    for i, s in enumerate(sides):
        best = sorted(range(len(terms)), key=lambda j: (-z[i, j], terms[j]))[:top]
        out[s] = [
            Term(terms[j], int(x[i, j]), int(x[:, j].sum() - x[i, j]), float(z[i, j]))
            for j in best
            if z[i, j] > 0
        ]
    return out


ADDS_NOTHING = 0.6
"""A word adds nothing to a phrase if so much of it is said within that phrase."""
SMALL = SMALL_WORDS["en"]
"""A phrase with such a word ("lower the") does not stand for the other."""


def says(term: str) -> bool:
    """Return whether a term holds a word that is not small ("for", "that's" say nothing)."""
    return any(w.replace("’", "'").partition("'")[0] not in SMALL for w in term.split())


def distinct(ranked: Sequence[Term], counts: Mapping[str, int]) -> list[Term]:
    """Return terms without overlap, the place of the strongest first.

    Of a phrase and its words one is kept: the phrase, in the word's place, where most of a
    word's mentions are within it ("middle class" rather than "class"), else the stronger.

    Parameters
    ----------
    ranked
        Terms of one side, strongest first.
    counts
        That side's counts of all terms.
    """
    phrases = [t for t in ranked if " " in t.term]
    whole: dict[str, Term] = {}
    for t in phrases:
        words = t.term.split()
        for w in () if SMALL.intersection(words) else words:
            if t.count >= ADDS_NOTHING * counts.get(w, 0):
                whole.setdefault(w, t)
    out: list[Term] = []
    told: set[str] = set()
    for t in ranked:
        best = t if " " in t.term else whole.get(t.term, t)
        parts = set(best.term.split())
        if best not in out and not parts & told:
            out.append(best)
            told |= parts
    return out
