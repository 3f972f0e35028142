"""Readers of the raw poll files of this builder: one frame a file, codes as printed.

Every reader returns a :class:`PollFile`: :data:`POLL_COLUMNS`, then one column a
party code of the file (per cent; ``oth`` is what the file itself prints as
others), ``source`` being the key of its :class:`Source`. Result rows and exit
polls are counted in ``left_out``, never returned.
"""

from __future__ import annotations

import calendar
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.importers import get_importer
from comparenotes.campaigns.model import POLL_COLUMNS, LeftOut, Source
from tools.build import more_canada

OTHERS = "oth"

SOURCES: Mapping[str, Source] = {
    s.key: s
    for s in (
        Source(
            "apopod",
            "Europe Elects / apopod: national polls in the rich opinion poll format",
            "GPL-3.0",
            "https://github.com/Europe-Elects/apopod",
            "3a023b1",
        ),
        Source(
            "swedishpolls",
            "SwedishPolls: Swedish polls since 1967",
            "CC0-1.0",
            "https://github.com/MansMeg/SwedishPolls",
            "5df438f",
        ),
        Source(
            "economist_de",
            "German polls 1953 to 2017, The Economist and zweitstimme.org",
            "MIT (code) / CC BY 4.0 (data)",
            "https://github.com/TheEconomist/2021-germany-election-model-PUBLIC",
            "89bf9b4",
        ),
        Source(
            "dawum",
            "German federal polls 2013 to 2026, dawum.de",
            "ODbL-1.0",
            "https://github.com/thomascamminady/dawum-crawl",
            "2f7e8b3; michalskop/elections-2025 @108ea48",
        ),
        Source(
            "nzelect",
            "nzelect: New Zealand polls 2002 to 2020",
            "GPL-3.0",
            "https://github.com/ellisp/nzelect",
            "d4f9659",
        ),
        Source(
            "ozfedelect",
            "ozfedelect: Australian federal polls 2007 to 2019",
            "GPL-3.0",
            "https://github.com/ellisp/ozfedelect",
            "77c530d",
        ),
        Source(
            "ca_wild",
            "Canadian federal polls 2015 to 2021, collected by S. J. Wild",
            "GPL-3.0",
            "https://github.com/sjwild/Canadian_Election_2021",
            "7e54c62",
        ),
        Source(
            more_canada.KEY,
            "Canadian federal polls 1945 to 2026, PollsterAudit",
            "GPL-3.0",
            "https://github.com/PollsterAudit/PollsterAuditApi",
            "8288d08",
        ),
        Source(
            "dk_gahner",
            "Danish polls 2010 to 2021, collected by E. Gahner Larsen",
            "not stated",
            "https://github.com/erikgahner/polls",
            "eaa5d28",
        ),
        Source(
            "no_pollofpolls",
            "Norwegian polls 2008 to 2017 from pollofpolls.no, collected by M. Goyal",
            "not stated",
            "https://github.com/martigso/data_pollofpolls",
            "f006ca0",
        ),
        Source(
            "nsppolls",
            "NSPPolls: polls of the French presidential election of 2022",
            "MIT",
            "https://github.com/nsppolls/nsppolls",
            "ddcd5ce",
        ),
        Source(
            "parlgov",
            "ParlGov: parties, elections and cabinets, to June 2023",
            "CC0-1.0",
            "https://github.com/hdigital/parlgov-web",
            "edd6f2d",
        ),
        Source(
            "official_results",
            "Results typed from the electoral authorities' publications",
            "facts",
        ),
    )
}


