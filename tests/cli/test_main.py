"""The program's frame: quick help, one-line errors, exit codes."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import click
import pytest

from comparenotes.cli import main
from comparenotes.errors import DataError

ROOT = click.Context(main.cli, info_name="cn")
INSTALLED = main.cli.list_commands(ROOT)


def process(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "comparenotes.cli.main", *args],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **env},
    )


def test_help_needs_nothing_heavy_and_is_quick() -> None:
    code = (
        "import sys; from comparenotes.cli.main import run; code = run(['--help']); "
        "heavy = {'polars', 'numpy', 'scipy', 'rich', 'vl_convert', 'jinja2', 'lxml', 'numba'}; "
        "sys.exit(code or ', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    seconds = []
    for _ in range(4):  # CPU time, the best of a few: other programs may be running
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert done.returncode == 0, done.stderr
    assert min(seconds) < 0.3


def test_help_lists_the_installed_commands_with_their_line() -> None:
    out = process("--help").stdout
    for name in INSTALLED:
        assert re.search(rf"^  {name} +{re.escape(main.COMMANDS[name][1])}$", out, re.MULTILINE)
    assert process().stdout == out  # without arguments: the help, and no error
    assert process().returncode == 0


@pytest.mark.parametrize("name", INSTALLED)
def test_every_listed_command_imports_and_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = main.cli.get_command(ROOT, name)
    assert command is not None
    assert command.name == name
    assert main.run([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"Usage: cn {name}" in out
    assert re.search(rf"Examples?:\n +cn {name}\b", out), f"cn {name} --help shows no example"
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.opts} has no help"


def test_the_modules_of_the_table_exist_or_are_not_listed() -> None:
    folder = Path(main.__file__).parent
    for name, (target, _) in main.COMMANDS.items():
        module = target.partition(":")[0]
        assert (name in INSTALLED) == (folder / f"{module}.py").is_file()


def test_version() -> None:
    done = process("--version")
    assert re.fullmatch(r"comparenotes \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (["validat"], "error: no such command 'validat'. Hint: did you mean 'validate'?"),
        (["zzz"], "error: no such command 'zzz'. Hint: see 'cn --help'"),
        (["--zzz"], "error: No such option.* '?--zzz'?. Hint: see 'cn --help'"),
        (["validate"], "error: Missing argument 'DIR'. Hint: see 'cn validate --help'"),
        (
            ["sources", "x", "--as-of", "18.8.2024"],
            ".*not a date: write it like 2024-08-18. Hint:.*",
        ),
        (["sources", "x", "--as-of", "2024-02-30"], ".*there is no day '2024-02-30'. Hint:.*"),
        (["sources", "x", "--as-of", "1024-02-03"], ".*not in 1800 to 2100. Hint:.*"),
    ],
)
def test_usage_errors_are_one_line(
    args: list[str], line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main.run(args) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert re.fullmatch(line + "\n", err.replace("?", "")) or err == line + "\n"


INTERNAL = (
    "internal error: ZeroDivisionError: x. Hint: this is a bug; "
    "run again with CN_DEBUG=1 and report what it prints"
)


def failing(monkeypatch: pytest.MonkeyPatch, problem: BaseException) -> None:
    @click.command()
    def broken() -> None:
        raise problem

    monkeypatch.setattr(main.Commands, "get_command", lambda *_: broken)


@pytest.mark.parametrize(
    ("problem", "code", "line"),
    [
        (DataError("bad\nrow", where="a.csv", hint="fix"), 2, "error: a.csv: bad row. Hint: fix"),
        (DataError("\x1b[2Jx"), 2, "error: [2Jx"),
        (PermissionError(13, "Permission denied", "f.html"), 2, "error: f.html: Permission denied"),
        (KeyboardInterrupt(), 130, "stopped"),
        (ZeroDivisionError("x"), 1, INTERNAL),
    ],
)  # fmt: skip
def test_what_goes_wrong_inside_a_command(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    problem: BaseException,
    code: int,
    line: str,
) -> None:
    monkeypatch.delenv("CN_DEBUG", raising=False)
    failing(monkeypatch, problem)
    assert main.run(["any"]) == code
    assert capfd.readouterr().err.lstrip("\n") == line + "\n"


def test_debug_shows_the_traceback_of_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("x"))
    monkeypatch.setenv("CN_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main.run(["any"])


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """As in ``cn campaigns | head -1``."""
    script = (
        "import click; from comparenotes.cli import main\n"
        "@click.command()\n"
        "def long():\n"
        "    for i in range(200_000): click.echo('x' * 80)\n"
        "main.Commands.get_command = lambda *_: long\n"
        "main.main()\n"
    )
    (tmp_path / "long.py").write_text(script)
    command = f"'{sys.executable}' '{tmp_path}/long.py' any | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.split("\n")[1] == "141"


def test_letters_a_terminal_cannot_show(tmp_path: Path) -> None:
    done = process("validate", str(tmp_path / "ñandú-日本"), PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
