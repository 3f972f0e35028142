"""Passages of debates, speeches and conventions coded by hand for attack, from the user's texts.

A coding names a file, a unit (row or file name), offsets and a hash, as in
:mod:`tools.train.windows`; the text is looked up and checked against the hash. ``use`` is
``train`` or ``check``: the documents of the second are never learnt from.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.message.sentences import blank

CODINGS = Path(__file__).parents[1] / "tables" / "message_codings_attack.csv"
LABELS = ("negative", "policy", "person")
"""Columns of the codings, in the order of ``stance.ATTACKS``."""


@dataclass(frozen=True)
class Passages:
    """Passages in order: their ``texts``, codes ``y`` ``(n, 3)``, use and how they were drawn."""

    texts: tuple[str, ...]
    y: Any
    use: Any
    drawn: Any


def document(file: str, unit: str, tables: dict[str, pl.DataFrame]) -> str:
    """Return the document a coding belongs to, named as in ``windows``: a debate, a speech."""
    t = tables.get(file)
    if t is not None and "date" in t.columns:
        return f"debate {t['date'][int(unit) - 1]}"
    return f"{file}{unit}"


def tables_of(codings: pl.DataFrame, folder: Path) -> dict[str, pl.DataFrame]:
    """Return the tables that the codings name, read once."""
    files = codings["file"].unique().sort().to_list()
    return {f: pl.read_csv(folder / f) for f in files if (folder / f).is_file()}


def read_passages(folder: Path) -> Passages:
    """Return the coded passages with their text; ValueError if a text is another."""
    d = pl.read_csv(CODINGS, schema_overrides={"unit": pl.String})
    tables = tables_of(d, folder)
    texts = []
    for r in d.iter_rows(named=True):
        t = tables.get(r["file"])
        if t is None:
            raw = (folder / r["file"] / r["unit"]).read_bytes()
            whole = raw.decode("utf-8-sig", errors="replace")
        else:
            column = "concatenated_speech" if "concatenated_speech" in t.columns else "text"
            whole = t[column][int(r["unit"]) - 1]
        text = blank(whole)[r["start"] : r["end"]]
        if blake2b(text.encode(), digest_size=8).hexdigest() != r["hash"]:
            raise ValueError(f"{r['file']} {r['unit']}: not the text that was coded")
        texts.append(" ".join(text.split()))
    y = d.select(LABELS).to_numpy().astype(int)
    return Passages(tuple(texts), y, np.array(d["use"]), np.array(d["drawn"]))


def trained_documents(folder: Path) -> set[str]:
    """Return the documents of which a passage is learnt from."""
    d = pl.read_csv(CODINGS, schema_overrides={"unit": pl.String})
    tables = tables_of(d, folder)
    rows = d.filter(pl.col("use") == "train").select("file", "unit").unique().rows()
    return {document(f, u, tables) for f, u in rows}
