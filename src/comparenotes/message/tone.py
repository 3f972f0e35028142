"""Tone: how much of what a side says is negative, attacks policy, or attacks people.

The coder of posts (``attack.py``) reads posts and ads whole, and other genres a sentence at
a time. What it scores on posts, and on hand-coded passages and sentences of speeches and
debates, is printed beside (``tone.json``, made by ``python -m tools.train.tone``). Towards an
opponent count the posts or sentences that name it; who a pronoun means is not asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from comparenotes.message.attack import THRESHOLDS, attack_coder
from comparenotes.message.coder import message_dir
from comparenotes.message.dating import dated_chunks
from comparenotes.message.intervals import Share
from comparenotes.message.languages import COVERED
from comparenotes.message.measure import MIN_DOCUMENTS, MIN_HITS, share_of, too_wide
from comparenotes.message.report import Message
from comparenotes.message.sides import pattern, sides_of
from comparenotes.message.stance import ATTACKS
from comparenotes.message.tally import BLOCK

WHOLE = ("post", "ad")
"""Genres whose texts are coded whole, as the coder's labelled posts were."""
CODES = {"negative_tones": "negative tone", "policy_attacks": "policy attack",
         "personal_attacks": "personal attack"}  # fmt: skip
"""Code of the coder to its words."""
_SCHEMA: dict[str, Any] = {
    "kind": pl.String(), "contender": pl.String(), "towards": pl.String(),
    "document": pl.Int64(), "block": pl.Int64(), "n": pl.Int64(),
    **{c: pl.Int64() for c in ATTACKS},
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Tone:
    """A side's tone in one genre, in all or ``towards`` an opponent it names.

    ``shares`` is None for a code that is withheld, and ``reason`` says why.
    """

    contender: str
    kind: str
    towards: str | None
    documents: int
    units: int
    shares: Mapping[str, Share | None]
    reason: str | None = None

    @property
    def unit(self) -> str:
        """Return what was coded: texts of posts and ads, else sentences."""
        return "text" if self.kind in WHOLE else "sentence"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; a code too few to say is null."""
        return {
            "contender": self.contender,
            "kind": self.kind,
            "towards": self.towards,
            "documents": self.documents,
            "units": self.units,
            "unit": self.unit,
            "enough": self.documents >= MIN_DOCUMENTS,
            "reason": self.reason,
            **{
                c: {"hits": s.hits, "share": s.share, "lo90": s.lo90, "hi90": s.hi90} if s else None
                for c, s in self.shares.items()
            },
        }


def tone_of(found: Message, embedding: bool = False) -> list[Tone]:
    """Return each side's tone by genre: in all, and towards each opponent it names.

    ``found`` must have been made from texts; measured figures hold no tone.
    """
    if not found.paths:
        return []
    parts = [*_counted(found, embedding)]
    if not parts:
        return []
    whole = (
        pl.concat(parts)
        .group_by([k for k in _SCHEMA if k not in ("n", *ATTACKS)], maintain_order=True)
        .sum()
    )
    order = {c.id: i for i, c in enumerate(found.campaign.contenders)}
    out = []
    for (kind, who, towards), rows in whole.group_by(
        "kind", "contender", "towards", maintain_order=True
    ):
        out.append(_tone(str(who), str(kind), None if towards is None else str(towards), rows))
    return sorted(out, key=lambda t: (t.kind, order[t.contender], order.get(t.towards or "", -1)))


def _tone(who: str, kind: str, towards: str | None, rows: pl.DataFrame) -> Tone:
    documents = rows["document"].n_unique()
    unit = ["document"] if documents > 1 else ["document", "block"]
    sums = rows.group_by(unit, maintain_order=True).agg(pl.col("n", *ATTACKS).sum()).sort(unit)
    of = sums["n"].to_numpy().astype(np.float64)
    units = int(of.sum())
    shares: dict[str, Share | None] = {}
    why = None
    noun = "texts" if kind in WHOLE else "sentences"
    if units < MIN_HITS:
        why = f"too few to say: {units} {noun if units != 1 else noun[:-1]}, under {MIN_HITS}"
    for c in ATTACKS:
        s = share_of(sums[c].to_numpy().astype(np.float64), of, documents == 1)
        shares[c] = None if why or too_wide(s) else s
    if why is None and not any(shares.values()):
        why = "too few to say: every interval is too wide"
    return Tone(who, kind, towards, documents, units, shares, why)


def _counted(found: Message, embedding: bool) -> Iterator[pl.DataFrame]:
    """Yield counts of coded texts or sentences by side, genre and opponent named."""
    coder = attack_coder(embedding)
    sides = sides_of(found.campaign, found.as_of)
    named = {s.id: pattern(s.names) for s in sides}
    for raw in dated_chunks(found.paths, found.campaign, found.as_of):
        units = _units(raw.filter(pl.col("language").is_in(list(COVERED))))
        if units.is_empty():
            continue
        p = coder.probabilities(units["text"])
        hits = p > np.array(THRESHOLDS)
        frame = units.drop("text").with_columns(
            pl.lit(1, pl.Int64).alias("n"),
            *(pl.Series(c, hits[:, i].astype(np.int64)) for i, c in enumerate(ATTACKS)),
        )
        parts = [frame.with_columns(pl.lit(None, pl.String).alias("towards"))]
        text = units["text"].to_list()
        for s in sides:
            name = named[s.id]
            if name is None:
                continue
            about = pl.Series([name.search(t) is not None for t in text], dtype=pl.Boolean)
            parts.append(
                frame.filter(about & (frame["contender"] != s.id)).with_columns(
                    pl.lit(s.id).alias("towards")
                )
            )
        rows = pl.concat([x.select(pl.col(k).cast(v) for k, v in _SCHEMA.items()) for x in parts])
        yield rows.group_by(
            [k for k in _SCHEMA if k not in ("n", *ATTACKS)], maintain_order=True
        ).sum()


def _units(chunk: pl.DataFrame) -> pl.DataFrame:
    """Return what is coded: sentences, of posts and ads the whole text."""
    keys = ["document", "contender", "kind"]
    block = (pl.int_range(pl.len()).over("document") // BLOCK).alias("block")
    said = chunk.filter(~pl.col("kind").is_in(WHOLE)).select(*keys, "text").with_columns(block)
    posts = chunk.filter(pl.col("kind").is_in(WHOLE))
    whole = posts.group_by(keys, maintain_order=True).agg(pl.col("text").str.join(" "))
    return pl.concat([said, whole.with_columns(block).select(said.columns)])


@cache
def accuracy() -> dict[str, Any]:
    """Return what the coder of posts scored, on posts and on campaign sentences (``tone.json``)."""
    out: dict[str, Any] = json.loads((message_dir() / "tone.json").read_text(encoding="utf-8"))
    return out


def to_dict(found: Message, told: list[Tone]) -> dict[str, Any]:
    """Return the JSON form of the tone with the coder's accuracy."""
    return {
        "tone": [t.to_dict() for t in told],
        "tone_coder": accuracy(),
        "tone_notes": notes(found, told),
    }


def _worth(measured: Mapping[str, Any]) -> str:
    return "finds " + "; ".join(
        f"{measured[c]['recall']:.0%} of {CODES[c]} and is right in {measured[c]['precision']:.0%}"
        for c in ATTACKS
    )


def notes(found: Message, told: list[Tone]) -> list[str]:
    """Return what a reader must know of the tone: genre, accuracy, what is not counted."""
    if not found.paths:
        return ["Tone needs the texts themselves: give them with --texts PATH."]
    if not told:
        return ["No text in English: the coder of tone reads no other language."]
    a = accuracy()
    learnt = "posts of one American year and, less, from passages of American speeches and debates"
    out = [f"The coder of tone learnt from {learnt}. On posts held out it {_worth(a['posts'])}."]
    other = sorted({t.kind for t in told if t.kind not in WHOLE})
    if other:
        genres = ", ".join(k if k != "other" else "no genre given" for k in other)
        aside, said = a["passages"], a["sentences"]
        out.append(
            f"Warning: these texts are not posts or ads ({genres}). On {aside['n']} hand-coded "
            f"passages of American speeches and debates, most of them doubtful cases, it "
            f"{_worth(aside)}. Of {said['n']} sentences drawn at random {said['hand_share']:.0f}% "
            f"are attacks by hand, and it calls {said['share']:.0f}% negative: "
            f"{said['recall']:.0%} of the attacks. Compare sides within a genre; take no share "
            "at its word. On manifestos and outside America it is not measured."
        )
    out.append("These intervals (90%) resample texts; the coder's error is not in them.")
    out.append(
        "Towards an opponent: what names the party or its people; pronouns are not followed."
    )
    return out
