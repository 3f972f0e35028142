"""The race provider: what the polls and the campaigns' own facts say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from comparenotes.campaigns.model import Campaign
from comparenotes.compare.change import change
from comparenotes.compare.clocks import CLOCKS, on_clock
from comparenotes.compare.course import movement, poll_error, result
from comparenotes.compare.finding import Finding, failure
from comparenotes.compare.standing import standing
from comparenotes.compare.synthesis import synthesis
from comparenotes.compare.views import Analyses, View
from comparenotes.errors import CompareNotesError


class RaceProvider:
    """Findings from polls: standing, changes, both clocks, course, the polls' error."""

    name = "race"

    def __init__(self, analyses: Analyses | None = None) -> None:
        self.analyses = analyses or Analyses()

    def findings(self, home: Campaign, away: Sequence[Campaign], as_of: date) -> list[Finding]:
        """Return the findings of each pair, then those over several away campaigns.

        An away campaign whose race cannot be read becomes a finding of grade
        ``failed``; if home's cannot, that is the only finding.
        """
        own = self._view(home, home, as_of)
        if isinstance(own, Finding):
            return [own]
        out: list[Finding] = []
        views: list[View] = []
        for campaign in away:
            view = self._view(home, campaign, as_of)
            if isinstance(view, Finding):
                out.append(view)
                continue
            views.append(view)
            out.extend(pair_findings(own, view))
        return out + synthesis(own, views, out)

    def _view(self, home: Campaign, campaign: Campaign, as_of: date) -> View | Finding:
        try:
            return self.analyses.view(campaign, as_of)
        except CompareNotesError as e:
            reason = f"{campaign.id}: {e.one_line()}"
        except Exception as e:  # a bug in one race must not hide the others
            reason = f"{campaign.id}: {type(e).__name__}: {e}"
        return failure(self.name, reason, home.id, (campaign.id,))


def pair_findings(home: View, away: View) -> list[Finding]:
    """Return what one away campaign has to say to home, in reading order."""
    found = [standing(home, away), change(home, away)]
    found += [on_clock(home, away, clock) for clock in CLOCKS]
    found += [movement(home, away), result(home, away), poll_error(home, away)]
    return [f for f in found if f is not None]
