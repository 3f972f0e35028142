"""British polls: from the raw files to one wide frame a campaign, with an account."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.importers.protocol import Imported
from comparenotes.campaigns.importers.wikipedia import IMPORTER
from comparenotes.campaigns.model import POLL_COLUMNS, LeftOut
from tools.build.gb_tables import Election, code_map, pollsters, rows

Row = dict[str, Any]


def folded(election: Election, raw: Path) -> list[tuple[str, str, int, float]]:
    """Return the codes counted among the others: source, code, polls, mean share in them."""
    found: dict[tuple[str, str], list[float]] = {}
    for entry in rows("gb_primary.csv"):
        if entry["campaign"] != election.campaign or entry["source"] == "britpol":
            continue
        if entry["role"] != "primary":
            continue
        mapping = code_map(entry["source"], election.day)
        for r in _wikipedia(raw / entry["file"], Counter(), primary=True):
            for code, share in r["codes"].items():
                if code != "oth" and mapping[code] not in election.contenders[:-1]:
                    found.setdefault((entry["source"], code), []).append(share)
    return [(s, c, len(x), round(sum(x) / len(x), 2)) for (s, c), x in sorted(found.items())]


def campaign_polls(
    raw: Path, election: Election, previous: date, since: dict[str, date]
) -> tuple[pl.DataFrame, list[LeftOut]]:
    """Return the polls of one campaign and what was left out.

    Parameters
    ----------
    raw
        Folder of the raw files.
    election
        The campaign's election.
    previous
        Day of the election before: polls with fieldwork up to it are dropped.
    since
        Contender -> first day it exists, where that is inside the campaign.
    """
    left: Counter[str] = Counter()
    kept: list[Row] = []
    for entry in rows("gb_primary.csv"):
        if entry["campaign"] != election.campaign:
            continue
        path = raw / entry["file"]
        source = entry["source"]
        found = (
            _britpol(path, previous, election.day, left)
            if source == "britpol"
            else _wikipedia(path, left, primary=entry["role"] == "primary")
        )
        new = [_map(r, election, source, left) for r in found]
        if entry["role"] != "primary":
            known = {_fingerprint(r) for r in kept}
            before = len(new)
            new = [r for r in new if _fingerprint(r) not in known]
            left[f"{path.name}: the same polls as the primary file"] += before - len(new)
        kept += new
    kept = _inside(kept, election, previous, left)
    kept = _once(kept, left)
    ids = election.contenders
    out = []
    for r in kept:
        shares: dict[str, float] = r["shares"]
        exist = [c for c in ids if c not in since or since[c] <= r["end"]]
        # "Others" of a poll also holds every party it does not list by name: it is our
        # "others" only if all the rest were reported. Otherwise the engine's residual has it.
        whole = all(c in shares for c in exist if c != "oth") and r["region"] is None
        values = {c: shares.get(c) for c in ids}
        if not whole:
            values["oth"] = None
        out.append({**{k: r[k] for k in POLL_COLUMNS}, **values})
    frame = pl.DataFrame(out, schema={**POLL_COLUMNS, **dict.fromkeys(ids, pl.Float64())})
    frame = frame.sort("end", "start", "pollster", maintain_order=True)
    return frame, [LeftOut(why, n) for why, n in sorted(left.items()) if n]


def _fingerprint(row: Row) -> tuple[object, ...]:
    return (row["end"], row["pollster"], row["region"], row["hypothetical"])


@cache
def _imported(path: Path) -> Imported:
    return IMPORTER.read(path)


def _wikipedia(path: Path, left: Counter[str], *, primary: bool) -> list[Row]:
    found = _imported(path)
    for x in found.left_out:
        left[f"{path.name}: {x.why}"] += x.count
    for use, words in (
        ("result", "results, kept apart from the polls"),
        ("event", "events, listed in our own words"),
    ):
        left[f"{path.name}: {words}"] += found.used.get(use, 0) if primary else 0
    codes = found.codes
    return [
        {
            **{k: r[k] for k in POLL_COLUMNS},
            "codes": {c: r[c] for c in codes if r[c] is not None},
        }
        for r in found.polls.iter_rows(named=True)
    ]


def _britpol(path: Path, previous: date, day: date, left: Counter[str]) -> list[Row]:
    """Read britpol's rows of one campaign: fractions; three parties; sizes only since 2010."""
    whole = pl.read_csv(path, try_parse_dates=True)
    frame = whole.filter((pl.col("end") > previous) & (pl.col("end") <= day))
    left[f"{path.name}: polls of other campaigns"] += whole.height - frame.height
    return [
        {
            **dict.fromkeys(POLL_COLUMNS),
            "start": r["start"],
            "end": r["end"],
            "published": r["end"] + timedelta(days=1),
            "pollster": r["pollster"],
            "sample_size": None if r["n"] is None else int(r["n"]),
            "hypothetical": False,
            "codes": {c: round(100 * r[c], 4) for c in ("con", "lab", "lib") if r[c] is not None},
        }
        for r in frame.iter_rows(named=True)
    ]


@cache
def _maps(source: str, day: date) -> tuple[dict[str, str], dict[str, str]]:
    return code_map(source, day), pollsters(day)


def _map(row: Row, election: Election, source: str, left: Counter[str]) -> Row:
    """Put codes into contender ids; several codes of one contender add up."""
    mapping, firms = _maps(source, election.day)
    shares: dict[str, float] = {}
    for code, share in row["codes"].items():
        contender = mapping.get(code)
        if contender is None:
            raise ValueError(f"parties_gb.csv has no {source} {code!r} for {election.campaign}")
        if contender not in election.contenders:
            contender = "oth"
        shares[contender] = round(shares.get(contender, 0.0) + share, 4)
    name = row["pollster"]
    return {**row, "pollster": firms.get(name, name), "source": source, "shares": shares}


def _inside(found: list[Row], election: Election, previous: date, left: Counter[str]) -> list[Row]:
    kept = []
    for r in found:
        if r["end"] <= previous:
            left["polls before the preceding election"] += 1
        elif r["start"] <= previous:
            left["fieldwork began before the preceding election"] += 1
        elif r["end"] >= election.day:
            left["fieldwork reached polling day"] += 1
        elif not {"con", "lab"} <= r["shares"].keys():
            left["no share for one of the two largest parties"] += 1
        else:
            kept.append(r)
    return kept


def _once(found: list[Row], left: Counter[str]) -> list[Row]:
    seen: set[tuple[object, ...]] = set()
    kept = []
    for r in found:
        key = (
            r["start"], r["end"], r["pollster"], r["region"], r["question"],
            r["hypothetical"], r["sample_size"], tuple(sorted(r["shares"].items())),
        )  # fmt: skip
        if key in seen:
            left["the same row twice"] += 1
        else:
            seen.add(key)
            kept.append(r)
    return kept
