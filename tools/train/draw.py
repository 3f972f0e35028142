# ruff: noqa: E501 - a pattern is read as one line
"""Draw sentences to be coded: a random test set of documents kept aside, then a training set.

``python -m tools.train.draw TEXTS --out DIR``

Writes batches to be read (with the sentence before and after), and a key of where each
stands. The test is random within genre and country; of the training sentences half are, the
others hold wide cues of migration, the green agenda or a stance. No text enters the repository.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tools.train.genres import Doc, every, hash_of, is_test

BATCH = 400
TEST_BATCHES, TRAIN_BATCHES = 4, 10
# genre, country, years -> share of the test and of the training sentences
TEST_PLAN: tuple[tuple[str, str, tuple[int, ...], int], ...] = (
    ("debate", "US", (2024,), 130),
    ("debate", "US", (2008,), 110),
    ("debate", "GB", (2024,), 180),
    ("debate", "GB", (2015, 2019), 95),
    ("convention", "US", (2024,), 170),
    ("convention", "US", (2008,), 80),
    ("speech", "US", (2024,), 190),
    ("speech", "US", (2016,), 45),
    ("platform", "US", (2024,), 180),
    ("manifesto", "GB", (2024,), 180),
    ("manifesto", "GB", (2015,), 60),
    ("statement", "GB", (2024,), 110),
    ("conference", "GB", (2025,), 70),
    ("post", "US", (2018,), 60),
)
TRAIN_PLAN: tuple[tuple[str, str, tuple[int, ...], int], ...] = (
    ("debate", "US", (2024,), 260),
    ("debate", "US", (2004, 2012, 2016, 2020), 500),
    ("debate", "GB", (2024,), 380),
    ("debate", "GB", (2005, 2010, 2017, 2019), 360),
    ("convention", "US", (2024,), 440),
    ("convention", "US", (2004, 2012, 2016, 2020), 300),
    ("speech", "US", (2024,), 340),
    ("speech", "US", (2016,), 200),
    ("platform", "US", (2016, 2020, 2024), 360),
    ("manifesto", "GB", (2024,), 240),
    ("manifesto", "GB", (2017, 2019), 180),
    ("statement", "GB", (2024,), 240),
    ("conference", "GB", (2023,), 100),
    ("post", "US", (2018,), 100),
)
CUES: tuple[tuple[str, int, str], ...] = (
    (
        "migration",
        34,
        r"migra|asylum|refugee|border|visa|deport|\bboats?\b|smuggl|rwanda|channel|citizenship|dreamer|daca|undocument|\balien|illegal(?:ly|s)?\b|foreign (?:workers|students|nurses|criminals)|overseas (?:workers|students)|points.based|free movement|hotels?\b|traffick|detention|sanctuary|\bwall\b|caravan|catch and release|title 42|cartel|newcomers|haitian|venezuela|springfield|\bwelcom\w+ (?:people|those)|came to (?:this|our) country|come (?:here|into our country|to (?:this|our) country)|millions of people|\bnational insurance numbers?\b|net number|population|\bice\b|\bins\b",
    ),
    (
        "green",
        30,
        r"climate|net zero|carbon|emission|renewab|\bwind\b|solar|turbine|drill|frack|\boil\b|\bgas\b|fossil|coal|pipeline|keystone|\bev\b|electric (?:car|vehicle)|electric\w*|energy|\bgreen\b|clean (?:air|water|energy|power)|environment|pollut|sewage|nature|rewild|wildlife|species|biodivers|recycl|plastic|heat pump|insulat|boiler|nuclear (?:power|plant|energy)|hydrogen|paris (?:agreement|accord)|warming|planet|conservation|\bulez\b|petrol|diesel|gasoline|gas prices|fuel|rivers?\b|forests?\b|trees?\b|flood|sustainab|inflation reduction act|ed miliband|great british energy|battery|batteries|storms?\b|hurricane|wildfires?",
    ),
    (
        "attack",
        14,
        r"fail|broke|betray|lied|liar|\blies\b|corrupt|chaos|disaster|worst|weak|wast(?:e|ed|ing)|extreme|dangerous|tories|conservatives|labour|democrats|republicans|trump|biden|harris|kamala|obama|clinton|romney|opponent|he (?:wants|says|said|thinks|would)|she (?:wants|says|said|thinks|would)|they (?:want|say|said|think|would)",
    ),
    (
        "record",
        12,
        r"\bwe(?:'ve|’ve| have| did| created| passed| cut| built| made| brought)|\bi(?:'ve|’ve| have| did| created| passed| cut| built| made| signed| brought)|since 20|since (?:we|i)|under (?:my|our)|record|when i was|my administration|last year|years ago|as (?:governor|president|prosecutor|attorney general|chancellor|prime minister)",
    ),
    (
        "promise",
        10,
        r"\bwe(?:'ll|’ll| will| would| want to|'re going to|’re going to| must| need to| are going to)|\bi(?:'ll|’ll| will| would| want to|'m going to|’m going to| am going to)|plan to|pledge|commit|propose|guarantee|going to|let's|let’s",
    ),
)


def chosen(docs: list[Doc], plan: Any, enriched: bool, rng: Any) -> list[tuple[Doc, int, str]]:
    """Return ``(document, sentence, how it was drawn)`` by the plan."""
    out: list[tuple[Doc, int, str]] = []
    said: set[str] = set()
    for genre, country, years, n in plan:
        pool = [
            (d, i)
            for d in docs
            if d.genre == genre and d.country == country and d.year in years
            for i in range(len(d.texts))
        ]
        order = rng.permutation(len(pool))
        at_random = n // 2 if enriched else n
        taken: set[int] = set()
        wanted: list[tuple[str, int, re.Pattern[str] | None]] = [("random", at_random, None)]
        if enriched:
            wanted += [
                (name, round((n - at_random) * w / 100), re.compile(p, re.I)) for name, w, p in CUES
            ]
        for name, size, cue in wanted:
            got = 0
            for k in order:
                d, i = pool[k]
                text = d.texts[i]
                if k in taken or text.lower() in said or got >= size:
                    continue
                # A cue in the sentence before counts too: the indirect ones follow the direct.
                if cue is not None and not cue.search(text):
                    near = i and cue.search(d.texts[i - 1]) and rng.random() < 0.12
                    if not near:
                        continue
                if cue is not None and len(text.split()) < 5:
                    continue
                taken.add(int(k))
                said.add(text.lower())
                out.append((d, i, name))
                got += 1
    return out


def side_of(d: Doc) -> str:
    """Return the words that tell a reader who speaks."""
    if not d.party:
        return "a Senate candidate"
    role = "" if d.governs is None else " (governing)" if d.governs else " (opposition)"
    return (
        f"{d.speaker + ', ' if d.speaker and 'unlabelled' not in d.speaker else ''}{d.party}{role}"
    )


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--out", type=Path, required=True)
    args = a.parse_args()
    rng = np.random.default_rng(15)
    docs = list(every(args.texts))
    test = chosen([d for d in docs if is_test(d)], TEST_PLAN, False, rng)
    train = chosen([d for d in docs if not is_test(d)], TRAIN_PLAN, True, rng)
    key: list[dict[str, Any]] = []
    number = 0
    first = 1
    for use, drawn, batches in (("test", test, TEST_BATCHES), ("train", train, TRAIN_BATCHES)):
        drawn = [drawn[i] for i in rng.permutation(len(drawn))]
        for b, part in enumerate(np.array_split(np.arange(len(drawn)), batches), first):
            rows = []
            for k in part:
                d, i, how = drawn[k]
                number += 1
                unit, start, end = d.places[i]
                rows.append(
                    {
                        "n": number,
                        "genre": d.genre,
                        "country": d.country,
                        "year": d.year,
                        "speaker_side": side_of(d),
                        "before": d.texts[i - 1][-200:] if i else "",
                        "sentence": d.texts[i],
                        "after": d.texts[i + 1][:160] if i + 1 < len(d.texts) else "",
                    }
                )
                key.append(
                    {
                        "n": number,
                        "batch": b,
                        "use": use,
                        "drawn": how,
                        "file": d.file,
                        "unit": unit,
                        "start": start,
                        "end": end,
                        "hash": hash_of(d.texts[i]),
                        "genre": d.genre,
                        "country": d.country,
                        "year": d.year,
                        "party": d.party,
                        "governs": d.governs,
                        "document": d.name,
                    }
                )
            frame = pl.DataFrame(rows)
            text = pl.col(pl.String).str.replace_all(r"[\t\r\n]+", " ").str.replace_all('"', "'")
            frame.with_columns(text).write_csv(
                args.out / f"batch_{b:02d}.tsv", separator="\t", quote_style="never"
            )
        first += batches
    pl.DataFrame(key).write_csv(args.out / "key.tsv", separator="\t")
    print(pl.DataFrame(key).group_by("use", "drawn").len().sort("use", "drawn").rows())


if __name__ == "__main__":
    main()
