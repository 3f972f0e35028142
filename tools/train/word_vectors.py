"""Word vectors from campaign texts, without labels, for the coder of posts.

``python -m tools.train.word_vectors TEXTS --out DIR`` writes ``word_vectors.npz``: positive
pointwise mutual information of words within five of each other, context counts to the power
0.75, reduced by a singular value decomposition whose left vectors are scaled by the root of
the singular values (Levy, Goldberg and Dagan, TACL 3, 2015). The texts are debates,
convention speeches, campaign speeches and the hand-coded manifestos; the labelled posts are
not among them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse
from scipy.sparse.linalg import svds

from comparenotes.message.coder import pack
from comparenotes.message.features import MAX_CHARS, normalise

LEAST, DIMENSIONS, WINDOW, POWER = 8, 100, 5, 0.75
RARE = 1e-3
"""A word of this share of all words counts half (Arora, Liang and Ma, ICLR 2017)."""


def corpus(folder: Path) -> pl.Series:
    """Return the texts, in pieces that :func:`normalise` reads whole."""
    tables = (
        ("us_debates_1960_2020.csv", "concatenated_speech"),
        ("us_conventions_2012.csv", "text"),
        ("uk_manifestos_cap_coded_1983_2010.csv", "text"),
    )
    whole = [t for name, c in tables for t in pl.read_csv(folder / name)[c].drop_nulls()]
    speeches = sorted((folder / "us_2016_speeches").iterdir())
    whole += [p.read_bytes().decode("utf-8-sig", errors="replace") for p in speeches]
    return pl.Series([t[i : i + MAX_CHARS] for t in whole for i in range(0, len(t), MAX_CHARS)])


def trained(texts: pl.Series) -> tuple[list[str], Any]:
    """Return the words, commonest first, and a vector each, weighted by how rare the word is."""
    pieces = pl.DataFrame({"at": range(len(texts)), "word": normalise(texts).str.split(" ")})
    said = pieces.explode("word")
    counts = said.group_by("word").len().filter((pl.col("len") >= LEAST) & (pl.col("word") != ""))
    counts = counts.sort(["len", "word"], descending=[True, False])
    words = counts["word"].to_list()
    ids = counts.select("word").with_row_index("id")
    known = said.join(ids, on="word", how="left", maintain_order="left")
    at, word = known["at"].to_numpy(), known["id"].fill_null(len(words)).to_numpy().astype(np.int64)
    n = len(words)
    near = sparse.csr_matrix((n, n))
    for k in range(1, WINDOW + 1):
        a, b = word[:-k], word[k:]
        ok = (a < n) & (b < n) & (at[:-k] == at[k:])
        weight = np.full(int(ok.sum()), (WINDOW + 1 - k) / WINDOW)
        m = sparse.coo_matrix((weight, (a[ok], b[ok])), shape=(n, n)).tocsr()
        near = near + m + m.T
    total = np.asarray(near.sum(axis=1)).ravel() + 1e-9
    context = total**POWER / (total**POWER).sum()
    c = near.tocoo()
    information = np.log(c.data / total[c.row] / context[c.col])
    some = information > 0
    matrix = sparse.csr_matrix((information[some], (c.row[some], c.col[some])), shape=(n, n))
    left, values, _ = svds(matrix, k=DIMENSIONS, v0=np.ones(n) / np.sqrt(n))
    vectors = left * np.sqrt(values)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    share = counts["len"].to_numpy() / said.height
    return words, vectors / (1 + share / RARE)[:, None]


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--out", type=Path, required=True)
    args = a.parse_args()
    words, vectors = trained(corpus(args.texts))
    arrays: dict[str, Any] = dict(pack(vectors.T.astype(np.float32)))  # a scale for each word
    arrays["words"] = np.frombuffer("\n".join(words).encode(), dtype=np.uint8)
    np.savez_compressed(args.out / "word_vectors.npz", **arrays)
    print(len(words), "words")


if __name__ == "__main__":
    main()
