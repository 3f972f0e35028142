"""Invented pages in the manner of Wikipedia, put together from headers and rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from comparenotes.campaigns.importers.protocol import Imported
from comparenotes.campaigns.importers.wikipedia import IMPORTER

TITLE = "Opinion polling for the next Marshland general election"
DAYS = ("3 May 2031", "20 Apr 2031", "2 Apr 2031", "15 Mar 2031", "1 Mar 2031")


def cells(texts: Sequence[str], tag: str = "td") -> str:
    """Return a row; a text that begins with '<t' is a cell already."""
    made = (t if t.startswith("<t") else f"<{tag}>{t}</{tag}>" for t in texts)
    return f"<tr>{''.join(made)}</tr>"


def polls(shares: Sequence[str], days: Sequence[str] = DAYS) -> list[list[str]]:
    """Return rows of the same shares on several days, by two firms."""
    return [[("Sedge", "Willow")[i % 2], day, "1,000", *shares] for i, day in enumerate(days)]


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, above: str = "") -> str:
    """Return one table under further header rows ``above``."""
    head = cells(["Polling firm", "Fieldwork date", "Sample size", *header], "th")
    body = "".join(cells(r) for r in rows)
    return f'<table class="wikitable">{above or head}{body}</table>'


def page(*parts: str, title: str = TITLE) -> str:
    """Return a page; a part that is no table is a heading of the second level."""
    made = "".join(p if p.startswith("<") else f"<h2>{p}</h2>" for p in parts)
    return f'<html><body class="mediawiki"><h1>{title}</h1>{made}</body></html>'


def read(folder: Path, text: str, **options: object) -> Imported:
    """Return what the importer makes of a page."""
    path = folder / "page.html"
    path.write_text(text, encoding="utf-8")
    return IMPORTER.read(path, **options)


def reasons(found: Imported) -> dict[str, int]:
    """Return why rows are left out, counted."""
    return {x.why: x.count for x in found.left_out}
