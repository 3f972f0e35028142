"""What a reader sees on a page, and the numbers in it; the numbers in a JSON document."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date
from functools import cached_property
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "img", "br", "hr", "input", "link", "path", "use", "option"}
HIDDEN = {"style", "script", "svg", "title", "option", "textarea", "head"}
NUMBER = re.compile(r"(?<![\w.])[−+-]?\d[\d,]*(?:\.\d+)?")

_SENTENCES = """
    claim details reasons reasons_line lede interval caption lead_sentence event_sentences cite
    poll_age why_grade past_rate hit_rate outcomes fact_rows sections would_change formula caveats
    why note headline failures sentence bare elected reaches majority_label members about bins
"""
SENTENCES = frozenset(_SENTENCES.split())
"""Keys whose text is written from numbers: a number that stands only there does not count.

Nor do the many ranges a distribution is drawn from.
"""

LEVELS = (80, 90, 95, 99)
WINDOWS = (1, 5, 14, 21, 28, 30)
THRESHOLDS = (10, 15, 1995)
CONSTANTS = frozenset(map(float, LEVELS + WINDOWS + THRESHOLDS))
"""What sentences say of the method: levels of intervals, windows in days, thresholds, and the
year from which nearness is tested."""


class Visible(HTMLParser):
    """Collects the text a reader sees, chart descriptions among it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.parts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.stack.append(tag)
        if tag in ("p", "td", "th", "li", "h1", "h2", "h3", "dd", "dt", "desc", "div"):
            self.parts.append(" | ")

    def handle_endtag(self, tag: str) -> None:
        while self.stack and tag not in VOID:
            if self.stack.pop() == tag:
                break

    def handle_data(self, data: str) -> None:
        if "desc" in self.stack or not HIDDEN & set(self.stack):
            self.parts.append(data)


def seen(html: str) -> str:
    return " ".join("".join(Visible(html).parts).split())


def numbers(text: str) -> list[tuple[float, int]]:
    """Return each number with its printed digits; a hyphen between digits is no sign."""
    out = []
    for match in NUMBER.finditer(text):
        raw = match.group(0).replace(",", "").replace("−", "-")
        digits = len(raw.partition(".")[2])
        out.append((abs(float(raw)), digits))
    return out


class Known:
    """The numbers of a JSON document: its numeric leaves, days, and numbers in names."""

    def __init__(self, document: Any) -> None:
        self.values: set[float] = set(CONSTANTS)
        self._walk(document, "")

    def _walk(self, value: Any, key: str) -> None:
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, int | float):
            self.values.add(abs(float(value)))
        elif isinstance(value, str):
            if key not in SENTENCES:
                self._text(value)
        elif isinstance(value, dict):
            for k, v in value.items():
                if k not in SENTENCES:
                    self._text(k)
                    self._walk(v, k)
        else:
            self.values.add(float(len(value)))  # a list's length is a count
            for v in value:
                self._walk(v, key)

    def _text(self, text: str) -> None:
        try:
            d = date.fromisoformat(text)
            self.values |= {float(d.day), float(d.year), float(d.month)}
        except ValueError:
            self.values |= {v for v, _ in numbers(text)}

    def _near(self, value: float, near: float, among: list[float]) -> bool:
        at = bisect_left(among, value - near)
        return at < len(among) and among[at] <= value + near

    @cached_property
    def _sorted(self) -> list[float]:
        return sorted(self.values)

    @cached_property
    def _chances(self) -> list[float]:
        """Return probabilities in per cent, and those of the opposite."""
        found = [100 * x for x in self.values if x <= 1]
        return sorted([*found, *(100 - x for x in found)])

    def holds(self, value: float, digits: int) -> bool:
        """Return whether ``value``, printed with ``digits`` decimals, is one of these."""
        near = 0.5 * 10**-digits + 1e-9
        if self._near(value, near, self._sorted):
            return True
        return digits == 0 and self._near(value, near, self._chances)


def strangers(html: str, document: Any) -> list[str]:
    """Return the numbers a page shows that its JSON does not hold, with what is around them."""
    text = seen(html)
    known = Known(document)
    out = []
    for match in NUMBER.finditer(text):
        raw = match.group(0).replace(",", "").replace("−", "-")
        digits = len(raw.partition(".")[2])
        if not known.holds(abs(float(raw)), digits):
            around = text[max(0, match.start() - 40) : match.end() + 20]
            out.append(f"{match.group(0)} in «{around}»")
    return out
