"""From draws of votes to draws of seats, whatever the electoral system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from comparenotes.campaigns.elected import without_seats
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.snapshot import reading_day, snapshot
from comparenotes.race.seats.college import allocate_college
from comparenotes.race.seats.curve import allocate_curve
from comparenotes.race.seats.gb import allocate_gb
from comparenotes.race.seats.lists import allocate_lists
from comparenotes.race.seats.result import SeatResult
from comparenotes.race.seats.tables import chamber_rule, rule

Array = NDArray[np.float64]

SEED = 1832

UNMODELLED = {
    "fptp": "Seats are won in constituencies, whose results are not bundled for this country: "
    "seats are not modelled.",
    "mixed": "Many seats are won in constituencies, whose results are not bundled for this "
    "country, and are not made up for from the lists: seats are not modelled.",
    "preferential": "Seats are decided by preferences in single-member districts, which national "
    "first preferences do not tell: seats are not modelled.",
    "two_round": "Seats are decided by second rounds in constituencies: seats are not modelled.",
}
"""What is said of systems without a model."""


def allocate(
    campaign: Campaign,
    names: tuple[str, ...],
    shares: Array,
    *,
    as_of: date,
    seed: int = SEED,
    regions: Mapping[str, Array] | None = None,
) -> SeatResult | str:
    """Return seats of every draw, or a sentence that says why they are not modelled.

    Parameters
    ----------
    campaign
        The campaign; only its facts known on ``as_of`` are used.
    names, shares
        K contender ids and (draws, K) election-day shares as fractions.
    as_of
        Nothing learned or known later enters: results, laws, constants.
    seed
        Of the constituency noise; the same seed gives the same seats.
    regions
        Region id -> (draws, K) shares of the same draws, where modelled.
    """
    campaign = snapshot(campaign, as_of).campaign
    as_of = reading_day(campaign, as_of)
    if campaign.system == "electoral_college":
        return allocate_college(campaign, names, shares, as_of=as_of, seed=seed, regions=regions)
    why = without_seats(campaign.office, campaign.level, campaign.chamber)
    if why is not None:
        return why
    if campaign.chamber is not None:
        own = chamber_rule(campaign.country, campaign.chamber, campaign.election_date)
        result = allocate_lists(campaign, names, shares, own, as_of=as_of, seed=seed)
        method = result.method.replace("the national vote", "the vote of the whole electorate")
        return replace(result, needed=campaign.chamber.majority, method=method)
    if campaign.country == "GB" and campaign.system == "fptp":
        return allocate_gb(campaign, names, shares, as_of=as_of, seed=seed, regions=regions)
    law = rule(campaign.country, campaign.election_date, as_of)
    if law is not None and law.method == "none":
        return str(law.note)
    if law is not None and law.method != "curve":
        return allocate_lists(campaign, names, shares, law, as_of=as_of, seed=seed)
    if campaign.system in {"pr", "stv"}:
        return allocate_curve(campaign, names, shares, law, as_of=as_of, seed=seed)
    return UNMODELLED.get(campaign.system, "Seats are not modelled for this system.")
