"""A Campaign to a folder that reads back the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.checks_toml import FILE
from comparenotes.campaigns.model import (
    POLL_COLUMNS,
    SCHEMA_VERSION,
    TABLES,
    Campaign,
)
from comparenotes.errors import DataError


def write_folder(campaign: Campaign, folder: str | Path, *, overwrite: bool = False) -> list[Path]:
    """Write ``campaign`` as a campaign folder.

    Tables without rows are not written. Reading the folder back gives the same
    campaign, in the reader's normal form: polls sorted by end, start and
    pollster, an empty text as null, ``hypothetical`` null as false. The texts
    of a campaign are not part of it and are not copied.

    Parameters
    ----------
    folder
        Made if it does not exist.
    overwrite
        Replace the files of a campaign folder that is already there. Tables
        the campaign does not have are removed, so that none is left behind.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    DataError
        If the folder holds files and ``overwrite`` is not set, or is a file.
    """
    target = free_folder(folder, overwrite=overwrite)
    texts = {FILE: toml_text(campaign)}
    for name in TABLES:
        frame: pl.DataFrame = getattr(campaign, name)
        if not frame.is_empty():
            texts[f"{name}.csv"] = csv_text(_columns(name, frame, campaign))
    if len(texts) == 1:
        # A folder needs a table; an empty one says which columns polls have.
        texts["polls.csv"] = csv_text(_columns("polls", campaign.polls, campaign))
    for name in TABLES:
        if f"{name}.csv" not in texts:
            (target / f"{name}.csv").unlink(missing_ok=True)
    return write_files(target, texts)


def free_folder(folder: str | Path, *, overwrite: bool = False) -> Path:
    """Return the path of a folder that a campaign can be written to.

    Raises
    ------
    DataError
        If it is a file, or holds files; with ``overwrite`` those of a campaign may be there.
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise DataError("is a file, not a folder", where=str(target))
    replaceable = overwrite and (target / FILE).is_file()
    if target.is_dir() and any(target.iterdir()) and not replaceable:
        raise DataError("the folder is not empty", where=str(target), hint="name a new folder")
    return target


def write_files(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write ``texts`` by file name into ``folder``, made if need be; return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for file, text in texts.items():
        path = folder / file
        path.write_text(text, encoding="utf-8", newline="")
        written.append(path)
    return written


def _columns(name: str, frame: pl.DataFrame, campaign: Campaign) -> pl.DataFrame:
    if name != "polls":
        return frame.select(list(TABLES[name]))
    ids = [c for c in campaign.contender_ids if c in frame.columns]
    missing = [c for c in campaign.contender_ids if c not in frame.columns]
    frame = frame.with_columns([pl.lit(None, pl.Float64).alias(c) for c in missing])
    return frame.select([*POLL_COLUMNS, *(ids if len(ids) else campaign.contender_ids)])


def csv_text(frame: pl.DataFrame) -> str:
    """Return a frame as CSV: comma, UTF-8, null as an empty cell, numbers exact."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    for row in frame.iter_rows():
        writer.writerow([_cell(x) for x in row])
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def toml_text(campaign: Campaign) -> str:
    """Return ``campaign.toml``, one block for each contender, region and so on."""
    g = campaign.government
    head = {
        "schema_version": SCHEMA_VERSION,
        **_given(campaign, ("id", "country", "title", "election_date", "date_status")),
        **_given(campaign, ("level", "office", "system", "currency")),
        **({"status": campaign.status} if campaign.status != "ordinary" else {}),
        **({"complete": True} if campaign.complete else {}),
    }
    government = {
        **_given(g, ("since", "head")),
        **({"parties": list(g.parties)} if g.parties else {}),
        **_given(g, ("term",)),
    }
    blocks = [_block("", head)]
    if campaign.chamber is not None:
        chamber = _given(campaign.chamber, ("seats", "majority", "threshold", "rule"))
        blocks.append(_block("[chamber]", chamber))
    if government or g.changes:
        blocks.append(_block("[government]", government))
    blocks += [_block("[[government.changes]]", vars(x)) for x in g.changes]
    for c in campaign.contenders:
        keys = ("id", "name", "party", "family", "role", "candidate", "colour")
        blocks.append(_block("[[contenders]]", _given(c, (*keys, "since", "until", "parlgov_id"))))
        blocks += [_block("[[contenders.changes]]", vars(x)) for x in c.changes]
    for b in campaign.blocs:
        values = {"id": b.id, "name": b.name, "contenders": list(b.contenders)}
        blocks.append(_block("[[blocs]]", values))
    lists: tuple[tuple[str, tuple[str, ...], tuple[object, ...]], ...] = (
        ("[[regions]]", ("id", "name", "weight", "seats"), campaign.regions),
        ("[[sources]]", ("key", "title", "licence", "url", "retrieved"), campaign.sources),
        ("[[left_out]]", ("why", "count"), campaign.left_out),
        ("[[polling_days]]", ("known", "day", "status", "source"), campaign.polling_days),
    )
    for title, fields, items in lists:
        blocks += [_block(title, _given(x, fields)) for x in items]
    return "\n".join(blocks)


def _block(title: str, values: Mapping[str, Any]) -> str:
    import tomli_w

    return (f"{title}\n" if title else "") + tomli_w.dumps(values)


def _given(item: object, names: Iterable[str]) -> Mapping[str, Any]:
    return {n: getattr(item, n) for n in names if getattr(item, n) is not None}
