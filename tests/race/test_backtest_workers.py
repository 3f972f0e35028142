"""Workers may die; results come back all the same, in order."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from comparenotes.errors import CompareNotesError
from comparenotes.race import backtest_workers as bw
from tests.race import killer


def test_here_in_order() -> None:
    seen: list[int] = []
    assert bw.run_all(killer.refuse, [2, 0, 1], tick=seen.append) == [2, 0, 1]
    assert seen == [0, 1, 2]
    assert bw.run_all(killer.refuse, [], bw.local_processes(2)) == []


def test_a_killed_worker_is_replaced_and_its_work_done_again(tmp_path: Path) -> None:
    marker = tmp_path / "killed"
    items = [(n, str(marker)) for n in range(6)]
    seen: list[int] = []
    assert bw.run_all(killer.square, items, bw.local_processes(2), seen.append) == [
        0, 1, 4, 9, 16, 25,
    ]  # fmt: skip
    assert marker.exists()
    assert sorted(seen) == list(range(6)), "each finished item counts once"


def test_a_task_that_always_kills_is_named() -> None:
    with pytest.raises(bw.WorkersLostError, match="7: workers died with 1 of 2") as problem:
        bw.run_all(killer.die, [0, 7], bw.local_processes(1))
    assert problem.value.hint is not None


def test_an_executor_passed_in_is_not_replaced(tmp_path: Path) -> None:
    pool = bw.local_processes(1)()
    try:
        with pytest.raises(bw.WorkersLostError, match="workers died"):
            bw.run_all(killer.square, [(2, str(tmp_path / "killed"))], pool)
    finally:
        pool.shutdown()


@pytest.mark.parametrize("pool", [None, bw.local_processes(1)], ids=["here", "processes"])
def test_an_error_of_the_work_itself_is_raised(pool: bw.Pool | None) -> None:
    with pytest.raises(ValueError, match="three"):
        bw.run_all(killer.refuse, [1, 2, 3, 4], pool)


def test_processes_use_one_thread_and_leave_the_parent_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "5")
    monkeypatch.delenv("POLARS_MAX_THREADS", raising=False)
    assert bw.run_all(killer.threads, [1], bw.local_processes(1)) == ["1"]
    assert os.environ["OPENBLAS_NUM_THREADS"] == "5"
    assert "POLARS_MAX_THREADS" not in os.environ


def test_the_fingerprint_is_that_of_the_code() -> None:
    assert bw.fingerprint() == bw.fingerprint()
    assert "numpy" in bw.fingerprint()


@pytest.fixture(scope="module")
def dask_cluster() -> Iterator[str]:
    """The address of a cluster of two processes."""
    distributed = pytest.importorskip("distributed", reason="Dask's distributed is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", processes=True
    ) as made:
        yield made.scheduler_address


def test_a_cluster_gives_the_same_rows(dask_cluster: str) -> None:
    from comparenotes.race import backtest as bt

    todo = bt.tasks((0, 60), ids=["nz-2017", "se-1998"])
    executor, close = bw.cluster(dask_cluster)
    try:
        made = bt.backtest(todo, executor)
    finally:
        close()
    here = bt.backtest(todo)
    assert made.rows.equals(here.rows, null_equal=True)
    assert made.races.equals(here.races, null_equal=True)


def test_a_cluster_finishes_though_a_worker_is_killed(dask_cluster: str, tmp_path: Path) -> None:
    marker = tmp_path / "killed"
    executor, close = bw.cluster(dask_cluster)
    try:
        items = [(n, str(marker)) for n in range(5)]
        assert bw.run_all(killer.square, items, executor) == [0, 1, 4, 9, 16]
    finally:
        close()
    assert marker.exists()


def test_a_worker_with_other_code_is_refused(
    dask_cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bw, "fingerprint", killer.process_id)
    with pytest.raises(CompareNotesError, match="runs other code or data"):
        bw.cluster(dask_cluster)


@pytest.mark.parametrize("address", ["foo", "tcp://foo", "tcp://foo:bar", "zzz://foo:1", ""])
def test_an_address_that_is_none_is_refused_at_once(address: str) -> None:
    pytest.importorskip("distributed", reason="Dask's distributed is not installed")
    began = time.monotonic()
    with pytest.raises(CompareNotesError, match="no Dask scheduler answers"):
        bw.cluster(address)
    assert time.monotonic() - began < 5, "no client was made that waits for an answer"
