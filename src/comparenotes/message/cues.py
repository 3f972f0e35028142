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

from comparenotes.message.sides import Side

OPPONENT, SELF = "opponentx", "ownsidex"
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
}
"""Cue name to pattern, searched in masked lower-case text; the order is the order of weights."""


def mask(sentences: pl.Series, own: Side | None, others: Sequence[Side]) -> pl.Series:
    """Return sentences in lower case with the names of the sides masked."""
    out = sentences.fill_null("").str.replace_all("[’`]", "'")
    for names, token in (
        ([n for s in others for n in s.names], OPPONENT),
        (list(own.names) if own else [], SELF),
    ):
        pattern = _words(names)
        if pattern:
            out = out.str.replace_all(pattern, token)
    out = out.str.to_lowercase().str.replace_all(_GENERIC_OPPONENT, OPPONENT)
    if own is not None:
        out = out.str.replace_all(_SITTING, SELF if own.governs else OPPONENT)
    return out


def _words(names: Sequence[str]) -> str:
    known = sorted({n for n in names if len(n) > 1}, key=lambda n: (-len(n), n))
    return r"\b(?:" + "|".join(re.escape(n) for n in known) + r")\b" if known else ""


def counted(masked: pl.Series, governs: bool = False) -> npt.NDArray[np.float32]:
    """Return ``(n, inputs)``: each cue's count (at most 3) and a few products of cues.

    Who governs has a record to claim, so its counts of what was done enter once more.
    """
    frame = pl.DataFrame(
        [masked.str.count_matches(p).clip(0, 3).cast(pl.Float32).alias(k) for k, p in CUES.items()]
    )
    x = frame.to_numpy()
    at = {k: i for i, k in enumerate(CUES)}

    def any_of(*names: str) -> npt.NDArray[np.float32]:
        out: npt.NDArray[np.float32] = np.minimum(x[:, [at[k] for k in names]].sum(axis=1), 1)
        return out

    office = 1.0 if governs else 0.0
    done = any_of("have_done") * (1 - any_of("negative"))
    size = np.log1p(masked.str.len_chars().to_numpy().astype(np.float32)) / 4
    more = (
        any_of("opponent") * any_of("negative"),
        any_of("opponent", "third") * any_of("not", "negative", "contrast"),
        done * any_of("we", "own", "i"),
        office * done,
        office * any_of("more_now", "since", "money") * (1 - any_of("will", "must", "plan")),
        office * any_of("own") * any_of("past", "have_done"),
        np.full(len(masked), office, dtype=np.float32),
        size,
    )
    return np.column_stack([x, *more]).astype(np.float32)
