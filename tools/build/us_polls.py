"""American polls: one primary source a campaign, firms under one name, dates put right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from lab.importers import importer

from comparenotes.campaigns.importers import Imported
from comparenotes.campaigns.importers.five38 import code_of
from comparenotes.campaigns.importers.reading import read_rows
from comparenotes.campaigns.importers.us_states import region_id
from comparenotes.campaigns.model import POLL_COLUMNS, Contender, LeftOut, Source
from tools.build.us_tables import Election, firms

PARTIES = ("dem", "rep")
POTUS = "markjrieke/2024-potus @3ebba36"
HUFFPOST = Source(
    "huffpost",
    "State and national polls of HuffPost Pollster, by way of the Economist and markjrieke",
    "MIT",
    "https://github.com/markjrieke/2024-potus",
    POTUS,
)
FIVE38 = Source(
    "fivethirtyeight",
    "FiveThirtyEight's polls of the presidential race of 2020",
    "CC BY 4.0",
    "https://github.com/ohawkins/DPiR-Final-Project",
    "ohawkins/DPiR-Final-Project @0868745",
)
TWO_PARTY = Source(
    "potus2024",
    "Two-party polls of the presidential race of 2024; fieldwork and entry dates of 1,062 of "
    "them from FiveThirtyEight (CC BY 4.0)",
    "MIT",
    "https://github.com/markjrieke/2024-potus",
    POTUS,
)


@dataclass(frozen=True)
class Primary:
    """The one source of a campaign's polls: importer, file, code of each contender."""

    importer: str
    file: str
    codes: dict[str, str]  # contender -> code in the file
    source: Source


PRIMARY: dict[int, Primary] = {
    2008: Primary("huffpost", "president_2008.csv", {"dem": "obama", "rep": "mccain"}, HUFFPOST),
    2012: Primary("huffpost", "president_2012.csv", {"dem": "obama", "rep": "romney"}, HUFFPOST),
    2016: Primary("huffpost", "president_2016.csv", {"dem": "clinton", "rep": "trump"}, HUFFPOST),
    2020: Primary(
        "five38",
        "president_2020.csv",
        {"dem": "joseph-r-biden-jr", "rep": "donald-trump"},
        FIVE38,
    ),
    2024: Primary(
        "two_party_2024", "president_2024_two_party.csv", {"dem": "dem", "rep": "rep"}, TWO_PARTY
    ),
}

_DISTRICT = re.compile(r" \((\d)(?:st|nd|rd) CD Only\)$")
_SAMPLE = ["region", "pollster", "start", "end"]
_BROADEST_LAST = {"lv": 0, "rv": 1, "v": 2, "a": 3}


def campaign_polls(
    raw: Path, election: Election, contenders: tuple[Contender, ...], previous: date
) -> tuple[pl.DataFrame, tuple[LeftOut, ...]]:
    """Return a campaign's polls and the account of the raw rows left out.

    Parameters
    ----------
    previous
        Day of the preceding election: polls that end before it are dropped.
    """
    primary = PRIMARY[election.year]
    imported: Imported = importer(primary.importer).read(
        raw / "polls_us" / primary.file, election_date=election.day
    )
    left = Counter({x.why: x.count for x in imported.left_out})
    polls = imported.polls.select(
        *POLL_COLUMNS, *[pl.col(code).alias(c) for c, code in primary.codes.items()]
    )
    polls = polls.with_columns(pl.lit(primary.source.key).alias("source"))
    polls = _named(polls, election.campaign)
    per_poll = 2 if primary.importer == "five38" else 1  # raw rows a poll

    def drop(keep: pl.Series, why: str) -> None:
        nonlocal polls
        left[why] += per_poll * int((~keep).sum())
        polls = polls.filter(keep)

    drop(polls["dem"].is_not_null() & polls["rep"].is_not_null(), "one of the two not reported")
    drop(polls["end"] > previous, "before the preceding election")
    if election.year in (2008, 2012):
        drop(~_misdated(polls), "same firm, region and dates, other figures: misdated")
    if election.year == 2016:
        drop(_best_population(polls), "the same sample among a wider population")
        drop(_first_reading(polls), "the same sample and question a second time")
    polls = {2008: _dated_2008, 2012: _dated_2012}.get(election.year, _as_dated)(polls)
    if election.year == 2024:
        polls, unused = _dates_2024(polls, raw)
        left.update(unused)
        polls = in_force(polls, contenders)
    polls = polls.with_columns(
        pl.col("published").fill_null(pl.col("end") + pl.duration(days=1))
    ).sort([*POLL_COLUMNS, *PARTIES], nulls_last=True)
    first = ["end", "start", "pollster"]
    return (
        polls.sort(first, nulls_last=True, maintain_order=True),
        tuple(LeftOut(why, n) for why, n in sorted(left.items()) if n),
    )


def _named(polls: pl.DataFrame, campaign: str) -> pl.DataFrame:
    """Put one firm's polls under one name; a poll of one district goes to that district."""
    table = firms(campaign)
    names, questions, regions = [], [], []
    for name, question, region in polls.select("pollster", "question", "region").iter_rows():
        district = _DISTRICT.search(name)
        firm, version = table.get(name, (_DISTRICT.sub("", name), None))
        names.append(firm)
        questions.append(version or question)
        regions.append(f"{region}-{district[1]}" if district else region)
    return polls.with_columns(
        pl.Series("pollster", names, dtype=pl.String),
        pl.Series("question", questions, dtype=pl.String),
        pl.Series("region", regions, dtype=pl.String),
    )


