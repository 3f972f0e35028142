"""Tone by side, genre and opponent named, with what the coder is worth."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from comparenotes.campaigns.model import Campaign
from comparenotes.cli.message_cmds import message
from comparenotes.message.attack import attacks
from comparenotes.message.report import Message, message_of
from comparenotes.message.stance import ATTACKS
from comparenotes.message.tone import Tone, accuracy, notes, tone_of
from comparenotes.message.tone_words import tone_sections

from .invented import FILLER, speech

EVE = date(2012, 11, 5)
HARSH = "Romney lied again and his reckless, failed tax plan would hurt families."
WARM = "Thank you so much, it was a wonderful evening with friends in this town."


@pytest.fixture
def folder(write: Callable[[str, str], Path]) -> Path:
    for i in range(12):
        write(f"d{i}.md", speech("dem", HARSH, *FILLER, f"We met on day {i}."))
        where = write(f"r{i}.md", speech("rep", WARM, *FILLER, f"We met in place {i}."))
    return where


def read(campaign: Campaign, folder: Path) -> Message:
    return message_of(campaign, EVE, texts=[folder])


def by(told: list[Tone]) -> dict[tuple[str, str, str | None], Tone]:
    return {(t.contender, t.kind, t.towards): t for t in told}


def test_who_is_negative_towards_whom(campaign: Campaign, folder: Path) -> None:
    told = by(tone_of(read(campaign, folder)))
    dem, rep = told["dem", "speech", None], told["rep", "speech", None]
    assert (dem.documents, dem.units, dem.unit) == (12, 60, "sentence")
    for t in (dem, rep):
        s = t.shares["negative_tones"]
        assert s is not None
        assert s.lo90 <= s.share <= s.hi90
    assert dem.shares["negative_tones"].lo90 > rep.shares["negative_tones"].hi90  # type: ignore[union-attr]
    towards = told["dem", "speech", "rep"]
    assert towards.units == 12  # the sentences that name him, and no other
    assert towards.reason is not None
    assert "12 sentences, under 15" in towards.reason
    assert set(towards.shares.values()) == {None}
    assert ("rep", "speech", "dem") not in told


def test_posts_are_coded_whole_as_the_coder_codes_them(
    campaign: Campaign, write: Callable[[str, str], Path]
) -> None:
    for i in range(20):
        said = speech("dem", WARM, HARSH, f"Number {i}.").replace("kind: speech", "kind: post")
        where = write(f"{i}.md", said)
    (whole, _) = tone_of(read(campaign, where))
    assert (whole.kind, whole.unit, whole.units) == ("post", "text", 20)
    texts = [f"{WARM} {HARSH} Number {i}." for i in range(20)]
    for code in ATTACKS:
        s = whole.shares[code]
        assert s is not None
        assert s.hits == attacks(texts)[code].sum()


def test_the_accuracy_is_told_and_another_genre_is_warned_of(
    campaign: Campaign, folder: Path
) -> None:
    found = read(campaign, folder)
    said = " ".join(notes(found, tone_of(found)))
    assert f"finds {accuracy()['posts']['negative_tones']['recall']:.0%}" in said
    assert "Warning: these texts are not posts or ads (speech)" in said
    aside = accuracy()["passages"]
    assert f"On {aside['n']} hand-coded passages" in said
    assert f"finds {aside['negative_tones']['recall']:.0%} of negative tone" in said
    assert "outside America it is not measured" in said
    assert "coder's error is not in them" in said


def test_measured_figures_have_no_tone(campaign: Campaign) -> None:
    found = message_of(campaign)
    assert tone_of(found) == []
    assert "--texts PATH" in notes(found, [])[0]


def test_the_command_tells_tone_in_words_and_json(campaign: Campaign, folder: Path) -> None:
    args = ["us-2012", "--texts", str(folder), "--tone"]
    out = CliRunner().invoke(message, args)
    assert out.exit_code == 0, out.output
    said = " ".join(out.output.split())
    assert "Democrats towards Republicans, 12 sentences in 12 texts: too few to say" in said
    assert "Warning: these texts are not posts" in said
    told = json.loads(CliRunner().invoke(message, [*args, "--json"]).stdout)
    few = next(t for t in told["tone"] if t["towards"] == "rep")
    assert few["negative_tones"] is None
    assert few["reason"].startswith("too few to say")
    assert {"posts", "passages", "sentences"} <= told["tone_coder"].keys()
    heads = [h for h, _ in tone_sections(read(campaign, folder), tone_of(read(campaign, folder)))]
    assert heads == ["Tone", "Tone: speech"]
