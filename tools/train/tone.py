"""What the coder of posts scores on posts, and what it says of hand-coded campaign sentences.

``python -m tools.train.tone TEXTS [--out DIR]`` writes ``tone.json``. On posts: precision and
recall, fivefold, near-duplicates together, added over ten divisions. On the 440 campaign
sentences coded twice by hand for stance (``tools/tables``): how many of those hand-coded as
attacks the packaged coder calls negative, and how many it calls negative are attacks. Attack
is not the same as negative tone; nothing nearer is coded by hand there.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from comparenotes.message.attack import THRESHOLDS, attack_coder
from comparenotes.message.stance import ATTACKS
from tools.train.attack import REPEATS, Posts, coded, inputs
from tools.train.windows import TEST, read


def on_posts(texts: Path) -> dict[str, Any]:
    """Return precision and recall by code on held-out posts."""
    posts = Posts(texts, None)
    z, _ = inputs(posts.kernel)
    n = len(posts.y)
    counts = np.zeros((len(ATTACKS), 3))
    for seed in range(REPEATS):
        fold = np.random.default_rng(seed).permutation(n)[posts.group] % 5
        found = np.zeros(posts.y.shape, int)
        for k in range(5):
            found[fold == k] = coded(z, posts, fold != k, fold == k)
        for i in range(len(ATTACKS)):
            ok = posts.known[:, i]
            y, f = posts.y[ok, i], found[ok, i]
            counts[i] += [(y & f).sum(), f.sum(), y.sum()]
    return {
        c: {
            "precision": round(float(tp / said), 4),
            "recall": round(float(tp / true), 4),
            "n": int(posts.known[:, i].sum()),
            "tested_on": "campaign posts of 2018, near-duplicates held out together",
        }
        for i, (c, (tp, said, true)) in enumerate(zip(ATTACKS, counts, strict=True))
    }


def on_sentences(texts: Path) -> dict[str, Any]:
    """Return how negative tone and the hand-coded attack go together in campaign sentences."""
    rows = read(TEST, texts)
    attack = np.array([r.first == "attack" for r in rows])
    p = attack_coder().probabilities([r.around[r.at] for r in rows])
    hits = p > np.array(THRESHOLDS)
    out: dict[str, Any] = {"n": len(rows), "attacks": int(attack.sum())}
    out["hand_share"] = round(float(100 * attack.mean()), 2)
    for i, c in enumerate(ATTACKS):
        both = float((hits[:, i] & attack).sum())
        told = {
            "recall": round(both / max(1, int(attack.sum())), 4),
            "precision": round(both / max(1, int(hits[:, i].sum())), 4),
            "share": round(float(100 * hits[:, i].mean()), 2),
        }
        out[c] = told
    return out | {k: out[ATTACKS[0]][k] for k in ("precision", "recall")}


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--out", type=Path)
    args = a.parse_args()
    told = {"posts": on_posts(args.texts), "sentences": on_sentences(args.texts)}
    text = json.dumps(told, indent=1, sort_keys=True) + "\n"
    if args.out is not None:
        (args.out / "tone.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
