"""Short names of campaigns, for sentences: "United States 2024", "Britain (next)"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comparenotes.campaigns.model import Campaign

COUNTRIES: Mapping[str, str] = {
    "AR": "Argentina", "AT": "Austria", "AU": "Australia", "BE": "Belgium", "BG": "Bulgaria",
    "BR": "Brazil", "CA": "Canada", "CH": "Switzerland", "CL": "Chile", "CY": "Cyprus",
    "CZ": "Czechia", "DE": "Germany", "DK": "Denmark", "EE": "Estonia", "ES": "Spain",
    "FI": "Finland", "FR": "France", "GB": "Britain", "GR": "Greece", "HR": "Croatia",
    "HU": "Hungary", "IE": "Ireland", "IL": "Israel", "IN": "India", "IS": "Iceland",
    "IT": "Italy", "JP": "Japan", "KR": "Korea", "LT": "Lithuania", "LU": "Luxembourg",
    "LV": "Latvia", "MT": "Malta", "MX": "Mexico", "NL": "Netherlands", "NO": "Norway",
    "NZ": "New Zealand", "PL": "Poland", "PT": "Portugal", "RO": "Romania", "RS": "Serbia",
    "SE": "Sweden", "SI": "Slovenia", "SK": "Slovakia", "TR": "Turkey", "UA": "Ukraine",
    "US": "United States", "XK": "Kosovo", "ZA": "South Africa",
}  # fmt: skip
LONGEST = 48
_ID = re.compile(r"([a-z]{2})-(?:(president)-)?(?:(\d{4})(?:-(\d{2}))?|(next))")
_MONTHS = (
    "",
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def short_name(campaign: Campaign) -> str:
    """Return country and year where the id follows the catalogue's pattern, else the title."""
    match = _ID.fullmatch(campaign.id)
    country = COUNTRIES.get(campaign.country)
    if match is None or country is None or match.group(1).upper() != campaign.country:
        title = campaign.title
        return title if len(title) <= LONGEST else title[: LONGEST - 1].rstrip() + "…"
    _, president, year, month, coming = match.groups()
    if coming:
        return f"{country} (next)"
    when = f"{_MONTHS[int(month)]} {year}" if month and 1 <= int(month) <= 12 else year
    return f"{country} {'president ' if president else ''}{when}"
