"""Shares of issues and stances from a tally, with intervals over documents.

Documents are resampled, not sentences (a speech is on its topic for minutes); a side
with a single document is resampled in blocks of 50 sentences, and one with a single block
has Jeffreys' interval for its sentences. Nothing said of under five documents is graded
above "too few to say".

The share of an issue is the mean of two estimates: the sentences coded as being on it,
and the sum of the coder's probabilities. The first misses what the coder is half sure
of, the second spreads every doubt over all issues; their mean had the smaller error in
held-out manifestos (docs/message.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from comparenotes.message.tally import ALL, ANY

DRAWS = 1_000
MIN_DOCUMENTS = 5
MIN_HITS = 15
"""Under so many sentences no share within an issue (attack, record, promise) is given."""
SPOKEN = 2.0
"""Per cent of its sentences from which a side is said to speak of an issue."""

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Share:
    """A share in per cent with its 90% interval and the draws behind it.

    ``hits`` are the sentences coded so; the share of an issue is not quite ``hits / of``.
    """

    hits: int
    of: int
    share: float
    lo90: float
    hi90: float
    draws: F64

    def minus(self, other: Share) -> tuple[float, float, float]:
        """Return the difference (points) and its 90% interval; sides are independent."""
        n = min(len(self.draws), len(other.draws))
        d = self.draws[:n] - other.draws[:n]
        mean = self.share - other.share
        lo, hi = np.quantile(d, (0.05, 0.95))
        return mean, float(min(lo, mean)), float(max(hi, mean))

    def to_dict(self) -> dict[str, Any]:
        """Return the promised JSON form."""
        return {"hits": self.hits, "share": self.share, "lo90": self.lo90, "hi90": self.hi90}


@dataclass(frozen=True, eq=False)
class Line:
    """One issue of one contender."""

    issue: str
    contender: str
    documents: int
    sentences: int
    salience: Share
    stances: Mapping[str, Share | None]

    def to_dict(self) -> dict[str, Any]:
        """Return the promised JSON form; a stance with too few sentences is null."""
        s = self.salience
        return {
            "issue": self.issue,
            "contender": self.contender,
            "documents": self.documents,
            "sentences": self.sentences,
            "hits": s.hits,
            "share": s.share,
            "lo90": s.lo90,
            "hi90": s.hi90,
            "enough": self.documents >= MIN_DOCUMENTS,
            **{k: v.to_dict() if v else None for k, v in self.stances.items()},
        }


def _weights(units: int, rng: np.random.Generator) -> F64:
    """Return ``(draws, units)`` bootstrap weights."""
    return rng.multinomial(units, np.full(units, 1 / units), size=DRAWS).astype(np.float64)


def _share(hits: F64, of: F64, weights: F64, expected: F64 | None = None) -> Share:
    each = hits if expected is None else (hits + expected) / 2
    top, bottom = weights @ each, weights @ of
    raw = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
    draws = 100 * raw
    if weights.shape[1] == 1:  # one block cannot be resampled: its sentences are, by Jeffreys
        a, n = float(each.sum()), float(of.sum())
        rng = np.random.default_rng([round(1_000 * a), round(n)])
        draws = 100 * rng.beta(a + 0.5, max(n - a, 0.0) + 0.5, size=DRAWS)
    mean = float(100 * each.sum() / max(1.0, of.sum()))
    lo, hi = np.quantile(draws, (0.05, 0.95))
    if hits.sum() == 0:  # the rule of three: nothing found is not nothing there
        hi = max(float(hi), 100 * (1 - 0.1 ** (1 / max(1.0, of.sum()))))
    return Share(
        int(hits.sum()), int(of.sum()), mean, float(min(lo, mean)), float(max(hi, mean)), draws
    )


def lines(
    tally: pl.DataFrame,
    issues: Sequence[str],
    contenders: Sequence[str],
    seed: int = 0,
) -> list[Line]:
    """Return one line an issue and contender with texts, in the order given."""
    out: list[Line] = []
    for who in contenders:
        own = tally.filter(pl.col("contender") == who)
        if own.is_empty():
            continue
        documents = own["document"].n_unique()
        unit = ["document"] if documents > 1 else ["document", "block"]
        base = own.filter(pl.col("issue") == ALL).group_by(unit).agg(pl.col("n").sum()).sort(unit)
        # The label plays no part: the same texts under another name give the same draws.
        weights = _weights(base.height, np.random.default_rng([seed, base.height]))
        wide = (
            own.filter(pl.col("issue") != ALL)
            .group_by(*unit, "issue", "stance")
            .agg(pl.col("n").sum(), pl.col("expected").sum())
        )
        for issue in issues:
            rows = wide.filter(pl.col("issue") == issue)
            by = {
                s: _aligned(base, rows.filter(pl.col("stance") == s), unit)
                for s in ("attack", "own_record", "promise", "neither")
            }
            hits = sum(by.values(), np.zeros(base.height))
            expected = _aligned(base, rows.filter(pl.col("stance") == ANY), unit, "expected")
            of = base["n"].to_numpy().astype(np.float64)
            salience = _share(hits, of, weights, expected)
            within = {
                s: _share(by[s], hits, weights) if hits.sum() >= MIN_HITS else None
                for s in ("attack", "own_record", "promise")
            }
            out.append(Line(issue, who, documents, salience.of, salience, within))
    return sorted(
        out, key=lambda x: (list(issues).index(x.issue), list(contenders).index(x.contender))
    )


def _aligned(base: pl.DataFrame, rows: pl.DataFrame, unit: list[str], value: str = "n") -> F64:
    sums = rows.group_by(unit).agg(pl.col(value).sum())
    found = base.select(unit).join(sums, on=unit, how="left", maintain_order="left")
    return found[value].fill_null(0).to_numpy().astype(np.float64)


def contest(of_issue: Sequence[Line]) -> str:
    """Return the verdict on an issue over its sides.

    ``battleground``: at least two sides surely speak of it (lower end of the 90%
    interval over 2% of their sentences); ``one side: X``: X surely does and each
    other surely less than X; ``quiet``: no side does; else ``cannot be told apart``.
    """
    speak = [x for x in of_issue if x.salience.lo90 >= SPOKEN]
    if len(of_issue) < 2:
        return "only one side has texts"
    if len(speak) >= 2:
        return "battleground"
    if len(speak) == 1:
        one = speak[0]
        rest = [x for x in of_issue if x is not one]
        if all(one.salience.minus(x.salience)[1] > 0 for x in rest):
            return f"one side: {one.contender}"
    if all(x.salience.hi90 < SPOKEN for x in of_issue):
        return "quiet"
    return "cannot be told apart"
