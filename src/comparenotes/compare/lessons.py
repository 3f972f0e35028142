"""Lessons: which rules fire on a comparison, and the figures their sentences are made of.

A rule fires only where the findings it needs are there: without a finding that a lesson
cites, the lesson changes or goes. Nothing later than the as-of date is read.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from comparenotes.campaigns.snapshot import known_on
from comparenotes.compare.finding import Finding
from comparenotes.compare.lesson import Draft, Lesson, Reason
from comparenotes.compare.lesson_rules import DOWN, POINTS, REQUIRED, RULES, Cell, Rule, rule
from comparenotes.compare.lesson_scores import PastCase, bounce_score, score, usual_error
from comparenotes.compare.lesson_words import lesson
from comparenotes.compare.sister_hits import sisters
from comparenotes.compare.views import View
from comparenotes.record import before
from comparenotes.record.green_money import green_money
from comparenotes.record.standing import last_share
from comparenotes.record.support import sides
from comparenotes.record.takeover_home import home_paths
from comparenotes.record.takeovers import Path, takeovers
from comparenotes.words.places import COUNTRIES

if TYPE_CHECKING:
    from comparenotes.compare.comparison import Comparison

RECENT = timedelta(days=400)
"""A change of leader is still worth a lesson so long."""
REVIEW = timedelta(days=270)
SIX_WEEKS = timedelta(days=42)
HALF_YEAR = timedelta(days=180)
SOON = 60
"""So near the vote a standing is no longer read against terms."""
LARGE = 10.0
MONEY = "us-2024"
ISSUE_SHARE = 3.0
"""Smallest difference of interest of an issue's share (points of sentences): what a reader
of two manifestos would notice."""
ISSUES = {"migration": "migration", "green": "the green agenda"}
MANY = 3
MOST = 6
"""At most so many lessons stand on a page."""


@dataclass(frozen=True, eq=False)
class Reader:
    """A comparison as one side of home reads it."""

    c: Comparison
    role: str  # governs, opposes

    @cached_property
    def view(self) -> View | None:
        """Return home's race."""
        return self.c.views.get(self.c.home.id)

    @cached_property
    def sides(self) -> dict[str, str]:
        """Return home's contender by role: government, opposition."""
        return dict(sides(known_on(self.c.home, self.day)))

    @property
    def day(self) -> date:
        """Return the day home is read on."""
        return self.c.facts[self.c.home.id].day

    @property
    def vote(self) -> date:
        """Return home's polling day."""
        return self.c.facts[self.c.home.id].election_date

    def cell(self, role: str) -> Cell:
        """Return the cell of something that happened to a side of home."""
        own = (role == "government") == (self.role == "governs")
        return self.role, "own" if own else "rival"

    def name(self, contender: str) -> str:
        """Return a contender's name."""
        return self.c.home.contender(contender).name

    def until(self, day: date) -> date:
        """Return a first day to look at: after today, and at the latest polling day."""
        return min(max(day, self.day + timedelta(days=1)), self.vote)

    def finding(self, needs: str) -> int | None:
        """Return the number of the first finding of a kind, or with a key, of ``needs``."""
        for wanted in needs.split("|"):
            for n, f in enumerate(self.c.findings, 1):
                usable = f.estimate is not None or f.kind in ("message", "record")
                if not f.failed and usable and (f.kind == wanted or _keyed(f, wanted)):
                    return n
        return None

    def get(self, n: int) -> Finding:
        """Return finding ``n``."""
        return self.c.findings[n - 1]


def _keyed(f: Finding, wanted: str) -> bool:
    return ":" in wanted and (f.key == wanted or f.key.startswith(f"{wanted}:"))


def _for_against(cases: list[tuple[str, bool]]) -> Reason | None:
    """Return one case for and one against, the first of each."""
    yes = next((case_name(c) for c, held in cases if held), None)
    no = next((case_name(c) for c, held in cases if not held), None)
    if yes and no:
        return Reason("for_against", {"case_for": yes, "case_against": no})
    if yes:
        return Reason("for_only", {"case_for": yes})
    return Reason("against_only", {"case_against": no}) if no else None


