"""British general elections 1955 to 2024 and the next one.

Tables that decide what is what: ``tools/tables/gb_*.csv`` and ``parties_gb.csv``.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl

from comparenotes.campaigns.model import (
    EVENT_COLUMNS,
    RESULT_COLUMNS,
    Campaign,
    Change,
    Contender,
    Government,
    LeftOut,
    Source,
)
from tools.build.gb_page import check_changes
from tools.build.gb_polls import campaign_polls, folded
from tools.build.gb_results import hand_2024, history_rows, regions_2024, shares
from tools.build.gb_tables import (
    TABLES,
    Election,
    Holder,
    elections,
    leaders,
    prime_ministers,
    rows,
)

HISTORY_ELECTIONS = 5
REGIONS_SINCE = date(1979, 1, 1)
NI_SEATS = 18

SOURCES = {
    "wikipedia_uk": Source(
        key="wikipedia_uk",
        title="Wikipedia, opinion polling for United Kingdom general elections "
        "(tables of AndyLawton/uk_general_election_polls; page and rows since July 2024 "
        "of samueljackson92/polls)",
        licence="CC BY-SA 4.0",
        url="https://en.wikipedia.org/wiki/"
        "Opinion_polling_for_the_next_United_Kingdom_general_election",
        retrieved="681aab0; 2532c22",
    ),
    "britpol": Source(
        key="britpol",
        title="britpol: British polls, party leaders and prime ministers (Jack Bailey)",
        licence="GPL-3.0",
        url="https://github.com/jackobailey/britpol",
        retrieved="51a82a3",
    ),
    "gb_constituencies": Source(
        key="gb_constituencies",
        title="Constituency results 1929 to 2019 (britpol), added up over Great Britain",
        licence="GPL-3.0",
        url="https://github.com/jackobailey/britpol",
        retrieved="51a82a3",
    ),
    "hoc_2024": Source(
        key="hoc_2024",
        title="General election 2024 results by constituency (House of Commons Library)",
        licence="Open Parliament Licence",
        url="https://commonslibrary.parliament.uk/research-briefings/cbp-10009/",
    ),
    "public record": Source(
        key="public record",
        title="Dates of elections, budgets and other public events, in our own words",
        licence="facts",
    ),
}


def build(raw: Path) -> list[Campaign]:
    """Build all British campaigns.

    Raises
    ------
    ValueError
        If a party code is not in the table, the page contradicts our dates, or
        the constituency file the shares typed by hand.
    """
    known = {c: s for c, (s, _) in (shares(raw, date(2024, 7, 4), None, _IDS) or {}).items()}
    for contender, share in hand_2024(raw).items():
        if abs(known[contender] - share) > 0.1:
            raise ValueError(f"2024: {contender} {known[contender]} by seats, {share} by hand")
    check_changes(raw, leaders(raw), prime_ministers(raw))
    all_of = elections()
    _write_unmatched(raw, [e for e in all_of if e.campaign])
    return [
        _campaign(raw, e, [x.day for x in all_of if x.day < e.day]) for e in all_of if e.campaign
    ]


def _write_unmatched(raw: Path, of: list[Election]) -> None:
    """List what polls report by name and we count among the others."""
    lines = ["campaign,source,code,polls,mean_share"]
    lines += [f"{e.campaign},{s},{c},{n},{m}" for e in of for s, c, n, m in folded(e, raw)]
    path, text = TABLES / "unmatched_gb.csv", "\n".join(lines) + "\n"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


_IDS = ("lab", "con", "ref", "ld", "grn", "snp", "pc", "oth")


def _campaign(raw: Path, election: Election, earlier: list[date]) -> Campaign:
    previous = earlier[-1]
    start = previous + timedelta(days=1)
    chiefs = leaders(raw)
    heads = prime_ministers(raw)
    contenders = tuple(_contender(c, election, start, chiefs) for c in election.contenders)
    since = {c.id: c.since for c in contenders if c.since is not None}
    polls, left = campaign_polls(raw, election, previous, since)
    days = earlier[-HISTORY_ELECTIONS:]
    regional = election.campaign == "gb-next"
    if regional:  # how far regions part from the nation in a term takes many terms to tell
        days = [d for d in earlier if d >= REGIONS_SINCE]
    history = [history_rows(raw, days, None, election.contenders)]
    if regional:
        history += [
            history_rows(raw, days, r, election.contenders) for r in ("GB-SCT", "GB-WLS", "GB-LND")
        ]
        history.append(history_rows(raw, days[-1:], "GB-ENG", election.contenders))
        left.append(
            LeftOut("seats of Northern Ireland: shares and seats are Great Britain's", NI_SEATS)
        )
    result = shares(raw, election.day, None, election.contenders) or {}
    used = [k for k in SOURCES if k in set(polls["source"].unique())]
    more = ["gb_constituencies"] if days[0] < date(2024, 1, 1) else []
    more += ["hoc_2024"] if election.day >= date(2024, 7, 4) else []
    return Campaign(
        id=election.campaign,
        title=election.title,
        country="GB",
        election_date=election.day,
        date_status=election.date_status,
        office="parliament",
        system="fptp",
        currency="GBP",
        government=_government(election, start, heads),
        contenders=contenders,
        regions=regions_2024(raw) if regional else (),
        sources=tuple(
            SOURCES[k] for k in dict.fromkeys([*used, *more, "britpol", "public record"])
        ),
        left_out=tuple(left),
        polls=polls,
        history=pl.concat(history).sort("date", "region", maintain_order=True),
        results=pl.DataFrame(
            [
                {"region": None, "contender": c, "share": s, "seats": n}
                for c, (s, n) in result.items()
            ],
            schema=dict(RESULT_COLUMNS),
        ),
        events=_events(election, start, contenders, heads),
    )


def _spell(
    holders: list[Holder], contender: str, start: date, day: date
) -> tuple[str | None, tuple[Change, ...]]:
    """Return who held the place on ``start`` and the changes after it, before ``day``."""
    mine = [h for h in holders if h.contender == contender]
    before = [h.name for h in mine if h.since <= start]
    later = tuple(Change(h.since, h.name) for h in mine if start < h.since < day)
    if not before and later:
        return later[0].name, later[1:]
    return (before[-1] if before else None), later


def _contender(contender: str, election: Election, start: date, chiefs: list[Holder]) -> Contender:
    facts = next(r for r in rows("gb_parties.csv") if r["contender"] == contender)
    names = {r["contender"]: r for r in rows("gb_names.csv") if r["campaign"] == election.campaign}
    own = names.get(contender, facts)
    candidate, changes = _spell(chiefs, contender, start, election.day)
    since = date.fromisoformat(facts["since"]) if facts["since"] else None
    if contender in election.government:
        role = "government"
    else:
        role = "other" if contender == "oth" else "opposition"
    return Contender(
        id=contender,
        name=own["name"],
        party=own["party"] or None,
        family=facts["family"],
        role=role,
        candidate=candidate,
        colour=facts["colour"],
        changes=changes,
        since=since if since is not None and start < since < election.day else None,
        parlgov_id=int(facts["parlgov_id"]) if facts["parlgov_id"] else None,
    )


def _government(election: Election, start: date, heads: list[Holder]) -> Government:
    """Return who governs going into the vote, and who headed it when."""
    head, changes = _spell(heads, "", start, election.day)
    # A government formed after the election before starts days later: its head is the
    # first one of the campaign, not a change in the run.
    if election.since is not None and election.since > start - timedelta(days=14):
        inside = [c for c in changes if c.since <= election.since]
        if inside:
            head, changes = inside[-1].name, tuple(c for c in changes if c.since > election.since)
    return Government(
        since=election.since,
        head=head,
        parties=election.government,
        term=election.term,
        changes=changes,
    )


def _events(
    election: Election, start: date, contenders: tuple[Contender, ...], heads: list[Holder]
) -> pl.DataFrame:
    """Return the changes of leader and prime minister, and the table's events."""
    found: list[dict[str, object]] = [
        {
            "date": change.since,
            "title": f"{change.name} leads the {c.party or c.name}",
            "kind": "leader_change",
            "contender": c.id,
            "source": _source_of(change.since),
        }
        for c in contenders
        for change in c.changes
    ]
    first = election.government[0] if election.government else None
    found += [
        {
            "date": change.since,
            "title": f"{change.name} becomes prime minister",
            "kind": "government_change",
            "contender": first,
            "source": _source_of(change.since),
        }
        for change in _government(election, start, heads).changes
    ]
    ids = {c.id for c in contenders}
    for r in rows("gb_events.csv"):
        day = date.fromisoformat(r["date"])
        if start <= day <= min(election.day, date(2026, 12, 31)):
            contender = r["contender"] if r["contender"] in ids else None
            found.append({**r, "date": day, "contender": contender})
    return pl.DataFrame(
        [{k: row.get(k) for k in EVENT_COLUMNS} for row in found], schema=dict(EVENT_COLUMNS)
    ).sort("date", "title")


def _source_of(day: date) -> str:
    """Return where the date of a change comes from."""
    if day <= date(2019, 12, 31):
        return "britpol"
    return "wikipedia_uk" if day >= date(2024, 7, 5) else "public record"
