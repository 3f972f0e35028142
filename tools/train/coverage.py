"""How often the 90% intervals of shares hold the true share, in invented corpora.

``python -m tools.train.coverage [--corpora 2000]`` prints the table of docs/message.md.

A corpus has a true share, texts of unequal length whose own shares differ around it (a
beta, its correlation within a text drawn anew for each corpus from what measured texts
show), and a coder whose share is off by as much as on held-out manifestos. Beside it stand
the 5% and 95% quantiles of resampled texts alone, as this package had them before.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from comparenotes.message.coder import message_dir
from comparenotes.message.intervals import CODER_SENTENCES, Share
from comparenotes.message.measure import share_of
from comparenotes.message.tally import ALL

HITS = (0, 3, 14, 50, 500)
TEXTS = (1, 5, 30)
SENTENCES = {1: 1_500, 5: 1_500, 30: 3_000}
BLOCK = 50
AROUND = 0.2
"""The expected number of sentences lies so far around the row's, so that whole numbers mix."""
MOST_UNSEEN = 25.0
RESAMPLED = 400
TEXTS_ICC, BLOCKS_ICC = 0.026, 0.05
"""Mean correlations within a text and within a block of a speech, as ``--icc`` prints them."""


@dataclass(frozen=True)
class Cell:
    """One row of the table: of corpora with so many hits in so many texts."""

    hits: int
    texts: int
    corpora: int
    covered: float
    width: float
    before: float


def corpus(rng: Any, share: float, texts: int) -> tuple[Any, Any]:
    """Return coded sentences and sentences of each text (of each block, if there is one text)."""
    total = SENTENCES[texts]
    if texts == 1:
        of = np.full(total // BLOCK, BLOCK)
        icc = min(0.5, rng.exponential(BLOCKS_ICC))
    else:
        size = rng.lognormal(0.0, 0.6, texts)
        of = np.maximum(5, np.round(total * size / size.sum())).astype(int)
        icc = min(0.5, rng.exponential(TEXTS_ICC))
    shape = CODER_SENTENCES * share
    told = min(0.99, rng.gamma(shape) / CODER_SENTENCES) if shape > 0 else 0.0
    spread = (1 - icc) / max(icc, 1e-4)
    a, b = np.maximum(told * spread, 1e-9), (1 - told) * spread
    return rng.binomial(of, rng.beta(a, b, len(of))).astype(float), of.astype(float)


def resampled(rng: Any, hits: Any, of: Any) -> tuple[float, float]:
    """Return the quantiles of resampled texts and nothing else."""
    n = len(of)
    w = rng.multinomial(n, np.full(n, 1 / n), size=RESAMPLED)
    draws = 100 * (w @ hits) / np.maximum(w @ of, 1)
    lo, hi = np.quantile(draws, (0.05, 0.95))
    if hits.sum() == 0:
        hi = 100 * (1 - 0.1 ** (1 / of.sum()))
    return float(lo), float(hi)


def cell(hits: int, texts: int, corpora: int, seed: int = 0) -> Cell:
    """Return how often the interval holds the truth for one row of the table."""
    rng = np.random.default_rng([seed, hits, texts])
    covered, before, widths = 0, 0, []
    done = 0
    while done < corpora:
        if hits:
            expected = hits * rng.uniform(1 - AROUND, 1 + AROUND)
        else:  # nothing found: the truth as Jeffreys' prior has it
            expected = MOST_UNSEEN * rng.uniform() ** 2
        share = expected / SENTENCES[texts]
        found, of = corpus(rng, share, texts)
        if hits == 0 and found.sum() > 0:
            continue
        done += 1
        s: Share = share_of(found, of, texts == 1, CODER_SENTENCES)
        covered += s.lo90 <= 100 * share <= s.hi90
        widths.append(s.hi90 - s.lo90)
        lo, hi = resampled(rng, found, of)
        before += lo <= 100 * share <= hi
    return Cell(
        hits,
        texts,
        corpora,
        100 * covered / corpora,
        float(np.mean(widths)),
        100 * before / corpora,
    )


def correlations(unit: list[str]) -> pl.DataFrame:
    """Return the correlation within a unit by issue and side, from the measured figures.

    Sides with eight units or more and issues with 15 coded sentences or more.
    """
    t = pl.read_parquet(message_dir() / "figures.parquet")
    keys = ["campaign", "kind", "contender"]
    base = t.filter(pl.col("issue") == ALL).group_by(*keys, *unit).agg(pl.col("n").sum())
    told = t.filter(pl.col("issue") != ALL).group_by(*keys, "issue", *unit)
    hits = told.agg(h=(pl.col("n").sum() + pl.col("expected").sum()) / 2)
    rows = []
    for (*key, issue), _ in hits.group_by(*keys, "issue"):
        same = pl.all_horizontal(pl.col(k) == v for k, v in zip(keys, key, strict=True))
        x = base.filter(same).join(
            hits.filter(same & (pl.col("issue") == issue)), on=[*keys, *unit], how="left"
        )
        n, h = x["n"].to_numpy().astype(float), x["h"].fill_null(0.0).to_numpy()
        total, p = n.sum(), h.sum() / n.sum()
        if len(n) < 8 or h.sum() < 15 or not 0 < p < 1:
            continue
        effect = len(n) / (len(n) - 1) * ((h - p * n) ** 2).sum() / total / (p * (1 - p))
        rows.append((key[1], (effect - 1) / ((n**2).sum() / total - 1)))
    return pl.DataFrame(rows, schema=["kind", "icc"], orient="row")


def table(corpora: int) -> list[Cell]:
    """Return every row."""
    return [cell(h, t, corpora) for h in HITS for t in TEXTS]


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--corpora", type=int, default=2_000)
    a.add_argument("--icc", action="store_true", help="print the measured correlations, no table")
    args = a.parse_args()
    if args.icc:
        for unit in (["document"], ["document", "block"]):
            told = (
                correlations(unit)
                .group_by("kind")
                .agg(
                    pl.len(),
                    pl.col("icc").mean().alias("mean"),
                    pl.col("icc").median().alias("median"),
                )
            )
            print(unit[-1], told.sort("kind").rows())
        return
    print("| sentences on the issue | texts | interval holds the truth | mean width, points |"
          " resampled texts alone |")  # fmt: skip
    print("| --: | --: | --: | --: | --: |")
    for c in table(args.corpora):
        hits = c.hits or "none found"
        print(f"| {hits} | {c.texts} | {c.covered:.0f}% | {c.width:.1f} | {c.before:.0f}% |")


if __name__ == "__main__":
    main()
