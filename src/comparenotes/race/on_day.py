"""From a campaign and a day to a fitted race: the one way there, for every caller."""

from __future__ import annotations

from datetime import date

from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.snapshot import known_on
from comparenotes.race.constants import Constants, constants_for
from comparenotes.race.model import Fit, fit
from comparenotes.race.prepare import Prepared, prepare


def polls_on(campaign: Campaign, day: date) -> Prepared:
    """Return the usable polls known at the end of ``day``, with what anchors them."""
    return prepare(known_on(campaign, day))


def fit_on(
    prepared: Prepared,
    day: date,
    constants: Constants | None = None,
    *,
    last_day: date | None = None,
    engine: str = "auto",
    smooth: bool = True,
) -> Fit:
    """Return the fit with the constants learned from elections before ``day``.

    Raises
    ------
    NotFoundError
        If nothing was learned that early.
    """
    about = prepared.campaign
    learned = constants or constants_for(day, system=about.system, country=about.country)
    return fit(prepared, learned, last_day=last_day or day, engine=engine, smooth=smooth)
