# ruff: noqa: E501 - a pattern is read as one line
"""What in a sentence tells attack, own record and promise apart: counted cues, names masked.

Names of opponents become one token and those of the own side another, so that a
coder learnt on some campaigns reads others. Only patterns of Rust's regex crate
(no look-around), counted over whole columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from comparenotes.message.coder import F32, I64, shifted
from comparenotes.message.sides import Side

OPPONENT, SELF = "opponentx", "ownsidex"
REMEMBERED = 6
"""So many sentences back a named side is still who "he", "she" or "they" may be."""
NEAR_CUES = 2
"""The cues of so many sentences either side are read beside a sentence's own."""
_DONE = (
    r"(?:[a-z]{3,}ed|made|built|cut|put|gave|given|set|won|brought|kept|led|went|began|begun|took|taken|stood|"
    r"fought|got|did|done|saw|seen|shown|met|held|found|sent|spent|grew|drove|turned|saved|ran)"
)
_GENERIC_OPPONENT = (
    r"(?:my|our|the) opponents?|(?:the|my) other (?:side|party|guys?|candidate|ticket)|this crowd|"
    r"career politicians?|the establishment"
)
_SITTING = (
    r"(?:this|the present|the current|this tired|the) (?:government|administration|president|"
    r"vice president|prime minister)"
)