def case_name(case: str) -> str:
    """Return ``Germany 1994`` for ``de-1994``, and with a party ``Moderates, Sweden 1982``."""
    campaign, _, party = case.partition(" ")
    code, _, when = campaign.partition("-")
    country = COUNTRIES.get(code.upper())
    place = f"{country} {when}" if country else campaign
    return f"{party}, {place}" if party else place


def _near(cases: tuple[PastCase, ...], size: float) -> list[tuple[str, bool]]:
    """Return the eligible cases nearest in size to home's, nearest first."""
    own = sorted((c for c in cases if c.eligible), key=lambda c: (abs(c.size - size), c.case))
    return [(c.case, c.held) for c in own]


def _kept(reasons: list[Reason | None]) -> tuple[Reason, ...]:
    return tuple(r for r in reasons if r is not None)


def _leads_to(reader: Reader, paths: list[Path]) -> Path | None:
    """Return the change the lesson is about: the reader's own latest, else the rival's."""
    recent = [
        p
        for p in paths
        if p.change.group != "candidate"
        and p.zero <= reader.day <= p.zero + RECENT
        and _gain(p) is not None
    ]
    recent.sort(key=lambda p: (reader.cell(p.change.group)[1] == "own", p.zero))
    return recent[-1] if recent else None


def _gain(p: Path) -> float | None:
    gain = p.moved.get("30")
    return gain if gain is not None and gain > POINTS else None


def _own_gain(reader: Reader, own: Path, gain: float, n: int) -> Reason:
    """Return home's own gain, and how much of it came with the day itself."""
    party = own.change.party
    event = reader.view.event if reader.view is not None else None
    fields: dict[str, object] = {"party": reader.name(party), "gain": gain}
    if event is None or event.contender != party:
        return Reason("bounce_home", fields, n)
    return Reason("bounce_jump", {**fields, "jump": event.effect}, n)


def bounce(reader: Reader) -> Draft | None:
    """Draft the lesson on a change of leader at home within :data:`RECENT`."""
    n = reader.finding("change")
    if n is None:
        return None
    own = _leads_to(reader, home_paths(reader.c.home, reader.day, "takeover"))
    if own is None:
        return None
    r, group = rule("bounce"), own.change.group
    cell = reader.cell(group)
    table = takeovers(reader.day, "takeover")[group]
    first, end = table.row("30"), takeovers(reader.day)[group].row("result")
    gain, base = _gain(own), last_share(reader.c.home, own.change.party)
    told = bounce_score(reader.day, group)
    if first is None or first.against.estimate is None or gain is None or base is None:
        return None
    moved = [p for p in table.paths if "30" in p.moved]
    up = [p for p in moved if p.moved["30"] > 0]
    ended = sorted(
        (p for p in up if "result" in p.controls),
        key=lambda p: (-p.zero.toordinal(), p.change.case),
    )
    cases = [(p.change.case, p.moved["result"] - p.controls["result"] < POINTS) for p in ended]
    which = "bounce_gain" if group == "government" else "bounce_gain_opposition"
    reasons: list[Reason | None] = [
        Reason(
            which,
            {
                "up": len(up),
                "n": len(moved),
                "gap": first.against.estimate,
                "lo": first.against.lo90,
                "hi": first.against.hi90,
            },
        ),
        _own_gain(reader, own, gain, n),
        Reason(
            "bounce_result",
            {
                "gap": end.against.estimate,
                "lo": end.against.lo90,
                "hi": end.against.hi90,
            },
        )
        if end is not None and end.against.estimate is not None
        else None,
        _for_against(cases),
    ]
    level = base + own.start + gain / 2
    return Draft(
        rule=r,
        cell=cell,
        fields={
            "party": reader.name(own.change.party),
            "start_day": own.change.announced or own.change.day,
            "level": f"{level:.1f}%",
        },
        reasons=_kept(reasons),
        number=round(level, 1),
        day=reader.until(own.zero + REVIEW),
        score=told,
        cases=len(table.paths),
        cases_unit="changes of leader",
    )


