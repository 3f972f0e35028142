"""Links lead somewhere, commands exist, and nothing in the pages is out of place."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tools.docs import pages

from comparenotes.cli.main import cli

PAGES = pages.pages()
FENCE = re.compile(r"^(```+)([^\n]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
KINDS = {"", "console", "python", "sh", "toml", "csv", "csv-long", "json", "math"}
LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)\s]+)\)")


def prose(text: str) -> str:
    return FENCE.sub("", text)


def anchors(page: Path) -> set[str]:
    """Return the anchors a page's headings get on the usual hosts."""
    heads = re.findall(r"^#+ (.+)$", prose(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in heads}


@pytest.mark.parametrize("page", PAGES, ids=pages.name)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(prose(page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{target}: there is no {name}"
        assert file.is_relative_to(pages.ROOT), f"{target} leaves the repository"
        if anchor:
            assert anchor in anchors(file), f"{target}: {name} has no such heading"


@pytest.mark.parametrize("page", PAGES, ids=pages.name)
def test_blocks_are_of_a_known_kind(page: Path) -> None:
    for _, how, body in FENCE.findall(page.read_text(encoding="utf-8")):
        kind = how.split()[0] if how.split() else ""
        assert kind in KINDS
        if re.search(r"^\$ cn ", body, re.MULTILINE):
            assert kind == "console", "a block with a command's output is a console block"


def commands(text: str) -> Iterator[str]:
    """Yield every cn command in code, in a line of its own or in a sentence."""
    for _, how, body in FENCE.findall(text):
        if how.startswith(("sh", "console")):
            for line in body.replace("\\\n", " ").splitlines():
                if re.match(r"(\$ )?cn ", line):
                    yield line.removeprefix("$ ").partition("  #")[0]
    yield from re.findall(r"(?<!`)`(cn [^`]+)`(?!`)", prose(text))


@pytest.mark.parametrize("page", PAGES, ids=pages.name)
def test_commands_and_options_exist(page: Path) -> None:
    for text in commands(page.read_text(encoding="utf-8")):
        words = shlex.split(text.replace("...", ""))[1:]
        command: click.Command | None = cli
        while words and isinstance(command, click.Group) and not words[0].startswith("-"):
            command = command.get_command(click.Context(command), words.pop(0))
            assert command is not None, text
        assert command is not None
        known = {o for p in command.params for o in p.opts} | {"--help", "-h"}
        used = {w.partition("=")[0] for w in words if w.startswith("-")}
        assert used <= known, text


def test_the_index_lists_every_page() -> None:
    index = pages.ROOT / "docs" / "index.md"
    linked = {(index.parent / t).resolve() for t in LINK.findall(index.read_text(encoding="utf-8"))}
    assert {p for p in PAGES if p.parent == index.parent} - {index} <= linked


@pytest.mark.parametrize("page", PAGES, ids=pages.name)
def test_no_path_of_one_machine(page: Path) -> None:
    assert not re.search(r"(?<![\w.])/(work|tmp|root|home|Users)/", page.read_text("utf-8"))
