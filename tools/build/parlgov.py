"""ParlGov (CC0): elections, parties and results with alliances resolved.

``raw`` is the folder of raw sources (with ``parlgov/`` in it). All functions are
pure readers and deterministic; see :mod:`tools.build.parlgov_governments` for
who governed.

ParlGov gives a row an ``alliance`` when a party ran inside a list that has a row
of its own. Every vote is counted once: shares of all rows of an election add up
to about 100, whether they stand on the list's row or on its members'.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

FAMILY = {
    "com": "communist",
    "soc": "social democracy",
    "eco": "green",
    "lib": "liberal",
    "chr": "christian democracy",
    "con": "conservative",
    "agr": "agrarian",
    "right": "radical right",
    "spec": "special issue",
    "none": "other",
    "code": "other",
}
"""ParlGov's primary party family in the words of ``comparenotes.campaigns.model.FAMILIES``."""

_REGIONAL = {"reg", "eth", "sep", "auton"}
_UNSETTLED = {"none", "spec", "code"}
_PARLIAMENT = 13  # ParlGov's code of a parliamentary election
_CHANGES = {31: "splinter", 32: "division", 33: "merger", 34: "joined", 35: "successor"}


@cache
def table(raw: Path, name: str) -> pl.DataFrame:
    """Return one raw ParlGov table, e.g. ``Election``."""
    (path,) = (raw / "parlgov").glob(f"*__{name}.csv")
    return pl.read_csv(path, infer_schema_length=None)


def countries(raw: Path) -> pl.DataFrame:
    """Return country_id and country (ISO 3166-1 alpha-2)."""
    return table(raw, "Country").select(
        pl.col("id").alias("country_id"), pl.col("code_iso2").alias("country")
    )


def elections(raw: Path) -> pl.DataFrame:
    """Return one row a parliamentary election, by country and date.

    Columns: election, country, date, early, seats_total, electorate,
    votes_valid, previous (id of the parliamentary election before it). Two-round
    elections carry ParlGov's own date: now the first, now the last round.
    """
    frame = table(raw, "Election").filter(pl.col("type") == _PARLIAMENT)
    return (
        frame.join(countries(raw), left_on="country", right_on="country_id", suffix="_iso2")
        .select(
            pl.col("id").alias("election"),
            pl.col("country_iso2").alias("country"),
            pl.col("date").str.to_date(),
            (pl.col("early") == 1).alias("early"),
            "seats_total",
            "electorate",
            "votes_valid",
        )
        .sort("country", "date")
        .with_columns(pl.col("election").shift(1).over("country").alias("previous"))
    )


def parties(raw: Path) -> pl.DataFrame:
    """Return one row a party: party, country, short, name, name_own, family, family_code.

    ``name`` is the English name. ``family`` is ParlGov's primary family; where
    that is unsettled (none, special issue, not coded) and a secondary one is
    ethnic, regional, separatist or autonomist, it is ``regional``.
    """
    code = table(raw, "Code").select(pl.col("id").alias("code"), pl.col("short").alias("word"))
    second = (
        table(raw, "PartyFamily")
        .join(code, left_on="family", right_on="code")
        .filter(pl.col("word").is_in(sorted(_REGIONAL)))["party"]
        .unique()
    )
    return (
        table(raw, "Party")
        .join(code, left_on="family", right_on="code", how="left")
        .join(countries(raw), left_on="country", right_on="country_id", suffix="_iso2")
        .select(
            pl.col("id").alias("party"),
            pl.col("country_iso2").alias("country"),
            pl.col("name_short").alias("short"),
            pl.col("name_english").alias("name"),
            pl.col("name").alias("name_own"),
            pl.when(pl.col("word").is_in(sorted(_UNSETTLED)) & pl.col("id").is_in(second.implode()))
            .then(pl.lit("regional"))
            .otherwise(pl.col("word").replace_strict(FAMILY, default="other"))
            .alias("family"),
            pl.col("word").alias("family_code"),
        )
        .sort("party")
    )


def changes(raw: Path) -> pl.DataFrame:
    """Return what became of parties: party, party_new, date, kind.

    ``kind`` is splinter, division, merger, joined, successor, or null where
    ParlGov does not say; changes made by single politicians are left out.
    """
    return (
        table(raw, "PartyChange")
        .filter((pl.col("type") != 62) | pl.col("type").is_null())
        .select(
            "party",
            "party_new",
            pl.col("date").str.to_date(),
            pl.col("type")
            .replace_strict(_CHANGES, default=None, return_dtype=pl.String())
            .alias("kind"),
        )
        .unique()
        .sort("party", "date", "party_new")
    )