CUES: dict[str, str] = {
    "opponent": rf"\b{OPPONENT}\b",
    "own": rf"\b{SELF}\b",
    "we": r"\b(?:we|we'?ve|us|our)\b",
    "i": r"\b(?:i|i'?ve|i'?m|my)\b",
    "third": r"\b(?:he|she|they|his|her|their|them|him)\b",
    "you": r"\b(?:you|your)\b",
    "will": r"\b(?:will|shall|won'?t|'ll|i'll|we'll|he'll)\b",
    "we_will": r"\b(?:we|i|ownsidex)(?: (?:also|therefore|now|then|always|never))?(?:'ll| will| shall| would| intend| plan| pledge| promise| propose| want to| are going to| am going to|'re going to|'m going to| aim| must| need to)\b",
    "plan": r"\b(?:plans?|pledge[sd]?|promise[sd]?|commit(?:ted|ment)?|propos(?:e|als?)|aim|intend|going to|ambition|in favou?r of|favou?r)\b",
    "must": r"\b(?:must|should|need to|needs to|ought to|have to|it is time)\b",
    "have_done": r"\b(?:we|i|ownsidex|has|have)(?: (?:have|has|also|already|now))*(?:'ve)? (?:[a-z]+ed|been|made|built|cut|put|given|set|won|brought|kept|led|gone|begun|taken|seen|shown|fallen|risen|doubled)\b",
    "past": r"\b[a-z]{3,}ed\b",
    "since": r"\b(?:since|last year|ten years|years ago|record|under (?:the )?ownsidex|in (?:19|20)[0-9]{2})\b",
    "more_now": r"\b(?:more|fewer|lower|higher|fallen|risen|doubled|halved|increased|improved|created|restored|introduced|now)\b",
    "starts_infinitive": r"^\W*(?:and |to |also |- |· )*(?:to )?(?:support|introduce|give|ensure|make|increase|reduce|create|encourage|improve|develop|extend|establish|provide|promote|end|cut|protect|build|allow|set|bring|raise|strengthen|publish|continue|begin|abolish|replace|repeal|safeguard|enable|lower|saying|installing|reducing|promoting|encouraging|giving|making)\b",
    "starts_fragment": r"^\W*[a-z]",
    "bullet": r"^\s*[·•\-–*]",
    "negative": r"\b(?:fail\w*|wrong|lie[sd]?|lying|liar|corrupt\w*|disaster\w*|destroy\w*|waste\w*|broken?|broke|crisis|weak\w*|attack\w*|extreme|dangerous|reckless|radical|cuts?|slash\w*|hurt\w*|worse|worst|worst|threat\w*|betray\w*|hypocri\w*|refus\w*|ignor\w*|blame\w*|scandal\w*|neglect\w*|damag\w*|undermin\w*|against|oppos\w*|out of touch|special interests?|unfair|deny|denied|denies|rip|harm\w*|cost|costs|debt|bad|never|nothing|no idea|want(?:s|ed)? to|repeal|gut\w*|strip\w*|steal\w*|rigged|crooked|failed policies|incompeten\w*|divid\w*|racis\w*|bigot\w*|insult\w*|shame\w*|disgrace\w*)\b",
    "positive": r"\b(?:proud|great|success\w*|strong\w*|honou?r\w*|love|hope|thank\w*|grateful|best|improv\w*|achiev\w*|support\w*|protect\w*|help\w*|fight\w*|opportunit\w*|freedom|together|happy|good|better|secure|prosper\w*)\b",
    "contrast": r"\b(?:but|instead|while|unlike|rather than|yet|even|only|again|still|just|why|back to)\b",
    "not": r"\b(?:not|n'?t|no|never|none|nobody|nothing|doesn'?t|don'?t|didn'?t|isn'?t|won'?t|can'?t|cannot)\b",
    "question": r"\?",
    "exclaim": r"!",
    "link": r"https?://|\bt\.co/",
    "at": r"@\w+",
    "hash": r"#\w+",
    "money": r"[$£€]|\b(?:million|billion|trillion|per cent|percent)\b|%",
    "thanks": r"\b(?:thank|join|watch|vote|tune|please|happy|congrat\w*|event|tonight|today|honor(?:ed)?|volunteer)\b",
    "own_did": rf"\b(?:we|i|ownsidex)(?:'ve| have| has)?(?: (?:also|already|now|then|\w+ly))? {_DONE}\b",
    "he_did": rf"\b(?:he|she)(?:'s| has)?(?: (?:also|already|now|then|never|even|\w+ly))? {_DONE}\b",
    "they_do": r"\b(?:he|she|they)(?:'ll|'d| will| would| want| wants| think| thinks| say| says| said| believe| believes| never| just| keep| don't| doesn't| won't| can't| are| is)\b",
    "opponent_does": r"\b(?:opponentx)(?:'s)?(?: (?:and|also|even|really|\w+ly|opponentx))* (?:would|will|wants?|has|have|says?|said|thinks?|believes?|voted|promised|is|are|did|does|plan\w*|polic\w*|budget|cuts?|record|failed|government|administration)\b",
    "under_way": r"\b(?:we|ownsidex|i) (?:are|is|am|were|was)(?: now| already| also| currently)? [a-z]{3,}ing\b",
    "going_to": r"\b(?:going to|gonna)\b",
    "has_been": r"\b(?:has|have|had)(?: (?:now|already|also|all|since))? (?:been|risen|fallen|grown|doubled|trebled|increased|improved|dropped|become|gone|got|begun|started)\b",
    "compared": r"\b(?:more|fewer|lower|higher|less|better|biggest|lowest|highest|fastest|best|first|record)\b.{0,40}\b(?:than|ever|since|in (?:19|20)\d\d|in history|in the world|in europe|in the nation)\b",
    "figure": r"\b\d[\d,.]*\b",
    "year": r"\b(?:19|20)\d\d\b|\b(?:last|past|previous|first|these) (?:\w+ )?(?:years?|term|decade|months?|parliament|days)\b|\b(?:in|as) office\b|\bas (?:governor|president|mayor|senator|secretary)\b",
    "since_then": r"\bsince\b",
    "held_office": r"\b(?:governor|mayor|senator|secretary of state|served|my record|our record|his record|under my leadership|my administration|in my state)\b",
    "was_done": r"\b(?:has|have|was|were|is|are)(?: (?:now|already|also|being))* [a-z]{3,}ed\b",
    "should": r"\b(?:should|would|could)\b",
    "let_us": r"\b(?:let's|let us|we've got to|we got to|we have to|got to|we need)\b",
    "asks": r"^\W*(?:why|how|what|who|where|when|does|do|did|is|are|can|would|will)\b.*\?",
    "reason": r"^\W*(?:that's why|this is why|because)\b",
    "bad_state": r"\b(?:unemployment|debt|deficits?|crime|poverty|inflation|recession|cuts|tax(?:es)?|terror\w*|scandal|mess|jobs? (?:lost|loss)|lost (?:their )?jobs?)\b",
    "disaster": r"\b(?:disast\w+|fail\w*|worse|worst|broken|wrong|reckless|ruin\w*|collapse\w*|chaos|crisis|misery|abandon\w*|squander\w*|wasted?|worry|shame\w*|lies?|lied|liar|corrupt\w*|crooked|rigged|dangerous|bigot\w*|hate\w*|insult\w*|stupid|weak|terrible|horrible|extreme|betray\w*|broke)\b",
    "personal": r"\b(?:thank|thanks|honored|tonight|story|mother|father|dad|mom|son|daughter|wife|husband|grew up|born|remember|learned|friend|friends|love)\b",
    "believe": r"\b(?:i|we|conservatives|labour) (?:believe|think|know|want|hope)\b",
}
"""Cue name to pattern, searched in masked lower-case text; the order is the order of weights."""


