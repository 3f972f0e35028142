"""The study behind the packaged rates of verdicts: past pairs of campaigns, put and looked up.

For every bundled campaign that is over (home, read :data:`BEFORE` days before its
vote) and every one that was over by then (away), each kind of finding is put as a
yes-or-no statement, judged by the rule table as it stands, and looked up in home's
own end. Polls enter as plain means of the last :data:`WINDOW` days, so that the
check does not lean on the race engine.

============  ==============================================================
kind          held, if home's governing party ...
============  ==============================================================
result        in the end moved from its last result in the direction the away
              governing party did
movement      moved from home's day of reading to the eve in the direction the
              away party did from the same distance
poll_error    was misjudged by the last polls in the direction the away
              party was
clock_days    ended on the same side of the away party (support less last
              result) as it stood at the same number of days to go
standing      ended on the same side of the away party's final lead in the polls
              with its own lead in the result, as it stood when read
change        gained, or lost, with its change as the away party did with its own
============  ==============================================================

``clock_office`` is not scored: too few past pairs share a point of that clock.
``python -m lab.verdict_hits --write`` rebuilds the packaged table, of which
:mod:`comparenotes.compare.hit_rate` reads the rows of elections held by the as-of date.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources

import polars as pl

from comparenotes.campaigns.catalogue import campaign_ids, load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.compare.facts import Facts, facts
from comparenotes.compare.finding import VERDICTS
from comparenotes.compare.hit_rate import JUDGED, SCHEMA, Rate, packaged, rate_of, table_path
from comparenotes.compare.verdict import Fact, judge, pair_facts

BEFORE = 90
WINDOW = 14
AROUND_CHANGE = 30


@dataclass(frozen=True)
class Past:
    """What a finished campaign gives to the check: shares in points, None = not known."""

    id: str
    country: str
    date: date
    read: Facts  # on the day of reading
    eve: Facts
    swing_read: float | None
    swing_end: float | None
    moved: float | None
    lead_read: float | None
    lead_eve: float | None
    lead_end: float | None
    error: float | None
    change: float | None


def _mean(c: Campaign, day: date, contender: str, window: int = WINDOW) -> float | None:
    return _mean_between(c, day - timedelta(days=window), day, contender)


def _mean_between(c: Campaign, after: date, until: date, contender: str) -> float | None:
    polls = c.polls.filter(
        pl.col("region").is_null()
        & ~pl.col("hypothetical").fill_null(False)
        & (pl.col("end") > after)
        & (pl.col("end") <= until)
        & (pl.col("published") <= c.election_date)
    )
    value = polls[contender].mean() if contender in polls.columns and polls.height else None
    return float(value) if isinstance(value, int | float) else None


def _shares(frame: pl.DataFrame) -> dict[str, float]:
    rows = frame.filter(pl.col("region").is_null() & pl.col("share").is_not_null())
    return dict(rows.select("contender", "share").iter_rows())


def past(campaign: Campaign) -> Past | None:
    """Return what a finished campaign gives to the check; None without a governing party."""
    day = campaign.election_date - timedelta(days=BEFORE)
    eve = campaign.election_date - timedelta(days=1)
    read, at_eve = facts(campaign, day), facts(campaign, campaign.election_date)
    who = at_eve.governing
    result = _shares(campaign.results)
    if who is None or who not in result:
        return None
    before = campaign.previous_election()
    last = _shares(campaign.history.filter(pl.col("date") == before)) if before else {}
    rivals = {c: s for c, s in result.items() if c not in (who, OTHERS)}
    rival = max(rivals, key=lambda c: rivals[c]) if rivals else None

    def less(a: float | None, b: float | None) -> float | None:
        return None if a is None or b is None else a - b

    polled = {d: _mean(campaign, d, who) for d in (day, eve)}
    other = {d: _mean(campaign, d, rival) if rival else None for d in (day, eve)}
    end = less(result[who], rivals.get(rival or ""))
    change = at_eve.change
    effect = None
    if change is not None:
        span = timedelta(days=AROUND_CHANGE)
        after = _mean_between(campaign, change.date, change.date + span, change.contender)
        prior = _mean_between(campaign, change.date - span, change.date, change.contender)
        effect = less(after, prior)
    return Past(
        id=campaign.id,
        country=campaign.country,
        date=campaign.election_date,
        read=read,
        eve=at_eve,
        swing_read=less(polled[day], last.get(who)),
        swing_end=less(result[who], last.get(who)),
        moved=less(polled[eve], polled[day]),
        lead_read=less(polled[day], other[day]),
        lead_eve=less(polled[eve], other[eve]),
        lead_end=end,
        error=less(end, less(polled[eve], other[eve])),
        change=effect,
    )


def held(kind: str, home: Past, away: Past) -> bool | None:
    """Return whether the statement of ``kind`` taken from ``away`` held at ``home``."""

    def same(a: float | None, b: float | None) -> bool | None:
        return None if a is None or b is None or a == 0 or b == 0 else (a > 0) == (b > 0)

    def gap(a: float | None, b: float | None) -> float | None:
        return None if a is None or b is None else a - b

    if kind == "result":
        return same(home.swing_end, away.swing_end)
    if kind == "movement":
        return same(home.moved, away.moved)
    if kind == "poll_error":
        return same(home.error, away.error)
    if kind == "clock_days":
        return same(gap(home.swing_read, away.swing_read), gap(home.swing_end, away.swing_end))
    if kind == "standing":
        return same(gap(home.lead_read, away.lead_eve), gap(home.lead_end, away.lead_eve))
    if kind == "change":
        return same(home.change, away.change)
    raise ValueError(f"{kind!r} is not scored")


def rules_digest() -> str:
    """Return the digest of the rule table, to tell whether a table of rates is its own."""
    text = (resources.files("comparenotes.compare") / "rules.csv").read_bytes()
    return hashlib.sha256(text).hexdigest()[:12]


def _stands(campaign: Campaign) -> bool:
    """Return whether there is a result, and not of an annulled vote."""
    return campaign.status == "ordinary" and not campaign.results.is_empty()


def score(campaigns: Iterable[Campaign]) -> pl.DataFrame:
    """Return pairs and hits by home, kind and verdict (:data:`SCHEMA`)."""
    pasts = [p for c in campaigns if _stands(c) and (p := past(c)) is not None]
    counts: dict[tuple[str, str, date, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for home in pasts:
        reading = home.date - timedelta(days=BEFORE)
        for away in pasts:
            if away.date > reading:
                continue
            pair = pair_facts(home.read, away.eve)
            shared = Fact("common", "Both have polls at that distance.")
            for kind in JUDGED:
                own = home.eve if kind == "change" else home.read
                facts_ = pair_facts(own, away.eve) if kind == "change" else pair
                ok = held(kind, home, away)
                if ok is None:
                    continue
                verdict = judge(kind, facts_ | ({"clock": shared} if kind == "clock_days" else {}))
                cell = counts[(home.id, home.country, home.date, kind, verdict.carries_over)]
                cell[0] += 1
                cell[1] += ok
    digest = rules_digest()
    rows = [(*key, n, k, digest) for key, (n, k) in sorted(counts.items())]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def rates(as_of: date, table: pl.DataFrame | None = None) -> dict[tuple[str, str], Rate]:
    """Return the rate of each (kind, verdict); ``all`` stands for every kind or verdict.

    Only home elections held by ``as_of`` count. Empty where there is no table.
    """
    out = {}
    for kind in (*JUDGED, "all"):
        for verdict in (*VERDICTS, "all"):
            found = rate_of(kind, verdict, as_of, table)
            if found is not None:
                out[kind, verdict] = found
    return out


def main(argv: Sequence[str] | None = None) -> int:
    """Print the rates by kind and verdict; with ``--write`` rebuild the packaged table."""
    parser = argparse.ArgumentParser(prog="python -m lab.verdict_hits")
    parser.add_argument("--write", action="store_true", help="rebuild the packaged table")
    parser.add_argument("--until", type=date.fromisoformat, default=date.max)
    args = parser.parse_args(argv)
    table = packaged()
    if args.write or table is None:
        table = score(load_bundled(i) for i in campaign_ids())
        if args.write:
            table.write_csv(table_path())
    print(f"{'kind':<12} {'verdict':<9} {'pairs':>7} {'homes':>6}  held, 90% interval")
    for (kind, verdict), r in rates(args.until, table).items():
        e = r.share
        told = f"{e.mean:.0f}% ({e.lo90:.0f} to {e.hi90:.0f})" if e else "too few elections"
        print(f"{kind:<12} {verdict:<9} {r.pairs:>7,} {r.homes:>6}  {told}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
