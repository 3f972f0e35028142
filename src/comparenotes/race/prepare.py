"""From a campaign's poll table to what enters the model, with an account of the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from comparenotes.campaigns.model import Campaign, LeftOut
from comparenotes.campaigns.shares import OTHERS
from comparenotes.race.bounded import bounded
from comparenotes.race.unnamed import Unnamed, unnamed

Array = NDArray[np.float64]

OTHER_CONTEST = re.compile(
    r"^(2pp|tpp|two[ -_]?party.*|round ?2|run-?off|second[ _]round|n\d+)$", re.I
)
"""Questions about another contest than the vote itself (after preferences, a run-off)."""

MIN_SHARE = 1.0
"""Contenders that average less than this (per cent) are counted with the others."""

REGIONAL = "poll of one region"
"""Why regional polls are no part of the national line."""

UNDECIDED = "undecided taken out of a poll"
"""What is said of polls whose missing shares are more than others (the poll is used)."""


@dataclass(frozen=True)
class PollRow:
    """One poll as the model sees it.

    ``groups`` (c, K) says which contenders each reported category covers,
    ``shares`` (c,) their fractions, summing to 1. Its variance is divided by ``weight``:
    under 1 where it lies far from its neighbours (:mod:`comparenotes.race.outlying`).
    """

    start: date
    end: date
    pollster: str
    sample_size: float | None
    step: float
    groups: Array
    shares: Array
    mode: str | None
    population: str | None
    question: str | None
    weight: float = 1.0

    @property
    def middle(self) -> date:
        """Return the middle day of fieldwork."""
        return self.start + timedelta(days=(self.end - self.start).days // 2)


@dataclass(frozen=True)
class Prepared:
    """A campaign's usable polls and anchor.

    Attributes
    ----------
    contenders
        The K ids of the composition (small ones merged into ``oth``).
    anchor
        (K,) earlier result as fractions, nan for contenders without one.
    anchor_date
        The day of that result, or None.
    """

    campaign: Campaign
    contenders: tuple[str, ...]
    polls: tuple[PollRow, ...]
    anchor: Array
    anchor_date: date | None
    left_out: tuple[LeftOut, ...]
    sizes_missing: int

    @cached_property
    def debuts(self) -> Mapping[str, date]:
        """Return the day from which a contender is in the composition, where it was not always.

        A contender without an earlier result is there from its first poll, one with a
        ``since`` not before that day. Until then it is among the others.
        """
        out: dict[str, date] = {}
        for k, cid in enumerate(self.contenders):
            own = None if cid == OTHERS else self.campaign.contender(cid).since
            if np.isnan(self.anchor[k]) and cid != OTHERS:
                starts = (p.start for p in self.polls if (p.groups[:, k] @ p.groups.sum(1)) == 1)
                first = min(starts, default=None)
                own = max((d for d in (own, first) if d is not None), default=None)
            if own is not None:
                out[cid] = own
        return out


def prepare(campaign: Campaign, region: str | None = None) -> Prepared:
    """Select and normalise the polls of ``campaign`` (already cut at its as-of date).

    Rules, each counted in ``left_out``: hypothetical questions; questions about
    another contest; exact duplicates; the same sample reported for a wider
    population or under another version of the question (the version more common
    in the campaign is kept); overlapping waves of one firm's tracking poll (the
    newest is kept, then the next that does not overlap); polls naming fewer than
    two contenders. Which polls are used does not depend on the order of the rows.
    """
    out: Counter[str] = Counter()
    polls = campaign.polls
    here = pl.col("region").is_null() if region is None else pl.col("region") == region
    polls = polls.filter(here).with_columns(pl.col("start").fill_null(pl.col("end")))
    if region is None:
        out[REGIONAL] += campaign.polls.height - polls.height
    previous = campaign.previous_election()
    rows = _select(polls, previous, out)
    last = _latest_history(campaign)
    ids, small = _composition(campaign, rows, last)
    usual = unnamed(rows, ids, small, last if region is None else {})
    prepared = [r for r in (_poll_row(row, ids, small, usual, out) for row in rows) if r]
    out["fewer than two contenders named"] += len(rows) - len(prepared)
    for c in small:
        out[f"share counted with the others: {c}"] += sum(row.get(c) is not None for row in rows)
    anchor, when = _anchor(campaign, ids, region)
    prepared = bounded(sorted(prepared, key=_order), out)
    prepared.sort(key=_order)
    return Prepared(
        campaign=campaign,
        contenders=ids,
        polls=tuple(prepared),
        anchor=anchor,
        anchor_date=when,
        left_out=tuple(LeftOut(why, n) for why, n in sorted(out.items()) if n > 0),
        sizes_missing=sum(r.sample_size is None for r in prepared),
    )


def regional_polls(
    campaign: Campaign, regions: Sequence[str]
) -> dict[str, tuple[tuple[str, ...], tuple[PollRow, ...]]]:
    """Return contenders and polls of each of ``regions`` that has polls.

    They are the ``contenders`` and ``polls`` of :func:`prepare` for that region. The table
    is taken apart once: fifty regions one by one would be five hundred small queries.
    """
    polls = campaign.polls.filter(pl.col("region").is_in(regions))
    unique = _unique(polls.with_columns(pl.col("start").fill_null(pl.col("end"))))
    by_region: dict[str, list[dict[str, object]]] = {}
    for row in unique.to_dicts():
        by_region.setdefault(row["region"], []).append(row)
    previous, last = campaign.previous_election(), _latest_history(campaign)
    out = {}
    for region, found in by_region.items():
        rows = _chosen(found, previous, Counter())
        ids, small = _composition(campaign, rows, last)
        usual = unnamed(rows, ids, small, {})
        read = (_poll_row(row, ids, small, usual, Counter()) for row in rows)
        prepared = [r for r in read if r is not None]
        out[region] = (ids, tuple(sorted(prepared, key=_order)))
    return out


_POPULATION_ORDER = {"lv": 0, "likely voters": 0, "rv": 1, "registered voters": 1, "v": 1, "a": 2}


def _order(poll: PollRow) -> tuple[object, ...]:
    """Return a key under which only polls that are the same to the model tie."""
    return (
        poll.middle,
        poll.end,
        poll.pollster,
        poll.shares.tolist(),
        poll.groups.tolist(),
        poll.sample_size or 0.0,
        poll.mode or "",
        poll.population or "",
        poll.question or "",
    )


def _select(
    polls: pl.DataFrame, previous: date | None, out: Counter[str]
) -> list[dict[str, object]]:
    unique = _unique(polls)
    out["duplicate of another poll"] += polls.height - unique.height
    return _chosen(unique.to_dicts(), previous, out)


def _unique(polls: pl.DataFrame) -> pl.DataFrame:
    meta = [c for c in polls.columns if c not in {"published", "source"}]
    return polls.unique(subset=meta, keep="first", maintain_order=True)


def _chosen(
    unique: list[dict[str, Any]], previous: date | None, out: Counter[str]
) -> list[dict[str, object]]:
    """Return the rows that enter; ``out`` counts why the others do not."""
    rows: list[dict[str, object]] = []
    for row in unique:
        if row["hypothetical"]:
            out["hypothetical question"] += 1
        elif row["question"] and OTHER_CONTEST.match(row["question"]):
            out["question about another contest"] += 1
        elif previous is not None and row["end"] <= previous:
            out["fieldwork before the preceding election"] += 1
        else:
            rows.append(row)
    rows = _one_of_sample(
        rows, "population", ("question",), _narrower, "same sample for a wider population", out
    )
    common = Counter(row["question"] for row in rows)
    rows = _one_of_sample(
        rows,
        "question",
        (),
        lambda version: (-common[version], str(version or "")),
        "same sample, another version of the question",
        out,
    )
    return _without_overlaps(rows, out)


def _one_of_sample(
    rows: list[dict[str, object]],
    column: str,
    alike: tuple[str, ...],
    preference: Callable[[object], tuple[float, str]],
    why: str,
    out: Counter[str],
) -> list[dict[str, object]]:
    """Of one sample reported under several values of ``column`` keep the preferred value.

    A sample is one firm's interviews over the same days (and with the same
    ``alike`` columns). Two rows under one value are two samples: both stay.
    """
    keys = ("pollster", "sponsor", "start", "end", "mode", *alike)
    found: dict[tuple[object, ...], set[object]] = {}
    for row in rows:
        found.setdefault(tuple(row[k] for k in keys), set()).add(row[column])
    best = {key: min(values, key=preference) for key, values in found.items()}
    kept = [row for row in rows if row[column] == best[tuple(row[k] for k in keys)]]
    out[why] += len(rows) - len(kept)
    return kept


def _narrower(population: object) -> tuple[float, str]:
    name = str(population or "").lower()
    return _POPULATION_ORDER.get(name, 3), name


def _without_overlaps(rows: list[dict[str, object]], out: Counter[str]) -> list[dict[str, object]]:
    """Keep a firm's newest wave and step back to the first that does not overlap."""
    by_firm: dict[tuple[object, ...], list[dict[str, object]]] = {}
    for row in rows:
        key = (row["pollster"], row["sponsor"], row["question"], row["population"], row["mode"])
        by_firm.setdefault(key, []).append(row)
    kept: list[dict[str, object]] = []
    for waves in by_firm.values():
        waves.sort(key=lambda r: (r["end"], r["start"], -(r["sample_size"] or 0)), reverse=True)  # type: ignore[operator]
        edge: object = None
        for row in waves:
            # two polls over exactly the same days are two samples, not two waves
            if edge is None or row["end"] < edge or _same_days(row, kept[-1]):  # type: ignore[operator]
                kept.append(row)
                edge = row["start"]
            else:
                out["overlapping wave of the same firm"] += 1
    return kept


