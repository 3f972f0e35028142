"""Would novelty and resonance have named who later led a ticket? Conventions of 2004 to 2024.

``python -m benchmarks.keynote TEXTS``

Speeches of a side stand in order of their days; ``message.novelty`` sets each against the
texts before and after it. A speaker's standing is the share of the speeches of the same
convention that are below it (0 to 1, so .5 by chance). The test draws, for each speech
of a later leader, any speech of the same convention: losers stand beside winners, and no speech
is compared with another year's. Captions, whose labels drift: a speech may hold some of
another. Short turns and the ticket's own of that year are left out of both.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from tools.train.bundle import Rows, opened

from comparenotes.message.documents import Document
from comparenotes.message.novelty import breaks
from comparenotes.message.sides import sides_of
from comparenotes.message.tally import coded

YEARS = (2004, 2008, 2012, 2016, 2020, 2024)
SHORTEST = 2_500
"""Characters of a speech: what is shorter is an introduction or a caption's mistake."""
KEYNOTE = "2004-07-27-dem-brackobama"
LED = {
    "2004-07-27-dem-brackobama": "Obama, led 2008 and 2012",
    "2004-08-30-rep-johnmccain": "McCain, led 2008",
    "2004-07-26-dem-hillaryclinton": "Clinton, led 2016",
    "2004-07-29-dem-joebiden": "Biden, led 2020",
    "2004-09-01-rep-mittromney": "Romney, led 2012",
    "2008-08-27-dem-joebiden": "Biden, led 2020",
    "2008-09-03-rep-mittromney": "Romney, led 2012",
    "2012-09-05-dem-kamalaharris": "Harris, led 2024",
    "2016-07-27-dem-joebiden": "Biden, led 2020",
}
"""Speeches, as the file labels them, of people who led a ticket in a later year."""
NOMINEES = (
    "johnkerry", "georgewbush", "johnedwards", "dickcheney", "barackobama", "johnsmccainiii",
    "sarahpalin", "mittromney", "paulryan", "hillaryclinton", "donaldjtrump", "donaldtrump",
    "timkaine", "mikepence", "kamalaharris", "timwalz", "jdvance", "joebiden",
)  # fmt: skip
WINDOWS = (7, 100)
DRAWS = 20_000

F64 = npt.NDArray[np.float64]


def speeches(texts: Path, year: int) -> pl.DataFrame:
    """Return the speeches of a year: name, side, day, and their mixture of topics."""
    table = pl.read_csv(
        texts / "us_conventions_cspan" / f"conventions_{year}_cspan.csv", infer_schema_length=0
    )
    whole = table.group_by("document", "contender", "date", maintain_order=True).agg(
        pl.col("text").str.join("\n\n")
    )
    whole = whole.filter(pl.col("text").str.len_chars() >= SHORTEST)
    ticket = pl.any_horizontal(pl.col("document").str.ends_with(f"-{n}") for n in NOMINEES)
    whole = whole.filter(~ticket | pl.col("document").is_in(list(LED)))
    campaign = opened(f"us-{year}")
    given = [
        Document(r["text"], r["document"], i, r["contender"], None, None, "speech", apart=True)
        for i, r in enumerate(whole.iter_rows(named=True))
    ]
    parts = [
        chunk.select("file", pl.Series("p", chunk["p"].to_numpy().tolist()))
        for chunk in coded(Rows(campaign, given).chunks(), sides_of(campaign))
    ]
    mixed = pl.concat(parts).group_by("file").agg(
        pl.col("p").map_batches(
            lambda s: pl.Series([np.mean(s.to_list(), axis=0).tolist()]),
            return_dtype=pl.List(pl.Float64), returns_scalar=False,
        ).first()
    )  # fmt: skip
    rows = whole.drop("text").rename({"document": "file"})
    return rows.join(mixed, on="file", how="inner", maintain_order="left")


def standings(rows: pl.DataFrame, window: int) -> pl.DataFrame:
    """Return each speech's novelty and resonance, and its standing in its convention."""
    parts = []
    for (side,), own in rows.sort("date", "file").group_by("contender", maintain_order=True):
        x = np.array(own["p"].to_list())
        days = own["date"].to_list()
        found = breaks(x, [str(side)] * own.height, window, days=days)
        parts.append(
            own.select("file", "contender", "date")[[b.text for b in found]].with_columns(
                novelty=pl.Series([b.novelty for b in found]),
                resonance=pl.Series([b.resonance for b in found]),
            )
        )
    both = pl.concat(parts).with_columns(pl.col("date").str.slice(0, 4).alias("year"))
    of = ["year", "contender"]
    return both.with_columns(
        *(((pl.col(k).rank() - 0.5) / pl.len()).over(of).alias(f"{k}_standing")
          for k in ("novelty", "resonance")),
        pl.len().over(of).alias("speeches"),
    )  # fmt: skip


def by_chance(rows: pl.DataFrame, chosen: Sequence[str], what: str, seed: int = 1) -> float:
    """Return how often speeches drawn from the same conventions stand as high on average."""
    rng = np.random.default_rng(seed)
    seen = rows.filter(pl.col("file").is_in(list(chosen)))
    total = np.zeros(DRAWS)
    for year, side in seen.select("year", "contender").iter_rows():
        pool = rows.filter((pl.col("year") == year) & (pl.col("contender") == side))
        total += rng.choice(pool[f"{what}_standing"].to_numpy(), DRAWS)
    least = float(seen[f"{what}_standing"].sum())
    return float((np.sum(total >= least - 1e-12) + 1) / (DRAWS + 1))


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    args = a.parse_args()
    rows = pl.concat([speeches(args.texts, y) for y in YEARS])
    print(
        f"{rows.height} speeches of {len(YEARS)} conventions a side, {SHORTEST} characters or more"
    )
    for window in WINDOWS:
        told = standings(rows, window)
        print(f"\nwindow of {window} texts; standing .5 is chance; {told.height} have both windows")
        later = told.filter(pl.col("file").is_in(list(LED))).sort("file")
        for r in later.iter_rows(named=True):
            mark = "  <- the keynote" if r["file"] == KEYNOTE else ""
            novelty, resonance = r["novelty_standing"], r["resonance_standing"]
            print(f"  {LED[r['file']]:27} {r['date']} novelty {novelty:.2f} "
                  f"resonance {resonance:.2f} of {r['speeches']}{mark}")  # fmt: skip
        for what in ("novelty", "resonance"):
            mean = told.filter(pl.col("file").is_in(list(LED)))[f"{what}_standing"].mean()
            p = by_chance(told, list(LED), what)
            print(
                f"  {what}: mean standing of later leaders {mean:.2f}; as high by chance: {p:.2f}"
            )
        missed = sorted(set(LED) - set(told["file"]))
        print(f"  without both windows: {', '.join(LED[m] for m in missed) or 'none'}")


if __name__ == "__main__":
    main()
