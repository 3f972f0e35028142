"""The bundled catalogue: Parquet tables in ``data/``, read one campaign at a time.

Polls are kept one file a source, because their licences differ; see
``data/manifest.json`` for source, licence, rows and sha256 of each file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.model import (
    EVENT_COLUMNS,
    HISTORY_COLUMNS,
    POLL_COLUMNS,
    RECORD_COLUMNS,
    RESULT_COLUMNS,
    SERIES_COLUMNS,
    Bloc,
    Campaign,
    Change,
    Contender,
    Government,
    LeftOut,
    PollingDay,
    Region,
    Source,
    undated,
)
from comparenotes.errors import NotFoundError, did_you_mean

_CHANGES = pl.List(pl.Struct({"since": pl.Date(), "name": pl.String()}))

_POLLING_DAYS = pl.List(
    pl.Struct({"known": pl.Date(), "day": pl.Date(), "status": pl.String(), "source": pl.String()})
)

_CAMPAIGNS: dict[str, Any] = {
    "id": pl.String(),
    "title": pl.String(),
    "country": pl.String(),
    "election_date": pl.Date(),
    "date_status": pl.String(),
    "office": pl.String(),
    "system": pl.String(),
    "currency": pl.String(),
    "gov_since": pl.Date(),
    "gov_head": pl.String(),
    "gov_parties": pl.List(pl.String()),
    "gov_term": pl.Int64(),
    "gov_changes": _CHANGES,
    "polling_days": _POLLING_DAYS,
    "status": pl.String(),
}
_CONTENDERS: dict[str, Any] = {
    "campaign": pl.String(),
    "id": pl.String(),
    "name": pl.String(),
    "party": pl.String(),
    "family": pl.String(),
    "role": pl.String(),
    "candidate": pl.String(),
    "colour": pl.String(),
    "changes": _CHANGES,
    "since": pl.Date(),
    "until": pl.Date(),
    "parlgov_id": pl.Int64(),
}
_BLOCS: dict[str, Any] = {
    "campaign": pl.String(),
    "id": pl.String(),
    "name": pl.String(),
    "contenders": pl.List(pl.String()),
}
_REGIONS: dict[str, Any] = {
    "campaign": pl.String(),
    "id": pl.String(),
    "name": pl.String(),
    "weight": pl.Float64(),
    "seats": pl.Int64(),
}
_SOURCES: dict[str, Any] = {
    "campaign": pl.String(),
    "key": pl.String(),
    "title": pl.String(),
    "licence": pl.String(),
    "url": pl.String(),
    "retrieved": pl.String(),
}
_LEFT_OUT: dict[str, Any] = {"campaign": pl.String(), "why": pl.String(), "count": pl.Int64()}
_POLLS: dict[str, Any] = {
    "campaign": pl.String(),
    **POLL_COLUMNS,
    "contenders": pl.List(pl.String()),
    "shares": pl.List(pl.Float64()),
}
_LONG: dict[str, dict[str, Any]] = {
    "history": dict(HISTORY_COLUMNS),
    "results": dict(RESULT_COLUMNS),
    "events": dict(EVENT_COLUMNS),
    "record": dict(RECORD_COLUMNS),
    "series": dict(SERIES_COLUMNS),
}


def data_dir() -> Path:
    """Return the folder of the packaged tables."""
    return Path(str(resources.files("comparenotes") / "data"))


def packaged(name: str, rebuild: str) -> Path:
    """Return the path of a packaged file, ``name`` under the data folder.

    Raises
    ------
    NotFoundError
        If it is not there; ``rebuild`` is the command that makes it again.
    """
    path = data_dir() / name
    if not path.is_file():
        raise NotFoundError(
            f"the packaged table {path.stem!r} is missing",
            where=name,
            hint=f"reinstall the package, or rebuild it: {rebuild}",
        )
    return path


# --------------------------------------------------------------------- reading


@cache
def _table(name: str) -> pl.DataFrame:
    return pl.read_parquet(packaged(f"{name}.parquet", "python -m tools.build RAW"))


def campaign_ids() -> tuple[str, ...]:
    """Return the ids of all bundled campaigns, in alphabetical order."""
    return tuple(_table("campaigns")["id"].sort())


def campaign_index(as_of: date | None = None) -> pl.DataFrame:
    """Return one row a bundled campaign: id, title, country, election_date, system, ...

    With ``as_of`` a vote to come has the polling day it was due on then.
    """
    frame = _table("campaigns")
    if as_of is not None:
        frame = frame.with_columns(
            pl.struct("title", "election_date", "date_status", "polling_days")
            .map_elements(lambda r: _as_known(r, as_of), return_dtype=_DUE)
            .alias("due")
        ).with_columns(pl.col("due").struct.unnest())
        frame = frame.drop("due")
    return frame.drop("polling_days").sort("country", "election_date")


_DUE = pl.Struct({"title": pl.String(), "election_date": pl.Date(), "date_status": pl.String()})


def _as_known(row: dict[str, Any], as_of: date) -> dict[str, Any]:
    """Return title, polling day and status of a row as known on ``as_of``."""
    plain = Campaign(
        id="",
        title=row["title"],
        country="",
        election_date=row["election_date"],
        polling_days=tuple(PollingDay(**x) for x in row["polling_days"] or ()),
    )
    due = None if plain.election_date <= as_of else plain.due_on(as_of)
    if due is None:
        return {k: row[k] for k in ("title", "election_date", "date_status")}
    return {"title": undated(row["title"]), "election_date": due.day, "date_status": due.status}


def _rows(name: str, campaign_id: str) -> list[dict[str, Any]]:
    return _table(name).filter(pl.col("campaign") == campaign_id).to_dicts()


def _changes(value: list[dict[str, Any]] | None) -> tuple[Change, ...]:
    return tuple(Change(**x) for x in value or [])


def _polls(campaign_id: str, contenders: Sequence[str]) -> pl.DataFrame:
    frames = [
        pl.scan_parquet(path).filter(pl.col("campaign") == campaign_id)
        for path in sorted((data_dir() / "polls").glob("*.parquet"))
    ]
    polls = pl.concat(frames).drop("campaign").collect() if frames else pl.DataFrame(schema=_POLLS)
    return widen(polls, contenders)


def widen(polls: pl.DataFrame, contenders: Sequence[str]) -> pl.DataFrame:
    """Turn ``contenders``/``shares`` list columns into one column a contender."""
    values: dict[str, list[float | None]] = {c: [None] * polls.height for c in contenders}
    for i, (ids, shares) in enumerate(
        zip(polls["contenders"].to_list(), polls["shares"].to_list(), strict=True)
    ):
        for c, share in zip(ids, shares, strict=True):
            values[c][i] = share
    wide = polls.select(list(POLL_COLUMNS)).with_columns(
        [pl.Series(c, v, dtype=pl.Float64) for c, v in values.items()]
    )
    return wide.sort("end", "start", "pollster", maintain_order=True)


@cache
def load_bundled(campaign_id: str) -> Campaign:
    """Return one bundled campaign.

    Raises
    ------
    NotFoundError
        If there is no campaign with that id; the nearest id is suggested.
    """
    rows = _table("campaigns").filter(pl.col("id") == campaign_id).to_dicts()
    if not rows:
        raise NotFoundError(
            "no such campaign",
            where=campaign_id,
            hint=did_you_mean(campaign_id, campaign_ids()) or "list them with 'cn campaigns'",
        )
    row = rows[0]
    contenders = tuple(
        Contender(
            **{k: v for k, v in c.items() if k not in {"campaign", "changes"}},
            changes=_changes(c["changes"]),
        )
        for c in _rows("contenders", campaign_id)
    )
    long = {
        name: _table(name).filter(pl.col("campaign") == campaign_id).drop("campaign")
        for name in _LONG
    }
    drop = "campaign"
    return Campaign(
        id=row["id"],
        title=row["title"],
        country=row["country"],
        election_date=row["election_date"],
        date_status=row["date_status"],
        office=row["office"],
        status=row["status"],
        system=row["system"],
        currency=row["currency"],
        government=Government(
            since=row["gov_since"],
            head=row["gov_head"],
            parties=tuple(row["gov_parties"] or ()),
            term=row["gov_term"],
            changes=_changes(row["gov_changes"]),
        ),
        contenders=contenders,
        blocs=tuple(
            Bloc(id=b["id"], name=b["name"], contenders=tuple(b["contenders"]))
            for b in _rows("blocs", campaign_id)
        ),
        regions=tuple(
            Region(**{k: v for k, v in r.items() if k != drop})
            for r in _rows("regions", campaign_id)
        ),
        sources=tuple(
            Source(**{k: v for k, v in s.items() if k != drop})
            for s in _rows("sources", campaign_id)
        ),
        left_out=tuple(
            LeftOut(**{k: v for k, v in x.items() if k != drop})
            for x in _rows("left_out", campaign_id)
        ),
        polling_days=tuple(PollingDay(**x) for x in row["polling_days"] or ()),
        polls=_polls(campaign_id, [c.id for c in contenders]),
        **long,  # type: ignore[arg-type]
    )


# --------------------------------------------------------------------- writing


def _change_rows(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [{"since": c.since, "name": c.name} for c in changes]


def narrow(campaign: Campaign) -> pl.DataFrame:
    """Return the campaign's polls with ``contenders``/``shares`` list columns."""
    ids = [c for c in campaign.contender_ids if c in campaign.polls.columns]
    rows = []
    for row in campaign.polls.iter_rows(named=True):
        reported = [(c, row[c]) for c in ids if row[c] is not None]
        rows.append(
            {
                "campaign": campaign.id,
                **{k: row[k] for k in POLL_COLUMNS},
                "contenders": [c for c, _ in reported],
                "shares": [s for _, s in reported],
            }
        )
    return pl.DataFrame(rows, schema=_POLLS)


