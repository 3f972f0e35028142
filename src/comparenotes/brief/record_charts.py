"""The record's two charts in the house look: the path of a term, and the class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from comparenotes import words as phrases
from comparenotes.brief import chart_marks as marks
from comparenotes.brief import figure as fg

if TYPE_CHECKING:
    from comparenotes.compare.comparison import Comparison
    from comparenotes.record.report import Record

KEPT_WORDS, LOST_WORDS = "kept the leading office", "lost it"
BIN = 1.0
"""Points of vote change that share a column of dots."""


def record_of_home(comparison: Comparison) -> Record | None:
    """Return the record behind a comparison's findings on home's class, if there is one."""
    found = (f.extra.get("record") for f in comparison.findings if f.provider == "record")
    return next((r for r in found if r is not None), None)


def record_figures(found: Record) -> list[fg.Chart]:
    """Return the charts of a record that have anything to show: ``path`` and ``class``."""
    return [c for c in (path_chart(found), class_chart(found)) if c is not None]


def path_chart(found: Record) -> fg.Chart | None:
    """Return the middle 80% of governments through a term, with home's line on it."""
    with fg.drawing(3.5, 1.95) as fig:
        drawn = _draw_path(fig, found, 0.94)
        return None if drawn is None else fg.export(fig, "c-record-path", *drawn)


def class_chart(found: Record) -> fg.Chart | None:
    """Return the cases of the class as dots by vote change: who kept office above who lost it."""
    with fg.drawing(3.5, 1.95) as fig:
        drawn = _draw_class(fig, found, 0.94)
        return None if drawn is None else fg.export(fig, "c-record-class", *drawn)


def save_figures(found: Record, folder: str | Path) -> list[str]:
    """Write the charts that have anything to show into ``folder`` as SVG; return the files."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, draw in (("path", _draw_path), ("class", _draw_class)):
        with fg.drawing(6.4, 3.4) as fig:
            drawn = draw(fig, found, 0.87)
            if drawn is None:
                continue
            title, alt = drawn
            marks.heading(fig, title)
            path = out / f"record-{name}.svg"
            fg.save(fig, path, f"record-{name}", title, alt)
            written.append(str(path))
    return written


def _draw_path(fig: fg.Figure, found: Record, top: float) -> tuple[str, str] | None:
    frame = found.path.frame
    band = frame.filter(pl.col("estimate").is_not_null()).sort("days_since_office")
    line = frame.filter(pl.col("home").is_not_null()).sort("days_since_office")
    if band.is_empty() and line.is_empty():
        return None
    home = found.path.home
    ax = fig.add_axes((0.075, 0.205, 0.70, top - 0.205))
    ax.axhline(0, color=fg.MUTED, linewidth=0.8)
    if band.height:
        x = (band["days_since_office"] / 365.25).to_list()
        ax.fill_between(x, band["lo80"], band["hi80"], color=fg.MUTED, alpha=0.18, linewidth=0)
        ax.plot(x, band["estimate"].to_list(), color=fg.MUTED, linewidth=1.2)
        marks.beside(ax, "Median", (1.0, float(band["estimate"][-1])), fg.MUTED)
    if line.height:
        x = (line["days_since_office"] / 365.25).to_list()
        ax.plot(x, line["home"].to_list(), color=fg.FOCUS, linewidth=2.0)
        ax.plot(x[-1], line["home"][-1], "o", color=fg.FOCUS, markersize=4)
        party = fg.clean(found.profile.party_name, 16)
        end = (x[-1], line["home"][-1])
        marks.beside(ax, party, end, fg.FOCUS, bold=True, coords="data", va="top", xytext=(5, -3))
    marks.swing_over_time(ax, "years into the term")
    where = "Home has no polls in the term yet."
    if home.get("below") is not None:
        where = (
            f"{home['below']} of {home['n']} governments stood lower than home "
            f"({phrases.signed(home['standing'])} points) at this time."
        )
    title = "The path of a term: support less the last result, points"
    alt = f"{title}; band: the middle 80% of governments. {where}"
    return title, alt


def _draw_class(fig: fg.Figure, found: Record, top: float) -> tuple[str, str] | None:
    told = found.cases.frame.filter(
        pl.col("vote_change").is_not_null() & pl.col("kept_office").is_not_null()
    )
    if told.is_empty():
        return None
    kept, lost = (
        sorted(told.filter(pl.col("kept_office") == k)["vote_change"].to_list())
        for k in (True, False)
    )
    mark = found.path.home.get("standing")
    ax = fig.add_axes((0.02, 0.205, 0.95, top - 0.205))
    ax.axvline(0, color=fg.MUTED, linewidth=0.8)
    most = max(_stack(kept)[1], _stack(lost)[1])
    for values, sign, colour, shape in ((kept, 1, fg.FOCUS, "o"), (lost, -1, fg.RIVAL, "D")):
        places, _ = _stack(values)
        ax.plot(
            [x for x, _ in places],
            [sign * (y + 0.8) for _, y in places],
            shape,
            color=colour,
            markersize=2.9 if shape == "o" else 2.5,
            markeredgewidth=0,
            alpha=0.85,
            linestyle="none",
        )
    top = most + 1.4
    for n, word, y, colour in (
        (len(kept), KEPT_WORDS, 0.97, fg.FOCUS),
        (len(lost), LOST_WORDS, 0.03, fg.RIVAL),
    ):
        ax.annotate(
            f"{n} {word}".replace(" the ", "\nthe "),  # short of where the dots are
            xy=(0.0, y),
            xycoords="axes fraction",
            fontsize=7.5,
            weight="bold",
            color=colour,
            va="top" if y > 0.5 else "bottom",
            # the line of home's standing passes behind the words
            bbox={"facecolor": fg.PAPER, "edgecolor": "none", "pad": 1.0},
            zorder=5,
        )
    if mark is not None:
        ax.axvline(mark, color=fg.INK, linewidth=0.9, linestyle=(0, (2, 2)))
        ax.annotate(
            "home in the polls",
            xy=(mark, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(4, 2),
            textcoords="offset points",
            fontsize=7,
            color=fg.INK,
            va="bottom",
            annotation_clip=False,
        )
    ax.set_ylim(-top, top)
    ax.set_yticks([])
    ax.tick_params(labelsize=7.5, pad=3)
    ax.xaxis.get_major_locator().set_params(nbins=6, integer=True)
    ax.xaxis.set_major_formatter(lambda v, _: phrases.signed(v, 0))
    ax.set_xlabel("change of the governing party's vote, points", fontsize=7.5, labelpad=2)
    title = f"The class: {len(kept)} kept the leading office, {len(lost)} lost it"
    alt = f"{title}, by change of the governing party's vote in points."
    if mark is not None:
        alt += f" Home stands at {phrases.signed(mark)} in the polls."
    return title, alt


def _stack(values: list[float]) -> tuple[list[tuple[float, int]], int]:
    """Return a place for each value so that dots stack instead of covering each other."""
    heights: dict[int, int] = {}
    out = []
    for v in values:
        column = round(v / BIN)
        out.append((v, heights.get(column, 0)))
        heights[column] = heights.get(column, 0) + 1
    return out, max(heights.values(), default=0)
