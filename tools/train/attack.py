"""The coder of attack in posts: cross-validated with near-duplicates together, then fitted.

``python -m tools.train.attack TEXTS [--embeddings tweets.npy] [--out DIR]``

``--embeddings`` holds the embeddings of the posts as the package prepares them
(``--embed FILE`` writes them). Everything is fitted in the dual: the features of 711 posts
are a 711 by 711 kernel, and its weights are turned back into weights of features.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse

from comparenotes.message.attack import REACH, THRESHOLDS, centred, cues, prepared
from comparenotes.message.coder import pack, scaled
from comparenotes.message.features import BITS, hashed
from comparenotes.message.stance import ATTACKS
from tools.train.topics import macro_f1

NEAR_DUPLICATE = 0.4
"""Posts that share so much of the shorter one's word triples stay in one fold."""
STANCE_SCALE, POST_SCALE, NEAR_WEIGHT, C = 0.05, 0.14, 3.0, 1.0
REPEATS = 10


def groups(texts: list[str]) -> Any:
    """Return a number a post, the same for near-duplicates."""
    triples = []
    for t in texts:
        w = re.findall(r"\w+", re.sub(r"https?://\S+", "", t.lower()))
        triples.append({tuple(w[i : i + 3]) for i in range(len(w) - 2)})
    of = list(range(len(texts)))

    def root(i: int) -> int:
        while of[i] != i:
            i = of[i]
        return i

    for i, a in enumerate(triples):
        for j in range(i):
            b = triples[j]
            if a and b and len(a & b) > NEAR_DUPLICATE * min(len(a), len(b)):
                of[root(i)] = root(j)
    return np.array([root(i) for i in range(len(of))])


class Posts:
    """The labelled posts as features and as a kernel."""

    def __init__(self, texts: Path, vectors: Path | None) -> None:
        t = pl.read_csv(texts / "us_campaign_tweets_2018_attack_coded.csv")
        self.known = np.column_stack([t[c].is_not_null().to_numpy() for c in ATTACKS])
        self.y = np.column_stack([(t[c].fill_null(0) > 0).to_numpy() for c in ATTACKS]).astype(int)
        self.group = groups(t["text"].to_list())
        text = prepared(t["text"])
        f = hashed(text)
        parts = [scaled(f.words), scaled(f.chars)]
        for p in parts:
            p.sum_duplicates()
        self.x = sparse.hstack(parts).tocsr().astype(np.float64)
        raw = cues(t["text"], text).astype(np.float64)
        stance = raw.shape[1] - _post_inputs()
        scale = np.where(np.arange(raw.shape[1]) < stance, STANCE_SCALE, POST_SCALE)
        self.mean, self.spread = raw.mean(axis=0), scale / (raw.std(axis=0) + 1e-6)
        self.cues = (raw - self.mean) * self.spread
        self.kernel = (self.x @ self.x.T).toarray() + self.cues @ self.cues.T
        self.vectors = None
        if vectors is not None:
            e = np.load(vectors).astype(np.float32)
            self.vector_mean = e.mean(axis=0)
            self.vectors = centred(e, self.vector_mean)
            self.kernel += NEAR_WEIGHT * np.exp(-2 * REACH * (1 - self.vectors @ self.vectors.T))

    def targets(self) -> list[tuple[Any, Any]]:
        """Return rows and labels of each head of the coder (``attack.HEADS``)."""
        any_ = self.y.max(axis=1)
        everyone = np.ones(len(any_), bool)
        out = [(self.known[:, 0], self.y[:, 0]), (everyone, any_)]
        return out + [(self.known[:, i] & (any_ == 1), self.y[:, i]) for i in (1, 2)]


def _post_inputs() -> int:
    from comparenotes.message.post_cues import FORM, POST_CUES

    return len(POST_CUES) + len(FORM) + 1


