"""Whose turn it is: the speakers' labels of a transcript, with times and titles.

A label stands before a turn: ``HARRIS:``, ``Vice President Harris (00:12):``, ``[00:12] Keir
Starmer (Labour):``, ``**Q:**``. What the opponent, a moderator or the audience says is never
the contender's; where nobody can be told to be the contender, nothing is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

OWN, OTHER, ROLE, UNKNOWN = "own", "other", "role", "unknown"
HEADED = 400
"""A transcript's first label stands within so many characters, after a title or date."""
MAINLY = 2 / 3
"""Of several unknown speakers of a speech, one with so much of the text is its speaker."""

TIME = r"[(\[]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[)\]]?"
_WORD = r"[A-ZÀ-ÖØ-Þ][\w.'’&-]{0,40}"
_NAME = rf"{_WORD}(?:,? (?:{_WORD}|of|the|and|for|de|van|von|la|del|ap|\d{{1,2}})){{0,9}}"
_ASIDE = r"(?: ?[(\[](?!\d{1,2}:\d{2})[^()\[\]\n:]{1,40}[)\]]){0,2}"
LABEL = re.compile(
    rf"^[ \t>*_#-]*+(?P<t1>{TIME}[ \t]+)?[*_\[]*(?P<name>{_NAME})(?P<aside>{_ASIDE})"
    rf"(?:, {_NAME})?[*_\]]*[ \t]*+"
    rf"(?:(?P<t2>{TIME})?[*_]*[ \t]*+:[*_]*(?P<t3>[ \t]*+[(\[]?\d{{1,2}}:\d{{2}}(?::\d{{2}})?[)\]]?"
    rf"[*_]*)?(?=\s|\Z)|(?P<t4>{TIME})[*_]*[ \t]*+$)",
    re.M,
)
"""A label at the beginning of a line."""
ALONE = re.compile(
    rf"^[ \t>*_#-]*+(?P<t1>{TIME}[ \t]+)?[*_\[]*(?P<name>{_NAME})(?P<aside>{_ASIDE})"
    r"[*_\]]*[ \t]*+\r?$",
    re.M,
)
"""A line that may be a label without a colon: a name alone."""
_CAPS = r"[A-Z][A-Z.'’-]{1,30}(?: [A-Z][A-Z.'’-]{0,30}){0,5}"
INLINE = re.compile(
    rf"(?<=[.!?…\"”’)\]:-] )(?:(?P<name>{_CAPS})(?P<aside>{_ASIDE})[ \t]*+(?P<t1>{TIME})?[ \t]*+:"
    rf"|(?P<name2>{_NAME}) ?(?P<t2>[(\[]\d{{1,2}}:\d{{2}}(?::\d{{2}})?[)\]]):)(?=\s)"
)
"""A label inside a line: in capitals, or with a time."""
_ROLES = frozenset({
    "moderator", "moderators", "audience", "crowd", "announcer", "host", "presenter",
    "interviewer", "reporter", "reporters", "journalist", "question", "questioner",
    "questioners", "q", "narrator", "operator", "anchor", "panel", "panelist", "all", "both",
    "male", "female", "man", "woman", "unidentified", "unknown", "participant", "participants",
    "protester", "protesters", "heckler", "voice", "voices", "translator", "interpreter",
    "video", "various", "several", "clerk", "emcee", "mc",
})  # fmt: skip
_TITLES = (
    r"fmr|pres|vp|nominee|candidate|mr|mrs|ms|miss|dr|prof|sen|gov|rep|cong|sec|lt|col|gen|sir|dame|lord|lady|rt|hon|the|former|"
    r"senator|governor|representative|congressman|congresswoman|secretary|mayor|president|"
    r"vice|prime|minister|pm|first|deputy|chancellor|leader|baroness|reverend|rev|speaker"
)
_TITLE = re.compile(rf"^(?:{_TITLES})\b\.?\s+", re.I)


@dataclass(frozen=True)
class Turn:
    """A label, where it stands, and whose it is."""

    start: int
    end: int
    name: str
    timed: bool
    whose: str
    inline: bool = False


def bare(label: str) -> str:
    """Return a name without titles, offices after a comma, middle initials and asides."""
    name = re.sub(r"[(\[][^()\[\]]*[)\]]", " ", label).strip(" :*_\t").casefold()
    name = name.partition(",")[0].strip()
    while (cut := _TITLE.sub("", name)) != name and cut:
        name = cut
    name = re.sub(r"\s+(?:mp|msp|ms|jr|sr|cbe|obe|kc)\.?$", "", name)
    words = name.split()
    if len(words) > 2:
        words = [words[0], *(w for w in words[1:-1] if len(w.strip(".")) > 1), words[-1]]
    return " ".join(words)


def same_person(label: str, speaker: str | None) -> bool:
    """Whether a label names the speaker given: wholly, or by the last name alone."""
    if not speaker:
        return False
    a, b = bare(label).split(), bare(speaker).split()
    if not a or not b:
        return False
    return a == b or (a[-1] == b[-1] and (len(a) == 1 or len(b) == 1))


