"""Comparisons of invented campaigns, made once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest

from comparenotes.campaigns.model import Campaign
from comparenotes.compare import Comparison, compare, hit_rate
from comparenotes.compare.race_provider import RaceProvider
from comparenotes.compare.views import Analyses
from tests.compare import factory

AS_OF = date(2026, 8, 20)


@pytest.fixture(scope="package", autouse=True)
def _fixed_hit_rates() -> Iterator[None]:
    """Give the verdicts an invented past, so that no snapshot depends on the catalogue.

    For this package's tests only: pages and documents are tested with the real past.
    """
    rows = [
        (f"h{i}", "ABCD"[i % 4], date(2001, 1, 1), kind, verdict, 10, held, "x")
        for i in range(12)
        for kind, verdict, held in (("change", "partly", 7), ("result", "likely", 8))
    ]
    table = pl.DataFrame(rows, schema=hit_rate.SCHEMA, orient="row")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hit_rate, "packaged", lambda: table)
        hit_rate.sentence.cache_clear()
        yield
        hit_rate.sentence.cache_clear()


def run(home: Campaign, *away: Campaign, since: date | None = None) -> Comparison:
    """Compare with the race provider alone, on the stand-in engine."""
    race = RaceProvider(Analyses(factory.analyse))
    return compare(home, *away, as_of=AS_OF, since=since, providers=[race])


@pytest.fixture(scope="package")
def one() -> Comparison:
    """Home against one away campaign, with what changed since May."""
    return run(factory.home(), factory.away(), since=date(2026, 5, 1))


@pytest.fixture(scope="package")
def three() -> Comparison:
    """Home against three: one that came first, one that did not, one without a change."""
    return run(
        factory.home(),
        factory.away("won", title="Wonland", result=(52.0, 45.0)),
        factory.away("lost", title="Lostland", result=(45.0, 52.0), jump=-4.0, seed=8),
        factory.away("held", title="Heldland", result=(50.0, 47.0), change=None),
    )


@pytest.fixture(scope="package")
def empty() -> Comparison:
    """Home whose race cannot be read: nothing but a failure."""
    home = factory.home()
    return run(home.known_at(date(2025, 1, 1)), factory.away())
