"""Yes-or-no coders, cross-validated: immigration by party, attack by groups of near-duplicates.

``python -m tools.train.binary TEXTS [--embeddings DIR]`` prints the figures of the
documentation. DIR holds ``immigration.npy`` and ``tweets.npy`` (sentence embeddings).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse

from comparenotes.message.attack import GENERIC, prepared
from comparenotes.message.coder import embedded, pack, scaled, shifted
from comparenotes.message.cues import counted, mask
from comparenotes.message.features import BITS, hashed
from comparenotes.message.issues import MIGRATION_SEEDS
from comparenotes.message.stance import ATTACKS
from tools.train.topics import macro_f1

NEAR_DUPLICATE = 0.4
"""Tweets that share so much of the shorter one's word triples stay in one fold."""


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


def groups(texts: list[str]) -> Any:
    """Return a number a tweet, the same for near-duplicates."""
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


def tweet_sets(texts: Path, vectors: Path | None) -> tuple[pl.DataFrame, Any, dict[str, Any]]:
    """Return the tweets, their groups and their feature sets."""
    t = pl.read_csv(texts / "us_campaign_tweets_2018_attack_coded.csv")
    text = prepared(t["text"])
    w, c = blocks(text)
    cues = counted(mask(text, None, [GENERIC]))
    cues = sparse.csr_matrix(0.05 * cues / (cues.std(axis=0) + 1e-6))
    sets = {"linear": sparse.hstack([w, c, cues]).tocsr()}
    if vectors is not None:
        e = sparse.csr_matrix(1.3 * np.load(vectors).astype(np.float32))
        sets["embedding"] = sparse.hstack([e, w, c, cues]).tocsr()
    return t, groups(t["text"].to_list()), sets


def attack(texts: Path, vectors: Path | None) -> dict[str, dict[str, float]]:
    """Return macro-F1 of the three attack codes, fivefold with near-duplicates together."""
    from sklearn.linear_model import LogisticRegression

    t, group, sets = tweet_sets(texts, vectors)
    out: dict[str, dict[str, float]] = {}
    for code in ATTACKS:
        known = t[code].is_not_null().to_numpy()
        y = (t[code].fill_null(0) > 0).to_numpy().astype(int)
        for name, x in sets.items():
            scores = []
            for seed in range(2):
                fold = np.random.default_rng(seed).permutation(len(y))[group] % 5
                p = np.zeros(len(y), int)
                for k in range(5):
                    rest = known & (fold != k)
                    m = LogisticRegression(C=10, max_iter=200, class_weight="balanced")
                    p[fold == k] = m.fit(x[rest], y[rest]).predict(x[fold == k])
                scores.append(macro_f1(y[known], p[known]))
            out.setdefault(code, {})[name] = float(np.mean(scores))
            print(code, name, round(float(np.mean(scores)), 4), flush=True)
    return out


def save_attack(texts: Path, path: Path) -> None:
    """Fit the three codes on all tweets and write the weights as numbers."""
    from sklearn.linear_model import LogisticRegression

    t, _, sets = tweet_sets(texts, None)
    x = sets["linear"]
    cues = counted(mask(prepared(t["text"]), None, [GENERIC]))
    spread = 0.05 / (cues.std(axis=0) + 1e-6)
    w, b = [], []
    for code in ATTACKS:
        known = t[code].is_not_null().to_numpy()
        y = (t[code].fill_null(0) > 0).to_numpy().astype(int)
        m = LogisticRegression(C=10, max_iter=200, class_weight="balanced").fit(x[known], y[known])
        w.append(m.coef_[0])
        b.append(m.intercept_[0])
    whole = np.array(w).T.astype(np.float32)
    size = 1 << BITS
    arrays: dict[str, Any] = {}
    for i, name in enumerate(("words", "chars")):
        packed = pack(whole[i * size : (i + 1) * size])
        arrays |= {f"{name}_{k}": v for k, v in packed.items()}
    arrays["cues"] = np.vstack([whole[2 * size :] * spread[:, None], b]).astype(np.float32)
    np.savez_compressed(path, **arrays)


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--embeddings", type=Path)
    a.add_argument("--save", type=Path, help="write attack.npz into this folder, no figures")
    args = a.parse_args()
    if args.save is not None:
        save_attack(args.texts, args.save / "attack.npz")
        return
    e = args.embeddings
    told = {
        "attack": attack(args.texts, e and e / "tweets.npy"),
        "immigration": immigration(args.texts, e and e / "immigration.npy"),
    }
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
