"""As-of is absolute: nothing published later can change any figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from comparenotes.campaigns.model import Campaign, Change, Contender
from comparenotes.campaigns.snapshot import reading_day
from comparenotes.errors import CompareNotesError
from comparenotes.race import analyse
from comparenotes.race.constants import constants_for
from comparenotes.race.result import Race
from tests.race.invented import bundled, race_of

CASES = [
    ("us-2024", date(2024, 7, 20), None),
    ("us-2024", date(2024, 8, 18), None),
    ("us-2024", date(2024, 8, 18), date(2024, 7, 21)),
    ("gb-next", date(2026, 8, 20), date(2026, 7, 20)),
    ("gb-next", date(2024, 8, 18), None),
    ("gb-2024", date(2020, 11, 1), None),
    ("nz-2023", date(2023, 2, 1), date(2023, 1, 20)),
    ("de-2021", date(2018, 6, 1), None),
]


def without_later(c: Campaign, day: date) -> Campaign:
    """Delete every row dated or published after ``day``, and the result."""
    return replace(
        c,
        polls=c.polls.filter(pl.col("published") <= day),
        results=c.results.clear(),
        history=c.history.filter(pl.col("date") <= day),
        events=c.events.filter(pl.col("date") <= day),
        series=c.series.filter(pl.col("date") <= day),
        record=c.record.filter(pl.col("date") <= day),
        notes=c.notes.filter(pl.col("date") <= day),
    )


def with_absurd(c: Campaign, day: date) -> Campaign:
    """Add what would change everything, if it were known on ``day``."""
    ids = [i for i in c.contender_ids if i in c.polls.columns]
    later = day + timedelta(days=1)
    like = c.polls.filter(pl.col("region").is_null() & ~pl.col("hypothetical").fill_null(False))
    like = like.filter(pl.col("published") <= day).tail(8)
    # published tomorrow, of interviews made long before: the date of publication counts
    fakes = [
        like.with_columns(
            pl.lit(later).alias("published"),
            pl.lit(firm).alias("pollster"),
            pl.lit(10**6, dtype=pl.Int64).alias("sample_size"),
            *[pl.lit(90.0 if i == ids[-1] else 1.0).alias(i) for i in ids],
        )
        for firm in ("Absurd", *like["pollster"].unique().sort().to_list()[:2])
    ]
    same_days = like.with_columns(
        pl.lit(later).alias("published"), pl.lit("Quite another question").alias("question")
    )

    def row(table: pl.DataFrame, **cells: Any) -> pl.DataFrame:
        new = pl.DataFrame([{k: cells.get(k) for k in table.columns}], schema=table.schema)
        return pl.concat([table, new])

    first = c.contenders[0]
    return replace(
        c,
        polls=pl.concat([c.polls, *fakes, same_days]),
        results=row(c.results, contender=ids[0], share=99.0),
        history=row(c.history, date=later, contender=ids[0], share=99.0),
        events=row(c.events, date=later, title="Everything changes", contender=ids[-1]),
        series=row(c.series, date=later, name="approval", value=1.0),
        contenders=(
            replace(
                first,
                changes=(*first.changes, Change(later, "Somebody Else")),
                until=later,
            ),
            *c.contenders[1:],
            Contender("new", "A party of tomorrow", since=later),
        ),
        government=replace(
            c.government, changes=(*c.government.changes, Change(later, "Somebody Else"))
        ),
    )


def everything(race: Race) -> dict[str, Any]:
    """Return all a race says: its JSON, and the tables behind its charts."""
    return {
        "json": race.to_dict(),
        "trend": race.trend.to_dicts(),
        "lead_trend": race.lead_trend.to_dicts(),
        "polls": race.polls.to_dicts(),
        "contenders": race.campaign.contenders,
        "government": race.campaign.government,
        "events": race.campaign.events.to_dicts(),
    }


@pytest.mark.parametrize(("name", "day", "event"), CASES)
def test_what_came_later_changes_nothing(name: str, day: date, event: date | None) -> None:
    c = bundled(name)
    told = everything(race_of(name, day, event))
    other = with_absurd(without_later(c, day), day)
    assert other.polls.height != c.polls.height
    assert everything(analyse(other, day, event)) == told


def test_these_additions_would_change_everything_had_they_been_known() -> None:
    """Or the test above would prove nothing."""
    day = date(2024, 8, 18)
    c = bundled("us-2024")
    later = day + timedelta(days=1)
    absurd = replace(c, polls=with_absurd(c, day).polls)
    assert analyse(absurd, later).average["mean"][0] < analyse(c, later).average["mean"][0] - 5


@pytest.mark.parametrize(("name", "day", "event"), CASES)
def test_constants_were_learned_before(name: str, day: date, event: date | None) -> None:
    told = race_of(name, day, event).constants
    assert date.fromisoformat(told["until"]) <= day
    assert told["elections"] >= 10


def test_constants_of_a_day_do_not_know_the_elections_after_it() -> None:
    days = [date(y, 6, 1) for y in (1990, 2000, 2010, 2024)]
    cuts = [constants_for(day, system="pr", country="XX") for day in days]
    counts = [c.elections for c in cuts]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    assert all(
        c.until <= date(y, 6, 1) for c, y in zip(cuts, (1990, 2000, 2010, 2024), strict=True)
    )
    with pytest.raises(CompareNotesError, match="earliest cut"):
        constants_for(date(1900, 1, 1), system="pr", country="XX")


def test_a_finished_campaign_is_shown_on_its_eve() -> None:
    c = bundled("us-2024")
    assert reading_day(c) == date(2024, 11, 4)
    assert reading_day(c, date(2024, 8, 18)) == date(2024, 8, 18)
    race = analyse(c)
    assert race.as_of == date(2024, 11, 4)
    assert race.result is None  # not known on its eve
    assert race.to_dict() == analyse(c, date(2024, 11, 4)).to_dict()


def test_a_race_to_come_is_shown_today() -> None:
    assert reading_day(bundled("gb-next"), date(2026, 8, 20)) == date(2026, 8, 20)


def test_gb_next_has_five_polls_in_august_2024_and_says_so() -> None:
    race = race_of("gb-next", date(2024, 8, 18))
    assert race.polls_used == 5
    assert race.to_dict()["polls_used"] == 5
    later = race_of("gb-next", date(2026, 8, 20), date(2026, 7, 20))
    assert later.polls_used > 400

    def width(r: Race) -> float:
        row = r.average.filter(contender="lab").to_dicts()[0]
        return float(row["hi90"] - row["lo90"])

    assert width(race) > width(later)


def test_hypothetical_polls_before_the_switch_are_left_out_and_counted() -> None:
    race = race_of("us-2024", date(2024, 7, 20))
    assert {x.why: x.count for x in race.left_out}["hypothetical question"] > 10
    c = bundled("us-2024")
    asked = replace(c, polls=c.polls.filter(~pl.col("hypothetical")))
    there = analyse(asked, date(2024, 7, 20))
    assert there.average.equals(race.average)
    assert race.campaign.contender("dem").candidate_on(date(2024, 7, 20)) == "Joe Biden"


def test_the_line_does_not_know_its_future() -> None:
    """The average of a day is the last day of the trend, not a look back from later."""
    c = bundled("us-2024")
    day = date(2024, 7, 20)
    then = race_of("us-2024", day).average.filter(contender="dem")["mean"][0]
    now = race_of("us-2024", date(2024, 8, 18))
    back = now.trend.filter(pl.col("date") == day, pl.col("contender") == "dem")["mean"][0]
    assert back != then  # looking back uses later polls, and only the trend looks back
    assert analyse(c, day).average.filter(contender="dem")["mean"][0] == then


def test_no_polls_yet_is_said_in_one_line() -> None:
    with pytest.raises(CompareNotesError) as caught:
        analyse(bundled("us-2024"), date(2020, 12, 1))
    assert "\n" not in caught.value.one_line()
    assert "no usable national poll" in caught.value.one_line()


def test_a_race_names_the_constants_of_the_table_it_was_read_with() -> None:
    day = date(2022, 4, 1)
    found = race_of("fr-president-2022", day)
    learned = constants_for(day, system="two_round", country="FR")
    assert found.constants["closeness"] == learned.closeness
    assert found.constants["walk"] == learned.walk
    assert found.constants["closeness"] > 0  # a duel is scaled by its own closeness
