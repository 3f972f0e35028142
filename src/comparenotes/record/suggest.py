"""Which campaigns to look at: by visible facts, always a winner and a loser of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from comparenotes.campaigns.catalogue import campaign_index
from comparenotes.campaigns.load import load
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.snapshot import reading_day
from comparenotes.record import tables
from comparenotes.record.gower import distances
from comparenotes.record.nearest import features_of
from comparenotes.record.profile import Profile, profile_of

EACH = 1
"""Winners and losers listed of each kind."""
RECENT, RECENT_YEARS, RECENT_EACH = "in the last three years", 3, 3
"""A visit is to people who still remember: the nearest recent campaigns come first."""
_WORDS = {1: "first", 2: "second", 3: "third or later"}


@dataclass(frozen=True)
class Likeness:
    """A fact that home and a case share or do not, in words."""

    alike: bool
    words: str

    def __str__(self) -> str:
        return self.words if self.alike else f"but: {self.words}"


@dataclass(frozen=True)
class Suggestion:
    """A campaign worth a look, of which kind, how it ended, and why it is here."""

    campaign: str
    title: str
    country: str
    date: date
    party: str
    kind: str
    outcome: str  # won, lost
    why: tuple[Likeness, ...]
    distance: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**vars(self), "date": self.date.isoformat(), "why": list(map(str, self.why))}


@dataclass(frozen=True)
class Suggestions:
    """Suggestions by kind, and the kinds for which a winner or a loser is missing."""

    home: str
    as_of: date
    items: tuple[Suggestion, ...]
    missing: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "home": self.home,
            "as_of": self.as_of.isoformat(),
            "suggestions": [s.to_dict() for s in self.items],
            "missing": list(self.missing),
        }


def pool(profile: Profile) -> pl.DataFrame:
    """Return the finished bundled campaigns that are cases of the record, as known by then."""
    index = campaign_index().select(
        pl.col("id").alias("campaign"), "title", "country", "office", "election_date"
    )
    cases = tables.cases(profile.as_of).filter(pl.col("kept_office").is_not_null())
    both = index.join(cases, on=["country", "office"], suffix="_case", maintain_order="left_right")
    joined = both.filter((pl.col("election_date") - pl.col("date")).abs() <= timedelta(days=16))
    return joined.filter(
        (pl.col("campaign") != profile.campaign)
        & (pl.col("election_date") <= profile.as_of)
        & ~(
            (pl.col("country") == profile.country)
            & (pl.col("election_date") == profile.election_date)
        )
    ).sort("campaign")


def kinds(profile: Profile) -> dict[str, pl.Expr]:
    """Return the kinds of likeness looked for, each a filter on cases."""
    term = min(profile.term, 3)
    since = profile.as_of - timedelta(days=round(365.25 * RECENT_YEARS))
    out = {
        RECENT: pl.col("election_date") >= since,
        f"{_WORDS[term]} term": pl.col("term").clip(1, 3) == term,
    }
    if profile.family:
        out[f"same family ({profile.family})"] = pl.col("family") == profile.family
        out[f"same family, {_WORDS[term]} term"] = (pl.col("family") == profile.family) & (
            pl.col("term").clip(1, 3) == term
        )
    if profile.changed_in_term:
        out["leader changed in the term"] = pl.col("changed_in_term")
    out[f"same system ({profile.system})"] = pl.col("system") == profile.system
    if profile.rival_family:
        out[f"rival of the same family ({profile.rival_family})"] = (
            pl.col("rival_family") == profile.rival_family
        )
    return out


def suggest(home: Campaign | str, as_of: date | None = None) -> Suggestions:
    """Return campaigns to look at for ``home``, as known on a day."""
    if isinstance(home, str):
        home = load(home)
    profile = profile_of(home, as_of or reading_day(home))
    frame = pool(profile)
    if frame.is_empty():
        return Suggestions(home.id, profile.as_of, (), tuple(kinds(profile)))
    gaps = distances([features_of(profile)], frame.to_dicts())[0]
    frame = frame.with_columns(pl.Series("gap", gaps)).sort("gap", "campaign")
    items: list[Suggestion] = []
    missing: list[str] = []
    used: set[str] = set()
    for kind, rule in kinds(profile).items():
        part, each = frame.filter(rule), RECENT_EACH if kind == RECENT else EACH
        for kept, word in ((True, "won"), (False, "lost")):
            side = part.filter(pl.col("kept_office") == kept)
            if side.is_empty():
                missing.append(f"{kind}: no campaign that {word}")
                continue
            fresh = side.filter(~pl.col("campaign").is_in(sorted(used)))
            for row in (fresh if fresh.height else side).head(each).iter_rows(named=True):
                used.add(row["campaign"])
                items.append(_item(profile, row, kind, word))
    return Suggestions(home.id, profile.as_of, tuple(items), tuple(missing))


def _item(profile: Profile, row: dict[str, Any], kind: str, word: str) -> Suggestion:
    return Suggestion(
        campaign=row["campaign"],
        title=row["title"],
        country=row["country"],
        date=row["election_date"],
        party=row["party_name"],
        kind=kind,
        outcome=word,
        why=why(profile, row),
        distance=round(float(row["gap"]), 3),
    )


def why(profile: Profile, row: dict[str, Any]) -> tuple[Likeness, ...]:
    """Return the facts home and a case share, and the main ones they do not."""
    out = []

    def told(alike: bool, words: str) -> None:
        out.append(Likeness(alike, words))

    terms = (min(profile.term, 3), min(row["term"], 3))
    if terms[0] == terms[1]:
        told(True, f"both in their {_WORDS[terms[0]]} term")
    else:
        told(False, f"its {_WORDS[terms[1]]} term")
    if profile.family and row["family"] == profile.family:
        told(True, f"same family: {row['family']}")
    elif row["family"]:
        told(False, row["family"])
    if profile.changed_in_term and row["changed_in_term"]:
        told(True, "both changed their leader in the term")
    elif profile.changed_in_term != row["changed_in_term"]:
        told(False, "it changed its leader" if row["changed_in_term"] else "it kept its leader")
    if row["system"] == profile.system:
        told(True, f"same system: {row['system']}")
    if profile.rival_family and row["rival_family"] == profile.rival_family:
        told(True, f"main rival of the same family: {row['rival_family']}")
    return tuple(out)
