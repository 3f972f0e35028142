"""Which language a line is in: English unless there is clear evidence."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.train.languages import LINES

from comparenotes.message.languages import SMALL_WORDS, language

ENGLISH = (
    "I never have enough money to do it.",
    "I met him in Boston.",
    "Go to work.",
    "No man is an island.",
    "El Paso, Los Angeles and San Diego.",
    "Angela van der Berg spoke first.",
    "Jobs. Schools. Hospitals.",
    "One per cent a year, from 3½ per cent.",
    "We met on the way to the Rio Grande.",
    "Café owners pay more tax.",
    "As I said, so it was.",
    "Vote early!",
    "Thank you, @MidTownFarms! https://t.co/abc",
    "Co-operatives of non-union shops",
)


@pytest.mark.parametrize("line", ENGLISH)
def test_short_english_lines_are_english(line: str) -> None:
    assert language(line) == "en"


def test_lines_of_other_languages_are_told() -> None:
    rows = pl.read_csv(LINES).rows()
    assert {k for k, _ in rows} == {"de", "fr", "es", "it", "pt", "nl", "sv", "pl"}
    told = [language(t) != "en" for _, t in rows]
    named = [language(t) == k for k, t in rows]
    assert sum(told) >= 0.95 * len(rows)
    assert sum(named) >= 0.9 * len(rows)


def test_a_word_more_of_another_language_in_an_english_text_changes_nothing() -> None:
    text = "We will keep the schools open and pay the teachers more. "
    assert language(text + "Muchas gracias a todos!") == "en"
    assert language("Muchas gracias a todos por estar aquí. " * 3 + text) == "es"


def test_other_letters_and_unknown_languages_are_not_english() -> None:
    assert language("Мы снизим налоги для всех") == "unknown"
    assert language("1945, 1950 – 2019.") == "unknown"
    assert language("Tämän maan köyhät äänestäjät näkivät yötä myöten töitä") != "en"
    long = " ".join(f"word{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(60))
    assert language(long) == "unknown"  # nothing of English in sixty words


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_a_language(text: str) -> None:
    assert language(text) in {*SMALL_WORDS, "unknown"}
