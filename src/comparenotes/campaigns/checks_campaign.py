"""From ``campaign.toml`` to the parts of a Campaign, each checked against the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from comparenotes.campaigns.checks_report import Report, shown
from comparenotes.campaigns.checks_toml import (
    CAMPAIGN_ID,
    CONTENDER_ID,
    FILE,
    REGION_ID,
    Section,
)
from comparenotes.campaigns.elected import CHAMBER_RULES, LEVELS, OFFICES, STATUSES, Chamber
from comparenotes.campaigns.model import (
    DATE_STATUSES,
    FAMILIES,
    ROLES,
    SCHEMA_VERSION,
    SYSTEMS,
    TABLES,
    Bloc,
    Change,
    Contender,
    Government,
    LeftOut,
    PollingDay,
    Region,
    Source,
)
from comparenotes.campaigns.shares import OTHERS
from comparenotes.errors import did_you_mean

RESTS = ("others", "undecided")
"""What the contenders of a poll leave of 100."""

MAX_CONTENDERS = 100
MAX_REGIONS = 1_000
TEMPLATE_SOURCE = "example"
"""Source key of the invented rows that ``cn new`` writes."""

RESERVED = frozenset({c for table in TABLES.values() for c in table} | {"poll", "total"})
"""Words that cannot be a contender's id, for they name columns."""


@dataclass(frozen=True)
class Facts:
    """What ``campaign.toml`` says: the arguments of a Campaign except its tables.

    ``complete``: the named contenders are everything, so nobody takes a rest. ``rest``:
    what the contenders of a poll leave of 100, others or undecided.
    """

    values: dict[str, Any]
    complete: bool = False
    rest: str | None = "others"

    @property
    def contenders(self) -> tuple[Contender, ...]:
        """Return the contenders."""
        found: tuple[Contender, ...] = self.values["contenders"]
        return found

    @property
    def regions(self) -> tuple[Region, ...]:
        """Return the regions."""
        found: tuple[Region, ...] = self.values["regions"]
        return found

    @property
    def election_date(self) -> date | None:
        """Return the election date, None where it could not be read."""
        found: date | None = self.values["election_date"]
        return found


def read_facts(top: Section, report: Report) -> Facts:
    """Read and check the whole file."""
    version = top.whole("schema_version", 1, 10**6)
    if version is None:
        if "schema_version" not in top.data:
            top.fail(
                "missing",
                "schema_version",
                "schema_version is missing",
                f"add: schema_version = {SCHEMA_VERSION}",
            )
    elif version > SCHEMA_VERSION:
        top.fail(
            "schema_version",
            "schema_version",
            f"schema_version {version} is newer than this program knows ({SCHEMA_VERSION})",
            "update comparenotes",
        )
    values: dict[str, Any] = {
        "id": _identifier(top, "id", CAMPAIGN_ID),
        "country": _country(top),
        "title": top.text("title", required=True),
        "election_date": top.day("election_date", required=True),
        "date_status": top.word("date_status", DATE_STATUSES, "fixed"),
        "office": top.word("office", OFFICES, "parliament"),
        "system": top.word("system", SYSTEMS, None),
        "level": top.word("level", LEVELS, "") or None,
        "status": top.word("status", STATUSES, "ordinary"),
        "currency": top.text("currency"),
    }
    values["chamber"] = _chamber(top)
    rest = top.word("rest", RESTS, "others")
    complete = top.flag("complete")
    values["contenders"] = _contenders(top)
    ids = [c.id for c in values["contenders"]]
    values["government"] = _government(top, ids, values["election_date"])
    values["blocs"] = _blocs(top, ids)
    values["regions"] = _regions(top)
    values["sources"] = _sources(top)
    values["left_out"] = _left_out(top)
    values["polling_days"] = _polling_days(top)
    if complete and OTHERS in ids:
        top.fail(
            "complete",
            "complete",
            f"complete is true, yet the contender {OTHERS} takes what is not named",
            "leave out one of the two",
        )
    if rest == "undecided":
        complete = complete or OTHERS not in ids
    _check_elected(top, values)
    top.finish()
    _check_roles(values["government"], values["contenders"], report)
    return Facts(values, complete, rest)


