"""The tables of the documentation, each made from the packaged data by name."""

from __future__ import annotations

import csv
import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from lab.markdown import markdown

from comparenotes.words import number, spread

ROOT = Path(__file__).parents[2]
DATA = ROOT / "src" / "comparenotes" / "data"

SHOWN_CUTS = 4
"""How many cuts of the table of learned constants a page shows."""


def listed(
    rows: Iterable[Mapping[str, Any]],
    columns: Mapping[str, Callable[[Mapping[str, Any]], object]],
    left: Sequence[str] = (),
) -> str:
    """Return a Markdown table of ``rows``: each column's heading, and its cell from a row.

    Columns align right but for those named in ``left``.
    """
    right = " ".join(str(i) for i, head in enumerate(columns) if head not in left)
    return markdown(tuple(columns), [[cell(r) for cell in columns.values()] for r in rows], right)


# ------------------------------------------------------------------ licences


@cache
def manifest() -> dict[str, dict[str, Any]]:
    """Return every packaged file (path under ``data/``) and what its manifest says."""
    out: dict[str, dict[str, Any]] = {}
    for path in sorted(DATA.glob("**/manifest.json")):
        folder = path.parent.relative_to(DATA)
        for name, entry in json.loads(path.read_text(encoding="utf-8")).items():
            out[(folder / name).as_posix()] = entry
    return out


DERIVED = {
    "learned.csv": "estimated by `cn learn` from the packaged polls and results",
    "verdict_hits.csv": "worked out by `python -m lab.verdict_hits` from the same",
    "sister_hits.csv": "worked out by `python -m lab.sister_hits` from the same",
}
"""Packaged files that a command of the program makes from the others."""


def packaged() -> list[str]:
    """Return the path under ``data/`` of every packaged file but the manifests."""
    files = (p for p in DATA.glob("**/*") if p.is_file() and p.name != "manifest.json")
    return sorted(p.relative_to(DATA).as_posix() for p in files if "__pycache__" not in p.parts)


def licences() -> str:
    """Return one row a packaged file: rows, source, licence."""
    rows = []
    for name in packaged():
        entry = manifest().get(name, {})
        source, licence = entry.get("source", ""), entry.get("licence", "")
        if not source and name in DERIVED:
            source, licence = DERIVED[name], "figures derived from the tables here"
        elif "sources.parquet" in source and not licence:
            source, licence = "several: one row a campaign and source, below", "as below"
        if entry.get("url"):
            source = f"[{source}]({entry['url']})"
        count = f"{entry['rows']:,}" if "rows" in entry else ""
        rows.append((f"`{name}`", count, source, licence))
    return markdown(("file", "rows", "source", "licence"), rows, "1")


def sources() -> str:
    """Return one row a source of the campaigns' tables: licence, and how many campaigns use it."""
    import polars as pl

    frame = (
        pl.read_parquet(DATA / "sources.parquet")
        .group_by("title", "licence")
        .agg(
            pl.col("campaign").n_unique().alias("campaigns"),
            pl.col("url").drop_nulls().min(),
            pl.col("retrieved").drop_nulls().min(),
        )
        .sort("title", "licence")
    )
    rows = [
        (
            f"[{r['title']}]({r['url']})" if r["url"] else r["title"],
            r["retrieved"],
            r["campaigns"],
            r["licence"],
        )
        for r in frame.iter_rows(named=True)
    ]
    return markdown(("source", "retrieved", "campaigns", "licence"), rows, "2")


# ----------------------------------------------------------------- constants


@cache
def learned() -> tuple[dict[str, str], ...]:
    """Return the rows of the packaged table of learned constants."""
    with (DATA / "learned.csv").open(encoding="utf-8", newline="") as f:
        return tuple(csv.DictReader(f))


def cuts() -> list[str]:
    """Return the cut dates, oldest first."""
    return sorted({r["until"] for r in learned()})


def meanings() -> dict[str, str]:
    """Return each learned constant's meaning, from the docstring of the class that holds them."""
    from comparenotes.race.constants import NAMES, Constants

    text = inspect.getdoc(Constants) or ""
    out: dict[str, str] = {}
    for m in re.finditer(r"^((?:\w+, )*\w+)\n((?:    .*\n?)+)", text, re.MULTILINE):
        for name in m[1].split(", "):
            if name in NAMES:
                said = re.sub(r" *\(:mod:`[^`]+`\)", "", " ".join(m[2].split()))
                out[name] = said.replace("``", "`")
    return out


def constants() -> str:
    """Return one row a constant: what it is, and its value at a few cuts."""
    every = cuts()
    step = (len(every) - 1) / (SHOWN_CUTS - 1)
    shown = [every[round(i * step)] for i in range(SHOWN_CUTS)]
    value = {(r["until"], r["constant"]): r for r in learned() if r["group"] == "all"}
    rows = []
    above = ""
    for name, meaning in meanings().items():
        told = "(with the one above)" if meaning == above else meaning
        rows.append((f"`{name}`", told, *(_number(value[c, name]["value"]) for c in shown)))
        above = meaning
    counts = {c: next(r["elections"] for r in learned() if r["until"] == c) for c in shown}
    head = [f"before {c[:4]} ({counts[c]})" for c in shown]
    return markdown(("constant", "what it is", *head), rows, "2 3 4 5")


