"""Work for other processes that does not always come back."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def square(item: tuple[int, str]) -> int:
    """Return the square of a number; the first to find ``marker`` missing dies first."""
    number, marker = item
    if number == 2 and marker and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2


def die(number: int) -> int:
    """Die, whatever the number; 0 comes back."""
    if number:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def refuse(number: int) -> int:
    """Raise for 3."""
    if number == 3:
        raise ValueError("three")
    return number


def threads(_: int) -> str | None:
    """Return how many threads a numerical library is told to use."""
    return os.environ.get("OPENBLAS_NUM_THREADS")


def process_id() -> str:
    """Return what differs from process to process."""
    return str(os.getpid())