def standing(reader: Reader) -> Draft | None:
    """Draft the lesson on how far the government stands from its last result."""
    view, n = reader.view, reader.finding("result|record:path|standing")
    swing = view.swing() if view is not None else None
    togo = (reader.vote - reader.day).days
    if view is None or n is None or swing is None or view.focus is None or togo < SOON:
        return None
    far = swing.mean <= DOWN
    r = rule("standing" if far else "standing_high")
    cell = reader.cell("government")
    days = 730 if togo > (730 + 365) // 2 else 365
    told = score(r.id, reader.day, days)
    share = view.share(view.focus)
    if cell not in r.wording or told is None or share is None or told.base is None:
        return None
    own = before.known(reader.day).filter(
        (pl.col("role") == "government") & (pl.col("days") == days) & pl.col("last").is_not_null()
    )
    gap = pl.col("share") - pl.col("last")
    own = own.filter(gap <= DOWN if far else gap > DOWN)
    stood = (own["share"] - own["last"]).mean()
    ended = (own["result"] - own["last"]).mean()
    level = share.mean + (POINTS if far else -POINTS)
    turned = -swing if swing.mean < 0 else swing
    reasons: list[Reason | None] = [
        Reason(
            "standing",
            {
                "party": view.name(view.focus),
                "down": turned.mean,
                "side": "below" if swing.mean < 0 else "above",
                "lo": turned.lo90,
                "hi": turned.hi90,
                "days": togo,
            },
            n,
        ),
        Reason(
            "standing_record",
            {
                "when_cap": told.when[:1].upper() + told.when[1:],
                "held": told.held,
                "n": told.n,
                "words": "that far down" if far else "not far down",
                "way": "higher" if far else "lower",
                "base": told.base,
            },
        ),
        Reason("standing_mean", {"stood": stood, "ended": ended})
        if isinstance(stood, float) and isinstance(ended, float)
        else None,
        _for_against(_near(told.cases, swing.mean)),
    ]
    year = reader.vote - timedelta(days=365)
    return Draft(
        rule=r,
        cell=cell,
        fields={"party": view.name(view.focus), "level": f"{level:.1f}%"},
        reasons=_kept(reasons),
        number=round(level, 1),
        day=reader.until(
            min(year, reader.day + 2 * HALF_YEAR) if year > reader.day else reader.vote
        ),
        score=told,
        cases=told.n,
        cases_unit="governments",
    )


def poll_error(reader: Reader) -> Draft | None:
    """Draft the lesson on a lead smaller than the error of the last polls; none on a larger one."""
    view, n, m = reader.view, reader.finding("standing"), reader.finding("poll_error")
    lead = view.race.lead if view is not None else None
    limit, told = usual_error(reader.day, 1), score("poll_error", reader.day, 1)
    if view is None or lead is None or n is None or m is None or limit is None or told is None:
        return None
    lo, hi = lead.voters_lo90, lead.voters_hi90
    if abs(lead.mean) >= limit or math.isnan(lo + hi) or told.base is None:
        return None
    miss = reader.get(m)
    away = reader.c.facts[miss.away[0]].name if miss.away else ""
    size, ends = abs(miss.estimate or 0.0), sorted((miss.lo90 or 0.0, miss.hi90 or 0.0))
    if (miss.estimate or 0.0) < 0:
        ends = [-ends[1], -ends[0]]
    leader, chaser = view.name(lead.leader), view.name(lead.runner_up)
    reasons: list[Reason | None] = [
        Reason(
            "lead",
            {
                "leader": leader,
                "chaser": chaser,
                "lead": lead.mean,
                "lo": lead.lo90,
                "hi": lead.hi90,
            },
            n,
        ),
        Reason(
            "lead_record",
            {"held": told.held, "n": told.n, "base": told.base},
        ),
        Reason("miss", {"away": away, "miss": size, "lo": ends[0], "hi": ends[1]}, m),
        _for_against(_near(told.cases, lead.mean)),
    ]
    return Draft(
        rule=rule("poll_error"),
        cell=reader.cell("government"),
        fields={
            "lo": _ahead(lo),
            "hi": _ahead(hi),
            "leader": leader,
            "chaser": chaser,
            "error": limit,
        },
        reasons=_kept(reasons),
        number=round(limit, 1),
        day=reader.until(reader.day + SIX_WEEKS),
        score=told,
        cases=told.n,
        cases_unit="leads",
    )


