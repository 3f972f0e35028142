"""The one writer of the documentation's tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def markdown(head: Sequence[str], rows: Iterable[Sequence[object]], right: str = "") -> str:
    """Return a Markdown table; columns named in ``right`` (by position) align right."""
    marks = ["--:" if str(i) in right.split() else "---" for i in range(len(head))]
    lines = [list(head), marks, *([_cell(v) for v in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return " ".join(text.replace("|", "\\|").split())
