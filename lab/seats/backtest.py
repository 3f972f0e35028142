"""``python -m lab.seats.backtest``: past seats, as they would have been told.

Two runs an election, both with nothing known after the eve: *votes*, the actual
vote shares go in, so that only the way from votes to seats errs; and *polls*, the
race engine's own draws on the eve. Prints Markdown; ``--write FILE`` replaces what
stands between the two markers in FILE.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from lab.markdown import markdown
from numpy.typing import NDArray

from comparenotes.campaigns.catalogue import campaign_index, load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.campaigns.shares import OTHERS
from comparenotes.errors import NotFoundError
from comparenotes.race.scores import crps_draws
from comparenotes.race.seats.allocate import allocate
from comparenotes.race.seats.gb_base import base_of, elections, frame
from comparenotes.race.seats.lists import with_others
from comparenotes.race.seats.result import SeatResult
from comparenotes.race.seats.tables import rule

Array = NDArray[np.float64]
Given = tuple[tuple[str, ...], Array, dict[str, Array] | None]
"""Contenders, their shares (draws, K), and shares by region where drawn."""

DRAWS = 4000
BEGIN, END = "<!-- seats backtest -->", "<!-- end of seats backtest -->"
MODES = ("votes", "polls")
MIN_SEATS = 5
"""Under so many seats an interval is mostly none or one."""
SHOWN = ("GB", "SE", "DE", "NZ", "ES", "PL", "PT")
"""Countries printed election by election."""


@dataclass(frozen=True, eq=False)
class Case:
    """One election's seats as drawn and as they were, over ``names``."""

    campaign: Campaign
    mode: str
    result: SeatResult
    truth: Array


def cases(campaign: Campaign, draws: int = DRAWS) -> Iterator[Case]:
    """Yield the runs of one campaign that can be made."""
    if campaign.results.is_empty():
        return
    votes = _votes(campaign, draws)
    polled = _polls(campaign, draws)
    for mode, given in (("votes", votes), ("polls", polled)):
        if given is None:
            continue
        names, shares, regions = given
        result = allocate(campaign, names, shares, as_of=campaign.eve(), regions=regions)
        if isinstance(result, str):
            return
        truth = true_seats(campaign, result.names)
        if truth is not None:
            yield Case(campaign, mode, result, truth)


def _votes(campaign: Campaign, draws: int) -> Given | None:
    rows = campaign.results.filter(pl.col("region").is_null(), pl.col("share").is_not_null())
    if rows.is_empty():
        return None
    names, shares = with_others(
        tuple(rows["contender"].to_list()), rows["share"].to_numpy()[None, :] / 100
    )
    named = [i for i, c in enumerate(names) if c != OTHERS]
    shares = shares.copy()
    if campaign.system != "electoral_college":
        shares[:, names.index(OTHERS)] = np.maximum(1 - shares[:, named].sum(axis=1), 0)
    else:
        names, shares = names[:-1], shares[:, :-1]
    return names, np.repeat(shares / shares.sum(), draws, axis=0), None


def _polls(campaign: Campaign, draws: int) -> Given | None:
    from comparenotes.race.draws import draw
    from comparenotes.race.forecast import election_day
    from comparenotes.race.on_day import fit_on, polls_on

    eve = campaign.eve()
    prepared = polls_on(campaign, eve)
    if not prepared.polls or len(prepared.contenders) < 2:
        return None
    try:
        base = fit_on(prepared, eve, smooth=False)
    except NotFoundError:
        return None
    if campaign.system == "electoral_college":
        from comparenotes.race.regions import fit_regions
        from comparenotes.race.regions_draws import draw_regions

        fitted = fit_regions(base)
        if fitted is not None:
            drawn = draw_regions(fitted, 1)
            ids = fitted.prior.regions
            regions = {r: drawn.regions[:, i] for i, r in enumerate(ids)}
            return prepared.contenders, drawn.nation, regions
    return prepared.contenders, election_day(draw(base, draws=draws, path_draws=0), 1), None


def true_seats(campaign: Campaign, names: Sequence[str]) -> Array | None:
    """Return the seats won over ``names``; the others have all that is left."""
    rows = campaign.results.filter(pl.col("region").is_null())
    if rows.is_empty():
        return None
    won = dict(zip(rows["contender"].to_list(), rows["seats"].to_list(), strict=True))
    if any(won.get(c) is None for c in names if c not in {OTHERS} and c in won):
        return None
    total = _total(campaign, won)
    if total is None:
        return None
    named = [float(won.get(c) or 0) for c in names]
    if OTHERS in names:
        i = list(names).index(OTHERS)
        named[i] = 0.0
        named[i] = max(total - sum(named), 0.0)
    return np.array(named)