def _number(text: str) -> str:
    value = float(text)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def groups() -> str:
    """Return one row a group at the newest cut: its factor on the common sizes, its own values."""
    sizes = import_module("comparenotes.race.constants").SCALED
    newest = cuts()[-1]
    rows = [r for r in learned() if r["until"] == newest]
    common = {r["constant"]: float(r["value"]) for r in rows if r["group"] == "all"}
    by_group: dict[str, dict[str, dict[str, str]]] = {}
    for r in rows:
        if r["group"] != "all":
            by_group.setdefault(r["group"], {})[r["constant"]] = r
    out = []
    for name, own in by_group.items():
        factor = float(own["bias"]["value"]) / common["bias"] if "bias" in own else None
        extra = [f"`{c}` {_number(r['value'])}" for c, r in own.items() if c not in sizes]
        any_row = next(iter(own.values()))
        out.append(
            (
                f"`{name}`",
                any_row["elections"],
                "" if factor is None else f"{factor:.2f}",
                ", ".join(extra),
            )
        )
    out.sort(key=lambda row: (row[0].strip("`").isupper(), row[0]))
    return markdown(("group", "elections", "factor on the sizes", "its own values"), out, "1 2")


# ----------------------------------------------------------------- catalogue


def catalogue() -> str:
    """Return one row a country: campaigns, years, polls."""
    import polars as pl

    from comparenotes.campaigns.listing import list_campaigns

    frame = (
        list_campaigns()
        .with_columns(pl.col("election_date").dt.year().alias("year"))
        .group_by("country")
        .agg(
            pl.len().alias("n"),
            pl.col("year").min().alias("first"),
            pl.col("year").max().alias("last"),
            pl.col("polls").sum(),
            pl.col("system").unique().sort().str.join(", ").alias("system"),
        )
        .sort("country")
    )
    rows = [
        (r["country"], r["n"], _years(r["first"], r["last"]), f"{r['polls']:,}", r["system"])
        for r in frame.iter_rows(named=True)
    ]
    total = (f"{frame.height} countries", frame["n"].sum(), "", f"{frame['polls'].sum():,}", "")
    head = ("country", "campaigns", "years", "polls", "system")
    return markdown(head, [*rows, total], "1 3")


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


# --------------------------------------------------------------------- scores


def scores() -> str:
    """Return how well past elections were forecast, in short: the list of docs/backtest.md."""
    text = (ROOT / "docs" / "backtest.md").read_text(encoding="utf-8")
    short = text.partition("## In short")[2].partition("## ")[0]
    return "\n".join(line for line in short.splitlines() if line.startswith("* "))


# ------------------------------------------------------------------- verdicts


def rules() -> str:
    """Return the table that decides whether a finding carries over."""
    from comparenotes.compare import verdict

    rows = [
        (
            r.id,
            r.kind.replace("_", " "),
            "; ".join(f"{fact}: {' or '.join(values)}" for fact, values in r.asks.items())
            or "anything",
            r.verdict,
            r.why,
        )
        for r in verdict.rules()
    ]
    return markdown(("rule", "kind of finding", "asks for", "verdict", "why"), rows)


TABLES: dict[str, str] = {
    "licences": "tables.licences",
    "sources": "tables.sources",
    "constants": "tables.constants",
    "groups": "tables.groups",
    "catalogue": "tables.catalogue",
    "rules": "tables.rules",
    "scores": "tables.scores",
    "message-trust": "message_tables.trust",
    "message-trust-best": "message_tables.trust_best",
    "message-topics": "message_tables.topics",
    "message-older": "message_tables.older",
    "message-agreement": "message_tables.agreement",
    "speed": "bench_tables.speed",
    "fits": "bench_tables.fits",
    "joint": "bench_tables.joint",
    "whole": "bench_tables.whole",
    "scaling": "bench_tables.scaling",
    "machine": "bench_tables.machine",
    "oracle": "bench_tables.oracle",
    "oracle-agreement": "bench_tables.oracle_agreement",
    "oracle-laplace": "bench_tables.oracle_laplace",
    "regions-crps": "region_tables.crps",
    "regions-relative": "region_tables.relative",
    "regions-coverage": "region_tables.covered",
    "regions-short": "region_tables.short",
    "seats-swing": "seats_tables.swing",
    "seats-commons": "seats_tables.commons",
    "seats-hidden": "seats_tables.hidden",
    "seats-2024": "seats_tables.rivals",
    "seats-2024-parties": "seats_tables.parties_2024",
    "seats-places": "seats_tables.places",
    "seats-classes": "seats_tables.classes",
}
"""Name of a table to the function of this folder that makes it."""


def made(name: str) -> str:
    """Return the table called ``name`` as Markdown."""
    module, function = TABLES[name].split(".")
    make: Callable[[], str] = getattr(import_module(f"tools.docs.{module}"), function)
    return make()


def two(x: float | None, digits: int = 2) -> str:
    """Return a score with two decimals; a dash where there is none."""
    return number(x, digits)


def two_spread(x: float | None, lo: float | None, hi: float | None, digits: int = 2) -> str:
    """Return a score and its interval with two decimals."""
    return spread(x, lo, hi, digits)
