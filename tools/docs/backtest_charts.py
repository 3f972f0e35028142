"""The pictures of docs/backtest.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.brief import figure as fg

LINES = (
    ("mae", "Compare Notes", fg.FOCUS, "-", 2.0),
    ("base_mae", "mean of the last 14 days", fg.RIVAL, "-", 1.4),
    ("base_firms_mae", "last poll of each firm", fg.THIRD, (0, (5, 1.6)), 1.2),
    ("base_last_mae", "last result", fg.FOURTH, ":", 1.4),
)
"""Column, name, colour, dash and width of the lines of the error chart."""


FEW = 5
"""Bins with fewer statements are not drawn."""


def error(by_horizon: pl.DataFrame, path: Path) -> str:
    """Draw the error by days to go; return what it shows in words."""
    days = by_horizon["horizon"].to_list()
    at = list(range(len(days)))
    with fg.drawing(6.4, 3.2) as fig:
        ax = fig.add_axes((0.08, 0.14, 0.62, 0.74))
        ends = [float(by_horizon[c][-1]) for c, *_ in LINES]
        labels = fg.spread(ends, 0.28, 0.0, max(ends) + 0.5)
        for (column, name, colour, dash, width), y in zip(LINES, labels, strict=True):
            ax.plot(at, by_horizon[column].to_list(), color=colour, ls=dash, lw=width)
            ax.text(at[-1] + 0.15, y, name, color=colour, va="center", fontsize=7.5)
        ax.set_xticks(at, [str(d) for d in days])
        ax.set_xlim(-0.2, at[-1] + 0.1)
        ax.set_ylim(0)
        ax.set_xlabel("days to polling day", fontsize=7.5)
        ax.set_title("Mean error per contender, percentage points", loc="left", fontsize=8.5)
        fg.dress(ax)
        alt = "; ".join(
            f"{name}: {', '.join(f'{v:.2f}' for v in by_horizon[column])}"
            for column, name, *_ in LINES
        )
        alt = f"Error in points at {', '.join(map(str, days))} days to go. {alt}."
        fg.save(fig, path, "error", "Error by days to go", alt)
    return alt


def coverage(by_horizon: pl.DataFrame, path: Path) -> str:
    """Draw how many results lie inside 50, 80, 90 and 95% intervals; return it in words."""
    days = by_horizon["horizon"].to_list()
    at = list(range(len(days)))
    with fg.drawing(6.4, 2.9) as fig:
        ax = fig.add_axes((0.08, 0.16, 0.8, 0.7))
        ax.axhspan(86, 94, color=fg.GRID, lw=0)
        for level, colour in ((50, fg.FOURTH), (80, fg.THIRD), (90, fg.FOCUS), (95, fg.RIVAL)):
            y = [100 * v for v in by_horizon[f"in{level}"]]
            ax.axhline(level, color=colour, lw=0.7, ls=":")
            ax.plot(at, y, color=colour, lw=1.6 if level == 90 else 1.0, marker="o", ms=3)
            ax.text(at[-1] + 0.3, level, f"{level}%", color=colour, va="center", fontsize=7.5)
        low = [100 * v for v in by_horizon["in90_lo"]]
        high = [100 * v for v in by_horizon["in90_hi"]]
        ax.vlines(at, low, high, color=fg.FOCUS, lw=1.0)
        ax.set_xticks(at, [str(d) for d in days])
        ax.set_xlim(-0.3, at[-1] + 0.2)
        ax.set_ylim(30, 102)
        ax.set_xlabel("days to polling day", fontsize=7.5)
        ax.set_title(
            "Results inside the interval, per cent (dotted: as promised; bars: 90% interval)",
            loc="left",
            fontsize=8.5,
        )
        fg.dress(ax)
        alt = "; ".join(
            f"{level}%: {', '.join(f'{100 * v:.0f}' for v in by_horizon[f'in{level}'])}"
            for level in (50, 80, 90, 95)
        )
        alt = f"Per cent of results inside, at {', '.join(map(str, days))} days to go. {alt}."
        fg.save(fig, path, "coverage", "Coverage by days to go", alt)
    return alt


def reliability(panels: list[tuple[str, pl.DataFrame]], path: Path) -> str:
    """Draw stated probability against what came true, one panel a table; return it in words."""
    words = []
    with fg.drawing(6.4, 3.2) as fig:
        wide = 0.92 / len(panels)
        for k, (title, every) in enumerate(panels):
            bins = every.filter(pl.col("cases") >= FEW)
            ax = fig.add_axes((0.07 + k * wide, 0.15, wide - 0.09, 0.7))
            _diagonal(ax, bins)
            ax.set_title(title, loc="left", fontsize=8.0, pad=12)
            ax.set_xlabel("said, per cent", fontsize=7.5)
            if k == 0:
                ax.set_ylabel("came true, per cent", fontsize=7.5)
            words.append(
                f"{title}: "
                + ", ".join(
                    f"said {100 * r['p']:.0f}%, came true {100 * r['happened']:.0f}% "
                    f"({r['cases']} cases)"
                    for r in bins.to_dicts()
                )
            )
        alt = ". ".join(words) + "."
        fg.save(fig, path, "reliability", "Are the probabilities right?", alt)
    return alt


def _diagonal(ax: Any, bins: pl.DataFrame) -> None:
    p = [100 * v for v in bins["p"]]
    y = [100 * v for v in bins["happened"]]
    ax.plot([0, 100], [0, 100], color=fg.MUTED, lw=0.8, ls=":")
    ax.vlines(p, [100 * v for v in bins["lo90"]], [100 * v for v in bins["hi90"]],
              color=fg.FOCUS, lw=1.0)  # fmt: skip
    ax.plot(p, y, color=fg.FOCUS, lw=1.2, marker="o", ms=3.5)
    for x, v, n in zip(p, y, bins["cases"], strict=True):
        right = v < 55
        ax.annotate(
            f"{n:,}",
            (x, v),
            xytext=(5 if right else -5, (2 if v < 4 else -8) if right else 6),
            textcoords="offset points",
            ha="left" if right else "right",
            fontsize=6.5,
            color=fg.MUTED,
        )
    ax.set_xlim(-3, 103)
    ax.set_ylim(-3, 103)
    fg.dress(ax)
