"""Documentation tables of what was tested on the record: skill or none is printed either way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lab.markdown import markdown
from lab.record import cruise, economy, moving
from lab.record.forward import Score

from comparenotes.record.leaders import HOW, coverage, takeovers
from comparenotes.words import signed

DEMOCRACIES = (("older", "older"), ("newer", "newer"), ("all", None))
_SCORES = ["democracies", "rule", "n", "Brier", "base rate", "gain on the base rate (90%)"]
_SCORES += ["gain on one half (90%)", "gain in vote error, points (90%)", "verdict"]


def _interval(x: tuple[float, float, float] | None, digits: int) -> str:
    if x is None:
        return "–"
    mean, lo, hi = (signed(v, digits) for v in x)
    return f"{mean} ({lo} to {hi})"


def _score_row(name: str, s: Score) -> list[str]:
    brier = ["–", "–"] if s.brier is None else [f"{s.brier:.4f}", f"{s.base_brier:.4f}"]
    gains = [_interval(s.base, 4), _interval(s.coin, 4), _interval(s.change, 2)]
    return [name, s.rule, str(s.n), *brier, *gains, s.verdict]


def _score_table(rows: Sequence[tuple[str, Score]]) -> str:
    return markdown(_SCORES, [_score_row(name, s) for name, s in rows])


def moving_table(as_of: date) -> str:
    """Return the scores of a rate that moves with time, without and with polls."""
    return _score_table([(name, s) for name, d in DEMOCRACIES for s in moving.scores(as_of, d)])


def economy_table(as_of: date) -> str:
    """Return the slopes of the vote change on the economy, and its scores for keeping office."""
    slopes = [
        [
            *(name, s.feature, str(s.n)),
            _interval((s.estimate, s.lo90, s.hi90), 2),
        ]
        for name, d in DEMOCRACIES
        for s in economy.vote_slopes(as_of, d)
    ]
    first = markdown(["democracies", "one point more of", "n", "vote change, points (90%)"], slopes)
    scores = _score_table([(name, s) for name, d in DEMOCRACIES for s in economy.scores(as_of, d)])
    return f"{first}\n\n{scores}"


def cruise_table(as_of: date) -> str:
    """Return the test of cruise and crash."""
    rows, lines = [], []
    for name, d in DEMOCRACIES:
        found = cruise.cruise(as_of, d)
        for m in found.means:
            told = None
            if m.estimate is not None and m.lo90 is not None and m.hi90 is not None:
                told = (m.estimate, m.lo90, m.hi90)
            steady = "" if m.implied is None else signed(m.implied)
            rows.append([name, m.what, str(m.n), _interval(told, 1), steady])
        gain = _interval(found.gain, 3)
        warns = found.warns
        lines.append(
            f"- {name}: log score of level and crash less that of a steady decline {gain}, "
            f"n = {found.tested_on}: {found.verdict}. A fall at the last vote as a warning of "
            f"losing office: gain in Brier score {_interval(warns.base, 4)}, n = {warns.n}: "
            f"{warns.verdict}."
        )
    headings = ["democracies", "vote at which the party", "n", "change, points (90%)"]
    table = markdown([*headings, "a steady decline implies"], rows)
    return table + "\n\n" + "\n".join(lines)


def leaders_table(as_of: date) -> str:
    """Return what the table of leaders holds, and the changes in governing parties by kind."""
    rows = [[k, f"{v:,}"] for k, v in coverage(as_of).items()]
    first = markdown(["leaders", "count"], rows)
    found = takeovers(as_of)
    kinds = [
        [
            *(how, words, str(sum(t.how == how for t in found))),
            str(sum(t.how == how and t.head for t in found)),
        ]
        for how, words in HOW.items()
    ]
    other = [t for t in found if t.how is None]
    kinds.append(
        ["–", "not typed: heads of government", str(len(other)), str(sum(t.head for t in other))]
    )
    second = markdown(
        ["how", "meaning", "changes in governing parties", "new head of government"], kinds
    )
    return f"{first}\n\n{second}"


TABLES = {
    "moving-rate": moving_table,
    "cruise-crash": cruise_table,
    "economy": economy_table,
    "leaders": leaders_table,
}
"""Names under which ``python -m lab.record`` prints them."""
