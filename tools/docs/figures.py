"""``python -m tools.docs.figures``: work out anew the figures that take minutes, and all pages.

In order: every forecast scored (docs/backtest.md), regions (docs/regions.md), seats
(docs/seats.md), the record (docs/record.md), then every generated part of the pages, as
``make docs`` does. About three minutes on two processors. What it does not do:

* the packaged tables themselves (``python -m tools.build``, ``tools.build.archive``,
  ``cn learn --all``), which come before it;
* speeds (``make bench``, ``python -m benchmarks.oracle``), which want an idle machine;
* the record's table of emphasis, which needs the Manifesto Project's file (``--manifesto``).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

from tools.docs.pages import ROOT


def steps(workers: int | None, manifesto: str | None) -> list[tuple[str, ...]]:
    """Return the modules to run, each with its arguments, in order."""
    few = ("--workers", str(workers)) if workers else ()
    mine = ("--manifesto", manifesto) if manifesto else ()
    return [
        ("tools.docs.backtest_page", *few),
        ("tools.docs.region_tables",),
        ("lab.seats.backtest", "--write", "docs/seats.md"),
        ("benchmarks.seats_gb", "--save"),
        ("tools.build.record_docs", *mine),
        ("tools.docs",),
    ]


def main() -> None:
    """Run all steps; stop at the first that fails."""
    parser = argparse.ArgumentParser(prog="python -m tools.docs.figures", description=__doc__)
    parser.add_argument("--workers", type=int, help="processes (default: one a processor)")
    parser.add_argument("--manifesto", help="your Manifesto Project main data set (CSV)")
    args = parser.parse_args()
    env = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **os.environ}
    for step in steps(args.workers, args.manifesto):
        begin = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", *step], cwd=ROOT, env=env, check=False)
        took = f"{time.perf_counter() - begin:.0f} s"
        if done.returncode:
            sys.exit(f"{step[0]} failed ({took})")
        print(f"{step[0]}: {took}", flush=True)


if __name__ == "__main__":
    main()
