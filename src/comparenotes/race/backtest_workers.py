"""Run independent tasks here, on local processes or on a cluster: same results, same order.

Anything that is a :class:`concurrent.futures.Executor` will do. A task must not
depend on another, nor on who runs it; then only the time differs. Where a worker
dies, what it had not finished is handed out again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, as_completed
from concurrent.futures.process import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

from comparenotes.errors import CompareNotesError

T = TypeVar("T")
R = TypeVar("R")

ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMBA_NUM_THREADS",
        "POLARS_MAX_THREADS",
    ),
    "1",
)
"""Read by numerical libraries when they are first imported."""

MAX_IDLE = 3
"""Pools lost in a row without one finished task, after which it is no accident."""

Pool = Executor | Callable[[], Executor]
"""An executor, or a function that makes one (again, where the first broke)."""


class WorkersLostError(CompareNotesError):
    """Workers died and could not be replaced."""


def one_thread() -> None:
    """Ask numerical libraries for one thread; no effect on those already imported.

    Sums may differ in the last bit with the number of threads, and the matrices are
    too small to gain from a second one.
    """
    os.environ.update(ONE_THREAD)


@contextmanager
def _one_thread_for_children() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    one_thread()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _Processes(ProcessPoolExecutor):
    """A pool whose processes, started on submission, use one thread each."""

    def submit(self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        with _one_thread_for_children():
            return super().submit(fn, *args, **kwargs)


def local_processes(workers: int) -> Callable[[], Executor]:
    """Return a function that starts ``workers`` fresh Python processes (spawned, not forked)."""
    return lambda: _Processes(max_workers=workers, mp_context=get_context("spawn"))


def processors() -> int:
    """Return how many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_all(
    work: Callable[[T], R],
    items: Sequence[T],
    pool: Pool | None = None,
    tick: Callable[[int], None] = lambda _: None,
) -> list[R]:
    """Return ``work(item)`` for every item, in the order of ``items``.

    Parameters
    ----------
    work
        A function of a module (other processes import it).
    pool
        None runs here. An executor is used and left open. A function that makes an
        executor is called again where a worker died, and what is unfinished handed
        out once more.
    tick
        Called with the position of every item as it is finished, in any order.

    Raises
    ------
    WorkersLostError
        If an executor that was passed in broke, or new ones keep breaking.
    """
    done: dict[int, R] = {}
    if pool is None:
        for i, item in enumerate(items):
            done[i] = work(item)
            tick(i)
        return [done[i] for i in range(len(items))]
    executor = pool if isinstance(pool, Executor) else pool()
    idle = 0
    try:
        while len(done) < len(items):
            before = len(done)
            left = [i for i in range(len(items)) if i not in done]
            _round(executor, work, items, left, done, tick)
            if len(done) == len(items):
                break
            idle = 0 if len(done) > before else idle + 1
            if isinstance(pool, Executor) or idle >= MAX_IDLE:
                first = next(i for i in range(len(items)) if i not in done)
                raise WorkersLostError(
                    f"workers died with {len(items) - len(done)} of {len(items)} tasks unfinished",
                    where=str(items[first])[:120],
                    hint="there may be too little memory; try fewer workers",
                )
            executor.shutdown(wait=False, cancel_futures=True)
            executor = pool()
    finally:
        if not isinstance(pool, Executor):
            executor.shutdown(wait=True, cancel_futures=True)
    return [done[i] for i in range(len(items))]


def _round(
    executor: Executor,
    work: Callable[[T], R],
    items: Sequence[T],
    left: Sequence[int],
    done: dict[int, R],
    tick: Callable[[int], None],
) -> None:
    """Hand out the items that are ``left`` and collect what comes back."""
    futures: dict[Future[R], int] = {}
    try:
        for i in left:
            futures[executor.submit(work, items[i])] = i
    except BrokenExecutor:
        pass  # what was handed out before tells the same below
    try:
        for future in as_completed(futures):
            try:
                result = future.result()
            except (BrokenExecutor, CancelledError):
                continue
            done[futures[future]] = result
            tick(futures[future])
    except BaseException:
        for future in futures:
            future.cancel()
        raise


def cluster(address: str) -> tuple[Executor, Callable[[], None]]:
    """Return an executor on a running Dask cluster, and a function that closes it.

    Dask itself hands the tasks of a lost worker to another.

    Raises
    ------
    CompareNotesError
        If ``distributed`` is not installed, nothing answers at the address, or a
        worker has other code or constants than this process.
    """
    try:
        from distributed import Client
        from distributed.comm.addressing import parse_address, parse_host_port
        from distributed.comm.registry import get_backend
    except ImportError:
        raise CompareNotesError(
            "a cluster needs Dask's distributed", hint="pip install 'comparenotes[cluster]'"
        ) from None
    try:
        # a client that never had an address to go to would wait for it again when collected
        scheme, location = parse_address(address)
        get_backend(scheme)
        if scheme in {"tcp", "tls", "ws", "wss"}:
            parse_host_port(location)
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as problem:
        raise CompareNotesError(
            f"no Dask scheduler answers: {str(problem).splitlines()[0][:100]}",
            where=address[:80],
            hint="start one with 'dask scheduler' and give its address, like tcp://10.0.0.5:8786",
        ) from None
    mine = fingerprint()
    for worker, theirs in client.run(fingerprint).items():
        if theirs != mine:
            client.close()
            raise CompareNotesError(
                f"this worker runs other code or data: {theirs} there, {mine} here",
                where=str(worker)[:80],
                hint="install the same comparenotes and numpy on every worker",
            )
    executor: Executor = client.get_executor(pure=False)

    def close() -> None:
        executor.shutdown(wait=False)
        client.close()

    return executor, close


def fingerprint() -> str:
    """Return what results depend on: versions, and a hash of the engine and its constants."""
    import hashlib
    from importlib.metadata import version
    from pathlib import Path

    from comparenotes.campaigns.catalogue import data_dir

    digest = hashlib.sha256()
    data = data_dir()
    files = [
        *sorted(Path(__file__).parent.glob("*.py")),
        data / "learned.csv",
        data / "manifest.json",
    ]
    for path in sorted(files):
        digest.update(path.read_bytes())
    numpy, package = version("numpy"), version("comparenotes")
    return f"comparenotes {package} {digest.hexdigest()[:12]}, numpy {numpy}"
