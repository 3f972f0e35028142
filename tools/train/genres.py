"""The user's texts as documents of sentences, by genre and country, in reading order.

Each sentence is named by its file, unit (row of a table from 1, or file name) and offsets, as
in the codings of ``tools/tables``; the text itself is never stored. A document is one
speaker's words on one occasion, or one manifesto: what the coders read together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.message.sentences import blank, spans

US_GOVERNING = {
    2000: "dem",
    2004: "rep",
    2008: "rep",
    2012: "dem",
    2016: "dem",
    2020: "rep",
    2024: "dem",
}
US_EARLIER = {
    1960: "rep",
    1976: "rep",
    1980: "dem",
    1984: "rep",
    1988: "rep",
    1992: "rep",
    1996: "dem",
}
DEBATERS = {
    "dem": "KENNEDY CARTER MONDALE FERRARO DUKAKIS BENTSEN CLINTON GORE LIEBERMAN KERRY EDWARDS "
    "OBAMA OBAM BIDEN KAINE HARRIS",
    "rep": "NIXON FORD REAGAN BUSH QUAYLE DOLE KEMP CHENEY MCCAIN PALIN ROMNEY ROMNEHY RYAN "
    "TRUMP PENCE",
}
_PARTY = {name: party for party, names in DEBATERS.items() for name in names.split()}
_MENDED = {"OBAM": "OBAMA", "ROMNEHY": "ROMNEY"}
GB_MANIFESTOS = {
    "Con": "con",
    "Lab": "lab",
    "Lib": "ld",
    "UKIP": "ukip",
    "Greens": "grn",
    "SNP": "snp",
    "PC": "pc",
    "Brexit": "ref",
}


@dataclass
class Doc:
    """One document: ``texts[i]`` stands at ``places[i]`` (unit, start, end) of ``file``."""

    file: str
    name: str
    genre: str
    country: str
    year: int
    party: str
    speaker: str
    governs: bool | None
    texts: list[str] = field(default_factory=list)
    places: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, unit: str, text: str) -> None:
        """Add the sentences of one row or file."""
        clean = blank(text)
        for start, end in spans(clean):
            self.texts.append(" ".join(clean[start:end].split()))
            self.places.append((unit, start, end))


def hash_of(text: str) -> str:
    """Return the digest by which a coding checks its sentence."""
    return blake2b(text.encode(), digest_size=8).hexdigest()


def governs(country: str, year: int, party: str) -> bool | None:
    """Return whether a party held the office at the election of a year."""
    if country == "US":
        held = {**US_EARLIER, **US_GOVERNING}.get(year)
        return None if held is None else party == held
    if year == 2025:
        return party == "lab"
    if year <= 2010 and year >= 2001:
        return party == "lab"
    if year == 2015:
        return party in {"con", "ld"}
    return party == "con" if 2015 < year <= 2024 else None


def every(folder: Path) -> Iterator[Doc]:
    """Yield all documents of the folder of texts."""
    yield from _tables(folder)
    yield from _debates(folder)
    yield from _speeches(folder)
    yield from _conventions_2012(folder)
    yield from _tweets(folder)
    yield from _manifestos(folder)


def _by_document(
    folder: Path, file: str, genre: str, country: str, year: int | None
) -> Iterator[Doc]:
    t = pl.read_csv(folder / file, infer_schema_length=0)
    docs: dict[str, Doc] = {}
    for n, r in enumerate(t.iter_rows(named=True), 1):
        on = int(r["date"][:4]) if year is None else year
        doc = docs.get(r["document"])
        if doc is None:
            doc = docs[r["document"]] = Doc(
                file,
                r["document"],
                genre,
                country,
                on,
                r["contender"],
                r["speaker"] or "",
                governs(country, on, r["contender"]),
            )
        doc.add(str(n), r["text"] or "")
    yield from docs.values()


def _tables(folder: Path) -> Iterator[Doc]:
    for file, genre, country, year in (
        ("gb_2024/manifestos_2024.csv", "manifesto", "GB", 2024),
        ("gb_2024/reform_candidate_statements.csv", "statement", "GB", 2024),
        ("gb_2024/sunak_conference_2023.csv", "conference", "GB", 2023),
        ("gb_next/farage_conference_2025.csv", "conference", "GB", 2025),
        ("gb_2024/tv_debates_2024.csv", "debate", "GB", 2024),
        ("gb_debates/tv_debates_2005_2019.csv", "debate", "GB", None),
        ("us_2024/conventions_2024.csv", "convention", "US", 2024),
        ("us_2024/debates_2024.csv", "debate", "US", 2024),
        ("us_2024/dem_campaign_remarks_2024.csv", "speech", "US", 2024),
        ("us_2024/trump_butler_rally_2024-10-05.csv", "speech", "US", 2024),
        ("us_2024/platforms_2016_2024.csv", "platform", "US", None),
        ("us_2024/candidate_positions_2024.csv", "platform", "US", 2024),
        *(
            (f"us_conventions_cspan/conventions_{y}_cspan.csv", "convention", "US", y)
            for y in (2004, 2008, 2012, 2016, 2020, 2024)
        ),
    ):
        yield from _by_document(folder, file, genre, country, year)


def _debates(folder: Path) -> Iterator[Doc]:
    file = "us_debates_1960_2020.csv"
    docs: dict[tuple[str, str], Doc] = {}
    for n, r in enumerate(pl.read_csv(folder / file).iter_rows(named=True), 1):
        words = r["speaker"].strip(": ").replace(",", ".").split()
        who = _MENDED.get(words[-1], words[-1]) if words else ""
        if "." in who:
            who = who.split(".")[-1]
        if who not in _PARTY or any(w.startswith("MODERATOR") for w in words):
            continue
        year = int(r["date"][-4:])
        key = (r["date"], who)
        if key not in docs:
            party = _PARTY[who]
            docs[key] = Doc(
                file,
                f"debate {r['date']} {who}",
                "debate",
                "US",
                year,
                party,
                who.title(),
                governs("US", year, party),
            )
        docs[key].add(str(n), r["concatenated_speech"] or "")
    yield from docs.values()


def _speeches(folder: Path) -> Iterator[Doc]:
    for path in sorted((folder / "us_2016_speeches").glob("*.txt")):
        party, who = (
            ("dem", "Hillary Clinton") if "clinton" in path.name else ("rep", "Donald Trump")
        )
        doc = Doc("us_2016_speeches", path.stem, "speech", "US", 2016, party, who, party == "dem")
        doc.add(path.name, path.read_bytes().decode("utf-8-sig", errors="replace"))
        yield doc


def _conventions_2012(folder: Path) -> Iterator[Doc]:
    file = "us_conventions_2012.csv"
    for n, r in enumerate(pl.read_csv(folder / file).iter_rows(named=True), 1):
        party = "dem" if r["party"] == "democrat" else "rep"
        doc = Doc(
            file,
            f"2012 {n}",
            "convention",
            "US",
            2012,
            party,
            (r["speaker"] or "").title(),
            party == "dem",
        )
        doc.add(str(n), r["text"] or "")
        yield doc


def _tweets(folder: Path) -> Iterator[Doc]:
    file = "us_campaign_tweets_2018_attack_coded.csv"
    for n, r in enumerate(pl.read_csv(folder / file).iter_rows(named=True), 1):
        doc = Doc(file, f"tweet {r['uid']}", "post", "US", 2018, "", "", None)
        doc.add(str(n), r["text"] or "")
        yield doc


def _manifestos(folder: Path) -> Iterator[Doc]:
    """Yield British manifestos of 2015 to 2019; earlier ones are in the coded file."""
    file = "uk_manifesto_sentences_1945_2019.csv.gz"
    docs: dict[tuple[int, str], Doc] = {}
    for n, r in enumerate(
        pl.read_csv(folder / file, infer_schema_length=0).iter_rows(named=True), 1
    ):
        year = int(r["year"])
        if year < 2015:
            continue
        party = GB_MANIFESTOS.get(r["party"], r["party"])
        doc = docs.setdefault(
            (year, r["party"]),
            Doc(
                file,
                f"manifesto {year} {party}",
                "manifesto",
                "GB",
                year,
                party,
                "",
                governs("GB", year, party),
            ),
        )
        doc.add(str(n), r["text"] or "")
    yield from docs.values()


UNSEEN_YEARS = {("US", 2008), ("GB", 2015)}
"""Debates, conventions and manifestos of these years are never learnt from."""
UNSEEN_SPEAKERS = ("farage", "vance", "walz")
"""Nor is anything these people said."""
TEST_DOCUMENTS = (
    "2024-10-01",
    "deb_2024_06_13",
    "deb_2024_06_20",
    "deb_2024_06_26",
    "democrat-platform-2024",
    "republican-platform-2024",
    "con-manifesto-2024",
    "grn-manifesto-2024",
    "ref-manifesto-2024",
    "2024-10-05-butler",
)
TEST_SHARE = {"convention": 30, "speech": 30, "statement": 30, "post": 35, "platform": 0}
"""Per cent of the remaining documents of a genre kept for the test, by a hash of the name."""


def is_test(doc: Doc) -> bool:
    """Return whether a document is kept aside: nothing is ever learnt from it."""
    if (
        doc.genre in {"debate", "convention", "manifesto"}
        and (doc.country, doc.year) in UNSEEN_YEARS
    ):
        return True
    if any(s in f"{doc.name} {doc.speaker}".lower() for s in UNSEEN_SPEAKERS):
        return True
    if doc.name.startswith(TEST_DOCUMENTS):
        return True
    per = TEST_SHARE.get(doc.genre, 0)
    if doc.genre == "convention" and doc.year != 2024:
        per = 0
    # The two files of 2024's conventions hold the same speeches: one key for both.
    key = _person(doc) if doc.genre == "convention" and doc.year == 2024 else doc.name
    return int(blake2b(key.encode(), digest_size=4).hexdigest(), 16) % 100 < per


def _person(doc: Doc) -> str:
    return "".join(c for c in doc.speaker.lower() if c.isalpha())


def summary(folder: Path) -> list[dict[str, Any]]:
    """Return counts of documents and sentences by genre, country, year and use."""
    out: dict[tuple[Any, ...], list[int]] = {}
    for d in every(folder):
        k = (d.genre, d.country, d.year, "test" if is_test(d) else "train")
        n = out.setdefault(k, [0, 0])
        n[0] += 1
        n[1] += len(d.texts)
    return [
        dict(zip(("genre", "country", "year", "use"), k, strict=True))
        | {"documents": n[0], "sentences": n[1]}
        for k, n in sorted(out.items())
    ]
