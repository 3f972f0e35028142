"""Whose words: transcripts with times and titles, of which only the contender's turns count."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.message.left_out import NOBODYS
from comparenotes.message.sides import contender_of
from comparenotes.message.texts import SENTENCES, Corpus

OWN = "We will plant a tree in every street of this town."
MORE = "And we will mend the roof of the school."
OTHERS = "They let the roof fall in and sold the trees."
ASKED = "Thank you both, what about the bridge?"
Write = Callable[[str, str], Path]


def said(campaign: Campaign, folder: Path) -> tuple[list[str], Corpus]:
    corpus = Corpus((folder,), campaign)
    rows = pl.concat([pl.DataFrame(schema=SENTENCES), *corpus.chunks()])
    return rows["text"].to_list(), corpus


def text(body: str, kind: str = "debate", contender: str = "dem", more: str = "") -> str:
    return f"---\ncontender: {contender}\nkind: {kind}\ndate: 2012-10-03\n{more}---\n{body}"


@pytest.mark.parametrize(
    ("own", "other", "moderator"),
    [
        ("Barack Obama (00:12):\n", "Mitt Romney (1:02:03):\n", "Jim Moderator (02:00):\n"),
        ("[00:00:12] OBAMA: ", "[00:00:20] ROMNEY: ", "[00:01:20] Q: "),
        ("**President Obama:** ", "**Gov. Mitt Romney (R-MA):** ", "**Candy Crowley, CNN:** "),
        ("President Barack Obama: (00:12)\n", "Governor Romney: (00:14)\n", "Speaker 3: (01:00)\n"),
        ("Barack Obama  0:12\n", "Mitt Romney  0:14\n", "Linsey Host  1:00\n"),
        ("THE PRESIDENT: ", "MR. ROMNEY: ", "Q: "),
        ("OBAMA: OBAMA: ", "ROMNEY: ROMNEY: ", "LEHRER: LEHRER: "),
        ("Obama (D): ", "Romney (R): ", "MODERATOR: "),
        ("BARACK OBAMA\n", "MITT ROMNEY\n", "MODERATOR\n"),
        ("0:12 Barack Obama\n", "0:14 Mitt Romney\n", "0:20 Host\n"),
        ("[OBAMA]: ", "[ROMNEY]: ", "[CROWLEY]: "),
        (
            "Pres. Barack Obama (D), INCUMBENT:\n",
            "FMR. GOV. MITT ROMNEY (R-MA), NOMINEE:\n",
            "Q.:\n",
        ),
        (">> BARACK OBAMA: ", ">> MITT ROMNEY: ", ">> AUDIENCE MEMBER: "),
    ],
)
def test_only_the_contenders_turns_count(
    campaign: Campaign, write: Write, own: str, other: str, moderator: str
) -> None:
    body = f"The second debate of the autumn\n\n{moderator}{ASKED}\n\n{own}{OWN}\n\n{other}{OTHERS}"
    body += f"\n\n{moderator}{ASKED}\n\n{own}{MORE}\n\n{other}{OTHERS}\n"
    got, _ = said(campaign, write("a.md", text(body)))
    assert got == [OWN, MORE]


def test_turns_inside_one_line(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        f'contender,text\ndem,"OBAMA: {OWN} ROMNEY: {OTHERS} LEHRER: {ASKED} OBAMA: {MORE}"\n',
        encoding="utf-8",
    )
    assert said(campaign, path)[0] == [OWN, MORE]


def test_a_speaker_of_the_front_matter_is_the_contender(campaign: Campaign, write: Write) -> None:
    body = f"Ann Vale (00:01):\n{OWN}\n\nJo Host (00:20):\n{ASKED}\n\nVale (00:30):\n{MORE}"
    got, _ = said(campaign, write("a.md", text(body, more="speaker: Senator Ann Vale\n")))
    assert got == [OWN, MORE]


def test_running_mates_are_their_sides(campaign: Campaign, write: Write) -> None:
    body = f"BIDEN: {OWN}\nRYAN: {OTHERS}\nRADDATZ: {ASKED}\nBIDEN: {MORE}"
    assert said(campaign, write("a.md", text(body)))[0] == [OWN, MORE]


def test_where_nobody_is_the_contender_nothing_counts(campaign: Campaign, write: Write) -> None:
    body = f"Ann Vale (00:01):\n{OWN}\n\nJo Ford (00:20):\n{OTHERS}\n\nAnn Vale (00:30):\n{MORE}"
    got, corpus = said(campaign, write("a.md", text(body)))
    assert got == []
    assert corpus.left_out == {NOBODYS: 1}


def test_one_speaker_with_times_is_the_speaker(campaign: Campaign, write: Write) -> None:
    body = f"Speaker 1 (00:00):\n{OWN}\n\nSpeaker 1 (01:10):\n{MORE}\n\nCrowd (01:20):\nFour more."
    assert said(campaign, write("a.md", text(body, "speech")))[0] == [OWN, MORE]


def test_a_convention_is_of_many_speakers_of_one_side(campaign: Campaign, write: Write) -> None:
    body = (
        f"Ann Vale (00:01):\n{OWN}\n\nAnnouncer (00:15):\n{ASKED}\n\nBarack Obama (00:20):\n{MORE}"
    )
    folder = write("democratic_convention_night_1.txt", body)
    assert said(campaign, folder)[0] == [OWN, MORE]


def test_a_speech_with_colons_is_no_transcript(campaign: Campaign, write: Write) -> None:
    body = f"Remember: {OWN}\nOur Promise: {MORE}\nSchools: {OTHERS}"
    assert len(said(campaign, write("a.md", text(body, "speech")))[0]) == 3


@pytest.mark.parametrize(
    ("label", "side"),
    [
        ("Harris Faulkner", None), ("Vice President Kamala D. Harris", "dem"), ("JD Vance", "rep"),
        ("former president Trump", "rep"), ("THE VICE PRESIDENT", "dem"), ("Melania Trump", None),
        ("FORMER PRESIDENT", None), ("Donald Trump Jr.", "rep"), ("Republican nominee", "rep"),
    ],
)  # fmt: skip
def test_names_with_titles(label: str, side: str | None) -> None:
    assert contender_of(label, load_bundled("us-2024")) == side


def test_names_of_two_leaders() -> None:
    gb = load_bundled("gb-2024")
    named = ("Carla Denyer", "Labour leader Sir Keir Starmer", "The Prime Minister", "Starmer KC")
    assert [contender_of(x, gb) for x in named] == ["grn", "lab", "con", "lab"]
