"""Mutated files through every importer: no traceback, no hang, no nonsense.

``python -m benchmarks.fuzz_importers N`` reads N mutants of the invented files of the
tests and prints how many became polls, how many were refused, the slowest, and what
broke (nothing should). A million take some hours on one core.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from lab.importers import ONE_OFF, importer
from tests.campaigns.importers.fixtures import FIXTURES
from tests.campaigns.importers.pages import page, polls, table
from tests.campaigns.importers.shapes import SHAPES

from comparenotes.campaigns.importers import IMPORTERS
from comparenotes.campaigns.importers.protocol import Imported
from comparenotes.errors import DataError

TOKENS = (
    *(
        b'"',
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r\n",
        b"|",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"<",
        b">",
        b"%",
    ),
    *(b"0", b"-", b"1e9", b"9" * 30, b"nan", b"inf", b"\xc3\x98", b"\xff", b"\0", b"2031-13-45"),
    *(b"1,5", b"1.234", b"<td>", b"</tr>", b"<th colspan='9;'>", b"rowspan=0", b"display:none"),
    *(b"Average", b"2029 election", b"undecided", b"\xe2\x80\x93", b"May", b"31 Feb", b"null"),
)
HANG = 5.0
"""Seconds one small file may take."""


def corpus() -> list[tuple[str, str, bytes]]:
    """Return importer, file name and bytes of every invented file."""
    found = [(n, f.file_name, f.text.encode()) for n, f in FIXTURES.items()]
    found += [("table", name, make()) for name, make in SHAPES.values()]
    rows = polls(["40,5", "35.0%", "<1", "12"])
    html = page(
        "2024–25", table(["Ash", "Å", "Resp.", "Others"], rows), "Second round", table([], [])
    )
    return [*found, ("wikipedia", "page.html", html.encode())]


def mutate(chance: random.Random, data: bytes) -> bytes:
    """Return ``data`` with one to six places changed."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(data))
        kind = chance.randrange(5)
        if kind == 0:
            data = data[:at] + chance.choice(TOKENS) + data[at:]
        elif kind == 1:
            data = data[:at] + data[at + chance.randint(1, 30) :]
        elif kind == 2:
            end = at + chance.randint(1, 80)
            data = data[:end] + data[at:end] * chance.randint(1, 3) + data[end:]
        elif kind == 3:
            data = data[:at] + chance.choice(TOKENS) + data[at + 1 :]
        elif chance.random() < 0.2:
            data = data[:at]
    return data


def nonsense(found: Imported) -> str | None:
    """Return what of an import cannot be, or None."""
    frame = found.polls
    for code in found.codes:
        shares = frame[code].drop_nulls()
        if not shares.is_finite().all() or not shares.is_between(0, 100).all():
            return f"shares of {code}"
    if frame["end"].null_count() or (frame["start"] > frame["end"]).any():
        return "dates"
    if (frame["sample_size"] < 0).any() or (found.results["seats"] < 0).any():
        return "a negative number"
    return None


def main() -> int:
    """Run; return 1 where something broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", type=int, nargs="?", default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    chance = random.Random(args.seed)  # noqa: S311 (the same mutants every time)
    files = corpus()
    importers = {name: importer(name) for name in (*IMPORTERS, *ONE_OFF)}
    outcomes: Counter[str] = Counter()
    slowest, broken = 0.0, 0
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for i in range(args.n):
            name, file, data = chance.choice(files)
            path = Path(folder) / file
            path.write_bytes(mutate(chance, data))
            start = time.monotonic()
            try:
                found = importers[name].read(path)
            except DataError:
                outcomes["refused"] += 1
            except Exception as problem:
                broken += 1
                print(f"mutant {i} of {file}: {type(problem).__name__}: {problem}"[:300])
            else:
                wrong = nonsense(found)
                outcomes["polls" if found.polls.height else "no polls"] += 1
                if wrong is not None:
                    broken += 1
                    print(f"mutant {i} of {file}: {wrong}")
            took = time.monotonic() - start
            slowest = max(slowest, took)
            if took > HANG:
                broken += 1
                print(f"mutant {i} of {file}: {took:.1f} s")
    seconds = time.monotonic() - begin
    print(f"{args.n:,} mutants in {seconds:,.0f} s: {dict(outcomes)}")
    print(f"slowest {slowest:.2f} s; {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
