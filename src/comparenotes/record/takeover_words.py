"""The takeover table in words and rows, for terminal and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from comparenotes.record.bootstrap import MIN_CASES, Interval
from comparenotes.record.takeover_skill import LATER, Left, left
from comparenotes.record.takeovers import HORIZONS, Path, Table, takeovers
from comparenotes.words import day, signed

HEADINGS = ["", "n", "countries", "against the start", "against controls (90% interval)", "n"]
NAMES = {
    "government": "Governing parties",
    "opposition": "Main opposition parties",
    "candidate": "Presidential candidates replaced or succeeded",
}
CLOCKS = {
    "announced": "from the day the departure was announced",
    "takeover": "from the day the successor took over",
}
RULE = (
    "Support is the mean of the polls of 30 days, each firm once, against 45 days before day 0. "
    "Controls are parties of the same role that kept their leader, as far down (3 points) and as "
    "far from the vote (120 days). A path ends at the party's next change."
)

Grid = tuple[list[str], list[list[str]]]


def horizon_words(horizon: str) -> str:
    """Return ``after 30 days``, ``on the eve`` or ``in the result``."""
    named = {"0": "day 0", "eve": "on the eve", "result": "in the result"}
    return named.get(horizon, f"after {horizon} days")


def span(x: Interval) -> str:
    """Return an estimate with its interval, or a dash where there are too few cases."""
    if x.estimate is None or x.lo90 is None or x.hi90 is None:
        return "–"
    return f"{signed(x.estimate)} ({signed(x.lo90)} to {signed(x.hi90)})"


def grid(table: Table) -> Grid:
    """Return one table: a row a horizon."""
    rows = [
        [
            horizon_words(r.horizon),
            str(r.plain.n),
            str(r.countries),
            span(r.plain),
            span(r.against),
            str(r.against.n),
        ]
        for r in table.rows
        if r.plain.n
    ]
    return list(HEADINGS), rows


def case_rows(paths: Sequence[Path]) -> Grid:
    """Return the cases one by one: who, when, and support against the start."""
    head = ["campaign", "from", "to", "day 0", *(horizon_words(h) for h in HORIZONS[1:])]
    rows = []
    for p in paths:
        c = p.change
        moved = [signed(p.moved[h]) if h in p.moved else "–" for h in HORIZONS[1:]]
        rows.append([c.case, c.before, c.after, p.zero.isoformat(), *moved])
    return head, rows


def office_line(table: Table) -> str:
    """Return who kept the leading office, against controls."""
    o = table.office()
    if not o["n"]:
        return ""
    told = f"{o['kept']} of {o['n']} kept the leading office"
    if o["controls_share"] is None:
        return f"{told}."
    gap = o["difference"]
    if gap["estimate"] is None:
        return f"{told}; of their controls {100 * o['controls_share']:.0f}% did."
    return (
        f"{told}; of their controls {100 * o['controls_share']:.0f}% did. Difference "
        f"{signed(gap['estimate'], 0)} percentage points "
        f"({signed(gap['lo90'], 0)} to {signed(gap['hi90'], 0)})."
    )


def skill_line(found: Left) -> str:
    """Return what was left of the first month, and whether that can be foreseen."""
    when = "a year later" if found.horizon == "365" else "in the result"
    head = (
        f"Of {found.gained} that stood higher after 30 days, {found.above} still stood above "
        f"their start {when} and {found.half} had half of the gain or more."
    )
    if not found.against:
        return f"{head} Skill: {found.verdict}."
    told = "; ".join(
        f"{name} {signed(x)} ({signed(lo)} to {signed(hi)})"
        for name, (x, lo, hi) in found.against.items()
    )
    return (
        f"{head} Foreseen from the first 30 days, forward in time ({found.tested} cases in "
        f"{found.countries} countries): {found.verdict}. Root mean square error saved against "
        f"{told}, in points."
    )


def sections(as_of: date, home: Sequence[Path] = ()) -> list[tuple[str, list[str], Grid | None]]:
    """Return heading, lines and table of each part, the headline clock first."""
    out: list[tuple[str, list[str], Grid | None]] = []
    for clock, words in CLOCKS.items():
        for group, table in takeovers(as_of, clock).items():
            n, countries = len(table.paths), table.countries
            where = "one country" if countries == 1 else f"{countries} countries"
            heading = f"{NAMES[group]}, {words}: {n} in {where}"
            lines = [RULE] if not out else []
            if n and n < MIN_CASES:
                out.append((heading, [*lines, "Cases, not rates."], case_rows(table.paths)))
                continue
            tail = [office_line(table), *(skill_line(left(table.paths, h)) for h in LATER)]
            lines += [x for x in tail if x]
            lines += [f"Left out: {why} ({count})." for why, count in table.left_out.items()]
            out.append((heading, lines, grid(table)))
    if home:
        lines = [_home_line(p) for p in home]
        out.append(("This campaign", lines, case_rows(home)))
    return out


def _home_line(p: Path) -> str:
    c = p.change
    start = f"{signed(p.start)} points against the last result 45 days before"
    gap = [
        f"{signed(p.moved[h] - p.controls[h])} against controls {horizon_words(h)}"
        for h in HORIZONS
        if h in p.controls
    ]
    told = "; ".join(gap) if gap else "no three controls stood as far down as far from the vote"
    return f"{c.before} to {c.after}, day 0 {day(p.zero)}: {start}; {told}."


def to_dict(as_of: date, home: Sequence[Path] = ()) -> dict[str, object]:
    """Return the JSON form: both clocks, every group, cases, skill, home."""
    return {
        "as_of": as_of.isoformat(),
        "rule": RULE,
        "headline_clock": "announced",
        "tables": [t.to_dict() for clock in CLOCKS for t in takeovers(as_of, clock).values()],
        "skill": [
            {"clock": clock, "group": g, **left(t.paths, h).to_dict()}
            for clock in CLOCKS
            for g, t in takeovers(as_of, clock).items()
            for h in LATER
        ],
        "home": [p.to_dict() for p in home],
    }
