"""A document: one text of one contender, and what its file or row says of it.

What is not the speaker's (markup, stage marks, in a labelled transcript what others say)
is blanked in place, so that offsets stay those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from io import StringIO
from pathlib import Path

from comparenotes.message.sentences import blank, unmarked
from comparenotes.message.turns import mine, turns_of

TEXT_KINDS = ("speech", "manifesto", "debate", "ad", "post", "convention", "other")
GENRES: Mapping[str, str] = {
    "convention": "convention", "conference": "convention", "manifesto": "manifesto",
    "platform": "manifesto", "programme": "manifesto", "debate": "debate", "tweet": "post",
    "post": "post", "speech": "speech", "remark": "speech", "rally": "speech", "address": "speech",
    "keynote": "speech", "ad": "ad", "advert": "ad",
}  # fmt: skip
"""Word of a name or of a column ``kind`` (or its plural) to the genre of the texts."""
MAX_FRONT = 4_000
"""The front matter of a text file may have so many characters."""
_SLICE = 1 << 20

_FRONT = re.compile(
    rf"\A---[ \t]*\r?\n(?:(.{{0,{MAX_FRONT}}}?)\r?\n)??---[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_BEGUN = re.compile(r"\A---[ \t]*\r?\n[ \t]*(?:contender|party|speaker|date|kind|source)[ \t]*:")
_WORDS = re.compile(r"[a-z]+")
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
    unreadable: bool = False  # a date is given, and is none
    apart: bool = False  # what others said is not in it


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


def own_words(doc: Document, named: Callable[[str], str | None]) -> str | None:
    """Return the text with all that is not the contender's blanked: the same length.

    ``named`` tells which contender a speaker's label means. None where the text is a
    transcript in which nobody can be told to be the contender.
    """
    text = blank(doc.text)
    if doc.apart or doc.kind == "manifesto" or not (":" in text or "\n" in doc.text):
        return text
    turns = turns_of(unmarked(doc.text), doc.contender, doc.speaker, named)
    own = mine(turns, doc.kind, len(text))
    if own is None:
        return text
    if not any(own):
        return None
    out, at, speaking = StringIO(), 0, all(own)  # what stands before the first label is nobody's
    for turn, is_own in zip(turns, own, strict=True):
        out.write(text[at : turn.start] if speaking else " " * (turn.start - at))
        out.write(" " * (turn.end - turn.start))
        speaking, at = is_own, turn.end
    out.write(text[at:] if speaking else " " * (len(text) - at))
    return out.getvalue()


def kind_in(words: str) -> str | None:
    """Return the genre that a name, or a cell ``kind``, holds a word of; None without one."""
    found: list[str] = _WORDS.findall(words.lower())
    stems = {*found, *(w.removesuffix("es") for w in found), *(w.removesuffix("s") for w in found)}
    return next((k for w, k in GENRES.items() if w in stems), None)


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
