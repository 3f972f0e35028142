"""``compare``: a home campaign, one or more away campaigns, findings out."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from comparenotes import words as phrases
from comparenotes.campaigns.model import Campaign, LeftOut
from comparenotes.campaigns.snapshot import today
from comparenotes.compare.facts import Facts, facts, missing_result, poll_age
from comparenotes.compare.finding import GRADES, MIN_CASES, VERDICTS, Finding
from comparenotes.compare.provider import Provider, collect
from comparenotes.compare.views import Analyse, Analyses, View
from comparenotes.errors import CompareNotesError

if TYPE_CHECKING:
    from comparenotes.compare.lesson import Lesson

_COLUMNS = ("n", "provider", "kind", "away", "claim", "estimate", "lo90", "hi90", "unit")
_MORE = ("grade", "carries_over", "rule", "cases", "failed")
TITLE = 20
"""Words of a title at most."""
MOVED = 0.1
"""A finding moved if its estimate did by at least so much (in its unit)."""


@dataclass(frozen=True)
class Moved:
    """What became of one finding between two as-of dates."""

    key: str
    what: str  # moved, new, gone, grade
    before: Finding | None
    after: Finding | None

    def sentence(self) -> str:
        """Return the change in words."""
        if self.before is None and self.after is not None:
            return f"New: {self.after.claim}"
        if self.after is None and self.before is not None:
            return f"Gone: {self.before.claim}"
        if self.before is None or self.after is None:
            return ""
        return (
            f"{self.after.headline}: {_told(self.before)} before, {_told(self.after)} now; "
            f"{self.before.grade} before, {self.after.grade} now."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "key": self.key,
            "what": self.what,
            "before": self.before.to_dict() if self.before else None,
            "after": self.after.to_dict() if self.after else None,
            "sentence": self.sentence(),
        }


def _told(f: Finding) -> str:
    if f.estimate is None or f.lo90 is None or f.hi90 is None:
        return "no number"
    span = f"({phrases.signed(f.lo90)} to {phrases.signed(f.hi90)})"
    return f"{phrases.signed(f.estimate)} {f.unit} {span}"


@dataclass(frozen=True, eq=False)
class Comparison:
    """What home can learn from away on a day.

    ``findings`` are in reading order and numbered from 1; :meth:`ranked` orders
    them by strength and by whether they carry over. ``ages`` say which
    running campaign has no new polls, and stand first everywhere; ``notes`` say what limits
    the whole comparison. ``views`` hold each campaign's race, for charts.
    """

    home: Campaign
    away: tuple[Campaign, ...]
    as_of: date
    findings: tuple[Finding, ...]
    facts: Mapping[str, Facts]
    ages: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    views: Mapping[str, View] = field(default_factory=dict)
    since: date | None = None
    changes: tuple[Moved, ...] = ()
    reader: str = "governs"

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        """Return what follows for home, read by the side that governs or that opposes."""
        from comparenotes.compare.lessons import lessons

        return lessons(self, self.reader)

    @property
    def tested(self) -> int:
        """Return how many findings were tested (all but failures)."""
        return sum(not f.failed for f in self.findings)

    @property
    def failed(self) -> tuple[Finding, ...]:
        """Return the providers that broke, as findings."""
        return tuple(f for f in self.findings if f.failed)

    def counts(self) -> dict[str, int]:
        """Return how many findings have each grade."""
        return {g: sum(f.grade == g for f in self.findings) for g in GRADES}

    def number(self, finding: Finding) -> int:
        """Return a finding's number, from 1."""
        return next(i for i, f in enumerate(self.findings, 1) if f is finding)

    def ranked(self) -> list[Finding]:
        """Return the findings, strongest grade first, then by carries-over, then by strength."""
        return sorted(
            (f for f in self.findings if not f.failed),
            key=lambda f: (
                f.estimate is None,
                GRADES.index(f.grade),
                VERDICTS.index(f.carries_over),
                -f.strength(),
            ),
        )

    def headline(self) -> str:
        """Return the title: what home may do, where the record bears it out, else a finding.

        The lesson is the first whose premise held in most past cases and more often than its
        base rate; it is no surer than that.
        """
        best = next(iter(self.ranked()), None)
        if best is None:
            return "Nothing could be compared"
        for lesson in self.lessons:
            held, base = lesson.record.get("share"), lesson.record.get("base")
            if lesson.below or held is None or base is None or lesson.record["test"] != "beats":
                continue
            if held > max(50.0, base) and len(lesson.do.split()) <= TITLE:
                return lesson.do.rstrip(".")
        if best.grade in ("measured", "suggestive", "reported"):
            return best.headline
        return f"Too few to say yet: {best.headline}"

    def left_out(self) -> list[tuple[str, LeftOut]]:
        """Return the polls known on the day and not used: campaign id, why and count.

        The importers' account of whole files (``cn sources``) is no part of it: it
        knows rows published after the as-of date.
        """
        out: list[tuple[str, LeftOut]] = []
        for campaign in (self.home, *self.away):
            view = self.views.get(campaign.id)
            out.extend((campaign.id, x) for x in (view.race.left_out if view else ()))
        return out

    def sources(self) -> list[str]:
        """Return every source named by a finding, once."""
        named = dict.fromkeys(s for f in self.findings if not f.failed for s in f.sources)
        return list(named)

    def newest_poll_age(self) -> int | None:
        """Return the days from home's newest poll to the as-of date."""
        newest = self.facts[self.home.id].newest_poll
        return (self.facts[self.home.id].day - newest).days if newest else None

    def to_dict(self) -> dict[str, Any]:
        """Return the promised JSON form (``cn compare --json``)."""
        return {
            "home": self.home.id,
            "away": [a.id for a in self.away],
            "as_of": self.as_of.isoformat(),
            "headline": self.headline(),
            "tested": self.tested,
            "grades": self.counts(),
            "lessons": [x.to_dict() for x in self.lessons],
            "notes": [*self.ages, *self.notes],
            "facts": {k: f.to_dict() for k, f in self.facts.items()},
            "findings": [f.to_dict(i) for i, f in enumerate(self.findings, 1)],
            "left_out": [
                {"campaign": c, "why": x.why, "count": x.count} for c, x in self.left_out()
            ],
            "sources": self.sources(),
            "since": self.since.isoformat() if self.since else None,
            "changes": [m.to_dict() for m in self.changes],
        }

    def to_polars(self) -> pl.DataFrame:
        """Return one row a finding."""
        rows = []
        for i, f in enumerate(self.findings, 1):
            d = f.to_dict(i)
            rows.append(
                {**{k: d[k] for k in _COLUMNS + _MORE}, "away": " ".join(f.away)}
                | {"reasons": " ".join(f.reasons), "sources": "; ".join(f.sources)}
            )
        schema = {
            **{k: pl.String() for k in (*_COLUMNS, *_MORE, "reasons", "sources")},
            "n": pl.Int64(),
            "cases": pl.Int64(),
            "failed": pl.Boolean(),
            **{k: pl.Float64() for k in ("estimate", "lo90", "hi90")},
        }
        return pl.DataFrame(rows, schema=schema)

    def to_pandas(self) -> Any:
        """Return one row a finding as a pandas frame (needs pandas)."""
        from comparenotes._frames import to_pandas

        return to_pandas(self.to_polars())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{i}</td><td>{html.escape(f.claim)}</td><td>{html.escape(f.grade)}</td>"
            f"<td>{html.escape(f.carries_over)}</td></tr>"
            for i, f in enumerate(self.findings, 1)
        )
        return (
            f"<h3>{html.escape(self.headline())}</h3>"
            f"<p>{html.escape(self.home.title)}, {phrases.day(self.as_of)}</p>"
            "<table><thead><tr><th>n</th><th>finding</th><th>grade</th><th>carries over</th>"
            f"</tr></thead><tbody>{rows}</tbody></table>"
        )


