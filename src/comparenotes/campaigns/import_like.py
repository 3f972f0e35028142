"""New polls for a campaign that is known already: everything else is kept from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from comparenotes.campaigns.model import EVENT_COLUMNS, POLL_COLUMNS, Campaign, Contender
from comparenotes.campaigns.shares import OTHERS
from comparenotes.errors import DataError

NEW_PARTY_POLLS = 15
NEW_PARTY_SHARE = 1.0
"""A party the known campaign does not have becomes a contender if so many polls of the
whole country report it, at so many per cent on average; smaller ones join the others."""


@dataclass(frozen=True)
class Refreshed:
    """The campaign with new polls, and what became of parties it did not have.

    Attributes
    ----------
    added
        Id of each new contender -> polls that report it.
    with_others
        Id of each party counted with the others -> polls that report it.
    newer
        Polls that ended after the known campaign's newest.
    """

    campaign: Campaign
    added: Mapping[str, int]
    with_others: Mapping[str, int]
    newer: int


def refreshed(fresh: Campaign, base: Campaign) -> Refreshed:
    """Return ``base`` with the polls of ``fresh``, as a campaign of ``fresh``'s id and title.

    Contenders, government, regions, earlier results, records and notes are the known
    campaign's; its events stay, and those of ``fresh`` on other days are added. A party
    that ``base`` does not have becomes a contender if it is large enough (see
    ``NEW_PARTY_POLLS``); smaller ones are added to the others, and named in the account.

    Raises
    ------
    DataError
        If the two are of different countries, or share fewer than two contenders.
    """
    if fresh.country != base.country:
        raise DataError(
            f"the polls are of {fresh.country}, {base.id} is of {base.country}", where="--country"
        )
    ids = _matched(fresh, base)
    if len(set(ids.values()) - {OTHERS}) < 2:
        raise DataError(
            f"the file and {base.id} have fewer than two contenders in common",
            where=", ".join(fresh.contender_ids[:8]),
            hint="rename ids in the folder given with --like to those of the file",
        )
    polls = fresh.polls
    unknown = {c: int(polls[c].is_not_null().sum()) for c in fresh.contender_ids if c not in ids}
    has_others = OTHERS in base.contender_ids
    added = {c: n for c, n in unknown.items() if n and (not has_others or _large(polls, c))}
    small = {c: n for c, n in unknown.items() if n and c not in added}
    contenders = _contenders(fresh, base, tuple(added))
    wide = polls.select(
        *POLL_COLUMNS,
        *(pl.col(old).alias(new) for old, new in ids.items() if new != OTHERS),
        *(pl.col(c) for c in added),
        *_others(ids, tuple(small), has_others),
    )
    missing = [c.id for c in contenders if c.id not in wide.columns]
    wide = wide.with_columns(pl.lit(None, pl.Float64).alias(c) for c in missing)
    newest = base.polls["end"].max()
    newer = wide.filter(pl.col("end") > newest).height if base.polls.height else wide.height
    polled = set(polls["region"].drop_nulls()) - {r.id for r in base.regions}
    keys = {s.key for s in base.sources}
    campaign = replace(
        base,
        id=fresh.id,
        title=fresh.title,
        election_date=fresh.election_date,
        contenders=contenders,
        regions=(*base.regions, *(r for r in fresh.regions if r.id in polled)),
        sources=(*base.sources, *(s for s in fresh.sources if s.key not in keys)),
        left_out=fresh.left_out,
        polls=wide.select(*POLL_COLUMNS, *(c.id for c in contenders)),
        events=_events(fresh, base, ids),
        results=base.results if base.results.height else _results(fresh, ids),
        folder=None,
    )
    return Refreshed(campaign, added, small, newer)


def _large(polls: pl.DataFrame, party: str) -> bool:
    shares = polls.filter(pl.col("region").is_null())[party].drop_nulls()
    mean = shares.mean()
    return len(shares) >= NEW_PARTY_POLLS and isinstance(mean, float) and mean >= NEW_PARTY_SHARE


def _matched(fresh: Campaign, base: Campaign) -> dict[str, str]:
    """Return the file's ids -> the known campaign's, by id, else by name or party."""
    names = {
        text.casefold(): c.id for c in base.contenders for text in (c.id, c.name, c.party) if text
    }
    found: dict[str, str] = {}
    for c in fresh.contenders:
        own = c.id if c.id in base.contender_ids else names.get(c.name.casefold())
        if own is not None and own not in found.values():
            found[c.id] = own
    return found


def _contenders(fresh: Campaign, base: Campaign, added: tuple[str, ...]) -> tuple[Contender, ...]:
    """Return the known contenders, new ones before the others."""
    new = [c for c in fresh.contenders if c.id in added]
    named = [c for c in base.contenders if c.id != OTHERS]
    return (*named, *new, *(c for c in base.contenders if c.id == OTHERS))


def _others(ids: Mapping[str, str], small: tuple[str, ...], has_others: bool) -> list[pl.Expr]:
    if not has_others:
        return []
    parts = [*(old for old, new in ids.items() if new == OTHERS), *small]
    if not parts:
        return []
    total = pl.sum_horizontal(pl.col(p) for p in parts)
    told = pl.any_horizontal(pl.col(p).is_not_null() for p in parts)
    # empty stays empty: no part of it was reported
    return [pl.when(told).then(total).alias(OTHERS)]


def _results(fresh: Campaign, ids: Mapping[str, str]) -> pl.DataFrame:
    return fresh.results.filter(pl.col("contender").is_in(list(ids))).with_columns(
        pl.col("contender").replace_strict(dict(ids), return_dtype=pl.String)
    )


def _events(fresh: Campaign, base: Campaign, ids: Mapping[str, str]) -> pl.DataFrame:
    new = fresh.events.join(base.events.select("date").unique(), on="date", how="anti")
    new = new.with_columns(
        pl.col("contender").replace_strict(dict(ids), default=None, return_dtype=pl.String)
    )
    columns = list(EVENT_COLUMNS)
    return pl.concat([base.events.select(columns), new.select(columns)]).sort(
        "date", maintain_order=True
    )
