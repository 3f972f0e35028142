"""The coder of attack in posts: cross-validated with near-duplicates together, then fitted.

``python -m tools.train.attack TEXTS [--embeddings FILE] [--out DIR]``

``--embeddings`` holds the embeddings of what is learnt from, as the package prepares it
(``--embed FILE`` writes them, a NumPy archive). Beside the labelled posts, passages of
speeches and debates coded by hand (:mod:`tools.train.passages`) are learnt from with less
weight; posts alone are measured on. Everything is fitted in the dual: the features of n texts
are an n by n kernel, and its weights are turned back into weights of features.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse

from comparenotes.message.attack import REACH, THRESHOLDS, centred, cues, prepared
from comparenotes.message.coder import pack, scaled
from comparenotes.message.features import BITS, hashed
from comparenotes.message.stance import ATTACKS
from comparenotes.message.word_vectors import word_vectors
from tools.train.passages import read_passages
from tools.train.scores import macro_f1

POSTS = "us_campaign_tweets_2018_attack_coded.csv"
NEAR_DUPLICATE = 0.4
"""Posts that share so much of the shorter one's word triples stay in one fold."""
STANCE_SCALE, POST_SCALE, C = 0.05, 0.14, 1.0
NEAR_WEIGHTS = (3.0, 5.0, 8.0)
"""Of the sentence embeddings' kernel; which one is chosen inside the posts learnt from."""
WORD_WEIGHT = 0.5
"""Of the word vectors' kernel, where no sentence embedding is read."""
PASSAGE_WEIGHT = 0.3
"""Of a passage beside a post. 0.15 and 0.6 are within 0.004 of it."""
LEAST_SPREAD = 0.05
"""A cue rarer in posts than this is not scaled up further, so that passages stay in range."""
REPEATS, INNER = 10, 4


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
    """The labelled posts, then the passages learnt from, as features and as a kernel.

    ``y``, ``known`` and ``group`` are the posts' alone, ``(n, 3)``, ``(n, 3)`` and ``(n,)``;
    ``kernel`` is over posts and passages. ``passages=False`` leaves the latter out.
    """

    def __init__(self, texts: Path, vectors: Path | None, passages: bool = True) -> None:
        t = pl.read_csv(texts / POSTS)
        self.known = np.column_stack([t[c].is_not_null().to_numpy() for c in ATTACKS])
        self.y = np.column_stack([(t[c].fill_null(0) > 0).to_numpy() for c in ATTACKS]).astype(int)
        self.group = groups(t["text"].to_list())
        n = len(self.y)
        more = read_passages(texts)
        learnt = (more.use == "train") & passages
        raw_text = pl.concat([t["text"], pl.Series("text", np.array(more.texts)[learnt])])
        self.codes = np.vstack([self.y, more.y[learnt]])
        self.coded = np.vstack([self.known, np.ones((int(learnt.sum()), 3), bool)])
        self.passage = np.arange(len(self.codes)) >= n
        text = prepared(raw_text)
        self.x, raw = features(raw_text, text)
        own = raw[:n].std(axis=0)
        scale = np.where(np.arange(raw.shape[1]) < raw.shape[1] - _post_inputs(),
                         STANCE_SCALE, POST_SCALE)  # fmt: skip
        self.mean = raw[:n].mean(axis=0)
        self.spread = np.where(own > 0, scale / np.maximum(own, LEAST_SPREAD), 0)
        self.cues = (raw - self.mean) * self.spread
        apart = self.passage.astype(float)
        self.linear = (self.x @ self.x.T).toarray() + self.cues @ self.cues.T
        self.linear += np.outer(apart, apart)  # passages have a level of their own
        self.weights_to_try: tuple[float, ...] = (WORD_WEIGHT,)
        if vectors is None:
            e = word_vectors().sums(text.str.replace_all("urlx", " "))
        else:
            self.weights_to_try = NEAR_WEIGHTS
            with np.load(vectors) as z:
                e = np.vstack([z["posts"], z["passages"][learnt]]).astype(np.float32)
        self.vector_mean = e[:n].mean(axis=0)
        self.vectors = centred(e, self.vector_mean)
        self.near = np.exp(-2 * REACH * (1 - self.vectors @ self.vectors.T))
        self.kernel = self.with_near(self.weights_to_try[0])

    def with_near(self, weight: float) -> Any:
        """Return the kernel with that of the vectors at ``weight``."""
        return self.linear + weight * self.near

    def targets(self) -> list[tuple[Any, Any]]:
        """Return rows and labels of each head of the coder (``attack.HEADS``)."""
        any_ = self.codes.max(axis=1)
        everyone = np.ones(len(any_), bool)
        out = [(self.coded[:, 0], self.codes[:, 0]), (everyone, any_)]
        return out + [(self.coded[:, i] & (any_ == 1), self.codes[:, i]) for i in (1, 2)]

    def weights(self, rows: Any, y: Any) -> Any:
        """Return the weight of ``rows``: both labels weigh the same in posts and in passages."""
        out = np.where(self.passage, PASSAGE_WEIGHT, 1.0)
        for kind in (rows & self.passage, rows & ~self.passage):
            for label in (0, 1):
                these = kind & (y == label)
                out[these] *= kind.sum() / (2 * max(1, int(these.sum())))
        return out[rows]


def features(raw: pl.Series, text: pl.Series) -> tuple[Any, Any]:
    """Return scaled words beside letters, and the counted cues."""
    f = hashed(text)
    parts = [scaled(f.words), scaled(f.chars)]
    for p in parts:
        p.sum_duplicates()
    return sparse.hstack(parts).tocsr().astype(np.float64), cues(raw, text).astype(np.float64)