def _campaign(item: Campaign | str | Path) -> Campaign:
    if isinstance(item, Campaign):
        return item
    from comparenotes.campaigns.load import load

    return load(str(item))


def _with_polling_day(sheets: Sequence[Facts]) -> str:
    return phrases.some([f"{f.name} ({phrases.day(f.election_date)})" for f in sheets])


def _notes(sheets: Sequence[Facts], as_of: date) -> tuple[str, ...]:
    out = []
    for f in sheets:
        if f.polls < MIN_CASES:
            polls = phrases.count(f.polls, "poll")
            out.append(f"{f.name} has {polls} by {phrases.day(f.day)}: too few to say much.")
    over = [f for f in sheets if f.finished and not f.result_missing]
    if over:
        out.append(
            f"Over by {phrases.day(as_of)}, so read on the eve with the result beside it: "
            f"{_with_polling_day(over)}."
        )
    unknown = [f for f in sheets if f.result_missing]
    if unknown:
        out.append(missing_result(_with_polling_day(unknown)))
    bare = [f.name for f in sheets if f.governing is None]
    if bare:
        out.append(
            f"No governing party is recorded for {phrases.join(bare)}: "
            "the leading contender stands in."
        )
    return tuple(out)


def _ages(sheets: Sequence[Facts]) -> tuple[str, ...]:
    return tuple(s for f in sheets if (s := poll_age(f)))


