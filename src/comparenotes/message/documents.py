"""A document: one text of one contender, and what its file or row says of it.

What is not the speaker's (markup, stage marks, in a labelled transcript what others say)
is blanked in place, so that offsets stay those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from io import StringIO
from pathlib import Path

from comparenotes.campaigns.model import Campaign
from comparenotes.message.sentences import blank

KINDS = ("speech", "manifesto", "debate", "ad", "post", "other")
MAX_FRONT = 4_000
"""The front matter of a text file may have so many characters."""
_SLICE = 1 << 20

_FRONT = re.compile(
    rf"\A---[ \t]*\r?\n(?:(.{{0,{MAX_FRONT}}}?)\r?\n)??---[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_BEGUN = re.compile(r"\A---[ \t]*\r?\n[ \t]*(?:contender|party|speaker|date|kind|source)[ \t]*:")
_DATED_NAME = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_LABEL = re.compile(
    r"^[ \t]*([A-Z][A-Z .,'’-]{1,40}|[A-Z][\w.'’-]{1,40}(?: [A-Z][\w.'’-]{1,40}){0,3}):(?=\s)",
    re.M,
)
_SPACE = re.compile(r"\s")


@dataclass
class Document:
    """One text of one contender."""

    text: str
    file: str
    row: int = 0
    contender: str | None = None
    speaker: str | None = None
    date: date | None = None
    kind: str = "other"
    source: str | None = None
    part_of: str | None = None  # rows of a table with one value here are one document
    origin: Path | None = None


def front_matter(text: str) -> tuple[dict[str, str], str] | None:
    """Return the front matter's values and the text with it blanked; None if it never ends."""
    found = _FRONT.match(text)
    if found is None:
        return None if _BEGUN.match(text) else ({}, text)
    values = {}
    for line in (found.group(1) or "").splitlines():
        key, _, value = line.partition(":")
        values[key.strip().lower()] = value.strip().strip("\"'")
    return values, " " * found.end() + text[found.end() :]


def own_words(doc: Document, named: Callable[[str], str | None]) -> str:
    """Return the text with all that is not the contender's blanked: the same length.

    ``named`` tells which contender a speaker's label means.
    """
    text = blank(doc.text)
    if doc.kind == "manifesto" or ":" not in text:
        return text
    heard = False
    for n, m in enumerate(_LABEL.finditer(text)):
        heard = heard or named(m.group(1)) == doc.contender
        if n and heard:
            break
    else:  # no transcript, or not one in which the contender speaks
        return text
    out, at, mine = StringIO(), 0, True
    for m in _LABEL.finditer(text):
        out.write(text[at : m.start()] if mine else " " * (m.start() - at))
        out.write(" " * (m.end() - m.start()))
        mine, at = named(m.group(1)) == doc.contender, m.end()
    out.write(text[at:] if mine else " " * (len(text) - at))
    return out.getvalue()


def mark_of(doc: Document) -> int:
    """Return a 64-bit digest of a text's contender and words; spaces do not count."""
    digest = blake2b(f"{doc.contender}\0".encode(errors="replace"), digest_size=8)
    text, at, between = doc.text, 0, b""
    while at < len(text):  # by slices: the words of a long text would take much memory
        cut = _SPACE.search(text, at + _SLICE) if len(text) - at > _SLICE else None
        end = cut.start() if cut else len(text)
        words = " ".join(text[at:end].split())
        if words:
            digest.update(between + words.encode(errors="replace"))
            between = b" "
        at = end
    return int.from_bytes(digest.digest(), "little")


def date_in(name: str) -> str:
    """Return the day in a file's name, written YYYY-MM-DD, or nothing."""
    m = _DATED_NAME.search(name)
    return f"{int(m[1]):04d}-{int(m[2]):02d}-{int(m[3]):02d}" if m else ""


def read_date(value: str | None, campaign: Campaign) -> date | None:
    """Read a date; a year alone is the eve in the year of polling day, else its last day.

    The year of the last election alone (a manifesto) is that election's day: the text is of
    the last campaign, and not of this one.
    """
    if not value:
        return None
    try:
        if re.fullmatch(r"\d{4}", value):
            eve, year = campaign.eve(), int(value)
            last = campaign.previous_election()
            if year == campaign.election_date.year:
                return eve
            return last if last is not None and year == last.year else date(year, 12, 31)
        m = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", value)
        if m:
            return date(int(m[3]), int(m[2]), int(m[1]))
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
