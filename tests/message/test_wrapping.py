"""Which sentence: lines ended by the width of a page, headings, captions, no full stops."""

from __future__ import annotations

from textwrap import fill

import pytest

from comparenotes.message.sentences import SPOKEN, blank, spans

SENTENCES = [
    "We will mend every bridge in the county and Britain will pay for none of it twice.",
    "The NHS needs 8,000 more nurses, and Ms. Vale of Northfield has said where they are.",
    "Our towns deserve buses that run until midnight on every day of the week!",
    "People who ask for shelter will have an answer within six months.",
] * 6


def cut(text: str) -> list[str]:
    clean = blank(text)
    assert len(clean) == len(text)
    return [" ".join(clean[a:b].split()) for a, b in spans(clean)]


@pytest.mark.parametrize("width", [48, 70, 100])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("before", ["", "    ", "\t"])
def test_wrapped_is_read_as_flat(width: int, end: str, before: str) -> None:
    flat = " ".join(SENTENCES)
    lines = fill(flat, width, break_on_hyphens=False).split("\n")
    assert cut(end.join(before + x for x in lines)) == cut(flat) == SENTENCES


def test_a_blank_line_and_a_heading_end_a_sentence() -> None:
    body = fill(" ".join(SENTENCES[:4]), 60)
    text = f"Our Plan For Work\n{body}\n\nA Fairer County\n{body}\n\n- more buses\n- Fewer cars\n"
    headed = ["Our Plan For Work", *SENTENCES[:4], "A Fairer County", *SENTENCES[:4]]
    assert cut(text) == [*headed, "- more buses", "- Fewer cars"]


def test_lines_that_are_sentences_stay_apart() -> None:
    assert cut("Mend the bridge\nBuild the school\nPlant trees") == [
        "Mend the bridge",
        "Build the school",
        "Plant trees",
    ]


def test_times_of_captions_are_no_words() -> None:
    text = "0:01\nwe will mend the\n0:04\nbridge this year.\n0:07\nAnd the [00:09] road."
    assert cut(text) == ["we will mend the bridge this year.", "And the road."]


def test_speech_without_stops_is_cut_at_breaths() -> None:
    said = "we will mend the bridge and we will build the school because the roof has gone "
    parts = cut(said * 30)
    assert 20 <= len(parts) <= 60
    assert max(map(len, parts)) <= SPOKEN
    assert " ".join(parts) == (said * 30).strip()
    assert {p.split()[0] for p in parts} <= {"we", "and", "because"}


def test_words_cut_at_a_line_end_are_whole() -> None:
    text = "We will cut immi-\ngration and help first-\ntime buyers.\nThe low-\nlands and lowlands."
    assert cut(text) == [
        "We will cut immigration and help first-time buyers.",
        "The lowlands and lowlands.",
    ]


def test_a_number_that_begins_a_line_ends_its_sentence() -> None:
    said = [f"We will mend every bridge, as we said in chapter {i}." for i in range(90)]
    assert cut(fill(" ".join(said), 70)) == said
    listed = "Our aims are\n1. More buses for us\n2. Fewer cars in town\n3. New trees"
    assert cut(listed) == ["Our aims are", "More buses for us", "Fewer cars in town", "New trees"]
