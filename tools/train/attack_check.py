"""The coder of posts on text of another genre that nothing was chosen on.

``python -m tools.train.attack_check TEXTS [--embeddings FILE]``

Fitted on the labelled posts, and on these with the hand-coded passages, and read on (1) the
passages of documents that were set aside before any was coded, and (2) the sentences coded
for stance in documents of which no passage was learnt from: attack or not. Printed for each:
macro-F1 at the package's thresholds, and the area under the curve, which no threshold moves.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.message.attack import REACH, THRESHOLDS, centred, prepared
from comparenotes.message.stance import ATTACKS
from comparenotes.message.word_vectors import word_vectors
from tools.train.attack import (
    Posts,
    chosen,
    features,
    heads,
    inputs,
    spaces_of,
    together,
)
from tools.train.passages import read_passages, trained_documents
from tools.train.scores import macro_f1
from tools.train.windows import TEST, read


def probabilities(posts: Posts, texts: list[str], vectors: Any, near: float) -> Any:
    """Return ``(n, 3)`` probabilities of texts by a coder fitted on all of ``posts``."""
    z, back = inputs(posts.with_near(near))
    fitted = heads(z, posts, np.ones(len(posts.y), bool))
    raw = pl.Series(texts, dtype=pl.String)
    text = prepared(raw)
    x, counts = features(raw, text)
    if vectors is None:
        vectors = word_vectors().sums(text.str.replace_all("urlx", " "))
    across = (x @ posts.x.T).toarray() + ((counts - posts.mean) * posts.spread) @ posts.cues.T
    e = centred(vectors, posts.vector_mean)
    across = across + near * np.exp(-2 * REACH * (1 - e @ posts.vectors.T))
    return together(fitted, across @ back)


def area(y: Any, p: Any) -> float:
    """Return the area under the curve: how often an attack is ranked above another text."""
    a, b = p[y == 1], p[y == 0]
    higher = (a[:, None] > b[None]).mean() + 0.5 * (a[:, None] == b[None]).mean()
    return round(float(higher), 3)


def check(texts: Path, vectors: Path | None) -> dict[str, Any]:
    """Return the figures by coder and by set of texts."""
    more, aside = read_passages(texts), trained_documents(texts)
    held = more.use == "check"
    rows = read(TEST, texts)
    fresh = np.array([r.document not in aside for r in rows])
    attack = np.array([r.first == "attack" for r in rows]).astype(int)[fresh]
    passages = [t for t, h in zip(more.texts, held, strict=True) if h]
    sentences = [r.around[r.at] for r, f in zip(rows, fresh, strict=True) if f]
    out: dict[str, Any] = {"passages": len(passages), "sentences": int(fresh.sum()),
                           "attacks": int(attack.sum())}  # fmt: skip
    e: dict[str, Any] = {"passages": None, "sentences": None}
    if vectors is not None:
        with np.load(vectors) as v:
            e = {"passages": v["passages"][held], "sentences": v["sentences"][fresh]}
    for name, on in (("posts", False), ("posts and passages", True)):
        posts = Posts(texts, vectors, passages=on)
        every = np.ones(len(posts.y), bool)
        near = posts.weights_to_try[chosen(spaces_of(posts), posts, every, 0)]
        p = probabilities(posts, passages, e["passages"], near)
        y = more.y[held]
        told: dict[str, Any] = {}
        for i, c in enumerate(ATTACKS):
            f1 = macro_f1(y[:, i], (p[:, i] > THRESHOLDS[i]).astype(int))
            told[c] = {"macro_f1": round(float(f1), 3), "area": area(y[:, i], p[:, i])}
        q = probabilities(posts, sentences, e["sentences"], near)[:, 0]
        f1 = macro_f1(attack, (q > THRESHOLDS[0]).astype(int))
        told["hand-coded attack"] = {"macro_f1": round(float(f1), 3), "area": area(attack, q)}
        out[name] = told
    return out


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--embeddings", type=Path)
    args = a.parse_args()
    print(json.dumps({"without": check(args.texts, None)}, indent=1), flush=True)
    if args.embeddings is not None:
        print(json.dumps({"with the extra": check(args.texts, args.embeddings)}, indent=1))


if __name__ == "__main__":
    main()
