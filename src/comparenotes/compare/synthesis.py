"""Several away campaigns together: "in four of six", and the exceptions named.

Under 15 campaigns these are cases, not odds: the count and the names are given,
and the grade is ``too few to say``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from comparenotes import words as phrases
from comparenotes.compare.finding import MIN_CASES, Finding, numbers
from comparenotes.compare.intervals import proportion
from comparenotes.compare.verdict import judge_many
from comparenotes.compare.views import View

Answer = Callable[[View], bool | None]


@dataclass(frozen=True)
class Question:
    """A yes-or-no question put to every away campaign, and to home.

    ``yes`` and ``no`` finish "In four of six away campaigns ..." and "not in ...".
    ``kind`` names the pair finding whose verdict counts.
    """

    key: str
    kind: str
    yes: str
    answer: Answer
    about_home: str  # with {who} and the answer's word
    yes_home: str
    no_home: str


def _ahead(view: View) -> bool | None:
    lead = view.lead()
    return None if lead is None else lead.mean > 0


def _gained(view: View) -> bool | None:
    return None if view.event is None else view.event.effect > 0


def _came_first(view: View) -> bool | None:
    rank = view.rank(view.focus) if view.focus else None
    return None if rank is None else rank == 1


def _understated(view: View) -> bool | None:
    lead = view.lead()
    if lead is None or view.focus is None or view.rival is None:
        return None
    if not {view.focus, view.rival} <= set(view.result):
        return None
    return view.result[view.focus] - view.result[view.rival] > lead.mean


QUESTIONS = (
    Question(
        "ahead",
        "standing",
        "the governing party was ahead in the polls on the day compared",
        _ahead,
        "At home {who} was {answer}.",
        "ahead",
        "not ahead",
    ),
    Question(
        "gained",
        "change",
        "the side that changed who leads or stands gained in the polls with the change",
        _gained,
        "At home {who} {answer}.",
        "gained",
        "did not gain",
    ),
    Question(
        "came_first",
        "result",
        "the governing party came first in votes",
        _came_first,
        "Home has not voted yet.",
        "",
        "",
    ),
    Question(
        "kept_office",
        "result",
        "the governing party led the government after the vote",
        lambda view: view.kept_office,
        "Home has not voted yet.",
        "",
        "",
    ),
    Question(
        "understated",
        "poll_error",
        "the result was better for the governing party than the last polls",
        _understated,
        "Home has not voted yet.",
        "",
        "",
    ),
)


def synthesis(home: View, aways: Sequence[View], pairs: Sequence[Finding]) -> list[Finding]:
    """Return one finding a question that at least two away campaigns answer."""
    out = []
    for question in QUESTIONS:
        answers = [(v, a) for v in aways if (a := question.answer(v)) is not None]
        if len(answers) >= 2:
            out.append(_together(home, question, answers, pairs, len(aways)))
    return out


def _together(
    home: View,
    question: Question,
    answers: Sequence[tuple[View, bool]],
    pairs: Sequence[Finding],
    asked: int,
) -> Finding:
    yes = [v for v, a in answers if a]
    no = [v for v, a in answers if not a]
    n = len(answers)
    share = proportion(len(yes), n)
    missing = f" {phrases.word(asked - n).capitalize()} cannot answer." if asked > n else ""
    named = []
    if yes:
        named.append(f"yes in {phrases.join([v.title for v in yes])}")
    if no:
        named.append(f"no in {phrases.join([v.title for v in no])}")
    firsts = sorted({v.votes for v, _ in answers if v.votes != "votes"})
    counted = ""
    if firsts and question.key in ("ahead", "came_first"):
        counted = f" ({phrases.join(firsts)} where they are counted first)"
    verdicts = {f.away[0]: f.carries_over for f in pairs if f.kind == question.kind and f.away}
    verdict = judge_many(
        [(v.title, verdicts[v.campaign.id]) for v, _ in answers if v.campaign.id in verdicts]
        or [(home.title, "unknown")]
    )
    grade = "too few to say"
    if n >= MIN_CASES:
        lo, hi = share.lo90, share.hi90
        grade = "suggestive" if lo > 50 or hi < 50 else grade
    return Finding(
        claim=(
            f"In {phrases.of(len(yes), n)} away campaigns {question.yes}{counted}: "
            f"{'; '.join(named)}.{missing} {_home(home, question)}"
        ),
        headline=f"In {phrases.of(len(yes), n)} {question.yes}",
        kind="synthesis",
        provider="race",
        grade=grade,
        sources=tuple(
            dict.fromkeys(s for v in (home, *(v for v, _ in answers)) for s in v.sources)
        ),
        unit="per cent of campaigns",
        carries_over=verdict.carries_over,
        reasons=verdict.reasons,
        rule=verdict.rule,
        home=home.campaign.id,
        away=tuple(v.campaign.id for v, _ in answers),
        key=f"race:synthesis:{question.key}",
        cases=n,
        cases_unit="campaigns",
        formula="campaigns that answer yes / campaigns that can answer; Wilson's interval",
        data=[
            {"campaign": v.campaign.id, "title": v.title, "answer": "yes" if a else "no"}
            for v, a in answers
        ],
        caveats=(
            "The away campaigns were chosen, not drawn: the interval holds for a random choice.",
            "Under 15 campaigns these are cases, not odds.",
        ),
        would_change="Other away campaigns; see cn suggest for winners and losers alike.",
        **numbers(share),  # type: ignore[arg-type]
    )


def _home(home: View, question: Question) -> str:
    answer = question.answer(home)
    if question.yes_home == "":
        return question.about_home if answer is None else ""
    if answer is None:
        return "Home cannot answer yet."
    who = home.event.contender if question.key == "gained" and home.event else home.focus
    return question.about_home.format(
        who=home.name(who or ""), answer=question.yes_home if answer else question.no_home
    )
