"""A saved page's tables as plain grids: headings above, rowspan and colspan laid out, bounded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comparenotes.campaigns.importers.reading import MAX_BYTES, read_rows, read_text
from comparenotes.campaigns.importers.wikipedia_text import MAX_CELL, clean, one_line
from comparenotes.errors import DataError

MAX_COLUMNS = 80
MAX_ROWSPAN = 500
MAX_SLOTS = 2_000_000
"""Cells of one file after spans are laid out; more is refused, not truncated."""


@dataclass(frozen=True)
class Slot:
    """One place of the grid. Places covered by one spanning cell share ``origin``.

    ``alt`` names what a cell without text shows: a picture, by its own words or its link's.
    """

    text: str
    origin: int
    header: bool = False
    alt: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a table: a slot a column, and where it stands in the file."""

    slots: tuple[Slot, ...]
    where: str


@dataclass(frozen=True)
class Table:
    """One table.

    ``headings`` are the page headings above it, outermost first, without the page's own
    ``title``; ``header`` one text a column; ``groups`` the text of header cells above
    that span several columns ('Primary vote'); ``lines`` the rows under the header,
    repeated headers dropped.
    """

    headings: tuple[str, ...]
    header: tuple[str, ...]
    lines: tuple[Line, ...]
    where: str
    title: str = ""
    groups: tuple[str, ...] = ()

    def group(self, column: int) -> str:
        """Return the text above a column's own header."""
        return self.groups[column] if column < len(self.groups) else ""


def read_tables(path: Path) -> list[Table]:
    """Read the tables of a saved page (HTML), of a CSV or of a JSON list of rows.

    Raises
    ------
    DataError
        If the file is too large, none of the three, or its spans blow up.
    """
    suffix = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if suffix == "csv":
        return [_from_records(path, *_csv_records(path))]
    if suffix == "json":
        return [_from_records(path, *_json_records(path))]
    return _from_html(path)


def _csv_records(path: Path) -> tuple[list[str], list[tuple[list[str], str]]]:
    rows = read_rows(path)
    names = list(rows[0].cells) if rows else []
    return names, [([row[n] for n in names], row.where) for row in rows]


def _json_records(path: Path) -> tuple[list[str], list[tuple[list[str], str]]]:
    try:
        data: Any = json.loads(read_text(path, max_line=MAX_BYTES))
    except (ValueError, RecursionError) as problem:
        reason = str(problem).splitlines()[0][:80]
        raise DataError(f"not a JSON file ({reason})", where=path.name) from None
    if not isinstance(data, list) or not all(isinstance(r, dict) for r in data):
        raise DataError("not a JSON list of rows", where=path.name)
    names: dict[str, None] = {}
    for row in data:
        names |= dict.fromkeys(str(k) for k in row)
    if len(names) > MAX_COLUMNS:
        raise DataError(f"{len(names)} columns (limit {MAX_COLUMNS})", where=path.name)
    columns = list(names)

    def text(value: object) -> str:
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return "" if value is None else str(value)

    return columns, [
        ([text(row.get(c)) for c in columns], f"{path.name}, row {i}")
        for i, row in enumerate(data, 1)
    ]


def _from_records(
    path: Path, header: Sequence[str], rows: Sequence[tuple[Sequence[str], str]]
) -> Table:
    """Build a table of flat records; equal long texts in one row count as one spanning cell."""
    if len(header) > MAX_COLUMNS:
        raise DataError(f"{len(header)} columns (limit {MAX_COLUMNS})", where=path.name)
    lines, origin = [], 0
    for cells, where in rows:
        seen: dict[str, int] = {}
        slots = []
        for cell in cells:
            text = clean(cell)
            spans = sum(map(str.isalpha, text)) > 6
            mark = seen.setdefault(text, origin) if spans else origin
            slots.append(Slot(text, mark))
            origin += 1
        lines.append(Line(tuple(slots), where))
    return Table((), tuple(header), tuple(lines), path.name)


# ------------------------------------------------------------------------ HTML


