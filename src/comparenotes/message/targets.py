"""Who attacks whom on what: attacking sentences by issue and by the opponent they name.

A sentence is towards an opponent that it names: its party, its people, and for who governs also
"the government" or "this administration". One that names nobody counts as ``unnamed``;
who a pronoun means is not asked, so that shares by target are shares of what names somebody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from comparenotes.message.issues import Issue, hits, read_of
from comparenotes.message.sides import Side, pattern
from comparenotes.message.tally import ALL, one_line

UNNAMED = "unnamed"
EVERY = "any"
"""The target of a row that counts every attacking sentence once."""
TARGETS: dict[str, Any] = {
    "document": pl.Int64(),
    "contender": pl.String(),
    "kind": pl.String(),
    "date": pl.Date(),
    "issue": pl.String(),
    "target": pl.String(),
    "n": pl.Int64(),
}
"""One row a document, issue and target: attacking sentences. Issue ``all`` counts all of them."""
_KEY = [k for k in TARGETS if k != "n"]
_HOLDERS = {
    "parliament": r"(?i)\b(?:the|this|their|your) government\b|\bthe prime minister\b",
    "president": r"(?i)\b(?:the|this|their) administration\b|\bthe president\b|\bwhite house\b",
}


def towards(sentences: pl.DataFrame, sides: Sequence[Side]) -> pl.DataFrame:
    """Return ``(row, target)`` of coded sentences that name an opponent of their side."""
    text, said_by = sentences["text"], sentences["contender"]
    out = []
    for side in sides:
        named = pattern(side.names)
        found = text.str.contains(_rust(named)) if named is not None else pl.Series([False])
        if side.governs and side.office in _HOLDERS:
            found = found | text.str.contains(_HOLDERS[side.office])
        rows = (found & (said_by.cast(pl.String) != side.id)).arg_true()
        out.append(pl.DataFrame({"row": rows.cast(pl.Int64)}).with_columns(target=pl.lit(side.id)))
    return pl.concat(out) if out else pl.DataFrame(schema={"row": pl.Int64, "target": pl.String})


def _rust(named: re.Pattern[str]) -> str:
    """Return a pattern of names for polars, which knows no look-around."""
    inner = named.pattern.removeprefix(r"(?<!\w)").removesuffix(r"(?:'s|’s)?(?!\w)")
    return rf"(?:^|\W)(?:{inner})(?:\W|$)"


def targets(
    sentences: pl.DataFrame, issues: Sequence[Issue], sides: Sequence[Side]
) -> pl.DataFrame:
    """Return the attacking sentences of a coded chunk by document, issue and target."""
    rows = sentences.filter(pl.col("stance") == "attack")
    if rows.is_empty():
        return pl.DataFrame(schema=TARGETS)
    about = hits(issues, rows["topic"].to_numpy(), one_line(rows["text"]), read_of(rows))
    at = pl.int_range(pl.len(), dtype=pl.Int64).alias("row")
    facts = rows.select(at, *(k for k in _KEY if k in rows.columns))
    on = [pl.DataFrame({"row": range(rows.height)}, {"row": pl.Int64}).with_columns(
        issue=pl.lit(ALL))]  # fmt: skip
    for j, issue in enumerate(issues):
        hit = pl.Series(about[:, j]).arg_true().cast(pl.Int64)
        on.append(pl.DataFrame({"row": hit}).with_columns(issue=pl.lit(issue.id)))
    named = towards(rows, sides)
    none = facts.select("row").join(named, on="row", how="anti", maintain_order="left")
    to = pl.concat([
        named,
        none.with_columns(target=pl.lit(UNNAMED)),
        facts.select("row").with_columns(target=pl.lit(EVERY)),
    ])  # fmt: skip
    both = facts.join(pl.concat(on), on="row", maintain_order="left_right").join(
        to, on="row", maintain_order="left_right"
    )
    return _summed(both.with_columns(n=pl.lit(1, pl.Int64)))


def added(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the sum of such tables."""
    return _summed(pl.concat([pl.DataFrame(schema=TARGETS), *parts]))


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    cast = rows.select(pl.col(k).cast(t) for k, t in TARGETS.items())
    return (
        cast.group_by(_KEY, maintain_order=True)
        .agg(pl.col("n").sum())
        .sort(_KEY)
        .select(list(TARGETS))
    )
