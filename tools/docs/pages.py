"""Which pages there are, and how a page's generated parts are made anew.

Three kinds of part are generated, each marked in the page itself:

* a fenced block ``console``: what follows a line ``$ cn ...`` is what that command
  prints. ``console parts=1-3`` keeps those paragraphs only and puts ``...`` for the
  rest; ``console norun`` is left alone.
* a fenced block ``python`` that begins with ``>>>``: what follows a statement is what
  it prints. Other ``python`` blocks are run for errors only. A page's blocks share
  their names and their working folder, which starts empty.
* what stands between ``<!-- table: NAME -->`` and ``<!-- end -->``: a table of
  :mod:`tools.docs.tables`.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.docs import tables

ROOT = Path(__file__).parents[2]
WIDTH = "80"

FENCE = re.compile(
    r"^(?P<fence>```+)(?P<kind>console|python)(?P<how>[^\n]*)\n(?P<body>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
TABLE = re.compile(r"(<!-- table: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
PARTS = re.compile(r"parts=(\d+)-(\d+)")


def pages() -> list[Path]:
    """Return every page of the documentation."""
    tops = [p for p in ROOT.glob("*.md") if p.name != "CHANGELOG.md"]
    return sorted([*tops, ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("**/*.md")])


def name(page: Path) -> str:
    """Return a page's path from the repository's root."""
    return page.relative_to(ROOT).as_posix()


@contextlib.contextmanager
def working_folder() -> Iterator[Path]:
    """Work in an empty folder, with the width of a plain terminal."""
    before = os.environ.get("COLUMNS")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        os.environ["COLUMNS"] = WIDTH
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ["COLUMNS"]
            else:
                os.environ["COLUMNS"] = before


def output(command: str) -> str:
    """Return what ``command`` (``cn ...``) prints, stderr among it, in the present folder.

    Raises
    ------
    ValueError
        For another program: mark such a block ``norun`` or as ``sh``.
    """
    from comparenotes.cli.main import run

    words = shlex.split(command.replace("\\\n", " "))
    if words[:1] != ["cn"]:
        raise ValueError(f"only cn is run in the documentation, not: {command}")
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        run(words[1:])
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def shown(text: str, how: str) -> str:
    """Return the paragraphs of ``text`` that ``how`` asks for, with ``...`` for the others."""
    wanted = PARTS.search(how)
    if not wanted:
        return text
    parts = [p.strip("\n") for p in re.split(r"\n(?:\s*\n)+", text) if p.strip()]
    first, last = int(wanted[1]), int(wanted[2])
    head = ["..."] if first > 1 else []
    tail = ["..."] if last < len(parts) else []
    return "\n\n".join([*head, *parts[first - 1 : last], *tail]) + "\n"


def console(body: str, how: str) -> str:
    """Return a console block with every command's output made anew."""
    commands = re.findall(r"^\$ ((?:.*\\\n)*.*)\n", body, re.MULTILINE)
    return "".join(f"$ {c}\n{shown(output(c), how)}" for c in commands)


def python(body: str, names: dict[str, Any]) -> str:
    """Run a python block; return it with what its statements print made anew."""
    if not body.startswith(">>>"):
        exec(compile(body, "<documentation>", "exec"), names)  # noqa: S102 - our own pages
        return body
    out: list[str] = []
    for example in doctest.DocTestParser().get_examples(body):
        source = example.source.rstrip("\n").split("\n")
        out += [f">>> {source[0]}", *(f"... {line}" for line in source[1:])]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(example.source, "<documentation>", "single"), names)  # noqa: S102
        out += [line.rstrip() for line in printed.getvalue().splitlines()]
    return "\n".join(out) + "\n"


def refreshed(text: str) -> str:
    """Return a page with all its generated parts made anew."""
    names: dict[str, Any] = {}

    def block(m: re.Match[str]) -> str:
        if "norun" in m["how"]:
            return m[0]
        is_console = m["kind"] == "console"
        body = console(m["body"], m["how"]) if is_console else python(m["body"], names)
        return f"{m['fence']}{m['kind']}{m['how']}\n{body}{m['fence']}"

    text = TABLE.sub(lambda m: f"{m[1]}\n{tables.made(m['name'])}\n\n{m[3]}", text)
    with working_folder():
        return FENCE.sub(block, text)


def rewrite(page: Path) -> None:
    """Make a page's generated parts anew; say so where it changed."""
    text = page.read_text(encoding="utf-8")
    new = refreshed(text)
    if new != text:
        page.write_text(new, encoding="utf-8")
        print(f"rewrote {name(page)}")
