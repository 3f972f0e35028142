"""How fast and how flat: sentences a second end to end, and memory, on an invented corpus.

``python benchmarks/message_speed.py [SENTENCES] [PROCESSES]``

The corpus is made of invented words and written as shards of Parquet to a temporary
folder; each process reads, splits, codes and counts its shards, and the tallies are
added. Prints one JSON object with the machine and versions.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import polars as pl

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.message.issues import issues_named
from comparenotes.message.shards import score_file
from comparenotes.message.tally import merged

PER_DOCUMENT, WORDS = 50, 18


def corpus(path: Path, sentences: int, seed: int) -> None:
    """Write documents of invented words, English small words among them."""
    rng = np.random.default_rng(seed)
    letters = np.array(list("etaoinshrdlucmfwypvbgk"))
    made = ["".join(rng.choice(letters, rng.integers(3, 10))) for _ in range(4_000)]
    vocabulary = np.array(["the", "and", "of", "to", "we", "will", "for", "our"] * 150 + made)
    rows = []
    for d in range(sentences // PER_DOCUMENT):
        words = rng.choice(vocabulary, (PER_DOCUMENT, WORDS))
        text = " ".join(" ".join(w).capitalize() + "." for w in words)
        rows.append({"contender": ("dem", "rep")[d % 2], "kind": "speech", "text": text})
    pl.DataFrame(rows).write_parquet(path)


def peak_mb() -> float:
    """Return this process's peak memory in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def work(path: str) -> tuple[pl.DataFrame, float]:
    """Return a shard's tally and the peak memory after it."""
    issues = issues_named(("all",))
    return score_file(load_bundled("us-2012"), Path(path), issues), peak_mb()


def main() -> None:
    """Run from the command line."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    shards = max(2 * processes, n // 100_000)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{i:03d}.parquet" for i in range(shards)]
        for i, p in enumerate(paths):
            corpus(p, n // shards, i)
        started = time.perf_counter()
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            parts = list(pool.map(work, [str(p) for p in paths]))
        total = merged([t for t, _ in parts])
        took = time.perf_counter() - started
    counted = int(total.filter(pl.col("issue") == "all")["n"].sum())
    print(
        json.dumps(
            {
                "sentences": counted,
                "seconds": round(took, 1),
                "sentences_a_second": round(counted / took),
                "cpu_seconds": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, 1),
                "processes": processes,
                "peak_mb_per_process_first_shard": round(parts[0][1]),
                "peak_mb_per_process_last_shard": round(max(m for _, m in parts)),
                "machine": f"{platform.machine()}, {os.cpu_count()} cores",
                "python": platform.python_version(),
                "polars": pl.__version__,
                "numpy": np.__version__,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
