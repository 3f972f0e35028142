"""Markdown: snapshot, and names that cannot become markup."""

from __future__ import annotations

import re

from comparenotes.brief import markdown
from comparenotes.compare import Comparison
from tests.brief.conftest import run
from tests.brief.hostile import poison
from tests.brief.snapshots import check
from tests.compare import factory


def test_one(one: Comparison) -> None:
    check("one.md", markdown.render(one))


def test_three(three: Comparison) -> None:
    check("three.md", markdown.render(three))


def test_nothing_to_say(empty: Comparison) -> None:
    text = markdown.render(empty)
    assert "No finding has a number yet" in text
    assert "failed:" in text


def test_hostile_names_stay_text() -> None:
    text = markdown.render(run(poison(factory.home()), poison(factory.away())))
    assert "<" not in re.sub(r"&lt;", "", text)
    assert not re.search(r"(?<!\\)\[link", text)
    assert not re.search(r"https?://", text)
    assert not re.search(r"(?<!\\)`", text)
    for line in text.splitlines():
        if line.startswith("| "):
            assert len(re.findall(r"(?<!\\)\|", line)) in (4, 5)  # facts, lessons
