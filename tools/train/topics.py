"""Train the topic coder on the user's copy of the coded manifestos, and measure it.

``python -m tools.train.topics TEXTS --out DIR [--embeddings FILE.npy] [--evaluate]``

TEXTS is the folder with ``uk_manifestos_cap_coded_1983_2010.csv``. Needs
scikit-learn (not a dependency of the package). Writes weights as numbers and, with
``--evaluate``, the held-out figures.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse

from comparenotes.message.coder import NEAR, around, embedded, pack, scaled, shifted
from comparenotes.message.features import BITS, hashed

C_FIRST, RIDGE, C_SECOND, BALANCE, FOLDS = 0.2, 3.0, 0.01, 0.7, 3
PRIOR = 0.25
"""Power of the topics' shares put back after balanced training: best held-out shares and F1."""


class Data:
    """The coded sentences with their features."""

    def __init__(self, texts: Path, embeddings: Path | None) -> None:
        d = pl.read_csv(texts / "uk_manifestos_cap_coded_1983_2010.csv")
        d = d.with_columns(pl.col("text").fill_null(""))
        self.topics, self.y = np.unique(d["majortopic"].to_numpy(), return_inverse=True)
        self.year = d["year"].to_numpy()
        self.party = d["party"].to_numpy()
        names = d["year"].cast(pl.String) + d["party"]
        self.doc = np.unique(names.to_numpy(), return_inverse=True)[1].astype(np.int64)
        f = hashed(d["text"])
        w, c = scaled(f.words), scaled(f.chars)
        for m in (w, c):
            m.sum_duplicates()
        near = sum(
            k_weight * (shifted(w, self.doc, k) + shifted(w, self.doc, -k)) for k, k_weight in NEAR
        )
        self.x: Any = sparse.hstack([w, c, near]).tocsr().astype(np.float64)
        self.e = None
        if embeddings is not None:
            self.e = embedded(np.load(embeddings).astype(np.float32), self.doc)


def weights(y: Any, n: int, power: float = BALANCE) -> Any:
    """Return a weight a sentence: rare topics count more, by a power of their rarity."""
    counts = np.maximum(np.bincount(y, minlength=n), 1)
    return ((len(y) / (n * counts)) ** power)[y]


def fit_first(d: Data, rows: Any) -> tuple[Any, Any]:
    """Return one-against-rest weights ``(features, topics)`` and biases."""
    from sklearn.svm import LinearSVC

    m = LinearSVC(C=C_FIRST, dual=True, tol=1e-3)
    m.fit(d.x[rows], d.y[rows], sample_weight=weights(d.y[rows], len(d.topics), 1.0))
    w = np.zeros((d.x.shape[1], len(d.topics)))
    b = np.full(len(d.topics), -1.0)
    w[:, m.classes_] = m.coef_.T
    b[m.classes_] = m.intercept_
    return w, b


def fit_embedding(d: Data, rows: Any) -> Any:
    """Return ridge weights ``(inputs + 1, topics)`` on embeddings, targets -1 and 1."""
    assert d.e is not None
    x = np.hstack([d.e[rows], np.ones((int(rows.sum()), 1), np.float32)]).astype(np.float64)
    t = np.where(d.y[rows][:, None] == np.arange(len(d.topics)), 1.0, -1.0)
    s = weights(d.y[rows], len(d.topics), 0.5)[:, None]
    penalty = np.eye(x.shape[1]) * RIDGE
    penalty[-1, -1] = 1e-6
    return np.linalg.solve(x.T @ (x * s) + penalty, x.T @ (t * s))


def fit_second(inputs: Any, y: Any, n: int) -> Any:
    """Return multinomial logit weights on raw inputs, intercept last."""
    from sklearn.linear_model import LogisticRegression

    mu, sd = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    m = LogisticRegression(C=C_SECOND, max_iter=100, tol=1e-3)
    m.fit((inputs - mu) / sd, y, sample_weight=weights(y, n))
    out = np.zeros((inputs.shape[1] + 1, n))
    out[-1] = -20.0
    w = m.coef_.T / sd[:, None]
    out[:-1, m.classes_] = w
    out[-1, m.classes_] = m.intercept_ - mu @ w
    share = np.maximum(np.bincount(y, minlength=n), 1) / len(y)
    out[-1] += PRIOR * np.log(share)
    return out


