"""The record's pictures, as SVG: the path of a term, and the class with winners and losers.

The functions take data frames, so that any renderer can use them; matplotlib is
imported only when one is drawn.
"""

from __future__ import annotations

import io
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from comparenotes.record.report import Record

KEPT, LOST, HOME, GREY = "#1b7837", "#b2182b", "#222222", "#b8c4cc"
KEPT_WORDS, LOST_WORDS = "kept the leading office", "lost it"


def _figure(width: float, height: float) -> tuple[Any, Any]:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "comparenotes"  # the same chart gives the same bytes
    mpl.rcParams["svg.fonttype"] = "none"
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _svg(figure: Any, alt: str) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Title": alt})
    text = out.getvalue()
    return text[text.index("<svg") :]


def path_chart(frame: pl.DataFrame, title: str, home_name: str) -> str:
    """Return the ribbon of a term with home on it, as an SVG element.

    Parameters
    ----------
    frame
        days_since_office, estimate, lo80, hi80, home (points against the last
        result; null where there is none).
    title
        The finding, in one line.
    home_name
        What home's line is called.
    """
    figure, axes = _figure(7.0, 3.6)
    band = frame.filter(pl.col("estimate").is_not_null())
    line = frame.filter(pl.col("home").is_not_null())
    years = pl.col("days_since_office") / 365.25
    if band.height:
        x = band.select(years).to_series()
        axes.fill_between(x, band["lo80"], band["hi80"], color=GREY, alpha=0.5, lw=0)
        axes.plot(x, band["estimate"], color="#5b6b75", lw=1.5)
        axes.annotate(
            "middle 80% of governments",
            (float(x[-1]), float(band["hi80"][-1])),
            xytext=(0, 4),
            textcoords="offset points",
            ha="right",
            fontsize=8,
            color="#5b6b75",
        )
    if line.height:
        x = line.select(years).to_series()
        axes.plot(x, line["home"], color=HOME, lw=2, marker="o", ms=3)
        axes.annotate(
            home_name,
            (float(x[-1]), float(line["home"][-1])),
            xytext=(6, 0),
            textcoords="offset points",
            fontsize=9,
            color=HOME,
            va="center",
        )
    axes.axhline(0, color="#999999", lw=0.8)
    axes.set_xlabel("Years into the term")
    axes.set_ylabel("Polls less last result, points")
    axes.set_title(title, loc="left", fontsize=10)
    return _svg(figure, title)


def class_chart(frame: pl.DataFrame, title: str, mark: float | None = None) -> str:
    """Return the cases of a class as dots, winners and losers on two lines, as an SVG element.

    Parameters
    ----------
    frame
        case, vote_change (points), kept_office; rows without either are left out.
    title
        The finding, in one line.
    mark
        A vote change to mark for home (where it stands today), in points.
    """
    told = frame.filter(
        pl.col("vote_change").is_not_null() & pl.col("kept_office").is_not_null()
    ).sort("vote_change", "case")
    figure, axes = _figure(7.0, 2.8)
    for height, kept, colour, word in ((1, True, KEPT, KEPT_WORDS), (0, False, LOST, LOST_WORDS)):
        side = told.filter(pl.col("kept_office") == kept)
        y = [height + o for o in _spread(side["vote_change"].to_list())]
        # Shape as well as colour tells the two apart.
        marker = "o" if kept else "D"
        axes.scatter(side["vote_change"], y, s=16, color=colour, alpha=0.7, lw=0, marker=marker)
        axes.annotate(
            f"{side.height} {word}",
            (0, height + 0.42),
            xycoords=("axes fraction", "data"),
            fontsize=9,
            color=colour,
        )
    if mark is not None:
        axes.axvline(mark, color=HOME, lw=1.2, ls="--")
        axes.annotate("home in the polls", (mark, -0.5), fontsize=8, color=HOME, ha="center")
    axes.axvline(0, color="#999999", lw=0.8)
    axes.set_ylim(-0.6, 1.7)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Change of the governing party's vote, points")
    axes.set_title(title, loc="left", fontsize=10)
    return _svg(figure, title)


def _spread(values: list[float], width: float = 0.8, step: float = 0.07) -> list[float]:
    """Return offsets so that dots at like values do not cover each other (values sorted)."""
    last: dict[int, float] = {}
    out = []
    for v in values:
        level = 0
        while level in last and v - last[level] < width and level < 8:
            level += 1
        last[level] = v
        out.append(level * step * (1 if level % 2 else -1) / 2)
    return out


def record_charts(found: Record) -> dict[str, str]:
    """Return the two charts of a record by name: ``path`` and ``class``."""
    home = found.path.home
    told = found.cases.frame["kept_office"].drop_nulls()
    kept, n = int(told.sum()), len(told)
    where = "home has no polls yet"
    if home.get("below") is not None:
        where = f"{home['below']} of {home['n']} governments stood lower at this time"
    return {
        "path": path_chart(
            found.path.frame, f"The path of a term: {where}", found.profile.party_name
        ),
        "class": class_chart(
            found.cases.frame,
            f"{kept} of {n} governments in this position kept the leading office",
            home.get("standing"),
        ),
    }


def write_charts(found: Record, folder: str) -> list[str]:
    """Write the charts into ``folder`` and return the files' names."""
    out = File(folder)
    out.mkdir(parents=True, exist_ok=True)
    names = []
    for name, svg in record_charts(found).items():
        path = out / f"record-{name}.svg"
        path.write_text(svg, encoding="utf-8")
        names.append(str(path))
    return names
