"""Every constituency's chances on polling day, from the race's own draws."""

from __future__ import annotations

from datetime import date

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.snapshot import known_on, reading_day
from comparenotes.errors import DataError
from comparenotes.race.constants import constants_for
from comparenotes.race.draws import draw
from comparenotes.race.forecast import election_day
from comparenotes.race.model import fit
from comparenotes.race.prepare import prepare
from comparenotes.race.seats.gb_places import places


def constituencies(campaign: Campaign, as_of: date) -> pl.DataFrame:
    """Return a row a constituency of Great Britain, from the draws :func:`analyse` makes.

    Columns: see :func:`comparenotes.race.seats.gb_places.places`.

    Raises
    ------
    DataError
        Where constituencies are not modelled, or no usable poll is known on ``as_of``.
    """
    known = known_on(campaign, as_of)
    prepared = prepare(known)
    last_day = reading_day(campaign, as_of)
    if not prepared.polls or len(prepared.contenders) < 2:
        raise DataError("no usable national poll", where=campaign.id, hint="use a later --as-of")
    learned = constants_for(as_of, system=campaign.system, country=campaign.country)
    draws = draw(fit(prepared, learned, last_day=last_day, smooth=False))
    shares = election_day(draws, (campaign.election_date - last_day).days)
    found = places(prepared.campaign, prepared.contenders, shares, as_of=last_day)
    if isinstance(found, str):
        raise DataError(found, where=campaign.id)
    return found
