"""``python -m benchmarks.seats_places``: each constituency's probability against its winner.

For every British election with results on its boundaries, on the eve, from the race
engine's draws: seats missed, constituencies whose likeliest winner won, and over all of
them how often the likeliest winner won in each class of probability.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from lab.seats.backtest import Given, _polls, _votes

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.race.scores import crps_draws
from comparenotes.race.seats.gb import allocate_gb
from comparenotes.race.seats.gb_base import base_of, frame
from comparenotes.race.seats.gb_places import CLASSES, holders, places
from comparenotes.race.seats.result import SeatResult

IDS = (
    "gb-1970",
    "gb-1974-10",
    "gb-1979",
    "gb-1987",
    "gb-1992",
    "gb-2001",
    "gb-2015",
    "gb-2017",
    "gb-2019",
    "gb-2024",
)
FILE = Path(__file__).parent / "results" / "seats_places.json"
DRAWS = 4000
SEED = 1832


def score(campaign: Campaign, given: Given) -> tuple[dict[str, Any], pl.DataFrame]:
    """Return an election's scores, and p, class and whether it held of each constituency."""
    names, shares, regions = given
    eve = campaign.eve()
    table = places(campaign, names, shares, as_of=eve, seed=SEED, regions=regions)
    known = campaign.known_at(eve)
    seats = allocate_gb(known, names, shares, as_of=eve, seed=SEED, regions=regions)
    if isinstance(table, str) or isinstance(seats, str):
        raise TypeError(f"{campaign.id}: {table}")
    result = base_of(frame(), campaign.election_date)
    won = dict(zip(result.keys, holders(result, seats.names), strict=True))
    rows = table.select("key", "p", "class", "winner").filter(pl.col("key").is_in(list(won)))
    rows = rows.with_columns(
        pl.struct("key", "winner")
        .map_elements(lambda r: won[r["key"]] == r["winner"], return_dtype=pl.Boolean)
        .alias("right"),
        pl.lit(campaign.id).alias("campaign"),
    )
    truth = dict.fromkeys(seats.names, 0)
    for c in won.values():
        truth[c] += 1
    truth["oth"] += result.elsewhere
    return {"campaign": campaign.id, **_seats(seats, truth), "right": rows["right"].mean()}, rows


def _seats(result: SeatResult, truth: dict[str, int]) -> dict[str, Any]:
    lo, hi = np.percentile(result.draws, [5, 95], axis=0, method="nearest")
    named = [c for c in result.names if c != "oth"]
    parties = {
        c: {
            "mean": float(result.draws[:, i].mean()),
            "lo90": float(lo[i]),
            "hi90": float(hi[i]),
            "won": truth[c],
        }
        for i, c in enumerate(result.names)
    }
    own = [parties[c] for c in named]
    return {
        "parties": parties,
        "missed": float(np.mean([abs(p["mean"] - p["won"]) for p in own])),
        "inside": sum(p["lo90"] <= p["won"] <= p["hi90"] for p in own),
        "named": len(named),
        "crps": float(
            np.mean(
                [
                    crps_draws(result.draws[:, result.names.index(c)].astype(float), truth[c])
                    for c in named
                ]
            )
        ),
    }


def classes(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Return a row a class: constituencies, mean probability of the likeliest, part that won."""
    out = []
    for name, _ in CLASSES:
        here = rows.filter(pl.col("class") == name)
        if here.height:
            out.append(
                {
                    "class": name,
                    "constituencies": here.height,
                    "said": here["p"].mean(),
                    "won": here["right"].mean(),
                }
            )
    return out


def run(ids: tuple[str, ...], way: str) -> tuple[list[dict[str, Any]], pl.DataFrame]:
    """Return scores and constituencies; ``way``: ``polls`` on the eve, or the actual ``votes``."""
    scores, rows = [], []
    for i in ids:
        campaign = load_bundled(i)
        given = _polls(campaign, DRAWS) if way == "polls" else _votes(campaign, DRAWS)
        if given is None:
            raise ValueError(f"{i}: nothing to draw from")
        one, table = score(campaign, given)
        scores.append(one)
        rows.append(table)
    return scores, pl.concat(rows)


def main() -> None:
    """Print an election a line, and the classes; or keep it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seats_places")
    parser.add_argument("campaigns", nargs="*", default=IDS)
    parser.add_argument("--save", action="store_true", help="keep it in benchmarks/results")
    args = parser.parse_args()
    kept = {}
    for way in ("votes", "polls"):
        scores, rows = run(tuple(args.campaigns), way)
        print(f"{way}: seats missed a contender, CRPS, in 90%, winners right")
        for s in scores:
            print(
                f"{s['campaign']:12} {s['missed']:6.1f} {s['crps']:6.1f} "
                f"{s['inside']:3d} of {s['named']} {s['right']:7.1%}"
            )
        inside, named = (sum(s[k] for s in scores) for k in ("inside", "named"))
        mean = [float(np.mean([s[k] for s in scores])) for k in ("missed", "crps", "right")]
        print(f"{'mean':12} {mean[0]:6.1f} {mean[1]:6.1f} {inside} of {named} {mean[2]:7.1%}")
        table = classes(rows)
        for c in table:
            print(f"  {c['class']:8} {c['constituencies']:5d} {c['said']:.1%} {c['won']:.1%}")
        kept[way] = {"elections": scores, "classes": table}
    if args.save:
        FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
