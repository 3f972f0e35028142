"""Label what nobody coded: from the teacher's vectors and the student's own scores.

``python -m tools.train.labels TEXTS --vectors DIR --student student_raw.npz --out DIR``

The teacher's encoder (``tools.train.teacher``, first stage) gives a vector a sentence; a small
layer on it and on the held-out scores of the student that learnt from codes alone is fitted on
the coded campaign sentences, and says what the other sentences are about. Prints what it
scores on documents kept aside.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from tools.train.scores import binary, macro_f1
from tools.train.student import CUED, balanced, labelled

SEEDS = 3


def read_vectors(folder: Path) -> tuple[list[str], Any, Any, Any]:
    """Return names of documents, positions, weights and vectors of all portions."""
    names: list[str] = []
    at, weight, vectors = [], [], []
    for path in sorted(folder.glob("vectors_*.npz")):
        with np.load(path) as z:
            names += z["names"].tolist()
            at.append(z["at"])
            weight.append(z["weight"])
            vectors.append(z["vectors"].astype(np.float32))
    return names, np.concatenate(at), np.concatenate(weight), np.vstack(vectors)


def heads(x: Any, t: Any, weight: Any, passes: int = 30) -> Any:
    """Return a function from inputs to log odds: the mean of a few small networks."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    mu, sd = x.mean(0), x.std(0) + 1e-4
    z, y = torch.tensor((x - mu) / sd), torch.tensor(t)
    topics = t.shape[1] - 2
    wt = torch.tensor(weight * balanced(t[:, :topics], 0.35))
    wi = torch.tensor(weight)
    models = []
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        net = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(x.shape[1], 96), nn.ReLU(), nn.Dropout(0.3),
            nn.Linear(96, t.shape[1]),
        )  # fmt: skip
        opt = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.05)
        total = passes * (len(z) // 64 + 1)
        ramp = torch.optim.lr_scheduler.LambdaLR(opt, lambda k, n=total: max(0.02, 1 - k / n))
        for _ in range(passes):
            for part in torch.randperm(len(z)).split(64):
                found = net(z[part])
                lt = -(y[part, :topics] * found[:, :topics].log_softmax(1)).sum(1)
                li = nn.functional.binary_cross_entropy_with_logits(
                    found[:, topics:], y[part, topics:], reduction="none"
                ).sum(1)
                loss = (wt[part] * lt + 2 * wi[part] * li).mean()
                opt.zero_grad()
                loss.backward()
                opt.step()
                ramp.step()
        models.append(net.eval())

    def apply(inputs: Any) -> Any:
        with torch.no_grad():
            v = torch.tensor((inputs - mu) / sd)
            return torch.stack([m(v) for m in models]).mean(0).numpy()

    return apply


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--vectors", type=Path, required=True)
    a.add_argument("--student", type=Path, required=True)
    a.add_argument("--out", type=Path, required=True)
    args = a.parse_args()
    texts, _ = labelled(args.texts, None)
    start = np.concatenate([[0], np.cumsum([len(t.texts) for t in texts])])
    where = {f"{t.name}|{t.genre}|{t.year}": k for k, t in enumerate(texts)}
    names, at, weight, vectors = read_vectors(args.vectors)
    known = np.array([n in where for n in names])
    doc = np.array([where.get(n, 0) for n in names])
    with np.load(args.student) as z:
        inputs = z["inputs"]
    x = np.hstack([vectors, inputs[np.where(known, start[doc] + at, 0)]]).astype(np.float32)
    hand, held, target, even = codes_of(texts, doc, at, known)
    fit_on = np.flatnonzero(hand & ~held)
    scores = {}
    width = vectors.shape[1]
    parts = {"vectors": x[:, :width], "student": x[:, width:], "both": x}
    best = np.zeros_like(target)
    for name, part in parts.items():
        apply = heads(part[fit_on], target[fit_on], even[fit_on])
        best = found = apply(part)
        scores[name] = looked(found, target, np.flatnonzero(hand & held))
    print(json.dumps(scores))
    rest = np.flatnonzero(known & ~hand)
    topics = target.shape[1] - 2
    e = np.exp(best[rest, :topics] - best[rest, :topics].max(1, keepdims=True))
    unique = sorted(set(np.array(names)[rest].tolist()))
    place = {n: k for k, n in enumerate(unique)}
    np.savez_compressed(
        args.out / "labels.npz",
        names=np.frombuffer("\n".join(unique).encode(), np.uint8),
        document=np.array([place[names[i]] for i in rest]),
        at=at[rest],
        weight=weight[rest].astype(np.float32),
        topic=(e / e.sum(1, keepdims=True)).astype(np.float16),
        issues=(1 / (1 + np.exp(-best[rest, topics:]))).astype(np.float16),
    )
    print(f"{len(rest)} labelled, {len(fit_on)} learnt from")


def codes_of(texts: Any, doc: Any, at: Any, known: Any) -> tuple[Any, Any, Any, Any]:
    """Return which rows are coded, kept aside, their target, and their weight by drawing."""
    n = len(doc)
    hand, held = np.zeros(n, bool), np.zeros(n, bool)
    target, even = np.zeros((n, 23), np.float32), np.ones(n, np.float32)
    for k in np.flatnonzero(known):
        t, i = texts[doc[k]], at[k]
        held[k] = t.held
        if t.source == "new" and t.topic[i] >= 0:
            hand[k] = True
            target[k, t.topic[i]] = 1
            target[k, 21:] = t.migration[i], t.green[i]
            even[k] = 1.0 if t.drawn[i] == "random" else CUED
    return hand, held, target, even


def looked(found: Any, target: Any, rows: Any) -> dict[str, Any]:
    """Return topics' macro-F1 and accuracy and the issues' figures on some rows."""
    y, p = target[rows], found[rows]
    out: dict[str, Any] = {
        "topic_f1": round(macro_f1(y[:, :21].argmax(1), p[:, :21].argmax(1)), 3),
        "topic_accuracy": round(float((y[:, :21].argmax(1) == p[:, :21].argmax(1)).mean()), 3),
        "n": len(rows),
    }
    for j, k in enumerate(("migration", "green")):
        b = binary(y[:, 21 + j] > 0.5, p[:, 21 + j] > 0)
        out[k] = {a: round(v, 3) for a, v in b.items()}
    return out


if __name__ == "__main__":
    main()
