"""How far the last polls of each campaign were from its result.

A wrong match of a party looks just like a large error: everything over
:data:`LIMIT` points is checked by hand, with the verdict in
``tools/tables/checked_*.csv``. ``python -m tools.build.check [DATA] [CAMPAIGN ...]``
prints the table.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from comparenotes.campaigns.catalogue import data_dir, widen
from comparenotes.campaigns.model import Campaign

LIMIT = 4.0
"""Points of error beyond which a party is checked by hand."""

DAYS = 14
TABLES = Path(__file__).parents[1] / "tables"

COLUMNS: dict[str, pl.DataType] = {
    "contender": pl.String(),
    "poll_mean": pl.Float64(),
    "result": pl.Float64(),
    "error": pl.Float64(),
    "polls": pl.Int64(),
    "last_poll": pl.Int64(),
}


def final_error(campaign: Campaign, days: int = DAYS) -> pl.DataFrame:
    """Return each contender's mean in the last ``days`` of polls against its result.

    National polls about the contest in force only. Where no poll ended in the
    last ``days`` before the vote, the last ``days`` up to the newest poll count.

    Returns
    -------
    polars.DataFrame
        contender, poll_mean and result (per cent; null where not reported),
        error (poll_mean minus result, points), polls (number that name the
        contender), last_poll (days from the newest poll to the vote).
    """
    return _error(
        campaign.polls,
        campaign.results.filter(pl.col("region").is_null()),
        campaign.contender_ids,
        campaign.election_date,
        days,
    )


def _error(
    polls: pl.DataFrame,
    results: pl.DataFrame,
    contenders: Sequence[str],
    day: date,
    days: int,
) -> pl.DataFrame:
    polls = polls.filter(
        pl.col("region").is_null() & ~pl.col("hypothetical") & (pl.col("end") < day)
    )
    if polls.is_empty() or results.is_empty():
        return pl.DataFrame(schema=COLUMNS)
    newest = polls["end"].max()
    assert isinstance(newest, date)
    edge = day if newest >= day - timedelta(days=days) else newest
    late = polls.filter(pl.col("end") >= edge - timedelta(days=days))
    truth = dict(results.select("contender", "share").iter_rows())
    gap = (day - newest).days
    rows = []
    for c in contenders:
        named = late[c].drop_nulls() if c in late.columns else pl.Series([], dtype=pl.Float64)
        mean = named.mean() if len(named) else None
        result = truth.get(c)
        rows.append(
            {
                "contender": c,
                "poll_mean": mean,
                "result": result,
                "error": None if mean is None or result is None else mean - result,
                "polls": len(named),
                "last_poll": gap,
            }
        )
    return pl.DataFrame(rows, schema=COLUMNS)


def all_errors(campaigns: Iterable[Campaign], days: int = DAYS) -> pl.DataFrame:
    """Return :func:`final_error` of every campaign with a result, under ``campaign``."""
    frames = [
        final_error(c, days).select(pl.lit(c.id).alias("campaign"), pl.all())
        for c in campaigns
        if not c.results.is_empty()
    ]
    return (
        pl.concat(frames) if frames else pl.DataFrame(schema={"campaign": pl.String(), **COLUMNS})
    )


def summary(errors: pl.DataFrame) -> pl.DataFrame:
    """Return one row a campaign: polls, last_poll, mean absolute and largest error, whose."""
    return (
        errors.filter(pl.col("error").is_not_null())
        .sort("campaign", pl.col("error").abs(), descending=[False, True])
        .group_by("campaign", maintain_order=True)
        .agg(
            pl.col("polls").max(),
            pl.col("last_poll").first(),
            pl.col("error").abs().mean().alias("mean_error"),
            pl.col("error").first().alias("largest"),
            pl.col("contender").first().alias("whose"),
        )
    )


def checked() -> pl.DataFrame:
    """Return the verdicts of the hand checks: campaign, contender, error, verdict."""
    schema = {
        "campaign": pl.String(),
        "contender": pl.String(),
        "error": pl.Float64(),
        "verdict": pl.String(),
    }
    frames = [pl.read_csv(p, schema=schema) for p in sorted(TABLES.glob("checked_*.csv"))]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def unchecked(errors: pl.DataFrame) -> pl.DataFrame:
    """Return errors over the limit without a verdict, or with one for another figure.

    A verdict holds for the figure it was given for, to a tenth of a point: a
    rebuild that changes the figure asks for a new look.
    """
    large = errors.filter(pl.col("error").abs() > LIMIT)
    seen = checked().rename({"error": "error_then"})
    return large.join(seen, on=["campaign", "contender"], how="left").filter(
        pl.col("error_then").is_null() | ((pl.col("error_then") - pl.col("error")).abs() > 0.1)
    )


def read_folder(folder: Path) -> Iterable[tuple[str, pl.DataFrame]]:
    """Yield the errors of every campaign with a result in a built catalogue folder."""
    tables = {n: pl.read_parquet(folder / f"{n}.parquet") for n in ("campaigns", "results")}
    ids = pl.read_parquet(folder / "contenders.parquet")
    polls = pl.concat([pl.read_parquet(p) for p in sorted((folder / "polls").glob("*.parquet"))])
    for row in tables["campaigns"].sort("id").iter_rows(named=True):
        mine = pl.col("campaign") == row["id"]
        results = tables["results"].filter(mine & pl.col("region").is_null())
        contenders = ids.filter(mine)["id"].to_list()
        wide = widen(polls.filter(mine), contenders)
        yield row["id"], _error(wide, results, contenders, row["election_date"], DAYS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the error of every campaign, then what is over the limit and its verdict."""
    parser = argparse.ArgumentParser(prog="python -m tools.build.check", description=main.__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=data_dir())
    parser.add_argument("campaigns", nargs="*", help="print these in full")
    args = parser.parse_args(arguments)
    errors = pl.concat(
        [
            frame.select(pl.lit(name).alias("campaign"), pl.all())
            for name, frame in read_folder(args.data)
        ]
    )
    out = sys.stdout
    for row in summary(errors).iter_rows(named=True):
        out.write(
            f"{row['campaign']:<18} polls {row['polls']:>3}  last {row['last_poll']:>3} d before"
            f"  mean {row['mean_error']:4.1f}  largest {row['largest']:+5.1f} {row['whose']}\n"
        )
        if row["campaign"] in args.campaigns:
            for r in errors.filter(pl.col("campaign") == row["campaign"]).iter_rows(named=True):
                mean, result, error = (
                    "     -" if r[k] is None else f"{r[k]:6.1f}"
                    for k in ("poll_mean", "result", "error")
                )
                out.write(f"    {r['contender']:<16} {mean} {result} {error}  x{r['polls']}\n")
    verdicts = {(r["campaign"], r["contender"]): r["verdict"] for r in checked().to_dicts()}
    large = errors.filter(pl.col("error").abs() > LIMIT)
    out.write(f"\nOver {LIMIT:g} points: {large.height} of {errors['error'].count()}\n")
    for r in large.iter_rows(named=True):
        verdict = verdicts.get((r["campaign"], r["contender"]), "NOT CHECKED")
        out.write(f"{r['campaign']:<14} {r['contender']:<16} {r['error']:+5.1f}  {verdict}\n")
    return 1 if unchecked(errors).height else 0


if __name__ == "__main__":
    sys.exit(main())
