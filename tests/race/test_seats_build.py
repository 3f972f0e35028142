"""The packaged tables of seats: as the manifest says, and as the raw files give them."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import polars as pl
import pytest
from tools.build import seats

from comparenotes.campaigns.catalogue import campaign_index, data_dir
from comparenotes.race.seats.divisor import METHODS

RAW = Path(os.environ.get("COMPARENOTES_SHARED", Path(__file__).parents[3] / "shared")) / "data"
FOLDER = data_dir() / "seats"


def test_manifest_names_every_table() -> None:
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest) == {p.name for p in FOLDER.glob("*.parquet")}
    for name, entry in manifest.items():
        path = FOLDER / name
        assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest(), name
        assert entry["rows"] == pl.read_parquet(path).height
        assert entry["source"]
        assert entry["licence"]


def test_systems_table() -> None:
    systems = pl.read_parquet(FOLDER / "systems.parquet")
    assert set(systems["method"]) <= {*METHODS, "curve", "none"}
    assert systems.select("country", "from").is_duplicated().sum() == 0
    assert systems["source"].null_count() == 0
    # a law is known before it is applied
    assert systems.filter(pl.col("known") > pl.col("from")).is_empty()
    listed = set(systems["country"])
    pr = campaign_index().filter(pl.col("system") == "pr")["country"].unique().to_list()
    assert set(pr) <= listed


@pytest.mark.skipif(
    not (RAW / "uk_constituencies").is_dir(), reason=f"the raw files are not at {RAW}"
)
def test_built_again_the_tables_are_the_same(tmp_path: Path) -> None:
    seats.write(seats.build(RAW), tmp_path)
    for path in sorted(FOLDER.iterdir()):
        assert (tmp_path / "seats" / path.name).read_bytes() == path.read_bytes(), path.name