def inputs(kernel: Any) -> tuple[Any, Any]:
    """Return the posts' coordinates in the kernel's space, and what turns weights back."""
    values, vectors = np.linalg.eigh(kernel)
    keep = values > 1e-7 * values.max()
    root = np.sqrt(values[keep])
    return vectors[:, keep] * root, vectors[:, keep] / root


def head(z: Any, y: Any) -> Any:
    """Return a logit with both labels weighing the same."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=C, max_iter=300, class_weight="balanced").fit(z, y)


def coded(z: Any, posts: Posts, rows: Any, out: Any) -> Any:
    """Return the codes of posts ``out`` by heads fitted on ``rows``."""
    p = [head(z[rows & r], y[rows & r]).predict_proba(z[out])[:, 1] for r, y in posts.targets()]
    found = np.column_stack([p[0], p[1] * p[2], p[1] * p[3]])
    return found > np.array(THRESHOLDS)


def measure(posts: Posts) -> dict[str, list[float]]:
    """Return macro-F1 and its standard error over divisions into five folds, by code."""
    z, _ = inputs(posts.kernel)
    scores: dict[str, list[float]] = {c: [] for c in ATTACKS}
    n = len(posts.y)
    for seed in range(REPEATS):
        fold = np.random.default_rng(seed).permutation(n)[posts.group] % 5
        found = np.zeros(posts.y.shape, int)
        for k in range(5):
            found[fold == k] = coded(z, posts, fold != k, fold == k)
        for i, c in enumerate(ATTACKS):
            ok = posts.known[:, i]
            scores[c].append(macro_f1(posts.y[ok, i], found[ok, i]))
    return {
        c: [round(float(np.mean(v)), 4), round(float(np.std(v, ddof=1) / len(v) ** 0.5), 4)]
        for c, v in scores.items()
    }


def save(posts: Posts, path: Path) -> None:
    """Fit on all posts and write the weights as numbers."""
    z, back = inputs(posts.kernel)
    heads = [head(z[r], y[r]) for r, y in posts.targets()]
    alpha = back @ np.array([m.coef_[0] for m in heads]).T
    bias = np.array([m.intercept_[0] for m in heads])
    whole = (posts.x.T @ alpha).astype(np.float32)
    size = 1 << BITS
    arrays: dict[str, Any] = {}
    for i, name in enumerate(("words", "chars")):
        packed = pack(whole[i * size : (i + 1) * size])
        arrays |= {f"{name}_{k}": v for k, v in packed.items()}
    w = (posts.cues.T @ alpha) * posts.spread[:, None]
    arrays["cues"] = np.vstack([w, bias - posts.mean @ w]).astype(np.float32)
    if posts.vectors is not None:
        packed = pack(posts.vectors)
        arrays |= {f"support_{k}": v for k, v in packed.items()}
        arrays["mean"] = posts.vector_mean.astype(np.float32)
        arrays["near"] = (NEAR_WEIGHT * alpha).astype(np.float32)
    np.savez_compressed(path, **arrays)


def embed(texts: Path, path: Path) -> None:
    """Write the embeddings of the posts."""
    from comparenotes.message.tally import embedder

    encode = embedder()
    if encode is None:
        raise SystemExit("pip install 'comparenotes[embedding]'")
    t = pl.read_csv(texts / "us_campaign_tweets_2018_attack_coded.csv")
    np.save(path, encode(prepared(t["text"]).str.replace_all("urlx", " ").to_list()))


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--embeddings", type=Path)
    a.add_argument("--embed", type=Path, help="write the embeddings to this file, nothing else")
    a.add_argument("--out", type=Path, help="write the weights into this folder")
    args = a.parse_args()
    if args.embed is not None:
        embed(args.texts, args.embed)
        return
    for name, vectors in (("attack", None), ("attack_embedding", args.embeddings)):
        if name == "attack" or vectors is not None:
            posts = Posts(args.texts, vectors)
            print(name, json.dumps(measure(posts)), flush=True)
            if args.out is not None:
                save(posts, args.out / f"{name}.npz")


if __name__ == "__main__":
    main()
