"""A document as data: sections of blocks that every writer renders. No prose is made here.

A writer (terminal, Markdown, HTML, page, assistant) takes a :class:`Document` and puts each
block down in its own way; what a section says and where sections stand is decided once, in a
layout (:mod:`comparenotes.brief.layout`). A section is shown on every medium unless it says
otherwise.

Examples
--------
>>> page = Document("Hello", (Section("toy", "A toy", (Text("It plays."),)),))
>>> [s.title for s in page.on("terminal")]
['A toy']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

MEDIA = frozenset({"terminal", "markdown", "paper", "screen", "page", "assistant"})
"""``paper`` and ``screen`` are the two sides of one HTML file; ``page`` is the local web page."""


def media(*names: str) -> frozenset[str]:
    """Return the media named; KeyError for one that there is not."""
    unknown = set(names) - MEDIA
    if unknown:
        raise KeyError(f"no such medium: {', '.join(sorted(unknown))}")
    return frozenset(names)


@dataclass(frozen=True)
class Text:
    """One paragraph; ``label`` stands before it in bold, ``style`` is ``""`` or ``small``."""

    kind: ClassVar[str] = "text"
    text: str
    label: str = ""
    style: str = ""


@dataclass(frozen=True)
class Items:
    """A list; ``note`` says where a line of it comes from."""

    kind: ClassVar[str] = "items"
    items: tuple[str, ...]
    style: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a table: cells as text, a style (``line``, ``under``) and where it is shown."""

    cells: tuple[str, ...]
    style: str = ""
    on: frozenset[str] = MEDIA


@dataclass(frozen=True)
class Table:
    """A table whose first cell heads its row; columns in ``numeric`` stand to the right."""

    kind: ClassVar[str] = "table"
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    style: str = "rows"
    numeric: frozenset[int] = frozenset()
    headed: bool = True


@dataclass(frozen=True)
class Figure:
    """A chart with its caption; ``charts`` draws it, by kind of screen, where it is wanted.

    ``about`` is the id of the campaign it shows and ``file`` the name of the chart as a file, for
    writers that link to them.
    """

    kind: ClassVar[str] = "figure"
    charts: Callable[[], Sequence[tuple[str, Any]]]
    title: str = ""
    caption: str = ""
    about: str = ""
    on: frozenset[str] = MEDIA
    file: str = ""


@dataclass(frozen=True)
class Figures:
    """Charts side by side."""

    kind: ClassVar[str] = "figures"
    figures: tuple[Figure, ...]
    style: str = ""


@dataclass(frozen=True)
class Boxes:
    """Paragraphs of equal rank side by side: title and text."""

    kind: ClassVar[str] = "boxes"
    boxes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Fold:
    """Blocks that a reader opens."""

    kind: ClassVar[str] = "fold"
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Card:
    """One finding; ``short`` is its claim alone, else with all that stands behind it."""

    kind: ClassVar[str] = "card"
    n: int
    key: str
    title: str
    claim: str
    details: tuple[str, ...]
    mark: str
    grade: str
    carries_over: str
    reasons: str
    number: str
    sources: tuple[str, ...]
    behind: tuple[tuple[str, str], ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    failed: bool = False
    short: bool = False


Block = Text | Items | Table | Figure | Figures | Boxes | Fold | Card


@dataclass(frozen=True)
class Section:
    """A heading with its blocks; ``on`` says which media show it, ``about`` a campaign's id."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    on: frozenset[str] = MEDIA
    style: str = ""
    about: str = ""


@dataclass(frozen=True)
class Document:
    """A title, what stands under it, the sections in reading order, and the foot."""

    title: str
    sections: tuple[Section, ...] = ()
    eyebrow: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    lede: str = ""
    notes: tuple[str, ...] = ()
    foot: tuple[Text, ...] = ()
    sources: tuple[str, ...] = field(default=())

    def on(self, *names: str) -> list[Section]:
        """Return the sections that any of the media shows."""
        wanted = media(*names)
        return [s for s in self.sections if s.on & wanted]


def lines(blocks: Iterable[Block]) -> list[str]:
    """Return blocks as plain lines, for a reader that has no layout; figures are left out."""
    out: list[str] = []
    for b in blocks:
        if isinstance(b, Text):
            out.append(f"{b.label}: {b.text}" if b.label else b.text)
        elif isinstance(b, Items):
            out += b.items
        elif isinstance(b, Table):
            out += [
                "; ".join(f"{h}: {v}" if h else v for h, v in zip(b.columns, r.cells, strict=False))
                for r in b.rows
            ]
        elif isinstance(b, Boxes):
            out += [f"{title}. {text}" for title, text in b.boxes]
        elif isinstance(b, Fold):
            out += lines(b.blocks)
        elif isinstance(b, Card):
            out.append(f"{b.n}. {b.claim}")
    return out
