"""One chart of the message: each issue's share by side with its 90% interval."""

from __future__ import annotations

from pathlib import Path

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

    sides = list(dict.fromkeys(x.contender for x in found.lines))
    figure = Figure(figsize=(7, 0.9 + 0.28 * len(found.issues) * max(1, len(sides))))
    axes = figure.add_subplot()
    step = 0.8 / max(1, len(sides))
    for j, who in enumerate(sides):
        contender = found.campaign.contender(who)
        rows = [x for x in found.lines if x.contender == who]
        at = [[i.id for i in found.issues].index(x.issue) + (j + 0.5) * step - 0.4 for x in rows]
        mean = [x.salience.share for x in rows]
        low = [x.salience.share - x.salience.lo90 for x in rows]
        high = [x.salience.hi90 - x.salience.share for x in rows]
        axes.errorbar(
            mean, at, xerr=[low, high], fmt="o", color=contender.colour or f"C{j}",
            label=contender.name, capsize=2,
        )  # fmt: skip
    axes.set_yticks(range(len(found.issues)), [i.name for i in found.issues])
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel("per cent of sentences, with 90% interval over texts")
    axes.set_title(f"{found.campaign.title}: what each side spoke of", loc="left", fontsize=10)
    axes.legend(frameon=False, fontsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    with mpl.rc_context({"svg.hashsalt": "comparenotes"}):
        figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    return path