def _ahead(x: float) -> str:
    return f"{abs(x):.1f} points {'ahead' if x >= 0 else 'behind'}"


def second_term(reader: Reader) -> Draft | None:
    """Draft the lesson on the rate of home's class; none under 15 cases."""
    from comparenotes.compare.record_provider import record_of_finding

    n = reader.finding("record:kept")
    cell, term = reader.cell("government"), reader.c.facts[reader.c.home.id].term
    f = reader.get(n) if n is not None else None
    own = record_of_finding(f) if f is not None else None
    told = score("second_term", reader.day, term=min(term or 1, 3))
    if f is None or own is None or f.estimate is None or told is None or not f.cases:
        return None
    rows = own.cases.frame.sort("date", descending=True).to_dicts()
    kept = round(f.estimate * f.cases / 100)
    change = next((x for x in own.rates if x.group == "leader changed in the term"), None)
    reasons: list[Reason | None] = [
        Reason("class", {"kept": kept, "n": f.cases, "lost": f.cases - kept}, n),
        Reason("class_change", {"kept": change.count, "n": change.n})
        if change is not None and change.count is not None and own.profile.changed_in_term
        else None,
        _for_against([(r["case"], bool(r["kept_office"])) for r in rows]),
    ]
    return Draft(
        rule=rule("second_term"),
        cell=cell,
        fields={
            "rate": f"{f.estimate:.0f}%",
            "lost": f"{100 - f.estimate:.0f}",
        },
        reasons=_kept(reasons),
        number=round(f.estimate, 1),
        day=reader.vote,
        score=told,
        cases=f.cases,
        cases_unit="governments",
    )


def timing(reader: Reader) -> Draft | None:
    """Draft the lesson on an early vote, where the date is not fixed and the vote is far."""
    sheet = reader.c.facts[reader.c.home.id]
    n = reader.finding("change|standing")
    told, limit = score("timing", reader.day), usual_error(reader.day, 1)
    far = sheet.days_to_go > HALF_YEAR.days
    if sheet.date_status == "fixed" or sheet.office != "parliament" or not far:
        return None
    if n is None or told is None or told.base is None or limit is None:
        return None
    latest = [(c.case, c.held) for c in reversed(told.cases) if c.eligible]
    latest.sort(key=lambda x: x[0][3:], reverse=True)
    reasons: list[Reason | None] = [
        Reason("early", {"held": told.held, "n": told.n, "base": told.base}, n),
        Reason("early_studies", {}) if reader.day.year > 2016 else None,
        Reason("early_blind", {}),
        _for_against(latest),
    ]
    return Draft(
        rule=rule("timing"),
        cell=reader.cell("government"),
        fields={"error": limit},
        reasons=_kept(reasons),
        number=round(limit, 1),
        day=reader.until(reader.day + SIX_WEEKS),
        score=told,
        cases=told.n,
        cases_unit="early votes",
    )


