"""The template is valid, and says that it is invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comparenotes.campaigns.checks_toml import CONTENDER_ID
from comparenotes.campaigns.scaffold import new_folder, slug
from comparenotes.campaigns.validate import validate
from comparenotes.errors import DataError

TODAY = date(2025, 6, 1)


@pytest.mark.parametrize(
    "polling_day", [None, date(2019, 5, 12), date(2025, 6, 2), date(2025, 6, 1), date(2040, 1, 1)]
)
def test_the_template_is_valid_at_once(tmp_path: Path, polling_day: date | None) -> None:
    folder = tmp_path / "My Campaign 2"
    written = new_folder(folder, country="XF", election_date=polling_day, today=TODAY)
    assert [p.name for p in written] == [
        "campaign.toml",
        "polls.csv",
        "history.csv",
        "events.csv",
        "notes.csv",
    ]
    found = validate(folder, TODAY)
    assert found.campaign is not None, [p.one_line() for p in found.errors]
    assert [p.code for p in found.warnings] == ["template"]  # it says the figures are invented
    assert found.campaign.id == "my-campaign-2"
    known = found.campaign.known_at(min(TODAY, found.campaign.election_date))
    assert known.polls.height == 12
    assert found.campaign.previous_election() is not None


def test_options_end_up_in_the_campaign(tmp_path: Path) -> None:
    new_folder(
        tmp_path / "a",
        country="XH",
        title='Hills "2026" \\ \t',
        election_date=date(2026, 3, 1),
        contenders=["lab=Labour & Co", "Ärzte für Morgen", 'Quote "x"'],
        today=TODAY,
    )
    campaign = validate(tmp_path / "a", TODAY).require()
    assert campaign.contender_ids == ("lab", "arzte-fur-morgen", "quote-x", "oth")
    assert campaign.contenders[2].name == 'Quote "x"'
    assert campaign.title == 'Hills "2026" \\'
    assert campaign.date_status == "latest possible"


@pytest.mark.parametrize(
    ("country", "contenders", "message"),
    [
        ("xf", ("a1", "b1"), "two capital letters"),
        ("XF", ("a1",), "1 contenders"),
        ("XF", ("a1", "A1"), "given twice"),
        ("XF", ("date", "b1"), "name of a column"),
        ("XF", ("+++", "b1"), "no id"),
        ("XF", [f"p{i}" for i in range(101)], "101 contenders"),
    ],
)
def test_bad_options(tmp_path: Path, country: str, contenders: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        new_folder(tmp_path / "a", country=country, contenders=contenders, today=TODAY)
    assert not (tmp_path / "a").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    new_folder(tmp_path / "a", today=TODAY)
    with pytest.raises(DataError, match="not empty"):
        new_folder(tmp_path / "a", today=TODAY)
    with pytest.raises(DataError, match="is a file"):
        new_folder(tmp_path / "a" / "polls.csv", today=TODAY)


@given(st.text(max_size=80))
@settings(max_examples=80, deadline=None)
def test_a_slug_is_an_id_or_nothing(name: str) -> None:
    assert slug(name) == "" or CONTENDER_ID.fullmatch(slug(name))
