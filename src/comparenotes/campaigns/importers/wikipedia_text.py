"""Cells of Wikipedia poll tables: footnotes, shares, samples, firms."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_CELL = 2000
"""Longest cell text looked at, in characters: longer ones are cut."""

_CSS = re.compile(
    r"(?:\.mw-parser-output[^{}]{0,300}|@media[^{}]{0,300}\{[^{}]{0,300})\{[^{}]{0,600}\}+"
)
_FOOTNOTE = re.compile(r"\[[^\[\]]{0,60}\]")
_ARCHIVED = re.compile(
    r"Archived \d{1,2} \w{3,9} \d{4} at the Wayback Machine", flags=re.IGNORECASE
)
_SPACE = re.compile(r"[^\S\n]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))

_NUMBER = re.compile(
    r"(?P<below><\s*)?(?P<low>\d{1,3}(?:\.\d{1,4}|,\d{1,2})?)(?![\d.]|,\d)\s*%?"
    r"(?:\s*-\s*(?P<high>\d{1,3}(?:\.\d{1,4}|,\d{1,2})?)\s*%?)?"
)
_PART = re.compile(
    r"(?P<name>[^\W\d][^\d%<\n:]{0,60}?)(?:\s+on)?\s*:?\s*(?P<share><?\s?\d{1,2}(?:\.\d{1,3}|,\d{1,2})?)\s*%"
)
_COUNT = re.compile(r"\d{1,3}(?:[,.\s]\d{3})+(?!\d)|\d+")
_LEAD_ONLY = re.compile(r"^(tie|tied|hung|even)\b", flags=re.IGNORECASE)

MISSING_SHARE = re.compile(
    r"^(?:[-*?]|n/?a|-?\s*n/?a|tb[ac]|did not exist|not (?:asked|included|reported|published)"
    r"|with .{1,40}|in .{1,40}|as .{1,40})?$",
    flags=re.IGNORECASE,
)
"""Cells that say: this poll does not report that party."""


def clean(text: str) -> str:
    """Return a cell's text without style sheets, footnote marks and archive notes.

    Line breaks are kept; other white space is folded.
    """
    text = unicodedata.normalize("NFC", text[:MAX_CELL])
    if "{" in text:
        text = _CSS.sub("", text)
    text = _ARCHIVED.sub("", _FOOTNOTE.sub("", text)).replace("\xad", "").replace("\u200b", "")
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """Return ``text`` on a single line."""
    return " ".join(text.split())


def parse_number(text: str) -> float | None:
    """Return '43%', '43,5', '<1' (= half of it), '10–12%' (= the middle); None if neither."""
    text = one_line(clean(text)).translate(_DASHES)
    match = _NUMBER.match(text)
    if match is None:
        return None
    low = _decimal(match["low"])
    if match["below"]:
        return low / 2
    return (low + _decimal(match["high"])) / 2 if match["high"] else low


def _decimal(text: str) -> float:
    # A comma with one or two digits behind it is no thousands separator.
    return float(text.replace(",", "."))


def parse_parts(text: str) -> tuple[float | None, dict[str, float]]:
    """Return a total and its named parts: '3%\\nAlba 1%\\nOther 2%' -> 3, {Alba: 1, Other: 2}."""
    text = clean(text).translate(_DASHES)
    total = parse_number(text)
    if total is None:
        return None, {}
    head = _NUMBER.match(one_line(text))
    rest = text[head.end() :] if head and "\n" not in text[: head.end()] else text
    parts: dict[str, float] = {}
    for match in _PART.finditer(rest):
        share = parse_number(match["share"])
        if share is not None:
            name = match["name"].strip(" ,;()")
            parts[name] = parts.get(name, 0.0) + share
    return total, parts


def parse_sample(text: str) -> int | None:
    """Return the first whole number of '2,287', '274 (oversample)', '1 021'; None if none."""
    match = _COUNT.search(clean(text))
    if match is None:
        return None
    digits = re.sub(r"\D", "", match[0])
    return int(digits) if 0 < len(digits) <= 8 and int(digits) >= 20 else None


_POPULATION = re.compile(r"\(\s*(LV|RV|A|V)\s*\)|(?<=\d )(LV|RV)\b", flags=re.IGNORECASE)


def parse_population(text: str) -> str | None:
    """Return the population of '1,000 (LV)' in lower case; None where it is not said."""
    match = _POPULATION.search(text)
    return (match[1] or match[2]).lower() if match else None


@lru_cache(maxsize=50_000)  # tables repeat their cells
def is_missing(text: str) -> bool:
    """Return whether a share cell says 'not reported'."""
    plain = one_line(clean(text)).translate(_DASHES).strip()
    return bool(MISSING_SHARE.match(plain) or _LEAD_ONLY.match(plain))


def split_firm(text: str) -> tuple[str, str | None]:
    """Return 'ICM/The Guardian' as firm and client."""
    firm, _, client = text.partition("/")
    return firm.strip(), client.strip() or None


_MODE = re.compile(r"\s*\((MRP|SRP|online|phone|telephone)\)", flags=re.IGNORECASE)
_ASIDE = re.compile(r"\s*\((?:unpublished|alleged|private|leaked)\)", flags=re.IGNORECASE)


def split_mode(text: str) -> tuple[str, str | None]:
    """Return 'YouGov (MRP)' as name and mode."""
    match = _MODE.search(text)
    name = _ASIDE.sub("", _MODE.sub("", text)).strip(" -–")
    return name, match[1].lower() if match else None
