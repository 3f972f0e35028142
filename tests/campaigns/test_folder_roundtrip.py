"""Writing a campaign and reading it back gives the same campaign."""

from __future__ import annotations

import dataclasses
import tempfile
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from comparenotes.campaigns.folder_read import read_folder
from comparenotes.campaigns.folder_write import csv_text, write_folder
from comparenotes.campaigns.model import (
    EVENT_KINDS,
    FAMILIES,
    POLL_COLUMNS,
    TABLES,
    Bloc,
    Campaign,
    Change,
    Contender,
    Government,
    LeftOut,
    Region,
    Source,
)
from comparenotes.errors import DataError
from tests.campaigns.folders import FENLAND, HILLS, TODAY, make


def assert_same(a: Campaign, b: Campaign) -> None:
    for field in dataclasses.fields(Campaign):
        if field.name in TABLES:
            assert_frame_equal(getattr(a, field.name), getattr(b, field.name))
        elif field.name != "folder":
            assert getattr(a, field.name) == getattr(b, field.name), field.name


@pytest.mark.parametrize("files", [FENLAND, HILLS])
def test_a_folder_written_again_is_the_same(tmp_path: Path, files: dict[str, str]) -> None:
    first = read_folder(make(tmp_path / "a", files), TODAY)
    write_folder(first, tmp_path / "b")
    second = read_folder(tmp_path / "b", TODAY)
    assert_same(first, second)
    write_folder(second, tmp_path / "c")
    for path in sorted((tmp_path / "b").iterdir()):
        assert path.read_bytes() == (tmp_path / "c" / path.name).read_bytes()


words = (
    st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
numbers = st.floats(0, 1e6, allow_subnormal=False)
days = st.dates(date(2020, 1, 2), date(2025, 5, 30))
maybe_words = st.none() | words
changes = st.lists(st.builds(Change, since=days, name=words), max_size=2).map(tuple)


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    ids = draw(
        st.lists(st.from_regex(r"[a-z][a-z0-9-]{2,6}x", fullmatch=True), min_size=1, max_size=4)
        .filter(lambda x: len(set(x)) == len(x))
    )  # fmt: skip
    regions = tuple(
        Region(r, draw(words), 0.5, draw(st.none() | st.integers(0, 90))) for r in ("XX-1", "XX-2")
    )
    contenders = tuple(
        Contender(
            id=i,
            name=draw(words),
            party=draw(maybe_words),
            family=draw(st.none() | st.sampled_from(FAMILIES)),
            candidate=draw(maybe_words),
            changes=draw(changes),
            parlgov_id=draw(st.none() | st.integers(1, 9999)),
        )
        for i in ids
    )
    share = st.none() | st.floats(2, 100 / len(ids))
    polls = []
    for n in range(draw(st.integers(1, 5))):
        end = date(2025, 1, 1) + timedelta(days=n)
        shares = {i: draw(share) for i in ids}
        shares[ids[0]] = 42.0 / len(ids)  # a poll reports somebody
        polls.append(
            {
                "start": end - timedelta(days=draw(st.integers(0, 9))),
                "end": end,
                "published": end + timedelta(days=draw(st.integers(0, 9))),
                "pollster": draw(words) + " Ltd",
                "sponsor": draw(maybe_words),
                "sample_size": draw(st.none() | st.integers(1, 10**6)),
                "population": draw(maybe_words),
                "mode": draw(maybe_words),
                "region": draw(st.none() | st.sampled_from(["XX-1", "XX-2"])),
                "question": draw(maybe_words),
                "hypothetical": draw(st.booleans()),
                "source": "own",
                **shares,
            }
        )
    rows: dict[str, list[dict[str, object]]] = {
        "history": [
            {
                "date": date(2016, 5, n + 1),
                "region": None,
                "contender": ids[0],
                "share": draw(st.none() | st.floats(0, 100)),
                "seats": draw(st.integers(0, 500)),
            }
            for n in range(draw(st.integers(0, 3)))
        ],
        "events": [
            {
                "date": draw(days),
                "title": draw(words),
                "kind": draw(st.sampled_from(EVENT_KINDS)),
                "contender": draw(st.none() | st.sampled_from(ids)),
                "source": str(n),
            }
            for n in range(draw(st.integers(0, 3)))
        ],
        "notes": [
            {
                "date": draw(days),
                "author": draw(words),
                "about": draw(maybe_words),
                "issue": draw(maybe_words),
                "text": draw(words) + '\n"quoted", and; more\n' + draw(words),
                "confidence": "low",
            }
            for _ in range(draw(st.integers(0, 2)))
        ],
        "series": [
            {
                "date": draw(days),
                "name": f"approval {n}",
                "contender": None,
                "value": draw(numbers) - 5e5,
                "sample_size": None,
                "source": draw(maybe_words),
            }
            for n in range(draw(st.integers(0, 3)))
        ],
    }
    frames = {n: pl.DataFrame(r, schema=dict(TABLES[n])) for n, r in rows.items()}
    schema = {**POLL_COLUMNS, **{i: pl.Float64() for i in ids}}
    return Campaign(
        id="xx-2026",
        title=draw(words),
        country="XX",
        election_date=date(2026, 5, 3),
        system="fptp",
        currency=draw(maybe_words),
        government=Government(
            since=date(2022, 1, 1), head=draw(maybe_words), term=2, changes=draw(changes)
        ),
        contenders=contenders,
        blocs=(Bloc("b1", draw(words), tuple(ids[:2])),),
        regions=regions,
        sources=(Source("own", draw(words), draw(words), draw(maybe_words)),),
        left_out=(LeftOut(draw(words), draw(st.integers(0, 99))),),
        polls=pl.DataFrame(polls, schema=schema).sort("end", "start", "pollster"),
        **frames,
    )


@given(campaigns())
@settings(max_examples=40, deadline=None)
def test_any_campaign_survives(campaign: Campaign) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_folder(campaign, Path(folder) / "x")
        assert_same(campaign, read_folder(Path(folder) / "x", TODAY))


def test_files_are_not_overwritten_unasked(tmp_path: Path) -> None:
    campaign = read_folder(make(tmp_path / "a"), TODAY)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine.txt").write_text("keep")
    for overwrite in (False, True):  # not a campaign's folder: never
        with pytest.raises(DataError, match="not empty"):
            write_folder(campaign, tmp_path / "b", overwrite=overwrite)
    with pytest.raises(DataError, match="is a file"):
        write_folder(campaign, tmp_path / "b" / "mine.txt")
    smaller = dataclasses.replace(campaign, events=campaign.events.clear())
    write_folder(smaller, tmp_path / "a", overwrite=True)
    assert not (tmp_path / "a" / "events.csv").exists()  # an old table must not stay behind
    assert_same(smaller, read_folder(tmp_path / "a", TODAY))


def test_a_campaign_without_tables_is_still_a_folder(tmp_path: Path) -> None:
    bare = Campaign(
        "xx-1",
        "X",
        "XX",
        date(2026, 1, 1),
        contenders=(Contender("ann", "Ann"),),
        sources=(Source("s", "S", "CC0"),),
    )
    write_folder(bare, tmp_path / "x")
    again = read_folder(tmp_path / "x", TODAY)
    assert again.polls.is_empty()
    assert "ann" in again.polls.columns


def test_numbers_are_written_exactly() -> None:
    values = [0.1 + 0.2, 1 / 3, 31.0, 1e-7]
    text = csv_text(pl.DataFrame({"x": values}))
    assert [float(x) for x in text.split()[1:]] == values
    assert text.split()[3] == "31"