def compare(
    home: Campaign | str | Path,
    *away: Campaign | str | Path,
    as_of: date | None = None,
    since: date | None = None,
    providers: Sequence[Provider] | None = None,
    analyse: Analyse | None = None,
    reader: str = "governs",
) -> Comparison:
    """Compare a home campaign with one or more away campaigns.

    Parameters
    ----------
    home, away
        Campaigns, their ids, or paths of their folders. The comparison is
        directional: what *home* can learn from *away*.
    as_of
        Nothing published later is used. Default: today.
    since
        Also compare with the same comparison on this earlier day.
    reader
        Which side of home reads it: ``governs`` or ``opposes`` (lessons only).
    providers, analyse
        Other providers, or another race engine, than the installed ones.

    Raises
    ------
    CompareNotesError
        If a campaign is not there, is named twice, or ``since`` is not earlier.
    """
    if not away:
        raise CompareNotesError("nothing to compare with", hint="name at least one away campaign")
    base = _campaign(home)
    others = tuple(_campaign(a) for a in away)
    ids = [base.id, *(a.id for a in others)]
    twice = next((i for i in ids if ids.count(i) > 1), None)
    if twice is not None:
        raise CompareNotesError(
            "a campaign is named twice", where=twice, hint="name each campaign once"
        )
    day = as_of or today()
    if since is not None and since >= day:
        raise CompareNotesError(
            f"the day to compare with, {since}, is not before {day}", where="--since"
        )
    given = (getattr(p, "analyses", None) for p in providers or ())
    analyses = next((a for a in given if isinstance(a, Analyses)), None) or Analyses(analyse, base)
    found = tuple(collect(base, others, day, analyses, providers))
    sheets = {c.id: facts(c, day) for c in (base, *others)}
    views = {}
    for c in (base, *others):
        view = analyses.known(c, day)
        if view is not None:
            views[c.id] = view
    changes: tuple[Moved, ...] = ()
    if since is not None:
        before = collect(base, others, since, analyses, providers)
        changes = what_changed(before, found)
    return Comparison(
        home=base,
        away=others,
        as_of=day,
        findings=found,
        facts=sheets,
        ages=_ages(list(sheets.values())),
        notes=_notes(list(sheets.values()), day),
        views=views,
        since=since,
        changes=changes,
        reader=reader,
    )


def what_changed(before: Sequence[Finding], after: Sequence[Finding]) -> tuple[Moved, ...]:
    """Return the findings that moved, are new or are gone, in the order of ``after``."""
    old = {f.key: f for f in before}
    new = {f.key: f for f in after}
    out = []
    for key, f in new.items():
        was = old.get(key)
        if was is None:
            out.append(Moved(key, "new", None, f))
        elif f.estimate is None or was.estimate is None:
            if f.estimate is not was.estimate:
                out.append(Moved(key, "moved", was, f))
        elif abs(f.estimate - was.estimate) >= MOVED:
            out.append(Moved(key, "moved", was, f))
        elif f.grade != was.grade:
            out.append(Moved(key, "grade", was, f))
    out.extend(Moved(key, "gone", f, None) for key, f in old.items() if key not in new)
    return tuple(out)
