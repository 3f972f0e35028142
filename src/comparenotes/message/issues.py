"""The issues: 21 policy topics, two named unions, and a user's own by seed words.

Topic numbers are those of the Comparative Agendas Project's master codebook, which
is a public scheme; 0 is what is not policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from comparenotes.errors import CompareNotesError, did_you_mean

TOPICS: Mapping[str, tuple[int, str]] = {
    "no-policy": (0, "no policy"),
    "economy": (1, "the economy"),
    "rights": (2, "civil rights"),
    "health": (3, "health"),
    "agriculture": (4, "agriculture"),
    "labour": (5, "labour and employment"),
    "education": (6, "education"),
    "environment": (7, "the environment"),
    "energy": (8, "energy"),
    "immigration": (9, "immigration"),
    "transport": (10, "transport"),
    "law-crime": (12, "law and crime"),
    "welfare": (13, "social welfare"),
    "housing": (14, "housing"),
    "commerce": (15, "banking and commerce"),
    "defence": (16, "defence"),
    "technology": (17, "science and technology"),
    "trade": (18, "foreign trade"),
    "foreign": (19, "foreign affairs"),
    "government": (20, "government operations"),
    "lands": (21, "public lands and water"),
}
"""Issue id to topic number and words."""


@dataclass(frozen=True)
class Issue:
    """An issue: topics of the coder, or seed words, or either.

    ``seeds`` is a pattern of Rust's regex crate over lower-case text; a match
    counts as the issue whatever the coder says.
    """

    id: str
    name: str
    topics: tuple[int, ...] = ()
    seeds: str | None = None


MIGRATION_SEEDS = (
    r"\b(?:im|e)?migrants?\b|\bimmigration\b|\basylum\b|\brefugees?\b|\bdeport\w*|"
    r"\bborder (?:control|force|security|police|agency|wall)\w*|\bbig border\b|\bopen borders?\b|"
    r"\bwork permits?\b|\bnaturali[sz]ation\b|\bpath(?:way)? to citizenship\b|\bdream act\b|"
    r"\bdreamers?\b|\brepatriat\w*|\bpeople traffick\w*|\billegal (?:aliens?|immigra\w*)\b|"
    r"\bovercrowded island\b|\bpoints[- ]based\b"
)
UNIONS: Mapping[str, Issue] = {
    "migration": Issue("migration", "migration", (9,), MIGRATION_SEEDS),
    "green": Issue("green", "the green agenda", (7, 8)),
}
"""Named issues: each has a classifier of its own; where topics were coded by hand it is the union
of its topics, ``migration`` with its seed words."""

SHOWN = ("migration", "green")
"""What is shown where no issue is asked for, before the sides' largest topics."""


def issues_named(
    names: Iterable[str] | None, own: Mapping[str, Sequence[str]] | None = None
) -> tuple[Issue, ...]:
    """Return the issues for ``names``; None or ``all`` for every topic and union.

    ``own`` maps a user's issue to its seed words.

    Raises
    ------
    CompareNotesError
        For an unknown name, with the nearest known one; for an own issue without a name,
        with that of another issue, or without seed words.
    """
    known: dict[str, Issue] = dict(UNIONS)
    known |= {k: Issue(k, words, (number,)) for k, (number, words) in TOPICS.items()}
    for k in own or {}:
        if not k.strip() or k in (*known, "all"):
            raise CompareNotesError(
                f"{k[:40]!r} is an issue already" if k.strip() else "an issue without a name",
                where="--seeds",
                hint="name it otherwise, such as 'cost of living=price*,bill*,afford*'",
            )
    known |= {k: seeded(k, words) for k, words in (own or {}).items()}
    wanted = [n.strip().lower() for n in names or ("all",) if n.strip()]
    if not wanted or "all" in wanted:
        return tuple(known.values())
    out = []
    for name in wanted:
        if name not in known:
            near = did_you_mean(name[:40], known)
            raise CompareNotesError(
                f"no such issue {name[:40]!r}",
                where="--issue",
                hint=near or f"one of {', '.join(known)}",
            )
        out.append(known[name])
    return tuple(dict.fromkeys(out))


def seeded(name: str, words: Sequence[str]) -> Issue:
    """Return a user's issue from seed words; a trailing ``*`` stands for any ending."""
    parts = []
    for w in words:
        stem = w.strip().lower()
        if stem.rstrip("*"):
            end = r"\w*" if stem.endswith("*") else r"\b"
            parts.append(r"\b" + re.escape(stem.rstrip("*")) + end)
    if not parts:
        raise CompareNotesError(f"the issue {name!r} has no seed words", where="--seeds")
    return Issue(name, name, (), "|".join(parts))


ISSUE_P = {k: f"{k}_p" for k in UNIONS}
"""Issues with a classifier of their own, and the column of their probability."""


def hits(
    issues: Sequence[Issue],
    topic: npt.NDArray[np.int64],
    sentences: pl.Series,
    read: Mapping[str, npt.NDArray[np.float32]] | None = None,
) -> npt.NDArray[np.bool_]:
    """Return ``(n, issues)``: whether each sentence is about each issue.

    ``read`` holds the probabilities of issues that have a classifier of their own: topics
    and seed words then play no part.
    """
    lower = sentences.str.to_lowercase() if any(i.seeds for i in issues) else sentences
    out = np.zeros((len(sentences), len(issues)), dtype=bool)
    for j, issue in enumerate(issues):
        if read is not None and issue.id in read:
            out[:, j] = read[issue.id] >= 0.5
            continue
        if issue.topics:
            out[:, j] = np.isin(topic, issue.topics)
        if issue.seeds:
            out[:, j] |= lower.str.contains(issue.seeds).to_numpy()
    return out


def read_of(sentences: pl.DataFrame) -> dict[str, npt.NDArray[np.float32]]:
    """Return the issues' probabilities in a coded frame; none where topics were coded by hand."""
    return {k: sentences[c].to_numpy() for k, c in ISSUE_P.items() if c in sentences.columns}
