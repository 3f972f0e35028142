"""The writer of documents for a terminal; and one finding in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from comparenotes import words
from comparenotes.document import Block, Boxes, Card, Document, Items, Row, Section, Table, Text
from comparenotes.document.chart import clean

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text as RichText

    from comparenotes.compare.comparison import Comparison
    from comparenotes.compare.finding import Finding
    from comparenotes.race.result import Race

STYLES = {"measured": "bold cyan", "suggestive": "cyan", "failed": "bold red"}
MAX_WIDTH = 100
ROOM = 100
"""Columns under which a table of sentences becomes paragraphs."""
NAMED = 30
"""So many characters of a row's name are kept on one line."""
RATIOS = (4, 9, 4, 4)
"""Widths of the columns of the lessons, one to another."""


def text(*parts: tuple[str, str] | str) -> RichText:
    """Return styled text without markup; control characters in names are removed."""
    from rich.text import Text as Rich

    out = Rich()
    for part in parts:
        body, style = (part, "") if isinstance(part, str) else part
        out.append("".join(c if c.isprintable() else " " for c in body), style=style)
    return out


def name(race: Race, contender: str) -> str:
    """Return a contender's name, fit for a terminal."""
    return clean(race.campaign.contender(contender).name, 28)


def put(console: Console, *parts: tuple[str, str] | str, indent: int = 0) -> None:
    """Print one paragraph, wrapped to a readable width and indented."""
    from rich.padding import Padding

    width = min(console.width, MAX_WIDTH)
    console.print(Padding(text(*parts), (0, 0, 0, indent)), width=width)


def render(console: Console, comparison: Comparison) -> None:
    """Print a comparison, and how to see what is behind a finding."""
    from comparenotes.brief.layout import document

    write(console, document(comparison))
    names = " ".join((comparison.home.id, *(a.id for a in comparison.away)))
    put(console, (f"Behind a finding: cn explain {names} N", "dim"))


def write(console: Console, doc: Document, *, eyebrow: bool = False) -> None:
    """Print a document: title, sections in reading order, what limits them."""
    for age in doc.ages:
        put(console, (age, "bold"))
    put(console, (doc.title, "bold"))
    if eyebrow:
        put(console, (" ".join(doc.eyebrow), "dim"))
    if doc.lede:
        put(console, doc.lede)
    for note in doc.notes:
        put(console, (note, "dim"))
    said: set[str] = set()
    for part in doc.on("terminal"):
        _section(console, part, said)
    console.print()
    for t in doc.foot:
        put(console, (f"{t.label}. " if t.label else "", "dim"), (t.text, "dim"))
    if doc.sources:
        put(console, (f"Sources: {'; '.join(doc.sources)}.", "dim"))


def _section(console: Console, part: Section, said: set[str]) -> None:
    console.print()
    if part.title:
        put(console, (part.title, "bold underline"))
    for b in part.blocks:
        _block(console, b, said)


def _block(console: Console, b: Block, said: set[str]) -> None:
    """Print a block; charts and folded blocks are for other writers."""
    if isinstance(b, Text):
        style = "dim" if b.style == "small" else ""
        put(console, (f"{b.label}: " if b.label else "", "bold"), (b.text, style))
    elif isinstance(b, Items):
        for line in b.items:
            put(console, f"– {line}", indent=2)
    elif isinstance(b, Boxes):
        for title, body in b.boxes:
            put(console, (f"{title}. ", "bold"), body)
    elif isinstance(b, Table):
        rows = [r for r in b.rows if "terminal" in r.on]
        if b.style == "lessons":
            _sentences(console, b.columns, rows)
        else:
            _table(console, b, rows)
    elif isinstance(b, Card):
        _card(console, b, said)


def _table(console: Console, b: Table, rows: Sequence[Row]) -> None:
    from rich.table import Table as Grid

    grid = Grid(box=None, pad_edge=False, header_style="bold", show_header=any(b.columns))
    first = max((len(r.cells[0]) for r in rows), default=0)
    for i, heading in enumerate(b.columns):
        # what a row is of stays on its line; a long heading breaks first
        whole = None if i else min(first, NAMED)
        grid.add_column(heading, justify="right" if i in b.numeric else "left", min_width=whole)
    for row in rows:
        grid.add_row(*(text(x) for x in row.cells))
    console.print(grid)


def _sentences(console: Console, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Print rows of sentences: as a table where there is room, else a paragraph a cell."""
    from rich.table import Table as Grid

    if console.width < ROOM:
        for row in rows:
            put(console, (row.cells[0], "dim" if row.style == "line" else "bold"))
            for label, body in zip(columns[1:], row.cells[1:], strict=False):
                put(console, (f"{label}: ", "dim"), body, indent=2)
        return
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 1, 0), expand=True)
    for heading, ratio in zip(columns, RATIOS, strict=True):
        grid.add_column(heading, ratio=ratio)
    for row in rows:
        grid.add_row(*(text((x, "dim" if row.style else "")) for x in row.cells))
    console.print(grid, width=min(console.width, MAX_WIDTH))


def _card(console: Console, f: Card, said: set[str]) -> None:
    """Print one finding; a detail ``said`` before is not said again."""
    console.print()
    put(console, (f"{f.n:>2}  ", "bold"), (f.title, "bold"))
    put(console, f.claim, indent=4)
    for d in f.details:
        if d not in said:
            put(console, (d, "dim"), indent=4)
    said.update(f.details)
    put(
        console,
        (f"{f.mark} {f.grade}", STYLES.get(f.grade, "")),
        f" · carries over: {f.carries_over}",
        (f". {f.reasons}" if f.reasons else "", "dim"),
        indent=4,
    )


def explain(console: Console, comparison: Comparison, finding: Finding) -> None:
    """Print everything behind one finding: rows, formula, limits, what would change it."""
    from comparenotes.brief.layout import card

    f = card(comparison, finding)
    home = f"   {clean(comparison.home.title)}, {words.day(comparison.as_of)}"
    put(console, (f"{f.n}  {f.title}", "bold"), (home, "dim"))
    console.print()
    for line in (f.claim, *f.details):
        put(console, line)
    console.print()
    for label, body in f.behind:
        put(console, (f"{label}: ", "bold"), body)
    if f.rows:
        console.print()
        put(console, ("Rows", "bold"))
    for row in f.rows:
        put(console, *_row(f.columns, row), indent=2)


def _row(columns: Iterable[str], cells: Iterable[str]) -> tuple[str, tuple[str, str]]:
    """Return a row as one line: what it is of, and its figures in brackets."""
    pairs = dict(zip(columns, cells, strict=True))
    what = ": ".join(pairs[k] for k in ("campaign", "what") if pairs.get(k, "–") != "–")
    shown = [(k, v) for k, v in pairs.items() if k not in ("campaign", "what") and v != "–"]
    rest = "; ".join(f"{k} {v}" for k, v in shown)
    return f"– {what}", (f" [{rest}]", "dim")
