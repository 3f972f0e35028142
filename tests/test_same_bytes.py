"""The same question gives the same bytes: in every process, hash seed, locale, thread count."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = {
    "brief": ["brief", "us-2024", "us-2020", "--as-of", "2024-05-20", "-o"],
    "brief.md": ["brief", "gb-next", "us-2024", "--as-of", "2026-08-20", "-o"],
    "compare": ["compare", "us-2024", "us-2020", "--as-of", "2024-05-20", "--json"],
    "race": ["race", "de-2021", "--as-of", "2021-08-01", "--json"],
    "record": ["record", "--like", "gb-next", "--as-of", "2026-08-20", "--json"],
    "message": ["message", "us-2012", "--as-of", "2012-10-31", "--json"],
    "suggest": ["suggest", "gb-next", "--as-of", "2026-08-20", "--json"],
}
MACHINES = (
    {"PYTHONHASHSEED": "1", "POLARS_MAX_THREADS": "1", "LC_ALL": "C"},
    {
        "PYTHONHASHSEED": "300",
        "POLARS_MAX_THREADS": "5",
        "LC_ALL": "POSIX",
        "PYTHONUTF8": "0",
        "TZ": "Asia/Tokyo",
        "COLUMNS": "200",
    },
)
PROGRAM = """
import hashlib, json, pathlib, sys
from click.testing import CliRunner
import comparenotes.race.engine as engine
from comparenotes.cli.main import cli
commands, folder, numpy = json.loads(sys.argv[1])
if numpy:
    engine.have_numba = lambda: False
out = {}
for name, words in commands.items():
    path = pathlib.Path(folder, "brief.md" if name.endswith(".md") else "brief.html")
    done = CliRunner().invoke(cli, words + [str(path)] * (words[-1] == "-o"))
    assert done.exit_code == 0, (name, done.output, done.exception)
    data = path.read_bytes() if words[-1] == "-o" else done.stdout_bytes
    assert len(data) > 500, (name, data)
    out[name] = hashlib.sha256(data).hexdigest()
print(json.dumps(out))
"""


def digests(
    folder: Path, machine: dict[str, str], names: tuple[str, ...], *, numpy: bool = False
) -> dict[str, str]:
    commands = {k: COMMANDS[k] for k in names}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps([commands, str(folder), numpy])],
        env={**os.environ, **machine},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    out: dict[str, str] = json.loads(done.stdout)
    return out


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return digests(tmp_path_factory.mktemp("first"), MACHINES[0], tuple(COMMANDS))


@pytest.mark.parametrize("machine", MACHINES[1:], ids=["another"])
def test_the_same_bytes_on_every_machine(
    first: dict[str, str], machine: dict[str, str], tmp_path: Path
) -> None:
    assert digests(tmp_path, machine, tuple(COMMANDS)) == first


def test_the_same_brief_from_both_engines(first: dict[str, str], tmp_path: Path) -> None:
    """What is shown is rounded, so the last bits in which the two differ are not seen."""
    shown = ("brief", "brief.md")
    found = digests(tmp_path, MACHINES[0], shown, numpy=True)
    assert found == {k: first[k] for k in shown}
