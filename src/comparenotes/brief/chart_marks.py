"""Marks that charts share: a name at the end of a line, axes of months and of signed points."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from comparenotes import words as phrases
from comparenotes.brief import figure as fg

if TYPE_CHECKING:
    from comparenotes.race.result import Race

MAX_POINTS = 160
"""A line is drawn with at most about so many points."""
NAME = 18
"""Characters of a name beside a line."""
HEAD, FOOT = 0.26, 0.42
"""Inches for the title and the sources of a chart that stands on its own."""


def beside(
    ax: fg.Axes,
    text: str,
    place: Any,
    colour: str,
    *,
    bold: bool = False,
    shift: float = 5,
    coords: Any = ("axes fraction", "data"),
    **more: Any,
) -> None:
    """Write ``text`` in ``colour``, ``shift`` points to the right of ``place``.

    ``place`` is the pair (x, y); by default x is a fraction of the axis (1.0 is its
    right edge) and y in data units. ``more`` goes to matplotlib's ``annotate``.
    """
    style: dict[str, Any] = {"fontsize": 7.5, "va": "center", "xytext": (shift, 0)} | more
    ax.annotate(
        text,
        xy=place,
        xycoords=coords,
        textcoords="offset points",
        color=colour,
        weight="bold" if bold else "normal",
        annotation_clip=False,
        **style,
    )


def heading(fig: fg.Figure, title: str) -> None:
    """Write the title of a chart that stands on its own at its top."""
    fig.text(
        0.012,
        1 - 0.06 / fig.get_figheight(),
        fg.clean(title, 70),
        va="top",
        fontsize=9.5,
        weight="bold",
    )


def footing(fig: fg.Figure, race: Race, how: str) -> None:
    """Write how to read a race's chart that stands on its own, its day, polls and sources."""
    sources = "; ".join(s.title.partition(" (")[0] for s in race.campaign.sources)
    day, polls = phrases.day(race.as_of), phrases.count(race.polls_used, "poll")
    text = fg.clean(f"{how} As of {day}; {polls}. {sources}.")
    # at this size a line of text is about 23 characters an inch
    lines = textwrap.wrap(text, int(23 * fig.get_figwidth()))
    place = 0.012, 0.05 / fig.get_figheight()
    fig.text(*place, "\n".join(lines), fontsize=6, color=fg.MUTED, va="bottom")


def months(ax: fg.Axes) -> None:
    """Give the x axis three to five dates, each as short as it can be."""
    import matplotlib.dates

    mdates: Any = matplotlib.dates
    locator = mdates.AutoDateLocator(minticks=3, maxticks=5)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, show_offset=False))


def swing_over_time(ax: fg.Axes, unit: str) -> None:
    """Give signed points on the y axis, and on the x axis whole numbers of ``unit``."""
    fg.dress(ax)
    ax.yaxis.get_major_locator().set_params(nbins=4, integer=True)
    ax.xaxis.get_major_locator().set_params(nbins=5, integer=True)
    ax.yaxis.set_major_formatter(lambda y, _: phrases.signed(y, 0))
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    ax.set_xlabel(unit, fontsize=7.5, labelpad=2)


def rows(ax: fg.Axes) -> None:
    """Give an axis of rows the house look: light vertical rules, no ticks at the side."""
    ax.set_yticks([])
    ax.grid(axis="x")
    ax.tick_params(labelsize=7.5, pad=3)
