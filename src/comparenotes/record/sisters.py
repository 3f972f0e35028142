"""Sister parties: the same family in other countries and, across families, members of one
organisation (``record/sisters``), widened or narrowed by the user's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.catalogue import campaign_index, data_dir
from comparenotes.campaigns.importers.reading import read_rows
from comparenotes.campaigns.shares import OTHERS
from comparenotes.errors import DataError, NotFoundError, did_you_mean
from comparenotes.record import tables

SCHEMA: dict[str, Any] = {
    "country": pl.String(),
    "party": pl.String(),
    "name": pl.String(),
    "family": pl.String(),
    "relation": pl.String(),
    "source": pl.String(),
    "campaigns": pl.List(pl.String()),
    "parlgov_id": pl.Int64(),
}
"""Columns of :func:`sisters`."""

MEMBER_COLUMNS = ("country", "party", "organisation", "source")
"""Columns of a membership table; ``relation`` (add, remove) may stand beside them."""
_NO_FAMILY = {None, "other", "special issue"}
_FAMILY = "same party family"


def contenders() -> pl.DataFrame:
    """Return every contender of the bundled campaigns: country, party, name, family, campaigns.

    One row a country and contender id; the family is the latest campaign's.
    """
    index = campaign_index().select(
        pl.col("id").alias("campaign"), "country", pl.col("election_date")
    )
    frame = pl.read_parquet(data_dir() / "contenders.parquet")
    return (
        frame.join(index, on="campaign", maintain_order="left")
        .filter(~pl.col("id").is_in([OTHERS]))
        .sort("election_date", "campaign")
        .group_by("country", pl.col("id").alias("party"), maintain_order=True)
        .agg(
            pl.coalesce(pl.col("party"), pl.col("name")).last().alias("name"),
            pl.col("family").drop_nulls().last(),
            pl.col("campaign").alias("campaigns"),
            pl.col("parlgov_id").drop_nulls().last(),
        )
        .sort("country", "party")
    )


def find(name: str, known: pl.DataFrame | None = None) -> Mapping[str, Any]:
    """Return the party called ``name``: ``gb:lab``, or ``lab`` where one country has it.

    Where several countries use the id, they must be of one family, else the country
    has to be said.

    Raises
    ------
    NotFoundError
        If there is no such party, or it is not clear which.
    """
    known = contenders() if known is None else known
    country, _, party = name.rpartition(":")
    rows = known.filter(pl.col("party") == party.lower())
    if country:
        rows = rows.filter(pl.col("country") == country.upper())
    if rows.is_empty():
        ids = sorted({f"{c.lower()}:{p}" for c, p in known.select("country", "party").iter_rows()})
        hint = did_you_mean(name.lower()[:60], [*ids, *sorted(set(known["party"]))])
        raise NotFoundError(
            "no party of this name in the bundled campaigns",
            where=name[:60],
            hint=hint or "write it like gb:lab; list the campaigns with: cn campaigns",
        )
    if rows["family"].n_unique() > 1:
        which = ", ".join(f"{r['country'].lower()}:{r['party']}" for r in rows.to_dicts())
        raise NotFoundError(
            "parties of different families have this id", where=name, hint=f"say which: {which}"
        )
    first = rows.filter(pl.col("country") == "GB")
    return (first if first.height else rows).row(0, named=True)


def sisters(name: str, members: Path | None = None) -> pl.DataFrame:
    """Return the sister parties of ``name`` in other countries, each with its source.

    Parameters
    ----------
    name
        A contender id, with or without its country: ``lab``, ``gb:lab``.
    members
        A CSV with country, party, organisation, source (and relation: add or
        remove): parties in an organisation of ``name`` are added, rows marked
        ``remove`` taken out.

    Returns
    -------
    Frame with :data:`SCHEMA`, by country and party.
    """
    known = contenders()
    own = find(name, known)
    others = known.filter(pl.col("country") != own["country"])
    out: dict[tuple[str, str], dict[str, Any]] = {}
    if own["family"] not in _NO_FAMILY:
        for row in others.filter(pl.col("family") == own["family"]).iter_rows(named=True):
            coded = "ParlGov (CC0)" if row["parlgov_id"] is not None else "the bundled campaign"
            out[row["country"], row["party"]] = {
                **row,
                "relation": f"{_FAMILY}: {row['family']}",
                "source": coded,
            }
    _apply(tables.table("sisters").to_dicts(), own, others, out)
    if members is not None:
        _apply_file(members, own, others, out)
    rows = [{k: r.get(k) for k in SCHEMA} for r in out.values()]
    return pl.DataFrame(rows, schema=SCHEMA).sort("country", "party")


def _apply_file(
    path: Path,
    own: Mapping[str, Any],
    others: pl.DataFrame,
    out: dict[tuple[str, str], dict[str, Any]],
) -> None:
    """Widen or narrow ``out`` by the user's membership table."""
    rows = []
    for r in read_rows(path, required=MEMBER_COLUMNS):
        relation = r.get("relation") or "add"
        if relation not in {"add", "remove"}:
            raise DataError(
                f"unknown relation {relation[:20]!r}", where=r.where, hint="write add or remove"
            )
        rows.append(
            {
                "country": r["country"].upper(),
                "party": r["party"].lower(),
                "organisation": r["organisation"],
                "source": r["source"] or path.name,
                "relation": relation,
            }
        )
    _apply(rows, own, others, out)


def _apply(
    rows: Sequence[Mapping[str, Any]],
    own: Mapping[str, Any],
    others: pl.DataFrame,
    out: dict[tuple[str, str], dict[str, Any]],
) -> None:
    """Widen or narrow ``out`` by memberships (with a relation: add, the default, or remove)."""
    home = (own["country"], own["party"])
    mine = {
        r["organisation"]
        for r in rows
        if (r["country"], r["party"]) == home and r.get("relation") != "remove"
    }
    known = {(r["country"], r["party"]): r for r in others.iter_rows(named=True)}
    for r in rows:
        key = (r["country"], r["party"])
        if key == home:
            continue
        if r.get("relation") == "remove":
            out.pop(key, None)
        elif r["organisation"] in mine:
            row = known.get(key, {"country": key[0], "party": key[1], "name": r["party"]})
            out[key] = {
                **row,
                "relation": f"both in {r['organisation']}",
                "source": r["source"],
            }


def sister_campaigns(name: str, members: Path | None = None) -> set[str]:
    """Return the ids of the bundled campaigns in which a sister party stood."""
    return set(sisters(name, members)["campaigns"].explode().drop_nulls())


def parlgov_sisters(country: str, family: str) -> pl.DataFrame:
    """Return ParlGov's parties of a family outside ``country``: country, short, name, party."""
    frame = tables.table("parties").filter(
        (pl.col("family") == family) & (pl.col("country") != country)
    )
    return frame.select("country", "short", "name", "party").sort("country", "short")
