"""Issue emphasis of governing parties' platforms, and what followed.

``python -m lab.record.emphasis FILE`` reads the user's own Manifesto Project file. A
governing party's platform is found by country, polling day (within 35 days) and vote share
(within a point, the nearest one, and clearly nearer than the next): the two data
sets have no ids in common.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
import numpy as np
import polars as pl
from lab.record.manifesto import ISSUES, read_manifesto

from comparenotes.campaigns.snapshot import today
from comparenotes.cli.main import run
from comparenotes.cli.options import as_of_option, json_option
from comparenotes.cli.output import console, emit_json, open_campaign, safe
from comparenotes.record import tables
from comparenotes.record.bootstrap import MIN_CASES, cluster_draws
from comparenotes.record.classes import FROM
from comparenotes.record.profile import governing

NEAR_DAYS = timedelta(days=35)
NEAR_POINTS = 1.0
CLEAR = 0.5
"""The second nearest platform must be so many points further off."""


@dataclass(frozen=True)
class Emphasis:
    """One issue: does stressing it go with gains? Correlations with 90% intervals.

    ``r`` is the correlation of the platform's emphasis with the change of the vote;
    ``high`` and ``low`` the mean change for the quarter that stressed it most and
    for the others.
    """

    issue: str
    family: str | None
    n: int
    countries: int
    r: float | None
    lo90: float | None
    hi90: float | None
    high: float | None
    low: float | None
    verdict: str


@dataclass(frozen=True)
class EmphasisAndOutcome:
    """All issues, the number of cases matched, and an account of the file."""

    rows: tuple[Emphasis, ...]
    matched: int
    cases: int
    left_out: Mapping[str, int]
    as_of: date

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "as_of": self.as_of.isoformat(),
            "matched": self.matched,
            "cases": self.cases,
            "issues": [vars(r) for r in self.rows],
            "left_out": [{"why": k, "count": v} for k, v in self.left_out.items()],
        }


def match(cases: pl.DataFrame, platforms: pl.DataFrame) -> pl.DataFrame:
    """Return the cases with the columns of their governing party's platform beside them."""
    by_country: dict[str, list[dict[str, Any]]] = {}
    for row in platforms.filter(pl.col("share").is_not_null()).iter_rows(named=True):
        by_country.setdefault(row["country"], []).append(row)
    out = []
    for case in cases.iter_rows(named=True):
        share = case["share_after"]
        if share is None or not share:
            continue
        near = sorted(
            (abs(p["share"] - share), i, p)
            for i, p in enumerate(by_country.get(case["country"], ()))
            if abs(p["date"] - case["date"]) <= NEAR_DAYS
        )
        if not near or near[0][0] > NEAR_POINTS:
            continue
        if len(near) > 1 and near[1][0] - near[0][0] < CLEAR:
            continue
        out.append({**case, **{issue: near[0][2][issue] for issue in ISSUES}})
    schema = {**cases.schema, **dict.fromkeys(ISSUES, pl.Float64())}
    return pl.DataFrame(out, schema=schema)


def emphasis_and_outcome(
    path: Path, as_of: date | None = None, family: str | None = None
) -> EmphasisAndOutcome:
    """Return, for every issue, whether governments that stressed it gained or lost.

    With ``family``, that family's governments stand beside all.
    """
    day = as_of or today()
    platforms = read_manifesto(path)
    cases = tables.cases(day).filter(
        (pl.col("date") >= FROM) & pl.col("vote_change").is_not_null() & (pl.col("stood") != "no")
    )
    matched = match(cases, platforms.frame.filter(pl.col("date") <= day))
    rows = [_emphasis(issue, None, matched) for issue in ISSUES]
    if family is not None:
        part = matched.filter(pl.col("family") == family)
        rows += [_emphasis(issue, family, part) for issue in ISSUES]
    left = {x.why: x.count for x in platforms.left_out}
    left["governments without a clear platform in the file"] = cases.height - matched.height
    return EmphasisAndOutcome(tuple(rows), matched.height, cases.height, left, day)


def _emphasis(issue: str, family: str | None, frame: pl.DataFrame) -> Emphasis:
    told = frame.filter(pl.col(issue).is_not_null())
    n, countries = told.height, told["country"].n_unique()
    x, y = told[issue].to_numpy(), told["vote_change"].to_numpy()
    if n < MIN_CASES or float(np.std(x)) == 0:
        return Emphasis(issue, family, n, countries, None, None, None, None, None, "too few to say")
    drawn = _correlation(x, y, cluster_draws(told["country"].to_list()))
    r = float(_correlation(x, y, np.ones((1, n)))[0])
    lo, hi = (float(e) for e in np.nanquantile(drawn, [0.05, 0.95]))
    top = x >= np.quantile(x, 0.75)
    if lo > 0:
        verdict = "went with gains"
    elif hi < 0:
        verdict = "went with losses"
    else:
        verdict = "no relation that can be told from chance"
    high, low = float(y[top].mean()), float(y[~top].mean()) if (~top).any() else None
    return Emphasis(issue, family, n, countries, r, min(lo, r), max(hi, r), high, low, verdict)


def _correlation(x: Any, y: Any, w: Any) -> Any:
    """Return weighted correlations, one a row of ``w``."""
    total = w.sum(axis=1, keepdims=True)
    dx, dy = x - (w @ x)[:, None] / total, y - (w @ y)[:, None] / total
    cov = (w * dx * dy).sum(axis=1)
    scale = np.sqrt((w * dx**2).sum(axis=1) * (w * dy**2).sum(axis=1))
    return cov / np.where(scale > 0, scale, np.nan)


def emphasis_lines(found: EmphasisAndOutcome) -> list[str]:
    """Return one sentence an issue."""
    head = (
        f"{found.matched} of {found.cases} governments have their platform in the file "
        f"(as of {found.as_of})."
    )
    lines = [head]
    for r in found.rows:
        who = f"{r.family} governments" if r.family else "all governments"
        if r.r is None:
            lines.append(f"{r.issue}, {who}: {r.verdict} (n = {r.n}).")
            continue
        lines.append(
            f"{r.issue}, {who}: r = {r.r:.2f} ({r.lo90:.2f} to {r.hi90:.2f}), n = {r.n}: "
            f"{r.verdict}."
        )
    tested = [r for r in found.rows if r.r is not None]
    told = sum(r.lo90 is not None and r.hi90 is not None and r.lo90 * r.hi90 > 0 for r in tested)
    lines.append(
        f"{len(tested)} relations were tested; {told} interval(s) leave zero out, and about "
        f"{0.1 * len(tested):.0f} would by chance. Emphasis is no cause: parties stress what "
        "troubles them."
    )
    return lines


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--like", metavar="CAMPAIGN", help="Governments of this campaign's family too.")
@as_of_option
@json_option
def emphasis(file: Path, like: str | None, as_of: date | None, as_json: bool) -> None:
    """Say, of every issue, whether governments that stressed it gained or lost."""
    family = governing(open_campaign(like)).family if like is not None else None
    found = emphasis_and_outcome(file, as_of, family)
    if as_json:
        emit_json(found.to_dict())
        return
    for line in emphasis_lines(found):
        console().print(safe(line))


if __name__ == "__main__":
    sys.exit(run(command=emphasis, name="python -m lab.record.emphasis"))
