"""The elections since June 2024 in the packaged catalogue: results, governments, sources."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from comparenotes.campaigns.catalogue import load_bundled

WON = {
    # campaign: first in votes, seats of all contenders and others where known
    "at-2024": ("fpo", 183),
    "au-2025": ("alp", None),
    "bg-2024-10": ("gerb", 240),
    "ca-2025": ("lpc", 343),
    "cz-2025": ("ano", 200),
    "de-2025": ("cdu", None),
    "fr-2024": ("rn", None),
    "ie-2024": ("ff", None),
    "is-2024": ("samf", 63),
    "lt-2024": ("lsdp", None),
    "nl-2025": ("d66", None),
    "no-2025": ("ap", 169),
    "pt-2025": ("ad", None),
    "ro-2024": ("psd", None),
    "xk-2025": ("lvv", None),
}


@pytest.mark.parametrize("name", sorted(WON))
def test_results_of_the_new_elections(name: str) -> None:
    c = load_bundled(name)
    first, seats = WON[name]
    named = c.results.filter(pl.col("contender") != "oth").sort("share", descending=True)
    assert named["contender"][0] == first
    assert c.results["share"].sum() == pytest.approx(100, abs=0.4)
    if seats is not None:
        assert c.results["seats"].sum() == seats
    assert c.government.since is not None
    assert c.government.since < c.election_date
    assert c.government.parties
    assert c.government.head_on(c.eve()) is not None
    previous = c.previous_election()
    assert previous is not None
    assert (c.polls["end"] > previous).all()
    # nothing of the result is known on the eve
    assert c.known_at(c.eve()).results.is_empty()
    assert {s.key for s in c.sources} & {"typed_results", "official_results"}


def test_the_vote_before_may_be_one_typed_by_hand() -> None:
    assert load_bundled("pt-2025").previous_election() == date(2024, 3, 10)
    assert load_bundled("bg-2024-10").previous_election() == date(2024, 6, 9)
    assert load_bundled("xk-2025").previous_election() == date(2021, 2, 14)
    before = load_bundled("nl-2025").history.filter(pl.col("date") == date(2023, 11, 22))
    shares = dict(before.select("contender", "share").iter_rows())
    assert (shares["pvv"], shares["gl-pvda"]) == (23.49, 15.75)
    assert load_bundled("de-next").previous_election() == date(2025, 2, 23)


def test_heads_after_the_end_of_parlgov() -> None:
    for name, day, head in (
        ("de-2025", date(2021, 12, 7), "Angela Merkel"),
        ("de-2025", date(2025, 2, 1), "Olaf Scholz"),
        ("de-next", date(2026, 1, 1), "Friedrich Merz"),
        ("ie-2024", date(2024, 4, 8), "Varadkar"),
        ("ie-2024", date(2024, 4, 9), "Harris"),
        ("nl-2025", date(2025, 1, 1), "Schoof"),
        ("pt-2025", date(2025, 1, 1), "Montenegro"),
    ):
        assert load_bundled(name).government.head_on(day) == head


def test_polls_that_end_early_are_kept() -> None:
    for name, days in (("no-2025", 82), ("cz-2025", 115), ("nl-2025", 135)):
        c = load_bundled(name)
        newest = c.polls["end"].max()
        assert isinstance(newest, date)
        assert (c.election_date - newest).days == days


def test_the_next_ones_have_no_result() -> None:
    for name, status in (("de-next", "latest possible"), ("ca-next", "fixed")):
        c = load_bundled(name)
        assert c.results.is_empty()
        assert c.date_status == status
        assert c.polls.height > 100
    assert load_bundled("de-next").polls["end"].max() == date(2026, 8, 14)
