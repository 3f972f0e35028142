"""``python -m tools.build.record_leaders RAW [OUT]``: who led whom, one dated table.

Three sources, the first that knows counts:

1. ``tools/tables/leaders.csv``, typed: with the day a change was announced and how it
   came about. ``until`` is the day the next one took over unless it is given.
2. ``gb_leaders.csv`` and ``leaders_more.csv``, typed for the campaigns: takeover only, for
   parties and times that the first does not say.
3. ParlGov's and the later cabinets: heads of government since 1990 of parties and times
   that nobody is typed for.

A month without a day is its last day, so that nothing is told too early.
"""

from __future__ import annotations

import argparse
import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.catalogue import campaign_ids, data_dir, load_bundled
from comparenotes.campaigns.model import Campaign
from comparenotes.record.leaders import HOW, SCHEMA
from tools.build.parlgov_governments import TABLES, Lineage
from tools.build.record_later import whole

SINCE = date(1990, 1, 1)
HEAD = "ParlGov (CC0) and public record: cabinets, head of government only"
_MONTH = 7  # characters of a month without a day


def day_of(text: str | None) -> tuple[date | None, str]:
    """Return a day and its precision from ``2024-07-04`` or ``1989-12``."""
    if not text:
        return None, "day"
    if len(text) == _MONTH:
        year, month = (int(x) for x in text.split("-"))
        return date(year, month, calendar.monthrange(year, month)[1]), "month"
    return date.fromisoformat(text), "day"


def build(raw: Path, campaigns: Sequence[Campaign]) -> dict[str, pl.DataFrame]:
    """Return the table ``leaders`` of the record, by country, party and takeover.

    Raises
    ------
    ValueError
        If a row is out of order or says an unknown ``how``.
    """
    rows = list(_typed())
    rows += [r for r in _takeovers() if not _led(rows, r)]
    known = {(r["country"], r["party"]) for r in rows}
    governed = [(r["country"], x) for r in rows for x in r["head"]]
    rows += [
        r
        for r in _heads(raw, campaigns)
        if (r["country"], r["party"]) not in known and not _typed_head(governed, r)
    ]
    frame = pl.DataFrame(_closed(rows), schema=SCHEMA)
    return {"leaders": frame.sort("country", "party", "from")}


def _led(rows: Sequence[Mapping[str, Any]], row: Mapping[str, Any]) -> bool:
    """Return whether ``rows`` say who led the party on the day of a row's takeover."""
    own = sorted(
        (r for r in rows if (r["country"], r["party"]) == (row["country"], row["party"])),
        key=lambda r: r["from"],
    )
    before = [r for r in own if r["from"] <= row["from"]]
    if not before:  # ended by the first typed one; the same takeover a few days off is no other
        return any(r["from"] - row["from"] <= timedelta(days=60) for r in own)
    end = before[-1].get("until")
    return end is None or end > row["from"]


def _typed_head(
    governed: Sequence[tuple[str, Mapping[str, date | None]]], row: Mapping[str, Any]
) -> bool:
    """Return whether a typed leader headed the government when this one is said to have."""
    middle = row["from"] + timedelta(days=30)  # oaths and votes differ by some days
    return any(
        country == row["country"]
        and spell["from"] is not None
        and spell["from"] <= middle
        and (spell["until"] is None or spell["until"] > middle)
        for country, spell in governed
    )


def _table(name: str) -> list[dict[str, Any]]:
    return pl.read_csv(TABLES / name, infer_schema_length=0).to_dicts()


def _typed() -> Iterator[dict[str, Any]]:
    for r in _table("leaders.csv"):
        start, precision = day_of(r["from"])
        if r["how"] not in HOW:
            raise ValueError(f"leaders.csv: {r['leader']}: unknown how {r['how']!r}")
        yield {
            **{k: r[k] for k in ("country", "party", "leader", "how", "note")},
            **{k: day_of(r[k])[0] for k in ("announced", "until", "candidate")},
            "from": start,
            "precision": precision,
            "head": [_spell(s) for s in (r["head"] or "").split(";") if s],
            "source": f"typed by hand: {r['source']}",
        }


def _spell(text: str) -> dict[str, date | None]:
    start, _, end = text.partition("/")
    return {"from": date.fromisoformat(start), "until": date.fromisoformat(end) if end else None}


def _takeovers() -> Iterator[dict[str, Any]]:
    british = [{**r, "country": "GB"} for r in _table("gb_leaders.csv")]
    for r in [*british, *_table("leaders_more.csv")]:
        yield {
            "country": r["country"],
            "party": r["contender"],
            "leader": r["name"],
            "from": date.fromisoformat(r["since"]),
            "precision": "day",
            "head": [],
            "source": "typed by hand: party pages",
            "note": r["note"],
        }


def _heads(raw: Path, campaigns: Sequence[Campaign]) -> Iterator[dict[str, Any]]:
    """Yield the heads of government of every country, one row a run of cabinets."""
    ids = {
        (c.country, x.parlgov_id): x.id
        for c in sorted(campaigns, key=lambda c: (c.election_date, c.id))
        for x in c.contenders
        if x.parlgov_id is not None
    }
    lineage = Lineage(raw)
    shorts = dict(whole(raw).parties.select("party", "short").iter_rows())
    for country, line in sorted(whole(raw).cabinets.items()):
        run: dict[str, Any] | None = None
        lead: int | None = None
        for c in line:
            if c.start < SINCE or c.lead is None:
                if run is not None:
                    yield _ended(run, c.start)
                run = None
                continue
            name = c.head.strip()
            same = lineage.same(lead, c.lead, c.start)
            if run is not None and run["leader"] == name and same:
                continue
            if run is not None:
                yield _ended(run, c.start)
            lead = c.lead
            by = (
                ids[country, p] for p in sorted(lineage.heirs(lead, c.start)) if (country, p) in ids
            )
            run = {
                "country": country,
                "party": next(by, shorts[lead].lower()),
                "leader": name,
                "from": c.start,
                "precision": "day",
                "source": HEAD,
            }
        if run is not None:
            yield _ended(run, None)


def _ended(run: Mapping[str, Any], day: date | None) -> dict[str, Any]:
    return {**run, "until": day, "head": [{"from": run["from"], "until": day}]}


def _closed(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows in order, each ended by the next takeover in its party at the latest."""
    out: list[dict[str, Any]] = []
    for r in sorted(rows, key=lambda r: (r["country"], r["party"], r["from"])):
        row = {k: r.get(k) for k in SCHEMA}
        last = out[-1] if out else None
        if last and (last["country"], last["party"]) == (row["country"], row["party"]):
            if last["from"] == row["from"]:
                raise ValueError(f"two leaders of {row['country']} {row['party']} {row['from']}")
            if last["until"] is None or last["until"] > row["from"]:
                last["until"] = row["from"]
        if row["announced"] is not None and row["announced"] > row["from"]:
            raise ValueError(f"{row['leader']} was announced after taking over")
        out.append(row)
    return out


def main() -> None:
    """Build from the packaged catalogue and write."""
    from tools.build.packaged import report
    from tools.build.record import write

    parser = argparse.ArgumentParser(
        prog="python -m tools.build.record_leaders", description=__doc__
    )
    parser.add_argument("raw", type=Path, help="folder of the raw files")
    parser.add_argument("out", type=Path, nargs="?", default=data_dir())
    args = parser.parse_args()
    tables = build(args.raw, [load_bundled(i) for i in campaign_ids()])
    write(tables, args.out)
    report(tables)


if __name__ == "__main__":
    main()
