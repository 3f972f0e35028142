"""Coded sentences of every source with what stands around them: what the coders learn from.

Sources: British manifestos coded to topics, addresses coded to topics, manifesto sentences
coded for immigration, and the campaign sentences coded by passes of a language model (the
tables ``message_codings_issues.csv`` of ``tools/tables``, by offset and hash).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.campaigns.catalogue import campaign_ids, load_bundled
from comparenotes.message import best
from comparenotes.message.issues import TOPICS
from comparenotes.message.sides import Side, sides_of
from tools.train.genres import Doc, every, governs, hash_of, is_test
from tools.train.manifestos import corrected
from tools.train.stance import GENERIC, PEOPLE

NUMBERS = tuple(n for n, _ in TOPICS.values())
ADDRESSES_TEST = (1956, 1967, 1981, 1996, 2007, 2016)
"""Every other address of the file is never learnt from."""
HELD_YEAR = 2010
"""Nor is the last year of the coded manifestos."""
LOST = 0.05
"""Part of the codings that a later way of splitting sentences may not find again."""


@dataclass
class Text:
    """A document with labels: -1 where a sentence has none."""

    source: str
    name: str
    country: str
    year: int
    genre: str
    party: str
    held: bool
    texts: list[str]
    topic: Any = None
    migration: Any = None
    green: Any = None
    stance: Any = None
    rows: Any = None
    drawn: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for k in ("topic", "migration", "green", "stance", "rows"):
            if getattr(self, k) is None:
                setattr(self, k, np.full(len(self.texts), -1))

    @property
    def governs(self) -> bool | None:
        """Return whether the speaker's side held the office."""
        return governs(self.country, self.year, self.party)


@cache
def sides(country: str, year: int) -> tuple[Side, ...]:
    """Return the sides of the campaign of a year, by the catalogue or by the names of old ones."""
    id_ = {("GB", 2023): "gb-2024", ("GB", 2025): "gb-next"}.get(
        (country, year), f"{country.lower()}-{year}"
    )
    if id_ in campaign_ids():
        return sides_of(load_bundled(id_))
    parties = ("dem", "rep") if country == "US" else ("lab", "con", "ld")
    return tuple(
        Side(p, p, tuple(PEOPLE[p].split(",")), bool(governs(country, year, p))) for p in parties
    )


def own_and_others(t: Text | Doc) -> tuple[Side | None, list[Side]]:
    """Return the side that speaks and the others; without a party, both by their names."""
    if not t.party:
        return None, [GENERIC]
    known = sides(t.country, t.year)
    own = next((s for s in known if s.id == t.party), None)
    if own is None:
        own = Side(t.party, t.party, (), bool(t.governs))
    return own, [s for s in known if s.id != t.party]


def marked(t: Text | Doc) -> list[str]:
    """Return the sentences with a sign behind each name of a side."""
    return best.marked(t.texts, *own_and_others(t))


def manifestos(folder: Path) -> list[Text]:
    """Return the coded British manifestos by year and party."""
    d = corrected(pl.read_csv(folder / "uk_manifestos_cap_coded_1983_2010.csv"))
    d = d.with_columns(pl.col("text").fill_null(""))
    out = []
    for (year, party), rows in d.group_by("year", "party", maintain_order=True):
        topic = np.array([NUMBERS.index(k) for k in rows["majortopic"]])
        name, y = f"cap {year} {party}", int(str(year))
        t = Text(
            "cap",
            name,
            "GB",
            y,
            "manifesto",
            str(party),
            y == HELD_YEAR,
            rows["text"].to_list(),
            topic,
        )
        out.append(t)
    return out


