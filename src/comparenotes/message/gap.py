"""What was done against what is said, and speech against the voters' top issues."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.message.intervals import STANCE_SENTENCES, Share
from comparenotes.message.issues import TOPICS, UNIONS
from comparenotes.message.measure import MIN_HITS, share_of
from comparenotes.message.report import Message
from comparenotes.message.tally import ALL

SERIES = "most important issue"
"""``series.csv`` names such a series ``most important issue: ISSUE``."""


@dataclass(frozen=True)
class Gap:
    """An issue's share of a contender's record and of its own-record sentences (per cent).

    Without a comparison ``reason`` says why, and what was not measured is None.
    """

    contender: str
    issue: str
    record_share: float
    record_items: int
    said_share: float | None
    lo90: float | None
    hi90: float | None
    by: str  # "amount" or "items"
    warning: str | None
    reason: str | None = None


def record_gap(campaign: Campaign, found: Message) -> list[Gap]:
    """Return record against message for each contender and issue of ``record.csv``.

    Amounts are compared where all rows of a contender have one and the unit is the
    same; else items are counted, with the reason as a warning. No issue is left out: one
    that cannot be compared has the reason.
    """
    out = []
    record = campaign.record.filter(pl.col("date").is_null() | (pl.col("date") <= found.as_of))
    for who in record["contender"].drop_nulls().unique().sort().to_list():
        own = record.filter(pl.col("contender") == who)
        units = own["unit"].drop_nulls().unique().sort().to_list()
        money = own["amount"].null_count() == 0 and len(units) <= 1
        warning = None
        if not money:
            warning = (
                f"units differ ({', '.join(units)}): items are counted, not amounts"
                if len(units) > 1
                else "amounts are missing: items are counted"
            )
        value = pl.col("amount").sum() if money else pl.len().cast(pl.Float64)
        sums = (
            own.group_by("issue", maintain_order=True)
            .agg(value.alias("v"), pl.len().alias("n"))
            .sort("issue")
        )
        total = float(sums["v"].sum()) or 1.0
        texts = found.tally.filter(pl.col("contender") == who)
        for issue, v, n in sums.iter_rows():
            said, why = _said(texts, issue)
            share, lo, hi = (said.share, said.lo90, said.hi90) if said else (None, None, None)
            by = "amount" if money else "items"
            out.append(Gap(who, issue, 100 * v / total, int(n), share, lo, hi, by, warning, why))
    return out


def _said(texts: pl.DataFrame, issue: str | None) -> tuple[Share | None, str | None]:
    """Return an issue's share of a side's own-record sentences, or why there is none."""
    if texts.is_empty():
        return None, "there are no texts of it"
    if issue is None:
        return None, "the row of the record names no issue"
    if issue not in TOPICS and issue not in UNIONS:
        return None, "the coder does not know this issue"
    documents = texts["document"].n_unique()
    unit = ["document"] if documents > 1 else ["document", "block"]
    own = texts.filter(pl.col("stance") == "own_record")
    every = (
        own.filter(pl.col("issue") == ALL)
        .group_by(unit, maintain_order=True)
        .agg(pl.col("n").sum().alias("of"))
    )
    some = (
        own.filter(pl.col("issue") == issue)
        .group_by(unit, maintain_order=True)
        .agg(pl.col("n").sum())
    )
    both = every.join(some, on=unit, how="left", maintain_order="left").sort(unit)
    of, hits = (both[k].fill_null(0).to_numpy().astype(np.float64) for k in ("of", "n"))
    base = int(of.sum())
    if base < MIN_HITS:
        known = (
            "no own-record sentence is" if base == 0 else f"only {base} own-record sentences are"
        )
        return None, f"too few to say: {known} coded, under {MIN_HITS}"
    return share_of(hits, of, documents == 1, STANCE_SENTENCES), None


TOP = 3


def top_issues(campaign: Campaign, found: Message, top: int = TOP) -> tuple[list[str], str]:
    """Return the voters' ``top`` issues, largest first, and who asked.

    They are the newest values of the folder's ``most important issue: ISSUE`` series from
    the pollster asked last (they compare only within one pollster); none without such a series.
    """
    rows = campaign.series.filter(
        pl.col("name").str.starts_with(f"{SERIES}: ") & (pl.col("date") <= found.as_of)
    )
    if rows.is_empty():
        return [], ""
    newest = rows.sort("date")["source"][-1]
    same = rows.filter(pl.col("source").eq_missing(newest))
    latest = same.filter(pl.col("date") == same["date"].max()).sort("value", descending=True)
    names = [n.removeprefix(f"{SERIES}: ") for n in latest["name"].head(top).to_list()]
    return names, str(newest or "no source given")


def concentration(campaign: Campaign, found: Message, top: int = TOP) -> dict[str, float]:
    """Return, by contender, the per cent of its policy sentences on the voters' top issues.

    The issues are those of :func:`top_issues`; ``migration`` and ``green`` count by their
    topics, and an issue the coder does not know counts nothing. Empty where the folder has
    no such series.
    """
    told, _ = top_issues(campaign, found, top)
    numbers = {n for k in told if k in UNIONS for n in UNIONS[k].topics}
    issues = {k for k in TOPICS if k in told or TOPICS[k][0] in numbers}
    out: dict[str, float] = {}
    if not told:
        return out
    for who in dict.fromkeys(x.contender for x in found.every):
        mine = [x for x in found.every if x.contender == who and x.issue in TOPICS]
        policy = sum(x.salience.hits for x in mine if x.issue != "no-policy")
        on = sum(x.salience.hits for x in mine if x.issue in issues)
        if policy:
            out[who] = 100 * on / policy
    return out
