"""The writer of documents as Markdown; names are escaped, so that none can become markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from comparenotes.compare.comparison import Comparison
from comparenotes.document import Block, Boxes, Card, Document, Fold, Items, Table, Text
from comparenotes.document.chart import clean

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~$!])")
BEHIND = ("Number", "Grade", "Carries over")
"""What stands behind a finding here; the rest is in the data."""


def escape(text: object) -> str:
    """Return ``text`` on one line with HTML and Markdown marks made harmless."""
    plain = html.escape(clean(text), quote=False)
    return re.sub(r"(?i)\b(https?|ftp)://", r"\1:​//", _SPECIAL.sub(r"\\\1", plain))


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the lines of a table; every cell is escaped."""
    lines = [f"| {' | '.join(escape(h) for h in head)} |", f"|{'---|' * len(head)}"]
    return lines + [f"| {' | '.join(escape(v) for v in row)} |" for row in rows]


def render(comparison: Comparison) -> str:
    """Return a comparison as Markdown, ending in a newline."""
    from comparenotes.brief.layout import document

    return write(document(comparison))


def write(doc: Document) -> str:
    """Return a document as Markdown, ending in a newline."""
    out = [line for age in doc.ages for line in (escape(age), "")]
    out += [f"# {escape(doc.title)}", "", escape(doc.lede), ""]
    out += [f"- {escape(note)}" for note in doc.notes]
    for part in doc.on("markdown"):
        out += ["", *((f"## {escape(part.title)}", "") if part.title else ())]
        for b in part.blocks:
            out += [*_block(b), ""]
    out += ["", "---", ""]
    for t in doc.foot:
        out += [f"**{escape(t.label)}.** {escape(t.text)}" if t.label else escape(t.text), ""]
    out += [f"Sources: {escape('; '.join(doc.sources) or 'none')}."]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)) + "\n"


def _block(b: Block) -> list[str]:
    """Return the lines of a block; charts are for other writers."""
    if isinstance(b, Text):
        label = f"**{escape(b.label)}:** " if b.label else ""
        return [f"{label}{escape(b.text)}".rstrip()]
    if isinstance(b, Items):
        return [f"- {escape(line)}" for line in b.items]
    if isinstance(b, Boxes):
        return [x for title, text in b.boxes for x in (f"**{escape(title)}.** {escape(text)}", "")]
    if isinstance(b, Table):
        width = len(b.columns)
        rows = [(*r.cells, *[""] * (width - len(r.cells))) for r in b.rows if "markdown" in r.on]
        return table(b.columns, rows)
    if isinstance(b, Fold):
        return [f"### {escape(b.title)}", "", *(x for y in b.blocks for x in (*_block(y), ""))]
    if isinstance(b, Card):
        return _card(b)
    return []


def _card(f: Card) -> list[str]:
    if f.short:
        verdict = f"*{f.grade} · carries over: {f.carries_over}.*"
        return [f"**{f.n}.** {escape(f.claim)}  ", f"{verdict} {escape(f.reasons)}"]
    out = [f"### {f.n}. {escape(f.title)}", "", escape(f.claim), ""]
    out += [f"- {escape(d)}" for d in f.details]
    return out + [f"- {label}: {escape(text)}" for label, text in f.behind if label in BEHIND]