def mask(sentences: pl.Series, own: Side | None, others: Sequence[Side]) -> pl.Series:
    """Return sentences in lower case with the names of the sides masked."""
    out = sentences.fill_null("").str.replace_all("[’`]", "'")
    for names, token in (
        ([n for s in others for n in s.names], OPPONENT),
        (list(own.names) if own else [], SELF),
    ):
        pattern = any_of(names)
        if pattern:
            out = out.str.replace_all(pattern, token)
    out = out.str.to_lowercase().str.replace_all(_GENERIC_OPPONENT, OPPONENT)
    if own is not None:
        out = out.str.replace_all(_SITTING, SELF if own.governs else OPPONENT)
    return out


def any_of(names: Sequence[str]) -> str:
    """Return a pattern of any of the names as whole words; empty without one."""
    known = sorted({n for n in names if len(n) > 1}, key=lambda n: (-len(n), n))
    return r"\b(?:" + "|".join(re.escape(n) for n in known) + r")\b" if known else ""


def counted(masked: pl.Series, governs: bool = False) -> F32:
    """Return ``(n, inputs)``: each cue's count (at most 3) and a few products of cues.

    Who governs has a record to claim, so its counts of what was done enter once more.
    """
    x = masked.alias("").to_frame().select(*_COUNTS).to_numpy()

    def any_of(*names: str) -> F32:
        out: F32 = np.minimum(x[:, [_AT[k] for k in names]].sum(axis=1), 1)
        return out

    office = 1.0 if governs else 0.0
    done = any_of("have_done") * (1 - any_of("negative"))
    size = np.log1p(masked.str.len_chars().to_numpy().astype(np.float32)) / 4
    more = (
        any_of("opponent") * any_of("negative"),
        any_of("opponent", "third") * any_of("not", "negative", "contrast"),
        any_of("opponent") * any_of("bad_state"),
        done * any_of("we", "own", "i"),
        office * done,
        office * any_of("more_now", "since", "money") * (1 - any_of("will", "must", "plan")),
        office * any_of("own") * any_of("past", "have_done"),
        office * any_of("own_did"),
        (1 - office) * any_of("own_did"),
        office * any_of("has_been"),
        office * any_of("compared"),
        office * any_of("figure") * (1 - any_of("will")),
        office * any_of("year"),
        office * any_of("was_done"),
        office * any_of("bad_state"),
        (1 - office) * any_of("bad_state"),
        np.full(len(masked), office, dtype=np.float32),
        size,
    )
    return np.column_stack([x, *more]).astype(np.float32)


_AT = {k: i for i, k in enumerate(CUES)}
_COUNTS = tuple(
    pl.col("").str.count_matches(p).clip(0, 3).cast(pl.Float32).alias(k) for k, p in CUES.items()
)


def last_named(masked: pl.Series, documents: I64) -> npt.NDArray[np.int64]:
    """Return the side last named in the few sentences before: 1 own, -1 opponent, 0 neither."""
    found = masked.str.extract(rf"(?s).*\b({OPPONENT}|{SELF})\b", 1)
    sign = (found == SELF).fill_null(False).to_numpy().astype(np.int64)
    sign -= (found == OPPONENT).fill_null(False).to_numpy()
    n = len(sign)
    at = np.arange(n)
    newest = np.maximum.accumulate(np.where(sign != 0, at, -1))
    before = np.concatenate(([-1], newest))[:n]
    known = (before >= 0) & (at - before <= REMEMBERED)
    known &= documents[np.maximum(before, 0)] == documents
    out: npt.NDArray[np.int64] = np.where(known, sign[np.maximum(before, 0)], 0)
    return out


def in_context(masked: pl.Series, documents: I64, governs: bool = False) -> F32:
    """Return ``(n, inputs)``: a sentence's cues, who a pronoun may mean, and the cues around it.

    ``documents`` numbers each sentence's document; sentences of one stand together.
    """
    x = counted(masked, governs)
    some = np.minimum(x, 1)
    third, named = some[:, _AT["third"]], np.maximum(some[:, _AT["opponent"]], some[:, _AT["own"]])
    last = last_named(masked, documents)
    who = []
    for side in (last < 0, last > 0):
        s = side.astype(np.float32)
        who += [
            s,
            s * third,
            s * third * (1 - named),
            *(s * some[:, _AT[k]] for k in ("he_did", "they_do", "negative")),
        ]
    total, count = np.zeros_like(x), np.zeros((len(x), 1), dtype=np.float32)
    ones = np.ones((len(x), 1), dtype=np.float32)
    for k in (d for by in range(1, NEAR_CUES + 1) for d in (by, -by)):
        total += shifted(x, documents, k)
        count += shifted(ones, documents, k)
    return np.hstack([x, np.column_stack(who), total / np.maximum(count, 1)]).astype(np.float32)