def addresses(folder: Path) -> list[Text]:
    """Return the coded addresses; 99 and 23 are no policy topic."""
    d = pl.read_csv(folder / "us_state_of_the_union_cap_coded.csv")
    out = []
    for (year,), rows in d.group_by("year", maintain_order=True):
        y = int(str(year))
        topic = np.array([NUMBERS.index(k if k in NUMBERS else 0) for k in rows["label_cap2"]])
        party = "dem" if rows["pres_party"][0] == 100 else "rep"
        texts = [" ".join((s or "").split()) for s in rows["text_original"]]
        out.append(
            Text("sotu", f"sotu {y}", "US", y, "address", party, y in ADDRESSES_TEST, texts, topic)
        )
    return out


def crowd(folder: Path) -> list[Text]:
    """Return manifestos with sentences that a crowd coded for immigration."""
    d = pl.read_csv(folder / "uk_manifesto_sentences_1945_2019.csv.gz", infer_schema_length=0)
    d = d.filter(pl.col("year").cast(pl.Int64) < 2015)
    out = []
    for (year, party), rows in d.group_by("year", "party", maintain_order=True):
        label = rows["crowd_immigration_label"].fill_null("")
        if (label == "").all():
            continue
        y = np.array([{"Immigration": 1, "Not immigration": 0}.get(v, -1) for v in label])
        who = {"Con": "con", "Lab": "lab", "LD": "ld", "Lib": "ld", "Greens": "grn"}.get(
            str(party), str(party).lower()
        )
        texts = [" ".join((s or "").split()) for s in rows["text"]]
        out.append(
            Text(
                "crowd",
                f"crowd {year} {party}",
                "GB",
                int(str(year)),
                "manifesto",
                who,
                False,
                texts,
                migration=y,
            )
        )
    return out


def unlabelled(folder: Path) -> list[Text]:
    """Return all campaign texts as documents without labels."""
    return [
        Text("new", d.name, d.country, d.year, d.genre, d.party, is_test(d), list(d.texts))
        for d in every(folder)
    ]


def campaigns(folder: Path, codes: pl.DataFrame) -> list[Text]:
    """Return the campaign documents with the codes of their sentences.

    ``codes`` has file, unit, start, end, hash, topic, migration, green, stance.

    Raises
    ------
    ValueError
        If a sentence is another than the one coded, or more than :data:`LOST` are not found.
    """
    wanted: dict[tuple[str, str, int, int], dict[str, Any]] = {
        (r["file"], str(r["unit"]), r["start"], r["end"]): r for r in codes.iter_rows(named=True)
    }
    found = 0
    out = []
    from comparenotes.message.stance import STANCES

    ids = list(TOPICS)
    for d in every(folder):
        t = Text("new", d.name, d.country, d.year, d.genre, d.party, is_test(d), list(d.texts))
        t.drawn = [""] * len(t.texts)
        for i, (unit, start, end) in enumerate(d.places):
            r = wanted.get((d.file, unit, start, end))
            if r is None:
                continue
            if hash_of(d.texts[i]) != r["hash"]:
                raise ValueError(f"{d.file} {unit}: not the text that was coded")
            found += 1
            t.topic[i] = ids.index(r["topic"])
            t.migration[i], t.green[i] = r["migration"], r["green"]
            t.stance[i] = STANCES.index(r["stance"])
            t.rows[i] = r["n"]
            t.drawn[i] = r["drawn"]
        out.append(t)
    lost = len(wanted) - found
    if lost > LOST * len(wanted):
        raise ValueError(f"{lost} coded sentences are not in the texts")
    if lost:
        print(f"{lost} of {len(wanted)} coded sentences are split otherwise today: left out")
    return out


def not_learnt(texts: Sequence[Text]) -> int:
    """Take the codes from training sentences that a document kept aside has word for word.

    The same speech stands in two files, and candidates of one party say the same.
    """
    said = {s.lower() for t in texts if t.held for s in t.texts if len(s.split()) >= 6}
    n = 0
    for t in texts:
        if t.held:
            continue
        for i, s in enumerate(t.texts):
            if s.lower() in said:
                t.topic[i] = t.migration[i] = t.green[i] = t.stance[i] = -1
                n += 1
    return n
