"""Which language a text is in, by its commonest small words; cheap and good enough to warn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


SMALL_WORDS: Mapping[str, frozenset[str]] = {
    "en": _set("the and of to that is are we will for with this have not be was"),
    "de": _set("der die und das wir ist nicht ein eine mit für den von auf werden sind"),
    "fr": _set("le la les et des nous est une pour pas que dans du sont avec qui"),
    "es": _set("el los las que una por con para del nuestra es más como está pero"),
    "it": _set("il di che è per una non della gli sono con noi più questo nel"),
    "pt": _set("o os que uma não para com do da em mais são como nosso pelo"),
    "nl": _set("de het een en van wij is niet voor met zijn dat worden ook op"),
    "sv": _set("och att det är vi inte som för med ska den av har till ett"),
    "da": _set("og at det er vi ikke som for med skal den af har til et"),
    "no": _set("og at det er vi ikke som for med skal den av har til et ikkje"),
    "fi": _set("ja on ei että me se ovat myös tai kun joka suomen ole"),
    "pl": _set("i w na nie się że do jest to z dla przez będzie oraz"),
}
COVERED = frozenset({"en"})
"""Languages the bundled coder was trained on; others are named and left out."""
EMBEDDED = frozenset({"de", "es", "fr", "it", "nl", "pl", "pt"})
"""Languages the embedding extra reads as well; no labelled text of them was at hand."""
_SPOKEN_IN: dict[str, list[str]] = {}
for _language, _words_of in SMALL_WORDS.items():
    for _word in _words_of:
        _SPOKEN_IN.setdefault(_word, []).append(_language)
_WORD = re.compile(r"[^\W\d_]+")
MIN_WORDS = 8
READ = 2_000


def language(text: str) -> str:
    """Return a two-letter code, ``unknown`` where too little or nothing fits.

    Only the first 2,000 characters are read. Under eight words a text counts as
    English unless it is in other letters.
    """
    read = text[:READ]
    words = _WORD.findall(read.lower())
    if not words:
        return "unknown"
    if not read.isascii() and sum(w[0] > "\u024f" for w in words) * 2 > len(words):
        return "unknown"
    scores = dict.fromkeys(SMALL_WORDS, 0)
    counts = Counter(words)
    for word in counts.keys() & _SPOKEN_IN.keys():
        for k in _SPOKEN_IN[word]:
            scores[k] += counts[word]
    best = max(scores, key=lambda k: scores[k])
    if len(words) < MIN_WORDS or scores["en"] == scores[best]:
        return "en" if scores[best] == scores["en"] or scores[best] < 2 else best
    return best if scores[best] >= 0.08 * len(words) else "unknown"
