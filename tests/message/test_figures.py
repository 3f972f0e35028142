"""The bundled figures: every campaign has its genres, dated, without prose; who attacks whom."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from tools.train.bundle import opened

from comparenotes.campaigns.catalogue import load_bundled
from comparenotes.cli.message_cmds import message
from comparenotes.message import bundled
from comparenotes.message.documents import TEXT_KINDS
from comparenotes.message.issues import issues_named
from comparenotes.message.report import message_of
from comparenotes.message.sides import sides_of
from comparenotes.message.tally import ALL
from comparenotes.message.targets import EVERY, UNNAMED, targets

SHARED = Path(os.environ.get("COMPARENOTES_SHARED", Path(__file__).parents[3] / "shared"))
TEXTS = SHARED / "texts"
US = [f"us-{y}" for y in range(2004, 2025, 4)]
GB = ["gb-2005", "gb-2010", "gb-2015", "gb-2017", "gb-2019", "gb-2024"]


@pytest.mark.parametrize("name", [*US, *GB])
def test_every_campaign_has_its_genres_of_both_sides(name: str) -> None:
    campaign = opened(name)
    rows = bundled.figures(name, campaign.eve()).filter(pl.col("issue") == ALL)
    sides = dict(rows.group_by("kind").agg(pl.col("contender").unique()).iter_rows())
    both = {"dem", "rep"} if name.startswith("us-") else {"con", "lab"}
    genres = ("convention", "debate") if name.startswith("us-") else ("manifesto", "debate")
    for genre in genres:
        assert both <= set(sides[genre])
    last = campaign.previous_election()
    dates = rows["date"]
    assert dates.null_count() == 0
    assert dates.max() <= campaign.eve()  # type: ignore[operator]
    assert last is None or dates.min() > last  # type: ignore[operator]
    assert set(rows["kind"]) <= set(TEXT_KINDS)
    assert set(rows["contender"]) <= set(campaign.contender_ids)


def test_figures_hold_no_prose() -> None:
    root = bundled.message_dir()
    for name, columns in (("figures", bundled.COLUMNS), ("targets", bundled.ATTACKS)):
        schema = pl.read_parquet_schema(root / f"{name}.parquet")
        assert dict(schema) == dict(columns)
        table = pl.read_parquet(root / f"{name}.parquet")
        for column, kind in schema.items():
            if kind == pl.String:
                assert table[column].str.len_chars().max() < 25  # type: ignore[operator]


def test_nothing_of_a_later_day() -> None:
    day = date(2024, 8, 18)
    rows = bundled.figures("us-2024", day)
    assert rows["date"].max() <= day  # type: ignore[operator]
    assert set(rows.filter(pl.col("kind") == "manifesto")["contender"]) == {"rep"}
    assert bundled.attacks("us-2024", day)["date"].max() <= day  # type: ignore[operator]


def test_the_counts_of_targets_are_those_of_attack() -> None:
    for name in ("us-2024", "gb-2024", "gb-2010"):
        day = load_bundled(name).eve()
        counts = bundled.figures(name, day).filter(pl.col("stance") == "attack")
        towards = bundled.attacks(name, day).filter(pl.col("target") == EVERY)
        key = ["kind", "contender", "issue"]
        a, b = (t.group_by(key).agg(pl.col("n").sum()).sort(key) for t in (counts, towards))
        assert a.rows() == b.rows()


@pytest.mark.skipif(not TEXTS.is_dir(), reason="the shared texts are not here")
def test_the_figures_are_those_of_the_coder() -> None:
    from tools.build import message_figures as made

    name = "us_2024/debates_2024.csv"
    campaign = load_bundled("us-2024")
    table = pl.read_csv(TEXTS / name, infer_schema_length=0)
    given = made.documents(table, campaign, "debate", Counter())
    counts, attacks = made.code(campaign, made.Rows(campaign, given).chunks(), "debates_2024")
    key = ["contender", "date", "issue", "stance"]
    old = bundled.figures("us-2024", campaign.eve()).filter(pl.col("source") == "debates_2024")
    new = counts.cast(dict(bundled.COLUMNS))  # type: ignore[arg-type]
    sums = [t.filter(pl.col("n") > 0).group_by(key).agg(pl.col("n").sum()).sort(key).rows()
            for t in (old, new)]  # fmt: skip
    assert sums[0] == sums[1]
    seen = bundled.attacks("us-2024", campaign.eve()).filter(pl.col("source") == "debates_2024")
    assert seen["n"].sum() == attacks["n"].sum()


def test_whom_an_attack_names() -> None:
    campaign = load_bundled("gb-2024")
    said = [
        ("lab", "The Conservatives have broken the asylum system.", "attack"),
        ("lab", "This government and Rishi Sunak have failed on the border.", "attack"),
        ("lab", "They have failed, and everybody knows it.", "attack"),
        ("lab", "Labour will fix what the Tories broke.", "promise"),
        ("ref", "Labour and the Tories opened our borders to all.", "attack"),
        ("con", "The government has cut small boats.", "attack"),
    ]
    rows = pl.DataFrame(
        {
            "document": [1] * 4 + [2, 3],
            "contender": [s[0] for s in said],
            "kind": ["debate"] * 6,
            "date": [date(2024, 6, 4)] * 6,
            "text": [s[1] for s in said],
            "stance": [s[2] for s in said],
            "topic": [9, 9, 0, 9, 9, 9],
        }
    )
    got = targets(rows, issues_named(["migration"]), sides_of(campaign))
    by = {
        (c, i, t): n for c, i, t, n in got.select("contender", "issue", "target", "n").iter_rows()
    }
    assert by["lab", "all", EVERY] == 3
    assert by["lab", "migration", EVERY] == 2
    assert by["lab", "migration", "con"] == 2
    assert by["lab", "all", UNNAMED] == 1
    assert ("lab", "migration", UNNAMED) not in by
    assert by["ref", "migration", "lab"] == by["ref", "migration", "con"] == 1
    assert by["con", "migration", UNNAMED] == 1  # its own government is no opponent


def test_the_promised_json_of_measured_figures() -> None:
    done = CliRunner().invoke(message, ["us-2024", "--json", "--as-of", "2024-08-18"])
    told = json.loads(done.stdout)
    rows = {(r["issue"], r["contender"]): r for r in told["issues"]}
    assert rows["migration", "rep"]["reason"] == "no data"
    assert rows["migration", "dem"]["share"] > 0
    assert told["genre"] == "speech"
    assert {g["genre"] for g in told["genres"]} == {"speech", "convention", "manifesto"}
    for row in rows.values():
        assert {"documents", "sentences", "hits", "share", "lo90", "hi90", "attack", "own_record",
                "promise"} <= set(row)  # fmt: skip
    assert {b["issue"] for b in told["battlegrounds"]} == {"migration", "green"}


def test_no_figures_is_a_row_and_no_error() -> None:
    done = CliRunner().invoke(message, ["de-2021", "--json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert len({r["contender"] for r in told["issues"]}) > 5
    assert all(r["share"] is None and "no data: no texts" in r["reason"] for r in told["issues"])
    words = CliRunner().invoke(message, ["de-2021"])
    assert words.exit_code == 0
    assert "Migration: no data (" in words.output


def test_the_next_campaign_shows_the_last_named_so() -> None:
    found = message_of(load_bundled("gb-next"))
    assert found.last is not None
    assert found.last.id == "gb-2024"
    assert found.to_dict()["last_campaign"] == "gb-2024"
    assert "last campaign (British general election 2024)" in found.notes()[0]
    assert "rb" in found.silent()
