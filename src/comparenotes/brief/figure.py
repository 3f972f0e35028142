"""Matplotlib without pyplot: one theme, deterministic SVG, colours as CSS variables.

Charts are drawn in placeholder colours (:data:`INKS`). For a page they become CSS
variables, so that one drawing serves light, dark and print; for a file on its own
they stay as they are, which is the light theme.
"""

from __future__ import annotations

import html
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from comparenotes.brief import typeface

# Matplotlib is imported on use, and partly untyped: its objects are Any here.
Axes = Any
Figure = Any

INK, MUTED, GRID, PAPER = "#1b1c1f", "#646a73", "#dcdfe3", "#fefefd"
FOCUS, RIVAL, THIRD, FOURTH = "#0b64a0", "#c75300", "#5d6b57", "#7d6a8c"
FIFTH, SIXTH, SEVENTH = "#8a6a1c", "#a03a5e", "#2f7d7a"
INKS = {
    INK: "--ink",
    MUTED: "--muted",
    GRID: "--rule",
    PAPER: "--paper",
    FOCUS: "--focus",
    RIVAL: "--rival",
    THIRD: "--third",
    FOURTH: "--fourth",
    FIFTH: "--fifth",
    SIXTH: "--sixth",
    SEVENTH: "--seventh",
}
"""Placeholder colour to the CSS variable that replaces it on a page.

Blue and orange differ for every kind of colour vision; lines also differ in
width and dash, and carry their name at the end.
"""
SERIES = (
    (FOCUS, "-", 2.0),
    (RIVAL, "-", 1.5),
    (THIRD, (0, (5, 1.6)), 1.2),
    (FOURTH, ":", 1.4),
    (FIFTH, (0, (3, 1, 1, 1)), 1.2),
    (SIXTH, (0, (1, 1)), 1.2),
    (SEVENTH, (0, (6, 1, 1, 1)), 1.2),
)
"""Colour, dash and width of the first, second ... contender shown."""
AWAY_COLOURS = (RIVAL, THIRD, FOURTH)
_RC: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "comparenotes",
    # what the first has no sign for is taken from the one that comes with matplotlib
    "font.family": [typeface.SANS, "DejaVu Sans"],
    "font.size": 8.0,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.unicode_minus": True,
    "axes.axisbelow": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "xtick.major.width": 0.6,
    "text.color": INK,
    "text.parse_math": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "path.simplify": True,
}


@dataclass(frozen=True)
class Chart:
    """A drawn chart: what it shows in a line, the same in words, and the SVG."""

    key: str
    title: str
    alt: str
    svg: str


def clean(text: object, limit: int = 0) -> str:
    """Return ``text`` without characters that XML or a chart cannot hold, cut to ``limit``."""
    out = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return out if not limit or len(out) <= limit else out[: limit - 1].rstrip() + "…"


@contextmanager
def drawing(width: float, height: float) -> Iterator[Figure]:
    """Give a figure of ``width`` by ``height`` inches in the theme; fonts may lack a glyph."""
    import matplotlib
    from matplotlib.figure import Figure as MplFigure

    typeface.for_charts()
    context: Any = matplotlib.rc_context
    with context(_RC), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield MplFigure(figsize=(width, height))


def dress(ax: Axes) -> None:
    """Give an axis the house look: light horizontal rules only."""
    ax.grid(axis="y")
    ax.tick_params(labelsize=7.5, pad=3)


def beside(
    axes: Axes, text: str, x: float, y: float, align: str, weight: str, *, over: bool = False
) -> None:
    """Write a row's text at ``x`` of the figure's width and ``y`` of the data.

    With ``over`` what is drawn there passes behind it.
    """
    axes.annotate(
        text,
        xy=(x, y),
        xycoords=(axes.figure.transFigure, "data"),
        ha=align,
        va="center_baseline",
        fontsize=8,
        weight=weight,
        annotation_clip=False,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.0} if over else None,
    )


def export(figure: Figure, key: str, title: str, alt: str) -> Chart:
    """Return the figure as an inline SVG with title and description, ids made its own."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    out = io.StringIO()
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(out, metadata={"Date": None, "Creator": None})
    return Chart(key, clean(title), clean(alt), _tidy(out.getvalue(), key, title, alt))


def _tidy(svg: str, key: str, title: str, alt: str) -> str:
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.S)
    head = re.match(r"<svg[^>]*>", body)
    assert head is not None  # noqa: S101 - matplotlib writes one
    box = re.search(r'viewBox="([^"]+)"', head.group(0))
    label = html.escape(clean(title))
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box.group(1) if box else ""}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{label}</title>'
        f'<desc id="{key}-desc">{html.escape(clean(alt))}</desc>'
    )
    body = body[head.end() :]
    body = re.sub(r'(\bid="|url\(#|xlink:href="#)', rf"\g<1>{key}-", body)
    return start + re.sub(r"\n\s*", "\n", body).strip()


def on_page(chart: Chart) -> str:
    """Return the SVG for a page: colours from CSS variables, the page's own typeface."""
    svg = chart.svg
    for colour, variable in INKS.items():
        svg = svg.replace(colour, f"var({variable})")
    return re.sub(rf"'{typeface.SANS}'(, [^;\"]+)?", "var(--sans)", svg)


def save(figure: Figure, path: Any, key: str, title: str, alt: str) -> None:
    """Write the figure to ``path`` (.svg or .png) for use on its own, on a white ground."""
    from pathlib import Path

    from comparenotes.errors import CompareNotesError

    target = Path(path)
    suffix = target.suffix.lower()
    figure.set_facecolor("white")
    if suffix == ".svg":
        svg = export(figure, key, title, alt).svg
        carried = f"<style>{typeface.inside(typeface.SANS)}</style>"
        svg = svg.replace("</desc>", f"</desc>{carried}", 1)
        target.write_text('<?xml version="1.0" encoding="utf-8"?>\n' + svg, encoding="utf-8")
    elif suffix == ".png":
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        figure.set_dpi(200)
        canvas: Any = FigureCanvasAgg(figure)
        canvas.print_png(str(target), metadata={"Software": None})
    else:
        raise CompareNotesError(
            f"cannot draw a {suffix or 'nameless'} file", where=str(path), hint="use .svg or .png"
        )


def spread(values: list[float], gap: float, low: float, high: float) -> list[float]:
    """Return positions near ``values``, ``gap`` apart, and where they fit in ``low`` to ``high``.

    Ties keep their order in ``values``; used so that labels at line ends do not overlap.
    """
    order = sorted(range(len(values)), key=lambda i: values[i])
    groups: list[tuple[list[int], float]] = []
    for i in order:
        groups.append(([i], _inside(values[i], 1, gap, low, high)))
        while len(groups) > 1:
            (a, ca), (b, cb) = groups[-2], groups[-1]
            if cb - ca >= gap * (len(a) + len(b)) / 2 - 1e-9:
                break
            centre = (ca * len(a) + cb * len(b)) / (len(a) + len(b))
            groups[-2:] = [(a + b, _inside(centre, len(a) + len(b), gap, low, high))]
    out = list(values)
    for members, centre in groups:
        for k, i in enumerate(members):
            out[i] = centre + gap * (k - (len(members) - 1) / 2)
    return out


def _inside(centre: float, n: int, gap: float, low: float, high: float) -> float:
    """Return the centre of ``n`` labels moved so that they lie within the axis."""
    half = gap * n / 2
    if 2 * half > high - low:
        return (low + high) / 2
    return min(max(centre, low + half), high - half)
