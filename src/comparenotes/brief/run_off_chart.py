"""The second round by who may meet whom: the share of one of the two, with the line of a half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from comparenotes import words as phrases
from comparenotes.brief import chart_marks as marks
from comparenotes.brief import figure as fg
from comparenotes.brief import seats_words as told
from comparenotes.brief.terminal import name
from comparenotes.race.result import Race

MOST, FEWER = 5, 1
"""Pairs drawn: those most likely to meet, and in a small chart the first."""


def run_off_chart(
    race: Race, key: str = "c-run-off", *, wide: bool = True, small: bool = False
) -> fg.Chart | None:
    """Return each pair's second round with 80 and 95% intervals; None without polls of one.

    One row a pair, most likely first. To the left of a half stands the one chance of
    winning, to the right the other. ``wide`` puts the pairs beside the intervals, for a
    page; else above, for a phone. ``small`` has fewer pairs, for paper.
    """
    found = _duels(race, FEWER if small else MOST)
    if found is None:
        return None
    with fg.drawing(7.2 if wide else 3.5, _height(len(found[0]), wide=wide)) as fig:
        title, alt = _draw(fig, race, *found, wide=wide)
        return fg.export(fig, key, title, alt)


def save_run_off(race: Race, path: Any) -> bool:
    """Write the chart with its title and sources to an .svg or .png file; False without one."""
    found = _duels(race)
    if found is None:
        return False
    with fg.drawing(7.2, _height(len(found[0]), wide=True) + marks.HEAD + marks.FOOT) as fig:
        title, alt = _draw(fig, race, *found, wide=True, headed=True)
        marks.heading(fig, title)
        marks.footing(fig, race, "If the two meet; 80 and 95% intervals.")
        fg.save(fig, path, "run-off", title, alt)
    return True


def _duels(race: Race, most: int = MOST) -> tuple[Sequence[Mapping[str, Any]], str] | None:
    """Return the pairs drawn and the day of the second round."""
    second = race.forecast.run_off if race.forecast is not None else None
    if second is None or not second["duels"]:
        return None
    return second["duels"][:most], told.run_off_day(second)


def _height(rows: int, *, wide: bool) -> float:
    return 0.42 + (0.42 if wide else 0.62) * rows


def _draw(
    fig: fg.Figure,
    race: Race,
    duels: Sequence[Mapping[str, Any]],
    day: str,
    *,
    wide: bool,
    headed: bool = False,
) -> tuple[str, str]:
    height = fig.get_figheight()
    left = 0.34 if wide else 0.02
    top = 0.06 + (marks.HEAD if headed else 0.0)
    below = 0.28 + (marks.FOOT if headed else 0.0)
    ax = fig.add_axes((left, below / height, 0.985 - left, 1 - (top + below) / height))
    ax.axvline(50, color=fg.INK, linewidth=0.9, zorder=1)
    words = []
    reach = 8.0
    for y, duel in enumerate(duels):
        one, other = told.in_order(duel)
        names = [fg.clean(name(race, x["contender"]), 20) for x in (one, other)]
        wins = [phrases.percent(duel["p_first"][x["contender"]]) for x in (one, other)]
        # the one named first is drawn to the right: the further, the more votes
        ax.plot([one["lo95"], one["hi95"]], [y, y], color=fg.FOCUS, linewidth=1.0)
        ax.plot([one["lo80"], one["hi80"]], [y, y], color=fg.FOCUS, linewidth=3.2)
        ax.plot([one["mean"]], [y], "o", color=fg.FOCUS, markersize=5.6, zorder=4)
        reach = max(reach, abs(one["hi95"] - 50), abs(one["lo95"] - 50))
        inside: Any = ("axes fraction", "data")
        _write(ax, inside, (0.0, y - 0.36), f"{names[1]} wins {wins[1]}", "left")
        _write(ax, inside, (1.0, y - 0.36), f"{names[0]} wins {wins[0]}", "right")
        meet = f"meet {phrases.percent(duel['p_meet'])}"
        told_of = f"{meet} · {phrases.count(duel['polls'], 'poll')}"
        if wide:
            place: Any = (fig.transFigure, "data")
            _write(ax, place, (0.012, y - 0.26), f"{names[0]}, {names[1]}", "left", weight="bold")
            _write(ax, place, (0.012, y + 0.12), told_of, "left", color=fg.MUTED)
        else:
            _write(ax, inside, (0.0, y - 0.62), told_of, "left", color=fg.MUTED)
        words.append(
            f"{told.pair(race, [one['contender'], other['contender']])}: {meet}; {names[0]} "
            f"{phrases.number(one['mean'])} ({phrases.number(one['lo90'])} to "
            f"{phrases.number(one['hi90'])}), wins {wins[0]}, {names[1]} wins {wins[1]}"
        )
    ax.set_xlim(50 - 1.08 * reach, 50 + 1.08 * reach)
    ax.set_ylim(len(duels) - 0.7, -0.6 if wide else -0.8)
    marks.rows(ax)
    ax.xaxis.get_major_locator().set_params(nbins=7 if wide else 5, integer=True)
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:.0f}%")
    title = f"{race.campaign.title}: run-off on {day}"
    return title, f"{title}, if the two meet; per cent with 90% intervals. {'; '.join(words)}."


def _write(
    ax: fg.Axes,
    coords: Any,
    place: tuple[float, float],
    text: str,
    align: str,
    *,
    color: str = fg.INK,
    weight: str = "normal",
) -> None:
    ax.annotate(
        text,
        xy=place,
        xycoords=coords,
        ha=align,
        va="center_baseline",
        fontsize=8,
        color=color,
        weight=weight,
        annotation_clip=False,
    )
