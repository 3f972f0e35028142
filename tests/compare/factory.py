"""Invented campaigns, and a stand-in for the race engine that is plain to check."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from comparenotes.campaigns.model import (
    HISTORY_COLUMNS,
    POLL_COLUMNS,
    RESULT_COLUMNS,
    Campaign,
    Change,
    Contender,
    Government,
    LeftOut,
    Source,
)
from comparenotes.errors import DataError
from comparenotes.race.result import EventEffect, Forecast, Lead, Pairs, Race

FIRMS = ("Plumb & Line", "Northgate", "Tally", "Weathervane", "Quorum")


def campaign(
    cid: str = "aa-next",
    *,
    title: str = "Aland, next election",
    country: str = "AA",
    names: tuple[str, ...] = ("Lilac", "Ochre", "Teal"),
    shares: tuple[float, ...] = (34.0, 36.0, 20.0),
    last: tuple[float, ...] = (40.0, 32.0, 18.0),
    election: date = date(2026, 10, 4),
    first_poll: date = date(2025, 10, 1),
    until: date = date(2026, 10, 3),
    every: int = 6,
    system: str = "pr",
    office: str = "parliament",
    term: int | None = 1,
    since: date | None = date(2022, 10, 20),
    change: date | None = None,
    jump: float = 0.0,
    drift: float = 0.0,
    result: tuple[float, ...] | None = None,
    family: tuple[str, ...] = ("social democracy", "conservative", "liberal"),
    seed: int = 1,
) -> Campaign:
    """Return a campaign whose first contender governs; polls are noise around a line.

    ``jump`` points go to the first contender, from the second, on ``change``;
    ``drift`` points a year move the same way.
    """
    ids = [n.lower() for n in names]
    rng = random.Random(seed)  # noqa: S311 - invented polls
    rows = []
    day, i = first_poll, 0
    while day <= min(until, election - timedelta(days=1)):
        moved = drift * (day - first_poll).days / 365
        if change is not None and day >= change:
            moved += jump
        values = [s + rng.gauss(0, 1.2) for s in shares]
        values[0] += moved
        values[1] -= moved
        rows.append(
            {
                "start": day - timedelta(days=2),
                "end": day,
                "published": day + timedelta(days=1),
                "pollster": FIRMS[i % len(FIRMS)],
                "sponsor": None,
                "sample_size": 1000,
                "population": None,
                "mode": None,
                "region": None,
                "question": None,
                "hypothetical": False,
                "source": "invented",
                **{c: round(max(v, 0.5), 1) for c, v in zip(ids, values, strict=True)},
            }
        )
        day += timedelta(days=every)
        i += 1
    schema = {**POLL_COLUMNS, **{c: pl.Float64() for c in ids}}
    previous = date(2022, 10, 2)
    contenders = [
        Contender(
            id=c,
            name=n,
            family=f,
            role="government" if k == 0 else "opposition",
            candidate=f"{n} First",
        )
        for k, (c, n, f) in enumerate(zip(ids, names, family, strict=True))
    ]
    if change is not None:
        contenders[0] = replace(
            contenders[0], changes=(Change(change, f"{contenders[0].name} Second"),)
        )
    history = pl.DataFrame(
        [
            {"date": previous, "region": None, "contender": c, "share": s, "seats": None}
            for c, s in zip(ids, last, strict=True)
        ],
        schema=dict(HISTORY_COLUMNS),
    )
    results = pl.DataFrame(
        [
            {"region": None, "contender": c, "share": s, "seats": None}
            for c, s in zip(ids, result or (), strict=False)
        ],
        schema=dict(RESULT_COLUMNS),
    )
    return Campaign(
        id=cid,
        title=title,
        country=country,
        election_date=election,
        system=system,
        office=office,
        government=Government(since=since, head=f"{names[0]} First", parties=(ids[0],), term=term),
        contenders=tuple(contenders),
        sources=(Source("invented", f"Invented polls of {title}", "CC0"),),
        polls=pl.DataFrame(rows, schema=schema),
        history=history,
        results=results,
        left_out=(LeftOut("invented rows left out", 2),),
    )


def relabel(c: Campaign, a: str, b: str) -> Campaign:
    """Return ``c`` with the labels (id, name, candidates) of two contenders swapped.

    Everything else (shares, role, family, history) stays where it is.
    """
    swap = {a: b, b: a}
    one, two = c.contender(a), c.contender(b)

    def renamed(x: Contender, other: Contender) -> Contender:
        return replace(
            x,
            id=other.id,
            name=other.name,
            candidate=other.candidate,
            changes=tuple(
                Change(ch.since, ch.name.replace(x.name, other.name)) for ch in x.changes
            ),
        )

    contenders = tuple(
        renamed(x, two) if x.id == a else renamed(x, one) if x.id == b else x for x in c.contenders
    )
    columns = {a: "__a", b: "__b"}
    polls = c.polls.rename(columns).rename({"__a": b, "__b": a})
    tables = {
        name: getattr(c, name).with_columns(pl.col("contender").replace(swap))
        for name in ("history", "results")
    }
    head = c.government.head
    if head:
        head = head.replace(one.name, "\0").replace(two.name, one.name).replace("\0", two.name)
    government = replace(
        c.government, parties=tuple(swap.get(p, p) for p in c.government.parties), head=head
    )
    return replace(c, contenders=contenders, polls=polls, government=government, **tables)


class _Means:
    """Means of the polls of the last days, by day; the first poll before there are any."""

    def __init__(self, polls: pl.DataFrame, ids: list[str], window: int = 21) -> None:
        self.ids, self.window = ids, window
        self.rows = sorted(
            ((r["end"], [r[c] for c in ids]) for r in polls.iter_rows(named=True)),
            key=lambda r: r[0],
        )

    def at(self, day: date) -> dict[str, float]:
        """Return the mean of each contender on ``day``."""
        near = [v for d, v in self.rows if day - timedelta(days=self.window) < d <= day]
        near = near or [self.rows[0][1]]
        means = {c: sum(v[i] for v in near) / len(near) for i, c in enumerate(self.ids)}
        # the contenders are everything: as in the engine, they share 100 between them
        return {c: 100 * x / sum(means.values()) for c, x in means.items()}


def analyse(
    c: Campaign,
    as_of: date | None = None,
    event: date | None = None,
    regions: bool | None = None,
    seats: bool = True,
) -> Race:
    """Return a Race made by window means: a stand-in with the engine's shape."""
    assert as_of is not None
    known = c.known_at(as_of)
    ids = [x for x in known.contender_ids if x in known.polls.columns]
    polls = known.polls
    if polls.is_empty():
        raise DataError("no usable poll", where=c.id)
    means = _Means(polls, ids)
    half = 6.0 / math.sqrt(min(polls.height, 36))
    start = polls["end"].min()
    assert isinstance(start, date)
    days = [start + timedelta(days=i) for i in range((as_of - start).days + 1)]
    trend = [
        {"date": d, "contender": x, "mean": v, "lo90": v - half, "hi90": v + half}
        for d in days
        for x, v in means.at(d).items()
    ]
    now = means.at(as_of)
    order = sorted(now, key=lambda x: -now[x])
    gap = now[order[0]] - now[order[1]]
    p = 0.5 * (1 + math.erf(gap / (half * 1.2)))
    lead_rows, last = [], None
    lead_trend = []
    for d in days:
        m = means.at(d)
        top = sorted(m, key=lambda x: -m[x])
        lead_trend.append(
            {"date": d, "leader": top[0], "lead": m[top[0]] - m[top[1]], "p_ahead": 0.8}
        )
        if top[0] != last:
            if last is not None:
                lead_rows.append({"date": d, "leader": top[0], "p_ahead": 0.8})
            last = top[0]
    to_go = (c.election_date - as_of).days
    sd = 1.5 + 0.01 * to_go
    shares = pl.DataFrame(
        [
            {"contender": x, "mean": v, "sd": sd}
            | {
                f"{s}{lv}": v + (z if s == "hi" else -z) * sd
                for lv, z in ((50, 0.67), (80, 1.28), (90, 1.64), (95, 1.96))
                for s in ("lo", "hi")
            }
            for x, v in now.items()
        ]
    )
    effect = None
    if event is not None:
        who = next(x.id for x in known.contenders if x.changes)
        before = means.at(event - timedelta(days=1))[who]
        after = means.at(event + timedelta(days=21))[who]
        n_before = polls.filter(pl.col("end") < event).height
        effect = EventEffect(
            date=event,
            title=None,
            contender=who,
            window_days=21,
            effect=after - before,
            lo90=after - before - 1.4 * half,
            hi90=after - before + 1.4 * half,
            placebo_rank=1,
            placebo_n=12,
            pairs=Pairs(4, after - before, after - before - 2, after - before + 2),
            polls_before=n_before,
            polls_after=polls.height - n_before,
        )
    return Race(
        campaign=known,
        as_of=as_of,
        polls_used=polls.height,
        newest_poll_end=polls["end"].max(),  # type: ignore[arg-type]
        average=pl.DataFrame(
            [
                {"contender": x, "mean": v, "lo90": v - half, "hi90": v + half}
                for x, v in now.items()
            ]
        ),
        trend=pl.DataFrame(trend),
        lead=Lead(
            order[0],
            order[1],
            gap,
            gap - 1.3 * half,
            gap + 1.3 * half,
            p,
            p * 0.9,
            p * 0.85,
            p * 0.95,
            since=lead_rows[-1]["date"] if lead_rows else start,
        ),
        lead_trend=pl.DataFrame(lead_trend),
        lead_changes=pl.DataFrame(
            lead_rows, schema={"date": pl.Date, "leader": pl.String, "p_ahead": pl.Float64}
        ),
        house_effects=pl.DataFrame(
            [
                {
                    "pollster": f,
                    "contender": ids[0],
                    "mean": 0.4,
                    "lo90": -0.6,
                    "hi90": 1.4,
                    "polls": 3,
                }
                for f in FIRMS
            ]
        ),
        polls=polls.select("end", "pollster", "sample_size", *ids)
        .unpivot(ids, index=["end", "pollster", "sample_size"], variable_name="contender")
        .rename({"value": "share"})
        .select("end", "pollster", "contender", "share", "sample_size"),
        baselines=pl.DataFrame(
            [
                {"baseline": "mean of the last 14 days", "contender": x, "share": v}
                for x, v in now.items()
            ]
        ),
        forecast=Forecast(
            election_date=c.election_date,
            days_to_go=to_go,
            shares=shares,
            p_first={x: 1 / len(ids) for x in ids},
            margin={"mean": gap, "sd": sd, "lo90": gap - sd, "hi90": gap + sd},
        ),
        event=effect,
        left_out=known.left_out,
    )


def home(**kw: object) -> Campaign:
    """Return the usual home campaign: governing, a change in the run, not yet voted."""
    args: dict[str, object] = {"change": date(2026, 6, 1), "jump": 3.0, "seed": 2} | kw
    return campaign(**args)  # type: ignore[arg-type]


def away(cid: str = "bb-2024", **kw: object) -> Campaign:
    """Return the usual away campaign: finished in 2024, its candidate replaced."""
    args: dict[str, object] = {
        "title": "Bryland 2024",
        "country": "BB",
        "names": ("Crimson", "Indigo"),
        "shares": (46.0, 48.0),
        "last": (51.0, 47.0),
        "family": ("social democracy", "conservative"),
        "election": date(2024, 11, 3),
        "first_poll": date(2023, 12, 1),
        "until": date(2024, 11, 2),
        "since": date(2022, 10, 20),
        "change": date(2024, 7, 21),
        "jump": 2.5,
        "result": (47.5, 50.5),
        "seed": 3,
    } | kw
    return campaign(cid, **args)  # type: ignore[arg-type]
