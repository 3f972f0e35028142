"""Seats, from the same joint draws of election-day shares."""

from comparenotes.race.seats.allocate import allocate
from comparenotes.race.seats.result import SeatResult, bloc_rows, summarise, threshold_rows

__all__ = ["SeatResult", "allocate", "bloc_rows", "summarise", "threshold_rows"]
