# ruff: noqa: E501 - a pattern is read as one line
"""What in a short post attacks: words of insult, of character, of policy and harm, and its form.

A small seed lexicon written from general knowledge of English campaign language, not from
the labelled posts; each entry is counted and the coder learns what it is worth.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from comparenotes.message.coder import F32

POST_CUES: dict[str, str] = {
    "insult": r"\b(?:liar|lying|lies|lied|lie|crook\w*|corrupt\w*|hypocri\w*|coward\w*|disgrac\w*|shame\w*|pathetic|clown|puppet|phony|fake|fraud\w*|con man|bull(?:y|ies|ying)|racis\w*|sexis\w*|bigot\w*|misogyn\w*|predator|cheat\w*|dishonest\w*|dece(?:it|iv|pt)\w*|mislead\w*|misled|untrustworthy|unfit|incompeten\w*|idiot\w*|stupid\w*|dumb|lazy|greed\w*|selfish|arrogan\w*|two-?faced|spineless|ineffective|delusional|despicable|vile|sick|sad|weak|desperate|smears?|slander\w*|mob|scum|unhinged|deranged|clueless|embarrass\w*|joke)\b",
    "character": r"\b(?:out of touch|lost touch|career politicians?|swamp|insiders?|special interests?|donors?|lobby\w*|sold (?:us )?out|sell-?out|flip-?flop\w*|scandals?|indict\w*|guilty|convict\w*|bribe\w*|felon|criminal|unethical|ethics|conflict of interest|in the pocket|beholden|rubber ?stamp\w*|stooge|dark money|bought|caught|hid(?:e|es|ing)|dodg\w*|duck(?:s|ed|ing)|afraid|scared|fearful|refus\w*|backbone|above the law|gets? rich|cares? more|doesn'?t care|don'?t care|only cares?|too long|years in (?:dc|washington|congress|the senate|office)|retire\w*|fire|failed (?:us|you|our)|failed|turn\w* (?:his|her|their) back|missing in action|no record|excuses?|partisan politics|party over|puts? party|toe the line|lockstep|broken promises?|promised)\b",
    "extreme": r"\b(?:radicals?|extrem\w*|far[- ]left|far[- ]right|liberal|leftists?|socialis\w*|communis\w*|resistance|establishment|pelosi|schumer|mcconnell|hillary|clinton|obama|maxine|warren|koch|soros)\b",
    "their_vote": r"\b(?:voted|votes|vote) (?:against|to|for|with|no|yes|along)\b|\b(?:voted|blocked|obstruct\w*|sided|sides|opposed|opposes|supports?|repeal\w*|gut\w*|slash\w*|sabotag\w*|strip\w*|eliminat\w*|roll\w* back)\b",
    "policy": r"\b(?:tax(?:es)?|tax cuts?|healthcare|health care|health insurance|premiums?|pre-?existing|medicare|medicaid|social security|obamacare|aca|affordable care|drug prices?|tariffs?|trade war|trade|deficits?|debt|budget|spending|bill|plan|policy|policies|agenda|borders?|immigra\w*|amnesty|sanctuary|ice|daca|wall|guns?|nra|background checks?|abortion|roe|planned parenthood|climate|environment\w*|epa|coal|oil|drilling|regulat\w*|wages?|jobs|economy|farmers?|soybeans?|education|schools?|students?|veterans?|military|opioids?|kavanaugh|supreme court|net neutrality|legislation|law|insurance|single[- ]payer|wall street|corporations?|wealthy|separat\w*|shutdown)\b",
    "harm": r"\b(?:hurt\w*|harm\w*|kill\w*|destroy\w*|devastat\w*|threat\w*|danger\w*|risk\w*|cost\w*|rais(?:e|es|ed|ing) (?:your |our )?(?:taxes|costs|premiums|prices)|skyrocket\w*|loss|lose|losing|crisis|attack\w*|take away|takes away|rip\w*|cruel\w*|wrong|bad|worse|worst|disaster\w*|terrible|horrible|irresponsible|reckless|unacceptable|outrag\w*|scam|fail\w*|broken)\b",
    "handle_verb": r"@\w+(?:'s|’s)? (?:is|isn'?t|has|hasn'?t|had|was|wants?|voted?|votes|thinks?|says|said|claims?|refuses?|won'?t|will|can'?t|should|would|did|didn'?t|doesn'?t|does|supports?|sided|opposes?|took|takes|keeps?|loves?|cares?|puts?|and (?:his|her)|just|failed|continues?|still|never|only)\b",
    "opponent_word": r"\b(?:my opponents?|the incumbent|incumbent|opponent|the senator|senator|sen|trump|president|administration|republicans?|democrats?|gop|dems?|congress|washington|dc)\b",
    "tell": r"\b(?:tell|ask|demand|call on|call out|hold|accountable|accountability|answer|explain|why (?:is|are|does|do|won'?t|did|would|has|haven'?t)|how (?:can|dare|many)|when will|what (?:is|does) (?:he|she))\b",
    "they_verb": r"\b(?:he|she|they|his|her|their|him|them)\b",
    "deserve": r"\b(?:deserves?|better|change|time for|enough|no longer|stand up|fight back|instead|meanwhile|while)\b",
    "warm": r"\b(?:thank\w*|grateful|honou?r\w*|proud|congrat\w*|happy|excited|great|amazing|wonderful|join|enjoy\w*|fun|welcome|beautiful|bless\w*|pray\w*|thoughts|families|celebrat\w*|anniversary|birthday|remember\w*|hero\w*|brave|love[ds]?|awesome|glad|pleased|appreciat\w*|team|supporters?|volunteers?|bipartisan|together)\b",
    "event": r"\b(?:join|rsvp|tune|watch|live|tonight|tomorrow|today|rally|town hall|debate|event|poll|polls|early vot\w*|vote|election day|ballots?|register\w*|door|knock\w*|chip in|donate|volunteer|stop by|tour|visit\w*|met with|meeting|interview)\b",
    "negation": r"\b(?:not|no|never|none|nobody|nothing|isn'?t|doesn'?t|don'?t|didn'?t|won'?t|can'?t|cannot|wouldn'?t|hasn'?t|haven'?t|aren'?t|wasn'?t)\b",
    "sarcasm": r"[\"“”][^\"“”]{1,30}[\"“”]|\?!|!!|\.\.\.|\b(?:oops|wow|really|amazing that|guess what|surprise|apparently|so much for|sure|funny|interesting)\b",
    "numbers": r"\b\d+ (?:years|times|votes)\b|\$\d",
    "first_person_pledge": r"\b(?:i'?ll|i will|we'?ll|i'?m (?:running|fighting|working)|i am (?:running|fighting|working)|as your|i believe|i support|my plan|we need|we must|let'?s)\b",
}
"""Cue name to pattern, searched in lower-case text; the order is the order of weights."""
FORM: dict[str, str] = {
    "capitals": r"\b[A-Z]{3,}\b",
    "passed_on": r"^\W*RT\b",
    "starts_with_a_name": r"^\s*\.?@",
    "tags": r"#\w+",
}
"""Of the post as it was written."""


def post_counts(posts: pl.Series, prepared: pl.Series) -> F32:
    """Return ``(n, inputs)``: cues in the prepared posts, the form and length of the posts."""
    lower = prepared.str.replace_all("[’`]", "'").str.to_lowercase()
    counts = [lower.str.count_matches(p).clip(0, 3) for p in POST_CUES.values()]
    counts += [posts.str.count_matches(p).clip(0, 4) for p in FORM.values()]
    size = posts.str.len_chars().to_numpy() / 100
    out: F32 = np.column_stack([*(c.to_numpy() for c in counts), size]).astype(np.float32)
    return out
