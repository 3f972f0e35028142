"""The bundled Parquet tables as one database.

Every Parquet file of ``data/`` becomes a table named by its path (``record/cases``
is ``record_cases``); the poll files, one a source, become one table ``polls`` with
the source in it. Licences differ by source: the table ``licences`` says which.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.catalogue import data_dir
from comparenotes.errors import DataError


def frames() -> dict[str, pl.DataFrame]:
    """Return every bundled table by name."""
    root = data_dir()
    out: dict[str, pl.DataFrame] = {}
    polls = sorted((root / "polls").glob("*.parquet"))
    for path in sorted(root.rglob("*.parquet")):
        if path in polls:
            continue
        name = "_".join(path.relative_to(root).with_suffix("").parts).replace("-", "_")
        out[name] = pl.read_parquet(path)
    if polls:
        out["polls"] = pl.concat([pl.read_parquet(p) for p in polls], how="diagonal_relaxed")
    out["licences"] = _licences(root)
    return dict(sorted(out.items()))


def _licences(root: Path) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for path in sorted(root.rglob("manifest.json")):
        within = path.parent.relative_to(root).parts
        found = json.loads(path.read_text(encoding="utf-8"))
        for name, entry in found.items():
            if isinstance(entry, dict):
                told = {k: entry.get(k) for k in ("source", "licence", "url", "retrieved")}
                rows.append(
                    {"file": "/".join((*within, name)), "rows": entry.get("rows")}
                    | {k: None if v is None else str(v) for k, v in told.items()}
                )
    schema = {"file": pl.String(), "rows": pl.Int64()} | dict.fromkeys(
        ("source", "licence", "url", "retrieved"), pl.String()
    )
    return pl.DataFrame(rows, schema=schema, strict=False)


def describe() -> list[dict[str, Any]]:
    """Return name, rows and columns of every table."""
    return [{"name": k, "rows": f.height, "columns": f.columns} for k, f in frames().items()]


def to_duckdb(path: Path) -> dict[str, int]:
    """Write every table to a new DuckDB database and return its rows by table.

    Frames go over as Parquet files in a temporary folder, which DuckDB reads by
    itself: no other package is needed.

    Raises
    ------
    DataError
        If ``path`` exists or its folder does not.
    """
    import tempfile

    import duckdb

    if path.exists():
        raise DataError("is there already", where=str(path), hint="name a new file")
    if not path.parent.is_dir():
        raise DataError("no such folder", where=str(path.parent))
    counts: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(str(path)) as database:
        for name, frame in frames().items():
            file = Path(folder) / f"{name}.parquet"
            frame.write_parquet(file)
            # Names are the package's own file names, in quotes; a file is a parameter.
            database.execute(
                f'CREATE TABLE "{name}" AS SELECT * FROM read_parquet(?)',  # noqa: S608
                [str(file)],
            )
            counts[name] = frame.height
    return counts
