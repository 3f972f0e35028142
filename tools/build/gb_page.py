"""What the saved page says about changes of leader and prime minister, against our dates."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from comparenotes.campaigns.importers.dates import parse_dates
from comparenotes.campaigns.importers.wikipedia_roles import find_roles, heading_years, is_event
from comparenotes.campaigns.importers.wikipedia_tables import read_tables
from comparenotes.campaigns.importers.wikipedia_text import one_line
from tools.build.gb_tables import Holder

PAGE = Path("polls_uk") / "wikipedia_next_election_page.html"
_PARTIES = {
    "Labour Party": "lab",
    "Conservative Party": "con",
    "Green Party of England and Wales": "grn",
    "Liberal Democrats": "ld",
    "Reform UK": "ref",
}
_LEADER = re.compile(
    r"^(.{3,40}?) is elected (?:as )?leader of (?:the )?(.+?)(?: and (subsequently .*))?$"
)


def page_events(path: Path) -> list[tuple[date, date, str]]:
    """Return first day, last day and text of every event in the page's national tables."""
    found = []
    for table in read_tables(path):
        roles = find_roles(table)
        if roles is None or "National poll results" not in table.headings:
            continue
        for line in table.lines:
            if is_event(line, list(roles.parties)):
                years = heading_years(table.headings, date.max.year)
                dates = parse_dates(roles.text(line, "dates"), years and years[1])
                text = next(s.text for i, s in enumerate(line.slots) if i in roles.parties)
                if dates is not None:
                    found.append((*dates, one_line(text)))
    return sorted(found)


def check_changes(raw: Path, leaders: list[Holder], heads: list[Holder]) -> int:
    """Check the leaders elected according to the page against ours; return how many.

    The leader is elected on the first day of the row's dates, and where the row
    says so becomes prime minister on the last.

    Raises
    ------
    ValueError
        If our tables lack one, or date it otherwise.
    """
    checked = 0
    for first, last, text in page_events(raw / PAGE):
        match = _LEADER.match(text)
        if match is None or match[2] not in _PARTIES:
            continue
        wanted = Holder(_PARTIES[match[2]], first, match[1])
        if wanted not in leaders:
            raise ValueError(f"gb_leaders.csv does not hold what the page says: {wanted}")
        if "Prime Minister" in (match[3] or "") and Holder("", last, match[1]) not in heads:
            raise ValueError(f"gb_prime_ministers.csv: the page has {match[1]} from {last}")
        checked += 1
    return checked
