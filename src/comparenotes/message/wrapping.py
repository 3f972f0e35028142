"""Lines that only the width of a page ended: their ends are spaces, not ends of sentences.

A blank line, a stop at the end of a line, a heading or a list's sign end a sentence. A line
before a lower-case word does not, nor does one that is as full as the page is wide (as
PDF-to-text and mail have them): the next word would not have fitted.
"""

from __future__ import annotations

import re
from itertools import pairwise

from comparenotes.message.turns import LABEL, TIME

WIDEST, NARROWEST = 160, 30
"""A wrapped text has lines of at most and at least so many characters."""
CARRIED = 0.25
"""In a wrapped text so many of its open line ends stand before a lower-case word."""
_OPEN = re.compile(r"[^\s.!?…。！？][\"”’)\]]*$")
_ABBREVIATED = re.compile(
    r"(?:^|\s)(?:Mr|Mrs|Ms|Dr|Prof|Gov|Sen|Rep|Gen|St|No|vs|e\.g|i\.e|[A-Z])\.$"
)
_SIGN = re.compile(r"\s*(?:[-*•·▪◦–—>#|+]|\d{1,3}[.)]\s|\(?[a-z0-9]{1,2}\)\s)")
_TIME_LINE = re.compile(rf"\s*(?:{TIME}(?:\s*-->\s*{TIME})?\s*)\Z")
_CLOCK = re.compile(r"[(\[]\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[)\]]")
_FIRST = re.compile(r"\s*(\S+)")


def unwrapped(text: str) -> str:
    """Return ``text`` with times and the ends of wrapped lines as spaces: the same length."""
    if ":" in text and ("[" in text or "(" in text):
        text = _CLOCK.sub(lambda m: " " * len(m[0]), text)
    if "\n" not in text.strip():
        return text
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


def _goes_on(line: str, after: str, width: int) -> bool:
    """Whether a line's sentence goes on in the next line."""
    end = line.rstrip()
    word = _FIRST.match(after)
    if word is None or _SIGN.match(after):
        return False
    lower = word[1][0].islower()
    if _ABBREVIATED.search(end):
        return True
    if not _OPEN.search(end) or line.lstrip().startswith("#"):
        return False
    if (":" in line and _only_label(line)) or (":" in after and LABEL.match(after)):
        return False
    if lower:
        return True
    # The next word would not have fitted: the page ended the line.
    return width > 0 and len(end) + 1 + len(word[1]) > width and end[-1] not in ":;"


def _only_label(line: str) -> bool:
    found = LABEL.match(line)
    return found is not None and not line[found.end() :].strip()


def _width(lines: list[str]) -> int:
    """Return the width of a wrapped text's page in characters; 0 where it is not wrapped."""
    open_ends: list[int] = []
    carried = 0
    for line, after in pairwise(lines):
        end = line.rstrip()
        if not end or not _OPEN.search(end):
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