def _total(campaign: Campaign, won: dict[str, int | None]) -> float | None:
    known = float(sum(v for v in won.values() if v is not None))
    if campaign.country == "GB":
        results = frame()
        if campaign.election_date in elections(results):
            base = base_of(results, campaign.election_date)
            return float(len(base.votes) + base.elsewhere)
        return None
    if won.get(OTHERS) is not None or OTHERS not in won:
        return known
    law = rule(campaign.country, campaign.election_date, campaign.election_date)
    size = law.seats if law is not None and law.size not in {"levelled", "overhang"} else None
    return max(float(size or 0), known)


def score(case: Case) -> list[dict[str, object]]:
    """Return one row a contender: error of the mean, coverage, CRPS (seats)."""
    out: list[dict[str, object]] = []
    for i, c in enumerate(case.result.names):
        x, y = case.result.draws[:, i], float(case.truth[i])
        lo, hi = np.percentile(x, [5, 95], method="nearest")
        out.append(
            {
                "campaign": case.campaign.id,
                "country": case.campaign.country,
                "mode": case.mode,
                "contender": c,
                "share_of_house": y / max(case.truth.sum(), 1.0),
                "truth": y,
                "mean": float(x.mean()),
                "lo90": float(lo),
                "hi90": float(hi),
                "error": abs(float(x.mean()) - y),
                "in90": bool(lo <= y <= hi),
                "crps": crps_draws(x.astype(np.float64), y),
            }
        )
    return out


def run(ids: Iterable[str], draws: int = DRAWS) -> pl.DataFrame:
    """Return the scores of all campaigns that can be run."""
    rows: list[dict[str, object]] = []
    for i in ids:
        for case in cases(load_bundled(i), draws):
            rows += score(case)
    return pl.DataFrame(rows, infer_schema_length=None)


def by_country(scores: pl.DataFrame) -> str:
    """Return a Markdown table, one row a country and one of all: seats MAE and coverage."""
    rows = [
        (f"{c} ({here['campaign'].n_unique()})", here)
        for (c,), here in scores.sort("country").group_by("country", maintain_order=True)
    ]
    return _table(
        "country (elections)", [*rows, (f"all ({scores['campaign'].n_unique()})", scores)]
    )


def by_election(scores: pl.DataFrame, countries: Sequence[str] = SHOWN) -> str:
    """Return a Markdown table, one row an election of ``countries``."""
    rows = [
        (str(k), here)
        for c in countries
        for (k,), here in scores.filter(pl.col("country") == c)
        .sort("campaign")
        .group_by("campaign", maintain_order=True)
    ]
    return _table("election", rows)


def _table(head: str, rows: Sequence[tuple[str, pl.DataFrame]]) -> str:
    lines = []
    for label, here in rows:
        votes, polls = (here.filter(pl.col("mode") == m) for m in MODES)
        cells = [label, str(max(votes.height, polls.height))]
        for part, columns in ((votes, ("error", "in90")), (polls, ("error", "in90", "crps"))):
            for c in columns:
                if part.is_empty():
                    cells.append("")
                elif c == "in90":
                    cells.append(f"{100 * _mean(part, c):.0f}%")
                else:
                    cells.append(f"{_mean(part, c):.1f}")
        lines.append(cells)
    titles = (head, "contenders", "votes: MAE", "in 90%", "polls: MAE", "in 90%", "CRPS")
    return markdown(titles, lines, "1 2 3 4 5 6")


def _mean(frame: pl.DataFrame, column: str) -> float:
    return float(np.mean(frame[column].cast(pl.Float64).to_numpy()))


def report(scores: pl.DataFrame) -> str:
    """Return the whole report in Markdown."""
    return (
        "Seats per contender (the others too). *votes*: the actual shares went in; *polls*: the "
        "engine's draws on the eve.\n\n"
        + by_election(scores)
        + "\n\nAll modelled elections, by country:\n\n"
        + by_country(scores)
        + "\n\n"
        + _large(scores)
    )


def _large(scores: pl.DataFrame) -> str:
    """Return how often the polls' interval holds for contenders that can lose a few seats."""
    part = scores.filter(
        (pl.col("mode") == "polls") & (pl.max_horizontal("mean", "truth") >= MIN_SEATS)
    )
    if part.is_empty():
        return f"No contender had {MIN_SEATS} seats, drawn or won."
    return (
        f"Of the {part.height} contenders with {MIN_SEATS} seats or more, drawn (mean) or won, "
        f"{100 * _mean(part, 'in90'):.0f}% are inside from the polls."
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Run and print, or write."""
    parser = argparse.ArgumentParser(prog="python -m lab.seats.backtest", description=__doc__)
    parser.add_argument("campaigns", nargs="*", help="ids (default: all bundled)")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--write", type=Path, metavar="FILE")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also save the scores")
    args = parser.parse_args(argv)
    ids = args.campaigns or campaign_index()["id"].sort().to_list()
    scores = run(ids, args.draws)
    if args.csv:
        scores.write_csv(args.csv)
    text = report(scores)
    if args.write is None:
        print(text)
        return
    page = args.write.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    args.write.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
