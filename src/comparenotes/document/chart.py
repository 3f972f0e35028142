"""A chart as data: one Vega-Lite specification with its words and rows, and the parts of one.

Names are untrusted and stand in a specification as values of data only, never in an
expression. Sizes are in points: a chart beside text is 252 wide (3.5 inches).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from comparenotes.document import theme

Spec = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
SMALL, WIDE = 252.0, 518.0
"""Width of a chart beside text, and of one over the whole page."""
NAME = 18
"""Characters of a name beside a line."""
MAX_POINTS = 160
"""A line is drawn with at most about so many points."""
SIGNED = "datum.value == 0 ? '0' : format(datum.value, '+,.0f')"
WHOLE = "format(datum.value, ',.0f')"
PERCENT = "format(datum.value, ',') + '%'"


@dataclass(frozen=True, eq=False)
class Chart:
    """What a chart shows: in a line, in words, as a Vega-Lite specification and as rows."""

    key: str
    title: str
    alt: str
    spec: Spec
    rows: tuple[Mapping[str, Any], ...]

    @cached_property
    def svg(self) -> str:
        """Return the drawing in the light theme, made when first asked for."""
        from comparenotes.render import picture

        return picture.svg(self)

    @property
    def size(self) -> tuple[float, float]:
        """Return width and height in points, padding and all panels in it."""
        pad, panels = self.spec["padding"], self.spec.get("vconcat", [self.spec])
        between = self.spec.get("spacing", 0) * (len(panels) - 1)
        height = sum(p["height"] for p in panels) + between
        return (
            panels[0]["width"] + pad["left"] + pad["right"],
            height + pad["top"] + pad["bottom"],
        )


def clean(text: object, limit: int = 0) -> str:
    """Return ``text`` without characters that XML or a chart cannot hold, cut to ``limit``."""
    out = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return out if not limit or len(out) <= limit else out[: limit - 1].rstrip() + "…"


def chart(key: str, title: str, alt: str, body: Spec, pad: Sequence[float], rows: Rows) -> Chart:
    """Return a chart of ``body`` (one view or ``vconcat``) padded left, top, right and bottom."""
    title, alt = clean(title), clean(alt)
    spec = {
        "$schema": SCHEMA,
        "description": alt,
        "autosize": "none",
        "padding": dict(zip(("left", "top", "right", "bottom"), pad, strict=True)),
        "config": theme.CONFIG,
        **body,
    }
    return Chart(key, title, alt, spec, tuple(rows))


def headed(of: Chart, how: str) -> Chart:
    """Return the chart for use on its own: its title above, and ``how`` to read it below."""
    width, height = of.size
    # at this size a line of text is about three points a character
    lines = textwrap.wrap(clean(how), int(width / 3.1))
    head, foot = 19.0, 6.0 + 7.5 * len(lines)
    pad = dict(of.spec["padding"])
    left, top, below = -pad["left"] + 3, -pad["top"] - 9, height - pad["top"] + 7
    title = [{"text": clean(of.title, int(width / 4.4)), "bold": True}]
    first = texts(title, left, top, fontSize=9.5)
    rows = [{"text": t, "ink": theme.MUTED} for t in lines]
    last = [
        part for i, row in enumerate(rows) for part in texts([row], x=left, y=below + 7.5 * i,
                                                              fontSize=6)
    ]  # fmt: skip
    spec = {**of.spec, "padding": {**pad, "top": pad["top"] + head, "bottom": pad["bottom"] + foot}}
    if "vconcat" in spec:
        every = list(spec["vconcat"])
        raised = sum(p["height"] + spec["spacing"] for p in every[:-1])
        for part in last:
            part["mark"]["y"] -= raised
        every[0] = {**every[0], "layer": [*every[0]["layer"], *first]}
        every[-1] = {**every[-1], "layer": [*every[-1]["layer"], *last]}
        spec["vconcat"] = every
    else:
        spec["layer"] = [*spec["layer"], *first, *last]
    return replace(of, spec=spec)


def view(width: float, height: float, layers: Iterable[Spec]) -> Spec:
    """Return one plot of ``width`` by ``height`` points, without padding."""
    return {"width": width, "height": height, "layer": list(layers)}


def layer(mark: str, rows: Rows, encoding: Spec, **style: Any) -> Spec:
    """Return one kind of mark, one a row."""
    return {
        "data": {"values": list(rows)},
        "mark": {"type": mark, **style},
        "encoding": encoding,
    }


def number(field: str, domain: Sequence[float], axis: Spec | None = None, **scale: Any) -> Spec:
    """Return a position by a number, on a scale that ends where ``domain`` does."""
    scale = {"domain": list(domain), "nice": False, "zero": False, **scale}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def axis(label: str, ticks: int, title: str | None = None, **more: Any) -> Spec:
    """Return an axis with about ``ticks`` whole numbers, ``label`` the expression of one."""
    return {"tickCount": ticks, "tickMinStep": 1, "labelExpr": label, "title": title, **more}


def time(field: str, first: date, last: date) -> Spec:
    """Return a position by date, to scale, with three to five dates named."""
    days, label = _dates(first, last)
    return {
        "field": field,
        "type": "temporal",
        "scale": {"type": "utc", "domain": [stamp(first), stamp(last)], "nice": False},
        "axis": {"values": [stamp(d) for d in days], "labelExpr": label, "title": None},
    }


def stamp(day: date) -> int:
    """Return a date as a scale counts: milliseconds since 1970."""
    return 86_400_000 * (day - date(1970, 1, 1)).days


def _dates(first: date, last: date, most: int = 5) -> tuple[list[date], str]:
    """Return the dates named on an axis, and the expression that words one of them."""
    if (last - first).days < 75:
        every = [first + timedelta(i) for i in range((last - first).days + 1)]
        steps = ([d for d in every if d.day % n == 1 and d.day + n / 2 < 31] for n in (2, 4, 7, 14))
        found = next((x for x in steps if len(x) <= most), every[:: max(1, len(every) // most)])
        return found, "utcFormat(datum.value, '%-d %b')"
    months = [date(y, m, 1) for y in range(first.year, last.year + 1) for m in range(1, 13)]
    months = [d for d in months if first <= d <= last]
    for step in (1, 2, 3, 6, 12, 24, 60, 120, 240):
        found = [d for d in months if (12 * d.year + d.month - 1) % step == 0]
        if len(found) <= most:
            break
    return found, "utcFormat(datum.value, utcmonth(datum.value) == 0 ? '%Y' : '%b')"


def texts(rows: Rows, x: Any, y: Any, *, halo: bool = False, **style: Any) -> list[Spec]:
    """Return ``text`` of each row in its ``ink``, ``bold`` or not, at ``x`` and ``y``.

    These are positions on a scale or points. With ``halo`` what is drawn there passes behind.
    """
    places = {"x": x, "y": y}
    fixed = {k: v for k, v in places.items() if not isinstance(v, dict)} | style
    on_scale = {k: v for k, v in places.items() if isinstance(v, dict)}
    on_scale["text"] = {"field": "text", "type": "nominal"}
    inked = on_scale | {"color": ink("ink")}
    behind = {"stroke": theme.PAPER, "strokeWidth": 2.4, "strokeJoin": "round"}
    out = []
    for weight in ("normal", "bold"):
        own = [{"ink": theme.INK, **r} for r in rows if bool(r.get("bold")) == (weight == "bold")]
        if own:
            look = {"fontWeight": weight, **fixed}
            out += [layer("text", own, on_scale, **look, **behind)] if halo else []
            out.append(layer("text", own, inked, **look))
    return out


def line_at(value: float, encoding: Spec, channel: str = "y", **style: Any) -> Spec:
    """Return a line across the plot at a value of an axis."""
    return layer("rule", [{"at": value}], {channel: {**encoding, "field": "at"}}, **style)


def ink(field: str = "colour") -> Spec:
    """Return the encoding of a colour that rows name themselves."""
    return {"field": field, "type": "nominal", "scale": None}


def spread(values: Sequence[float], gap: float, low: float, high: float) -> list[float]:
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


def thin(rows: Sequence[Any]) -> list[Any]:
    """Return at most about :data:`MAX_POINTS` of the rows, the last among them."""
    step = max(1, len(rows) // MAX_POINTS)
    return [*rows[:-1:step], rows[-1]] if rows else []
