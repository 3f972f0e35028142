"""The message provider: how issues feature in what each side says, home against away.

Like with like: who governs here with who governs there, the main challenger with the main
challenger, debates with debates, manifestos with platforms, conventions with party
conferences. For each issue: how much each said (salience), whether both sides of a campaign
speak of it (contest), and how much of it is attack and own record. From the user's texts or
from measured figures. A genre with under five texts on either side that are not the whole of
their kind is not compared; only where nothing matches stand two genres beside each other, and
that is said and lowers the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from comparenotes import words as phrases
from comparenotes.campaigns.model import Campaign
from comparenotes.compare import message_done
from comparenotes.compare.facts import facts
from comparenotes.compare.finding import MIN_DOCUMENTS, VERDICTS, Finding, grade_difference, numbers
from comparenotes.compare.intervals import Estimate
from comparenotes.compare.message_told import (
    CHALLENGER,
    GOVERNING,
    ROLES,
    About,
    NoTexts,
    Told,
    common,
    few_words,
    plural,
    shared,
)
from comparenotes.compare.verdict import Verdict, judge, pair_facts
from comparenotes.errors import CompareNotesError, NotFoundError
from comparenotes.message import accuracy
from comparenotes.message.contest import contest
from comparenotes.message.intervals import Share
from comparenotes.message.issues import SHOWN, TOPICS, UNIONS
from comparenotes.message.measure import MIN_HITS, Line, too_few
from comparenotes.message.report import fullest, message_of

FURTHER = 2
"""So many topics are shown beyond migration and green: those that differ most."""
_NAMES = {k: v for k, (_, v) in TOPICS.items()} | {k: u.name for k, u in UNIONS.items()}
_UNIT = "points"
_ROLE_WORDS = {GOVERNING: "who governs", CHALLENGER: "the main challenger"}
STANCES = {"attack": "attack", "own_record": "own record"}
"""Stances that are compared, and their words."""

F64 = npt.NDArray[np.float64]


class MessageProvider:
    """Findings on what the sides say."""

    name = "message"

    def findings(self, home: Campaign, away: Sequence[Campaign], as_of: date) -> list[Finding]:
        """Return the findings for each away campaign; one line where texts are missing."""
        out: list[Finding] = []
        for other in away:
            told = []
            for c in (home, other):
                try:
                    told.append(told_of(c, as_of))
                except NotFoundError as e:
                    out.append(missing(home, other, c, e))
                    break
            if len(told) == 2:
                out += pair(told[0], told[1])
        return _once(out)


def told_of(campaign: Campaign, as_of: date) -> Told:
    """Return a campaign's message, in the genre of it that holds most of both sides."""
    whole = message_of(campaign, as_of, ["all"])
    return Told(campaign, facts(campaign, as_of), whole, fullest(whole.tally))


def _once(found: list[Finding]) -> list[Finding]:
    seen: dict[str, Finding] = {}
    for f in found:
        seen.setdefault(f.claim, f)
    return list(seen.values())


def missing(home: Campaign, away: Campaign, which: Campaign, e: CompareNotesError) -> Finding:
    """Return the one line that says how to add texts."""
    return Finding(
        claim=f"No texts of {which.title}, so no data: {e.hint}.",
        headline=f"No texts of {which.title}: no data",
        short=f"No texts of {which.title}",
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
        payload=NoTexts(which.id),
    )


def pair(home: Told, away: Told) -> list[Finding]:
    """Return salience, contest, attack and own-record findings, and what was done, of one pair."""
    genre = common(home, away)
    if genre is not None:
        home, away = (replace(t, genre=genre) for t in (home, away))
    out = []
    for issue in (*SHOWN, *_further(home, away)):
        out += [f for role in ROLES if (f := salience(issue, home, away, role)) is not None]
        out += [contested(issue, home, away)] if genre is not None else []
        if issue in SHOWN:
            for stance in STANCES:
                each = (stance_of(stance, issue, home, away, role) for role in ROLES)
                out += [f for f in each if f is not None]
    return [*out, *message_done.findings(home, away)]


def _further(home: Told, away: Told) -> list[str]:
    """Return the topics beside migration and green on which the two differ most."""
    gaps: dict[str, float] = {}
    for k in TOPICS:
        if k in ("no-policy", "environment", "energy", "immigration"):
            continue
        for role in ROLES:
            found = _lines(k, home, away, role)
            if isinstance(found, Matched) and not found.few:
                e = difference(found.home.salience, found.away.salience)
                half = max(e.hi90 - e.mean, e.mean - e.lo90, 1e-6)
                gaps[k] = max(gaps.get(k, 0.0), abs(e.mean) / half)
    return sorted(gaps, key=lambda k: (-gaps[k], k))[:FURTHER]