def fit(d: Data, rows: Any) -> dict[str, Any]:
    """Fit both stages on ``rows``; the second on scores of documents held out of the first."""
    n = len(d.topics)
    fold = d.doc % FOLDS  # documents, so that neighbours stay together
    first = np.zeros((len(d.y), n), np.float32)
    emb = np.zeros((len(d.y), n), np.float32)
    for k in range(FOLDS):
        inside, out = rows & (fold != k), rows & (fold == k)
        w, b = fit_first(d, inside)
        first[out] = d.x[out] @ w + b
        if d.e is not None:
            v = fit_embedding(d, inside)
            emb[out] = d.e[out] @ v[:-1] + v[-1]
    z = around(first[rows], d.doc[rows])
    w, b = fit_first(d, rows)
    model = {"w": w, "b": b, "second": fit_second(z, d.y[rows], n)}
    if d.e is not None:
        model["embedding"] = fit_embedding(d, rows)
        both = np.hstack([z, around(emb[rows], d.doc[rows])])
        model["second_embedding"] = fit_second(both, d.y[rows], n)
    return model


def apply(d: Data, model: dict[str, Any], rows: Any) -> dict[str, Any]:
    """Return probabilities on ``rows`` without and, where there are any, with embeddings."""
    from comparenotes.message.coder import softmax

    z = around((d.x[rows] @ model["w"] + model["b"]).astype(np.float32), d.doc[rows])
    out = {"linear": softmax(z @ model["second"][:-1] + model["second"][-1])}
    if d.e is not None:
        v = model["embedding"]
        e = around((d.e[rows] @ v[:-1] + v[-1]).astype(np.float32), d.doc[rows])
        s = model["second_embedding"]
        out["embedding"] = softmax(np.hstack([z, e]) @ s[:-1] + s[-1])
    return out


def save(d: Data, model: dict[str, Any], path: Path) -> None:
    """Write the weights as an npz of numbers."""
    size = 1 << BITS
    arrays: dict[str, Any] = {"topics": d.topics.astype(np.int16)}
    for i, name in enumerate(("words", "chars", "near")):
        packed = pack(model["w"][i * size : (i + 1) * size].astype(np.float32))
        arrays |= {f"{name}_{k}": v for k, v in packed.items()}
    arrays["first_bias"] = model["b"].astype(np.float32)
    for name in ("second", "embedding", "second_embedding"):
        if name in model:
            arrays[name] = model[name].astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)


def evaluate(d: Data, cache: Path | None) -> dict[str, Any]:
    """Return held-out probabilities by year and by party: name -> arrays over all sentences."""
    held: dict[str, Any] = {}
    started = time.time()
    for v in sorted(set(d.year.tolist())):
        out = d.year == v
        for k, p in apply(d, fit(d, ~out), out).items():
            held.setdefault(k, np.zeros((len(d.y), len(d.topics)), np.float32))[out] = p
            print(v, k, round(macro_f1(d.y[out], p.argmax(1)), 4), round(time.time() - started))
        if cache is not None:
            np.savez_compressed(cache, **held)
    out = d.party == "con"
    for k, p in apply(d, fit(d, ~out), out).items():
        full = np.zeros((len(d.y), len(d.topics)), np.float32)
        full[out] = p
        held[f"{k}_party"] = full
        print("lab to con", k, round(macro_f1(d.y[out], p.argmax(1)), 4))
    if cache is not None:
        np.savez_compressed(cache, **held)
    return held


def macro_f1(y: Any, p: Any) -> float:
    """Return the mean F1 over the topics present."""
    scores = []
    for t in np.union1d(y, p):
        tp = float(((y == t) & (p == t)).sum())
        scores.append(2 * tp / max(1.0, float((y == t).sum() + (p == t).sum())))
    return float(np.mean(scores))


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--out", type=Path, required=True)
    a.add_argument("--embeddings", type=Path)
    a.add_argument("--evaluate", action="store_true")
    a.add_argument("--cache", type=Path)
    args = a.parse_args()
    d = Data(args.texts, args.embeddings)
    if args.evaluate:
        evaluate(d, args.cache)
    save(d, fit(d, np.ones(len(d.y), bool)), args.out / "topics.npz")


if __name__ == "__main__":
    main()