def _same_days(row: dict[str, object], other: dict[str, object]) -> bool:
    return row["start"] == other["start"] and row["end"] == other["end"]


def _composition(
    campaign: Campaign, rows: list[dict[str, object]], last: dict[str, float]
) -> tuple[tuple[str, ...], list[str]]:
    """Return the contenders of the composition, and those merged into the others.

    ``last`` is the country's last result.
    """
    gone = {c.id for c in campaign.contenders if c.until is not None}
    keep, small = [], []
    has_other = OTHERS in campaign.contender_ids
    for c in campaign.contender_ids:
        if c == OTHERS:
            continue
        reported = [float(r[c]) for r in rows if r.get(c) is not None]  # type: ignore[arg-type]
        recent = (
            float(np.mean(sorted(reported)[-max(3, len(reported) // 4) :])) if reported else 0.0
        )
        if has_other and (c in gone or not reported or max(recent, 0.0) < MIN_SHARE):
            small.append(c)
        elif reported or last.get(c) is not None:
            keep.append(c)
    if has_other:
        keep.append(OTHERS)
    return tuple(keep), small


def _latest_history(campaign: Campaign, region: str | None = None) -> dict[str, float]:
    h = campaign.history
    h = h.filter(
        pl.col("region").is_null() if region is None else pl.col("region") == region,
        pl.col("share").is_not_null(),
    )
    if h.is_empty():
        return {}
    h = h.filter(pl.col("date") == pl.col("date").max())
    return dict(zip(h["contender"].to_list(), h["share"].to_list(), strict=True))


def _poll_row(
    row: dict[str, object],
    ids: tuple[str, ...],
    small: list[str],
    usual: Unnamed,
    out: Counter[str],
) -> PollRow | None:
    index = {c: i for i, c in enumerate(ids)}
    named = [(c, float(row[c])) for c in ids if c != OTHERS and row.get(c) is not None]  # type: ignore[arg-type]
    total = sum(v for _, v in named)
    if not named or total <= 0:
        return None
    groups, shares = [], []
    for c, v in named:
        line = np.zeros(len(ids))
        line[index[c]] = 1.0
        groups.append(line)
        shares.append(v)
    if OTHERS in index:
        # whoever is not named stands together in one category, whatever the poll calls it
        rest = np.ones(len(ids)) - np.sum(groups, axis=0)
        groups.append(rest)
        missing = [c for c in ids if c != OTHERS and row.get(c) is None]
        share, cut = usual.rest(row, small, total, missing)
        shares.append(share)
        out[UNDECIDED] += cut
    if len(groups) < 2:
        return None
    q = np.asarray(shares) / sum(shares)
    size = row["sample_size"]
    return PollRow(
        start=row["start"],  # type: ignore[arg-type]
        end=row["end"],  # type: ignore[arg-type]
        pollster=str(row["pollster"] or "unknown"),
        sample_size=float(size) if size else None,  # type: ignore[arg-type]
        step=_rounding([v for _, v in named]),
        groups=np.asarray(groups),
        shares=q,
        mode=row["mode"],  # type: ignore[arg-type]
        population=row["population"],  # type: ignore[arg-type]
        question=row["question"],  # type: ignore[arg-type]
    )


def _rounding(values: list[float]) -> float:
    """Return the rounding step of a poll in per cent: 1, 0.5 or 0.1."""
    for step in (1.0, 0.5):
        if all(abs(v / step - round(v / step)) < 1e-6 for v in values):
            return step
    return 0.1


def _anchor(
    campaign: Campaign, ids: tuple[str, ...], region: str | None
) -> tuple[Array, date | None]:
    """Return the earlier result as fractions over ``ids`` (nan where there is none)."""
    h = campaign.history.filter(pl.col("share").is_not_null())
    h = h.filter(pl.col("region").is_null() if region is None else pl.col("region") == region)
    if h.is_empty():
        return np.full(len(ids), np.nan), None
    when = h["date"].max()
    last = _latest_history(campaign, region)
    shares = np.array([last.get(c, np.nan) for c in ids])
    if OTHERS in ids:
        named = np.nansum([last.get(c, np.nan) for c in ids if c != OTHERS])
        shares[ids.index(OTHERS)] = max(100.0 - named, 0.3)
    shares = np.where(shares <= 0, np.nan, shares)
    total = np.nansum(shares)
    return shares / total, when  # type: ignore[return-value]
