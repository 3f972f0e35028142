"""Do findings from a party of the same family hold more often? Counted on past pairs.

The statements are those of :mod:`comparenotes.compare.hit_rate`; each is split by
whether the governing parties of both campaigns are of one family (another country's).
``python -m comparenotes.compare.sister_hits --write`` rebuilds the packaged table.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.campaigns.catalogue import campaign_ids, data_dir, load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.compare.hit_rate import BEFORE, JUDGED, held, past
from comparenotes.record.bootstrap import cluster_draws

FAMILIES = ("same", "other")
SCHEMA: dict[str, Any] = {
    "home": pl.String(),
    "country": pl.String(),
    "date": pl.Date(),
    "kind": pl.String(),
    "family": pl.String(),
    "pairs": pl.Int64(),
    "held": pl.Int64(),
}


@dataclass(frozen=True)
class Sisters:
    """Statements of one kind by family: pairs, share held (per cent), and the difference."""

    kind: str
    pairs_same: int
    pairs_other: int
    homes: int
    same: float
    other: float
    difference: float
    lo80: float
    hi80: float
    lo90: float
    hi90: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return dict(vars(self))


def score(campaigns: Iterable[Campaign]) -> pl.DataFrame:
    """Return pairs and hits by home, kind and family."""
    pasts = [p for c in campaigns if not c.results.is_empty() and (p := past(c)) is not None]
    counts: dict[tuple[str, str, date, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for home in pasts:
        reading = home.date - timedelta(days=BEFORE)
        for away in pasts:
            families = home.eve.family, away.eve.family
            if away.date > reading or None in families or "other" in families:
                continue
            if away.country == home.country:
                continue
            which = "same" if families[0] == families[1] else "other"
            for kind in JUDGED:
                ok = held(kind, home, away)
                if ok is not None:
                    cell = counts[(home.id, home.country, home.date, kind, which)]
                    cell[0] += 1
                    cell[1] += ok
    rows = [(*key, n, k) for key, (n, k) in sorted(counts.items())]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@cache
def _packaged() -> pl.DataFrame:
    return pl.read_csv(path(), schema=SCHEMA)


def path() -> Path:
    """Return where the packaged table is."""
    return data_dir() / "sister_hits.csv"


def sisters(kind: str, as_of: date, table: pl.DataFrame | None = None) -> Sisters | None:
    """Return how often statements held by family; None without both, or under two countries.

    Only homes that had both kinds of pair count, so that both shares are of the same
    elections; each counts once; countries are resampled.
    """
    rows = (_packaged() if table is None else table).filter(
        (pl.col("date") <= as_of) & ((pl.col("kind") == kind) | (pl.lit(kind) == "all"))
    )
    wide = rows.group_by("home", "country", "family", maintain_order=True).agg(
        pl.col("held").sum(), pl.col("pairs").sum()
    )
    same = wide.filter(pl.col("family") == "same")
    both = same.join(
        wide.filter(pl.col("family") == "other"),
        on=["home", "country"],
        maintain_order="left_right",
    ).sort("home")
    if both.height < 2 or both["country"].n_unique() < 2:
        return None
    a = 100 * (both["held"] / both["pairs"]).to_numpy()
    b = 100 * (both["held_right"] / both["pairs_right"]).to_numpy()
    weights = cluster_draws(both["country"].to_list())
    drawn = weights @ (a - b) / weights.sum(axis=1)
    lo90, lo80, hi80, hi90 = (float(x) for x in np.quantile(drawn, (0.05, 0.1, 0.9, 0.95)))
    return Sisters(
        kind,
        int(both["pairs"].sum()),
        int(both["pairs_right"].sum()),
        both.height,
        float(a.mean()),
        float(b.mean()),
        float((a - b).mean()),
        lo80,
        hi80,
        lo90,
        hi90,
    )


def rows(as_of: date) -> list[Sisters]:
    """Return each kind and all together."""
    found = (sisters(k, as_of) for k in (*JUDGED, "all"))
    return [s for s in found if s is not None]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the shares by kind; with ``--write`` rebuild the packaged table."""
    parser = argparse.ArgumentParser(prog="python -m comparenotes.compare.sister_hits")
    parser.add_argument("--write", action="store_true", help="rebuild the packaged table")
    parser.add_argument("--until", type=date.fromisoformat, default=date.max)
    args = parser.parse_args(argv)
    if args.write:
        score(load_bundled(i) for i in campaign_ids()).write_csv(path())
    for s in rows(args.until):
        print(
            f"{s.kind:<12} {s.pairs_same:>6,} {s.pairs_other:>7,} pairs, {s.homes:>4} elections: "
            f"same family {s.same:.0f}%, other {s.other:.0f}%, difference {s.difference:+.1f} "
            f"({s.lo90:+.1f} to {s.hi90:+.1f})"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
