"""The documentation's tables are what the commands print, and every column is documented."""

from __future__ import annotations

import os
import re
from pathlib import Path

import polars as pl
import pytest
from lab.record.tables import NAMES, doc_table
from tools.build.record_docs import PAGE, blocks

from comparenotes.campaigns.catalogue import campaign_ids
from comparenotes.record import tables

SHARED = Path(os.environ.get("COMPARENOTES_SHARED", Path(__file__).parents[3] / "shared"))
MANIFESTO = SHARED / "data" / "manifesto_project" / "mpds2024a.csv"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_generated_tables_are_current(name: str) -> None:
    if name == "emphasis" and not MANIFESTO.is_file():
        pytest.skip("the Manifesto Project's file is not here")
    if name == "helped" and len(campaign_ids()) < 100:
        pytest.skip("the bundled catalogue is not built")
    day, body = blocks(TEXT)[name]
    assert doc_table(name, str(MANIFESTO), day) == body


@pytest.mark.parametrize("path", sorted(tables.folder().glob("*.parquet")), ids=lambda p: p.stem)
def test_every_column_is_documented(path: Path) -> None:
    row = re.search(rf"^\| `{path.stem}` \|.*$", TEXT, re.MULTILINE)
    assert row, f"{path.stem} is not in docs/record.md"
    named = set(re.findall(r"`([a-z_0-9]+)`", row[0]))
    if path.stem == "sitting":
        assert pl.read_parquet_schema(path) == pl.read_parquet_schema(
            path.with_name("cases.parquet")
        )
        return
    assert set(pl.read_parquet_schema(path)) <= named | {path.stem}


def test_the_manifest_holds_every_table() -> None:
    import hashlib
    import json

    manifest = json.loads((tables.folder() / "manifest.json").read_text(encoding="utf-8"))
    files = {p.name: p for p in tables.folder().glob("*.parquet")}
    assert set(manifest) == set(files)
    for name, path in files.items():
        entry = manifest[name]
        assert entry["source"]
        assert entry["licence"]
        assert entry["rows"] == pl.scan_parquet(path).select(pl.len()).collect().item()
        assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_page_counts_what_there_is() -> None:
    assert f"({tables.table('cases').height} cases)" in TEXT
    assert f"({tables.table('reign')['country_name'].n_unique()} countries" in TEXT
