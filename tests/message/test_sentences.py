from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.message.sentences import MAX_SENTENCE, blank, spans


def texts(text: str) -> list[str]:
    return [text[a:b] for a, b in spans(blank(text))]


def test_splits_at_stops_not_at_abbreviations() -> None:
    got = texts("Mr. Smith met Gov. Jones in the U.S. Senate. They spoke! Did they agree? No.")
    assert got == [
        "Mr. Smith met Gov. Jones in the U.S. Senate.",
        "They spoke!",
        "Did they agree?",
        "No.",
    ]


def test_a_missing_space_before_a_capital_still_ends_a_sentence() -> None:
    assert texts("Thank you.Thank you so much.") == ["Thank you.", "Thank you so much."]


def test_marks_and_markup_are_blanked_in_place() -> None:
    text = "We won. [applause] (Laughter) <b>Again</b><script>alert('x')</script> we won."
    out = blank(text)
    assert len(out) == len(text)
    for gone in ("applause", "Laughter", "<b>", "alert"):
        assert gone not in out
    assert "Again" in out


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_offsets_are_in_order_and_quote_the_text(text: str) -> None:
    clean = blank(text)
    assert len(clean) == len(text)
    last = 0
    for start, end in spans(clean):
        assert last <= start < end <= len(text)
        assert end - start <= MAX_SENTENCE
        assert clean[start:end].strip() == clean[start:end]
        last = end


def test_a_line_without_stops_is_cut() -> None:
    pieces = texts("word " * 2_000)
    assert len(pieces) > 5
    assert max(map(len, pieces)) <= MAX_SENTENCE