def _misdated(polls: pl.DataFrame) -> pl.Series:
    """Return which polls share firm, region, question and dates with one of other figures."""
    return polls.select([*_SAMPLE, "question"]).is_duplicated()


def _best_population(polls: pl.DataFrame) -> pl.Series:
    """Return which polls to keep where one sample is reported for two populations."""
    rank = pl.col("population").replace_strict(_BROADEST_LAST, default=9)
    return polls.select(rank == rank.min().over(_SAMPLE)).to_series()


def _first_reading(polls: pl.DataFrame) -> pl.Series:
    """Return which polls to keep where one sample has two readings of one question.

    The one that gives the two candidates more stays: it asked about fewer.
    """
    order = polls.with_row_index("i").sort(
        pl.col("dem") + pl.col("rep"), "dem", "sample_size", "i", descending=True
    )
    first = order.unique([*_SAMPLE, "question"], keep="first", maintain_order=True)["i"]
    return polls.with_row_index("i")["i"].is_in(first.implode())


def _as_dated(polls: pl.DataFrame) -> pl.DataFrame:
    return polls


def _dated_2008(polls: pl.DataFrame) -> pl.DataFrame:
    """Drop the filled-in first day of the state polls of 2008.

    Every one of the 1,004 state rows is three days long: the day of release less
    three. National rows have dates of their own.
    """
    return polls.with_columns(
        pl.when(pl.col("region").is_null()).then("start").otherwise(None).alias("start")
    )


def _dated_2012(polls: pl.DataFrame) -> pl.DataFrame:
    """Put right the dates of 2012.

    Every state row is three days long and every national one five, cut at
    polling day: the last day is filled in. Against FiveThirtyEight's day of the
    middle of fieldwork for the same polls, a state row's first day is two days
    later, which is the day of release; a national row's is two days earlier, the
    first day of fieldwork. So a state poll is known to have ended by its first
    day in the file, and was published on it; a national one is taken to have
    ended three days after its first.
    """
    national = pl.col("region").is_null()
    last = pl.min_horizontal(pl.col("start") + pl.duration(days=3), pl.col("end"))
    return polls.with_columns(
        pl.when(national).then("start").otherwise(None).alias("start"),
        pl.when(national).then(last).otherwise("start").alias("end"),
        pl.when(national).then(None).otherwise("start").alias("published"),
    )


def _dates_2024(polls: pl.DataFrame, raw: Path) -> tuple[pl.DataFrame, Counter[str]]:
    """Take first day and day of entry from the second file of 2024, by poll and state.

    No poll is taken from it: 1,062 of its 1,217 are in the primary file, and the
    other 155 were left out there on grounds of quality.
    """
    folder = raw / "polls_us"
    dates: dict[tuple[str, str], tuple[date, date]] = {}
    other = read_rows(folder / "president_2024_from_august.csv")
    for row in other:
        dates[row["poll_id"], row["state"]] = (
            date.fromisoformat(row["start_date"]),
            date.fromisoformat(row["created_at"]),
        )
    table = firms("us-2024")
    found = []
    seen = set()
    for row in read_rows(folder / "president_2024_two_party.csv"):
        key = row["poll_id"], row["state"]
        if key in dates:
            seen.add(key)
            start, entered = dates[key]
            end = date.fromisoformat(row["end_date"])
            found.append(
                {
                    "pollster": table.get(row["pollster"], (row["pollster"], None))[0],
                    "region": region_id(row["state"], row.where),
                    "end": end,
                    "question": row["dem_candidate"],
                    "sample_size": int(row["K"]),
                    "first": min(start, end),
                    "entered": max(entered, end),
                }
            )
    key_columns = ["pollster", "region", "end", "question", "sample_size"]
    extra = pl.DataFrame(
        found,
        schema={k: POLL_COLUMNS[k] for k in key_columns} | {"first": pl.Date, "entered": pl.Date},
    ).unique(key_columns, keep="none", maintain_order=True)
    joined = polls.join(extra, on=key_columns, how="left", nulls_equal=True)
    if joined.height != polls.height:
        raise ValueError("a poll of 2024 has two dates")
    used = sum((row["poll_id"], row["state"]) in seen for row in other)
    left = Counter(
        {
            "second file: a poll of the first (its dates are used)": used,
            "second file: not among the polls of the first": len(other) - used,
        }
    )
    return (
        joined.with_columns(start=pl.col("first"), published=pl.col("entered")).select(
            polls.columns
        ),
        left,
    )


def in_force(polls: pl.DataFrame, contenders: tuple[Contender, ...]) -> pl.DataFrame:
    """Mark as hypothetical each poll about a Democrat not in force at the end of fieldwork.

    ``question`` names the Democrat asked about. A poll the file marks as asked
    before she ran stays hypothetical whenever it ended.
    """
    (dem,) = [c for c in contenders if c.id == "dem"]
    surname: Callable[[date], str] = lambda day: code_of((dem.candidate_on(day) or "").split()[-1])  # noqa: E731
    wrong = [
        code_of(asked) != surname(day) for day, asked in polls.select("end", "question").iter_rows()
    ]
    return polls.with_columns(
        (pl.col("hypothetical") | pl.Series("wrong", wrong, dtype=pl.Boolean)).alias("hypothetical")
    )
