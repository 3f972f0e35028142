"""What happened: series as known on a day, before office and since."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from comparenotes.campaigns.catalogue import data_dir, load_bundled
from comparenotes.compare.message_provider import MessageProvider
from comparenotes.message.outcomes import outcomes

from .invented import subject

TOOK_OFFICE = date(2021, 1, 20)


@pytest.mark.parametrize(
    ("country", "issue", "since"),
    [("US", "migration", TOOK_OFFICE), ("US", "green", TOOK_OFFICE),
     ("GB", "migration", date(2010, 5, 11))],
)  # fmt: skip
def test_years_are_whole_and_known(country: str, issue: str, since: date) -> None:
    day = date(2024, 7, 3)
    (o,) = outcomes(country, issue, since, day)
    table = pl.read_parquet(data_dir() / "outcomes" / "series.parquet")
    table = table.filter(pl.col("series") == o.name)
    for y in (o.base, o.latest):
        rows = table.filter(
            (pl.col("series") == o.name) & pl.col("start").is_between(y.start, y.end)
        )
        assert y.value == rows["value"].sum()
        assert 360 <= (y.end - y.start).days <= 366
    assert table.filter(pl.col("end") == o.latest.end)["published"][0] <= day
    if o.before is not None:
        assert o.before.end < since
    else:
        assert o.first.start > since
    assert o.change == pytest.approx(100 * (o.latest.value / o.base.value - 1))


def test_known_figures_of_record() -> None:
    (o,) = outcomes("GB", "migration", date(2010, 5, 11), date(2024, 7, 3))
    assert (o.first.value, o.first.end) == (299, date(2018, 12, 31))
    (o,) = outcomes("GB", "migration", date(2010, 5, 11), date(2024, 1, 15))
    assert (o.latest.value, o.latest.end) == (29_437, date(2023, 12, 31))


def test_a_new_government_has_no_change_yet() -> None:
    assert outcomes("GB", "migration", date(2024, 7, 5), date(2024, 8, 18)) == []
    assert outcomes("DE", "migration", TOOK_OFFICE, date(2024, 8, 18)) == []


def test_no_later_figure_is_read_on_an_earlier_day() -> None:
    ends = [
        outcomes("US", "green", TOOK_OFFICE, day)[0].latest.end
        for day in (date(2024, 6, 30), date(2024, 7, 1), date(2024, 11, 4))
    ]
    assert ends == [date(2023, 12, 31), date(2024, 3, 31), date(2024, 6, 30)]


def test_a_finding_sets_series_beside_record_and_attack() -> None:
    found = MessageProvider().findings(
        load_bundled("gb-2024"), [load_bundled("us-2024")], date(2024, 11, 4)
    )
    done = {subject(f).issue: f for f in found if subject(f).what == "done"}
    assert set(done) == {"migration", "green"}
    f = done["migration"]
    assert "not an effect" in f.claim
    assert {r["series"] for r in f.data if "series" in r} == {"small boats", "border encounters"}
    said = {(r["contender"], r["stance"]) for r in f.data if "stance" in r}
    assert said == {
        ("con", "own_record"),
        ("lab", "attack"),
        ("dem", "own_record"),
        ("rep", "attack"),
    }
    assert f.estimate is None
    assert "no series of this issue is bundled" in done["green"].claim
