"""What home's votes may turn into, in a brief: a line and a small chart of every outcome."""

from __future__ import annotations

from dataclasses import dataclass

from comparenotes.brief import seats_words as told
from comparenotes.compare.comparison import Comparison
from comparenotes.document.chart import Chart
from comparenotes.race.result import Race


@dataclass(frozen=True, eq=False)
class Outlook:
    """Home's race as it was read with seats or a run-off, by what is said of it."""

    race: Race
    title: str
    run_off: bool
    """Whether a second round is forecast, and no seats."""

    def lines(self, *, short: bool = False) -> list[tuple[str, str]]:
        """Return label and sentence; ``short`` has the chances alone."""
        return told.outlook_lines(self.race, short=short)

    def charts(self, key: str = "c-outlook", *, paper: bool = True) -> list[tuple[str, Chart]]:
        """Return the chart for a page, a phone and, if wanted, for paper, each with its class."""
        from comparenotes.brief import charts

        draw = charts.run_off_chart if self.run_off else charts.seats_chart
        found = (
            ("wide", draw(self.race, key)),
            ("narrow", draw(self.race, f"{key}-narrow", wide=False)),
            ("print", draw(self.race, f"{key}-print", small=True) if paper else None),
        )
        return [(kind, chart) for kind, chart in found if chart is not None]

    def caption(self) -> str:
        """Return how to read the chart."""
        if self.run_off:
            return (
                "Share of the one named on the right, should the two meet: thick bar 80%, thin "
                "bar 95% interval. The line is at a half."
            )
        return (
            f"How {self.title.lower()} may fall, each row to its own height; strong: a majority. "
            "Mean and 90% range beside."
        )


def outlook_of(c: Comparison) -> Outlook | None:
    """Return what home's votes may turn into; None where home was not read with it."""
    view = c.views.get(c.home.id)
    if view is None or not told.outlook_lines(view.race):
        return None
    f = view.race.forecast
    run_off = f is not None and f.run_off is not None
    return Outlook(view.race, told.outlook_title(view.race), run_off)
