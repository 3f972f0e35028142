"""Lessons: the four cells, what a lesson cites, its words, the line, and as-of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from lab.lessons import all_scores

from comparenotes.brief.lessons_block import block
from comparenotes.campaigns.catalogue import campaign_ids
from comparenotes.compare import Comparison, compare
from comparenotes.compare.finding import failure
from comparenotes.compare.lesson_rules import (
    FORBIDDEN,
    READERS,
    REQUIRED,
    RULES,
    VERBS,
    WHOSE,
    rule,
)
from comparenotes.compare.lesson_scores import PastCase, _score
from comparenotes.compare.lesson_words import NO_DATA, REASONS
from comparenotes.compare.lessons import on_page
from comparenotes.compare.race_provider import RaceProvider
from comparenotes.compare.views import Analyses
from tests.compare import factory

AS_OF = date(2026, 8, 20)
WORDS = 30
FIGURE = re.compile(r"[+−]?\d[\d,.]*%?")
BRACKET = re.compile(r"\([^)]*\)")
DATE = re.compile(r"\b\d{1,2} [A-Z][a-z]+ \d{4}\b|\b[A-Z][a-z]+ \d{4}\b")


@pytest.fixture(scope="module")
def bundled() -> Comparison:
    if not {"gb-next", "us-2024"} <= set(campaign_ids()):
        pytest.skip("the bundled catalogue is not built")
    return compare("gb-next", "us-2024", as_of=AS_OF)


def run(**kw: object) -> Comparison:
    race = RaceProvider(Analyses(factory.analyse))
    home = factory.campaign(shares=(30.0, 36.0, 20.0), election=date(2027, 10, 4))
    return compare(home, factory.away(), as_of=AS_OF, providers=[race], **kw)  # type: ignore[arg-type]


def every_sentence(c: Comparison) -> list[str]:
    out = []
    for x in c.lessons:
        for text in (x.do, *x.because, x.how_sure, x.would_change):
            out += [s for s in re.split(r"(?<=[.])\s+(?=[A-Z])", text) if s]
    return out


@pytest.mark.parametrize("reader", READERS)
def test_sentences_are_short_plain_and_hold_two_figures(bundled: Comparison, reader: str) -> None:
    c = replace(bundled, reader=reader)
    for s in every_sentence(c):
        bare = DATE.sub("", BRACKET.sub("", s))
        assert len(s.split()) <= WORDS, s
        assert not any(re.search(rf"\b{w}\b", s.lower()) for w in FORBIDDEN), s
        # "24 of 34" is one figure
        figures = FIGURE.findall(re.sub(r"[\d,]+ of (?=\d)", "", bare))
        assert len(figures) <= 2 or "not measured" in s, s


def test_no_template_holds_a_forbidden_word_and_each_begins_with_a_verb() -> None:
    told = [w for r in RULES for w in r.wording.values()]
    texts = [x for w in told for x in (w.do, w.would_change)] + [*REASONS.values(), NO_DATA]
    assert not [t for t in texts for w in FORBIDDEN if re.search(rf"\b{w}\b", t.lower())]
    assert all(w.do.startswith(VERBS) for w in told)
    assert all("{review}" in w.would_change for w in told)
    assert {r.id for r in RULES} >= set(REQUIRED)
    assert all(c[0] in READERS and c[1] in WHOSE for r in RULES for c in r.wording)


def test_migration_and_green_are_on_every_page(bundled: Comparison) -> None:
    for c in (bundled, run()):
        rows = [r.rule for r in block(c).rows]
        assert set(REQUIRED) <= set(rows)
        assert len(rows) <= 6
    assert len(block(bundled).rows) >= 4


def test_every_lesson_could_be_proved_wrong(bundled: Comparison) -> None:
    for x in bundled.lessons:
        assert x.number is not None
        assert AS_OF < x.day <= bundled.home.election_date
        assert len({y.family for y in bundled.lessons}) == len(bundled.lessons)


def test_deleting_a_cited_finding_changes_or_removes_the_lesson(bundled: Comparison) -> None:
    def told(x: object) -> object:
        return {k: v for k, v in vars(x).items() if k != "findings"}

    cited = [(x, n) for x in bundled.lessons for n in x.findings]
    assert len(cited) >= 8
    for x, n in cited:
        gone = bundled.findings[n - 1]
        # a failure in its place keeps the numbers of the others
        lost = failure(gone.provider, "gone", gone.home, gone.away)
        cut = replace(bundled, findings=tuple(lost if f is gone else f for f in bundled.findings))
        after = {y.rule: y for y in cut.lessons}.get(x.rule)
        assert after is None or told(after) != told(x), (x.rule, gone.key)


def test_the_reader_gets_the_wording_of_the_own_side(bundled: Comparison) -> None:
    here = {x.rule: x for x in bundled.lessons}
    there = {x.rule: x for x in replace(bundled, reader="opposes").lessons}
    assert here["bounce"].cell == ("governs", "own")
    assert there["bounce"].cell == ("opposes", "rival")
    assert here["bounce"].do != there["bounce"].do
    assert here["standing"].do != there["standing"].do
    # the error of polls is the same for whoever leads and whoever trails
    assert here["poll_error"].do == there["poll_error"].do


def test_swapping_the_labels_swaps_the_sentences() -> None:
    race = RaceProvider(Analyses(factory.analyse))
    home = factory.campaign(shares=(30.0, 36.0, 20.0), election=date(2027, 10, 4))
    away = factory.away()
    turned = factory.relabel(home, "lilac", "ochre")
    one = compare(home, away, as_of=AS_OF, providers=[race])
    two = compare(turned, away, as_of=AS_OF, providers=[RaceProvider(Analyses(factory.analyse))])

    def swapped(text: str) -> str:
        return text.replace("Lilac", "\0").replace("Ochre", "Lilac").replace("\0", "Ochre")

    a = [(x.rule, swapped(x.do), swapped(" ".join(x.because))) for x in one.lessons]
    b = [(x.rule, x.do, " ".join(x.because)) for x in two.lessons]
    assert a == b
    assert any("Lilac" in x.would_change + " ".join(x.because) for x in one.lessons)


def test_a_premise_no_better_than_its_base_rate_goes_below_the_line(bundled: Comparison) -> None:
    term = next(x for x in bundled.lessons if x.rule == "second_term")
    assert term.below
    assert "no better than the base rate" in term.how_sure
    page = on_page(bundled.lessons)
    lines = [x.below for x in page]
    assert lines == sorted(lines)


@pytest.mark.parametrize(("lift", "passes"), [(0.0, False), (0.45, True)])
def test_a_score_passes_only_where_the_premise_holds_more_often(lift: float, passes: bool) -> None:
    cases = []
    for i in range(120):
        own = i % 2 == 0
        held = (i // 2 % 20) / 20 < 0.4 + (lift if own else 0.0)
        cases.append(PastCase(f"c{i}", f"C{i % 15}", own, held))
    s = _score(rule("standing"), "then", cases)
    assert s.passes is passes
    assert s.n == 60


def test_under_fifteen_cases_there_is_no_rate() -> None:
    cases = [PastCase(f"c{i}", "C", i < 10, i % 2 == 0) for i in range(60)]
    s = _score(rule("standing"), "then", cases)
    assert s.share is None
    assert not s.passes
    assert len(s.to_dict()["cases"]) == 10


def test_scores_know_nothing_later() -> None:
    early = date(2010, 1, 1)
    for s in all_scores(early):
        for c in getattr(s, "cases", ()):
            year = re.search(r"-(\d{4})", c.case)
            assert year is None or int(year.group(1)) < early.year
    assert sum(getattr(s, "n", 0) for s in all_scores(early)) < sum(
        getattr(s, "n", 0) for s in all_scores(early + timedelta(days=5000))
    )


def test_a_study_is_not_cited_before_it_was_there(bundled: Comparison) -> None:
    timing = next(x for x in bundled.lessons if x.rule == "timing")
    assert "Schleiter and Tavits 2016" in " ".join(timing.because)
    early = compare("gb-next", "us-2024", as_of=AS_OF, providers=[])
    assert not [x for x in early.lessons if x.rule not in REQUIRED]


def test_json_has_each_figure(bundled: Comparison) -> None:
    found = bundled.to_dict()["lessons"]
    assert {"rule", "do", "because", "how_sure", "cases", "would_change", "record"} <= set(found[0])
    bounce = next(x for x in found if x["rule"] == "bounce")
    assert bounce["because"][0]["gap"] == pytest.approx(2.1, abs=0.3)
    assert bounce["because"][0]["lo90"] < bounce["because"][0]["gap"] < bounce["because"][0]["hi90"]
    assert bounce["record"]["n"] >= 15
