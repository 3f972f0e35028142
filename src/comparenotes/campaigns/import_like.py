"""New polls for a campaign that is known already: everything else is kept from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from comparenotes.campaigns.model import EVENT_COLUMNS, POLL_COLUMNS, Campaign, Contender
from comparenotes.campaigns.naming import slug
from comparenotes.campaigns.nicknames import matched
from comparenotes.campaigns.shares import OTHERS
from comparenotes.errors import DataError, did_you_mean

NEW_PARTY_POLLS = 15
NEW_PARTY_SHARE = 1.0
"""A party the known campaign does not have becomes a contender if so many polls of the
whole country report it, at so many per cent on average; smaller ones join the others."""


UNMATCHED_SHARE = 5.0
"""A column over so many per cent without a match is never counted with the others unasked."""

UNMATCHED_PART = 0.2
"""... where so large a part of the polls of the whole country report it."""

NEW = "new"


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


def refreshed(fresh: Campaign, base: Campaign, match: Mapping[str, str] | None = None) -> Refreshed:
    """Return ``base`` with the polls of ``fresh``, as a campaign of ``fresh``'s id and title.

    Contenders, government, regions, earlier results, records and notes are the known
    campaign's; its events stay, and those of ``fresh`` on other days are added. A party
    that ``base`` does not have becomes a contender if it is large enough (see
    ``NEW_PARTY_POLLS``); smaller ones are added to the others, and named in the account.

    Parameters
    ----------
    match
        Header or id in ``fresh`` -> contender of ``base``, ``oth``, or ``new``: what
        names alone do not settle.

    Raises
    ------
    DataError
        If the two are of different countries, share fewer than two contenders, or a
        column of over ``UNMATCHED_SHARE`` per cent might be a contender that has none.
    """
    if fresh.country != base.country:
        raise DataError(
            f"the polls are of {fresh.country}, {base.id} is of {base.country}", where="--country"
        )
    said = _said(fresh, base, match or {})
    ids = _matched(fresh, base, said)
    if len(set(ids.values()) - {OTHERS}) < 2:
        raise DataError(
            f"the file and {base.id} have fewer than two contenders in common",
            where=", ".join(fresh.contender_ids[:8]),
            hint="rename ids in the folder given with --like to those of the file",
        )
    polls = fresh.polls
    unknown = {c: int(polls[c].is_not_null().sum()) for c in fresh.contender_ids if c not in ids}
    has_others = OTHERS in base.contender_ids
    new = {c for c, word in said.items() if word == NEW}
    added = {
        c: n for c, n in unknown.items() if n and (not has_others or c in new or _large(polls, c))
    }
    _refuse_unmatched(fresh, base, {c for c in unknown if c not in said}, ids, added)
    small = {c: n for c, n in unknown.items() if n and c not in added}
    contenders = _contenders(fresh, base, tuple(added))
    wide = polls.select(
        *POLL_COLUMNS,
        *(
            pl.coalesce(old for old, to in ids.items() if to == new).alias(new)
            for new in dict.fromkeys(ids.values())
            if new != OTHERS
        ),
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


def _said(fresh: Campaign, base: Campaign, match: Mapping[str, str]) -> dict[str, str]:
    """Return the file's ids -> what the user says they are."""
    names = {text.casefold(): c.id for c in fresh.contenders for text in (c.id, c.name)}
    found: dict[str, str] = {}
    for header, target in match.items():
        own = names.get(header.casefold()) or names.get(slug(header))
        if own is None:
            known = ", ".join(c.name for c in fresh.contenders[:12])
            raise DataError(
                f"the file has no column {header[:40]!r}",
                where="--match",
                hint=did_you_mean(header.casefold(), names) or f"it has: {known}",
            )
        if target not in (*base.contender_ids, NEW, OTHERS):
            raise DataError(
                f"{base.id} has no contender {target[:40]!r}",
                where="--match",
                hint=did_you_mean(target, base.contender_ids)
                or f"{NEW} makes one, {OTHERS} counts it with the others",
            )
        found[own] = target
    return found


def _matched(fresh: Campaign, base: Campaign, said: Mapping[str, str]) -> dict[str, str]:
    """Return the file's ids -> the known campaign's: as said, else by id or name."""
    fixed = {c: target for c, target in said.items() if target not in (NEW, OTHERS)}
    named = {c.id: c.name for c in fresh.contenders if c.id not in said}
    found = {
        c: target for c, target in matched(named, base).items() if target not in fixed.values()
    }
    ids = {**fixed, **found}
    # A page may change a header from one year's table to the next: never both in one poll.
    for c, name in named.items():
        if c in ids:
            continue
        for again in matched({c: name}, base).values():
            same = [other for other, target in ids.items() if target == again]
            both = fresh.polls.filter(
                pl.col(c).is_not_null() & pl.any_horizontal(pl.col(o).is_not_null() for o in same)
            )
            if again != OTHERS and same and both.is_empty():
                ids[c] = again
    return ids


def _refuse_unmatched(
    fresh: Campaign,
    base: Campaign,
    unknown: set[str],
    ids: Mapping[str, str],
    added: Mapping[str, int],
) -> None:
    """Refuse a large column without a match: it may be a known party under a new name."""
    missing = [
        c for c in base.contender_ids if c != OTHERS and c not in ids.values() and _polled(base, c)
    ]
    national = fresh.polls.filter(pl.col("region").is_null())
    for c in sorted(unknown, key=fresh.contender_ids.index):
        shares = national[c].drop_nulls()
        mean = shares.mean()
        rare = len(shares) < UNMATCHED_PART * national.height
        if not isinstance(mean, float) or mean <= UNMATCHED_SHARE or rare:
            continue
        if c in added and not missing:
            continue
        name = fresh.contender(c).name
        target = f"{name}={missing[0]}" if missing else f"{name}={NEW}"
        more = f"{name}={NEW}, {name}={OTHERS}" if missing else f"{name}={OTHERS}"
        lacking = f", while {', '.join(missing[:6])} have no column" if missing else ""
        raise DataError(
            f"{name!r} ({mean:.0f}% on average) is no contender of {base.id}{lacking}",
            where=f"column {name[:40]}",
            hint=f"say what it is: --match '{target}' (or {more})",
        )


def _polled(base: Campaign, contender: str) -> bool:
    """Return whether the known campaign's newest polls report a contender."""
    if contender not in base.polls.columns:
        return False
    newest = base.polls.filter(pl.col("region").is_null()).tail(NEW_PARTY_POLLS)
    return newest[contender].is_not_null().any()


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
    new = fresh.events.filter(~pl.col("date").is_in(base.events["date"].to_list()))
    new = new.with_columns(
        pl.col("contender").replace_strict(dict(ids), default=None, return_dtype=pl.String)
    )
    columns = list(EVENT_COLUMNS)
    return pl.concat([base.events.select(columns), new.select(columns)]).sort(
        "date", maintain_order=True
    )
