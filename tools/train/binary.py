"""Immigration yes or no, cross-validated by party.

``python -m tools.train.binary TEXTS [--embeddings immigration.npy]`` prints the figures of
the documentation.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse

from comparenotes.message.coder import embedded, scaled, shifted
from comparenotes.message.features import hashed
from comparenotes.message.issues import MIGRATION_SEEDS


def blocks(text: pl.Series) -> tuple[Any, Any]:
    """Return scaled words and letters."""
    f = hashed(text)
    w, c = scaled(f.words), scaled(f.chars)
    w.sum_duplicates()
    c.sum_duplicates()
    return w, c


def immigration(texts: Path, vectors: Path | None) -> dict[str, float]:
    """Return F1 of immigration yes or no on crowd-coded sentences, each party held out."""
    from sklearn.svm import LinearSVC

    raw = gzip.decompress((texts / "uk_manifesto_sentences_1945_2019.csv.gz").read_bytes())
    d = pl.read_csv(raw, infer_schema_length=None).filter(pl.col("year") == 2010)
    d = d.with_columns(pl.col("text").fill_null(""))
    known = d["crowd_immigration_label"].is_not_null().to_numpy()
    y = (d["crowd_immigration_label"].fill_null("") == "Immigration").to_numpy()
    party = d["party"].to_numpy()
    doc = np.unique(party, return_inverse=True)[1].astype(np.int64)
    w, c = blocks(d["text"])
    seed = d["text"].str.to_lowercase().str.count_matches(MIGRATION_SEEDS).clip(0, 2)
    s = seed.to_numpy().astype(np.float32)[:, None]
    around = np.hstack([s, *(shifted(s, doc, k) + shifted(s, doc, -k) for k in (1, 2))])
    near = shifted(w, doc, 1) + shifted(w, doc, -1)
    parts = [w, c, 0.5 * near, sparse.csr_matrix(around)]
    sets = {"seeds only": None, "linear": sparse.hstack(parts).tocsr()}
    if vectors is not None:
        e = embedded(np.load(vectors).astype(np.float32), doc)
        sets["embedding"] = sparse.hstack([*parts, sparse.csr_matrix(e)]).tocsr()
    out = {}
    for name, x in sets.items():
        p = np.zeros(len(y), bool)
        if x is None:
            p = s[:, 0] > 0
        else:
            for one in np.unique(party):
                rest = known & (party != one)
                m = LinearSVC(C=0.5, class_weight={0: 1, 1: 4}).fit(x[rest], y[rest])
                p[party == one] = m.predict(x[party == one])
        tp = float((p & y & known).sum())
        out[name] = 2 * tp / float((p & known).sum() + (y & known).sum())
        print("immigration", name, round(out[name], 4), flush=True)
    return out


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--embeddings", type=Path, help="immigration.npy")
    args = a.parse_args()
    print(json.dumps(immigration(args.texts, args.embeddings), indent=1))


if __name__ == "__main__":
    main()
