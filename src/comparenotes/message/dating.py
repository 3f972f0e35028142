"""What a file's name and the campaign's events say of texts that say nothing themselves.

A table named after conventions, speeches, manifestos, debates or tweets has that genre where
its rows give none. Undated texts of a convention are dated by the campaign's own events: by
the fourth day of it, when all have been held. What is then later than the as-of date does not
exist. Rows of one debate, or sentences of one manifesto, are one text to the intervals.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.message.documents import kind_in
from comparenotes.message.reading import Scored, Task, added, score, score_apart
from comparenotes.message.store import Portion, expanded
from comparenotes.message.tables import TABLES
from comparenotes.message.tally import ALL, summed
from comparenotes.message.texts import Corpus, convention_ends

WHOLE = 20
"""A manifesto has more sentences than this; shorter texts of one side and day are its parts."""
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")


@dataclass(frozen=True)
class Hint:
    """What is known of the undated, unnamed texts of some files."""

    kind: str | None = None
    ends: tuple[tuple[str, date], ...] = ()

    def on(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return rows with the genre and the day of the hint where they have none."""
        day = pl.col("contender").replace_strict(
            dict(self.ends) or {"": None}, default=None, return_dtype=pl.Date()
        )
        kind = pl.when(pl.col("kind") == "other").then(pl.lit(self.kind or "other"))
        return frame.with_columns(
            pl.col("date").fill_null(day), kind.otherwise(pl.col("kind")).alias("kind")
        )


def hint_of(path: Any, campaign: Campaign) -> Hint:
    """Return what the name of a table says; nothing of folders and text files.

    Of a portion of a stored corpus it is the name of the table that was stored.
    """
    if isinstance(path, Portion):
        path = Path(path.name)
    if not isinstance(path, Path) or path.suffix.lower() not in TABLES or path.is_dir():
        return Hint()
    kind = kind_in(path.stem)
    if kind != "convention":
        return Hint(kind)
    year = _YEAR.search(path.stem)
    ends = convention_ends(campaign, int(year[1]) if year else None)
    return Hint(kind, tuple(ends.items()))


def grouped(paths: Sequence[Any], campaign: Campaign) -> list[tuple[tuple[Any, ...], Hint]]:
    """Return runs of paths of which the same is known, in order."""
    out: list[tuple[tuple[Any, ...], Hint]] = []
    for path in (p for x in paths for p in (isinstance(x, Path) and expanded(x)) or [x]):
        hint = hint_of(path, campaign)
        if out and out[-1][1] == hint:
            out[-1] = ((*out[-1][0], path), hint)
        else:
            out.append(((path,), hint))
    return out


def score_dated(task: Task, pool: Executor | None = None) -> tuple[Scored, tuple[str, ...]]:
    """Return what was counted, and in words which texts the events dated."""
    parts, notes = [], []
    for paths, hint in grouped(task.paths, task.campaign):
        own = replace(task, paths=paths)
        found = score(own) if pool is None else score_apart(own, pool)
        if hint.ends:
            bare = found.tally.filter(pl.col("date").is_null())["contender"].to_list()
            told = [f"{task.campaign.contender(w).name} to {d}" for w, d in hint.ends if w in bare
                    and (task.as_of is None or d <= task.as_of)]  # fmt: skip
            if told:
                notes.append(f"Dated by the campaign's events, the conventions: {', '.join(told)}.")
        parts.append(_hinted(found, hint, task.as_of))
    whole = parts[0] if len(parts) == 1 else added(parts)
    tally = _joined(whole.tally)
    lines, texts = (
        t.filter(pl.col("issue") == ALL)["document"].n_unique() for t in (whole.tally, tally)
    )
    if texts < lines:
        notes.append(
            f"{lines:,} rows were joined to {texts:,} texts: the turns of one day's debate, the "
            "lines of one manifesto. A column 'document' lets the coder read them together as well."
        )
    return replace(whole, tally=tally), tuple(notes)


def _hinted(found: Scored, hint: Hint, day: date | None) -> Scored:
    if hint == Hint():
        return found
    rows = hint.on(found.tally)
    late = rows.filter(pl.col("date") > day) if day is not None else rows.clear()
    attacks = hint.on(found.attacks)
    if late.is_empty():
        return replace(found, tally=_summed(found.tally, rows), attacks=attacks)
    gone = set(late["document"].to_list())
    # Which quotes and words are of the later texts is not known: a side with some has none.
    sides = set(late["contender"].to_list())
    return replace(
        found,
        tally=_summed(found.tally, rows.filter(~pl.col("document").is_in(sorted(gone)))),
        quotes={k: q for k, q in found.quotes.items() if not any(x.contender in sides for x in q)},
        words={k: w for k, w in found.words.items() if k not in sides},
        late=found.late + len(gone),
        attacks=attacks.filter(~pl.col("document").is_in(sorted(gone))),
        marks=array("Q", (0 if d in gone else m for d, m in enumerate(found.marks, 1))),
    )


