"""The chart of the message: each issue's share by side with its 90% interval, and over time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from comparenotes.message.overtime import MOST_ISSUES, Period, Series, over_time
from comparenotes.message.report import Message

SUFFIXES = (".svg", ".png")


def write_chart(found: Message, path: Path) -> Path:
    """Write the chart (SVG, or PNG by the file's ending) and return its path.

    Raises
    ------
    DataError
        For another ending.
    """
    from comparenotes.errors import DataError

    if path.suffix.lower() not in SUFFIXES:
        raise DataError("a chart is .svg or .png", where=str(path), hint=f"name it {path.stem}.svg")
    import matplotlib as mpl
    from matplotlib.figure import Figure

    series = over_time(found)
    timed = [i for i in found.issues if any(_told(p, i.id) for p in series.periods)][:MOST_ISSUES]
    timed = timed if len(series.periods) > 1 else []
    sides = list(dict.fromkeys(x.contender for x in found.lines))
    heights = [0.9 + 0.28 * len(found.issues) * max(1, len(sides)), *(1.7 for _ in timed)]
    figure = Figure(figsize=(7, sum(heights)))
    panels = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
    _shares(panels[0], found, sides)
    for axes, issue in zip(panels[1:], timed, strict=True):
        _over_time(axes, found, series, issue.id, sides)
        kind = f" ({series.genre}s)" if series.genre else ""
        axes.set_title(f"{issue.name.capitalize()}, by {series.by}{kind}", loc="left", fontsize=9)
    for axes in panels:
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.tight_layout()
    with mpl.rc_context({"svg.hashsalt": "comparenotes"}):
        figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    return path


def _shares(axes: Any, found: Message, sides: list[str]) -> None:
    step = 0.8 / max(1, len(sides))
    places = {i.id: k for k, i in enumerate(found.issues)}
    for j, who in enumerate(sides):
        contender = found.campaign.contender(who)
        every = [x for x in found.lines if x.contender == who]
        rows = [x for x in every if x.few is None]
        colour = contender.colour or f"C{j}"
        axes.errorbar(
            [x.salience.share for x in rows],
            [places[x.issue] + (j + 0.5) * step - 0.4 for x in rows],
            xerr=[
                [x.salience.share - x.salience.lo90 for x in rows],
                [x.salience.hi90 - x.salience.share for x in rows],
            ],
            fmt="o", color=colour, label=contender.name, capsize=2,
        )  # fmt: skip
        for x in every:
            if x.few is not None:
                y = places[x.issue] + (j + 0.5) * step - 0.4
                axes.annotate(f"too few to say ({x.salience.hits})", (0, y), xytext=(3, 0),
                              textcoords="offset points", fontsize=7, color=colour,
                              va="center")  # fmt: skip
    axes.set_yticks(range(len(found.issues)), [i.name for i in found.issues])
    axes.set_ylim(len(found.issues) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel("per cent of sentences, with 90% interval over texts")
    axes.set_title(f"{found.campaign.title}: what each side spoke of", loc="left", fontsize=10)
    axes.legend(frameon=False, fontsize=8)


def _told(period: Period, issue: str) -> bool:
    return any(x.issue == issue and x.few is None for x in period.lines)


def _over_time(axes: Any, found: Message, series: Series, issue: str, sides: list[str]) -> None:
    """Draw an issue's shares; a side's period with too few sentences stays empty."""
    for j, who in enumerate(sides):
        lines = [(i, p.of(issue, who)) for i, p in enumerate(series.periods)]
        rows = [(i, x.salience) for i, x in lines if x is not None and x.few is None]
        if not rows:
            continue
        colour = found.campaign.contender(who).colour or f"C{j}"
        share = [s.share for _, s in rows]
        ends = [[s.share - s.lo90 for _, s in rows], [s.hi90 - s.share for _, s in rows]]
        at = [i + 0.12 * (j - (len(sides) - 1) / 2) for i, _ in rows]
        axes.errorbar(at, share, yerr=ends, fmt="o-", color=colour, markersize=3, linewidth=1,
                      elinewidth=0.8)  # fmt: skip
    step = max(1, -(-len(series.periods) // 12))
    places = range(0, len(series.periods), step)
    axes.set_xticks(places, [series.periods[i].label for i in places], fontsize=7)
    axes.set_xlim(-0.5, len(series.periods) - 0.5)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(lambda v, _: f"{v:g}%")
