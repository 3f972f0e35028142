"""Campaigns older than the catalogue's, known only by the measured figures of their texts.

They have no polls and cannot be compared; ``cn message us-1960`` answers. Dates, sides and
who governed are facts of record.
"""

from __future__ import annotations

from datetime import date

from comparenotes.campaigns.model import Campaign, Contender, Government

_US = {
    # year: polling day, Democrat, Republican, governing side, head of government, since
    1960: (
        "11-08",
        "John F. Kennedy",
        "Richard Nixon",
        "rep",
        "Dwight D. Eisenhower",
        "1953-01-20",
    ),
    1976: ("11-02", "Jimmy Carter", "Gerald Ford", "rep", "Gerald Ford", "1969-01-20"),
    1980: ("11-04", "Jimmy Carter", "Ronald Reagan", "dem", "Jimmy Carter", "1977-01-20"),
    1984: ("11-06", "Walter Mondale", "Ronald Reagan", "rep", "Ronald Reagan", "1981-01-20"),
    1988: ("11-08", "Michael Dukakis", "George Bush", "rep", "Ronald Reagan", "1981-01-20"),
    1992: ("11-03", "Bill Clinton", "George Bush", "rep", "George Bush", "1981-01-20"),
    1996: ("11-05", "Bill Clinton", "Bob Dole", "dem", "Bill Clinton", "1993-01-20"),
    2000: ("11-07", "Al Gore", "George W. Bush", "dem", "Bill Clinton", "1993-01-20"),
    2004: ("11-02", "John Kerry", "George W. Bush", "rep", "George W. Bush", "2001-01-20"),
}
_GB = {
    # year: polling day, governing side, since, leaders of con, lab, ld
    1945: ("07-05", "con", "1945-05-23", "Winston Churchill", "Clement Attlee", "Archibald Sinclair"),  # noqa: E501
    1950: ("02-23", "lab", "1945-07-26", "Winston Churchill", "Clement Attlee", "Clement Davies"),
    1951: ("10-25", "lab", "1945-07-26", "Winston Churchill", "Clement Attlee", "Clement Davies"),
}  # fmt: skip


def _contender(key: str, name: str, party: str, who: str, family: str, governing: str) -> Contender:
    role = "government" if key == governing else "opposition"
    return Contender(key, name, party, family=family, role=role, candidate=who)


def _us(year: int) -> Campaign:
    day, dem, rep, governing, head, since = _US[year]
    return Campaign(
        id=f"us-{year}",
        title=f"United States presidential election, {year}",
        country="US",
        election_date=date.fromisoformat(f"{year}-{day}"),
        office="president",
        system="electoral_college",
        government=Government(date.fromisoformat(since), head, (governing,)),
        contenders=(
            _contender("dem", "Democrats", "Democratic Party", dem, "liberal", governing),
            _contender("rep", "Republicans", "Republican Party", rep, "conservative", governing),
        ),
    )


def _gb(year: int) -> Campaign:
    day, governing, since, con, lab, ld = _GB[year]
    return Campaign(
        id=f"gb-{year}",
        title=f"British general election {year}",
        country="GB",
        election_date=date.fromisoformat(f"{year}-{day}"),
        office="parliament",
        system="fptp",
        government=Government(
            date.fromisoformat(since), con if governing == "con" else lab, (governing,)
        ),
        contenders=(
            _contender(
                "con", "Conservatives", "Conservative Party", con, "conservative", governing
            ),
            _contender("lab", "Labour", "Labour Party", lab, "social democracy", governing),
            _contender("ld", "Liberals", "Liberal Party", ld, "liberal", governing),
        ),
    )


EARLIER = (*(f"gb-{y}" for y in _GB), *(f"us-{y}" for y in _US))
"""Ids of the campaigns that only the measured figures know."""


def earlier(campaign_id: str) -> Campaign:
    """Return one of :data:`EARLIER`, with its sides and nothing else; KeyError if it is not."""
    country, _, year = campaign_id.partition("-")
    return {"us": _us, "gb": _gb}[country](int(year))
