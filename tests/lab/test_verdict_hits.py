"""Which statements of past pairs held, and the packaged table of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from comparenotes.compare import hit_rate
from lab import verdict_hits as study
from tests.compare import factory


def over(cid: str, year: int, country: str, **kw: object) -> study.Past:
    """Return a finished campaign's part in the check."""
    args: dict[str, object] = {
        "election": date(year, 11, 3),
        "first_poll": date(year, 1, 10),
        "until": date(year, 11, 2),
        "change": date(year, 6, 1),
        "country": country,
    }
    found = study.past(factory.away(cid, **(args | kw)))
    assert found is not None
    return found


def test_what_a_past_campaign_gives() -> None:
    p = over("a", 2024, "BB", result=(45.0, 52.0), last=(51.0, 47.0), jump=5.0)
    assert p.swing_end == pytest.approx(-6.0)
    assert p.lead_end == pytest.approx(-7.0)
    assert p.change == pytest.approx(5.0, abs=1.5)
    assert p.error == pytest.approx((p.lead_end or 0) - (p.lead_eve or 0))


@pytest.mark.parametrize(
    ("kind", "field", "signs"),
    [
        ("result", "swing_end", (1.0, 2.0, True)),
        ("result", "swing_end", (1.0, -2.0, False)),
        ("movement", "moved", (-1.0, -0.1, True)),
        ("poll_error", "error", (-1.0, 3.0, False)),
        ("change", "change", (2.0, 3.0, True)),
        ("change", "change", (2.0, None, None)),
        ("result", "swing_end", (0.0, 1.0, None)),
    ],
)
def test_held_is_the_same_direction(
    kind: str, field: str, signs: tuple[float, float | None, bool | None]
) -> None:
    base = over("a", 2024, "BB")
    home, away = replace(base, **{field: signs[0]}), replace(base, **{field: signs[1]})  # type: ignore[arg-type]
    assert study.held(kind, home, away) is signs[2]


def test_clock_statement_is_about_the_gap() -> None:
    base = over("a", 2024, "BB")
    home = replace(base, swing_read=-8.0, swing_end=-3.0)
    away = replace(base, swing_read=-2.0, swing_end=-1.0)
    assert study.held("clock_days", home, away) is True
    assert study.held("clock_days", replace(home, swing_end=-0.5), away) is False


def test_unscored_kinds_are_refused() -> None:
    base = over("a", 2024, "BB")
    with pytest.raises(ValueError, match="not scored"):
        study.held("clock_office", base, base)


def test_only_campaigns_over_by_the_day_of_reading_count() -> None:
    first = factory.away("a", result=(45.0, 52.0))
    later = factory.away(
        "b",
        country="CC",
        election=date(2024, 12, 3),
        until=date(2024, 12, 2),
        result=(52.0, 45.0),
    )
    # Home's day of reading lies before the other's vote, and the other way round.
    assert study.score([first, later]).is_empty()
    much_later = replace(later, election_date=date(2025, 12, 3))
    assert set(study.score([first, much_later])["home"]) == {"b"}


def test_packaged_table_belongs_to_the_rule_table() -> None:
    if not hit_rate.table_path().is_file():
        pytest.skip("no packaged table of verdict hits")
    table = pl.read_csv(hit_rate.table_path(), schema=hit_rate.SCHEMA)
    assert set(table["rules"]) == {study.rules_digest()}, (
        "rebuild it: python -m lab.verdict_hits --write"
    )
    assert (table["held"] <= table["pairs"]).all()
    assert set(table["kind"]) <= set(hit_rate.JUDGED)
