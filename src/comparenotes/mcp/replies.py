"""The form of every reply: what was found, as of which day, from which sources.

Every reply is one JSON object with the same frame::

    tool, as_of, sources, intervals, cut, result

``intervals`` says how the numbers are to be read; ``cut`` lists what was shortened
and by how much, so that a short reply is never taken for the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from comparenotes.brief.plain import plain

NINETY = (
    "lo90 and hi90 bound the central 90% interval of the estimate beside them (lo80, hi80, "
    "lo95, hi95 likewise); a number without an interval is a count, a date or an observed value"
)


@dataclass
class Cut:
    """The account of what a reply leaves out for length.

    Attributes
    ----------
    rows
        The longest list a reply may hold.
    """

    rows: int
    made: list[dict[str, Any]] = field(default_factory=list)

    def head(self, name: str, items: Sequence[Any]) -> list[Any]:
        """Return the first rows of a list and note what is not shown."""
        return self.note(name, list(items[: self.rows]), len(items))

    def both(self, name: str, items: Sequence[Mapping[str, Any]], by: str) -> list[Any]:
        """Return the first rows so that ``by`` true and false (winners, losers) both show.

        Each outcome gets half of the room, and what the other does not use; the order
        stays as it was.
        """
        if len(items) <= self.rows:
            return list(items)
        yes = [i for i, x in enumerate(items) if x[by] is True]
        no = [i for i, x in enumerate(items) if x[by] is False]
        half = self.rows // 2
        room = max(half, self.rows - len(no))
        kept = yes[:room]
        kept += no[: self.rows - len(kept)]
        return self.note(name, [items[i] for i in sorted(kept)], len(items))

    def note(self, name: str, shown: list[Any], whole: int) -> list[Any]:
        """Return ``shown``, having noted that the list has ``whole`` items."""
        if len(shown) < whole:
            self.made.append({"list": name, "shown": len(shown), "of": whole})
        return shown


def reply(
    tool: str,
    as_of: date,
    sources: Iterable[str],
    result: Mapping[str, Any],
    cut: Cut,
    intervals: str = NINETY,
) -> dict[str, Any]:
    """Return the reply of a tool.

    Raises
    ------
    ValueError
        If there is no source: such a reply may not leave.
    """
    named = list(dict.fromkeys(s for s in sources if s))
    if not named:
        raise ValueError(f"a reply of {tool} has no source")
    return {
        "tool": tool,
        "as_of": as_of.isoformat(),
        "sources": named,
        "intervals": intervals,
        "cut": cut.made,
        "result": plain(result),
    }
