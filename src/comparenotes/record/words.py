"""The record in words: headings, sentences and small tables, for terminal and brief.

Every sentence is built from the record's own fields. Winners and losers get equal
room; under 15 cases counts are given, no rates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comparenotes import words
from comparenotes.record.bootstrap import MIN_CASES
from comparenotes.record.path import Path
from comparenotes.record.rates import Rate
from comparenotes.record.report import Record
from comparenotes.record.tables import source_name
from comparenotes.words import day, signed

Table = tuple[list[str], list[list[str]]]
Section = tuple[str, list[str], Table | None]

FEATURE_WORDS = {
    "term": "term",
    "months": "time in office",
    "share_before": "size at the last election",
    "margin_before": "margin of the last victory",
    "fragmentation": "number of parties",
    "family": "family",
    "system": "system",
    "region": "region",
    "office": "office",
    "rival_family": "main rival's family",
    "coalition": "coalition or not",
    "changed_in_term": "leader changed or not",
    "first_before": "came first last time",
    "full_term": "full term or not",
}


def share_cell(r: Rate) -> str:
    """Return ``61% (51 to 70)``, or ``6 of 9`` where there are too few cases for a rate."""
    if r.estimate is None:
        return f"{r.count} of {r.n}" if r.count is not None else "too few to say"
    return words.spread(r.estimate, r.lo90, r.hi90, 0, "%")


def change_cell(r: Rate | None) -> str:
    """Return ``−1.4 (−2.3 to −0.5)`` in points, or that there are too few cases."""
    if r is None:
        return "–"
    if r.estimate is None:
        return "too few to say"
    return words.spread(r.estimate, r.lo90, r.hi90, sign=True)


def rate_table(rates: Sequence[Rate]) -> Table:
    """Return one row a class: cases, how many kept office, mean change of the vote."""
    changes = {r.group: r for r in rates if r.unit == "points"}
    rows = [
        [r.group, f"{r.n:,}", share_cell(r), change_cell(changes.get(r.group))]
        for r in rates
        if r.unit != "points"
    ]
    return ["class", "n", "kept office (90%)", "vote in points (90%)"], rows


def class_lines(x: Record) -> list[str]:
    """Return what the class is and how it ended, both outcomes in one sentence."""
    told = x.cases.frame["kept_office"].drop_nulls()
    kept, lost = int(told.sum()), int((~told).sum())
    facts = x.cases.to_dict()
    span = f", {day(str(facts['from']))} to {day(str(facts['to']))}" if facts["from"] else ""
    ended = (
        f"{facts['n']} cases in {facts['countries']} countries{span}: "
        f"{kept} kept the leading office, {lost} lost it."
    )
    return [f"Class: {x.cases.rule}.", ended]


def age_lines(x: Record) -> list[str]:
    """Return how old the newest poll is, where it is old."""
    if x.old_poll is None:
        return []
    age = (x.profile.as_of - x.old_poll).days
    return [f"The newest poll is {age} days old ({day(x.old_poll)}); home stands where it was."]


def path_lines(path: Path) -> list[str]:
    """Return where home stands on the path of a term."""
    home = path.home
    if not home:
        return ["Home has no polls in the term yet: it cannot be placed on the path."]
    line = (
        f"On {day(home['date'])}, {home['days_in_term']} days into the term, home stood "
        f"{signed(home['standing'])} points against its last result (plain mean of "
        f"{home['polls']} polls of the 30 days before)."
    )
    if home.get("below") is None:
        return [line, f"{home.get('n', 0)} earlier governments had polls then: too few to say."]
    above = home["n"] - home["below"]
    place = (
        f"Of {home['n']} {path.rule}, {home['below']} stood lower at that time and {above} as "
        f"high or higher; their median was {signed(home['median'])}."
    )
    return [line, place]


def from_here_lines(x: Record) -> list[str]:
    """Return what followed from like standings."""
    f = x.from_here
    if f is None:
        return ["Home has no polls: what followed from like standings cannot be told."]
    if f.worth is None:
        return [f.note or "too few to say"]
    worth = (
        f"About {f.horizon:,} days before the vote a point of poll standing was worth "
        f"{f.worth:.2f} points of result (90% interval {f.worth_lo90:.2f} to "
        f"{f.worth_hi90:.2f}; {f.n} elections)."
    )
    ended = (
        f"From a standing of {signed(f.standing)}, the vote changed by {signed(f.expected)} points "
        f"on average against the last result; four in five such elections ended between "
        f"{signed(f.lo80)} and {signed(f.hi80)}."
    )
    return [worth, ended]


def leader_lines(x: Record) -> list[str]:
    """Return what followed a change of leader, with the selection problem."""
    e = x.leader
    if not e.plain:
        return ["Too few cases with a change of leader: cannot be told."]
    lines = [e.note]
    for name, rows in (("Plain comparison", e.plain), ("Matched cases", e.matched)):
        parts = [
            f"{r['what']} {signed(r['difference'])} {r['unit']} "
            f"({signed(r['lo90'])} to {signed(r['hi90'])})"
            for r in rows
        ]
        lines.append(f"{name}, with a change less without: {'; '.join(parts)}; n = {rows[0]['n']}.")
    lines.append(f"Verdict: {e.verdict}. The matching sees only what the record knows.")
    return lines


def skill_lines(x: Record) -> list[str]:
    """Return whether nearest cases predict anything."""
    s = x.skill
    kept, n = x.near_rate()
    first = f"Of the {n} nearest cases {kept} kept the leading office and {n - kept} lost it"
    rate = next((r for r in x.rates if r.unit != "points" and r.estimate is not None), None)
    if rate is not None and n >= MIN_CASES:
        first += f" ({100 * kept / n:.0f}%, against a base rate of {rate.estimate:.0f}%)"
    lines = [f"{first}."]
    if s.brier is None:
        lines.append("Verdict: context, not odds (too few past cases to test it).")
        return lines
    lines.append(
        f"Tested on {s.tested_on} cases since 1995 in {s.countries} countries (k = {s.k}, chosen "
        f"on {s.chosen_on} earlier ones): Brier score {s.brier:.4f} against "
        f"{s.base_rate_brier:.4f} for the base rate, a gain of {signed(s.difference, 4)} "
        f"(90% interval {signed(s.lo90, 4)} to {signed(s.hi90, 4)}); "
        "always saying one half scores 0.2500."
    )
    lines += [
        f"Against {a['rule']} (n = {a['n']}): {signed(a['difference'], 4)} "
        f"({signed(a['lo90'], 4)} to {signed(a['hi90'], 4)}); vote change, root mean square "
        f"error {a['rmse']:.1f} against {a['other_rmse']:.1f} points."
        for a in s.against
    ]
    lines.append(f"Verdict: {s.verdict}.")
    return lines


def near_table(x: Record, shown: int = 10) -> Table:
    """Return the nearest cases with what makes them near and what does not."""
    rows = []
    for c in x.near[:shown]:
        unlike = ", ".join(FEATURE_WORDS[f] for f in c.unlike) or "nothing"
        rows.append(
            [c.case, c.party, c.outcome, signed(c.vote_change), f"{c.distance:.2f}", unlike]
        )
    return ["case", "governing party", "outcome", "vote", "distance", "unlike home in"], rows


def case_table(x: Record, every: bool, each: int = 8) -> Table:
    """Return cases of the class: as many latest winners as losers, or all."""
    frame = x.cases.frame.sort("date", descending=True)
    rows = frame.to_dicts()
    if not every:
        won = [r for r in rows if r["kept_office"] is True][:each]
        lost = [r for r in rows if r["kept_office"] is False][:each]
        rows = sorted(won + lost, key=lambda r: r["date"], reverse=True)
    word = {True: "kept the leading office", False: "lost it", None: "not known"}
    return (
        ["case", "governing party", "family", "vote", "outcome"],
        [
            [
                *(r["case"], r["party_name"], r["family"] or "–", signed(r["vote_change"])),
                word[r["kept_office"]],
            ]
            for r in rows
        ],
    )


def sections(x: Record, every: bool = False) -> Iterator[Section]:
    """Yield heading, sentences and table of each part of the record."""
    p = x.profile
    title = (
        f"{p.party_name}, {p.country_name}: in its {words.ordinal(p.term)} term, "
        f"in office since {day(p.since)}, as of {day(p.as_of)}"
    )
    yield title, [*age_lines(x), *class_lines(x)], None
    rates = [*x.rates, *x.coarse]
    yield (
        "Base rates",
        [],
        rate_table(rates),
    )
    yield "The path of a term", path_lines(x.path), None
    yield "From here", from_here_lines(x), None
    yield "Replacing the leader", leader_lines(x), None
    yield "Nearest cases", skill_lines(x), near_table(x)
    label = "All cases of the class" if every else "The latest winners and losers of the class"
    yield label, [], case_table(x, every)
    sources = sorted({source_name(r) for r in x.cases.frame.to_dicts()})
    yield "Sources", [f"{s}." for s in sources] + ["Each case: cn record --case ID."], None
    if x.left_out:
        lines = [f"{v} cases: {k}." for k, v in x.left_out.items()]
        yield "Left out", lines, None
