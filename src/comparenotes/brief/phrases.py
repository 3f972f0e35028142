"""Sentences of the brief itself: the lede, both outcomes, the footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comparenotes import words as phrases
from comparenotes.compare.comparison import Comparison
from comparenotes.compare.finding import Finding
from comparenotes.compare.views import View

GRADE_MARKS = {
    "measured": "●",
    "suggestive": "◐",
    "too few to say": "○",
    "reported": "✎",
    "failed": "×",
}
"""A shape a grade, so that no grade is told by colour alone."""

TAKE_HOME = 5
PRINTED_HOME = 3
"""Findings to take home on a printed page, beside the lessons."""
TWICE = frozenset({"record", "message", "note"})
"""Kinds of which two may be among what to take home; of others one."""


@dataclass(frozen=True)
class Outcome:
    """One way the vote can go: title and sentences, the same shape for both."""

    title: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the sentences as one paragraph."""
        return " ".join(self.sentences)


def lede(c: Comparison) -> str:
    """Return what is compared, when, and how many findings were tested with which grades."""
    counts = c.counts()
    graded = [
        f"{phrases.word(counts[g])} {g}"
        for g in ("measured", "suggestive", "too few to say", "reported")
        if counts[g]
    ]
    away = phrases.some([c.facts[a.id].name for a in c.away])
    tested = _capital(phrases.count(c.tested, "finding"))
    verb = "was" if c.tested == 1 else "were"
    failed = (
        f" {_capital(phrases.count(len(c.failed), 'part'))} could not be computed."
        if c.failed
        else ""
    )
    told = f": {phrases.join(graded)}" if graded else ""
    return (
        f"What {c.facts[c.home.id].name} can learn from {away}, as of {phrases.day(c.as_of)}. "
        f"{tested} {verb} tested{told}.{failed}"
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def take_home(c: Comparison, most: int = TAKE_HOME) -> list[Finding]:
    """Return the strongest findings, few of a kind, that a reader should leave with.

    With several away campaigns the first place goes to what they say together.
    """
    ranked = [f for f in c.ranked() if f.estimate is not None or f.grade == "reported"]
    together = [f for f in ranked if f.kind == "synthesis"][:1] if len(c.away) > 1 else []
    out: list[Finding] = []
    for f in together + ranked:
        before = sum(x.kind == f.kind for x in out)
        if f not in out and before < (2 if f.kind in TWICE else 1) and len(out) < most:
            out.append(f)
    # The title is the first strong finding; it must be among those shown.
    best = next(iter(c.ranked()), None)
    if best is not None and best.estimate is not None and best not in out:
        out[-1:] = [best]
    return sorted(out, key=lambda f: (f.kind == "synthesis", ranked.index(f)))


def outcomes(c: Comparison) -> tuple[Outcome, Outcome] | None:
    """Return both ways the vote at home can go, in sentences of the same shape.

    None where home names no governing party or its range on polling day is unknown.
    """
    view = c.views.get(c.home.id)
    if view is None or view.focus is None or view.rival is None or view.race.forecast is None:
        return None
    p = view.race.forecast.p_first.get(view.focus)
    lead = view.lead()
    if p is None or lead is None:
        return None
    name, rival = view.name(view.focus), view.name(view.rival)
    days = phrases.count(view.facts.days_to_go, "day")
    side, word = ("behind", "gain") if lead.mean < 0 else ("ahead of", "lose")
    needs = [
        f"{phrases.points(lead.mean)} {side} {rival} now, it would {word} {bound} than that "
        f"in the {days} left."
        for bound in (("more", "less") if lead.mean < 0 else ("less", "more"))
    ]
    term = view.facts.term
    what = (
        f"It would open a {phrases.ordinal(term + 1)} term." if term else "It would govern on.",
        f"It would close a {phrases.ordinal(term)} term." if term else "It would govern no more.",
    )
    if view.facts.system not in ("fptp", "electoral_college", "two_round", "preferential"):
        what = (
            "Who governs is then settled by the seats and by who joins whom.",
            "Who governs is then settled by the seats and by who joins whom.",
        )
    elif view.facts.system in ("fptp", "electoral_college"):
        what = (
            f"{what[0]} {_unit(view)}, not votes, settle it.",
            f"{what[1]} {_unit(view)}, not votes, settle it.",
        )
    chance = "Polls of {} and how such races move put it at {}."
    day = phrases.day(view.facts.day)
    return (
        Outcome(
            f"If first place goes to {name}",
            _told(chance.format(day, phrases.percent(p)), needs[0], what[0], _governed(c, True)),
        ),
        Outcome(
            "If first place goes elsewhere",
            _told(
                chance.format(day, phrases.percent(1 - p)), needs[1], what[1], _governed(c, False)
            ),
        ),
    )


def _told(*sentences: str) -> tuple[str, ...]:
    return tuple(s for s in sentences if s)


def _unit(view: View) -> str:
    return "Electors" if view.facts.system == "electoral_college" else "Seats"


def _governed(c: Comparison, kept: bool) -> str:
    """Return which away governments kept (or lost) office; nothing where none is known to."""
    away = [v for v in c.views.values() if v.campaign.id != c.home.id]
    names = [v.title for v in away if v.kept_office is kept]
    word = "kept" if kept else "lost"
    return (
        f"Compared here, the government {word} office in {phrases.some(names, 3)}." if names else ""
    )


def poll_age(c: Comparison) -> str:
    """Return the sentence on the age of home's newest poll."""
    age, newest = c.newest_poll_age(), c.facts[c.home.id].newest_poll
    if age is None or newest is None:
        return "There is no poll at home."
    old = phrases.count(age, "day")
    return f"Newest poll at home: {phrases.day(newest)}, {old} before the day of reading."


def left_out(c: Comparison, most: int = 3) -> list[str]:
    """Return one sentence a campaign on the rows that were not used."""
    if len(c.away) > 2:
        named = []
        for campaign in (c.home, *c.away):
            total = sum(x.count for i, x in c.left_out() if i == campaign.id)
            named.append(f"{c.facts[campaign.id].name} {total:,}")
        return [f"Rows, with the reasons in the data: {phrases.some(named, 6)}."]
    out = []
    for campaign in (c.home, *c.away):
        items = [x for i, x in c.left_out() if i == campaign.id and x.count]
        if not items:
            continue
        items.sort(key=lambda x: -x.count)
        named = [f"{x.why} ({x.count:,})" for x in items[:most]]
        more = sum(x.count for x in items[most:])
        if more:
            named.append(f"other reasons ({more:,})")
        out.append(f"{c.facts[campaign.id].name}: {'; '.join(named)}.")
    return out


def failures(c: Comparison) -> list[str]:
    """Return what failed and why."""
    return [f.claim for f in c.failed]


def interval_line(f: Finding) -> str:
    """Return ``−5.1 points (90% interval −6.5 to −3.7)``; a share of cases has no sign."""
    if f.estimate is None or f.lo90 is None or f.hi90 is None:
        return "no number"
    told = phrases.number if f.unit.startswith("per cent") else phrases.signed
    return f"{told(f.estimate)} {f.unit} (90% interval {told(f.lo90)} to {told(f.hi90)})"


def why_grade(f: Finding) -> str:
    """Return in words why the finding has its grade."""
    cases = f"{f.cases:,} {f.cases_unit}" if f.cases is not None else "the cases"
    if f.estimate is None:
        return f"{f.grade}: there is no number to test"
    if f.grade == "measured":
        return f"measured: the 95% interval excludes no difference ({cases})"
    if f.grade == "suggestive":
        return f"suggestive: the 80% interval excludes no difference, the 95% does not ({cases})"
    if f.grade == "too few to say":
        from comparenotes.compare.finding import MIN_CASES
        from comparenotes.message.measure import MIN_DOCUMENTS

        if f.provider == "message" and f.cases is not None and f.cases < MIN_DOCUMENTS:
            texts = "text" if f.cases == 1 else "texts"
            return f"too few to say: a side has {f.cases} {texts}, fewer than {MIN_DOCUMENTS}"
        if f.provider != "message" and f.cases is not None and f.cases < MIN_CASES:
            return f"too few to say: {cases}, fewer than {MIN_CASES}"
        return f"too few to say: the 80% interval includes no difference ({cases})"
    return f.grade


def reasons_line(reasons: Sequence[str]) -> str:
    """Return the deciding facts as one run of sentences."""
    return " ".join(r if r.endswith(".") else f"{r}." for r in reasons)


def hit_rate_line(c: Comparison) -> str:
    """Return how often the verdicts held on past pairs, or nothing where it is not known."""
    from comparenotes.compare.hit_rate import sentence

    return sentence(c.as_of)


def past_rate(f: Finding, c: Comparison) -> str:
    """Return how often verdicts like this finding's held, or nothing where it is not known."""
    from comparenotes.compare.hit_rate import of_kind

    return of_kind(f.kind, f.carries_over, c.as_of)


def texts_line(documents: int, sentences: int, genre: str) -> str:
    """Return what a message was measured on: ``123 texts, 5,047 sentences (speech)``."""
    texts = _capital(phrases.count(documents, "text"))
    return (
        f"{texts}, {phrases.count(sentences, 'sentence')} ({genre}); intervals (90%) resample texts"
    )