# ------------------------------------------------------------------ what is set beside what


@dataclass(frozen=True, eq=False)
class Matched:
    """Two sides' lines of one issue that are compared, and in which genres."""

    home: Line
    away: Line
    home_genre: str
    away_genre: str

    @property
    def genre(self) -> str:
        """Return the genre, or the two, in words."""
        if self.home_genre == self.away_genre:
            return plural(self.home_genre)
        return f"{plural(self.home_genre)} at home, {plural(self.away_genre)} away"

    @property
    def few(self) -> bool:
        """Return whether a side has too few sentences on the issue."""
        return bool(self.home.few or self.away.few)

    @property
    def cases(self) -> tuple[int, str]:
        """Return the smaller number of what is resampled, and what it is."""
        whole = self.home.whole and self.away.whole
        if whole:
            return min(self.home.blocks, self.away.blocks), "blocks of 50 sentences"
        each = [x.documents for x in (self.home, self.away) if not x.whole]
        return min(each), "texts"


@dataclass(frozen=True)
class Unmatched:
    """Why a role's two sides are not compared, and whether one of them has no texts at all."""

    why: str
    no_data: bool


def _lines(
    issue: str,
    home: Told,
    away: Told,
    role: str,
    said: Callable[[Line], bool] = lambda x: x.few is None,
) -> Matched | Unmatched:
    """Return the lines of a role's two sides, or why they are not compared.

    Of the genres they share it is the fullest in which both have enough to say (``said``).
    """
    who = home.by_role[role], away.by_role[role]
    short = [few_words(t, c) for t, c in zip((home, away), who, strict=True)
             if c is not None and not t.genres(c)]  # fmt: skip
    if None in who or short:
        silent = [c is not None and not t.genres(c, enough=False)
                  for t, c in zip((home, away), who, strict=True)]  # fmt: skip
        why = phrases.join(short) or "a campaign has no main challenger"
        return Unmatched(why, any(silent))
    matches = [
        Matched(a, b, g, g)
        for g in shared(home, away, role)
        if (a := home.line(issue, who[0], g)) and (b := away.line(issue, who[1], g))
    ]
    if not matches:
        mixed = [
            Matched(a, b, own, other)
            for own in _ranked(home, who[0])
            for other in _ranked(away, who[1])
            if (a := home.line(issue, who[0], own)) and (b := away.line(issue, who[1], other))
        ]
        # What has texts enough of a genre has a line of every issue, so there is one.
        return next((m for m in mixed if said(m.home) and said(m.away)), mixed[0])
    full = [m for m in matches if said(m.home) and said(m.away)]
    return full[0] if full else matches[0]


def _ranked(t: Told, contender: str | None) -> list[str]:
    """Return the genres of a side's texts, the fullest first."""
    sizes = t.genres(contender)
    return sorted(sizes, key=lambda g: (-sizes[g], g))


def level(a: tuple[float, F64]) -> Estimate:
    """Return a share with its 90% interval."""
    lo, hi = np.quantile(a[1], (0.05, 0.95))
    return Estimate(a[0], float(min(lo, a[0])), float(max(hi, a[0])))


def difference(a: Share, b: Share) -> Estimate:
    """Return home less away in points; the two are resampled apart."""
    return _apart((a.share, a.draws), (b.share, b.draws))


