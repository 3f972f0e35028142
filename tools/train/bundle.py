"""Score the named corpora and write their counts: ``data/message/figures.parquet``.

``python -m tools.train.bundle TEXTS --out DIR``

No prose goes in: one row a block of 50 sentences, issue and stance. Topics of the
Labour and Conservative manifestos of 1983 to 2010 are the hand codes of their file,
all others the coder's.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.catalogue import campaign_ids, load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.message.bundled import COLUMNS, HAND
from comparenotes.message.documents import Document
from comparenotes.message.earlier import EARLIER, earlier
from comparenotes.message.issues import ISSUE_P, issues_named
from comparenotes.message.sides import contender_of, sides_of
from comparenotes.message.tally import coded, merged, tally
from comparenotes.message.texts import SENTENCES, Corpus
from tools.train.manifestos import corrected

MANIFESTO_PARTIES = {
    "Con": "con", "Lab": "lab", "LD": "ld", "Lib": "ld", "SNP": "snp", "PC": "pc",
    "UKIP": "ukip", "Greens": "grn", "Brexit": "ref",
}  # fmt: skip
ALLIANCE = 1983
"""In this year the Alliance stands for the Liberals; in 1987 the file has it twice."""
CONVENTION_DAYS = {"republican": date(2012, 8, 30), "democrat": date(2012, 9, 6)}
"""The last day of each convention: until then its speeches are not all published."""


class Rows(Corpus):
    """A corpus of documents given from memory."""

    def __init__(self, campaign: Campaign, documents: list[Document]) -> None:
        super().__init__((), campaign)
        self._given = documents

    def _documents(self) -> Iterator[Document]:
        yield from (d for d in self._given if d.contender is not None and d.text.strip())


def opened(campaign_id: str) -> Campaign:
    """Return a campaign of the catalogue or an earlier one."""
    return earlier(campaign_id) if campaign_id in EARLIER else load_bundled(campaign_id)


Told = Callable[[Campaign, str, pl.DataFrame], None]
"""Called with each coded chunk, for what else is counted in it."""


def score(campaign: Campaign, chunks: Any, source: str, told: Told | None = None) -> pl.DataFrame:
    """Return the tally of a campaign's sentences with its campaign and source."""
    issues = issues_named(("all",))
    parts = []
    for chunk in coded(chunks, sides_of(campaign), country=campaign.country):
        parts.append(tally(chunk, issues))
        if told is not None:
            told(campaign, source, chunk)
    return merged(parts).select(
        pl.lit(campaign.id).alias("campaign"), pl.lit(source).alias("source"), pl.all()
    )


def manifestos(texts: Path, told: Told | None = None) -> Iterator[pl.DataFrame]:
    """Yield the tallies of British manifestos, by campaign of the catalogue."""
    raw = gzip.decompress((texts / "uk_manifesto_sentences_1945_2019.csv.gz").read_bytes())
    d = pl.read_csv(raw, infer_schema_length=None).with_columns(pl.col("text").fill_null(""))
    hand = corrected(pl.read_csv(texts / "uk_manifestos_cap_coded_1983_2010.csv"))
    hand = hand.filter(pl.col("party") != "ld")  # its first pages only: the other file has all
    for cid in sorted({*campaign_ids(), *EARLIER}):
        year = cid.removeprefix("gb-")[:4]
        if not cid.startswith("gb-") or not year.isdigit() or cid == "gb-1974-10":
            continue  # the file does not tell the two manifestos of 1974 apart
        campaign = opened(cid)
        ids = set(campaign.contender_ids)
        rows: list[dict[str, Any]] = []
        day = campaign.eve()  # the files know the year only: by the eve at the latest
        given = hand.filter(pl.col("year") == int(year))
        own = d.filter(pl.col("year") == int(year))
        number = 0
        for party in own["party"].unique().sort().to_list():
            who = MANIFESTO_PARTIES.get(party)
            if party == "LibSDP" and int(year) == ALLIANCE:
                who = "ld"
            if who not in ids or (who in {"lab", "con"} and given.height):
                continue
            number += 1
            rows += _sentences(own.filter(pl.col("party") == party)["text"], number, who, day)
        if rows:
            yield score(campaign, [pl.DataFrame(rows, schema=SENTENCES)], "manifestos", told)
        if given.height:
            yield _hand_coded(campaign, given, number, day, told)


def _hand_coded(
    campaign: Campaign, given: pl.DataFrame, number: int, day: date, told: Told | None
) -> pl.DataFrame:
    rows = []
    for i, party in enumerate(("con", "lab"), number + 1):
        own = given.filter(pl.col("party") == party)
        rows += _sentences(own["text"].fill_null(""), i, party, day, blank=True)
    frame = pl.DataFrame(rows, schema=SENTENCES)
    topics = pl.concat([given.filter(pl.col("party") == p)["majortopic"] for p in ("con", "lab")])
    issues = issues_named(("all",))
    chunk = next(iter(coded([frame], sides_of(campaign), country=campaign.country)))
    chunk = chunk.with_columns(topics.alias("topic")).drop("p", *ISSUE_P.values())  # certain
    if told is not None:
        told(campaign, HAND, chunk)
    return tally(chunk, issues).select(
        pl.lit(campaign.id).alias("campaign"), pl.lit(HAND).alias("source"), pl.all()
    )