@dataclass(frozen=True, eq=False)
class PollFile:
    """Polls of one raw file, and its rows that are no polls (``unit``: what is counted)."""

    source: str
    polls: pl.DataFrame
    left_out: tuple[LeftOut, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the party codes."""
        return tuple(c for c in self.polls.columns if c not in POLL_COLUMNS)


def read_polls(raw: Path, source: str, country: str) -> PollFile:
    """Return the polls of ``source`` for a country (ISO2, upper case)."""
    if source == "apopod":
        return _apopod(raw, country.lower())
    return _READERS[source](raw)


def to_frame(rows: Sequence[Mapping[str, Any]], codes: Sequence[str], source: str) -> pl.DataFrame:
    """Return rows as a poll frame; absent keys are null, ``hypothetical`` false."""
    schema = {**POLL_COLUMNS, **{c: pl.Float64() for c in codes}}
    full = [
        {**dict.fromkeys(schema), "hypothetical": False, "source": source, **row} for row in rows
    ]
    return pl.DataFrame(full, schema=schema, orient="row")


def month_span(day: date) -> tuple[date, date]:
    """Return the first and last day of the month of ``day``."""
    last = calendar.monthrange(day.year, day.month)[1]
    return day.replace(day=1), day.replace(day=last)


def _csv(raw: Path, name: str) -> pl.DataFrame:
    path = raw / "polls_more" / name
    data = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    return pl.read_csv(data, null_values=["NA", ""], infer_schema_length=None)


@cache
def _apopod(raw: Path, country: str) -> PollFile:
    """First readings of scope N; Australia's N2 readings are the two-party question."""
    read = get_importer("ropf").read(raw / "polls_world" / f"{country}.ropf")
    names = {"N": None} | ({"N2": "2pp"} if country == "au" else {})
    keep = read.polls.filter(pl.col("question").is_in(list(names)))
    other = read.polls.height - keep.height
    polls = keep.with_columns(
        pl.lit("apopod").alias("source"),
        pl.col("question").replace_strict(names, return_dtype=pl.String()),
        # the count after preferences is not the vote itself: it never moves the line
        (pl.col("question") == "N2").alias("hypothetical"),
    )
    left = [x for x in read.left_out if not x.why.startswith(("names of lists", "comments"))]
    if other:
        left.append(LeftOut("another reading of a poll already used", other))
    return PollFile("apopod", polls, tuple(left))


@cache
def _swedishpolls(raw: Path) -> PollFile:
    read = get_importer("swedishpolls").read(raw / "polls_se" / "polls.csv")
    return PollFile("swedishpolls", read.polls, read.left_out)


_DE_FIRMS = {
    "allensbach": "Allensbach",
    "fgruppe_wahlen": "Forschungsgruppe Wahlen",
    "forsa": "Forsa",
    "emnid": "Emnid",
    "infratest_dimap": "Infratest dimap",
    "gms": "GMS",
    "insa": "INSA",
}


@cache
def _economist_de(raw: Path) -> PollFile:
    """One row a poll and party. The day is the only date given.

    - Until 1989 Allensbach's polls stand on the 15th for their month: such a poll
      takes the whole month and counts as published on the first of the next.
    - Some polls of 2002 to 2005 are torn: of one firm's poll of one day, some
      parties stand with one sample size, the others with another. Where the
      pieces share no party they are put together, without a sample size.
    """
    long = _csv(raw, "de_1953_2017.csv").drop_nulls("share")
    empty = _csv(raw, "de_1953_2017.csv")["share"].null_count()
    rows: list[dict[str, Any]] = []
    merged = 0
    for (firm, day), part in sorted(
        long.partition_by(["poll", "date"], as_dict=True).items(), key=lambda kv: str(kv[0])
    ):
        pieces = [
            (n, dict(zip(p["party"].to_list(), p["share"].to_list(), strict=True)))
            for (n,), p in part.partition_by(["n"], as_dict=True, maintain_order=True).items()
        ]
        parties = [p for _, shares in pieces for p in shares]
        if len(pieces) > 1 and len(parties) == len(set(parties)):
            merged += len(pieces) - 1
            pieces = [(None, {k: v for _, shares in pieces for k, v in shares.items()})]
        end = date.fromisoformat(str(day))
        start, last, published = end, end, None
        if firm == "allensbach" and end.day == 15 and end.year < 1990:
            start, last = month_span(end)
        for n, shares in pieces:
            rows.append(
                {
                    "start": start,
                    "end": last,
                    "published": published,
                    "pollster": _DE_FIRMS[str(firm)],
                    "sample_size": n,
                    **shares,
                }
            )
    codes = ("cdu", "spd", "fdp", "gru", "lin", "afd", OTHERS)
    frame = to_frame(rows, codes, "economist_de").with_columns(
        pl.col("published").fill_null(pl.col("end") + pl.duration(days=1))
    )
    whole = pl.col("cdu").is_not_null() & pl.col("spd").is_not_null()
    left = [LeftOut("no figure for a main party", frame.filter(~whole).height)]
    left.append(LeftOut("cells without a figure (party not reported)", empty))
    left.append(LeftOut("pieces of a torn poll, put together", merged))
    return PollFile("economist_de", frame.filter(whole), tuple(x for x in left if x.count))


_DAWUM_MODES = {None: "phone", "O": "online", "TOM": "online/phone"}
_DAWUM_SHARES = slice(2, 12)


@cache
def _dawum(raw: Path) -> PollFile:
    """One row a poll, dated by its publication; 0 where a party was not reported.

    The last day of fieldwork is not given and is taken to be the day before.
    """
    frame = _csv(raw, "de_2013_2026.csv")
    codes = frame.columns[_DAWUM_SHARES]
    rows = [
        {
            "end": date.fromisoformat(str(r["Datum"])) - timedelta(days=1),
            "published": date.fromisoformat(str(r["Datum"])),
            "pollster": r["URL"],
            "sample_size": r["Umfang"],
            "mode": _DAWUM_MODES.get(r["Methode"]),
            **{c: float(r[c]) for c in codes if r[c]},
        }
        for r in frame.iter_rows(named=True)
    ]
    return PollFile("dawum", to_frame(rows, codes, "dawum"))


_NZ_FIRMS = {"BRC": "BRC Marketing & Social Research"}


@cache
def _nzelect(raw: Path) -> PollFile:
    """One row a poll and party, fractions; 'Election result' rows are left out."""
    long = _csv(raw, "nz_2002_2020.csv")
    results = long.filter(pl.col("Pollster") == "Election result")
    keys = ["Pollster", "StartDate", "EndDate", "Client"]
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for r in long.filter(pl.col("Pollster") != "Election result").iter_rows(named=True):
        row = rows.setdefault(
            tuple(r[k] for k in keys),
            {
                "start": date.fromisoformat(r["StartDate"]),
                "end": date.fromisoformat(r["EndDate"]),
                "pollster": _NZ_FIRMS.get(r["Pollster"], r["Pollster"]),
                "sponsor": r["Client"],
            },
        )
        row[r["Party"]] = round(100 * r["VotingIntention"], 4)
    codes = sorted(long["Party"].unique().to_list())
    frame = _published(to_frame(list(rows.values()), codes, "nzelect"))
    return PollFile("nzelect", frame, (LeftOut("election result, not a poll", results.height),))


@cache
def _ozfedelect(raw: Path) -> PollFile:
    """One row a poll, party and question; two-party readings are question '2pp'.

    One poll of May 2013 stands twice; 'Election result' rows are left out; a
    missing end of fieldwork is the start.
    """
    long = _csv(raw, "au_2007_2019.csv")
    results = long.filter(pl.col("firm") == "Election result").height
    polls = long.filter(pl.col("firm") != "Election result")
    unique = polls.unique(maintain_order=True)
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for r in unique.iter_rows(named=True):
        two = r["preference_type"] == "Two-party-preferred"
        row = rows.setdefault(
            (r["firm"], r["start_date"], r["end_date"], r["original_dates"], two),
            {
                "start": date.fromisoformat(r["start_date"]),
                "end": date.fromisoformat(r["end_date"] or r["start_date"]),
                "pollster": r["firm"],
                "question": "2pp" if two else None,
                "hypothetical": two,  # not the vote itself: it never moves the line
            },
        )
        row[r["party"]] = r["intended_vote"]
    codes = ("ALP", "Lib/Nat", "Grn", "ONP", "Oth")
    left = (
        LeftOut("election result, not a poll", results),
        LeftOut("the same row twice", polls.height - unique.height),
    )
    return PollFile(
        "ozfedelect", _published(to_frame(list(rows.values()), codes, "ozfedelect")), left
    )


_CA_MODES = {
    "online": "online",
    "telephone": "phone",
    "IVR": "ivr",
    "telephone - IVR": "phone/ivr",
    "Online - telephone": "online/phone",
}


_ROLLING = {"Nanos Research": 28, "Mainstreet Research": None}
"""Firms that publish rolling samples: days of the sample between campaigns."""

_NIGHTLY_DAYS = 3


def _rolling_start(firm: str, end: date, ends: Sequence[date]) -> date | None:
    """Return the first day of a rolling sample, or None where it is not known.

    The file gives the last day only. Both firms published three-night samples
    every night in the campaigns of 2019 and 2021 (another sample of the firm
    within two days shows it), and Nanos four-week samples every week otherwise.
    """
    if firm not in _ROLLING:
        return None
    nightly = any(0 < abs((end - other).days) <= 2 for other in ends)
    days = _NIGHTLY_DAYS if nightly else _ROLLING[firm]
    return None if days is None else end - timedelta(days=days - 1)


@cache
def _ca_wild(raw: Path) -> PollFile:
    """One row a poll, fractions; only the last day of fieldwork is given."""
    frame = _csv(raw, "ca_2015_2021.csv")
    ends: dict[str, list[date]] = {}
    for firm, day in frame.select("Polling_firm", "PollDate").iter_rows():
        ends.setdefault(firm, []).append(date.fromisoformat(day))
    rows = [
        {
            "start": _rolling_start(
                r["Polling_firm"], date.fromisoformat(r["PollDate"]), ends[r["Polling_firm"]]
            ),
            "end": date.fromisoformat(r["PollDate"]),
            "pollster": r["Polling_firm"],
            "sample_size": r["SampleSize"],
            "mode": _CA_MODES[r["mode"]],
            **{p: round(100 * r[p], 3) for p in ("LPC", "CPC", "NDP", "BQ", "GPC", "Other")},
        }
        for r in frame.iter_rows(named=True)
    ]
    codes = ("LPC", "CPC", "NDP", "BQ", "GPC", "Other")
    return PollFile("ca_wild", _published(to_frame(rows, codes, "ca_wild")))


@cache
def _ca_pollsteraudit(raw: Path) -> PollFile:
    """One row a poll, per cent; see :mod:`tools.build.more_canada`."""
    rows, count = more_canada.poll_rows(raw)
    frame = _published(to_frame(rows, more_canada.CODES, more_canada.KEY))
    left = tuple(LeftOut(why, n) for why, n in count.items() if n and why == "no date")
    return PollFile(more_canada.KEY, frame, left)


@cache
def _dk_gahner(raw: Path) -> PollFile:
    """One row a poll; one date, taken as the last day of fieldwork."""
    frame = _csv(raw, "dk_2010_2021.csv")
    codes = [c for c in frame.columns if c.startswith("party_")]
    rows = [
        {
            "end": date(r["year"], r["month"], r["day"]),
            "pollster": r["pollingfirm"],
            "sample_size": r["n"],
            **{c: r[c] for c in codes},
        }
        for r in frame.iter_rows(named=True)
        if r["party_a"] is not None
    ]
    left = frame["party_a"].null_count()
    return PollFile(
        "dk_gahner",
        _published(to_frame(rows, codes, "dk_gahner")),
        (LeftOut("no shares", left),) if left else (),
    )


@cache
def _no_pollofpolls(raw: Path) -> PollFile:
    """One row a poll and party; national polls of the parliamentary vote only.

    The file writes 0 where a firm did not report a party (the Greens until 2012):
    a zero is no observation.
    """
    long = _csv(raw, "no_to_2017.csv.gz")
    national = long.filter(
        (pl.col("omraade") == "Hele landet") & (pl.col("valg") == "Stortingsvalg")
    )
    rows: dict[str, dict[str, Any]] = {}
    for r in national.iter_rows(named=True):
        firm, *media = r["Måling"].rsplit(" - ", 1)[0].split(" / ")
        row = rows.setdefault(
            r["maling_files_link"],
            {
                "end": date.fromisoformat(r["Dato"]),
                "pollster": firm.strip(),
                "sponsor": " / ".join(m.strip() for m in media) or None,
                "sample_size": r["N"],
            },
        )
        if r["prosent"] > 0:
            row[r["parti"]] = r["prosent"]
    codes = sorted(national["parti"].unique().to_list())
    others = long.height - national.height
    return PollFile(
        "no_pollofpolls",
        _published(to_frame(list(rows.values()), codes, "no_pollofpolls")),
        (LeftOut("rows of regional or local polls", others),),
    )


def _published(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill a missing publication date with the day after fieldwork."""
    return frame.with_columns(pl.col("published").fill_null(pl.col("end") + pl.duration(days=1)))


_READERS = {
    "swedishpolls": _swedishpolls,
    "economist_de": _economist_de,
    "dawum": _dawum,
    "nzelect": _nzelect,
    "ozfedelect": _ozfedelect,
    "ca_wild": _ca_wild,
    more_canada.KEY: _ca_pollsteraudit,
    "dk_gahner": _dk_gahner,
    "no_pollofpolls": _no_pollofpolls,
}
