"""Templates: escaping always on, undefined names are errors."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from comparenotes import words
from comparenotes.brief import typeface
from comparenotes.brief.html import printable

_ISO = re.compile(r"\b\d{4}-[01]\d-[0-3]\d\b")
_COMMAND = re.compile(r"\bcn [a-z]+(?: --[a-z-]+(?: [\w=./-]+\w)?)?")
PACKAGE = "comparenotes.web"


@cache
def environment() -> Any:
    """Return the template environment."""
    from jinja2 import Environment, StrictUndefined
    from jinja2.loaders import FunctionLoader

    folder = resources.files(PACKAGE) / "templates"
    env = Environment(
        loader=FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["day"] = _day
    env.filters["days"] = _days
    env.filters["num"] = words.number
    env.filters["sgn"] = words.signed
    env.filters["near"] = words.near
    env.filters["pct"] = lambda p: "–" if p is None else words.percent(p)
    env.filters["count"] = words.count
    env.filters["cell"] = words.cell
    env.filters["column"] = words.column
    env.filters["commands"] = _commands
    return env


def page(template: str, **context: Any) -> str:
    """Return a page as HTML."""
    return str(environment().get_template(template).render(**context))


def _day(value: object) -> str:
    """Return a day in words; an ISO date is one too."""
    return words.day(value) if isinstance(value, date | str) else "–"


def _days(text: str) -> str:
    """Return a sentence with the days in it in words; what only looks like one stays."""

    def told(match: re.Match[str]) -> str:
        try:
            return _day(match[0])
        except ValueError:
            return match[0]

    return _ISO.sub(told, text)


def _commands(text: str) -> Any:
    """Return a sentence with the commands to type in it set apart."""
    from markupsafe import Markup, escape

    told = str(escape(printable(text)))
    return Markup(_COMMAND.sub(r"<code>\g<0></code>", told))  # noqa: S704 - escaped above


def static(name: str) -> bytes | None:
    """Return a static file's bytes, None where there is none of that name."""
    if name == "brief.css":
        own = (resources.files("comparenotes.brief") / "templates" / name).read_bytes()
        return typeface.beside("/static").encode() + own
    if name.endswith(".woff2"):
        return typeface.file(name)
    if name not in ("page.css", "page.js", "icon.svg"):
        return None
    return (resources.files(PACKAGE) / "static" / name).read_bytes()