def _sentences(
    texts: pl.Series, number: int, who: str, day: date, blank: bool = False
) -> list[dict[str, Any]]:
    return [
        {
            "document": number, "file": "", "row": i, "contender": who, "speaker": None,
            "date": day, "kind": "manifesto", "language": "en", "start": 0, "end": len(t),
            "text": t,
        }
        for i, t in enumerate(texts.to_list())
        if blank or t.strip()
    ]  # fmt: skip


def conventions(texts: Path, told: Told | None = None) -> Iterator[pl.DataFrame]:
    """Yield the tally of the speeches at the conventions of 2012."""
    campaign = load_bundled("us-2012")
    d = pl.read_csv(texts / "us_conventions_2012.csv")
    documents = [
        Document(
            r["text"], "", i, contender_of(r["party"], campaign), r["speaker"],
            CONVENTION_DAYS[r["party"]], "speech",
        )
        for i, r in enumerate(d.iter_rows(named=True))
    ]  # fmt: skip
    yield score(campaign, Rows(campaign, documents).chunks(), "conventions", told)


def speeches(texts: Path, told: Told | None = None) -> Iterator[pl.DataFrame]:
    """Yield the tally of the speeches of 2016; two files of one day are two documents."""
    campaign = load_bundled("us-2016")
    documents = []
    for path in sorted((texts / "us_2016_speeches").glob("*.txt")):
        parts = path.stem.split("-")
        y, m, d = (int(x) for x in parts[:3])
        day = date(y, m, d) if y > 31 else date(2000 + d, y, m)  # 8-11-16 is 11 August 2016
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
        who = "dem" if "clinton" in path.stem else "rep"
        documents.append(Document(text, "", 0, who, None, day, "speech"))
    yield score(campaign, Rows(campaign, documents).chunks(), "speeches", told)


def debates(texts: Path) -> Iterator[pl.DataFrame]:
    """Yield the tallies of debates, a side's turns on one day being one document."""
    d = pl.read_csv(texts / "us_debates_1960_2020.csv").with_columns(
        pl.col("date").str.to_date("%d/%m/%Y", strict=False)
    )
    for cid in sorted({*campaign_ids(), *EARLIER}):
        if not cid.startswith("us-") or not cid[3:].isdigit():
            continue
        campaign = opened(cid)
        own = d.filter(pl.col("date").dt.year() == int(cid[3:]))
        turns: dict[tuple[date, str], list[str]] = {}
        for r in own.iter_rows(named=True):
            label = r["speaker"].removeprefix("VICE PRESIDENT ").rstrip(":")
            who = RUNNING_MATES.get((cid, label)) or contender_of(label, campaign)
            if who and r["concatenated_speech"]:
                turns.setdefault((r["date"], who), []).append(r["concatenated_speech"])
        documents = [
            Document("\n\n".join(t), "", 0, who, None, day, "debate")
            for (day, who), t in turns.items()
        ]
        if documents:
            yield score(campaign, Rows(campaign, documents).chunks(), "debates")


RUNNING_MATES = {
    ("us-1984", "BUSH"): "rep", ("us-1984", "FERRARO"): "dem", ("us-1984", "THE PRESIDENT"): "rep",
    ("us-1988", "QUAYLE"): "rep", ("us-1988", "BENTSEN"): "dem", ("us-1992", "GORE"): "dem",
    ("us-1992", "SENATOR GORE"): "dem", ("us-1992", "QUAYLE"): "rep", ("us-1996", "GORE"): "dem",
    ("us-1996", "KEMP"): "rep", ("us-2000", "LIEBERMAN"): "dem", ("us-2000", "CHENEY"): "rep",
    ("us-2004", "EDWARDS"): "dem", ("us-2004", "CHENEY"): "rep",
    ("us-2008", "BIDEN"): "dem", ("us-2008", "PALIN"): "rep", ("us-2012", "BIDEN"): "dem",
    ("us-2012", "RYAN"): "rep", ("us-2016", "KAINE"): "dem", ("us-2016", "PENCE"): "rep",
    ("us-2020", "HARRIS"): "dem", ("us-2020", "PENCE"): "rep",
}  # fmt: skip
"""Candidates for vice president, who debate but are not in the catalogue."""


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--out", type=Path, required=True)
    args = a.parse_args()
    parts: list[pl.DataFrame] = []
    for make in (manifestos, conventions, speeches, debates):
        for part in make(args.texts):
            parts.append(part.cast(dict(COLUMNS)))  # type: ignore[arg-type]
            print(part["campaign"][0], make.__name__, part["document"].n_unique(), flush=True)
    # Document numbers are one sequence per campaign, over its corpora.
    whole = pl.concat(parts)
    key = pl.struct("source", "document", "contender").rank("dense").over("campaign")
    whole = whole.with_columns(key.cast(pl.Int64).alias("document")).select(list(COLUMNS))
    whole = whole.with_columns(pl.col("expected").round(2))
    whole = whole.filter((pl.col("n") > 0) | (pl.col("expected") > 0))
    whole.sort(list(COLUMNS)).write_parquet(args.out / "figures.parquet", compression_level=12)


if __name__ == "__main__":
    main()
