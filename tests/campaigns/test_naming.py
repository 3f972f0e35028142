"""Ids of names in any script, and which contender a header means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparenotes.campaigns.checks_toml import CONTENDER_ID
from comparenotes.campaigns.model import Campaign, Contender
from comparenotes.campaigns.naming import free, plain, slug
from comparenotes.campaigns.nicknames import matched


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Fratelli d'Italia", "fratelli-d-italia"),
        ("+Europa", "europa"),
        ("Grüne", "grune"),
        ("L/NP", "l-np"),
        ("Æ", "ae"),
        ("Ø", "oe"),
        ("Å", "aa"),
        ("Høyre", "hoyre"),
        ("Герб", "gerb"),
        ("Σύριζα", "syriza"),
        ("İYİ", "iyi"),
        ("★★", ""),
    ],
)
def test_ids(name: str, key: str) -> None:
    assert slug(name) == key


@given(st.text(max_size=60))
def test_any_name_gives_an_id_or_nothing(name: str) -> None:
    key = slug(name)
    assert plain(name).isascii()
    assert not key or CONTENDER_ID.fullmatch(key)
    assert CONTENDER_ID.fullmatch(free(key or "x", {key or "x"}))


def test_a_number_tells_equal_ids_apart() -> None:
    assert free("a", {"a", "a-2"}) == "a-3"
    assert len(free("x" * 40, {"x" * 40})) == 40


BASE = Campaign(
    id="x",
    title="X",
    country="GB",
    election_date=None,  # type: ignore[arg-type]
    contenders=tuple(
        Contender(key, name)
        for key, name in (
            *(("lab", "Labour"), ("con", "Conservatives"), ("ref", "Reform UK"), ("grn", "Greens")),
            *(("ld", "Liberal Democrats"), ("uni", "Marsh Union"), ("oth", "Others")),
        )
    ),
)


@pytest.mark.parametrize(
    ("header", "key"),
    [
        *(("Reform", "ref"), ("Lib Dem", "ld"), ("Lib Dems", "ld"), ("Green", "grn")),
        *(("Green Party", "grn"), ("Lab", "lab"), ("Con", "con"), ("Tory", "con"), ("ref", "ref")),
        *(("Conservative", "con"), ("Marsh", "uni"), ("Labour Party", "lab"), ("LD", "ld")),
    ],
)
def test_a_header_under_another_name(header: str, key: str) -> None:
    assert matched({"h": header}, BASE) == {"h": key}


@pytest.mark.parametrize("header", ["Restore Britain", "Your Party", "Union", "L", "SNP", "Re"])
def test_a_header_of_nobody(header: str) -> None:
    assert matched({"h": header}, BASE) == {}


def test_a_near_name_never_takes_an_exact_ones_place() -> None:
    assert matched({"a": "Green", "b": "Greens"}, BASE) == {"b": "grn"}
