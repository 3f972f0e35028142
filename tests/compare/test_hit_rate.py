"""The hit rate of verdicts: what counts as held, no look ahead, and the packaged table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from comparenotes.compare import hit_rate as hr
from tests.compare import factory


def over(cid: str, year: int, country: str, **kw: object) -> hr.Past:
    """Return a finished campaign's part in the check."""
    args: dict[str, object] = {
        "election": date(year, 11, 3),
        "first_poll": date(year, 1, 10),
        "until": date(year, 11, 2),
        "change": date(year, 6, 1),
        "country": country,
    }
    found = hr.past(factory.away(cid, **(args | kw)))
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
    assert hr.held(kind, home, away) is signs[2]


def test_clock_statement_is_about_the_gap() -> None:
    base = over("a", 2024, "BB")
    home = replace(base, swing_read=-8.0, swing_end=-3.0)
    away = replace(base, swing_read=-2.0, swing_end=-1.0)
    assert hr.held("clock_days", home, away) is True
    assert hr.held("clock_days", replace(home, swing_end=-0.5), away) is False


def test_unscored_kinds_are_refused() -> None:
    base = over("a", 2024, "BB")
    with pytest.raises(ValueError, match="not scored"):
        hr.held("clock_office", base, base)


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
    assert hr.score([first, later]).is_empty()
    much_later = replace(later, election_date=date(2025, 12, 3))
    assert set(hr.score([first, much_later])["home"]) == {"b"}


def test_rates_know_nothing_after_the_day() -> None:
    rows = [
        {
            "home": f"h{i}",
            "country": "ABCD"[i % 4],
            "date": date(2000 + i, 1, 1),
            "kind": "result",
            "verdict": "likely",
            "pairs": 4,
            "held": 4 if i < 12 else 0,
            "rules": "x",
        }
        for i in range(24)
    ]
    table = pl.DataFrame(rows, schema=hr.SCHEMA)
    early = hr.rate_of("result", "likely", date(2011, 6, 1), table)
    assert early is not None
    assert early.homes == 12
    assert early.share is not None
    assert early.share.mean == 100.0
    late = hr.rate_of("result", "likely", date(2030, 1, 1), table)
    assert late is not None
    assert late.share is not None
    assert late.share.mean == pytest.approx(50.0)
    few = hr.rate_of("result", "likely", date(2005, 1, 1), table)
    assert few is not None
    assert few.share is None
    assert hr.rate_of("movement", "likely", date(2030, 1, 1), table) is None


def test_each_home_weighs_the_same() -> None:
    rows = [
        ("many", "A", date(2000, 1, 1), "result", "likely", 90, 0, "x"),
        *(
            (f"h{i}", "BC"[i % 2], date(2000, 1, 1), "result", "likely", 1, 1, "x")
            for i in range(9)
        ),
    ]
    r = hr.rate(pl.DataFrame(rows, schema=hr.SCHEMA, orient="row"))
    assert r.share is not None
    assert r.share.mean == pytest.approx(90.0)


def test_packaged_table_belongs_to_the_rule_table() -> None:
    if not hr.table_path().is_file():
        pytest.skip("no packaged table of verdict hits")
    table = pl.read_csv(hr.table_path(), schema=hr.SCHEMA)
    assert set(table["rules"]) == {hr.rules_digest()}, (
        "rebuild it: python -m comparenotes.compare.hit_rate --write"
    )
    assert (table["held"] <= table["pairs"]).all()
    assert set(table["kind"]) <= set(hr.JUDGED)


def test_the_sentence_is_silent_where_nothing_is_known() -> None:
    assert hr.sentence(date(1950, 1, 1)) == ""
    assert hr.of_kind("clock_office", "likely", date(2026, 1, 1)) == ""