def _summed(before: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with those summed that a hint has made one; mostly there are none."""
    key = ["document", "block", "contender", "kind", "date"]
    apart = (
        before.filter(pl.col("issue") == ALL)
        .select(key)
        .unique(maintain_order=True)
        .select("document", "block")
    )
    return summed(rows) if apart.is_duplicated().any() else rows


def _joined(tally: pl.DataFrame) -> pl.DataFrame:
    """Return the tally with the turns of a debate, or the lines of a manifesto, as one text.

    A manifesto only where its texts are lines or paragraphs: under 20 sentences on average.
    """
    whole = tally.filter(pl.col("issue") == ALL)
    key = ["contender", "kind", "date"]
    texts = whole.group_by(*key, "document", maintain_order=True).agg(pl.col("n").sum())
    sizes = texts.group_by(key, maintain_order=True).agg(
        pl.col("document").min().alias("_first"), pl.len().alias("_texts"),
        pl.col("n").sum().alias("_said"),
    )  # fmt: skip
    parted = (pl.col("kind") == "debate") | (
        (pl.col("kind") == "manifesto") & (pl.col("_said") < WHOLE * pl.col("_texts"))
    )
    parts = sizes.filter(pl.col("date").is_not_null() & parted & (pl.col("_texts") > 1))
    if parts.is_empty():
        return tally
    rows = tally.join(parts.select(*key, "_first"), on=key, how="left", maintain_order="left")
    places = (
        rows.filter(pl.col("_first").is_not_null() & (pl.col("issue") == ALL))
        .group_by("_first", "document", "block", maintain_order=True).agg(pl.col("n").sum())
        .sort("_first", "document", "block")
        .with_columns(((pl.col("n").cum_sum() - pl.col("n")).over("_first") // 50).alias("_place"))
        .drop("n", "_first")
    )  # fmt: skip
    rows = rows.join(places, on=["document", "block"], how="left", maintain_order="left")
    rows = rows.with_columns(
        pl.coalesce("_first", "document").alias("document"),
        pl.coalesce("_place", "block").cast(pl.Int64).alias("block"),
    )
    return summed(rows.select(pl.col(k).cast(t) for k, t in tally.schema.items()))


def dated_chunks(
    paths: Sequence[Any], campaign: Campaign, day: date | None
) -> Iterator[pl.DataFrame]:
    """Yield sentences as :class:`Corpus` does, with what names and events say of them.

    The turns of a side in one day's debate, and the rows of its manifesto, have one number.
    """
    before = 0
    first: dict[tuple[str, str, date], int] = {}
    for group, hint in grouped(paths, campaign):
        corpus = Corpus(tuple(group), campaign, day)
        for chunk in corpus.chunks():
            rows = hint.on(chunk) if hint != Hint() else chunk
            if day is not None:
                rows = rows.filter(pl.col("date").is_null() | (pl.col("date") <= day))
            yield _one_text(rows.with_columns(pl.col("document") + before), first)
        before += corpus.documents


def _one_text(rows: pl.DataFrame, first: dict[tuple[str, str, date], int]) -> pl.DataFrame:
    """Return rows with the parts of a debate or manifesto under the number of its first."""
    key = ["kind", "contender", "date"]
    parted = pl.col("kind").is_in(["debate", "manifesto"]) & pl.col("date").is_not_null()
    turns = rows.filter(parted & (pl.col("row") > 0))
    if turns.is_empty():
        return rows
    known = (
        turns.group_by(key, maintain_order=True)
        .agg(pl.col("document").min())
        .sort("document", *key)
    )
    places = [first.setdefault((k, w, d), n) for k, w, d, n in known.iter_rows()]
    table = known.with_columns(pl.Series("_first", places, pl.Int64)).drop("document")
    both = rows.join(table, on=key, how="left", maintain_order="left")
    place = pl.when(pl.col("row") > 0).then(pl.coalesce("_first", "document"))
    return both.with_columns(place.otherwise(pl.col("document")).alias("document")).drop("_first")
