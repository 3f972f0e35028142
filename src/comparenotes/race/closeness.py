"""How widths depend on how close the race is: a learned power of the lead.

A race in which two parties are level is polled, fought and settled about that lead; a
lopsided one can come undone, and its polls are further out. The sizes of the shared
error, of movement and of the anchor's spread are multiplied by::

    ((lead + OFFSET) / REFERENCE) ** closeness

with the lead of the first contender over the second in the polls' mean (percentage
points) and the learned exponent ``closeness``; 1 where the lead is ``REFERENCE - OFFSET``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from comparenotes.race.constants import SCALED, Constants
from comparenotes.race.poll_mean import lead_of, poll_mean
from comparenotes.race.prepare import Prepared

Array = NDArray[np.float64]

OFFSET, REFERENCE = 2.0, 7.0
"""Percentage points: a lead of 5 leaves the sizes as they are."""

WIDEST = 25.0
"""Leads above this (percentage points) count as this."""


def width_factor(lead: Array | float, exponent: float) -> Array:
    """Return the factor on sizes of races with these leads (percentage points)."""
    base = (np.minimum(np.asarray(lead, dtype=np.float64), WIDEST) + OFFSET) / REFERENCE
    out: Array = base**exponent
    return out


def for_race(constants: Constants, prepared: Prepared, day: date) -> Constants:
    """Return the constants with sizes for a race as close as its polls up to ``day`` say.

    The exponent of what is returned is zero: the factor is in the sizes, and a second
    call changes nothing. Without polls the sizes are those of a lead of 5 points.
    """
    if not constants.closeness:
        return constants
    mean = poll_mean(prepared, day + timedelta(days=1))
    lead = None if mean is None else lead_of(mean.shares, prepared.contenders)
    factor = 1.0 if lead is None else float(width_factor(lead, constants.closeness))
    sizes = {name: getattr(constants, name) * factor for name in SCALED}
    return replace(constants, closeness=0.0, **sizes)
