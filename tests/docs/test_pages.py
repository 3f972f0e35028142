"""Every generated part of the documentation is what the code prints now."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.docs import cli, pages

PAGES = pages.pages()


@pytest.mark.parametrize("page", PAGES, ids=pages.name)
def test_what_is_generated_is_current(page: Path) -> None:
    """If this fails: ``make docs``, and read what changed."""
    text = page.read_text(encoding="utf-8")
    assert pages.refreshed(text).splitlines() == text.splitlines()


def test_the_command_line_reference_is_current() -> None:
    assert cli.render().splitlines() == cli.PAGE.read_text(encoding="utf-8").splitlines()


def test_a_block_keeps_the_paragraphs_it_asks_for() -> None:
    text = "one\n\ntwo\ntwo\n\n\nthree\n"
    assert pages.shown(text, " parts=1-2") == "one\n\ntwo\ntwo\n\n...\n"
    assert pages.shown(text, " parts=2-3") == "...\n\ntwo\ntwo\n\nthree\n"
    assert pages.shown(text, "") == text


def test_a_wrong_output_is_put_right() -> None:
    block = "```console\n$ cn --version\ncomparenotes 99\n```\n"
    assert "comparenotes 99" not in pages.refreshed(block)
    kept = block.replace("console", "console norun")
    assert pages.refreshed(kept) == kept
    with pytest.raises(ValueError, match="only cn is run"):
        pages.refreshed("```console\n$ rm -r folder\n```\n")


def test_python_is_run_in_order() -> None:
    page = (
        "```python\nx = 20\n```\n\n```python\n>>> for i in (1, 2):\n...     print(x + i)\n9\n```\n"
    )
    assert pages.refreshed(page).endswith(
        ">>> for i in (1, 2):\n...     print(x + i)\n21\n22\n```\n"
    )
