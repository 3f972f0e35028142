"""What the coder of tone scores on posts, and on passages and sentences of speeches and debates.

``python -m tools.train.tone TEXTS [--out DIR]`` writes ``tone.json``. On posts: precision and
recall, fivefold, near-duplicates together, added over ten divisions. On the hand-coded passages
of documents set aside before any was coded (:mod:`tools.train.attack_check`): the packaged
coder's. Most of those were drawn where a coder was unsure, so that there are more attacks among
them than in a speech. On the campaign sentences coded for stance and drawn at random, of
documents nothing was learnt from: how many hand-coded attacks it calls negative, and how many
it calls negative are attacks.
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
from tools.train.passages import read_passages, trained_documents
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


def on_passages(texts: Path) -> dict[str, Any]:
    """Return precision and recall by code on the passages that were set aside."""
    more = read_passages(texts)
    held = np.flatnonzero(more.use == "check")
    found = _codes([more.texts[i] for i in held])
    out: dict[str, Any] = {
        "n": len(held),
        "tested_on": "passages of speeches and debates set aside",
    }
    for i, c in enumerate(ATTACKS):
        out[c] = _rates(more.y[held, i].astype(bool), found[:, i])
    return out


def on_sentences(texts: Path) -> dict[str, Any]:
    """Return how negative tone and the hand-coded attack go together in campaign sentences."""
    learnt = trained_documents(texts)
    rows = [r for r in read(TEST, texts) if r.document not in learnt]
    attack = np.array([r.first == "attack" for r in rows])
    told = _rates(attack, _codes([r.around[r.at] for r in rows])[:, 0])
    return {"n": len(rows), "attacks": int(attack.sum()), **told}


def _codes(texts: list[str]) -> Any:
    return attack_coder().probabilities(texts) > np.array(THRESHOLDS)


def _rates(true: Any, found: Any) -> dict[str, float]:
    both = float((true & found).sum())
    return {
        "recall": round(both / max(1, int(true.sum())), 4),
        "precision": round(both / max(1, int(found.sum())), 4),
        "hand_share": round(float(100 * true.mean()), 2),
        "share": round(float(100 * found.mean()), 2),
    }


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--out", type=Path)
    args = a.parse_args()
    told = {
        "posts": on_posts(args.texts),
        "passages": on_passages(args.texts),
        "sentences": on_sentences(args.texts),
    }
    text = json.dumps(told, indent=1, sort_keys=True) + "\n"
    if args.out is not None:
        (args.out / "tone.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
