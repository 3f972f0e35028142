"""Charts under a policy that allows no inline style: style attributes become attributes."""

from __future__ import annotations

import re

from comparenotes.brief.figure import Chart, on_page
from comparenotes.document import Figure

_STYLE = re.compile(r'\sstyle="([^"]*)"')
_BLOCK = re.compile(r"<style[^>]*>.*?</style>|<defs>\s*</defs>", re.S)
_FONT = re.compile(r"^(?:(?P<weight>bold|\d+)\s+)?(?P<size>[\d.]+px)\s+(?P<family>.+)$")


def strict(chart: Chart) -> str:
    """Return the SVG of a chart without style elements and attributes.

    SVG knows nearly every property as an attribute of the same name; ``font`` is
    split. What the removed style element says stands in ``page.css``.
    """
    return _STYLE.sub(_attributes, _BLOCK.sub("", on_page(chart)))


def drawn(figure: Figure) -> list[tuple[str, str]]:
    """Return a figure's drawings for a page, by kind of screen."""
    return [(kind, strict(chart)) for kind, chart in figure.charts()]


def _attributes(match: re.Match[str]) -> str:
    out = []
    for part in match.group(1).split(";"):
        name, _, value = part.partition(":")
        name, value = name.strip(), value.strip()
        if not name or not value:
            continue
        if name == "font":
            out += _font(value)
        else:
            out.append((name, value))
    return "".join(f' {n}="{v}"' for n, v in out)


def _font(value: str) -> list[tuple[str, str]]:
    found = _FONT.match(value)
    if found is None:
        return []
    told = [("font-size", found["size"]), ("font-family", found["family"].replace('"', "'"))]
    return told + ([("font-weight", found["weight"])] if found["weight"] else [])
