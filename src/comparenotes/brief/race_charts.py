"""A race as charts: polls and support with the event marked, and who led how surely."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes import words as phrases
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.document import chart as ch
from comparenotes.document import theme
from comparenotes.race.result import Race
from comparenotes.render.picture import save

MAX_LINES = len(theme.DASHES)
LARGE, USUAL = 5.0, 4
"""Every contender over so many per cent is shown, and of others as many as make four."""
LONG = 24
"""Characters of a name beside a line in a file."""
SMALL, LARGE_SIZE = (146.0, 148.0, 19.0), (327.0, 205.0, 25.0)
"""Width and height of the plot beside text and in a file, and what is left of it."""


def looks(campaign: Campaign) -> dict[str, theme.Look]:
    """Return each contender's colour and second sign, the same on every chart of a campaign."""
    return theme.looks((c.id, c.colour) for c in campaign.contenders)


def sources(race: Race, how: str) -> str:
    """Return how to read a race's chart that stands on its own, its day, polls and sources."""
    named = "; ".join(s.title.partition(" (")[0] for s in race.campaign.sources)
    day, polls = phrases.day(race.as_of), phrases.count(race.polls_used, "poll")
    return f"{how} As of {day}; {polls}. {named}."


def shown_contenders(race: Race, first: str | None = None) -> list[str]:
    """Return the contenders a chart shows: the governing party, then by size."""
    rows = race.average.filter(pl.col("contender") != OTHERS).sort("mean", descending=True)
    ids = rows["contender"].to_list()
    if first in ids:
        ids = [first, *(i for i in ids if i != first)]
    large = set(rows.filter(pl.col("mean") >= LARGE)["contender"])
    shown = [i for k, i in enumerate(ids) if i in large or k < USUAL]
    return [str(i) for i in shown[:MAX_LINES]]


def trend_chart(
    race: Race,
    key: str,
    governing: str | None = None,
    title: str = "",
    event: str | None = None,
    size: tuple[float, float, float] = SMALL,
) -> ch.Chart:
    """Return the chart of a race: polls, support with its interval, the event marked.

    ``event`` names what happened; without it the title of the event or who then stood does.
    """
    width, height, left = size
    ids, own = shown_contenders(race, governing), looks(race.campaign)
    start = _first_poll(race)
    lines = {i: ch.thin(_line(race, i, start)) for i in ids}
    every = [r for line in lines.values() for r in line]
    polls = [
        {"id": i, "date": end.isoformat(), "share": share}
        for i in ids
        for end, share in race.polls.filter(
            (pl.col("contender") == i) & pl.col("share").is_not_null()
        )
        .select("end", "share")
        .iter_rows()
    ]
    last = max(race.as_of, *(date.fromisoformat(r["date"]) for r in every))
    low, high = min(r["lo90"] for r in every), max(r["hi90"] for r in every)
    margin = max(0.8, 0.08 * (high - low))
    domain = max(0.0, low - margin), min(100.0, high + margin)
    x = ch.time("date", start, last)
    y = ch.number("mean", domain, ch.axis(ch.PERCENT, 5))
    signs = theme.scales(own, ids)
    colour, wide = {"color": signs["color"]}, {i: 2.0 if i == governing else 1.3 for i in ids}
    weight = {"domain": ids, "range": list(wide.values())}
    layers = [
        ch.layer("point", polls, {"x": x, "y": {**y, "field": "share"}, **colour}, filled=True,
                 size=3.0 if len(polls) > 800 else 5.0, opacity=0.24, clip=True),
        ch.layer("area", every, {"x": x, "y": {**y, "field": "lo90"}, "y2": {"field": "hi90"},
                                 **colour}, opacity=0.16),
        ch.layer("line", every, {"x": x, "y": y, **colour, "strokeDash": signs["strokeDash"],
                                 "strokeWidth": {**signs["color"], "scale": weight}}),
        *_ends(race, lines, own, wide, y, size),
    ]  # fmt: skip
    marked, words = _mark_event(race, event, x, width)
    told = "; ".join(
        f"{race.campaign.contender(i).name} {now['mean']:.1f} ({now['lo90']:.1f} to "
        f"{now['hi90']:.1f})"
        for i in ids
        for now in [race.average.filter(pl.col("contender") == i).row(0, named=True)]
    )
    head = f"{race.campaign.title}: support in the polls"
    alt = (
        f"{head}, {phrases.day(start)} to {phrases.day(race.as_of)}, per cent with 90% "
        f"intervals. {told}.{words}"
    )
    body = ch.view(width, height, [*layers, *marked])
    pad = (left, 8, max(ch.SMALL - SMALL[0] - SMALL[2], 109), 20)
    return ch.chart(key, title or head, alt, body, pad, every)


def save_trend(race: Race, path: str | Path, governing: str | None = None) -> None:
    """Write the chart of a race to an .svg or .png file."""
    drawn = trend_chart(race, "race", governing, size=LARGE_SIZE)
    save(ch.headed(drawn, sources(race, "Bands hold 90%.")), path)