def _post_inputs() -> int:
    from comparenotes.message.post_cues import FORM, POST_CUES

    return len(POST_CUES) + len(FORM) + 1


def inputs(kernel: Any) -> tuple[Any, Any]:
    """Return the posts' coordinates in the kernel's space, and what turns weights back."""
    values, vectors = np.linalg.eigh(kernel)
    keep = values > 1e-7 * values.max()
    root = np.sqrt(values[keep])
    return vectors[:, keep] * root, vectors[:, keep] / root


def head(z: Any, y: Any, weight: Any) -> Any:
    """Return a weighted logit."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=C, max_iter=300).fit(z, y, sample_weight=weight)


def heads(z: Any, posts: Posts, rows: Any) -> list[Any]:
    """Return the heads fitted on the posts ``rows`` (a mask) and all passages."""
    learnt = np.concatenate([rows, posts.passage[len(rows) :]])
    out = []
    for r, y in posts.targets():
        these = learnt & r
        out.append(head(z[these], y[these], posts.weights(these, y)))
    return out


def together(fitted: list[Any], z: Any) -> Any:
    """Return ``(n, 3)`` probabilities of :data:`ATTACKS`, as the package puts them together."""
    p = [m.predict_proba(z)[:, 1] for m in fitted]
    return np.column_stack([p[0], p[1] * p[2], p[1] * p[3]])


def coded(z: Any, posts: Posts, rows: Any, out: Any) -> Any:
    """Return the codes of posts ``out`` by heads fitted on ``rows`` and the passages."""
    return together(heads(z, posts, rows), z[: len(rows)][out]) > np.array(THRESHOLDS)


def scores(posts: Posts, found: Any, rows: Any) -> list[float]:
    """Return the macro-F1 of each code among the posts ``rows`` (a mask)."""
    known = [posts.known[:, i] & rows for i in range(len(ATTACKS))]
    return [macro_f1(posts.y[k, i], found[k, i].astype(int)) for i, k in enumerate(known)]


def chosen(spaces: Sequence[Any], posts: Posts, rows: Any, seed: int) -> int:
    """Return which of ``spaces`` does best on inner folds of the posts ``rows``."""
    if len(spaces) == 1:
        return 0
    n = len(posts.y)
    fold = np.random.default_rng(1000 + seed).permutation(n)[posts.group] % INNER
    best = []
    for z in spaces:
        found = np.zeros(posts.y.shape, bool)
        for k in range(INNER):
            out = rows & (fold == k)
            found[out] = coded(z, posts, rows & (fold != k), out)
        best.append(float(np.mean(scores(posts, found, rows))))
    return int(np.argmax(best))


def spaces_of(posts: Posts) -> list[Any]:
    """Return the coordinates to choose from: one a weight of the vectors."""
    return [inputs(posts.with_near(w))[0] for w in posts.weights_to_try]


def measure(posts: Posts) -> dict[str, list[float]]:
    """Return macro-F1 and its standard error over divisions into five folds, by code."""
    spaces = spaces_of(posts)
    n = len(posts.y)
    got = []
    for seed in range(REPEATS):
        fold = np.random.default_rng(seed).permutation(n)[posts.group] % 5
        found = np.zeros(posts.y.shape, bool)
        for k in range(5):
            z = spaces[chosen(spaces, posts, fold != k, seed)]
            found[fold == k] = coded(z, posts, fold != k, fold == k)
        got.append(scores(posts, found, np.ones(n, bool)))
    a = np.array(got)
    error = a.std(axis=0, ddof=1) / np.sqrt(len(a))
    return {
        c: [round(float(m), 4), round(float(e), 4)]
        for c, m, e in zip(ATTACKS, a.mean(axis=0), error, strict=True)
    }


def save(posts: Posts, path: Path) -> None:
    """Fit on all posts and passages and write the weights as numbers."""
    every = np.ones(len(posts.y), bool)
    best = posts.weights_to_try[chosen(spaces_of(posts), posts, every, 0)]
    print("weight of the vectors", best, flush=True)
    z, back = inputs(posts.with_near(best))
    fitted = heads(z, posts, every)
    alpha = back @ np.array([m.coef_[0] for m in fitted]).T
    bias = np.array([m.intercept_[0] for m in fitted])
    whole = (posts.x.T @ alpha).astype(np.float32)
    size = 1 << BITS
    arrays: dict[str, Any] = {}
    for i, name in enumerate(("words", "chars")):
        packed = pack(whole[i * size : (i + 1) * size])
        arrays |= {f"{name}_{k}": v for k, v in packed.items()}
    w = (posts.cues.T @ alpha) * posts.spread[:, None]
    arrays["cues"] = np.vstack([w, bias - posts.mean @ w]).astype(np.float32)
    arrays |= {f"support_{k}": v for k, v in pack(posts.vectors).items()}
    arrays["mean"] = posts.vector_mean.astype(np.float32)
    arrays["near"] = (best * alpha).astype(np.float32)
    np.savez_compressed(path, **arrays)


def embed(texts: Path, path: Path) -> None:
    """Write the embeddings of the posts, of the passages and of the sentences of the check."""
    from comparenotes.message.tally import embedder
    from tools.train.windows import TEST, read

    encode = embedder()
    if encode is None:
        raise SystemExit("pip install 'comparenotes[embedding]'")

    def vectors(items: Sequence[str] | pl.Series) -> Any:
        text = prepared(pl.Series(items, dtype=pl.String))
        return encode(text.str.replace_all("urlx", " ").to_list())

    np.savez(
        path,
        posts=vectors(pl.read_csv(texts / POSTS)["text"]),
        passages=vectors(read_passages(texts).texts),
        sentences=vectors([r.around[r.at] for r in read(TEST, texts)]),
    )


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