def _from_html(path: Path) -> list[Table]:
    text = read_text(path, max_line=MAX_BYTES)
    from lxml import etree, html

    try:
        parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
        root = html.fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as problem:
        raise DataError(f"not an HTML page ({str(problem)[:80]})", where=path.name) from None
    tables: list[Table] = []
    headings: dict[int, str] = {}
    budget = _Budget(path.name)
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag == "table":
            depth += 1 if event == "start" else -1
            # Tables inside tables are layout; only the outermost hold data.
            if event == "start" and depth == 1 and "wikitable" in (element.get("class") or ""):
                above = tuple(headings[k] for k in sorted(headings) if k > 0)
                name = f"{path.name}, table {len(tables) + 1}"
                tables.append(_table(element, above, name, budget, headings.get(0, "")))
        elif event == "start" and depth == 0 and tag == "title" and 0 not in headings:
            headings[0] = _heading(element)
        elif event == "start" and depth == 0 and len(tag) == 2 and tag[0] == "h":
            if tag[1] not in "123456":
                continue
            level = int(tag[1]) - 1  # the page's own title is number 0
            headings = {k: v for k, v in headings.items() if k < max(level, 1)}
            headings[level] = _heading(element)
    return tables


def _heading(element: Any) -> str:
    text = " ".join(_text(element).split()).removesuffix("[edit]")
    return text.removesuffix(" - Wikipedia").removesuffix(" – Wikipedia").strip()


class _Budget:
    """Counts laid-out cells over the whole file."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.used = 0

    def take(self, n: int) -> None:
        self.used += n
        if self.used > MAX_SLOTS:
            raise DataError(
                f"more than {MAX_SLOTS} table cells once spans are laid out",
                where=self.where,
                hint="save only the page with the poll tables",
            )


_SKIP = frozenset({"style", "script", "table", "template", "noscript"})
_HIDDEN_CLASSES = frozenset({"sortkey", "visualhide", "sr-only", "screen-reader-text", "hidden"})
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", flags=re.IGNORECASE)
_FILE_WORDS = re.compile(
    r"\.(?:svg|png|jpe?g|gif|webp)\b.*|^(?:file|image|datei|archivo|fichier)\s*:"
    r"|\blogo\b(?: of| de)?|\((?:page does not exist|[^()]*(?:party|logo)[^()]*|\w+)\)"
    r"|\b(?:19|20)\d\d\b",
    flags=re.IGNORECASE,
)
"""What the names of files and pages hold beside the party's."""


def _is_hidden(node: Any, tag: str) -> bool:
    """Return whether a browser would not show the element, or it is a reference."""
    if tag in _SKIP or node.get("hidden") is not None:
        return True
    classes = (node.get("class") or "").split()
    if tag == "sup" and "reference" in classes:
        return True
    if not _HIDDEN_CLASSES.isdisjoint(classes):
        return True
    return bool(_HIDDEN_STYLE.search((node.get("style") or "")[:500]))


def _label(cell: Any) -> str:
    """Return what a cell without text shows: its picture's words, or those of its link."""
    from lxml import etree

    link = picture = file = ""
    for number, (_, node) in enumerate(etree.iterwalk(cell, events=("start",))):
        if number > 50:
            break
        if node.tag == "a" and not link:
            link = node.get("title") or ""
        elif node.tag == "img" and not (picture or file):
            picture = node.get("alt") or node.get("title") or ""
            file = (node.get("src") or "").rpartition("/")[2]
    if not (picture or file):
        return ""  # a link without a picture or a text names nothing one could see
    names = (_named(picture) if not _is_file(picture) else "", _named(link), _named(picture))
    return next((n for n in (*names, _named(file)) if n), "")[:MAX_CELL]


def _is_file(text: str) -> bool:
    return bool(re.search(r"\.(?:svg|png|jpe?g|gif|webp)\b|\blogo\b", text, re.IGNORECASE))


def _named(text: str) -> str:
    return " ".join(_FILE_WORDS.sub(" ", text[:200].replace("_", " ")).split()).strip(" -–,;")


