"""Packaged tables on disk, each folder with a manifest; one way for all builders.

A manifest has one entry a file: source, licence, when it was retrieved, rows, sha256.
The same tables give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.catalogue import data_dir

LEVEL = 12
"""Of the zstd compression."""


def write_tables(
    folder: Path,
    tables: Mapping[str, pl.DataFrame],
    about: Mapping[str, Mapping[str, str]],
    *,
    level: int | None = LEVEL,
    keep: bool = False,
) -> None:
    """Write each table as ``folder/NAME.parquet``, and their manifest.

    Parameters
    ----------
    about
        Source, licence and the like of each table, by its name.
    keep
        Leave the entries of other tables in a manifest that is there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "manifest.json"
    entries = json.loads(path.read_text(encoding="utf-8")) if keep and path.is_file() else {}
    for name, frame in tables.items():
        file = folder / f"{name}.parquet"
        frame.write_parquet(file, compression="zstd", compression_level=level, statistics=False)
        entries[file.name] = {**about[name], "rows": frame.height, "sha256": sha256(file)}
    write_manifest(folder, entries)


def write_manifest(folder: Path, entries: Mapping[str, Mapping[str, Any]]) -> None:
    """Write ``folder/manifest.json``: what is known of each file, by its name."""
    text = json.dumps(entries, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def sha256(file: Path) -> str:
    """Return the checksum of a file's bytes."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def command(
    program: str,
    about: str | None,
    build: Callable[[Path], dict[str, pl.DataFrame]],
    write: Callable[[dict[str, pl.DataFrame], Path], None],
) -> None:
    """Run ``python -m PROGRAM RAW [OUT]``: build from the raw files, write, say how many rows."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=about)
    parser.add_argument("raw", type=Path, help="folder of the raw files")
    parser.add_argument("out", type=Path, nargs="?", default=data_dir())
    args = parser.parse_args()
    tables = build(args.raw)
    write(tables, args.out)
    report(tables)


def report(tables: Mapping[str, pl.DataFrame]) -> None:
    """Print how many rows each table has."""
    for name, frame in tables.items():
        print(f"{name}: {frame.height} rows")
