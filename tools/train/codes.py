"""The codes of campaign sentences: from coded batches to a table of offsets, and agreement.

``python -m tools.train.codes --batches DIR`` joins the batches that
``tools.train.draw`` wrote and a reader coded (``coded_NN_a.tsv``, the second pass
``_b``) with their key and writes ``tools/tables/message_codings_issues.csv``.
``python -m tools.train.codes`` prints the agreement of the two passes by genre and country.

Both passes are a language model's, each without sight of the other: agreement says how well
the codebook (``docs/message.md``) is defined, not that a person would say the same.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.message.issues import TOPICS
from comparenotes.message.stance import STANCES

TABLE = Path(__file__).parents[1] / "tables" / "message_codings_issues.csv"
CODES = ("topic", "migration", "green", "stance", "target")
KEY = ("n", "use", "drawn", "genre", "country", "year", "file", "unit", "start", "end", "hash")
_RENAMED = {"none": "no-policy", "other": "neither"}


def read_codes() -> pl.DataFrame:
    """Return the table of codes; the second pass's columns end in ``_2``."""
    return pl.read_csv(
        TABLE, schema_overrides={"unit": pl.String, "target": pl.String, "target_2": pl.String}
    )


def gathered(folder: Path) -> pl.DataFrame:
    """Return the key with the codes of all coded batches; sentences nobody coded are left out.

    Raises
    ------
    ValueError
        If a code is none of the codebook, or a sentence is coded twice in one pass.
    """
    key = pl.read_csv(
        folder / "key.tsv", separator="\t", schema_overrides={"unit": pl.String}
    ).select(KEY)
    passes = [_pass(folder, p) for p in ("a", "b")]
    out = key.join(passes[0], on="n")
    return out.join(passes[1].rename({c: f"{c}_2" for c in CODES}), on="n", how="left").sort("n")


def _pass(folder: Path, letter: str) -> pl.DataFrame:
    parts = []
    for path in sorted(folder.glob(f"coded_*_{letter}.tsv")):
        d = pl.read_csv(
            path, separator="\t", infer_schema_length=0, quote_char=None, truncate_ragged_lines=True
        )
        d = d.rename({c: c.strip() for c in d.columns})
        if "target" not in d.columns:
            d = d.with_columns(target=pl.lit(""))
        d = d.select(
            pl.col("n").str.strip_chars().cast(pl.Int64),
            pl.col("topic").str.strip_chars().replace(_RENAMED),
            *(pl.col(c).str.strip_chars().cast(pl.Int64) for c in ("migration", "green")),
            pl.col("stance").str.strip_chars().replace(_RENAMED),
            pl.col("target").fill_null("").str.strip_chars().str.to_lowercase(),
        )
        for column, known in (
            ("topic", list(TOPICS)),
            ("stance", list(STANCES)),
            ("migration", [0, 1]),
            ("green", [0, 1]),
        ):
            odd = d.filter(~pl.col(column).is_in(known))
            if odd.height:
                raise ValueError(f"{path.name}: {column} {odd[column].unique().to_list()[:5]}")
        parts.append(d)
    if not parts:
        return pl.DataFrame(
            schema={
                "n": pl.Int64,
                "topic": pl.String,
                "migration": pl.Int64,
                "green": pl.Int64,
                "stance": pl.String,
                "target": pl.String,
            }
        )
    whole = pl.concat(parts)
    if whole["n"].n_unique() != whole.height:
        raise ValueError(f"pass {letter}: a sentence is coded twice")
    return whole


def kappa(a: Any, b: Any) -> float:
    """Return Cohen's kappa of two codings."""
    values = np.union1d(a, b)
    same = float((a == b).mean())
    chance = float(sum((a == v).mean() * (b == v).mean() for v in values))
    return (same - chance) / max(1e-9, 1 - chance)


def agreement(codes: pl.DataFrame) -> list[dict[str, Any]]:
    """Return agreement and kappa of the passes, by genre and country and over all."""
    twice = codes.filter(pl.col("topic_2").is_not_null())
    cells = [("all", "all", twice)]
    for (genre, country), rows in twice.group_by("genre", "country"):
        cells.append((str(genre), str(country), rows))
    out = []
    for genre, country, rows in sorted(cells, key=lambda c: (c[0] != "all", c[0], c[1])):
        row: dict[str, Any] = {"genre": genre, "country": country, "sentences": rows.height}
        for c in ("topic", "migration", "green", "stance"):
            a, b = rows[c].to_numpy(), rows[f"{c}_2"].to_numpy()
            row[c] = round(float((a == b).mean()), 3)
            row[f"{c}_kappa"] = round(kappa(a, b), 3)
        out.append(row)
    return out


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--batches", type=Path, help="folder of coded batches, to write the table")
    args = a.parse_args()
    if args.batches is not None:
        gathered(args.batches).write_csv(TABLE)
    codes = read_codes()
    print(codes.group_by("use").len().sort("use").rows())
    print("Agreement of two passes of a language model (no person coded):")
    for row in agreement(codes):
        print(*row.values(), sep="\t")


if __name__ == "__main__":
    main()
