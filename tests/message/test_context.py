"""Distinctive words with a sentence from the user's own texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from comparenotes.campaigns.model import Campaign
from comparenotes.message.context import TOP, contrast_in_context, texts_of
from comparenotes.message.report import message_of
from comparenotes.normal import Z95

ROWS = ["contender,date,text"] + [
    f"dem,2012-09-0{1 + i % 9},"
    f"We will mend the bridges of every town this year. Bridges matter. Stop {i}."
    if i % 2
    else f"rep,2012-09-0{1 + i % 9},"
    f"We will lower the tariffs on every town this year. No more. Stop {i}."
    for i in range(40)
]


def told(campaign: Campaign, tmp_path: Path, rows: list[str] = ROWS) -> Campaign:
    path = tmp_path / "said.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return replace(campaign, texts=(path,))


def test_each_side_has_its_words_with_a_sentence(campaign: Campaign, tmp_path: Path) -> None:
    own = told(campaign, tmp_path)
    found = contrast_in_context(message_of(own, words=True))
    by = {(x.contender, x.term): x for x in found}
    assert ("dem", "bridges") in by
    assert ("rep", "lower") in by or ("rep", "tariffs") in by
    source = own.texts[0].read_text()
    for x in found:
        assert x.z >= Z95
        assert x.count > x.others
        assert x.text is not None
        assert x.text in source
        assert x.term.split()[0] in x.text.lower()
        assert x.file == "said.csv"
        assert x.row is not None
        line = source.splitlines()[x.row]
        assert line.startswith(f"{x.contender},")  # said by that side
        assert line.split(",", 2)[2][x.start : x.end] == x.text
    for side in ("dem", "rep"):
        terms = [x.term for x in found if x.contender == side]
        assert len(terms) <= TOP
        words = [w for t in terms for w in t.split()]
        assert len(words) == len(set(words))  # no word twice


def test_swapping_the_sides_swaps_the_words(campaign: Campaign, tmp_path: Path) -> None:
    swap = {"dem": "rep", "rep": "dem"}
    turned = [f"{swap[r.split(',')[0]]},{r.split(',', 1)[1]}" if r[:3] in swap else r for r in ROWS]
    a = contrast_in_context(message_of(told(campaign, tmp_path), words=True))
    b = contrast_in_context(message_of(told(campaign, tmp_path, turned), words=True))
    assert {(swap[x.contender], x.term, round(x.z, 9)) for x in a} == {
        (x.contender, x.term, round(x.z, 9)) for x in b
    }


def test_nothing_without_texts_or_words(campaign: Campaign, tmp_path: Path) -> None:
    assert texts_of(campaign) == ()
    assert contrast_in_context(message_of(campaign)) == []
    assert contrast_in_context(message_of(told(campaign, tmp_path))) == []


def test_nothing_later_is_quoted(campaign: Campaign, write: Callable[[str, str], Path]) -> None:
    text = "---\ncontender: {}\ndate: 2012-0{}-01\n---\n" + "Canals, canals and canals again. " * 9
    for i, (who, month) in enumerate((("dem", 6), ("dem", 9), ("rep", 6))):
        said = text.format(who, month)
        folder = write(f"{i}.md", said.replace("anals", "orn") if who == "rep" else said)
    from datetime import date

    own = replace(campaign, texts=(folder,))
    found = contrast_in_context(message_of(own, date(2012, 7, 1), words=True))
    assert found
    assert {x.file for x in found} <= {"0.md", "2.md"}
