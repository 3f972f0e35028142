"""Lines that only the width of a page ended: their ends are spaces, not ends of sentences.

A blank line, a stop at the end of a line, a heading or a list's sign end a sentence. A line
before a lower-case word does not, nor does one that is as full as the page is wide (as
PDF-to-text and mail have them): the next word would not have fitted.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from comparenotes.message.turns import LABEL, TIME

WIDEST, NARROWEST = 160, 30
"""A wrapped text has lines of at most and at least so many characters."""
CARRIED = 0.25
"""In a wrapped text so many of its open line ends stand before a lower-case word."""
_ABBREVIATED = re.compile(
    r"(?:^|\s)(?:Mr|Mrs|Ms|Dr|Prof|Gov|Sen|Rep|Gen|St|No|vs|e\.g|i\.e|[A-Z])\.$"
)
_SIGN = re.compile(r"\s*(?:[-*•·▪◦–—>#|+]|\d{1,3}[.)]\s|\(?[a-z0-9]{1,2}\)\s)")
_TIME_LINE = re.compile(rf"\s*(?:{TIME}(?:\s*-->\s*{TIME})?\s*)\Z")
_CLOCK = re.compile(r"[(\[]\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[)\]]")
_WORDS = re.compile(r"[A-Za-z]{4,40}")
_CUT = re.compile(r"-[ \t]*\r?\n")
_HYPHEN = re.compile(r"(?<!\w)([A-Za-z]{2,20})-[ \t]*\r?\n[ \t]*([a-z]{2,20})(?!\w)")
_ENDING = re.compile(
    r"[a-z]{0,4}(?:tions?|tional|sions?|ments?|mental|ness|ity|ities|ances?|ences?|ally|ably)"
)
_FIRST = re.compile(r"\s*(\S+)")


def unwrapped(text: str) -> str:
    """Return ``text`` with times and the ends of wrapped lines as spaces: the same length."""
    if ":" in text and ("[" in text or "(" in text):
        text = _CLOCK.sub(lambda m: " " * len(m[0]), text)
    if "\n" not in text.strip():
        return text
    if _CUT.search(text):
        words = set(_WORDS.findall(text))
        text = _HYPHEN.sub(lambda m: _rejoined(m, words), text)
    lines = text.splitlines(keepends=True)
    width = _width(lines)
    out, after = [], ""
    for line in reversed(lines):
        body = line.rstrip("\r\n")
        if ":" in body and _TIME_LINE.match(body):
            # A caption's time stands between two halves of a sentence.
            out.append(" " * len(line))
            continue
        goes_on = body.strip() and len(body) < len(line) and _goes_on(body, after, width)
        out.append(body + " " * (len(line) - len(body)) if goes_on else line)
        after = line
    return "".join(reversed(out))


def _rejoined(m: re.Match[str], words: Collection[str]) -> str:
    """Return a word cut at a line's end as one, spaces behind it: the same length.

    Its hyphen stays (``first-time``) unless the text has it elsewhere without, or its
    second half is an ending and no word.
    """
    one = m[1] + m[2]
    whole = f"{m[1]}-{m[2]}"
    if _ENDING.fullmatch(m[2]) or one in words:
        whole = one
    return whole + " " * (len(m[0]) - len(whole))


def _goes_on(line: str, after: str, width: int) -> bool:
    """Whether a line's sentence goes on in the next line."""
    end = line.rstrip()
    word = _FIRST.match(after)
    if word is None:
        return False
    full = width > 0 and len(end) + 1 + len(word[1]) > width  # the next word would not have fitted
    if _SIGN.match(after) and not (full and word[1][0].isdigit()):
        return False
    lower = word[1][0].islower()
    if end[-1] == "." and _ABBREVIATED.search(end[-12:]):
        return True
    if not _open(end) or line.lstrip().startswith("#"):
        return False
    if (":" in line and _only_label(line)) or (":" in after and LABEL.match(after)):
        return False
    if lower:
        return True
    return full and end[-1] not in ":;"


def _open(end: str) -> bool:
    """Whether a line, without the space behind it, ends in the middle of a sentence."""
    return end.rstrip('"”’)]')[-1:] not in ".!?…。！？"  # empty: nothing but quotation marks


def _only_label(line: str) -> bool:
    found = LABEL.match(line)
    return found is not None and not line[found.end() :].strip()


def _width(lines: list[str]) -> int:
    """Return the width of a wrapped text's page in characters; 0 where it is not wrapped."""
    open_ends: list[int] = []
    carried = 0
    for line, after in pairwise(lines):
        end = line.rstrip()
        if not end or not _open(end):
            continue
        word = _FIRST.match(after)
        if word is None:
            continue
        open_ends.append(len(end))
        carried += word[1][0].islower()
    if len(open_ends) < 2 or carried < CARRIED * len(open_ends):
        return 0
    longest = sorted(open_ends)[int(0.95 * (len(open_ends) - 1))]
    return longest if NARROWEST <= longest <= WIDEST else 0
