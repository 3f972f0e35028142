"""Which language a text is in, by its small words and letters; cheap and good enough to warn.

English is what is expected: a text is taken for another language on clear evidence only.
Words that English has as well ("die", "no", "I") say nothing against it, and the particles of
names ("van", "Los") little. How often that is right in single lines is in docs/message.md
(``python -m tools.train.languages``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


SMALL_WORDS: Mapping[str, frozenset[str]] = {
    "en": _set(
        "the and of to that is are we will for with this have not be was a an i in it on you he "
        "she they by as at from or but our my your his her their its has had were been would can "
        "could should do does did if so no all who what when which there than then us me more "
        "about up out one new must shall may into over under per"
    ),
    "de": _set(
        "der die das den dem des und wir ist nicht ein eine einen einem einer kein keine für mit "
        "von auf werden sind sie ihr ihre ihrer unser unsere unserer sich auch wer was wie zu zum "
        "zur bei aus nach noch nur mehr wenn haben hat wird muss müssen können oder aber als am im "
        "um über unter uns dass durch ohne gegen sein war alle diese dieses davon danke zeit"
    ),
    "fr": _set(
        "le la les et des du de un une nous vous ils elle elles est sont pour pas que qui dans sur "
        "avec au aux ce cette ces notre nos votre leur leurs mais ou par plus moins sans tout tous "
        "toutes il faut être avoir avons ont pouvoir je ne se sa son ses vive merci chaque c'est "
        "n'est n'a l'on d'un d'une contre entre même peut ensemble"
    ),
    "es": _set(
        "el la los las un una unos de del al y que en por para con sin sobre es son está están "
        "este esta estos estas nuestro nuestra nuestros nuestras su sus más pero como no ni se lo "
        "le les hay ser vamos queremos podemos todos todas juntos gracias muy ya ha han hemos "
        "también cuando porque quien donde desde hasta entre"
    ),
    "it": _set(
        "il lo la i gli le un uno una di del della dei delle degli che è e per non con sono noi "
        "voi più questo questa questi nel nella nei al alla alle ai dal dalla sul sulla tra ha "
        "hanno abbiamo siamo siete come anche nostro nostra nostri nostre tutti tutte grazie "
        "insieme vogliamo possiamo qui ma se chi loro suo sua"
    ),
    "pt": _set(
        "o os a as um uma uns de do da dos das no na nos nas em ao aos à e que para com por sem "
        "sobre não é são está estão este esta estes nosso nossa nossos nossas seu sua mais mas "
        "como pelo pela pelos vamos queremos podemos todos todas juntos obrigado muito já tem têm "
        "foi também quando porque quem vossa"
    ),
    "nl": _set(
        "de het een en van wij we is niet geen voor met zijn dat die deze dit worden wordt ook op "
        "te aan in om bij uit naar nog maar als er onze ons hun zij hij ik je heeft hebben moet "
        "moeten kan kunnen meer weer wie wat hoe alle samen dan over tegen zonder goed"
    ),
    "sv": _set(
        "och att det är vi inte som för med ska den av har till ett en på om från alla måste kan "
        "vill hållit bli blir vår vårt våra sin sina man men eller när över under också vara dags"
    ),
    "da": _set(
        "og at det er vi ikke som for med skal den af har til et en på om fra alle må kan vil "
        "blive bliver vores sin sine man men eller når over under også være der"
    ),
    "no": _set(
        "og at det er vi ikke som for med skal den av har til et en på om fra alle må kan vil bli "
        "blir vår vårt våre sin sine man men eller når over under også være der ikkje"
    ),
    "fi": _set(
        "ja on ei että me se ovat myös tai kun joka suomen ole olemme emme voi voimme mutta kuin "
        "niin hän tämä kaikki pitää enemmän"
    ),
    "pl": _set(
        "i w na nie się że do jest to z dla przez będzie oraz są nas nasz nasza nasze naszych my "
        "wy jak ale co tak o po za od lub by był było czy tylko razem chcemy rząd"
    ),
}
"""The commonest small words; in English those that a line of politics seldom lacks."""
ENGLISH_TOO = _set(
    "die was war man hat also am an in so on no do to i a as at he her his or me my us men far "
    "den over under per come sole more is we for have had by will with that of all one son plus "
    "sans au via pro sin son ha has o e y z en et un se up lo may "
    "sur fine data im le met dan ya co em w tra als bin rent os as non com di"
)
"""Words of other languages that English texts hold too: no evidence against English, half for."""
PARTICLES = _set("la las los el de del des du da di do das dos le van von der den san al les ni un")
"""Of names of people and places; half a piece of evidence."""
LETTERS: Mapping[str, str] = {
    "ß": "de", "ü": "de", "ä": "de sv fi", "ö": "de sv fi", "ñ": "es", "¿": "es", "¡": "es",
    "ç": "fr pt", "ê": "fr pt", "û": "fr", "œ": "fr", "à": "fr it pt", "è": "fr it",
    "é": "fr es pt",
    "ù": "it fr", "ò": "it", "ã": "pt", "õ": "pt", "á": "es pt", "í": "es pt", "ó": "es pt pl",
    "ú": "es pt", "å": "sv da no", "ø": "da no", "æ": "da no", "ł": "pl", "ż": "pl", "ś": "pl",
    "ą": "pl", "ę": "pl", "ć": "pl", "ń": "pl", "ź": "pl",
}  # fmt: skip
"""Letter to the languages it speaks for."""
COVERED = frozenset({"en"})
"""Languages the bundled coder was trained on; others are named and left out."""
EMBEDDED = frozenset({"de", "es", "fr", "it", "nl", "pl", "pt"})
"""Languages the embedding extra reads as well; no labelled text of them was at hand."""
USUAL = "en"
READ = 2_000
LONG = 30
"""Words from which a text without the usual small words is in a language that is not known."""
RARE = 0.08
"""Share of English small words under which a text of that length is not taken for English."""
AGAINST = 1.0
"""Pieces of evidence needed against a text without English words; with some, more than these."""
_SPOKEN_IN: dict[str, list[tuple[str, float]]] = {}
for _language, _words_of in SMALL_WORDS.items():
    for _word in _words_of:
        if _language == USUAL or _word not in ENGLISH_TOO:
            _half = ENGLISH_TOO if _language == USUAL else PARTICLES
            _worth = 0.5 if _word in _half else 1.0
            _SPOKEN_IN.setdefault(_word, []).append((_language, _worth))
_ADDRESS = re.compile(r"https?://\S+|[@#]\w+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def language(text: str) -> str:
    """Return a two-letter code, ``unknown`` where nothing known fits.

    Only the first 2,000 characters are read. What holds no clear evidence of another
    language is English; a text without a word is ``unknown``.
    """
    read = _ADDRESS.sub(" ", text[:READ])
    words = _WORD.findall(read.lower())
    if not words:
        return "unknown"
    foreign = 0
    if not read.isascii():
        if sum(w[0] > "\u024f" for w in words) * 2 > len(words):
            return "unknown"
        foreign = sum(not w.replace("’", "'").isascii() for w in words)
    scores = dict.fromkeys(SMALL_WORDS, 0.0)
    counts = Counter(words)
    for word in counts:
        for k, worth in _SPOKEN_IN.get(word, ()):
            scores[k] += worth * counts[word]
    if foreign:
        _letters(words, scores)
    usual = scores.pop(USUAL)
    best = max(scores, key=lambda k: scores[k])
    if scores[best] >= AGAINST and scores[best] > 1.5 * usual:
        return best
    if len(words) >= LONG and usual < RARE * len(words):
        return best if scores[best] >= RARE * len(words) else "unknown"
    return "unknown" if usual == 0 and foreign >= max(2, len(words) / 3) else USUAL


def _letters(words: list[str], scores: dict[str, float]) -> None:
    """Add a piece of evidence for each word with a letter English lacks."""
    for word in words:
        if not word.isascii():
            for k in dict.fromkeys(k for c in word if c in LETTERS for k in LETTERS[c].split()):
                scores[k] += 0.6
