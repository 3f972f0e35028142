"""Talking the protocol to the server, in process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import anyio
from mcp import Client
from mcp.types import CallToolResult, Tool

from comparenotes.mcp.access import access_to
from comparenotes.mcp.server import build

AWAY, HOME, DAY = "gb-1997", "gb-2001", "2001-05-20"


def tools(*folders: Path) -> list[Tool]:
    async def ask() -> list[Tool]:
        async with Client(build(access_to(folders))) as client:
            return list((await client.list_tools()).tools)

    return anyio.run(ask)


def call(
    tool: str, arguments: dict[str, Any], *folders: Path, mode: str = "auto"
) -> CallToolResult:
    async def ask() -> CallToolResult:
        async with Client(build(access_to(folders)), mode=mode) as client:
            return await client.call_tool(tool, arguments)

    return anyio.run(ask)


def answer(tool: str, arguments: dict[str, Any], *folders: Path) -> dict[str, Any]:
    """Return the reply of a tool that must not fail."""
    got = call(tool, arguments, *folders)
    assert not got.is_error, got.content
    assert got.structured_content is not None
    # older clients read the text: it is the same document
    assert json.loads(got.content[0].text) == got.structured_content
    return got.structured_content


def refusal(tool: str, arguments: dict[str, Any], *folders: Path) -> str:
    """Return the text of a tool error."""
    got = call(tool, arguments, *folders)
    assert got.is_error
    assert got.structured_content is None
    text: str = got.content[0].text
    return text
