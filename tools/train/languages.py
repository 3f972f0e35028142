"""How often single lines are taken for another language than theirs.

``python -m tools.train.languages TEXTS`` takes every sentence of the English corpora for a text of
its own, which is the hardest case, and prints the share not taken for English (a few are
in Irish, Scots Gaelic or Spanish indeed); then the invented lines of
``tools/tables/message_foreign_lines.csv``, and how many are told from English.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from comparenotes.message.languages import language
from comparenotes.message.sentences import blank, spans

LINES = Path(__file__).parents[1] / "tables" / "message_foreign_lines.csv"


def corpora(texts: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and the sentences of each corpus."""
    raw = gzip.decompress((texts / "uk_manifesto_sentences_1945_2019.csv.gz").read_bytes())
    m = pl.read_csv(raw, infer_schema_length=None)
    yield "British manifestos 1945 to 2019", m["text"].drop_nulls().to_list()
    hand = pl.read_csv(texts / "uk_manifestos_cap_coded_1983_2010.csv")
    yield "hand-coded manifestos", hand["text"].drop_nulls().to_list()
    posts = pl.read_csv(texts / "us_campaign_tweets_2018_attack_coded.csv")
    yield "campaign posts 2018", posts["text"].to_list()
    for name, file, column in (
        ("conventions 2012", "us_conventions_2012.csv", "text"),
        ("debates 1960 to 2020", "us_debates_1960_2020.csv", "concatenated_speech"),
    ):
        yield name, sentences(pl.read_csv(texts / file)[column].drop_nulls().to_list())
    files = sorted((texts / "us_2016_speeches").glob("*.txt"))
    yield "speeches 2016", sentences(p.read_bytes().decode("utf-8", "replace") for p in files)


def sentences(documents: Iterable[str]) -> list[str]:
    """Return the sentences of documents."""
    return [t[a:b] for t in map(blank, documents) for a, b in spans(t)]


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    args = a.parse_args()
    print("| corpus | sentences | not taken for English |")
    print("| --- | --: | --: |")
    for name, every in corpora(args.texts):
        said = [t for t in every if any(c.isalpha() for c in t)]
        wrong = sum(language(t) != "en" for t in said)
        print(f"| {name} | {len(said):,} | {100 * wrong / len(said):.2f}% |")
    rows = pl.read_csv(LINES).rows()
    told = sum(language(t) != "en" for _, t in rows)
    right = sum(language(t) == k for k, t in rows)
    print(f"invented lines of other languages: {told} of {len(rows)} told, {right} named rightly")


if __name__ == "__main__":
    main()