def seats_now(reader: Reader) -> Draft | None:
    """Draft the lesson on seats, where three large contenders meet a rule that is not linear."""
    view, n = reader.view, reader.finding("standing")
    ahead = view.race.forecast if view is not None else None
    sheet = reader.c.facts[reader.c.home.id]
    role = "government" if reader.role == "governs" else "opposition"
    party = reader.sides.get(role)
    if view is None or ahead is None or ahead.seats_now is None or n is None or party is None:
        return None
    if len(sheet.large) < MANY or sheet.system not in ("fptp", "mixed", "preferential"):
        return None
    now = ahead.seats_now.filter(pl.col("contender") == party)
    then = ahead.seats.filter(pl.col("contender") == party) if ahead.seats is not None else None
    if now.is_empty():
        return None
    row = now.row(0, named=True)
    reasons: list[Reason | None] = [_seats("seats", reader.name(party), row, n)]
    if then is not None and then.height:
        reasons.append(_seats("seats_then", reader.name(party), then.row(0, named=True), None))
    level = round(row["hi90"])
    return Draft(
        rule=rule("seats_now"),
        cell=(reader.role, "own"),
        fields={"party": reader.name(party), "level": level},
        reasons=_kept(reasons),
        number=float(level),
        day=reader.until(reader.day + HALF_YEAR),
        cases=reader.get(n).cases,
        cases_unit="polls",
    )


def _seats(key: str, party: str, row: dict[str, float], n: int | None) -> Reason:
    told = {k: round(row[x]) for k, x in (("mean", "mean"), ("lo", "lo90"), ("hi", "hi90"))}
    return Reason(key, {"party": party, **told}, n)


def challenger(reader: Reader) -> Draft | None:
    """Draft the lesson on the largest contender outside the two main sides, over 10%."""
    view, n = reader.view, reader.finding("standing")
    sheet = reader.c.facts[reader.c.home.id]
    main = set(reader.sides.values())
    outside = [c for c in sheet.large if c not in main]
    togo = (reader.vote - reader.day).days
    if view is None or n is None or not outside or len(main) < 2 or togo < SOON:
        return None
    who, days = outside[0], 730 if togo > (730 + 365) // 2 else 365
    share, told = view.share(who), score("challenger", reader.day, days)
    if share is None or share.mean < LARGE or told is None or told.base is None:
        return None
    name = reader.name(who)
    reasons: list[Reason | None] = [
        Reason(
            "challenger",
            {"challenger": name, "share": share.mean, "lo": share.lo90, "hi": share.hi90},
            n,
        ),
        Reason(
            "challenger_record",
            {
                "when_cap": told.when[:1].upper() + told.when[1:],
                "held": told.held,
                "n": told.n,
                "base": told.base,
            },
        ),
        _for_against(_near(told.cases, share.mean)),
    ]
    return Draft(
        rule=rule("challenger"),
        cell=(reader.role, "rival"),
        fields={"challenger": name, "level": f"{share.mean:.1f}%"},
        reasons=_kept(reasons),
        number=round(share.mean, 1),
        day=reader.until(reader.day + HALF_YEAR),
        score=told,
        cases=told.n,
        cases_unit="challengers",
    )


def sister(reader: Reader) -> Draft | None:
    """Draft the lesson on learning from a party of one's own family."""
    role = "government" if reader.role == "governs" else "opposition"
    party, n = reader.sides.get(role), reader.finding("result|record:pair")
    family = reader.c.home.contender(party).family if party is not None else None
    kin = [a for a in reader.c.away if family and reader.c.facts[a.id].family == family]
    s, told = sisters("all", reader.day), score("sisters", reader.day)
    if not kin or n is None or s is None or told is None or family == "other":
        return None
    other = len(reader.c.away) - len(kin)
    return Draft(
        rule=rule("sisters"),
        cell=(reader.role, "own"),
        fields={"n_other": other, "n_away": len(reader.c.away)},
        reasons=(
            Reason("sister", {"away": reader.c.facts[kin[0].id].name}, n),
            Reason("sister_record", {"same": s.same, "n": s.pairs_same, "other": s.other}),
        ),
        number=float(other),
        day=reader.until(reader.day + timedelta(days=1)),
        score=told,
        cases=told.n,
        cases_unit="past pairs",
    )


