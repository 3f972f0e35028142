"""What was done against what is said, and speech against the voters' top issues."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.message.issues import TOPICS, UNIONS
from comparenotes.message.report import Message

SERIES = "most important issue"
"""``series.csv`` names such a series ``most important issue: ISSUE``."""


@dataclass(frozen=True)
class Gap:
    """An issue's share of a contender's record and of its own-record sentences (per cent)."""

    contender: str
    issue: str
    record_share: float
    record_items: int
    said_share: float
    lo90: float
    hi90: float
    by: str  # "amount" or "items"
    warning: str | None


def record_gap(campaign: Campaign, found: Message) -> list[Gap]:
    """Return record against message for each contender and issue of ``record.csv``.

    Amounts are compared where all rows of a contender have one and the unit is the
    same; else items are counted, with the reason as a warning.
    """
    out = []
    record = campaign.record.filter(pl.col("date").is_null() | (pl.col("date") <= found.as_of))
    known = set(TOPICS) | set(UNIONS)
    for who in record["contender"].unique().drop_nulls().sort().to_list():
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
        sums = own.group_by("issue").agg(value.alias("v"), pl.len().alias("n")).sort("issue")
        total = float(sums["v"].sum()) or 1.0
        said = [x for x in found.every if x.contender == who]
        claimed = {x.issue: (x, x.stances.get("own_record")) for x in said}
        # Own-record sentences of a contender: topics only, unions would count twice.
        base = sum(s.hits for k, (_, s) in claimed.items() if s and k in TOPICS)
        for issue, v, n in sums.iter_rows():
            line = claimed.get(issue) if issue in known else None
            if line is None or line[1] is None or base == 0:
                continue
            share, s = line[1].hits / base, line[1]
            scale = share / s.share if s.share else 0.0
            out.append(
                Gap(
                    who, issue, 100 * v / total, int(n), 100 * share, 100 * s.lo90 * scale,
                    100 * s.hi90 * scale, "amount" if money else "items", warning,
                )
            )  # fmt: skip
    return out


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
