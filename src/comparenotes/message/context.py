"""The words that set sides apart, each with a sentence in which its side said it.

A second pass over the texts: the terms are known only once all have been counted.
Quotes come from the user's own files when asked for, and are kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.message.contrast import Term, contrast, distinct, says
from comparenotes.message.dating import dated_chunks
from comparenotes.message.report import Message
from comparenotes.normal import Z95

TOP = 8
"""Terms a side."""
"""Terms with a smaller z are within what chance does and are not shown."""
SHORTEST, LONGEST = 40, 320
"""Characters of a sentence that is quoted, if there is one of that length."""


QUOTED = 2
"""So many sentences a term, of different texts where there are two."""


@dataclass(frozen=True)
class Said:
    """A distinctive term of a side, and where it stands in its texts.

    ``text`` and the place after it are those of the first of ``quotes``.
    """

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
    quotes: tuple[Mapping[str, Any], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self) | {"quotes": [dict(q) for q in self.quotes]}


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
    ranked = contrast(found.words, 12 * top) if found.words else {}
    terms = {
        side: distinct([t for t in own if t.z >= Z95 and says(t.term)], found.words[side])[:top]
        for side, own in ranked.items()
    }
    quotes = _quotes(found, terms)
    return [
        Said(side, t.term, t.count, t.others, t.z, **_first(quotes.get((side, t.term), ())))
        for side, own in terms.items()
        for t in sorted(own, key=lambda t: (-t.z, t.term))
    ]


def _first(quotes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {**quotes[0], "quotes": tuple(quotes)} if quotes else {}


def _pattern(term: str) -> str:
    """Return a pattern for whole words with no other word between them, as they are counted."""
    return r"(?i)(?:^|[^\pL])" + r"[^\pL]+".join(map(re.escape, term.split())) + r"(?:[^\pL]|$)"


def _quotes(
    found: Message, terms: Mapping[str, Sequence[Term]]
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return up to two sentences a term, of readable length where there are any."""
    left = dict.fromkeys((side, t.term) for side, own in terms.items() for t in own)
    good: dict[tuple[str, str], dict[int, dict[str, Any]]] = {k: {} for k in left}
    fallback: dict[tuple[str, str], dict[str, Any]] = {}
    if not left:
        return {}
    place = ("text", "file", "row", "start", "end")
    for chunk in dated_chunks(found.paths, found.campaign, found.as_of):
        size = pl.col("text").str.len_chars()
        by_side = {side: chunk.filter(pl.col("contender") == side) for side, _ in left}
        for side, term in sorted(left):
            own = by_side[side].filter(pl.col("text").str.contains(_pattern(term)))
            if own.is_empty():
                continue
            fits = own.filter(size.is_between(SHORTEST, LONGEST))
            for row in fits.unique("document", keep="first", maintain_order=True).to_dicts():
                if all(row["text"] != q["text"] for q in good[side, term].values()):
                    good[side, term].setdefault(row["document"], {k: row[k] for k in place})
                if len(good[side, term]) >= QUOTED:
                    left.pop((side, term))
                    break
            fallback.setdefault((side, term), own.select(place).row(0, named=True))
        if not left:
            break
    return {k: list(v.values())[:QUOTED] or [fallback[k]] for k, v in good.items()
            if v or k in fallback}  # fmt: skip
