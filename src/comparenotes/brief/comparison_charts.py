"""A comparison as charts: both clocks, and the findings in points with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comparenotes import words as phrases
from comparenotes.brief import labels
from comparenotes.brief.outlook_charts import interval
from comparenotes.brief.race_charts import looks
from comparenotes.compare.clocks import CLOCKS, Clock, readings
from comparenotes.compare.comparison import Comparison
from comparenotes.compare.finding import Finding
from comparenotes.compare.views import View
from comparenotes.document import chart as ch
from comparenotes.document import theme

CLOCK_LINES = 7
"""Home and at most six away campaigns are drawn on a clock."""


def clock_charts(comparison: Comparison) -> list[ch.Chart]:
    """Return the charts of both clocks, those that have anything to show."""
    found = [clock_chart(comparison, c, f"c-{c.kind.replace('_', '-')}") for c in CLOCKS]
    return [c for c in found if c is not None]


def clock_chart(comparison: Comparison, clock: Clock, key: str) -> ch.Chart | None:
    """Return each governing party's support less its last result on one clock.

    Lines are in the parties' colours; each campaign has a dash of its own, shown at its name.
    """
    views = [v for v in comparison.views.values() if v.swing() is not None][:CLOCK_LINES]
    drawn = {v.title: (v, line) for v in views if len(line := _swings(v, clock)) > 1}
    if not drawn:
        return None
    back = clock.kind == "clock_days"
    rows = [row for title, (_, line) in drawn.items() for row in _broken(title, line)]
    ends = {title: line[0] if back else line[-1] for title, (_, line) in drawn.items()}
    points = [p for _, line in drawn.values() for p in line]
    across = max(1, max(p[0] for p in points) - min(p[0] for p in points))
    low, high = min(0.0, *(p[1] for p in points)), max(0.0, *(p[1] for p in points))
    x = ch.number("clock", (min(p[0] for p in points) - 0.03 * across,
                            max(p[0] for p in points) + 0.03 * across),
                  ch.axis(ch.WHOLE, 4, clock.name), reverse=back)  # fmt: skip
    room = max(0.5, 0.06 * (high - low))
    y = ch.number("swing", (low - room, high + room), ch.axis(ch.SIGNED, 4))
    dashes = {v.campaign.id: theme.DASHES[i] for i, (v, _) in enumerate(drawn.values())}
    layers = [ch.line_at(0, y)]
    places = ch.spread([e[1] for e in ends.values()], (high - low + 2 * room) * 9.4 / 103,
                       low - room, high + room)  # fmt: skip
    words: list[str] = []
    names: list[ch.Spec] = []
    for (title, (view, line)), place in zip(drawn.items(), places, strict=True):
        home, at_end = view.campaign.id == comparison.home.id, ends[title]
        look = looks(view.campaign)[view.focus or ""]
        style: ch.Spec = {"color": look.colour, "strokeDash": list(dashes[view.campaign.id])}
        style["strokeWidth"] = 2.0 if home else 1.3
        own = [r for r in rows if r["campaign"] == title]
        detail = {"detail": {"field": "part", "type": "nominal"}}
        end = [{"clock": at_end[0], "swing": at_end[1]}]
        layers += [
            ch.layer("line", own, {"x": x, "y": y, **detail}, **style),
            ch.layer("point", end, {"x": x, "y": y}, filled=True, size=13, opacity=1,
                     color=look.colour),
            ch.layer("rule", [{"place": place}], {"y": {**y, "field": "place"}}, x=159, x2=173,
                     **style),
        ]  # fmt: skip
        name = ch.clean(title, ch.NAME)
        names.append({"text": name, "place": place, "ink": look.text, "bold": home})
        words.append(
            f"{view.title}, {view.name(view.focus or '')}: {line[0][0]:,} to {line[-1][0]:,} "
            f"{clock.name}, latest {phrases.signed(at_end[1])} points"
        )
    title = f"Governing party's support less its last result, by {clock.name}"
    alt = f"{title}, points. {'; '.join(words)}."
    layers += ch.texts(names, 176, {**y, "field": "place"})
    return ch.chart(key, title, alt, ch.view(154, 103, layers), (19, 8, 79, 29), rows)


def findings_chart(
    comparison: Comparison, findings: Sequence[Finding], key: str = "c-findings", wide: bool = True
) -> ch.Chart | None:
    """Return estimates with 80 and 95% intervals of the findings in points, one a row.

    ``wide`` puts the names beside the intervals, for a page; else above, for a phone.
    """
    found = [f for f in findings if f.estimate is not None and f.unit == "points"]
    if not found:
        return None
    left, full, each = (238.0, ch.WIDE, 16.2) if wide else (5.0, ch.SMALL, 30.2)
    width, height = full - left - 8, each * len(found)
    names = [labels.title(f, comparison, brief=True) for f in found]
    rows: list[dict[str, Any]] = [
        {"row": i, "n": comparison.number(f), "name": ch.clean(label, 42), "estimate": f.estimate,
         "lo95": f.lo95, "lo80": f.lo80, "hi80": f.hi80, "hi95": f.hi95, **_ink(f)}
        for i, (f, label) in enumerate(zip(found, names, strict=True))
    ]  # fmt: skip
    ends = [0.0, *(v for f in found for v in (f.lo95, f.hi95, f.estimate) if v is not None)]
    room = 0.04 * (max(ends) - min(ends)) or 1.0
    x = ch.number("estimate", (min(ends) - room, max(ends) + room),
                  ch.axis(ch.SIGNED, 7 if wide else 5, grid=True))  # fmt: skip
    y = ch.number("row", (len(found) - 0.4, -0.6))
    layers = [ch.line_at(0, x, "x", strokeWidth=0.9)]
    layers += interval(rows, x, y)
    places = (6 - left, 25 - left, -14) if wide else (0, 16, width)
    told = [phrases.signed(f.estimate or 0.0) for f in found]
    for column, place in zip(([str(r["n"]) for r in rows], [r["name"] for r in rows], told),
                             places, strict=True):  # fmt: skip
        cells = [{"text": text, "row": i - (0.0 if wide else 0.34), "bold": place != places[1]}
                 for i, text in enumerate(column)]  # fmt: skip
        layers += ch.texts(cells, place, y, halo=not wide, fontSize=8,
                           align="right" if place == places[2] else "left")  # fmt: skip
    head = "Findings in points, with 80% (thick) and 95% (thin) intervals"
    words = "; ".join(
        f"{comparison.number(f)}: {label} {phrases.signed(f.estimate or 0.0)} "
        f"({phrases.signed(f.lo90 or 0.0)} to {phrases.signed(f.hi90 or 0.0)}), {f.grade}"
        for f, label in zip(found, names, strict=True)
    )
    body = ch.view(width, height, layers)
    return ch.chart(key, head, f"{head}. {words}.", body, (left, 4, 8, 18), rows)


def _ink(f: Finding) -> dict[str, str]:
    """Return what is measured strong, the rest muted and open."""
    if f.grade == "measured":
        return {"colour": theme.FOCUS}
    return {"colour": theme.MUTED, "inside": theme.PAPER}


def _swings(view: View, clock: Clock) -> list[tuple[int, float]]:
    """Return the governing party's support less its last result at the clock's points."""
    every = ((point, view.swing(day)) for point, day in sorted(readings(view, clock).items()))
    return [(point, swing.mean) for point, swing in every if swing is not None]


def _broken(title: str, line: list[tuple[int, float]]) -> list[dict[str, object]]:
    """Return a line's rows in parts: it breaks where the clock has no data."""
    points, step = ch.thin(line), max(1, len(line) // ch.MAX_POINTS)
    part, before = 0, points[0][0]
    rows: list[dict[str, object]] = []
    for at, swing in points:
        part += at - before > 2 * step + 1
        rows.append({"campaign": title, "part": part, "clock": at, "swing": swing})
        before = at
    return rows
