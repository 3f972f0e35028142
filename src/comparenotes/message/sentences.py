"""Split a text into sentences with offsets; what the speaker did not say is blanked, not cut.

Offsets count characters of the decoded file, so every quote can be checked
against it: ``text[start:end]`` is the quote as it stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from comparenotes.message.wrapping import unwrapped

MAX_SENTENCE = 1_000
"""A longer run without a full stop is cut at a space near this many characters."""

SPOKEN = 120
"""The same in a text that has hardly any full stops (speech recognition)."""
UNSTOPPED = 400
"""A text with fewer than one stop in so many characters has hardly any."""
_BREATH = re.compile(
    r"\s(?=(?:and|but|so|because|when|if|we|i|they|he|she|you|it|that's|now)\s)", re.I
)

_UNSAID = re.compile(r"<!--|<(script|style|template|noscript)\b", re.IGNORECASE)
_COMMENT_END = re.compile(r"-->")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_MARK = re.compile(
    r"[\[(](?:[^\[\]()\n]{0,40}\b)?(?:applause|laughter|laughs|cheers|cheering|boo(?:s|ing)?|crosstalk|inaudible|"
    r"off-?mike|off mic|music|video|chant(?:s|ing)?|audience[^\[\]()\n]{0,30}|standing ovation|"
    r"commercial break|unintelligible)\b[^\[\]()\n]{0,40}[\])]",
    re.IGNORECASE,
)
_ABBREVIATIONS = (
    "Mr|Mrs|Ms|Dr|Prof|Gov|Sen|Rep|Gen|Lt|Col|Capt|Sgt|St|Jr|Sr|Rev|Hon|No|vs|etc|eg|e\\.g|ie|i\\.e|"
    "U\\.S|U\\.K|U\\.N|D\\.C|a\\.m|p\\.m|Inc|Ltd|Co|Jan|Feb|Aug|Sept|Oct|Nov|Dec|[A-Z]"
)
_SHORT = re.compile(rf"(?:^|[\s(\"“])(?:{_ABBREVIATIONS})\.$")
# A run of stops is tried once, from its beginning and as a whole: a million dots are no sentence.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”’')\]]{0,20}(?=\s|[A-Z“\"])|\n\s*\n|\n|[。！？]")
_SAID = re.compile(r"[^\W\d_]")


def blank(text: str) -> str:
    """Return ``text`` with what nobody said as spaces, at the same length.

    Markup, stage marks (applause), times of a transcript, and the ends of lines that only
    the page's width made.
    """
    return unwrapped(unmarked(text))


def unmarked(text: str) -> str:
    """Return ``text`` with markup and stage marks as spaces: lines and times stay."""
    if "<" in text:
        text = _TAG.sub(_spaces, _without_unsaid(text))
    if "(" in text or "[" in text:
        text = _MARK.sub(_spaces, text)
    return text


def _without_unsaid(text: str) -> str:
    """Blank comments and what stands in script and style, to the end where none closes it.

    One pass: an element that is never closed is looked for once, not from each opening.
    """
    out: list[str] = []
    at = 0
    while found := _UNSAID.search(text, at):
        tag = found.group(1)
        close = re.compile(rf"</{tag}\s*>", re.IGNORECASE) if tag else _COMMENT_END
        end = m.end() if (m := close.search(text, found.end())) else len(text)
        out += [text[at : found.start()], " " * (end - found.start())]
        at = end
    out.append(text[at:])
    return "".join(out)


def _spaces(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of each sentence of an already blanked text, in order."""
    start = 0
    longest = MAX_SENTENCE
    if len(text) > 2 * UNSTOPPED and sum(map(text.count, ".!?…。！？\n")) * UNSTOPPED < len(text):
        longest = SPOKEN
    for match in _END.finditer(text):
        end = match.end()
        if text[match.start()] == "." and _SHORT.search(text, max(start, end - 12), end):
            continue
        # The usual sentence, written out: a generator a sentence is a sixth of the reading.
        if 0 < end - start <= longest and text[end - 1] > " ":
            if text[start] == " ":
                start += 1
            if text[start] > " " and text[start] < "\x7f":
                if _SAID.search(text, start, end):
                    yield start, end
                start = end
                continue
        yield from _trimmed(text, start, end, longest)
        start = end
    yield from _trimmed(text, start, len(text), longest)


def _trimmed(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > longest:
        cut = text.rfind(" ", start + longest // 2, start + longest)
        if longest < MAX_SENTENCE:
            breaths = [
                m.start() for m in _BREATH.finditer(text, start + longest // 3, start + longest)
            ]
            cut = breaths[-1] if breaths else cut
        cut = cut if cut > 0 else start + longest
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end and _SAID.search(text, start, end):
        yield start, end