def lead_chart(
    race: Race, key: str, names: Mapping[str, str], governing: str | None = None
) -> ch.Chart | None:
    """Return the probability of being ahead in the polls, day by day, by who led.

    Each day the leader's probability of being ahead of every other contender is
    drawn; the line breaks and changes colour and dash where the lead changes hands.
    """
    start = _first_poll(race)
    days = race.lead_trend.filter(pl.col("date") >= start).sort("date")
    if days.height < 2:
        return None
    led = days_led(race)
    order = [c for c in shown_contenders(race, governing) if c in led]
    order = [*order, *(c for c in led if c not in order)][:MAX_LINES]
    spells = days.with_columns(spell=pl.col("leader").rle_id())
    rows = [
        {"id": r["leader"], "date": r["date"].isoformat(), "p": 100 * r["p_ahead"], "spell": n}
        for n in range(spells["spell"][-1] + 1)
        for r in ch.thin(spells.filter(pl.col("spell") == n).to_dicts())
        if r["leader"] in order
    ]
    own = looks(race.campaign)
    signs = theme.scales(own, order)
    x = ch.time("date", start, days["date"][-1])
    y = ch.number("p", (0, 104), {"values": [0, 50, 100], "labelExpr": ch.PERCENT, "title": None})
    line = {"x": x, "y": y, "color": signs["color"], "strokeDash": signs["strokeDash"],
            "detail": {"field": "spell", "type": "nominal"}}  # fmt: skip
    layers = [ch.line_at(50, y), ch.layer("line", rows, line, strokeWidth=1.6)]
    for i, c in enumerate(order):
        name = {"text": ch.clean(names.get(c, c), ch.NAME), "ink": own[c].text,
                "bold": c == governing}  # fmt: skip
        told = {"text": f"led {phrases.count(led[c], 'day')}", "ink": theme.MUTED}
        layers += ch.texts([name], 171, 10 + 22 * i)
        layers += ch.texts([told], 171, 19 + 22 * i, fontSize=6.8)
    title = "Who led in the polls, and how surely"
    told_of = "; ".join(f"{names.get(c, c)} led on {phrases.count(led[c], 'day')}" for c in order)
    now = days.row(days.height - 1, named=True)
    alt = (
        f"{title}, day by day. {told_of}. On the last day {names.get(now['leader'])}, "
        f"{phrases.percent(now['p_ahead'])}."
    )
    return ch.chart(key, title, alt, ch.view(166, 102, layers), (21, 6, 65, 18), rows)


def days_led(race: Race) -> dict[str, int]:
    """Return on how many days since the first poll each contender led, most first."""
    rows = race.lead_trend.filter(pl.col("date") >= _first_poll(race))
    counts = rows["leader"].value_counts().sort(["count", "leader"], descending=[True, False])
    return {str(who): int(n) for who, n in counts.iter_rows()}


def _first_poll(race: Race) -> date:
    start = race.polls["end"].min()
    assert isinstance(start, date)  # noqa: S101 - a race has polls
    return start


def _line(race: Race, contender: str, start: date) -> list[dict[str, Any]]:
    own = (pl.col("contender") == contender) & (pl.col("date") >= start)
    rows = race.trend.filter(own).sort("date").select("date", "mean", "lo90", "hi90")
    return [
        {"id": contender, **r, "date": r["date"].isoformat()} for r in rows.iter_rows(named=True)
    ]


def _ends(
    race: Race,
    lines: Mapping[str, list[dict[str, Any]]],
    own: Mapping[str, theme.Look],
    wide: Mapping[str, float],
    y: ch.Spec,
    size: tuple[float, float, float],
) -> list[ch.Spec]:
    """Return value and name at the end of each line, moved apart where they would overlap."""
    low, high = y["scale"]["domain"]
    ends = [line[-1]["mean"] for line in lines.values()]
    places = ch.spread(ends, (high - low) * 9.2 / size[1], low, high)
    values: list[ch.Spec] = []
    names: list[ch.Spec] = []
    for i, end, place in zip(lines, ends, places, strict=True):
        row = {"ink": own[i].text, "place": place}
        name = ch.clean(race.campaign.contender(i).name, ch.NAME if size == SMALL else LONG)
        values.append({**row, "text": f"{end:.0f}", "bold": True})
        names.append({**row, "text": name, "bold": wide[i] > 1.5})
    at = {**y, "field": "place"}
    return [*ch.texts(values, size[0] + 5, at), *ch.texts(names, size[0] + 20, at)]


def _mark_event(
    race: Race, label: str | None, x: ch.Spec, width: float
) -> tuple[list[ch.Spec], str]:
    """Return the line at the event with its name, and what it did in words; empty without one."""
    event = race.event
    if event is None:
        return [], ""
    who = race.campaign.contender(event.contender)
    came = label or event.title or who.candidate_on(event.date) or who.name
    text = f"{ch.clean(came, int(width / 6.6))}, {event.date.day} {event.date:%b}"
    first, last = x["scale"]["domain"]
    day = event.date.isoformat()
    stamp = ch.stamp(event.date)
    late = stamp - first > 0.5 * (last - first)
    at = {**x, "field": "at"}
    side = {"align": "right", "dx": -4} if late else {"align": "left", "dx": 4}
    layers = [
        ch.layer("rule", [{"at": day}], {"x": at}, color=theme.INK, strokeWidth=0.7,
                 strokeDash=[2, 2]),
        *ch.texts([{"text": text, "at": day}], at, 3, halo=True, fontSize=7, **side),
    ]  # fmt: skip
    effect, low, high = (phrases.signed(v) for v in (event.effect, event.lo90, event.hi90))
    return layers, (
        f" Marked: {came}, {phrases.day(event.date)}, effect on {who.name} "
        f"{effect} points ({low} to {high})."
    )
