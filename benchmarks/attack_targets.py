"""Whom parties attack: our counts of manifestos and debates beside newspapers' hand codes.

``python -m benchmarks.attack_targets TEXTS/ccdp``

The hand codes (Debus, Somer-Topcu and Tavits 2018) are of statements that two newspapers of the
country reported of one party about another, in the campaigns of 2005, 2010 and 2015; ours are
attacking sentences that name an opponent. Other sources, so agreement is of who is aimed at, not
of numbers. The file's issue numbers are those of a codebook that is not with it: attack
by issue cannot be checked by it. The table is read from the user's own copy, never bundled.
"""

from __future__ import annotations

import argparse
import re
from itertools import permutations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import spearmanr

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.message import bundled
from comparenotes.message.tally import ALL
from comparenotes.message.targets import UNNAMED

CAMPAIGNS = ("gb-2005", "gb-2010", "gb-2015")
PARTIES = {
    "Labour Party": "lab", "Conservative Party": "con", "Liberal Democratic Party": "ld",
    "UKIP": "ukip", "The Scottish National Party": "snp",
}  # fmt: skip
LEAST = 15
"""A side with fewer statements about others, in either source, is left out."""
SHUFFLES = 2_000

F64 = npt.NDArray[np.float64]


def by_hand(folder: Path) -> pl.DataFrame:
    """Return hand-coded statements: campaign, contender, target, all, negative valence."""
    rows = pl.read_csv(folder / "other_statements.csv", infer_schema_length=0)
    rows = rows.filter(pl.col("country_name") == "United Kingdom")
    negative = [c for c in rows.columns if re.fullmatch(r"other_val_\d+_neg", c)]
    return rows.select(
        campaign=pl.concat_str(pl.lit("gb-"), "year"),
        contender=pl.col("subject_name").replace_strict(PARTIES),
        target=pl.col("other_name").replace_strict(PARTIES),
        all=pl.col("other_issue_total").cast(pl.Int64),
        negative=pl.sum_horizontal(pl.col(c).cast(pl.Int64) for c in negative),
    ).filter(pl.col("contender") != pl.col("target"))


def ours() -> pl.DataFrame:
    """Return attacking sentences by campaign, contender and the opponent they name."""
    parts = []
    for name in CAMPAIGNS:
        rows = bundled.attacks(name, load_bundled(name).eve())
        rows = rows.filter((pl.col("issue") == ALL) & ~pl.col("target").is_in([UNNAMED, "any"]))
        parts.append(rows.group_by("campaign", "contender", "target").agg(pl.col("n").sum()))
    return pl.concat(parts)


def shares(rows: pl.DataFrame, of: str) -> F64:
    """Return each target's share (per cent) of what its attacker aims at anybody."""
    whole = pl.col(of).sum().over("campaign", "contender")
    return rows.select(100 * pl.col(of) / whole).to_series().to_numpy().astype(np.float64)


def shuffled(rows: pl.DataFrame, hand: F64, seen: F64, seed: int = 1) -> float:
    """Return how often a correlation as high comes of targets shuffled within each attacker."""
    rng = np.random.default_rng(seed)
    groups = [g["at"].to_numpy() for _, g in rows.with_row_index("at").group_by(
        "campaign", "contender", maintain_order=True)]  # fmt: skip
    least = float(np.corrcoef(hand, seen)[0, 1])
    above = 0
    for _ in range(SHUFFLES):
        other = seen.copy()
        for at in groups:
            other[at] = seen[rng.permutation(at)]
        above += float(np.corrcoef(hand, other)[0, 1]) >= least - 1e-12
    return (above + 1) / (SHUFFLES + 1)


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("ccdp", type=Path)
    args = a.parse_args()
    hand, found = by_hand(args.ccdp), ours()
    stood = [
        (c, x, y)
        for c in CAMPAIGNS
        for x, y in permutations([i for i in load_bundled(c).contender_ids if i != "oth"], 2)
    ]
    pairs = pl.DataFrame(stood, schema=["campaign", "contender", "target"], orient="row")
    rows = pairs.join(hand, on=["campaign", "contender", "target"], how="inner")
    rows = rows.join(found, on=["campaign", "contender", "target"], how="left")
    rows = rows.with_columns(pl.col("n").fill_null(0)).sort("campaign", "contender", "target")
    enough = [pl.col(k).sum().over("campaign", "contender") >= LEAST for k in ("all", "n")]
    left = rows.filter(~(enough[0] & enough[1]))
    rows = rows.filter(enough[0] & enough[1])
    print("campaign attacker target   newspapers, all   negative   ours")
    for r in rows.iter_rows(named=True):
        print(f"{r['campaign']:9}{r['contender']:9}{r['target']:9}"
              f"{r['all']:15}{r['negative']:12}{r['n']:7}")  # fmt: skip
    for what in ("all", "negative"):
        a_share, b_share = shares(rows, what), shares(rows, "n")
        r = float(np.corrcoef(a_share, b_share)[0, 1])
        rank = float(spearmanr(a_share, b_share).statistic)
        top = rows.with_columns(h=pl.Series(a_share), s=pl.Series(b_share)).group_by(
            "campaign", "contender"
        ).agg(pl.col("target").sort_by("h").last().alias("one"),
              pl.col("target").sort_by("s").last().alias("two"))  # fmt: skip
        same = top.filter(pl.col("one") == pl.col("two")).height
        print(
            f"shares by target against {what}: r {r:.2f}, rank {rank:.2f}, {rows.height} pairs; "
            f"as high by chance: {shuffled(rows, a_share, b_share):.3f}; main target the same for "
            f"{same} of {top.height} attackers"
        )
    names = sorted(f"{c} {x}" for c, x in left.select("campaign", "contender").unique().iter_rows())
    print(f"left out, under {LEAST} in a source: {', '.join(names) or 'none'}")


if __name__ == "__main__":
    main()
