"""The server as a client starts it: ``cn mcp`` over standard input and output."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp import Client, StdioServerParameters, stdio_client

from comparenotes.campaigns.scaffold import new_folder
from comparenotes.cli import mcp_cmds
from comparenotes.cli.main import run

PROGRAM = [sys.executable, "-m", "comparenotes.cli.main", "mcp"]


def test_a_client_lists_asks_and_is_refused(tmp_path: Path) -> None:
    new_folder(tmp_path / "mine")
    start = StdioServerParameters(
        command=PROGRAM[0], args=[*PROGRAM[1:], str(tmp_path / "mine")], cwd=tmp_path
    )

    async def talk() -> tuple[list[str], dict[str, Any], Any, str | None]:
        async with Client(stdio_client(start)) as client:
            names = [t.name for t in (await client.list_tools()).tools]
            good = await client.call_tool("race", {"campaign": "mine", "as_of": "2100-01-01"})
            bad = await client.call_tool("race", {"campaign": "yours"})
            assert good.structured_content is not None
            return names, good.structured_content, bad, client.instructions

    with anyio.from_thread.start_blocking_portal() as portal:
        names, good, bad, instructions = portal.call(talk)
    assert "compare" in names
    assert good["result"]["campaign"] == "mine"
    assert good["sources"]
    assert bad.is_error
    assert "losers beside winners" in (instructions or "")


def test_the_list_needs_no_client(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["mcp", "--list"]) == 0
    assert "compare: Say what home can learn from away" in capfd.readouterr().out
    assert run(["mcp", "--list", "--json"]) == 0
    tools = json.loads(capfd.readouterr().out)["tools"]
    assert {t["name"] for t in tools} >= {"race", "record", "message"}


@pytest.mark.parametrize(
    ("args", "text"),
    [(["nowhere"], "there is no campaign folder"), (["--json"], "--json goes with --list")],
)
def test_problems_are_one_line(
    args: list[str], text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["mcp", *args]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert text in err
    assert err.count("\n") == 1


def test_without_the_extra_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    known = mcp_cmds.importlib.util.find_spec
    monkeypatch.setattr(
        mcp_cmds.importlib.util, "find_spec", lambda name: None if name == "mcp" else known(name)
    )
    assert run(["mcp"]) == 2
    assert "pip install 'comparenotes[mcp]'" in capfd.readouterr().err