def issue(reader: Reader, which: Rule) -> Draft:
    """Draft the row of an issue, which is there with and without texts."""
    from comparenotes.compare.message_told import about, without_texts

    cell = reader.cell("government")
    said = [
        (n, f)
        for n, f in enumerate(reader.c.findings, 1)
        if (told := about(f)) is not None and told.issue == which.id
    ]
    measured = [(n, f) for n, f in said if f.estimate is not None]
    day = reader.until(reader.day + HALF_YEAR)
    place = _places(reader) if which.id == "green" else []
    if measured:
        _, first = measured[0]
        level = _moved_share(reader, which, first)
        return Draft(
            rule=which,
            cell=cell,
            fields={"level": f"{level:.1f}"},
            reasons=(
                *(
                    Reason("texts", {"headline": f.headline.rstrip(".")}, n)
                    for n, f in measured[:2]
                ),
                *place,
            ),
            number=round(level, 1),
            day=day,
            cases=first.cases,
            cases_unit="texts",
        )
    missing = [
        (n, campaign)
        for n, f in enumerate(reader.c.findings, 1)
        if (campaign := without_texts(f)) is not None
    ]
    reasons = [
        Reason(
            "no_texts",
            {"missing": _missing(reader, campaign)},
            n,
        )
        for n, campaign in missing
    ]
    if not reasons:
        reasons = [Reason("no_issue", {}, said[0][0] if said else None)]
    return Draft(
        rule=which,
        cell=cell,
        fields={"issue": ISSUES[which.id], "home": reader.c.home.id},
        reasons=(*reasons[:2], *place),
        number=5.0,
        day=reader.until(reader.day + timedelta(days=1)),
        full=False,
    )


def _moved_share(reader: Reader, which: Rule, f: Finding) -> float:
    """Return the share of sentences (per cent) that would be another than home's today.

    It lies the smallest difference of interest away: below for a rival who leaves the issue,
    never under half of today's; above for a side that takes it up.
    """
    rows = [r for r in f.data if r.get("share") is not None]
    own = [r for r in rows if r.get("campaign") == reader.c.home.id] or rows
    now = float(own[0]["share"]) if own else 0.0
    leaves = which.id == "migration" and reader.cell("government") == ("governs", "own")
    return max(now - ISSUE_SHARE, now / 2) if leaves else now + ISSUE_SHARE


def _places(reader: Reader) -> list[Reason]:
    """Return what the money did by place, where that campaign is compared and its vote is over."""
    if MONEY not in {a.id for a in reader.c.away}:
        return []
    found = green_money(reader.day)
    if not found:
        return []
    d = found[0]
    return [Reason("green_money", {"gap": d.difference, "lo": d.lo90, "hi": d.hi90})]


def _missing(reader: Reader, campaign: str) -> str:
    sheet = reader.c.facts.get(campaign)
    return sheet.name if sheet is not None else campaign


MAKERS: tuple[Callable[[Reader], Draft | None], ...] = (
    *(bounce, standing, poll_error, second_term, timing, seats_now, challenger, sister),
)


def lessons(c: Comparison, role: str = "governs") -> tuple[Lesson, ...]:
    """Return what follows for home: lessons, then the issues, then what is below the line."""
    reader = Reader(c, role)
    made = [m(reader) for m in MAKERS] + [issue(reader, rule(r)) for r in REQUIRED]
    drafts = [d for d in made if d is not None and d.cell in d.rule.wording]
    order = {r.id: r.decides for r in RULES}
    told = sorted((lesson(d) for d in drafts), key=lambda x: (x.below, order[x.rule]))
    seen: set[str] = set()
    out = []
    for x in told:  # one a family
        if x.family not in seen:
            out.append(x)
            seen.add(x.family)
    return tuple(out)


def on_page(found: tuple[Lesson, ...], most: int = MOST) -> tuple[Lesson, ...]:
    """Return four to six lessons for a page: migration and green among them, best first."""
    required = [x for x in found if x.rule in REQUIRED]
    others = [x for x in found if x.rule not in REQUIRED]
    firm = [x for x in others if not x.below]
    weak = [x for x in others if x.below]
    chosen = (firm + weak)[: most - len(required)]
    above = [x for x in chosen if not x.below]
    return (*above, *required, *(x for x in chosen if x.below))
