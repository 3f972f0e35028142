"""The generated tables of ``docs/record.md``: ``python -m lab.record NAME --as-of DATE``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
from lab.markdown import markdown
from lab.record import tested_tables
from lab.record.emphasis import emphasis_and_outcome
from lab.record.helped import helped, scores

from comparenotes.campaigns.snapshot import today
from comparenotes.errors import CompareNotesError
from comparenotes.record import tables
from comparenotes.record.classes import FROM
from comparenotes.record.green_money import green_money
from comparenotes.record.rates import Rate, kept_office, vote_change
from comparenotes.record.skill import skill
from comparenotes.record.takeover_words import sections
from comparenotes.record.words import change_cell, share_cell
from comparenotes.words import number, signed


def doc_table(name: str, manifesto: str | None, as_of: date | None) -> str:
    """Return one table of the documentation as Markdown."""
    day = as_of or today()
    if name == "emphasis":
        if manifesto is None:
            raise CompareNotesError(
                "this table needs your copy of the Manifesto Project's file",
                hint="add --manifesto FILE",
            )
        return emphasis_table(Path(manifesto), day)
    return TABLES[name](day)


def _row(name: str, frame: pl.DataFrame) -> list[str]:
    kept: Rate = kept_office(frame, name)
    vote: Rate = vote_change(frame, name)
    gone = frame.filter(pl.col("stood") == "no").height
    return [
        *(name, str(frame.height), str(frame["country"].n_unique()), share_cell(kept)),
        *(change_cell(vote), str(gone)),
    ]


def base_rates_table(as_of: date) -> str:
    """Return base rates by term, kind of democracy, family, region, system, period, leader."""
    known = tables.cases(as_of).filter(pl.col("date") >= FROM)
    old = known.filter(pl.col("democracy") == "older")
    first = old.filter((pl.col("term") == 1) & pl.col("full_term"))
    parliament = pl.col("office") == "parliament"
    rows = [
        _row("**older democracies**, first full terms", first),
        _row("… parliaments only", first.filter(parliament)),
        _row("… without caretakers on the day", first.filter(parliament & ~pl.col("caretaker"))),
        _row(
            "first terms begun in mid-term",
            old.filter((pl.col("term") == 1) & ~pl.col("full_term")),
        ),
        _row("second terms", old.filter(pl.col("term") == 2)),
        _row("third and later terms", old.filter(pl.col("term") >= 3)),
    ]
    new = known.filter(pl.col("democracy") == "newer")
    east = new.filter(pl.col("region") == "Central and eastern")
    rows += [
        _row(
            "**central and eastern Europe**, first full terms",
            east.filter((pl.col("term") == 1) & pl.col("full_term")),
        ),
        _row("… second and later terms", east.filter(pl.col("term") >= 2)),
    ]
    for column, title in (
        ("family", "party family"),
        ("region", "region"),
        ("system", "electoral system"),
    ):
        rows.append([f"**first full terms, older democracies, by {title}**", *[""] * 5])
        values = (
            first.group_by(column, maintain_order=True)
            .len()
            .sort("len", column, descending=[True, False])
        )
        rows += [
            _row(str(v), first.filter(pl.col(column) == v)) for v in values[column] if v is not None
        ]
    rows.append(["**… by period and leader**", *[""] * 5])
    rows += [
        _row("1950 to 1979", first.filter(pl.col("date") < date(1980, 1, 1))),
        _row(
            "1980 to 1999",
            first.filter(pl.col("date").is_between(date(1980, 1, 1), date(1999, 12, 31))),
        ),
        _row("2000 on", first.filter(pl.col("date") >= date(2000, 1, 1))),
        _row("leader changed in the term", first.filter(pl.col("changed_in_term"))),
        _row("leader not changed", first.filter(~pl.col("changed_in_term"))),
    ]
    headings = [
        "class",
        "n",
        "countries",
        "kept office (90%)",
        "vote, points (90%)",
        "not standing",
    ]
    return markdown(headings, rows)


def skill_table(as_of: date) -> str:
    """Return the skill of nearest cases by kind of democracy."""
    rows = []
    for name, democracy in (("older", "older"), ("newer", "newer"), ("all", None)):
        s = skill(as_of, democracy)
        if s.brier is None:
            rows.append([name, str(s.k), str(s.tested_on), *["too few to say"] * 4, s.verdict])
            continue
        against = [("the base rate", s.tested_on, vars(s))]
        against += [(a["rule"], a["n"], dict(a)) for a in s.against]
        for rule, n, a in against:
            other = a.get("other_brier", a.get("base_rate_brier"))
            gain = (
                f"{signed(a['difference'], 4)} ({signed(a['lo90'], 4)} to {signed(a['hi90'], 4)})"
            )
            rows.append(
                [
                    *(name, str(s.k), str(n), rule, f"{a['brier']:.4f}", f"{other:.4f}"),
                    gain,
                    f"{a['rmse']:.1f} / {a.get('other_rmse', a.get('base_rate_rmse')):.1f}",
                ]
            )
        rows.append([f"{name}: {s.verdict}", *[""] * 7])
    headings = ["democracies", "k", "n", "against", "Brier, nearest", "Brier, other", "gain (90%)"]
    return markdown([*headings, "RMSE, points"], rows)


def helped_table(as_of: date) -> str:
    """Return what the record said of 20 past governments, and the scores below it."""
    found = helped(as_of)
    rows = []
    for r in found:
        interval = "–"
        if r.expected is not None:
            interval = f"{signed(r.expected)} ({signed(r.lo80)} to {signed(r.hi80)})"
        rows.append(
            [
                *(r.campaign, str(r.as_of), r.party, f"{number(r.base_rate, 0)}%"),
                *(f"{number(r.nearest, 0)}%", r.path, interval, signed(r.change)),
                *("kept" if r.kept else "lost", {True: "yes", False: "no", None: "–"}[r.covered]),
            ]
        )
    headings = ["campaign", "as of", "governing party", "base rate", "nearest", "path"]
    headings += ["vote expected (80%)", "vote came", "office", "inside"]
    s = scores(found)

    def score(x: tuple[float | None, int], digits: int) -> str:
        return "not told" if x[0] is None else f"{x[0]:.{digits}f} (n = {x[1]})"

    chances = (
        f"Brier score: base rate {score(s['base_rate_brier'], 3)}, nearest cases "
        f"{score(s['nearest_brier'], 3)}, always one half 0.250."
    )
    changes = (
        "Vote change, root mean square error in points: from the standing "
        f"{score(s['standing_rmse'], 1)}, the class's mean change "
        f"{score(s['base_change_rmse'], 1)}, no change {score(s['no_change_rmse'], 1)}."
    )
    lines = [f"{s['governments']} governments, {s['kept']} kept the leading office.", chances]
    lines += [changes, f"The 80% interval held {s['covered'][0]} of {s['covered'][1]} results."]
    return markdown(headings, rows) + "\n\n" + "\n".join(f"- {x}" for x in lines)


def emphasis_table(path: Path, as_of: date) -> str:
    """Return the correlations of issue emphasis with the vote change."""
    found = emphasis_and_outcome(path, as_of, "social democracy")
    rows = [
        [
            *(r.issue, r.family or "all", str(r.n)),
            "–" if r.r is None else f"{r.r:.2f} ({r.lo90:.2f} to {r.hi90:.2f})",
            r.verdict,
        ]
        for r in found.rows
    ]
    return markdown(["issue", "family", "n", "r with vote change (90%)", "verdict"], rows)


def takeovers_table(as_of: date) -> str:
    """Return the table of the documentation as Markdown."""
    parts = []
    for heading, lines, rows in sections(as_of):
        parts.append(f"**{heading}.** {' '.join(lines)}")
        if rows is not None:
            parts.append(markdown(*rows))
    return "\n\n".join(parts)


def green_table(as_of: date) -> str:
    """Return the table as Markdown."""
    rows = [
        [
            d.segment,
            f"{d.most} of {d.states}",
            f"{signed(d.difference, 2)} ({signed(d.lo90, 2)} to {signed(d.hi90, 2)})",
            signed(d.rank_r, 2),
            d.answer,
        ]
        for d in green_money(as_of)
    ]
    head = ["clean investment per voter", "states", "points, most minus others (90%)"]
    return markdown([*head, "rank r", "answer"], rows)


TABLES: dict[str, Callable[[date], str]] = {
    "base-rates": base_rates_table,
    "skill": skill_table,
    **tested_tables.TABLES,
    "helped": helped_table,
    "takeovers": takeovers_table,
    "green-money": green_table,
}
NAMES = (*TABLES, "emphasis")
"""Tables of ``docs/record.md``; the last one needs a file of the user's."""
