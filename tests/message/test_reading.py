"""Reading in shards gives what reading here gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.cli.message_cmds import message
from comparenotes.message.issues import issues_named
from comparenotes.message.reading import SHARDS, Task, added, score, score_apart, shards_of
from comparenotes.message.report import message_of
from comparenotes.message.shards import score_shards

from .invented import ATTACK, FILLER, GREEN, MIGRATION, speech

EVE = date(2012, 11, 5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("shards") / "texts"
    where.mkdir()
    for i in range(6):
        for who, said in (("dem", (GREEN, ATTACK)), ("rep", (MIGRATION, GREEN))):
            text = speech(who, *said, *FILLER[: i % 3 + 1], f"Stop number {i} it is.")
            (where / f"{i}{who}.md").write_text(text, encoding="utf-8")
    (where / "9copy.md").write_text((where / "0dem.md").read_text("utf-8"), encoding="utf-8")
    (where / "9empty.md").write_text("", encoding="utf-8")
    return where


def task(folder: Path) -> Task:
    every = issues_named(("all",))
    return Task(load_bundled("us-2012"), (folder,), EVE, every, every[:5], words=True)


def same(campaign: Campaign, folder: Path, pool: Executor) -> None:
    here = message_of(campaign, EVE, texts=[folder], words=True)
    apart = message_of(campaign, EVE, texts=[folder], words=True, pool=pool)
    assert json.dumps(apart.to_dict(), default=str) == json.dumps(here.to_dict(), default=str)
    assert set(apart.languages) == set(here.languages)


def test_workers_give_the_same_report(campaign: Campaign, folder: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        same(campaign, folder, pool)


def test_a_copy_in_another_shard_counts_once(folder: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        apart = score_apart(task(folder), pool)
    here = score(task(folder))
    assert len(shards_of([folder])) > 3
    assert dict(apart.left_out) == dict(here.left_out)
    assert apart.left_out["copies of a text already counted"] == 1
    assert apart.tally["n"].sum() == here.tally["n"].sum()
    assert apart.tally["expected"].sum() == pytest.approx(here.tally["expected"].sum())


def test_shards_may_be_added_in_two_steps(folder: Path) -> None:
    files = sorted(folder.glob("[0-2]*.md"))
    parts = [score(Task(load_bundled("us-2012"), (f,), EVE, issues_named(()))) for f in files]
    once, twice = added(parts), added([added(parts[:2]), added(parts[2:])])
    assert once.tally["n"].sum() == twice.tally["n"].sum()
    assert once.tally["document"].n_unique() == twice.tally["document"].n_unique() == len(files)


@settings(max_examples=30, deadline=None)
@given(sizes=st.lists(st.integers(0, 400), max_size=90))
def test_every_file_is_dealt_once_and_in_order(
    sizes: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    where = tmp_path_factory.mktemp("dealt")
    files = [where / f"{i:02d}.txt" for i in range(len(sizes))]
    for f, n in zip(files, sizes, strict=True):
        f.write_bytes(b"x" * n)
    groups = shards_of([where])
    assert [f for g in groups for f in g] == files
    assert len(groups) <= SHARDS + 1


def test_the_command_reads_in_two_processes(folder: Path) -> None:
    args = ["us-2012", "--texts", str(folder), "--json"]
    one = CliRunner().invoke(message, args)
    two = CliRunner().invoke(message, [*args, "--workers", "2"])
    assert one.exit_code == two.exit_code == 0
    assert json.loads(one.stdout) == json.loads(two.stdout)


def test_workers_and_cluster_exclude_each_other() -> None:
    done = CliRunner().invoke(message, ["us-2012", "--workers", "2", "--cluster", "tcp://x:1"])
    assert done.exit_code == 2
    assert "exclude each other" in done.output


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="Dask's distributed is not installed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", processes=True
        ) as made,
        distributed.Client(made.scheduler_address, set_as_default=False) as one,
    ):
        yield one


def test_a_dask_cluster_gives_the_same_report(
    campaign: Campaign, folder: Path, client: Any
) -> None:
    same(campaign, folder, client.get_executor(pure=False))
    paths = sorted(folder.glob("[0-2]*.md"))
    issues = issues_named(("all",))
    here = score_shards(campaign, paths, issues, EVE)
    assert score_shards(campaign, paths, issues, EVE, client=client).equals(here)
