"""Whether the machine has other work to do: measured, waited for, and written down."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path
from types import TracebackType

STAT = Path("/proc/stat")
QUIET = 0.15
"""Busy cores of other processes up to which a machine counts as idle."""


def others_cpu() -> float | None:
    """Return CPU seconds used since boot by all but this process and its children.

    None where the system does not tell (no ``/proc/stat``).
    """
    try:
        fields = STAT.read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    except OSError:
        return None
    # user, nice, system, idle, iowait, irq, softirq; guests are in user, theft is no work here
    user, nice, system, _, _, irq, soft = (int(x) for x in fields[:7])
    busy = (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")
    mine = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return busy - sum(u.ru_utime + u.ru_stime for u in mine)


class Watch:
    """How many cores others kept busy between entering and leaving (``busy``)."""

    def __init__(self) -> None:
        self.busy: float | None = None

    def __enter__(self) -> Watch:
        self._begin, self._cpu = time.perf_counter(), others_cpu()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        now = others_cpu()
        if now is not None and self._cpu is not None:
            passed = max(time.perf_counter() - self._begin, 1e-9)
            self.busy = round(max(now - self._cpu, 0.0) / passed, 2)


def wait_until_idle(patience: float = 600.0, look: float = 5.0) -> float | None:
    """Wait until others use at most ``QUIET`` cores for ``look`` seconds; return how many.

    Raises
    ------
    SystemExit
        If they are not that quiet within ``patience`` seconds.
    """
    begin = time.perf_counter()
    while True:
        with Watch() as watch:
            time.sleep(look)
        if watch.busy is None or watch.busy <= QUIET:
            return watch.busy
        if time.perf_counter() - begin > patience:
            raise SystemExit(
                f"other work keeps {watch.busy} cores busy: not measured. "
                "Hint: stop it, or measure all the same with --busy"
            )
