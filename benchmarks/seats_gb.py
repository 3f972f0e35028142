"""``python -m benchmarks.seats_gb``: constituencies against plain swings, at the actual vote.

For every British election on unchanged boundaries: seats per party missed by
uniform swing, by proportional swing and by the learned spread (mean of its draws),
all given the actual national shares; and what it costs that the bundled results
count the SNP's polls of 2015 among the others.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.race.seats import SeatResult, allocate
from comparenotes.race.seats.gb_base import base_of, elections, frame, same_boundaries
from comparenotes.race.seats.gb_pairs import scopes
from comparenotes.race.seats.gb_swing import expected

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
FILE = Path(__file__).parent / "results" / "seats_gb.json"
WAYS = ("uniform", "proportional", "learned mean")
PARTIES = ("con", "lab", "ld", "nat", "oth")
DRAWS = 4000


def scores() -> list[dict[str, Any]]:
    """Return one row an election: seats missed per party by each way, share in the interval."""
    results = frame()
    table = []
    for before, after in pairwise(elections(results)):
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
        lo, hi = np.percentile(draws, [5, 95], axis=0, method="nearest")
        missed = [float(np.abs(x - truth).mean()) for x in (*plain, draws.mean(axis=0))]
        table.append(
            {
                "date": after.isoformat(),
                **dict(zip(WAYS, missed, strict=True)),
                "inside": int(((truth >= lo) & (truth <= hi)).sum()),
                "parties": len(PARTIES),
            }
        )
    return table


def main() -> None:
    """Print one line an election, the means, and what hidden nationalists cost; or keep it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seats_gb", description=main.__doc__)
    parser.add_argument("--save", action="store_true", help="keep it in benchmarks/results")
    keep = parser.parse_args().save
    table, hidden = scores(), lumped()
    print("seats missed per party (con, lab, ld, nationalists, others)")
    print(f"{'election':12}" + "".join(f"{w:>13}" for w in WAYS) + f"{'in 90%':>9}")
    for r in table:
        cells = "".join(f"{r[w]:13.1f}" for w in WAYS)
        print(f"{r['date']:12}{cells}{r['inside'] / r['parties']:9.0%}")
    cells = "".join(f"{np.mean([r[w] for r in table]):13.1f}" for w in WAYS)
    inside = sum(r["inside"] for r in table) / sum(r["parties"] for r in table)
    print(f"{'mean':12}{cells}{inside:9.0%}")
    print("\n2015 at the actual vote: Labour 232, all others (with SNP 56, PC 3, NI 18, ...) 78")
    for label, r in hidden.items():
        print(f"{label:24} Labour {r['lab']:.0f}, others and SNP {r['rest']:.0f}")
    if keep:
        text = json.dumps({"elections": table, "gb-2015": hidden}, indent=1)
        FILE.write_text(text + "\n", encoding="utf-8")


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


def lumped() -> dict[str, dict[str, float]]:
    """Return the mean seats of 2015 with and without a column of the SNP's own."""
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
    out = {}
    for label, result in (("SNP among the others", hidden), ("SNP with its own share", named)):
        d = dict(zip(result.names, result.draws.T, strict=True))
        rest = d["oth"] + d.get("snp", 0)
        out[label] = {"lab": round(float(d["lab"].mean()), 2), "rest": round(float(rest.mean()), 2)}
    return out


if __name__ == "__main__":
    main()
