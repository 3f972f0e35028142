"""``cn mcp``: the read-only server for assistants."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import click

from comparenotes.cli.options import examples, json_option
from comparenotes.cli.output import emit_json, note, safe
from comparenotes.errors import CompareNotesError


@click.command(
    "mcp",
    epilog=examples(
        "cn mcp --list",
        "cn mcp",
        "cn mcp my-campaign/ other-campaign/",
    ),
)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, file_okay=False))
@click.option("--list", "show", is_flag=True, help="List the tools and their arguments, and end.")
@json_option
def mcp(folders: tuple[Path, ...], show: bool, as_json: bool) -> None:
    """Serve findings to an assistant over the Model Context Protocol (stdio).

    Read only. It reads the bundled campaigns and the campaign FOLDERS named here, each
    under the id in its campaign.toml; no other file, and nothing from the network.
    A client starts it: this is the command to put into the client's settings.
    """
    if importlib.util.find_spec("mcp") is None:
        raise CompareNotesError(
            "the Model Context Protocol's package is not installed",
            where="mcp",
            hint="pip install 'comparenotes[mcp]'",
        )
    for folder in folders:
        if not folder.is_dir():
            raise CompareNotesError(
                "there is no campaign folder", where=str(folder), hint="start one with: cn new DIR"
            )
    from comparenotes.mcp.access import access_to
    from comparenotes.mcp.server import build

    server = build(access_to(folders))
    if not show:
        if as_json:
            raise click.UsageError("--json goes with --list")
        if sys.stdin.isatty():
            note("note: waiting for a client on standard input; Ctrl-C ends it")
        server.run("stdio")
        return
    import anyio

    tools = [t.model_dump(mode="json", exclude_none=True) for t in anyio.run(server.list_tools)]
    if as_json:
        emit_json({"tools": tools})
        return
    for tool in tools:
        click.echo(safe(f"{tool['name']}: {tool['description'].splitlines()[0]}"))
        needed = tool["input_schema"].get("required", [])
        for name, about in tool["input_schema"]["properties"].items():
            text = about.get("description", "") + ("" if name in needed else " Optional.")
            click.echo(safe(f"  {name}: {text.strip()}"))
