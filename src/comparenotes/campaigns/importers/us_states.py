"""States and districts of the United States as ISO 3166-2 ids."""

from __future__ import annotations

from comparenotes.campaigns.importers.reading import RowError
from comparenotes.errors import did_you_mean

STATES: dict[str, str] = {
    "AK": "Alaska", "AL": "Alabama", "AR": "Arkansas", "AZ": "Arizona", "CA": "California",
    "CO": "Colorado", "CT": "Connecticut", "DC": "District of Columbia", "DE": "Delaware",
    "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "IA": "Iowa", "ID": "Idaho",
    "IL": "Illinois", "IN": "Indiana", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "MA": "Massachusetts", "MD": "Maryland", "ME": "Maine", "MI": "Michigan",
    "MN": "Minnesota", "MO": "Missouri", "MS": "Mississippi", "MT": "Montana",
    "NC": "North Carolina", "ND": "North Dakota", "NE": "Nebraska", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NV": "Nevada", "NY": "New York", "OH": "Ohio",
    "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas",
    "UT": "Utah", "VA": "Virginia", "VT": "Vermont", "WA": "Washington", "WI": "Wisconsin",
    "WV": "West Virginia", "WY": "Wyoming",
}  # fmt: skip
"""Postal code -> name: the 50 states and the District of Columbia."""

DISTRICTS: dict[str, int] = {"ME": 2, "NE": 3}
"""States that give an elector to the winner of each congressional district."""

NATIONAL = frozenset({"", "--", "National", "US", "U.S.", "United States"})


def region_names() -> dict[str, str]:
    """Return ISO 3166-2 id -> name: 51 contests, then the districts of Maine and Nebraska."""
    names = {f"US-{code}": name for code, name in STATES.items()}
    for code, n in DISTRICTS.items():
        for i in range(1, n + 1):
            names[f"US-{code}-{i}"] = f"{STATES[code]}, district {i}"
    return names


def _spellings() -> dict[str, str]:
    known: dict[str, str] = {}
    for code, name in STATES.items():
        known[code] = known[name] = f"US-{code}"
    for code, n in DISTRICTS.items():
        for i in range(1, n + 1):
            region = f"US-{code}-{i}"
            for text in (f"{code}-{i}", f"{STATES[code]} CD-{i}", f"{STATES[code]} {i}"):
                known[text] = region
    return known


SPELLINGS = _spellings()
"""Spelling used in some file -> ISO 3166-2 id."""


def region_id(text: str, where: str) -> str | None:
    """Return the region's id, None for the whole country.

    Raises
    ------
    RowError
        If there is no such state or district.
    """
    if text in NATIONAL:
        return None
    if text in SPELLINGS:
        return SPELLINGS[text]
    raise RowError(
        f"unknown region {text[:40]!r}",
        where=where,
        hint=did_you_mean(text[:40], SPELLINGS),
        reason="an unknown region",
    )
