"""What a page is made of: data for the page and its JSON twin, and drawings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOST_RENDERED = 4
"""Addresses under which the same page is kept as text."""


@dataclass(frozen=True, eq=False)
class Made:
    """A page before it is rendered; ``rendered`` keeps the finished text by address."""

    data: dict[str, Any]
    drawn: dict[str, Any] = field(default_factory=dict)
    rendered: dict[str, bytes] = field(default_factory=dict)

    def keep(self, address: str, text: bytes) -> bytes:
        """Keep a rendered page and return it."""
        if len(self.rendered) < MOST_RENDERED:
            self.rendered[address] = text
        return text
