"""Shares of issues and stances from a tally, with intervals over documents.

Documents are resampled, not sentences (a speech is on its topic for minutes). A manifesto or
platform, and the televised debates of a campaign, are the whole of what there is and no
sample: they are resampled in blocks of 50 sentences, and so is a single document.
``intervals.py`` says how. Nothing said of under five documents of a sample is graded above
"too few to say", and a share on fewer than 15 coded sentences has no interval.

The share of an issue is the mean of two estimates: the sentences coded as being on it,
and the sum of the coder's probabilities. The first misses what the coder is half sure
of, the second spreads every doubt over all issues; their mean had the smaller error in
held-out manifestos (docs/message.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np
import polars as pl

from comparenotes.message.intervals import (
    CODER_SENTENCES,
    CODER_TOGETHER,
    F64,
    ICC_BLOCK,
    ICC_TEXTS,
    STANCE_SENTENCES,
    Share,
    effective,
    with_coder,
)
from comparenotes.message.issues import TOPICS, UNIONS
from comparenotes.message.tally import ALL, ANY

MIN_DOCUMENTS = 5
WHOLE = frozenset({"manifesto", "debate"})
"""Genres of which a campaign's texts are the whole: blocks are resampled, whatever the number."""
MIN_HITS = 15
"""Under so many coded sentences a share has no interval, and no share within it is given."""
WIDEST = 50.0
"""A share within an issue whose interval is wider (points) says nothing and is not given."""
SPOKEN = 2.0
"""Per cent of its sentences from which a side is said to speak of an issue."""
STANCES = ("attack", "own_record", "promise")


def too_few(hits: int, whose: str = "") -> str | None:
    """Return why a share on ``hits`` coded sentences has no interval; None where it has one."""
    if hits >= MIN_HITS:
        return None
    coded = "1 coded sentence" if hits == 1 else f"{hits or 'no'} coded sentences"
    return f"too few to say: {coded}{whose}, under {MIN_HITS}"


def too_wide(s: Share) -> str | None:
    """Return why a share within an issue is not given; None where it is."""
    if s.hi90 - s.lo90 <= WIDEST:
        return None
    return f"too few to say: its interval would be wider than {WIDEST:.0f} points"


def share_dict(s: Share) -> dict[str, Any]:
    """Return the promised JSON form; without an interval, and with the reason, under 15 hits."""
    why = too_few(s.hits)
    out: dict[str, Any] = {"hits": s.hits, "share": s.share}
    out |= {"lo90": s.lo90, "hi90": s.hi90} if why is None else {"lo90": None, "hi90": None}
    return out | {"reason": why}


@dataclass(frozen=True, eq=False)
class Line:
    """One issue of one contender.

    ``stances`` is None for what is too few to say; ``withheld`` says why, by stance.
    """

    issue: str
    contender: str
    documents: int
    sentences: int
    salience: Share
    stances: Mapping[str, Share | None]
    withheld: Mapping[str, str] = field(default_factory=dict)
    genres: tuple[str, ...] = ()
    sampled: int = 0
    blocks: int = 0

    @property
    def whole(self) -> bool:
        """Return whether its texts are the whole of their kind and no sample."""
        return bool(self.genres) and WHOLE.issuperset(self.genres)

    @property
    def enough(self) -> bool:
        """Return whether there are texts enough to say how one side differs from another."""
        return self.whole or self.sampled >= MIN_DOCUMENTS

    @property
    def few(self) -> str | None:
        """Return why the share has no interval; None where it has one."""
        return too_few(self.salience.hits)

    def to_dict(self) -> dict[str, Any]:
        """Return the promised JSON form; a stance with too few sentences is null."""
        stances = {
            k: {"hits": v.hits, "share": v.share, "lo90": v.lo90, "hi90": v.hi90} if v else None
            for k, v in self.stances.items()
        }
        return {
            "issue": self.issue,
            "contender": self.contender,
            "documents": self.documents,
            "sentences": self.sentences,
            **share_dict(self.salience),
            "genres": list(self.genres),
            "whole": self.whole,
            "enough": self.enough,
            **stances,
            "withheld": dict(self.withheld),
        }