def _apart(a: tuple[float, F64], b: tuple[float, F64]) -> Estimate:
    # The draws of both come from like generators: one is turned round so that the two
    # are independent and a campaign compared with its twin is not certain to be level.
    return level((a[0] - b[0], a[1] - np.roll(b[1], len(b[1]) // 2)))


# ------------------------------------------------------------------ findings


def _verdict(home: Told, away: Told, m: Matched) -> Verdict:
    v = judge("message", pair_facts(home.facts, away.facts, of_polls=False))
    if m.home_genre == m.away_genre:
        same = f"Both are measured on the same genre of text: {m.genre}."
        return replace(v, reasons=(same, *v.reasons)[:3])
    words = f"Another genre of text: {m.home_genre} at home, {m.away_genre} away; nothing matches."
    if "other" in (m.home_genre, m.away_genre):
        where = "at home" if m.home_genre == "other" else "away"
        words = f"The genre of the texts {where} is not given: a column or line 'kind' says it."
    lower = {"likely": "partly", "partly": "doubtful"}.get(v.carries_over, v.carries_over)
    return replace(v, carries_over=lower, reasons=(words, *v.reasons)[:3])


def _finding(
    what: str, issue: str, home: Told, away: Told, m: Matched, e: Estimate | None, claim: str,
    label: str, said: str, data: list[dict[str, Any]], formula: str, role: str | None = None,
    details: Sequence[str] = (), more: Sequence[str] = (),
) -> Finding:  # fmt: skip
    verdict = _verdict(home, away, m)
    cases, unit = m.cases
    grade = "too few to say" if e is None else grade_difference(e, cases, MIN_DOCUMENTS)
    caveats = list(more)
    if m.home_genre != m.away_genre:
        grade = {"measured": "suggestive"}.get(grade, "too few to say")
        differ = "genres differ, as nothing matches"
        if "other" in (m.home_genre, m.away_genre):
            differ = "one is not given"
        caveats.insert(0, f"{m.home_genre.capitalize()} against {m.away_genre}: {differ}.")
    about = what if what in STANCES else issue
    found = [
        accuracy.row_of(about, g, t.campaign.country)
        for t, g in ((home, m.home_genre), (away, m.away_genre))
    ]
    rated = [_accuracy(row, about) for row in found]
    number: dict[str, Any] = dict(numbers(e)) if e is not None else {}
    tail = f":{role}" if role else ""
    return Finding(
        claim=claim,
        headline=f"{label}: {said}",
        short=label,
        kind="message",
        provider="message",
        grade=grade,
        sources=tuple(dict.fromkeys(s for t, g in ((home, m.home_genre), (away, m.away_genre))
                                    for s in t.in_genre(g).sources)),
        **number,
        unit=_UNIT,
        carries_over=verdict.carries_over if verdict.carries_over in VERDICTS else "unknown",
        rule=verdict.rule,
        reasons=verdict.reasons,
        home=home.campaign.id,
        away=(away.campaign.id,),
        key=f"message:{what}:{issue}:{away.campaign.id}{tail}",
        cases=cases,
        cases_unit=unit,
        details=tuple(dict.fromkeys((*details, *rated))),
        formula=formula,
        data=(*data, *(_measured(row) for row in found if row["sentences"])),
        caveats=tuple(dict.fromkeys(c for c in caveats if c)),
        would_change="More texts, of the same genre on both sides.",
        why=verdict.why,
        payload=About(issue, what, role, (m.home_genre, m.away_genre), (home, away)),
    )  # fmt: skip


def _accuracy(row: Mapping[str, Any], what: str) -> str:
    """Return how well the coder finds an issue or stance in a genre and country."""
    return accuracy.sentence(row, f"of {_NAMES.get(what, STANCES.get(what, what))}")


def _measured(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the coder's accuracy as a row of what a finding rests on."""
    return {
        "what": f"the coder in {accuracy.genre_words(row)}",
        "recall": row["recall"],
        "precision": row["precision"],
        "of": row["n"],
        "sentences": row["sentences"],
    }


def _row(t: Told, x: Line, genre: str) -> dict[str, Any]:
    facts_of = {"campaign": t.campaign.id, "genre": genre}
    for k, v in x.to_dict().items():
        if isinstance(v, dict):
            if k in STANCES:
                facts_of |= {f"{k}_{name}": n for name, n in v.items()}
        elif not isinstance(v, list):
            facts_of[k] = v
    return facts_of


def _rows(home: Told, away: Told, m: Matched) -> list[dict[str, Any]]:
    return [_row(home, m.home, m.home_genre), _row(away, m.away, m.away_genre)]


def _said(s: Share) -> str:
    return phrases.spread(s.share, s.lo90, s.hi90, unit="%")


def _noise(e: Estimate, cases: int) -> str:
    """Return why a difference says nothing; empty where it does."""
    if cases < MIN_DOCUMENTS:
        return f"; too few to say: a side has {phrases.count(cases, 'text')}, under {MIN_DOCUMENTS}"
    if e.lo90 > 0 or e.hi90 < 0:
        return ""
    if grade_difference(e, cases, MIN_DOCUMENTS) == "suggestive":
        return ", which at 90% cannot be told apart from none, at 80% can"
    return ", which cannot be told apart from none"


def _then(home: Told, away: Told) -> list[str]:
    return [x for x in (home.roles_then(), away.roles_then()) if x is not None]


def _not_compared(
    what: str, issue: str, home: Told, away: Told, role: str, m: Unmatched
) -> Finding:
    """Return the finding that a role's two sides cannot be compared: no data, or too little."""
    name = _NAMES[issue].capitalize()
    about = {"salience": "how much"}.get(what, STANCES.get(what, what))
    words = "no data" if m.no_data else "not compared"
    return Finding(
        claim=f"{name}, {about} by {_ROLE_WORDS[role]}: {words}. {m.why}.",
        headline=f"{name}, {about} by {_ROLE_WORDS[role]}: {words}",
        short=f"{name}, {about} by {_ROLE_WORDS[role]}",
        kind="message",
        provider="message",
        grade="too few to say",
        sources=tuple(dict.fromkeys((*home.message.sources, *away.message.sources))),
        home=home.campaign.id,
        away=(away.campaign.id,),
        key=f"message:{what}:{issue}:{away.campaign.id}:{role}",
        cases=0,
        cases_unit="texts",
        would_change="Texts of the side without any, of a genre the other has.",
        payload=About(issue, what, role),
    )


def salience(issue: str, home: Told, away: Told, role: str) -> Finding | None:
    """Return how much a role's two sides spoke of an issue."""
    formula = "sentences on the issue / all sentences of the side, home less away"
    m = _lines(issue, home, away, role)
    if isinstance(m, Unmatched):
        return _not_compared("salience", issue, home, away, role, m) if issue in SHOWN else None
    name, who = _NAMES[issue].capitalize(), _ROLE_WORDS[role]
    sides = [(home, m.home), (away, m.away)]
    details, beside = _beside(issue, home, away, role, m)
    data = [*_rows(home, away, m), *beside]
    if m.few:
        said = phrases.join(
            [
                f"{t.name(x.contender)} said {phrases.count(x.salience.hits, 'sentence')} on it in "
                f"{t.where}"
                for t, x in sides
                if x.few
            ]
        )
        return _finding(
            "salience", issue, home, away, m, None,
            f"{name}, how much by {who}: too few to say. {said} (as coded, {m.genre}), under "
            f"{MIN_HITS}.",
            f"{name}, {who}", "too few sentences", data, formula, role, details,
            _then(home, away),
        )  # fmt: skip
    e = difference(m.home.salience, m.away.salience)
    told = [
        f"{_said(x.salience)} of what {t.name(x.contender)} said in {t.where}" for t, x in sides
    ]
    claim = (
        f"{name} took {told[0]} and {told[1]} ({m.genre}): a difference of "
        f"{phrases.signed(e.mean)} points {phrases.interval(e, sign=True)}"
        f"{_noise(e, m.cases[0])}."
    )
    return _finding(
        "salience", issue, home, away, m, e, claim,
        f"{name}, {who}", f"{phrases.signed(e.mean)} points of the text against {away.facts.name}",
        data, formula, role, details, _then(home, away),
    )  # fmt: skip


def _beside(
    issue: str, home: Told, away: Told, role: str, m: Matched
) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the difference in other genres, and third parties that carry the issue, with rows."""
    out: list[str] = []
    rows: list[dict[str, Any]] = []
    who = home.by_role[role], away.by_role[role]
    for g in shared(home, away, role):
        a, b = home.line(issue, who[0], g), away.line(issue, who[1], g)
        if g not in (m.home_genre, m.away_genre) and a and b and not (a.few or b.few):
            e = difference(a.salience, b.salience)
            out.append(
                f"In {plural(g)} the difference is {phrases.signed(e.mean)} points "
                f"{phrases.interval(e, sign=True)}."
            )
            rows += [{"genre": g, "difference": e.mean, "lo90": e.lo90, "hi90": e.hi90},
                     _row(home, a, g), _row(away, b, g)]  # fmt: skip
    if role == CHALLENGER:
        for t, g in ((home, m.home_genre), (away, m.away_genre)):
            if more := t.others(issue, g):
                named = [f"{t.name(x.contender)} {_said(x.salience)}" for x in more]
                out.append(f"Beside them in {t.where} ({plural(g)}): {phrases.join(named)}.")
                rows += [_row(t, x, g) for x in more]
    return out, rows


def contested(issue: str, home: Told, away: Told) -> Finding:
    """Return whether both sides spoke of an issue, here and there, in the genre shown."""
    formula = "smaller of the two sides' shares of an issue, home less away"
    rows = [(t, x) for t in (home, away) for x in t.lines(issue)]
    short = [(t, x) for t, x in rows if x.few]
    m = _shown(issue, home, away)
    what = _NAMES[issue].capitalize()
    alone = [t for t in (home, away) if len(t.lines(issue)) < 2]
    data = [_row(t, x, t.genre) for t, x in rows]
    if alone:
        why = phrases.join(
            [f"no data on {t.name(c)} in {t.where}" for t in alone for c in t.by_role.values()
             if c is not None and c not in t.sides]
        )  # fmt: skip
        told = [f"{_contest_words(issue, t)} in {t.where}" for t in (home, away) if t not in alone]
        why = f"{plural(home.genre).capitalize()}: {phrases.join([*told, why])}"
        return _finding(
            "contest", issue, home, away, m, None,
            f"{what}: who spoke of it cannot be set beside each other. {why}.",
            f"{what}, contest", "no data", data, formula,
        )  # fmt: skip
    here, there = (_contest_words(issue, t) for t in (home, away))
    same = here == there
    where = f"{here} in {home.where}"
    where += f" and in {away.where}" if same else f", {there} in {away.where}"
    claim = f"{what} ({plural(home.genre)}): {where}. "
    e = None
    if short:
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
        e = _apart(_least(home.lines(issue)), _least(away.lines(issue)))
        claim += (
            f"The side that spoke less of it gave it {phrases.signed(e.mean)} points against "
            f"{away.facts.name} {phrases.interval(e, sign=True)}{_noise(e, m.cases[0])}."
        )
    places = f"{here} at home and away" if same else f"{here} at home, {there} away"
    return _finding(
        "contest", issue, home, away, m, e, claim, what, places, data, formula,
    )  # fmt: skip


def _shown(issue: str, home: Told, away: Told) -> Matched:
    """Return the smaller side's line of each campaign in the genre shown."""
    each = [min(t.message.of(issue), key=lambda x: x.blocks) for t in (home, away)]
    for i, t in enumerate((home, away)):
        if t.lines(issue):
            each[i] = min(t.lines(issue), key=lambda x: x.blocks)
    return Matched(each[0], each[1], home.genre, away.genre)


def _least(lines: Sequence[Line]) -> tuple[float, F64]:
    """Return the smaller of the sides' shares: how far both speak of it."""
    return (
        min(x.salience.share for x in lines),
        np.min([x.salience.draws for x in lines], axis=0),
    )


def _contest_words(issue: str, t: Told) -> str:
    return contest(issue, t.lines(issue)).within(t.name)


def stance_of(stance: str, issue: str, home: Told, away: Told, role: str) -> Finding | None:
    """Return how much of a role's sentences on an issue attacked, or claimed a record."""
    words, name, who = STANCES[stance], _NAMES[issue], _ROLE_WORDS[role]
    formula = f"sentences that are {words} / sentences on the issue, home less away"
    m = _lines(issue, home, away, role, lambda x: x.stances.get(stance) is not None)
    if isinstance(m, Unmatched):
        return _not_compared(stance, issue, home, away, role, m)
    sides = [(home, m.home), (away, m.away)]
    label = f"{words.capitalize()} on {name}, {who}"
    a, b = (x.stances.get(stance) for _, x in sides)
    if a is None or b is None:
        short = [
            f"{t.name(x.contender)} in {t.where} "
            f"({phrases.count(x.salience.hits, 'sentence')}, {_short(x)})"
            for (t, x), s in zip(sides, (a, b), strict=True)
            if s is None
        ]
        return _finding(
            stance, issue, home, away, m, None,
            f"{label}: too few to say of {phrases.join(short)} ({m.genre}).",
            label, "too few sentences", _rows(home, away, m), formula, role, (),
            _then(home, away),
        )  # fmt: skip
    e = difference(a, b)
    verb = {"attack": "attacked", "own_record": "claimed an own record"}[stance]
    claim = (
        f"Of the sentences on {name} by {home.name(m.home.contender)} in {home.where} {_said(a)} "
        f"{verb}; by {away.name(m.away.contender)} in {away.where} {_said(b)} ({m.genre}): a "
        f"difference of {phrases.signed(e.mean)} points {phrases.interval(e, sign=True)}"
        f"{_noise(e, m.cases[0])}."
    )
    return _finding(
        stance, issue, home, away, m, e, claim,
        label, f"{phrases.signed(e.mean)} points against {away.facts.name}",
        _rows(home, away, m), formula, role, (), _then(home, away),
    )  # fmt: skip


def _short(x: Line) -> str:
    """Return in a few words why the attack of a side is withheld."""
    return f"under {MIN_HITS}" if too_few(x.salience.hits) else "the interval would be too wide"
