"""The writer of documents as HTML: parts of a page, and one self-contained brief.

The brief is one file without script or network, on two printed pages.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from comparenotes import words
from comparenotes.brief import typeface
from comparenotes.brief.behind import full_dict
from comparenotes.brief.layout import document
from comparenotes.brief.plain import plain
from comparenotes.compare.comparison import Comparison
from comparenotes.document import Document, Figure, media
from comparenotes.document.chart import clean
from comparenotes.render.picture import drawn

PRINTED = 8
"""So many sources are printed; the rest stand on the screen and in the data."""
Draw = Callable[[Figure], Sequence[tuple[str, str]]]
"""Returns a figure's drawings as SVG that is safe to put into a page, by kind of screen."""


@cache
def environment() -> Any:
    """Return the templates: escaping always on, undefined names are errors."""
    from jinja2 import Environment, StrictUndefined
    from jinja2.loaders import FunctionLoader

    folder = resources.files("comparenotes.brief") / "templates"
    env = Environment(
        loader=FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["clean"] = clean
    env.filters["day"] = words.day
    return env


def printable(value: Any) -> Any:
    """Return text without control characters; what is marked safe is this package's own."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return "".join(c if c.isprintable() else " " for c in value)
    return value


@dataclass(frozen=True)
class Writer:
    """What the templates of blocks need to know of the page they write.

    ``query`` is a page's address of a comparison, which links to findings carry: without it
    findings are opened where they stand. ``as_of`` goes with every link; under ``files`` the
    page's charts are files to paste.
    """

    media: frozenset[str]
    draw: Draw = drawn
    query: str = ""
    as_of: date | None = None
    files: str = ""


def sections(doc: Document, w: Writer) -> str:
    """Return the sections of a document that the writer's media show, as HTML."""
    from markupsafe import Markup

    def safe(figure: Figure) -> list[tuple[str, Any]]:
        return [(kind, Markup(svg)) for kind, svg in w.draw(figure)]  # noqa: S704 - our own drawing

    parts = environment().get_template("blocks.html").module
    return str(parts.sections(doc.on(*sorted(w.media)), replace(w, draw=safe)))


def render(comparison: Comparison) -> str:
    """Return the brief as one HTML document (UTF-8)."""
    from markupsafe import Markup

    doc = document(comparison)
    folder = resources.files("comparenotes.brief") / "templates"
    css = typeface.inside() + (folder / "brief.css").read_text(encoding="utf-8")
    # what is marked safe here is this package's own, or was escaped by its templates
    context = {
        "doc": doc,
        "main": Markup(sections(doc, Writer(media("paper", "screen")))),  # noqa: S704
        "sources": doc.sources[:PRINTED],
        "more_sources": doc.sources[PRINTED:],
        "json_url": Markup(_json_url(comparison)),  # noqa: S704
        "csv_url": Markup(_csv_url(comparison)),  # noqa: S704
        "css": Markup(css),  # noqa: S704
        "name": f"{comparison.home.id}-{comparison.as_of.isoformat()}",
    }
    return str(environment().get_template("brief.html").render(context))


def _json_url(comparison: Comparison) -> str:
    text = json.dumps(plain(full_dict(comparison)), ensure_ascii=False, indent=1, default=str)
    return f"data:application/json;base64,{_base64(text)}"


def _csv_url(comparison: Comparison) -> str:
    text = comparison.to_polars().write_csv()
    return f"data:text/csv;base64,{_base64(text or '')}"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", errors="replace")).decode("ascii")
