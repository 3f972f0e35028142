"""The charts of a brief by name; each has a file of its own. Matplotlib is imported on use."""

from comparenotes.brief.clock_chart import clock_chart, clock_charts
from comparenotes.brief.findings_chart import findings_chart
from comparenotes.brief.lead_chart import days_led, lead_chart
from comparenotes.brief.run_off_chart import run_off_chart, save_run_off
from comparenotes.brief.seats_chart import save_seats, seats_chart
from comparenotes.brief.trend_chart import save_trend, shown_contenders, trend_chart

__all__ = [
    "clock_chart",
    "clock_charts",
    "days_led",
    "findings_chart",
    "lead_chart",
    "run_off_chart",
    "save_run_off",
    "save_seats",
    "save_trend",
    "seats_chart",
    "shown_contenders",
    "trend_chart",
]
