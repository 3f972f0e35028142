"""``cn completion``: the line for a shell's start-up file.

The completion itself is click's. What it offers for arguments comes from
:mod:`comparenotes.cli.names`; nothing of this is imported by other commands.
"""

from __future__ import annotations

import click

from comparenotes.cli.options import examples

SHELLS = ("bash", "zsh", "fish")
PROGRAMS = ("cn", "comparenotes")
VARIABLE = "_CN_COMPLETE"
"""Asks the program, under either name, for completions."""


@click.command(
    epilog=examples(
        "cn completion bash >> ~/.bashrc",
        "cn completion zsh >> ~/.zshrc",
        "cn completion fish > ~/.config/fish/completions/cn.fish",
    )
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the lines that make SHELL complete commands, options and names.

    Campaign ids, issues and import formats are completed too, and a folder's path
    wherever a campaign can be named.
    """
    from click.shell_completion import get_completion_class

    from comparenotes.cli.main import cli

    maker = get_completion_class(shell)
    if maker is None:
        raise click.UsageError(f"no completion for {shell}")
    for program in PROGRAMS:
        source = maker(cli, {}, program, VARIABLE).source()
        # click's script for fish cuts a value at its first comma: 'migration,green'
        click.echo(source.replace('(string split "," ', '(string split -m 1 "," '))
