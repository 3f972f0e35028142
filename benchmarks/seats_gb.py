"""``python -m benchmarks.seats_gb``: constituencies against plain swings, at the actual vote.

For every British election on unchanged boundaries: seats per party missed by
uniform swing, by proportional swing and by the learned spread (mean of its draws),
all given the actual national shares; and what it costs that the bundled results
count the SNP's polls of 2015 among the others.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.race.seats import SeatResult, allocate
from comparenotes.race.seats.gb_base import base_of, elections, frame, same_boundaries
from comparenotes.race.seats.gb_swing import expected, scopes

IDS = {
    1970: "gb-1970",
    1974: "gb-1974-10",
    1979: "gb-1979",
    1987: "gb-1987",
    1992: "gb-1992",
    2001: "gb-2001",
    2015: "gb-2015",
    2017: "gb-2017",
    2019: "gb-2019",
}
PARTIES = ("con", "lab", "ld", "nat", "oth")
DRAWS = 4000


def main() -> None:
    """Print one line an election, and the means."""
    results = frame()
    days = elections(results)
    table = []
    print("seats missed per party (con, lab, ld, nationalists, others)")
    print(f"{'election':12}{'uniform':>9}{'proport.':>9}{'learned':>9}{'in 90%':>8}")
    for before, after in pairwise(days):
        if not same_boundaries(before, after) or after.year not in IDS:
            continue
        if after.year == 1974 and after.month < 6:
            continue
        old, new = base_of(results, before), base_of(results, after)
        truth = won(new.shares, len(PARTIES))
        goals = [
            np.array([new.votes[s] @ new.shares[s, j] / new.votes[s].sum() for s in scopes(new, p)])
            for j, p in enumerate(new.parties)
        ]
        plain = [won(expected(old, goals, w, w), len(PARTIES)) for w in (0.0, 1.0)]
        draws = learned(IDS[after.year], new.national())
        mean = draws.mean(axis=0)
        lo, hi = np.percentile(draws, [5, 95], axis=0, method="nearest")
        inside = ((truth >= lo) & (truth <= hi)).mean()
        row = [float(np.abs(x - truth).mean()) for x in (*plain, mean)]
        table.append([*row, inside])
        print(f"{after.isoformat():12}{row[0]:9.1f}{row[1]:9.1f}{row[2]:9.1f}{100 * inside:7.0f}%")
    total = np.mean(table, axis=0)
    print(f"{'mean':12}{total[0]:9.1f}{total[1]:9.1f}{total[2]:9.1f}{100 * total[3]:7.0f}%")
    lumped()


def won(shares: np.ndarray, parties: int) -> np.ndarray:
    """Return seats won by (C, P) shares."""
    return np.bincount(shares.argmax(axis=1), minlength=parties)


def learned(campaign_id: str, national: np.ndarray) -> np.ndarray:
    """Return (draws, 5) seats in Great Britain, with the nationalists named."""
    campaign = load_bundled(campaign_id)
    base = base_of(frame(), campaign.election_date)
    j = base.parties.index("nat")
    parts = [
        float(base.votes[s] @ base.shares[s, j] / base.votes.sum()) for s in scopes(base, "nat")
    ]
    names = ("con", "lab", "ld", "snp", "pc", "oth")
    shares = np.array([*national[:3], *parts, national[4]])
    shares = np.tile(shares / shares.sum(), (DRAWS, 1))
    known = replace(campaign, history=campaign.history.clear())
    result = allocate(known, names, shares, as_of=campaign.eve())
    assert isinstance(result, SeatResult)
    d = result.draws
    return np.column_stack([d[:, :3], d[:, 3] + d[:, 4], d[:, 5] - base.elsewhere])


def lumped() -> None:
    """Print the SNP's seats of 2015 with and without a column of its own."""
    campaign = load_bundled("gb-2015")
    rows = campaign.results.filter(pl.col("region").is_null())
    names = tuple(rows["contender"].to_list())
    shares = np.tile(rows["share"].to_numpy() / 100, (DRAWS, 1))
    hidden = allocate(campaign, names, shares, as_of=campaign.eve())
    own = np.array([*shares[0], 0.04851])
    own[names.index("oth")] -= 0.04851
    named = allocate(campaign, (*names, "snp"), np.tile(own, (DRAWS, 1)), as_of=campaign.eve())
    assert isinstance(hidden, SeatResult)
    assert isinstance(named, SeatResult)
    print("\n2015 at the actual vote: Labour 232, all others (with SNP 56, PC 3, NI 18, ...) 78")
    for label, result in (("SNP among the others", hidden), ("SNP with its own share", named)):
        d = dict(zip(result.names, result.draws.T, strict=True))
        rest = d["oth"] + d.get("snp", 0)
        print(f"{label:24} Labour {d['lab'].mean():.0f}, others and SNP {rest.mean():.0f}")


if __name__ == "__main__":
    main()
