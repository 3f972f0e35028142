"""``python -m tools.build.archive``: the packaged steps on placebo dates, and their manifest.

The same table as ``python -m lab.backtest_events -o FILE`` over all bundled campaigns. To be made
again whenever polls, constants or the engine change.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import polars as pl
from lab.backtest_events import coverage, finished, placebos

from comparenotes.campaigns.catalogue import data_dir
from comparenotes.race.backtest_workers import local_processes, one_thread, processors
from tools.build.packaged import write_tables

ABOUT = {
    "placebos": {
        "source": "estimated by lab.backtest_events from the packaged polls: the step of every "
        "contender's polls on dates on which nothing in particular happened",
        "licence": "figures derived from the packaged polls, under their licences",
        "retrieved": "rebuilt with this table",
    }
}


def write(rows: pl.DataFrame, out: Path) -> None:
    """Write ``placebos.parquet`` and its manifest under ``out``."""
    write_tables(out / "archive", {"placebos": rows}, ABOUT)


def main() -> None:
    """Build and write."""
    parser = argparse.ArgumentParser(prog="python -m tools.build.archive", description=__doc__)
    parser.add_argument("out", type=Path, nargs="?", default=data_dir())
    parser.add_argument("--workers", type=int, default=processors())
    args = parser.parse_args()
    one_thread()
    pool = local_processes(args.workers) if args.workers > 1 else None
    rows, left_out = placebos(finished(), pool)
    write(rows, args.out)
    for r in coverage(rows).to_dicts():
        print(f"{r['group']}: {r['steps']} steps, 90% interval covers zero {r['in90']:.3f}")
    for x in left_out:
        print(f"{x.count} campaigns: {x.why}")


if __name__ == "__main__":
    main()
