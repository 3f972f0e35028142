"""What the tab key offers, how soon, and that a real shell takes the script."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from tools import names as made

from comparenotes.cli import names
from comparenotes.cli.completion_cmds import PROGRAMS, SHELLS, VARIABLE
from comparenotes.cli.main import COMMANDS, cli, run

HEAVY = ("numpy", "polars", "rich", "scipy")


def offered(args: list[str], incomplete: str) -> list[tuple[str, str]]:
    found = ShellComplete(cli, {}, "cn", VARIABLE).get_completions(args, incomplete)
    return [(x.type, x.value) for x in found]


def values(args: list[str], incomplete: str) -> list[str]:
    return [value for _, value in offered(args, incomplete)]


def test_the_names_are_those_of_the_tables() -> None:
    """If this fails: ``python -m tools.names``."""
    assert json.loads(names.FILE.read_text(encoding="utf-8")) == made.known()


def test_commands_and_options_are_offered() -> None:
    assert values([], "") == list(COMMANDS)
    assert values([], "re") == ["record"]
    assert "--help" in values([], "--")
    assert "--event" in values(["race", "gb-next"], "--")
    assert "race" in values(["backtest"], "")


@pytest.mark.parametrize(
    "args",
    [
        ["race"],
        ["compare"],
        ["compare", "us-2024"],
        ["compare", "us-2024", "us-2020"],
        ["explain", "us-2024"],
        ["brief"],
        ["message"],
        ["sources"],
        ["suggest"],
        ["record", "--like"],
    ],
)
def test_campaigns_are_offered_wherever_one_can_be_named(args: list[str]) -> None:
    assert values(args, "gb-n") == ["gb-next"]


def test_a_folder_can_be_completed_instead() -> None:
    assert offered(["race"], "./my") == [("dir", "./my")]
    assert offered(["race"], "my-camp") == [("dir", "my-camp")]


def test_issues_are_completed_one_by_one() -> None:
    assert values(["message", "us-2012", "--issue"], "mig") == ["migration"]
    assert values(["message", "us-2012", "--issue"], "green,mi") == ["green,migration"]
    assert "green,green" not in values(["message", "us-2012", "--issue"], "green,g")


def test_other_names_are_offered() -> None:
    assert values(["import"], "wi") == ["wikipedia"]
    assert values(["campaigns", "--system"], "el") == ["electoral_college"]
    assert values(["completion"], "") == list(SHELLS)


def test_a_command_takes_what_it_took_before() -> None:
    assert run(["race", "no-such-campaign"]) == 2  # names are offered, never enforced
    assert run(["completion", "tcsh"]) == 2


def test_a_press_of_the_key_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom comparenotes.cli.main import run\n"
        f"code = run([])\nprint([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)\n"
        "sys.exit(code)"
    )
    words = {"COMP_WORDS": "cn compare gb-next us-20", "COMP_CWORD": "3"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **words, VARIABLE: "bash_complete"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "plain,us-2024" in done.stdout.splitlines()
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_serves_both_names(shell: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    text = capfd.readouterr().out
    for program in PROGRAMS:
        assert f"{VARIABLE}={shell}_complete" in text
        assert f"_{program}_completion" in text
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed: its script is not run")
    subprocess.run([shell, "-n"], input=text, text=True, check=True)


SCRIPTS = {
    "bash": """
source <(cn completion bash)
COMP_WORDS=(cn {words}) COMP_CWORD={n}
_cn_completion cn
printf '%s\\n' "${{COMPREPLY[@]}}"
""",
    "fish": "cn completion fish | source; complete -C 'cn {words}'",
}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("race gb-n", ["gb-next"]),
        ("message us-2012 --issue migration,gr", ["migration,green"]),
    ],
)
@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_shell_completes_with_it(
    shell: str, words: str, found: list[str], tmp_path: Path
) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    cn = tmp_path / "cn"
    cn.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m comparenotes.cli.main "$@"\n')
    cn.chmod(0o755)
    bare = {"bash": "--norc", "fish": "--no-config"}[shell]
    done = subprocess.run(
        [program, bare, "-c", SCRIPTS[shell].format(words=words, n=len(words.split()))],
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == found
