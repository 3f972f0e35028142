"""The reference of the command line, from every command's ``--help``."""

from __future__ import annotations

from tools.docs.pages import ROOT, output, working_folder

PAGE = ROOT / "docs" / "cli.md"

HEAD = """# The command line

Made by `make docs` from every command's `--help`. The commands and the JSON they
write are stable: scripts may rely on them, and a change is announced in the
[changelog](../CHANGELOG.md).

A campaign is named by its id (`cn campaigns` lists them) or by the path of a
[campaign folder](campaign-folder.md). Every command that can takes `--as-of DATE`:
nothing published later is used. With `--json` standard output holds one JSON
document and nothing else. Bad input ends in one line on standard error (what is
wrong, where, and a hint) and exit code 2; exit code 1 is a bug of ours.
"""


def commands() -> list[str]:
    """Return the commands there are, each followed by its own (``backtest race``)."""
    import click

    from comparenotes.cli.main import cli

    out = []
    context = click.Context(cli)
    for name in cli.list_commands(context):
        out.append(name)
        command = cli.get_command(context, name)
        if isinstance(command, click.Group):
            out += [f"{name} {c}" for c in command.list_commands(context)]
    return out


def render() -> str:
    """Return the page."""
    parts = [HEAD]
    with working_folder():
        for command in ["", *commands()]:
            call = f"cn {command}".strip()
            parts.append(f"## {call}\n\n```\n{output(f'{call} --help')}```\n")
    return "\n".join(parts)
