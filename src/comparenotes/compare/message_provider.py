"""The message provider: how issues feature in what each side says, home against away.

For each issue where home and away differ: how much (salience), whether both sides
speak of it (contest), and how much of it is attack. From the user's texts or from
measured figures; a manifesto is not a speech, and a genre mismatch is stated and
lowers the verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from comparenotes.campaigns.model import Campaign
from comparenotes.compare import phrases
from comparenotes.compare.facts import Facts, facts
from comparenotes.compare.finding import MIN_DOCUMENTS, VERDICTS, Finding, grade_difference, numbers
from comparenotes.compare.intervals import Estimate
from comparenotes.compare.verdict import Verdict, judge, pair_facts
from comparenotes.errors import CompareNotesError, NotFoundError
from comparenotes.message import accuracy
from comparenotes.message.issues import SHOWN, TOPICS, UNIONS
from comparenotes.message.measure import MIN_HITS, Line, contest
from comparenotes.message.report import Message, message_of

FURTHER = 2
"""So many topics are shown beyond migration and green: those that differ most."""
_NAMES = {k: v for k, (_, v) in TOPICS.items()} | {k: u.name for k, u in UNIONS.items()}
_UNIT = "points"


@dataclass(frozen=True, eq=False)
class Told:
    """One campaign's message, reduced to its governing party and that party's main rival."""

    campaign: Campaign
    facts: Facts
    message: Message

    @cached_property
    def sides(self) -> tuple[str, ...]:
        """Return the contenders compared: who governs first, then the rival with most text."""
        size: dict[str, int] = {}
        for x in self.message.lines:
            size[x.contender] = max(size.get(x.contender, 0), x.sentences)
        ranked = sorted(size, key=lambda c: (-size[c], c))
        own = self.facts.governing
        if own in size:
            ranked = [own, *(c for c in ranked if c != own)]
        return tuple(ranked[:2])

    def lines(self, issue: str) -> list[Line]:
        """Return the two sides' lines of an issue, the governing party's first."""
        found = {x.contender: x for x in self.message.of(issue)}
        return [found[c] for c in self.sides if c in found]

    @property
    def documents(self) -> int:
        """Return the smaller number of texts of the two sides."""
        return min((x.documents for x in self.lines(self.message.issues[0].id)), default=0)

    @property
    def genre(self) -> str:
        """Return the commonest genre of the texts."""
        return next(iter(self.message.kinds()), "other")

    def name(self, contender: str) -> str:
        """Return a contender's name."""
        return self.campaign.contender(contender).name


class MessageProvider:
    """Findings on what the sides say."""

    name = "message"

    def findings(self, home: Campaign, away: Sequence[Campaign], as_of: date) -> list[Finding]:
        """Return the findings for each away campaign; one line where texts are missing."""
        out: list[Finding] = []
        for other in away:
            told = []
            for c, genre in ((home, None), (other, None)):
                try:
                    told.append(self._told(c, as_of, genre))
                except NotFoundError as e:
                    out.append(missing(home, other, c, e))
                    break
            if len(told) == 2:
                # Where both have a genre in common it is read; else each its own.
                told[1] = self._told(other, as_of, told[0].genre)
                out += pair(told[0], told[1])
        return _once(out)

    @staticmethod
    def _told(campaign: Campaign, as_of: date, genre: str | None) -> Told:
        message = message_of(campaign, as_of, ["all"], genre=genre)
        return Told(campaign, facts(campaign, as_of), message)


def _once(found: list[Finding]) -> list[Finding]:
    seen: dict[str, Finding] = {}
    for f in found:
        seen.setdefault(f.claim, f)
    return list(seen.values())


def missing(home: Campaign, away: Campaign, which: Campaign, e: CompareNotesError) -> Finding:
    """Return the one line that says how to add texts."""
    return Finding(
        claim=f"No texts of {which.title}: {e.hint}.",
        headline=f"No texts of {which.title}",
        kind="message",
        provider="message",
        grade="too few to say",
        sources=("no texts given",),
        home=home.id,
        away=(away.id,),
        key=f"message:missing:{which.id}",
        cases=0,
        cases_unit="texts",
        would_change="Texts of this campaign.",
    )


