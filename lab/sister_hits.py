"""The study behind the packaged table of findings by family: counted on past pairs.

The statements are those of :mod:`lab.verdict_hits`; each is split by whether the governing
parties of both campaigns are of one family (another country's).
``python -m lab.sister_hits --write`` rebuilds the packaged table.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import polars as pl
from lab.verdict_hits import BEFORE, held, past

from comparenotes.campaigns.catalogue import campaign_ids, load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.compare.hit_rate import JUDGED
from comparenotes.compare.sister_hits import SCHEMA, Sisters, path, sisters


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


def rows(as_of: date) -> list[Sisters]:
    """Return each kind and all together."""
    found = (sisters(k, as_of) for k in (*JUDGED, "all"))
    return [s for s in found if s is not None]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the shares by kind; with ``--write`` rebuild the packaged table."""
    parser = argparse.ArgumentParser(prog="python -m lab.sister_hits")
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