def lines(
    tally: pl.DataFrame,
    issues: Sequence[str],
    contenders: Sequence[str],
    seed: int = 0,
    by_hand: Collection[str] = (),
) -> list[Line]:
    """Return one line an issue and contender with texts, in the order given.

    ``by_hand`` are the contenders whose topics were coded by hand: no coder errs on them.
    """
    out: list[Line] = []
    place = {issue: i for i, issue in enumerate(issues)}
    twins: Counter[tuple[int, ...]] = Counter()
    for who in contenders:
        mine = pl.col("contender") == who
        whole = tally.filter(mine & (pl.col("issue") == ALL))
        if whole.is_empty():
            continue
        kinds = whole.group_by(pl.col("kind").cast(pl.String), maintain_order=True).agg(
            pl.col("document").n_unique()
        )
        genres = tuple(sorted(kinds["kind"].to_list()))
        sampled = kinds.filter(~pl.col("kind").is_in(list(WHOLE)))["document"].sum()
        documents = whole["document"].n_unique()
        one = documents == 1 or WHOLE.issuperset(genres)
        part = pl.col("block") if one else (
            pl.when(pl.col("kind").cast(pl.String).is_in(list(WHOLE))).then("block").otherwise(0)
        )  # fmt: skip
        unit = ["document", "part"]
        base = (
            whole.with_columns(part=part)
            .group_by(unit, maintain_order=True)
            .agg(pl.col("n").sum())
            .sort(unit)
        )
        of = base["n"].to_numpy().astype(np.float64)
        # The label plays no part: the same texts under another name give the same draws. Two
        # sides of one size are told apart, or they would be drawn as one.
        size = (base.height, int(of.sum()), int(of @ np.arange(len(of))))
        twins[size] += 1
        content = (*size, twins[size])
        counts = _counts(tally.filter(mine).with_columns(part=part), base, unit)
        none = np.zeros(base.height)
        for issue in issues:
            by = {s: counts.get((issue, s), (none, none))[0] for s in (*STANCES, "neither")}
            hits = sum(by.values(), none)
            expected = counts.get((issue, ANY), (none, none))[1]
            coder = CODER_SENTENCES if issue in (*TOPICS, *UNIONS) else None
            key = crc32(issue.encode())
            seeds = (seed, key), (seed, key, *content)
            coder = None if who in by_hand else coder
            salience = share_of(hits, of, one, coder, (hits + expected) / 2, seeds)
            stances: dict[str, Share | None] = {}
            withheld: dict[str, str] = {}
            for j, s in enumerate(STANCES):
                within = share_of(
                    by[s], hits, one, STANCE_SENTENCES, None, (seeds[0] + (j,), seeds[1] + (j,))
                )
                why = too_few(salience.hits) or too_wide(within)
                stances[s] = None if why else within
                if why:
                    withheld[s] = why
            out.append(
                Line(
                    issue, who, documents, salience.of, salience, stances, withheld, genres,
                    int(sampled), base.height,
                )
            )  # fmt: skip
    order = {who: i for i, who in enumerate(contenders)}
    return sorted(out, key=lambda x: (place[x.issue], order[x.contender]))


def share_of(
    hits: F64,
    of: F64,
    ordered: bool = False,
    coder: float | None = None,
    each: F64 | None = None,
    seeds: tuple[tuple[int, ...], tuple[int, ...]] = ((0,), (1,)),
) -> Share:
    """Return a share over texts.

    Parameters
    ----------
    hits, of
        Coded sentences and all sentences of each text, ``(texts,)``.
    ordered
        They are the blocks of one text, in order.
    coder
        What the coder's error is worth in sentences; None where nothing is known of it.
    each
        The estimate of each text's sentences on the issue (default: ``hits``).
    seeds
        Of what is common to all sides, and of this side's own.
    """
    number = hits if each is None else each
    total = float(of.sum())
    icc = ICC_BLOCK if ordered else ICC_TEXTS
    share = 100 * float(number.sum()) / max(1.0, total)
    sample, part = with_coder(effective(number, of, icc, ordered), coder)
    return Share(
        int(hits.sum()), int(total), share, sample, CODER_TOGETHER * part, seeds[0], seeds[1]
    )


def _counts(
    rows: pl.DataFrame, base: pl.DataFrame, unit: list[str]
) -> dict[tuple[str, str], tuple[F64, F64]]:
    """Return coded and expected sentences of each unit of ``base``, by issue and stance."""
    key = ["issue", "stance"]
    keys = rows.select(key).unique(maintain_order=True).with_row_index("group")
    index = base.select(unit).with_row_index("at")
    placed = (
        rows.select(*key, "n", "expected", *unit)
        .join(index, on=unit, how="inner", maintain_order="left")
        .join(keys, on=key, how="inner", maintain_order="left")
    )
    shape = keys.height, base.height
    at = placed["group"].to_numpy().astype(np.int64) * base.height + placed["at"].to_numpy()
    n, expected = (
        np.bincount(
            at, placed[c].cast(pl.Float64).fill_null(0.0).to_numpy(), shape[0] * shape[1]
        ).reshape(shape)
        for c in ("n", "expected")
    )
    names = keys.select(pl.col(key).cast(pl.String)).rows()
    return {name: (n[i], expected[i]) for i, name in enumerate(names)}