def pair(home: Told, away: Told) -> list[Finding]:
    """Return salience, contest and attack findings of one pair."""
    if len(home.sides) < 2 or len(away.sides) < 2:
        return []
    gaps = {}
    for k in TOPICS:
        if k in ("no-policy", "environment", "energy", "immigration"):
            continue
        if min(_hits(k, home), _hits(k, away)) < MIN_HITS:
            continue
        e = difference(_mean(home.lines(k)), _mean(away.lines(k)))
        half = max(e.hi90 - e.mean, e.mean - e.lo90, 1e-6)
        gaps[k] = abs(e.mean) / half
    further = sorted(gaps, key=lambda k: (-gaps[k], k))[:FURTHER]
    out = []
    for issue in (*SHOWN, *further):
        out += [salience(issue, home, away), contested(issue, home, away)]
        found = attack(issue, home, away)
        if found is not None:
            out.append(found)
    return out


F64 = npt.NDArray[np.float64]


def _hits(issue: str, told: Told) -> int:
    """Return the coded sentences of the two sides together."""
    return sum(x.salience.hits for x in told.lines(issue))


def _mean(lines: Sequence[Line]) -> tuple[float, F64]:
    """Return the mean of the sides' shares with its draws."""
    return (
        float(np.mean([x.salience.share for x in lines])),
        np.mean([x.salience.draws for x in lines], axis=0),
    )


def _least(lines: Sequence[Line]) -> tuple[float, F64]:
    """Return the smaller of the sides' shares: how far both speak of it."""
    return (
        min(x.salience.share for x in lines),
        np.min([x.salience.draws for x in lines], axis=0),
    )


def level(a: tuple[float, F64]) -> Estimate:
    """Return a share with its 90% interval."""
    lo, hi = np.quantile(a[1], (0.05, 0.95))
    return Estimate(a[0], float(min(lo, a[0])), float(max(hi, a[0])))


