"""The brief's own sentences: neutrality, both outcomes, agreement."""

from __future__ import annotations

import re

import pytest

from comparenotes.brief import html, markdown, phrases
from comparenotes.compare import Comparison
from tests.brief.conftest import run
from tests.compare import factory

JUDGING = re.compile(
    r"\b(good|bad|great|poor|strong|weak|impressive|disappointing|surge|collapse|crush\w*|"
    r"soar\w*|plung\w*|win|winner|loser|favourite|likely to|will win|unfortunately|hopefully)\b",
    re.I,
)


@pytest.mark.parametrize("which", ["one", "three"])
def test_no_word_takes_sides_or_calls_the_race(which: str, request: pytest.FixtureRequest) -> None:
    c: Comparison = request.getfixturevalue(which)
    text = markdown.render(c)
    assert not JUDGING.search(text), JUDGING.search(text)
    assert "forecast" not in text.lower()


@pytest.mark.parametrize("shares", [(38.0, 33.0, 20.0), (30.0, 38.0, 20.0)])
@pytest.mark.parametrize("system", ["fptp", "pr", "electoral_college", "two_round"])
def test_both_outcomes_get_equal_room(shares: tuple[float, ...], system: str) -> None:
    c = run(factory.home(shares=shares, system=system), factory.away(result=None))
    boxes = phrases.outcomes(c)
    assert boxes is not None
    one, other = boxes
    assert len(one.sentences) == len(other.sentences)
    for a, b in zip(one.sentences, other.sentences, strict=True):
        assert abs(len(a) - len(b)) <= 4
    assert abs(len(one.text) - len(other.text)) <= 6
    assert len(one.title) <= len(other.title) + 4


def test_outcomes_add_up_to_one(one: Comparison) -> None:
    boxes = phrases.outcomes(one)
    assert boxes is not None
    chances = [int(re.findall(r"at (\d+)%", b.text)[0]) for b in boxes]
    assert sum(chances) in (99, 100, 101)


def test_swapping_labels_swaps_the_page() -> None:
    home = factory.home()
    plain = markdown.render(run(home, factory.away()))
    turned = markdown.render(run(factory.relabel(home, "lilac", "ochre"), factory.away()))
    expected = plain.replace("Lilac", "\0").replace("Ochre", "Lilac").replace("\0", "Ochre")
    assert turned == expected


def test_swapping_labels_swaps_the_charts() -> None:
    home = factory.home(first_poll=__import__("datetime").date(2026, 3, 1))
    plain = html.render(run(home, factory.away()))
    turned = html.render(run(factory.relabel(home, "lilac", "ochre"), factory.away()))
    strip = lambda t: re.sub(r"data:[a-z/]+;base64,[^\"]+|\bid=\"[^\"]*\"|#[\w-]+", "", t)  # noqa: E731
    expected = strip(plain).replace("Lilac", "\0").replace("Ochre", "Lilac").replace("\0", "Ochre")
    assert strip(turned) == expected


def test_lede_counts_agree(one: Comparison, empty: Comparison) -> None:
    assert "Seven findings were tested" in phrases.lede(one)
    assert "One part could not be computed." in phrases.lede(empty)


def test_take_home_has_the_title_and_no_kind_twice(three: Comparison) -> None:
    top = phrases.take_home(three)
    kinds = [f.kind for f in top]
    assert len(kinds) == len(set(kinds)) <= phrases.TAKE_HOME
    assert "synthesis" in kinds
    assert three.ranked()[0] in top


def test_why_grade_names_the_cause(one: Comparison) -> None:
    told = {f.kind: phrases.why_grade(f) for f in one.findings}
    assert "no number" in told["clock_office"]
    assert "excludes no difference" in told["result"]
    assert "includes no difference" in told["standing"]
