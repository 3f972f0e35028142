"""One document, many writers: a section added in one place is shown by each."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import pytest
from rich.console import Console

from comparenotes.brief import html, layout, markdown, terminal
from comparenotes.compare import Comparison
from comparenotes.document import Boxes, Document, Items, Row, Section, Table, Text, lines, media
from comparenotes.mcp.access import Access
from comparenotes.mcp.answers import Answers
from tests.web.served import serving

TOY = "A toy that moves by itself"


def toy(c: Comparison) -> Iterable[Section]:
    """A section of every kind of words."""
    row = Row((f"{c.home.id} & <b>", "3"))
    blocks = (Text(TOY), Items((f"{TOY}, again",)), Table(("Toy", "n"), (row,)))
    yield Section("toy", "Toys", blocks)


@pytest.fixture
def with_toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "SECTIONS", [*layout.SECTIONS, toy])


def printed(c: Comparison) -> str:
    out = io.StringIO()
    terminal.render(Console(file=out, width=100, color_system=None), c)
    return out.getvalue()


@pytest.mark.usefixtures("with_toy")
def test_a_section_added_in_one_place_is_written_by_all(one: Comparison, tmp_path: Path) -> None:
    brief = html.render(one)
    for text in (printed(one), markdown.render(one), brief):
        assert "Toys" in text
        assert text.count(TOY) == 2
    assert "&amp; &lt;b&gt;" in brief
    address = "/compare?home=gb-next&away=us-2024&as_of=2026-08-20"
    with serving(tmp_path) as server:
        assert server.get(address).text.count(TOY) == 2
        twin = server.get(address.replace("?", ".json?")).json()
    assert {"title": "Toys"}.items() <= twin["sections"][-1].items()
    answer = Answers(Access()).compare("gb-next", ["us-2024"], one.as_of, None, 5)
    assert TOY in next(s for s in answer["result"]["sections"] if s["title"] == "Toys")["lines"]


def test_sections_stand_in_one_order_everywhere(one: Comparison) -> None:
    titles = [s.title for s in layout.document(one).sections if s.title]
    for text in (printed(one), markdown.render(one)):
        headings = [line.strip().removeprefix("## ") for line in text.splitlines()]
        found = [t for t in titles if t in headings]
        places = [headings.index(t) for t in found]
        assert len(found) > 3
        assert places == sorted(places)


def test_a_section_says_where_it_is_shown() -> None:
    doc = Document("d", (Section("a", "A", (Text("x"),), media("page")),))
    assert doc.on("page", "screen") == list(doc.sections)
    assert doc.on("terminal") == []
    with pytest.raises(KeyError, match="no such medium: pages"):
        media("pages")


def test_blocks_as_plain_lines() -> None:
    table = Table(("", "n"), (Row(("x", "3")), Row(("whole row",))))
    blocks = (Text("body", "Label"), Boxes((("Title", "text"),)), table)
    assert lines(blocks) == ["Label: body", "Title. text", "x; n: 3", "whole row"]
