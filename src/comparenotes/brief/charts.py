"""The charts of a brief by name. Vega-Lite specifications; drawn when their SVG is asked for."""

from comparenotes.brief.comparison_charts import clock_chart, clock_charts, findings_chart
from comparenotes.brief.outlook_charts import run_off_chart, save_run_off, save_seats, seats_chart
from comparenotes.brief.race_charts import (
    days_led,
    lead_chart,
    save_trend,
    shown_contenders,
    trend_chart,
)

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