def turns_of(
    text: str, contender: str | None, speaker: str | None, named: Callable[[str], str | None]
) -> list[Turn]:
    """Return the labels of a text in order; those that are none of a transcript are left out."""
    found: list[tuple[re.Match[str], str, str, bool, bool]] = []
    for m in LABEL.finditer(text):
        timed = any(m[k] for k in ("t1", "t2", "t3", "t4"))
        found.append((m, m["name"], m["aside"] or "", timed, False))
    found += _alone(text, contender, speaker, named, [m for m, *_ in found])
    found.sort(key=lambda x: x[0].start())
    starts = [m.start() for m, *_ in found]
    for m in INLINE.finditer(text):
        at = bisect_right(starts, m.start()) - 1
        if at < 0 or m.start() >= found[at][0].end():
            name = m["name"] or m["name2"]
            found.append((m, name, m["aside"] or "", bool(m["t1"] or m["t2"]), True))
    found.sort(key=lambda x: x[0].start())
    counts = Counter(name for _, name, *_ in found)
    often: Counter[str] = Counter()
    for name, n in counts.items():
        often[bare(name)] += n
    asked = bool({"q", "question"} & often.keys())
    timed_labels = sum(x[3] for x in found)
    out = []
    told: dict[tuple[str, str], tuple[str, str]] = {}
    for m, name, aside, timed, inline in found:
        if (name, aside) not in told:
            whose = _whose(name, aside, contender, speaker, named, asked)
            told[name, aside] = bare(name), whose
        plain, whose = told[name, aside]
        many = often[plain] > 1
        if not timed and whose == UNKNOWN:
            if inline and not many:
                continue
            if timed_labels > 1 and not aside:
                continue
            if not many and len(name.split()) == 1 and not (name.isupper() and len(name) > 2):
                continue  # "Remember: ..."
        out.append(Turn(m.start(), m.end(), plain, timed, whose, inline))
    return out


def _alone(
    text: str,
    contender: str | None,
    speaker: str | None,
    named: Callable[[str], str | None],
    others: Sequence[re.Match[str]],
) -> list[tuple[re.Match[str], str, str, bool, bool]]:
    """Return lines that hold nothing but a known name: labels where two speakers have such."""
    taken = {m.start() for m in others}
    out = []
    told: dict[tuple[str, str], str] = {}
    for m in ALONE.finditer(text):
        key = m["name"], m["aside"] or ""
        if key not in told:
            told[key] = _whose(*key, contender, speaker, named, False)
        whose = told[key]
        if whose != UNKNOWN and m.start() not in taken:
            out.append((m, m["name"], m["aside"] or "", bool(m["t1"]), False))
    several = len({bare(name) for name in {x[1] for x in out}}) > 1 and len(out) > 2
    return out if several else []


def _whose(
    name: str,
    aside: str,
    contender: str | None,
    speaker: str | None,
    named: Callable[[str], str | None],
    asked: bool,
) -> str:
    if same_person(name, speaker):
        return OWN
    if asked and name.casefold() in {"a", "answer"}:
        return OWN
    if _ROLES & set(re.split(r"[\W_]+", name.casefold())):
        return ROLE
    party = aside.strip(" ()[]").partition("-")[0].strip()
    party = {"D": "Democrat", "R": "Republican"}.get(party, party)
    for label in (name, party):
        who = named(label) if label else None
        if who is not None:
            return OWN if who == contender else OTHER
    return UNKNOWN


def mine(turns: Sequence[Turn], kind: str, length: int) -> list[bool] | None:
    """Return, by turn, whether it is the contender's; None where the text is no transcript.

    All are False where it is one and nobody in it can be told to be the contender.
    """
    of = Counter(t.whose for t in turns)
    many = Counter(t.name for t in turns if t.whose != OWN)
    told = len(turns) > 1 and (of[OWN] or of[ROLE] or any(n > 1 for n in many.values()))
    if len(many) == 1 and not of[OWN] and not of[OTHER] and not any(t.timed for t in turns):
        told = False  # one heading said again
    if not (told or any(t.timed for t in turns) or (turns and of[OWN] == len(turns))):
        return None
    if not of[OWN] and not any(t.timed for t in turns) and turns[0].start > HEADED:
        return None  # a speech in which others are quoted
    unknown = {t.name for t in turns if t.whose == UNKNOWN}
    if of[OWN]:
        party = kind == "convention" and not of[OTHER]
        return [t.whose == OWN or (party and t.whose == UNKNOWN) for t in turns]
    if kind == "debate" or of[OTHER]:
        return [False] * len(turns)
    if len(unknown) > 1 and kind != "convention":
        ends = [*(t.start for t in turns[1:]), length]
        said: Counter[str] = Counter()
        for t, end in zip(turns, ends, strict=True):
            if t.whose == UNKNOWN:
                said[t.name] += end - t.end
        first, most = said.most_common(1)[0]
        unknown = {first} if most >= MAINLY * sum(said.values()) else set()
    return [t.name in unknown and t.whose == UNKNOWN for t in turns]
