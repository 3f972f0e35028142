"""How fast and how flat: sentences a second end to end, and memory, on an invented corpus.

``python benchmarks/message_speed.py [SENTENCES] [PROCESSES] [SENTENCES A TEXT]``

The corpus is made of invented words and written as shards of Parquet to a temporary
folder; each process reads, splits, codes and counts its shards, and the tallies are
added. Before, one process writes all of them to one stored corpus and reads it again. Prints
one JSON object with the machine and versions; memory is the sum over the processes after the
first shard of each and after its last. Times of a shared machine are noisy: the processor's
time is the figure to compare.
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
from comparenotes.message.storing import write_corpus
from comparenotes.message.tally import merged
from comparenotes.message.texts import Corpus

PER_DOCUMENT, WORDS = 50, 18


def corpus(path: Path, sentences: int, seed: int, per_text: int = PER_DOCUMENT) -> None:
    """Write documents of invented words, English small words among them."""
    rng = np.random.default_rng(seed)
    letters = np.array(list("etaoinshrdlucmfwypvbgk"))
    made = ["".join(rng.choice(letters, rng.integers(3, 10))) for _ in range(4_000)]
    vocabulary = np.array(["the", "and", "of", "to", "we", "will", "for", "our"] * 150 + made)
    rows = []
    for d in range(sentences // per_text):
        words = rng.choice(vocabulary, (per_text, WORDS))
        text = " ".join(" ".join(w).capitalize() + "." for w in words)
        rows.append({"contender": ("dem", "rep")[d % 2], "kind": "speech", "text": text})
    pl.DataFrame(rows).write_parquet(path)


def memory() -> dict[str, float]:
    """Return this process's memory in MB: peak, resident, and its share of what is shared."""
    out = {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    told = Path("/proc/self/smaps_rollup")
    for line in told.read_text().splitlines() if told.is_file() else ():
        key, _, value = line.partition(":")
        if key in ("Rss", "Pss"):
            out[key.lower()] = int(value.split()[0]) / 1024
    return out


def work(path: str) -> tuple[pl.DataFrame, int, dict[str, float]]:
    """Return a shard's tally, the process that counted it, and its memory after it."""
    issues = issues_named(("all",))
    return score_file(load_bundled("us-2012"), Path(path), issues), os.getpid(), memory()


def stored(paths: list[str], out: str) -> dict[str, float]:
    """Write the shards to one corpus and read it again; return speeds and memory in MB."""
    campaign = load_bundled("us-2012")
    started = time.process_time()
    done = write_corpus(campaign, [Path(p) for p in paths], Path(out))
    wrote = time.process_time() - started
    write_peak = memory()["peak"]
    started = time.process_time()
    read = sum(c.height for c in Corpus((Path(out),), campaign).chunks())
    again = time.process_time() - started
    assert read == done.sentences
    return {
        "sentences_a_cpu_second_written": round(done.sentences / wrote),
        "sentences_a_cpu_second_read": round(read / again),
        "peak_mb_writing": round(write_peak),
        "peak_mb_reading": round(memory()["peak"]),
        "file_mb": round(done.bytes / 1e6, 1),
    }


def main() -> None:
    """Run from the command line."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    per_text = int(sys.argv[3]) if len(sys.argv) > 3 else PER_DOCUMENT
    shards = max(2 * processes, n // 100_000)
    spawn = get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / f"{i:03d}.parquet") for i in range(shards)]
        for i, p in enumerate(paths):
            corpus(Path(p), n // shards, i, per_text)
        # First, while this process is small: its size counts in the peak of one it starts.
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            store = pool.submit(stored, paths, str(Path(folder) / "all.parquet"))
            told = store.result()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
            parts = list(pool.map(work, paths))
        total = merged([t for t, _, _ in parts])
        took = time.perf_counter() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    first: dict[int, dict[str, float]] = {}
    last: dict[int, dict[str, float]] = {}
    for _, process, used_mb in parts:
        first.setdefault(process, used_mb)
        last[process] = used_mb
    counted = int(total.filter(pl.col("issue") == "all")["n"].sum())
    print(
        json.dumps(
            {
                "sentences": counted,
                "processes": processes,
                "seconds": round(took, 1),
                "sentences_a_second": round(counted / took),
                "cpu_seconds": round(cpu, 1),
                "sentences_a_cpu_second": round(counted / cpu),
                "memory_mb_sum": {
                    f"{key}_{when}_shard": round(sum(m[key] for m in each.values()))
                    for key in ("rss", "pss", "peak")
                    for when, each in (("first", first), ("last", last))
                    if all(key in m for m in each.values())
                },
                "sentences_a_text": per_text,
                "tally_bytes_a_text": round(
                    sum(t.estimated_size() for t, _, _ in parts) * per_text / counted
                ),
                "store": told,
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