def results(raw: Path) -> pl.DataFrame:
    """Return one row a party and parliamentary election, alliances resolved.

    Columns
    -------
    election, country, date
        As in :func:`elections`.
    party, short, name, family
        As in :func:`parties`.
    seats
        Seats on the row, as reported.
    share
        Per cent as reported on the row. Over an election these add up to about
        100; null for a party that ran inside a list and has no count of its own.
    own_share, own_from
        The party's own per cent, where it can be told, and how: ``reported``;
        ``seats`` (the list's share split over members by seats won; an
        estimate); ``members`` (a list as the sum of its members); null where
        neither is possible.
    list_party, list_short
        The head of the list it ran in: itself for a party that ran alone.
    list_share
        Per cent of that whole list, with all members' own counts.
    is_list
        Other parties ran inside this row.
    """
    rows = (
        table(raw, "ElectionResult")
        .select("id", "election", "party", "alliance", "seats", pl.col("vote_share").alias("share"))
        .join(elections(raw).select("election", "country", "date"), on="election")
        .join(parties(raw).select("party", "short", "name", "family"), on="party")
        .sort("country", "date", "id")
    )
    return resolved(rows)


def resolved(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows of results with their alliances resolved; see :func:`results`.

    ``rows`` has id, election, party, alliance (id of the list's row), seats, share,
    country, date, short, name, family.
    """
    records = rows.to_dicts()
    by_id = {r["id"]: r for r in records}
    members: dict[int, list[int]] = {}
    for r in records:
        if r["alliance"] is not None:
            members.setdefault(r["alliance"], []).append(r["id"])
    for r in records:
        r["own_share"], r["own_from"] = r["share"], None if r["share"] is None else "reported"
        r["is_list"] = r["id"] in members
    for head, inside in members.items():
        _split(by_id[head], [by_id[i] for i in inside])
    for r in records:
        top = r
        while top["alliance"] is not None:
            top = by_id[top["alliance"]]
        r["list_party"], r["list_short"] = top["party"], top["short"]
        r["list_share"] = _total(top["id"], by_id, members)
        if r["own_share"] is None and r["is_list"]:
            r["own_share"] = _total(r["id"], by_id, members)
            r["own_from"] = None if r["own_share"] is None else "members"
    columns = [
        *("election", "country", "date", "party", "short", "name", "family", "seats", "share"),
        *("own_share", "own_from", "list_party", "list_short", "list_share", "is_list"),
    ]
    schema = {**rows.schema, "own_share": pl.Float64(), "own_from": pl.String()}
    schema |= {"list_party": pl.Int64(), "list_short": pl.String()}
    schema |= {"list_share": pl.Float64(), "is_list": pl.Boolean()}
    frame = pl.DataFrame(
        [{c: r[c] for c in columns} for r in records], schema={c: schema[c] for c in columns}
    )
    return frame.sort(
        "country",
        "date",
        "list_share",
        "share",
        "party",
        descending=[False, False, True, True, False],
        nulls_last=True,
    )


def _split(head: dict[str, object], inside: list[dict[str, object]]) -> None:
    """Split the list's own count over the members without one, by seats won."""
    share = head["share"]
    untold = [r for r in inside if r["share"] is None]
    if not isinstance(share, float) or not untold:
        return
    seats = [_int(r["seats"]) for r in untold]
    if sum(seats) == 0:
        return
    own = _int(head["seats"])
    total = own + sum(seats)
    for r, n in zip(untold, seats, strict=True):
        r["own_share"], r["own_from"] = share * n / total, "seats"
    if own:
        head["own_share"], head["own_from"] = share * own / total, "seats"


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _total(
    head: int, by_id: dict[int, dict[str, object]], members: dict[int, list[int]]
) -> float | None:
    parts = [by_id[head]["share"], *(_total(m, by_id, members) for m in members.get(head, ()))]
    told = [x for x in parts if isinstance(x, float)]
    return sum(told) if told else None


def governments(raw: Path) -> pl.DataFrame:
    """Return the government going into each election; see ``parlgov_governments``."""
    from tools.build.parlgov_governments import governments as build

    return build(raw)
