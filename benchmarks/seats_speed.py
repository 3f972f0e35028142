"""``python -m benchmarks.seats_speed``: how fast draws of votes become draws of seats.

Times the vectorised allocation against the ``apportionment`` package (PyPI, MIT)
where it is installed, one draw at a time as it works, and checks that both agree;
and the House of Commons for 4,000 draws.
"""

from __future__ import annotations

import importlib
import platform
import time
from collections.abc import Callable
from datetime import date

import numpy as np

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.race.seats import SeatResult, allocate
from comparenotes.race.seats.divisor import apportion

DRAWS, PARTIES, SEATS = 10_000, 10, 349
SAMPLE = 500
"""Draws given to the one-at-a-time package; its time is scaled up to ``DRAWS``."""

THEIRS = {"dhondt": "dhondt", "sainte_lague": "saintelague", "hare": "hamilton"}


def timed(work: Callable[[], object], repeats: int = 5) -> tuple[float, object]:
    """Return the least CPU seconds of ``repeats`` runs, and what the last one returned."""
    best, out = float("inf"), None
    for _ in range(repeats):
        begin = time.process_time()
        out = work()
        best = min(best, time.process_time() - begin)
    return best, out


def votes(draws: int = DRAWS) -> np.ndarray:
    """Return (draws, PARTIES) whole votes."""
    rng = np.random.default_rng(1)
    centre = np.array([0.3, 0.2, 0.15, 0.1, 0.07, 0.06, 0.05, 0.04, 0.02, 0.01])
    shares = centre * np.exp(0.15 * rng.standard_normal((draws, PARTIES)))
    return np.rint(6e6 * shares / shares.sum(axis=1, keepdims=True))


def main() -> None:
    """Print the table."""
    print(f"{platform.platform()}, Python {platform.python_version()}, NumPy {np.__version__}")
    print(f"{DRAWS} draws, {PARTIES} parties, {SEATS} seats; CPU seconds, best of 5")
    v = votes()
    try:
        theirs = importlib.import_module("apportionment.methods")
    except ModuleNotFoundError:
        theirs = None
        print("apportionment is not installed: only the vectorised code is timed")
    for name, other in THEIRS.items():
        took, seats = timed(lambda name=name: apportion(v, SEATS, name))
        line = f"{name:13} vectorised {took:.4f}"
        if theirs is not None:

            def one_by_one(other: str = other) -> list[list[int]]:
                return [
                    theirs.compute(other, [int(x) for x in row], SEATS, verbose=False)
                    for row in v[:SAMPLE]
                ]

            slow, listed = timed(one_by_one, repeats=1)
            same = np.array_equal(np.array(listed), seats[:SAMPLE])
            scaled = slow * DRAWS / SAMPLE
            line += f", package {scaled:.2f} ({scaled / took:.0f} times), same seats: {same}"
        print(line)
    campaign = load_bundled("gb-next")
    names = ("lab", "con", "ref", "ld", "grn", "snp", "rb", "oth")
    rng = np.random.default_rng(2)
    centre = np.array([0.19, 0.18, 0.28, 0.13, 0.14, 0.027, 0.02, 0.023])
    shares = centre * np.exp(0.1 * rng.standard_normal((4000, len(names))))
    shares /= shares.sum(axis=1, keepdims=True)
    took, result = timed(lambda: allocate(campaign, names, shares, as_of=date(2026, 8, 1)))
    assert isinstance(result, SeatResult)
    print(f"House of Commons, 4000 draws of 650 constituencies: {took:.2f}")


if __name__ == "__main__":
    main()
