"""What each side spoke of, in the brief: chart, and quotes from the user's own texts only."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from comparenotes.brief import html, markdown, phrases
from comparenotes.brief.behind import full_dict
from comparenotes.brief.message_charts import issues_chart, messages_of
from comparenotes.brief.plain import plain
from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.compare import Comparison, compare
from tests.brief.test_html import CHROMIUM, Page, inert, pages
from tests.web.reading import strangers

SAID = (
    "We will welcome immigrants who work hard and reform the immigration system.",
    "Their immigration policy has failed 4,711 families at the border.",
    "We built 318 wind farms and cut carbon emissions from our power stations.",
    "They would let polluters poison <script>alert(1)</script> our rivers & climate.",
    "Our schools are better than they were and our teachers are paid more.",
    "The economy grows and unemployment falls in every state of the union.",
)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty invented speeches, twenty a side."""
    rows = ["contender,speaker,date,text"]
    for i in range(40):
        who = ("dem", "rep")[i % 2]
        said = " ".join(SAID[(i + k) % len(SAID)] for k in range(2 + i % 3))
        rows.append(f'{who},Speaker {i},2012-09-0{1 + i % 9},"{said} This is speech number {i}."')
    path = tmp_path_factory.mktemp("texts") / "speeches.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def told(texts: Path) -> Comparison:
    home = replace(load_bundled("us-2012"), texts=(texts,))
    return compare(home, "gb-2010", as_of=date(2012, 11, 5))


@pytest.fixture(scope="module")
def measured() -> Comparison:
    return compare("us-2012", "gb-2010", as_of=date(2012, 11, 5))


def test_home_and_away_with_the_issues_of_the_findings(told: Comparison) -> None:
    said = messages_of(told)
    assert [s.campaign for s in said] == ["us-2012", "gb-2010"]
    assert said[0].issues[:2] == ("migration", "green")
    chart = said[0].chart("c")
    assert chart is not None
    for line in said[0].told.lines("migration"):
        s = line.salience
        assert f"{s.share:.1f}% ({s.lo90:.1f} to {s.hi90:.1f})" in chart.alt
    first = said[0].chart("c", 1)
    assert first is not None
    assert "green" not in first.alt


def test_sides_can_be_chosen(told: Comparison) -> None:
    message = messages_of(told)[0].told.message
    chart = issues_chart(message, ["migration"], ["rep"])
    assert chart is not None
    assert "Republicans" in chart.alt
    assert "Democrats" not in chart.alt
    assert issues_chart(message, []) is None


def test_quotes_are_the_users_sentences_and_inert(told: Comparison, texts: Path) -> None:
    quotes = messages_of(told)[0].quotes()
    assert quotes
    # markup in a text is no speech: it is taken out when the text is read
    source = " ".join(
        re.sub(r"<script>.*?</script>", " ", texts.read_text(encoding="utf-8")).split()
    )
    for _, _, own in quotes:
        assert 1 <= len(own) <= 5
        assert all(" ".join(q.text.split()) in source for q in own)
    page = html.render(told)
    inert(Page(page), page)
    assert "In their words: United States 2012" in page
    assert "In their words: Britain 2010" not in page  # no texts of it were given
    shown = unescape(page)
    assert all(" ".join(q.text.split()) in shown for _, _, own in quotes for q in own)
    assert "<script" not in page


def test_measured_figures_have_a_chart_and_no_quote(measured: Comparison) -> None:
    page = html.render(measured)
    assert "What each side spoke of" in page
    assert "In their words" not in page
    assert all(m.quotes() == [] for m in messages_of(measured))


@pytest.mark.parametrize("which", ["told", "measured"])
def test_every_number_of_the_brief_is_in_its_data(
    which: str, request: pytest.FixtureRequest
) -> None:
    found = request.getfixturevalue(which)
    assert strangers(html.render(found), plain(full_dict(found))) == []


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_still_prints_on_two_pages(told: Comparison, tmp_path: Path) -> None:
    path = tmp_path / "brief.html"
    path.write_text(html.render(told), encoding="utf-8")
    assert pages(path, tmp_path) == 2


def test_shares_difference_and_verdict_in_words(told: Comparison) -> None:
    issue, lines = messages_of(told)[0].told_lines()[0]
    assert issue == "Migration"
    assert len(lines) == 3
    assert lines[2].startswith("Democrats less Republicans: ")
    assert lines[2].endswith("cannot be told apart.")
    assert lines[2] in unescape(html.render(told))
    page = markdown.render(told)
    assert lines[2] in page
    quote = messages_of(told)[0].quotes()[0][2][0]
    assert markdown.escape(quote.text) in page


def test_few_texts_are_called_few_by_their_own_count(told: Comparison) -> None:
    few = next(f for f in told.findings if f.provider == "message" and f.estimate is not None)
    few = replace(few, cases=1, cases_unit="texts", grade="too few to say")
    assert phrases.why_grade(few) == "too few to say: a side has 1 text, fewer than 5"