def write_catalogue(campaigns: Sequence[Campaign], folder: Path) -> None:
    """Write the catalogue's Parquet tables and manifest into ``folder``.

    Deterministic: the same campaigns give the same bytes. Polls go to one file
    a source key under ``polls/``.
    """
    campaigns = sorted(campaigns, key=lambda c: c.id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "polls").mkdir(exist_ok=True)
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("campaigns", "contenders", "blocs", "regions", "sources", "left_out")
    }
    for c in campaigns:
        g = c.government
        tables["campaigns"].append(
            {
                **{k: getattr(c, k) for k in list(_CAMPAIGNS)[:8]},
                "gov_since": g.since,
                "gov_head": g.head,
                "gov_parties": list(g.parties),
                "gov_term": g.term,
                "gov_changes": _change_rows(g.changes),
                "polling_days": [vars(x) for x in c.polling_days],
                "status": c.status,
            }
        )
        for x in c.contenders:
            tables["contenders"].append(
                {
                    "campaign": c.id,
                    **{k: getattr(x, k) for k in _CONTENDERS if k not in {"campaign", "changes"}},
                    "changes": _change_rows(x.changes),
                }
            )
        for b in c.blocs:
            tables["blocs"].append(
                {"campaign": c.id, "id": b.id, "name": b.name, "contenders": list(b.contenders)}
            )
        for name, schema, items in (
            ("regions", _REGIONS, c.regions),
            ("sources", _SOURCES, c.sources),
            ("left_out", _LEFT_OUT, c.left_out),
        ):
            for item in items:
                tables[name].append(
                    {"campaign": c.id, **{k: getattr(item, k) for k in schema if k != "campaign"}}
                )
    schemas = {
        "campaigns": _CAMPAIGNS,
        "contenders": _CONTENDERS,
        "blocs": _BLOCS,
        "regions": _REGIONS,
        "sources": _SOURCES,
        "left_out": _LEFT_OUT,
    }
    written: dict[str, pl.DataFrame] = {
        name: pl.DataFrame(rows, schema=schemas[name]) for name, rows in tables.items()
    }
    for name, columns in _LONG.items():
        frames = [
            getattr(c, name).select(
                pl.lit(c.id).alias("campaign"), *[pl.col(k).cast(v) for k, v in columns.items()]
            )
            for c in campaigns
        ]
        written[name] = (
            pl.concat(frames)
            if frames
            else pl.DataFrame(schema={"campaign": pl.String(), **columns})
        )
    polls = pl.concat([narrow(c) for c in campaigns]) if campaigns else pl.DataFrame(schema=_POLLS)
    for path in sorted((folder / "polls").glob("*.parquet")):
        path.unlink()
    for key in polls["source"].unique().sort().to_list():
        written[f"polls/{key}"] = polls.filter(pl.col("source") == key)
    licences = {
        (s.key): {"source": s.title, "licence": s.licence, "url": s.url, "retrieved": s.retrieved}
        for c in campaigns
        for s in c.sources
    }
    manifest: dict[str, Any] = {}
    for name, frame in sorted(written.items()):
        path = folder / f"{name}.parquet"
        frame.write_parquet(path, compression="zstd", compression_level=12, statistics=False)
        entry: dict[str, Any] = {
            "rows": frame.height,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        if name.startswith("polls/"):
            entry |= licences.get(name.removeprefix("polls/"), {})
        else:
            entry |= {"source": "see sources.parquet, one row a campaign and source"}
        manifest[f"{name}.parquet"] = entry
    text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True, default=_iso)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"cannot write {type(value).__name__} to the manifest")
