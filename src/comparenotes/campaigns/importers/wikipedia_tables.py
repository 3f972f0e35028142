"""A saved page's tables as plain grids: headings above, rowspan and colspan laid out, bounded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comparenotes.campaigns.importers.reading import MAX_BYTES, read_rows, read_text
from comparenotes.campaigns.importers.wikipedia_text import MAX_CELL, clean
from comparenotes.errors import DataError

MAX_COLUMNS = 80
MAX_ROWSPAN = 500
MAX_SLOTS = 2_000_000
"""Cells of one file after spans are laid out; more is refused, not truncated."""


@dataclass(frozen=True)
class Slot:
    """One place of the grid. Places covered by one spanning cell share ``origin``."""

    text: str
    origin: int
    header: bool = False


@dataclass(frozen=True)
class Line:
    """One row of a table: a slot a column, and where it stands in the file."""

    slots: tuple[Slot, ...]
    where: str


@dataclass(frozen=True)
class Table:
    """One table.

    ``headings`` are the page headings above it, outermost first; ``header`` one
    text a column; ``lines`` the rows under the header, repeated headers dropped.
    """

    headings: tuple[str, ...]
    header: tuple[str, ...]
    lines: tuple[Line, ...]
    where: str


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
                path_of = tuple(headings[k] for k in sorted(headings))
                name = f"{path.name}, table {len(tables) + 1}"
                tables.append(_table(element, path_of, name, budget))
        elif (
            event == "start"
            and depth == 0
            and len(tag) == 2
            and tag[0] == "h"
            and tag[1] in "123456"
        ):
            level = int(tag[1])
            headings = {k: v for k, v in headings.items() if k < level}
            headings[level] = " ".join(_text(element).split()).removesuffix("[edit]")
    return tables


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


def _text(element: Any) -> str:
    """Return an element's text: no style sheets, no references, line breaks kept, bounded."""
    parts: list[str] = []
    size = 0
    skipping = 0
    from lxml import etree

    for event, node in etree.iterwalk(element, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else "style"
        hidden = node is not element and (
            tag in _SKIP or (tag == "sup" and "reference" in (node.get("class") or ""))
        )
        if event == "start":
            if hidden:
                skipping += 1
            elif not skipping:
                if tag in ("br", "div", "p", "li"):
                    parts.append("\n")
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


def _span(value: str | None, limit: int) -> int:
    digits = (value or "1").strip()
    # A span of 0 or nonsense counts as 1, as browsers treat it.
    return max(1, min(int(digits), limit)) if digits.isdecimal() and len(digits) < 9 else 1


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _table(table: Any, headings: tuple[str, ...], where: str, budget: _Budget) -> Table:
    lines: list[Line] = []
    pending: dict[int, tuple[Slot, int]] = {}  # column -> cell reaching down, rows left
    origin = 0
    for number, row in enumerate(_rows(table), 1):
        slots: list[Slot] = []
        cells = [c for c in row if c.tag in ("td", "th")]
        if not cells and not pending:
            continue
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
            deep = _span(cell.get("rowspan"), MAX_ROWSPAN)
            slot = Slot(clean(_text(cell)), origin, cell.tag == "th")
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
    return _split_header(headings, lines, where)


def _split_header(headings: tuple[str, ...], lines: list[Line], where: str) -> Table:
    """Take the leading all-header rows as the header; drop their repetitions further down."""
    top = 0
    while top < len(lines) and _is_header(lines[top]):
        top += 1
    if top == 0 and lines:  # pages saved without <th>: the first row is the header
        top = 1
    width = max((len(x.slots) for x in lines[:top]), default=0)
    header = []
    for column in range(width):
        texts: dict[int, str] = {}
        for line in lines[:top]:
            if column < len(line.slots) and line.slots[column].text:
                texts.setdefault(line.slots[column].origin, line.slots[column].text)
        header.append(" ".join(" ".join(texts.values()).split()))
    body = [x for x in lines[top:] if not _is_header(x)]
    return Table(headings, tuple(header), tuple(body), where)


def _is_header(line: Line) -> bool:
    """Return whether all cells are header cells; one cell across the table is an event."""
    return all(s.header for s in line.slots) and len({s.origin for s in line.slots}) > 1
