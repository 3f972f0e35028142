"""The ``cn`` program: a table of commands, each imported when it is used.

Only click is imported here, so that ``cn --help`` is quick. Problems with the
user's input end in one line on stderr and exit code 2; anything else is a bug
(exit code 1; ``CN_DEBUG=1`` shows the traceback).
"""

from __future__ import annotations

import contextlib
import difflib
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS: dict[str, tuple[str, str]] = {
    "campaigns": ("campaigns_cmds:campaigns", "List the campaigns there are to compare."),
    "compare": ("compare_cmds:compare", "Compare a home campaign with one or more away."),
    "race": ("race_cmds:race", "Where a race stands, who leads, what moved it."),
    "message": ("message_cmds:message", "What each side talks about, and how."),
    "corpus": ("corpus_cmds:corpus", "The sentences of texts as one Parquet file."),
    "record": ("record_cmds:record", "What became of campaigns in the same position."),
    "explain": ("compare_cmds:explain", "Show everything behind one finding."),
    "brief": ("compare_cmds:brief", "Write the findings as a page to print."),
    "serve": ("serve_cmds:serve", "Open the local web page."),
    "new": ("campaigns_cmds:new", "Start a campaign folder from a template."),
    "validate": ("campaigns_cmds:validate", "Check a campaign folder, line by line."),
    "migrate": ("campaigns_cmds:migrate", "Bring an older folder's campaign.toml up to date."),
    "import": ("import_cmds:import_", "Read a poll file in another format."),
    "sources": ("campaigns_cmds:sources", "Where a campaign's figures come from."),
    "backtest": ("backtest_cmds:backtest", "Replay past races and score the forecasts."),
    "learn": ("learn_cmds:learn", "Rebuild the learned constants up to a date."),
    "suggest": ("record_cmds:suggest", "Which campaigns to look at: winners and losers."),
    "export": ("export_cmds:export", "The bundled tables as a database for SQL."),
    "mcp": ("mcp_cmds:mcp", "Serve findings to an assistant, read only."),
    "completion": ("completion_cmds:completion", "Completion for bash, zsh and fish."),
}
"""Command name -> (module under ``comparenotes.cli`` : attribute, one line of help)."""

_PACKAGE = "comparenotes.cli"

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Set to 1 unless the user has set them: on the engine's small matrices a linear algebra
library's threads save nothing, and wait for each other as soon as anything else runs
(see docs/speed.md)."""

EXIT_BUG, EXIT_USER, EXIT_INTERRUPTED, EXIT_PIPE = 1, 2, 130, 141


class Commands(click.Group):
    """A group whose commands are imported on use; its help needs no import."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands whose module is installed."""
        return [name for name, (target, _) in COMMANDS.items() if _installed(target)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or None where there is no such command."""
        target, _ = COMMANDS.get(cmd_name, ("", ""))
        if not target or not _installed(target):
            return None
        module, _, attribute = target.partition(":")
        command = getattr(importlib.import_module(f"{_PACKAGE}.{module}"), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{target} is not a command")
        if ctx.resilient_parsing:
            from comparenotes.cli.names import with_names

            return with_names(command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        """Return the commands that begin with ``incomplete``, from the static table."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=COMMANDS[name][1])
            for name in self.list_commands(ctx)
            if name.startswith(incomplete)
        ]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown name gets the nearest one as a hint."""
        name = args[0] if args else ""
        if not ctx.resilient_parsing and self.get_command(ctx, name) is None:
            near = difflib.get_close_matches(name[:40], self.list_commands(ctx), n=1)
            hint = f"did you mean {near[0]!r}?" if near else "see 'cn --help'"
            raise click.UsageError(f"no such command {name[:40]!r}. Hint: {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command list from the static table."""
        rows = [(name, COMMANDS[name][1]) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def _installed(target: str) -> bool:
    return importlib.util.find_spec(f"{_PACKAGE}.{target.partition(':')[0]}") is not None


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"comparenotes {version('comparenotes')}")
    ctx.exit()


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
A campaign is named by its id (gb-next) or by the path of a folder.
Examples:
  cn campaigns --country GB
  cn compare gb-next us-2024 --as-of 2024-08-18
  cn new my-campaign && cn validate my-campaign""",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Put election campaigns side by side and say what one can learn from the other."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _say(text: str) -> None:
    """Write one line to stderr, whatever is in it."""
    line = "".join(c if c.isprintable() else " " for c in text)
    with contextlib.suppress(OSError):
        click.echo(" ".join(line.split()), err=True)


def run(args: Sequence[str] | None = None, command: click.Command = cli, name: str = "cn") -> int:
    """Run a command on ``args`` (default: the process's) and return the exit code."""
    from comparenotes.errors import CompareNotesError

    for variable in ONE_THREAD:
        os.environ.setdefault(variable, "1")  # read when numpy is first imported
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter must not stop the program.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        code = command.main(
            args=None if args is None else list(args), prog_name=name, standalone_mode=False
        )
        sys.stdout.flush()
    except CompareNotesError as problem:
        _say(f"error: {problem.one_line()}")
    except click.UsageError as problem:
        text = problem.format_message()
        path = problem.ctx.command_path if problem.ctx else name
        hint = "" if "Hint:" in text else f". Hint: see '{path} --help'"
        _say(f"error: {text.rstrip('.')}{hint}")
    except click.ClickException as problem:
        _say(f"error: {problem.format_message()}")
    except (click.Abort, KeyboardInterrupt):
        _say("stopped")
        return EXIT_INTERRUPTED
    except SystemExit as leaving:
        if not leaving.code:
            return 0  # the shell asked for completions
        # click itself leaves with 1 where the reader of stdout has gone.
        return EXIT_PIPE if leaving.code == 1 else EXIT_BUG
    except BrokenPipeError:
        # The reader (head, less) has gone; a second flush at exit must stay silent.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_PIPE
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        _say(f"error: {where}{problem.strerror or problem}")
    except Exception as problem:
        if os.environ.get("CN_DEBUG"):
            raise
        _say(
            f"internal error: {type(problem).__name__}: {problem}. "
            "Hint: this is a bug; run again with CN_DEBUG=1 and report what it prints"
        )
        return EXIT_BUG
    else:
        return code if isinstance(code, int) else 0
    return EXIT_USER


def main() -> None:
    """Run the program and leave with its exit code."""
    sys.exit(run())


if __name__ == "__main__":
    main()