def _chamber(top: Section) -> Chamber | None:
    data = top.raw("chamber")
    if data is None:
        return None
    if not isinstance(data, dict):
        top.fail("type", "chamber", "chamber must be written as [chamber]")
        return None
    part = Section(data, "chamber", 0, top.lines, top.report)
    seats = part.whole("seats", 1, 10_000)
    majority, threshold = part.whole("majority", 1, 10_000), part.number("threshold")
    rule = part.word("rule", CHAMBER_RULES, "") or None
    part.finish()
    if seats is None:
        if "seats" not in part.data:
            part.fail("missing", "seats", "seats in chamber is missing", "add: seats = 83")
        return None
    if majority is not None and not seats < 2 * majority <= 2 * seats:
        part.fail("number", "majority", f"majority ({majority}) is not over half of {seats} seats")
    if threshold is not None and threshold > 50:
        part.fail("number", "threshold", f"threshold is {threshold:g}, over 50 per cent")
    return Chamber(seats, majority, threshold, rule)


def _check_elected(top: Section, values: dict[str, Any]) -> None:
    """Check that level, office and chamber can be true together."""
    office, level = values["office"], values["level"]
    if values["chamber"] is not None and office != "parliament":
        top.fail(
            "chamber",
            "chamber",
            f"there is a [chamber], but office is {office!r}",
            "a chamber belongs to office = 'parliament'",
        )
    if office == "nomination" and level not in (None, "party"):
        top.fail("level", "level", f"a nomination has level 'party', not {level!r}")
    if values["system"] == "electoral_college" and office != "president":
        top.fail("office", "office", "an electoral college elects a president", "office = ...")


def _identifier(section: Section, key: str, pattern: Any) -> str | None:
    value = section.text(key, required=True)
    if value is not None and not pattern.fullmatch(value):
        section.fail(
            "id",
            key,
            f"{section.name(key)} is {shown(value)}",
            "lower-case letters, digits and '-', like 'gb-next'"
            if pattern is not REGION_ID
            else "letters, digits and '-', like 'US-PA'",
        )
        return None
    return value


def _country(top: Section) -> str | None:
    value = top.text("country", required=True)
    if value is None:
        return None
    if len(value) != 2 or not (value.isascii() and value.isalpha()):
        top.fail(
            "country", "country", f"country is {shown(value)}", "two letters (ISO 3166), like 'GB'"
        )
    elif not value.isupper():
        top.fail("country", "country", f"country is {shown(value)}", f"write '{value.upper()}'")
    elif value == "UK":
        top.fail("country", "country", "country is 'UK'", "the ISO code is 'GB'")
    return value


def _changes(section: Section) -> tuple[Change, ...]:
    found = []
    for item in section.tables("changes"):
        since, name = item.day("since", required=True), item.text("name", required=True)
        item.finish()
        if since is not None and name is not None:
            found.append(Change(since, name))
    return tuple(found)


def _contenders(top: Section) -> tuple[Contender, ...]:
    found: list[Contender] = []
    seen: set[str] = set()
    sections = top.tables("contenders", MAX_CONTENDERS)
    for item in sections:
        key = _identifier(item, "id", CONTENDER_ID)
        name = item.text("name")
        since, until = item.day("since"), item.day("until")
        contender = Contender(
            id=key or "",
            name=name or key or "",
            party=item.text("party"),
            family=item.word("family", FAMILIES, "") or None,
            role=item.word("role", ROLES, "other") or "other",
            candidate=item.text("candidate"),
            colour=item.text("colour"),
            changes=_changes(item),
            since=since,
            until=until,
            parlgov_id=item.whole("parlgov_id", 0, 10**9),
        )
        item.finish()
        if since is not None and until is not None and until <= since:
            item.fail("dates", "until", f"until ({until}) is not after since ({since})")
        if key is None:
            continue
        if key in RESERVED:
            item.fail("id", "id", f"{shown(key)} is the name of a column", "choose another id")
        if key in seen:
            item.fail("duplicate", "id", f"contender {shown(key)} appears twice")
            continue
        seen.add(key)
        found.append(contender)
    if not sections and "contenders" not in top.data:
        top.fail("missing", "contenders", "there are no [[contenders]]", "one block for each party")
    return tuple(found)


def _government(top: Section, ids: list[str], election: date | None) -> Government:
    data = top.raw("government")
    if data is None:
        return Government()
    if not isinstance(data, dict):
        top.fail("type", "government", "government must be written as [government]")
        return Government()
    part = Section(data, "government", 0, top.lines, top.report)
    government = Government(
        since=part.day("since"),
        head=part.text("head"),
        parties=part.words("parties"),
        term=part.whole("term", 1, 50),
        changes=_changes(part),
    )
    part.finish()
    _known(part, "parties", government.parties, ids)
    if government.since is not None and election is not None and government.since >= election:
        part.fail("dates", "since", f"since ({government.since}) is not before the election")
    return government


