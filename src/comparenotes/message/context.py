"""The words that set sides apart, each with a sentence in which its side said it.

A second pass over the texts: the terms are known only once all have been counted.
Quotes come from the user's own files when asked for, and are kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.message.contrast import Term, contrast
from comparenotes.message.report import Message
from comparenotes.message.texts import Corpus

TOP = 8
"""Terms a side."""
Z95 = 1.96
"""Terms with a smaller z are within what chance does and are not shown."""
SHORTEST, LONGEST = 40, 320
"""Characters of a sentence that is quoted, if there is one of that length."""


@dataclass(frozen=True)
class Said:
    """A distinctive term of a side, and where it stands in its texts."""

    contender: str
    term: str
    count: int
    others: int
    z: float
    text: str | None = None
    file: str | None = None
    row: int | None = None
    start: int | None = None
    end: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


def texts_of(campaign: Campaign) -> tuple[Path, ...]:
    """Return where a campaign's texts are; empty where there are none."""
    if campaign.texts:
        return campaign.texts
    own = campaign.folder / "texts" if campaign.folder is not None else None
    return (own,) if own is not None and own.is_dir() else ()


def contrast_in_context(found: Message, top: int = TOP) -> list[Said]:
    """Return each side's ``top`` terms with a quote; empty where no words were counted.

    ``found`` must have been made with ``words=True`` from texts that are still there.
    """
    ranked = contrast(found.words, 6 * top) if found.words else {}
    terms = {side: _distinct(own)[:top] for side, own in ranked.items()}
    quotes = _quotes(found.campaign, found.as_of, terms)
    return [
        Said(side, t.term, t.count, t.others, t.z, **quotes.get((side, t.term), {}))
        for side, own in terms.items()
        for t in own
    ]


def _distinct(ranked: Sequence[Term]) -> list[Term]:
    """Return the terms beyond chance, without those that share a word with a stronger one."""
    out: list[Term] = []
    told: set[str] = set()
    for t in ranked:
        words = set(t.term.split())
        if t.z >= Z95 and not words & told:
            out.append(t)
            told |= words
    return out


def _pattern(term: str) -> str:
    """Return a pattern for whole words with no other word between them, as they are counted."""
    return r"(?i)(?:^|[^\pL])" + r"[^\pL]+".join(map(re.escape, term.split())) + r"(?:[^\pL]|$)"


def _quotes(
    campaign: Campaign, day: date, terms: Mapping[str, Sequence[Term]]
) -> dict[tuple[str, str], dict[str, Any]]:
    left = {(side, t.term) for side, own in terms.items() for t in own}
    out: dict[tuple[str, str], dict[str, Any]] = {}
    fallback: dict[tuple[str, str], dict[str, Any]] = {}
    if not left:
        return out
    for chunk in Corpus(texts_of(campaign), campaign, day).chunks():
        size = pl.col("text").str.len_chars()
        by_side = {side: chunk.filter(pl.col("contender") == side) for side in {s for s, _ in left}}
        for side, term in sorted(left):
            own = by_side[side].filter(pl.col("text").str.contains(_pattern(term)))
            fits = own.filter(size.is_between(SHORTEST, LONGEST)).head(1)
            for row in fits.select("text", "file", "row", "start", "end").to_dicts():
                out[side, term] = row
                left.discard((side, term))
            if (side, term) not in out and not own.is_empty():
                first = own.head(1).select("text", "file", "row", "start", "end")
                fallback.setdefault((side, term), first.to_dicts()[0])
        if not left:
            break
    return fallback | out
