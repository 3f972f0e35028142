"""Polls to trend, house effects, lead changes, shocks, forecast, seats."""

from comparenotes.race.analyse import analyse
from comparenotes.race.result import EventEffect, Forecast, Lead, Pairs, Race

__all__ = ["EventEffect", "Forecast", "Lead", "Pairs", "Race", "analyse"]
