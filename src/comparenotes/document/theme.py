"""The look of every chart: inks, a party's own colour with a second sign, one configuration.

Specifications hold the light theme's colours. A page replaces them (:func:`for_page`) by
CSS variables and pairs of light and dark, so that one drawing serves light, dark and print.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

FONT = "Compare Notes Sans"
INK, MUTED, GRID, PAPER = "#1b1c1f", "#646a73", "#dcdfe3", "#fefefd"
FOCUS, RIVAL = "#0b64a0", "#c75300"
INKS = {
    INK: "--ink",
    MUTED: "--muted",
    GRID: "--rule",
    PAPER: "--paper",
    FOCUS: "--focus",
    RIVAL: "--rival",
}
"""Colour of a specification, and the CSS variable that replaces it on a page."""
NIGHT = "#17181b"
"""The paper of the dark theme (``--paper`` of ``brief.css``)."""
MARKS, TEXT = 3.0, 4.5
"""Least contrast with the paper: of lines and marks, of text (WCAG 2.2, 1.4.11 and 1.4.3)."""
PALETTE = (FOCUS, RIVAL, "#5d6b57", "#7d6a8c", "#8a6a1c", "#a03a5e", "#2f7d7a")
"""For contenders without a colour of their own, in the campaign's order."""
DASHES = ((1, 0), (5, 1.6), (1.2, 1.4), (3, 1, 1, 1), (6, 1, 1, 1, 1, 1), (2.4, 2.4), (8, 2))
SHAPES = ("circle", "diamond", "square", "triangle-up", "cross", "triangle-down", "triangle-right")

CONFIG: dict[str, Any] = {
    "font": FONT,
    "aria": False,  # the drawing has a title and a description of its own
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 7.5,
        "titleFontSize": 7.5,
        "titleFontWeight": "normal",
        "titlePadding": 3,
        "labelPadding": 3,
        "labelColor": MUTED,
        "titleColor": MUTED,
        "gridColor": GRID,
        "gridWidth": 0.6,
        "domainColor": MUTED,
        "domainWidth": 0.6,
        "tickColor": MUTED,
        "tickWidth": 0.6,
        "tickSize": 3,
        "tickRound": False,
        "translate": 0,
        "labelFlush": False,
    },
    "axisX": {"grid": False},
    "axisY": {"domain": False, "ticks": False},
    "area": {"line": False},
    "line": {"strokeCap": "butt", "strokeJoin": "round"},
    "rule": {"strokeCap": "butt", "color": MUTED, "strokeWidth": 0.8},
    "text": {"fontSize": 7.5, "align": "left", "baseline": "middle", "color": INK},
}


@dataclass(frozen=True)
class Look:
    """A contender's colour (``#rrggbb``), dash and marker: the same on every chart and date."""

    colour: str
    dash: tuple[float, ...]
    shape: str

    @property
    def text(self) -> str:
        """Return the colour dark enough for text."""
        return readable(self.colour, PAPER, TEXT)


def looks(contenders: Iterable[tuple[str, str | None]]) -> dict[str, Look]:
    """Return each contender's look, from ids and own colours in the campaign's order.

    Who has no colour (or one that is not ``#rrggbb``) gets the palette's next. Dash and
    marker go by the place in the campaign, so that alike colours still differ.
    """
    out: dict[str, Look] = {}
    spare = 0
    for i, (cid, colour) in enumerate(contenders):
        if colour is None or not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
            colour = PALETTE[spare % len(PALETTE)]
            spare += 1
        own = readable(colour.lower(), PAPER, MARKS)
        out[cid] = Look(own, DASHES[i % len(DASHES)], SHAPES[i % len(SHAPES)])
    return out


def scales(looks_of: Mapping[str, Look], ids: Iterable[str], field: str = "id") -> dict[str, Any]:
    """Return the encodings of colour, dash and marker of ``ids``: what differs differs twice."""
    domain = list(ids)

    def scale(channel: str) -> dict[str, Any]:
        values = [getattr(looks_of[i], channel) for i in domain]
        values = [list(v) if isinstance(v, tuple) else v for v in values]
        scale = {"domain": domain, "range": values}
        return {"field": field, "type": "nominal", "scale": scale, "legend": None}

    return {"color": scale("colour"), "strokeDash": scale("dash"), "shape": scale("shape")}


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by WCAG 2.2: 1 (the same) to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@cache
def readable(colour: str, paper: str, least: float) -> str:
    """Return the colour, made darker or lighter until its contrast with ``paper`` is enough."""
    hue, light, strong = colorsys.rgb_to_hls(*_channels(colour))
    step = 0.01 if _luminance(paper) < 0.5 else -0.01
    while contrast(colour, paper) < least and 0 < light + step < 1:
        light += step
        rgb = colorsys.hls_to_rgb(hue, light, strong)
        colour = "#" + "".join(f"{round(255 * c):02x}" for c in rgb)
    return colour


def for_page(colour: str) -> str:
    """Return what stands for a colour on a page: a variable, or its light and dark form.

    ``--night`` is 100% in the dark theme and 0% in the light one and on paper.
    """
    if colour in INKS:
        return f"var({INKS[colour]})"
    return f"color-mix(in srgb,{readable(colour, NIGHT, TEXT)} var(--night),{colour})"


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
