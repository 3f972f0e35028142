"""From campaigns to a dated table of learned constants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from comparenotes.campaigns.model import Campaign
from comparenotes.race.learn import MIN_ELECTIONS, Learned, learn
from comparenotes.race.learn_extra import Extra, extra_rows
from comparenotes.race.learn_rows import Outcome, Pair, outcome_rows, pair_rows
from comparenotes.race.on_day import polls_on


@dataclass
class Evidence:
    """Rows from finished campaigns."""

    outcomes: list[Outcome] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)

    def add(self, campaign: Campaign) -> None:
        """Add one finished campaign's rows; one without a result, or annulled, adds none."""
        if campaign.status != "ordinary":
            return
        if campaign.results.is_empty() or campaign.polls.is_empty():
            return
        prepared = polls_on(campaign, campaign.eve())
        if len(prepared.contenders) < 2:
            return
        self.outcomes += outcome_rows(campaign)
        self.pairs += pair_rows(campaign, prepared)
        self.extras.append(extra_rows(campaign, prepared))

    def learn(self, until: date) -> Learned:
        """Return the constants learned from elections before ``until``."""
        return learn(self.outcomes, self.pairs, self.extras, until)

    def earliest_cut(self) -> date:
        """Return the first 1 January with enough finished elections before it."""
        ended = sorted({(r.ended, r.campaign) for r in self.outcomes})
        return date(ended[MIN_ELECTIONS - 1][0].year + 1, 1, 1)


def gather(
    campaigns: Iterable[Campaign], until: date, tick: Callable[[str], None] = lambda _: None
) -> Evidence:
    """Return the evidence of all campaigns that ended before ``until``."""
    evidence = Evidence()
    for c in campaigns:
        if c.election_date < until:
            evidence.add(c)
        tick(c.id)
    return evidence


def yearly_cuts(evidence: Evidence, until: date) -> list[date]:
    """Return 1 January of every year from the earliest possible cut to ``until``."""
    first = evidence.earliest_cut()
    years = [date(y, 1, 1) for y in range(first.year, until.year + 1)]
    return [d for d in years if d <= until]


def learn_cuts(
    evidence: Evidence, cuts: Sequence[date], tick: Callable[[str], None] = lambda _: None
) -> list[Learned]:
    """Return one :class:`Learned` a cut."""
    out = []
    for cut in cuts:
        out.append(evidence.learn(cut))
        tick(cut.isoformat())
    return out
