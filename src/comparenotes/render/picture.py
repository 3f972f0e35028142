"""Charts as SVG and PNG, drawn by vl-convert: no browser, no network, the bundled fonts.

The converter starts once a process (about .4 s) and then takes some hundredths a chart.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from comparenotes.brief import typeface
from comparenotes.document import Figure, theme
from comparenotes.document.chart import Chart
from comparenotes.errors import CompareNotesError

SVG = "{http://www.w3.org/2000/svg}"
FEW = 20
"""So many circles alike in a row are drawn as one path: a mark each makes a page heavy."""
SCALE = 2.78
"""Pixels of a PNG to the point: 200 to the inch."""
_NEEDLESS = re.compile(r"class|role|aria-.*|pointer-events|stroke-miterlimit|font-family")
_NOTHING = (("opacity", "1"), ("transform", "translate(0,0)"))
_CIRCLE = re.compile(r"M([\d.]+),0A")
_CLIP = re.compile(r"(?<![\w-])clip\d+")
_PLACE = re.compile(r"translate\(([^,]+),([^)]+)\)")


def svg(chart: Chart) -> str:
    """Return the chart as an SVG with title and description, in the light theme."""
    drawn = _converter().vegalite_to_svg(chart.spec, allowed_base_urls=[])
    return _tidy(drawn, chart)


def on_page(chart: Chart) -> str:
    """Return the SVG for a page: colours from CSS variables, the page's own typeface.

    It has no style element or attribute, so that it passes a policy without inline style.
    """
    text = chart.svg.replace(f'font-family="{theme.FONT}"', 'font-family="var(--sans)"', 1)
    return re.sub(
        r'(fill|stroke)="(#[0-9a-f]{6})"',
        lambda m: f'{m.group(1)}="{theme.for_page(m.group(2))}"',
        text,
    )


def drawn(figure: Figure) -> list[tuple[str, str]]:
    """Return a figure's drawings for a page, by kind of screen."""
    return [(kind, on_page(chart)) for kind, chart in figure.charts()]


def save(chart: Chart, path: str | Path) -> None:
    """Write the chart to ``path`` (.svg or .png) for use on its own, on a white ground.

    Raises
    ------
    CompareNotesError
        For another ending.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in (".svg", ".png"):
        raise CompareNotesError(
            f"cannot draw a {suffix or 'nameless'} file", where=str(path), hint="use .svg or .png"
        )
    width, height = (f"{x:g}" for x in chart.size)
    ground = f'</desc><rect width="{width}" height="{height}" fill="#ffffff"/>'
    text = chart.svg.replace("<svg", f'<svg width="{width}" height="{height}"', 1)
    text = text.replace("</desc>", ground, 1)
    if suffix == ".png":
        target.write_bytes(_converter().svg_to_png(text, scale=SCALE))
        return
    style = f"</desc><style>{typeface.inside(typeface.SANS)}</style>"
    text = text.replace("</desc>", style, 1)
    target.write_text('<?xml version="1.0" encoding="utf-8"?>\n' + text, encoding="utf-8")


@cache
def _converter() -> Any:
    """Return vl-convert with the bundled fonts known to it."""
    import vl_convert

    vl_convert.register_font_directory(str(typeface.FOLDER))
    return vl_convert


def _tidy(drawn: str, chart: Chart) -> str:
    """Return what vl-convert drew as this house's SVG: labelled, ids its own, and slim."""
    from lxml import etree

    root = etree.fromstring(drawn.encode())
    clips: dict[str, str] = {}

    def own(found: re.Match[str]) -> str:
        return clips.setdefault(found[0], f"{chart.key}-clip{len(clips)}")

    for group in root.iter(f"{SVG}g"):
        _join_dots(group)
    for e in list(root.iter()):
        if e.get("class") in ("background", "foreground") or e.get("fill") == "transparent":
            e.getparent().remove(e)
    for e in root.iter():
        for name in list(e.attrib):
            value = e.attrib[name]
            if _NEEDLESS.fullmatch(name) or (name, value) in _NOTHING:
                del e.attrib[name]
            elif name in ("d", "transform"):
                e.set(name, re.sub(r"-?\d+\.\d{3,}", lambda m: f"{float(m[0]):.2f}", value))
            elif name == "id" or "url(#" in value:
                # the converter counts over all it has drawn: a chart's ids are its own
                e.set(name, _CLIP.sub(own, value))
    _join_halos(root)
    for group in reversed(list(root.iter(f"{SVG}g"))):
        if not len(group) or not group.attrib:
            parent = group.getparent()
            at = parent.index(group)
            parent[at : at + 1] = list(group)
    root.attrib.clear()
    width, height = chart.size
    root.set("viewBox", f"0 0 {width:g} {height:g}")
    root.set("role", "img")
    root.set("aria-labelledby", f"{chart.key}-title {chart.key}-desc")
    root.set("font-family", theme.FONT)
    for i, (name, words) in enumerate((("title", chart.title), ("desc", chart.alt))):
        part = etree.Element(f"{SVG}{name}", id=f"{chart.key}-{name}")
        part.text = words
        root.insert(i, part)
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))


def _join_halos(root: Any) -> None:
    """Make one text of a halo and the text on it, so that nothing is read or copied twice."""

    def place(e: Any) -> tuple[str, ...]:
        return (e.get("transform", ""), e.get("font-size", ""), e.text or "")

    every = list(root.iter(f"{SVG}text"))
    halos = {place(e): e for e in every if e.get("stroke")}
    for e in every:
        halo = halos.get(place(e))
        if halo is not None and halo is not e:
            for name in ("stroke", "stroke-width", "stroke-linejoin"):
                e.set(name, halo.get(name, ""))
            e.set("paint-order", "stroke")
    for halo in halos.values():
        halo.getparent().remove(halo)


def _join_dots(group: Any) -> None:
    """Make one path of many filled circles alike that follow each other."""
    runs: list[list[Any]] = []
    for e in group:
        if e.tag != f"{SVG}path" or not _CIRCLE.match(e.get("d", "")):
            continue
        before = runs[-1][-1] if runs else None
        if before is not None and before.getnext() is e and _alike(before) == _alike(e):
            runs[-1].append(e)
        else:
            runs.append([e])
    for run in runs:
        found = _CIRCLE.match(run[0].get("d"))
        if len(run) < FEW or found is None:
            continue
        # a line of no length with round ends is a dot
        dots = [_PLACE.match(e.get("transform")) for e in run]
        first = run[0]
        first.set("d", "".join(f"M{m[1]},{m[2]}h.01" for m in dots if m))
        first.set("stroke", first.get("fill"))
        first.set("stroke-width", f"{2 * float(found[1]):.2f}")
        first.set("stroke-linecap", "round")
        del first.attrib["fill"], first.attrib["transform"]
        for e in run[1:]:
            group.remove(e)


def _alike(e: Any) -> list[tuple[str, str]]:
    return [(k, v) for k, v in e.attrib.items() if k != "transform"]