def difference(a: tuple[float, F64], b: tuple[float, F64]) -> Estimate:
    """Return home less away in points; the two are resampled apart."""
    # The draws of both come from like generators: one is turned round so that the two
    # are independent and a campaign compared with its twin is not certain to be level.
    return level((a[0] - b[0], a[1] - np.roll(b[1], len(b[1]) // 2)))


def _a(genre: str) -> str:
    return f"{'an' if genre[0] in 'aeiou' else 'a'} {genre}"


def _verdict(home: Told, away: Told) -> Verdict:
    v = judge("message", pair_facts(home.facts, away.facts))
    v = replace(
        v, reasons=tuple(r.replace("Another country's polls", "Another country") for r in v.reasons)
    )
    if home.genre == away.genre:
        same = f"Both are measured on the same genre of text: {home.genre}."
        return replace(v, reasons=(same, *v.reasons)[:3])
    words = f"Another genre of text: {home.genre} at home, {away.genre} away; {_a(home.genre)} is "
    words += f"not {_a(away.genre)}."
    if "other" in (home.genre, away.genre):
        where = "at home" if home.genre == "other" else "away"
        words = f"The genre of the texts {where} is not given: a column or line 'kind' says it."
    lower = {"likely": "partly", "partly": "doubtful"}.get(v.carries_over, v.carries_over)
    return replace(v, carries_over=lower, reasons=(words, *v.reasons)[:3])


def _accuracy(issue: str, home: Told, away: Told, what: str) -> list[str]:
    """Return how well the coder finds an issue in the genre and country of each side."""
    cells = dict.fromkeys((t.genre, t.message.campaign.country) for t in (home, away))
    return [accuracy.told(accuracy.row_of(issue, g, c), what) for g, c in cells]


def _finding(
    what: str, issue: str, home: Told, away: Told, e: Estimate | None, claim: str, headline: str,
    data: list[dict[str, Any]], formula: str,
) -> Finding:  # fmt: skip
    verdict = _verdict(home, away)
    documents = min(home.documents, away.documents)
    grade = "too few to say" if e is None else grade_difference(e, documents, MIN_DOCUMENTS)
    caveats = ["Shares are the coder's, which was tested on texts kept aside."]
    if home.genre != away.genre:
        differ = "genres differ" if "other" not in (home.genre, away.genre) else "one is not given"
        caveats.insert(0, f"{home.genre.capitalize()} against {away.genre}: {differ}.")
    if documents < MIN_DOCUMENTS:
        caveats.insert(
            0,
            f"A side has {phrases.count(documents, 'text')}"
            + (": resampled in blocks of 50 sentences." if documents == 1 else "."),
        )
    caveats += _accuracy(issue, home, away, f"of {_NAMES[issue]}")
    number: dict[str, Any] = dict(numbers(e)) if e is not None else {}
    return Finding(
        claim=claim,
        headline=headline,
        kind="message",
        provider="message",
        grade=grade,
        sources=tuple(dict.fromkeys((*home.message.sources, *away.message.sources))),
        **number,
        unit=_UNIT,
        carries_over=verdict.carries_over if verdict.carries_over in VERDICTS else "unknown",
        rule=verdict.rule,
        reasons=verdict.reasons,
        home=home.campaign.id,
        away=(away.campaign.id,),
        key=f"message:{what}:{issue}:{away.campaign.id}",
        cases=documents,
        cases_unit="texts",
        formula=formula,
        data=tuple(data),
        caveats=tuple(caveats),
        would_change="More texts, of the same genre on both sides.",
        extra={"issue": issue, "what": what, "why": verdict.why, "told": (home, away)},
    )  # fmt: skip


def _rows(issue: str, *told: Told) -> list[dict[str, Any]]:
    return [
        {
            "campaign": t.campaign.id,
            "contender": x.contender,
            "genre": t.genre,
            **{k: v for k, v in x.to_dict().items() if not isinstance(v, dict)},
        }
        for t in told
        for x in t.lines(issue)
    ]


def _said(e: Estimate) -> str:
    return f"{phrases.number(e.mean)}% {phrases.short_interval(e)}"


def _noise(e: Estimate, home: Told, away: Told) -> str:
    """Return why a difference says nothing; empty where it does."""
    least = min(home.documents, away.documents)
    if least < MIN_DOCUMENTS:
        return f"; too few to say: a side has {phrases.count(least, 'text')}, under {MIN_DOCUMENTS}"
    if e.lo90 > 0 or e.hi90 < 0:
        return ""
    if grade_difference(e, least, MIN_DOCUMENTS) == "suggestive":
        return ", which at 90% cannot be told apart from none, at 80% can"
    return ", which cannot be told apart from none"


def _too_few(what: str, issue: str, home: Told, away: Told, formula: str) -> Finding | None:
    """Return the finding that both campaigns, or one, hardly spoke of an issue; else None."""
    few = [t for t in (home, away) if _hits(issue, t) < MIN_HITS]
    if not few:
        return None
    name = _NAMES[issue].capitalize()
    said = phrases.join(
        [
            f"{_pair(t)} said {phrases.count(_hits(issue, t), 'sentence')} on it in {t.facts.name}"
            for t in few
        ]
    )
    label = {"salience": "how much", "contest": "who spoke of it"}[what]
    return _finding(
        what, issue, home, away, None,
        f"{name}, {label}: too few to say. {said} (as coded), under {MIN_HITS}.",
        f"{name}: too few sentences", _rows(issue, home, away), formula,
    )  # fmt: skip


def salience(issue: str, home: Told, away: Told) -> Finding:
    """Return how much the two sides of each campaign spoke of an issue."""
    formula = "mean over the two sides of (sentences on the issue / all sentences), home less away"
    few = _too_few("salience", issue, home, away, formula)
    if few is not None:
        return few
    h, a = _mean(home.lines(issue)), _mean(away.lines(issue))
    e, what = difference(h, a), _NAMES[issue]
    claim = (
        f"{what.capitalize()} took {_said(level(h))} of what {_pair(home)} said in "
        f"{home.facts.name} and {_said(level(a))} of what {_pair(away)} said in "
        f"{away.facts.name}: a difference of {phrases.signed(e.mean)} points "
        f"{phrases.interval(e, sign=True)}{_noise(e, home, away)}."
    )
    return _finding(
        "salience", issue, home, away, e, claim,
        f"{what.capitalize()}: {phrases.signed(e.mean)} points of the text against "
        f"{away.facts.name}",
        _rows(issue, home, away), formula,
    )  # fmt: skip


def _pair(t: Told) -> str:
    return phrases.join([t.name(c) for c in t.sides])


def contested(issue: str, home: Told, away: Told) -> Finding:
    """Return whether both sides spoke of an issue, here and there."""
    formula = "smaller of the two sides' shares of an issue, home less away"
    few = _too_few("contest", issue, home, away, formula)
    if few is not None:
        return few
    short = [(t, x) for t in (home, away) for x in t.lines(issue) if x.few]
    e = None
    if not short:
        e = difference(_least(home.lines(issue)), _least(away.lines(issue)))
    what = _NAMES[issue]
    here, there = (_contest_words(issue, t) for t in (home, away))
    same = here == there
    where = f"{here} in {home.facts.name}"
    where += f" and in {away.facts.name}" if same else f", {there} in {away.facts.name}"
    claim = f"{what.capitalize()}: {where}. "
    if e is None:
        said = [
            f"{phrases.count(x.salience.hits, 'sentence')} by {t.name(x.contender)} in "
            f"{t.facts.name}"
            for t, x in short
        ]
        claim += (
            "How much the side that spoke less gave it is too few to say: "
            f"{phrases.join(said)} (as coded), under {MIN_HITS}."
        )
    else:
        claim += (
            f"The side that spoke less of it gave it {phrases.signed(e.mean)} points against "
            f"{away.facts.name} {phrases.interval(e, sign=True)}{_noise(e, home, away)}."
        )
    places = f"{here} at home and away" if same else f"{here} at home, {there} away"
    return _finding(
        "contest", issue, home, away, e, claim, f"{what.capitalize()}: {places}",
        _rows(issue, home, away), formula,
    )  # fmt: skip


def _contest_words(issue: str, t: Told) -> str:
    verdict = contest(t.lines(issue))
    if verdict.startswith("one side: "):
        return f"mainly spoken of by {t.name(verdict.removeprefix('one side: '))}"
    return {
        "battleground": "a battleground",
        "quiet": "quiet on both sides",
        "too few sentences to say": "too few sentences to say",
        "cannot be told apart": "no clear answer whether both sides contested it",
    }.get(verdict, verdict)


def _short(x: Line) -> str:
    """Return in a few words why the attack of a side is withheld."""
    return f"under {MIN_HITS}" if x.few else "the interval would be too wide"


def attack(issue: str, home: Told, away: Told) -> Finding | None:
    """Return how much of the rivals' sentences on an issue attacked; None if too few."""
    rivals = []
    for t in (home, away):
        rows = t.lines(issue)
        if len(rows) < 2:
            return None
        rivals.append(rows[1])
    shares = [x.stances.get("attack") for x in rivals]
    what = _NAMES[issue]
    named = [t.name(x.contender) for t, x in zip((home, away), rivals, strict=True)]
    if shares[0] is None or shares[1] is None:
        short = [
            f"{n} in {t.facts.name} ({phrases.count(x.salience.hits, 'sentence')}, {_short(x)})"
            for n, t, x, s in zip(named, (home, away), rivals, shares, strict=True)
            if s is None
        ]
        return _finding(
            "attack", issue, home, away, None,
            f"Attack on {what}: too few to say of {phrases.join(short)}.",
            f"Attack on {what}: too few sentences",
            _rows(issue, home, away), "sentences that attack / sentences on the issue",
        )  # fmt: skip
    e = difference((shares[0].share, shares[0].draws), (shares[1].share, shares[1].draws))
    each = [Estimate(s.share, s.lo90, s.hi90) for s in shares if s is not None]
    claim = (
        f"Of the sentences on {what} by {named[0]} in {home.facts.name} {_said(each[0])} attacked; "
        f"by {named[1]} in {away.facts.name} {_said(each[1])}: a difference of "
        f"{phrases.signed(e.mean)} points {phrases.interval(e, sign=True)}{_noise(e, home, away)}."
    )
    found = _finding(
        "attack", issue, home, away, e, claim,
        f"Attack on {what}: {phrases.signed(e.mean)} points against {away.facts.name}",
        _rows(issue, home, away), "sentences that attack / sentences on the issue, home less away",
    )  # fmt: skip
    notes = _accuracy("attack", home, away, "of attack")
    return replace(found, caveats=(*found.caveats, *notes))