def _known(section: Section, key: str, used: Iterable[str], ids: list[str]) -> None:
    for name in used:
        if name not in ids:
            section.fail(
                "contender",
                key,
                f"unknown contender {shown(name)} in {section.name(key)}",
                did_you_mean(name[:60], ids) or "it has no [[contenders]] block",
            )


def _blocs(top: Section, ids: list[str]) -> tuple[Bloc, ...]:
    found: dict[str, Bloc] = {}
    for item in top.tables("blocs", MAX_CONTENDERS):
        key = _identifier(item, "id", CONTENDER_ID)
        name, members = item.text("name"), item.words("contenders")
        item.finish()
        _known(item, "contenders", members, ids)
        if not members:
            item.fail("missing", "contenders", f"{item.name('contenders')} is missing or empty")
        if key is None:
            continue
        if key in found:
            item.fail("duplicate", "id", f"bloc {shown(key)} appears twice")
        found[key] = Bloc(key, name or key, members)
    return tuple(found.values())


def _regions(top: Section) -> tuple[Region, ...]:
    found: dict[str, Region] = {}
    sections = top.tables("regions", MAX_REGIONS)
    for item in sections:
        key = _identifier(item, "id", REGION_ID)
        name, weight = item.text("name"), item.number("weight")
        seats = item.whole("seats", 0, 100_000)
        item.finish()
        if key is None:
            continue
        if key in found:
            item.fail("duplicate", "id", f"region {shown(key)} appears twice")
        found[key] = Region(key, name or key, weight, seats)
    weighted = {r.id for r in found.values() if r.weight is not None}
    for item, region in zip(sections, found.values(), strict=False):
        # A district such as US-ME-1 is in its state's weight already.
        inside = any(region.id.startswith(f"{other}-") for other in weighted)
        if weighted and region.weight is None and not inside:
            item.warn("weight", "id", f"region {shown(region.id)} has no weight, others have")
    return tuple(found.values())


def _sources(top: Section) -> tuple[Source, ...]:
    found: dict[str, Source] = {}
    for item in top.tables("sources", MAX_CONTENDERS):
        key = item.text("key", required=True)
        title = item.text("title", required=True)
        licence = item.text("licence")
        url, retrieved = item.text("url"), item.text("retrieved")
        item.finish()
        if licence is None:
            item.warn(
                "licence", "key", f"{item.name('licence')} is missing", "it is printed with charts"
            )
        if key is None or title is None:
            continue
        if key in found:
            item.fail("duplicate", "key", f"source {shown(key)} appears twice")
        if key == TEMPLATE_SOURCE:
            item.warn(
                "template",
                "key",
                "the template's invented figures are still here",
                "replace them by real ones, and this source by theirs",
            )
        found[key] = Source(key, title, licence or "not stated", url, retrieved)
    return tuple(found.values())


def _left_out(top: Section) -> tuple[LeftOut, ...]:
    found = []
    for item in top.tables("left_out"):
        why, count = item.text("why", required=True), item.whole("count", 0, 10**9)
        item.finish()
        if why is not None and count is not None:
            found.append(LeftOut(why, count))
    return tuple(found)


def _polling_days(top: Section) -> tuple[PollingDay, ...]:
    found = []
    for item in top.tables("polling_days"):
        known, day = item.day("known", required=True), item.day("day", required=True)
        status = item.word("status", DATE_STATUSES, "fixed") or "fixed"
        source = item.text("source")
        item.finish()
        if known is not None and day is not None:
            found.append(PollingDay(known, day, status, source))
            if day < known:
                item.fail("dates", "day", f"day ({day}) is before the day it was known ({known})")
    return tuple(sorted(found, key=lambda x: x.known))


def _check_roles(government: Government, contenders: tuple[Contender, ...], report: Report) -> None:
    governing = set(government.parties)
    for c in contenders:
        if (c.id in governing) != (c.role == "government") and governing:
            report.warn(
                "role",
                FILE,
                None,
                f"contender {shown(c.id)} has role {c.role!r} but is "
                f"{'' if c.id in governing else 'not '}among the parties of [government]",
                "make the two agree",
            )