def _text(element: Any) -> str:
    """Return an element's text: no style sheets, no references, line breaks kept, bounded."""
    parts: list[str] = []
    size = 0
    skipping = 0
    from lxml import etree

    for event, node in etree.iterwalk(element, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else "style"
        hidden = node is not element and (not isinstance(node.tag, str) or _is_hidden(node, tag))
        if event == "start":
            if hidden:
                skipping += 1
            elif not skipping:
                if tag in ("br", "div", "p", "li", "small"):
                    parts.append("\n")  # a number in small print is another number
                if node.text:
                    parts.append(node.text)
                    size += len(node.text)
        else:
            if hidden:
                skipping -= 1
            if not skipping and node is not element and node.tail:
                parts.append(node.tail)
                size += len(node.tail)
        if size > 2 * MAX_CELL:
            break
    return "".join(parts)


_DIGITS = re.compile(r"\s*\+?([0-9]{1,8})")


def _span(value: str | None, limit: int, *, zero: int = 1) -> int:
    """Return a span as browsers read it: the digits it begins with; nonsense counts as 1."""
    digits = _DIGITS.match(value or "1")
    number = int(digits[1]) if digits else 1
    return min(number, limit) if number else zero


def _rows(table: Any) -> Iterator[tuple[Any, Any]]:
    """Return the rows and the group (head, body) each stands in."""
    for child in table:
        if child.tag == "tr":
            yield child, table
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from ((row, child) for row in child if row.tag == "tr")


def _table(table: Any, headings: tuple[str, ...], where: str, budget: _Budget, title: str) -> Table:
    lines: list[Line] = []
    pending: dict[int, tuple[Slot, int]] = {}  # column -> cell reaching down, rows left
    origin = 0
    group = None
    caption = next((_heading(c) for c in table if c.tag == "caption"), "")
    for number, (row, inside) in enumerate(_rows(table), 1):
        slots: list[Slot] = []
        cells = [c for c in row if c.tag in ("td", "th")]
        if inside is not group:
            group, pending = inside, {}  # no cell reaches out of its head or body
        if not cells and not pending:
            continue
        head = inside.tag == "thead"
        held = pending
        pending = {}

        def fill(held: dict[int, tuple[Slot, int]], slots: list[Slot]) -> None:
            while len(slots) in held:
                slot, left = held.pop(len(slots))
                if left > 1:
                    pending[len(slots)] = (slot, left - 1)  # noqa: B023 (called at once)
                slots.append(slot)

        for cell in cells:
            fill(held, slots)
            wide = _span(cell.get("colspan"), MAX_COLUMNS)
            deep = _span(cell.get("rowspan"), MAX_ROWSPAN, zero=MAX_ROWSPAN)
            text = clean(_text(cell))
            slot = Slot(text, origin, head or cell.tag == "th", "" if text else _label(cell))
            origin += 1
            for _ in range(wide):
                if len(slots) >= MAX_COLUMNS:
                    break
                # A cell from above that is in the way is covered, as in browsers.
                held.pop(len(slots), None)
                if deep > 1:
                    pending[len(slots)] = (slot, deep - 1)
                slots.append(slot)
        fill(held, slots)
        for column, (slot, left) in held.items():
            if left > 1:
                pending[column] = (slot, left - 1)
        budget.take(len(slots) + 1)
        if cells:
            lines.append(Line(tuple(slots), f"{where}, row {number}"))
    above = (*headings, caption) if caption else headings
    return _split_header(above, lines, where, title)


def _split_header(headings: tuple[str, ...], lines: list[Line], where: str, title: str) -> Table:
    """Take the leading all-header rows as the header; drop their repetitions further down."""
    first = 0
    while first < len(lines) - 1 and _is_banner(lines[first]):
        headings = (*headings, one_line(lines[first].slots[0].text))
        first += 1
    top = first
    while top < len(lines) and _is_header(lines[top]):
        top += 1
    if top == first and lines:  # pages saved without <th>: the first row is the header
        top = first + 1
    width = max((len(x.slots) for x in lines[first:top]), default=0)
    header, groups = [], []
    for column in range(width):
        own: dict[int, str] = {}
        group: dict[int, str] = {}
        pictures: list[str] = []
        for line in lines[first:top]:
            if column >= len(line.slots):
                continue
            slot = line.slots[column]
            spans = sum(1 for s in line.slots if s.origin == slot.origin) > 1
            if slot.text:
                (group if spans else own).setdefault(slot.origin, slot.text)
            elif slot.alt and not spans:
                pictures.append(slot.alt)
        above = one_line(" ".join(group.values()))
        name = one_line(" ".join(own.values())) or next(iter(pictures), "")
        header.append(name or above)
        groups.append(above if name else "")
    body = [x for x in lines[top:] if not _is_header(x)]
    return Table(headings, tuple(header), tuple(body), where, title, tuple(groups))


def _is_banner(line: Line) -> bool:
    """Return whether one cell makes the whole row: a heading inside the table."""
    return (
        len(line.slots) > 1
        and len({s.origin for s in line.slots}) == 1
        and bool(line.slots[0].text)
    )


def _is_header(line: Line) -> bool:
    """Return whether all cells are header cells; one cell across the table is an event."""
    return all(s.header for s in line.slots) and len({s.origin for s in line.slots}) > 1
