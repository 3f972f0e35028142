"""Fit the fast coder of topics and issues on all codes and on what the teacher labelled.

``python -m tools.train.student TEXTS --labels LABELS.npz --out DIR [--embeddings DIR]``

LABELS is what ``tools.train.teacher --label`` wrote. First stage: one sparse regression of
all outputs at once (L-BFGS); second stage: on scores of documents held out of the first.
Nothing is learnt from documents kept aside (``genres.is_test``). Features that occur in
under five documents have no weight.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse
from scipy.optimize import minimize

from comparenotes.message.coder import (
    GENRES,
    NEAR,
    Coder,
    Second,
    around,
    embedded,
    genres,
    meaning_of,
    pack,
    scaled,
    shifted,
    softmax,
)
from comparenotes.message.features import BITS, hashed
from comparenotes.message.word_vectors import word_vectors
from tools.train.codes import TABLE, read_codes
from tools.train.examples import NUMBERS, Text, addresses, campaigns, manifestos, not_learnt
from tools.train.scores import by_source

ISSUES = ("migration", "green")
LEAST_DOCUMENTS = 5
FOLDS = 3
PENALTY = 2e-5
BLOCKS = (1.0, 1.0, 1.0)
"""Scale of the features of words, letters and neighbouring words."""
HAND, TEACHER, OLD = 3.0, 1.0, 1.0
"""Weight of a campaign sentence coded by hand, of one the teacher labelled, of older codes."""
CUED = 0.3
"""Weight, in the second stage, of a sentence that was drawn for its words."""
UNITS, NETWORKS, PASSES = 96, 3, 16
DROPPED = (0.4, 0.4)
"""Of the inputs and of the hidden units, while learning."""
RIDGE = 3.0
KIND = {
    "manifesto": "manifesto",
    "platform": "manifesto",
    "debate": "debate",
    "convention": "speech",
    "speech": "speech",
    "conference": "speech",
    "address": "speech",
    "post": "post",
    "statement": "other",
}
"""Genre of the texts here to the genre the package knows."""


@dataclass
class Set:
    """All sentences of the documents used, and the labelled ones among them.

    ``target`` is ``(n, 23)``: probabilities of topics, then of issues; ``weight`` and
    ``weight_issues`` are 0 where a sentence has none. ``even`` undoes the drawing: sentences
    with a cue were drawn more often than others.
    """

    texts: list[Text]
    doc: Any
    kind: Any
    target: Any
    weight: Any
    weight_issues: Any
    even: Any
    hand: Any
    held: Any
    x: Any
    keep: Any


def labelled(folder: Path, labels: Path | None) -> tuple[list[Text], dict[tuple[str, int], Any]]:
    """Return all documents that have a label and the teacher's probabilities by place."""
    new = campaigns(folder, read_codes()) if TABLE.is_file() else []
    soft: dict[tuple[str, int], Any] = {}
    if labels is not None:
        with np.load(labels) as z:
            names = z["names"].tobytes().decode().split("\n")
            p = np.hstack([z["topic"], z["issues"]])
            for k, (d, i) in enumerate(zip(z["document"], z["at"], strict=True)):
                soft[names[d], int(i)] = p[k], float(z["weight"][k])
    named = {k[0] for k in soft}
    used = [t for t in new if f"{t.name}|{t.genre}|{t.year}" in named or (t.topic >= 0).any()]
    every = [*manifestos(folder), *addresses(folder), *used]
    not_learnt(every)
    return every, soft


def built(texts: list[Text], soft: dict[tuple[str, int], Any], cache: Path | None) -> Set:
    """Return the features and targets of all sentences of ``texts``."""
    sizes = [len(t.texts) for t in texts]
    doc = np.repeat(np.arange(len(texts)), sizes).astype(np.int64)
    n = len(doc)
    topics = len(NUMBERS)
    target = np.zeros((n, topics + 2), np.float32)
    weight, weight_issues = np.zeros(n, np.float32), np.zeros(n, np.float32)
    even = np.ones(n, np.float32)
    hand, held = np.zeros(n, bool), np.repeat([t.held for t in texts], sizes)
    at = 0
    for t in texts:
        key = f"{t.name}|{t.genre}|{t.year}"
        for i in range(len(t.texts)):
            k = at + i
            if t.topic[i] >= 0:
                target[k, t.topic[i]] = 1
                weight[k] = HAND if t.source == "new" else OLD
                hand[k] = True
                if t.migration[i] >= 0:
                    target[k, topics:] = t.migration[i], t.green[i]
                    weight_issues[k] = HAND
                    even[k] = 1.0 if t.drawn[i] == "random" else CUED
                else:  # of a sentence coded to a topic alone, the topic says it nearly
                    number = NUMBERS[t.topic[i]]
                    target[k, topics:] = number == 9, number in {7, 8}
                    weight_issues[k] = 0.5 * OLD
            elif (key, i) in soft:
                target[k], even[k] = soft[key, i]
                weight[k] = weight_issues[k] = TEACHER
        at += len(t.texts)
    x, keep = features(texts, doc, held, cache)
    kind = np.repeat([KIND[t.genre] for t in texts], sizes)
    return Set(texts, doc, kind, target, weight, weight_issues, even, hand, held, x, keep)


def features(texts: list[Text], doc: Any, held: Any, cache: Path | None) -> tuple[Any, Any]:
    """Return the scaled features of all sentences, and which of all buckets they are."""
    if cache is not None and cache.is_file():
        with np.load(cache) as z:
            if np.array_equal(z["doc"], doc):
                x = sparse.csr_matrix((z["data"], z["indices"], z["indptr"]), shape=z["shape"])
                return x, z["keep"]
    w, c = hashed_in_steps([s for t in texts for s in t.texts])
    near = sum(kw * (shifted(w, doc, k) + shifted(w, doc, -k)) for k, kw in NEAR)
    parts = [(b * m).tocsr() for b, m in zip(BLOCKS, (w, c, near), strict=True)]
    keep = np.concatenate([common(m[~held], doc[~held]) for m in parts])
    x = sparse.hstack(parts).tocsr()[:, np.flatnonzero(keep)].astype(np.float32)
    if cache is not None:
        np.savez(
            cache,
            doc=doc,
            data=x.data,
            indices=x.indices,
            indptr=x.indptr,
            shape=x.shape,
            keep=keep,
        )
    return x, keep


def hashed_in_steps(sentences: list[str]) -> tuple[Any, Any]:
    """Return scaled word and letter features of all sentences."""
    words: list[Any] = []
    chars: list[Any] = []
    for at in range(0, len(sentences), 4000):
        f = hashed(sentences[at : at + 4000])
        for m, out in ((f.words, words), (f.chars, chars)):
            s = scaled(m)
            s.sum_duplicates()
            out.append(s)
    return sparse.vstack(words).tocsr(), sparse.vstack(chars).tocsr()


def common(x: Any, doc: Any) -> Any:
    """Return whether each feature occurs in at least five documents."""
    rows = np.repeat(doc, np.diff(x.indptr))
    pairs = np.unique(rows.astype(np.int64) * x.shape[1] + x.indices)
    counts = np.bincount(pairs % x.shape[1], minlength=x.shape[1])
    return counts >= LEAST_DOCUMENTS


def fit_first(s: Set, rows: Any, steps: int) -> tuple[Any, Any]:
    """Return weights ``(features, outputs)`` and biases fitted on ``rows``."""
    x, t = s.x[rows], s.target[rows]
    xt = x.T.tocsr()
    m = t.shape[1]
    topics = m - 2
    wt = s.weight[rows] * balanced(t[:, :topics], 0.5)
    wi = s.weight_issues[rows]
    total = float(wt.sum())
    penalty = PENALTY * total

    def loss(v: Any) -> tuple[float, Any]:
        b = v[-m:].astype(np.float32)
        w = v[:-m].reshape(-1, m).astype(np.float32)
        z = x @ w + b
        p = softmax(z[:, :topics])
        value = -float((wt * (t[:, :topics] * np.log(p + 1e-9)).sum(1)).sum())
        g = np.empty_like(z)
        g[:, :topics] = (p - t[:, :topics]) * wt[:, None]
        q = 1 / (1 + np.exp(-z[:, topics:]))
        y = t[:, topics:]
        up = (1 + 2 * y) * wi[:, None]
        value -= float((up * (y * np.log(q + 1e-9) + (1 - y) * np.log(1 - q + 1e-9))).sum())
        g[:, topics:] = up * (q - y)
        gw = xt @ g + penalty * w
        value += 0.5 * penalty * float((w * w).sum())
        return value / total, np.concatenate([gw.ravel(), g.sum(0)]).astype(np.float64) / total

    v0 = np.zeros((x.shape[1] + 1) * m)
    found = minimize(loss, v0, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 6})
    return found.x[:-m].reshape(-1, m).astype(np.float32), found.x[-m:].astype(np.float32)


def balanced(t: Any, power: float) -> Any:
    """Return a weight a row: rare topics count more."""
    mass = np.maximum(t.sum(0), 1)
    w = (mass.sum() / (len(mass) * mass)) ** power
    out = t @ w
    return (out / out.mean()).astype(np.float32)


def fit_second(inputs: Any, s: Set, rows: Any, power: float) -> Second:
    """Return the second stage fitted on scores of held-out documents: the mean of a few.

    The mean of networks of one hidden layer is one network with all their units.
    """
    each = [_second(inputs, s, rows, power, seed) for seed in range(NETWORKS)]
    return Second(
        np.mean([m.linear for m in each], axis=0),
        np.hstack([m.hidden for m in each]),
        np.vstack([m.out for m in each]) / np.float32(NETWORKS),
    )


def _second(inputs: Any, s: Set, rows: Any, power: float, seed: int) -> Second:
    import torch
    from torch import nn

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    x, t = inputs[rows], s.target[rows]
    flags = len(GENRES)
    mu, sd = x.mean(0), x.std(0) + 1e-6
    mu[-flags:], sd[-flags:] = 0, 1
    z = torch.tensor((x - mu) / sd)
    y = torch.tensor(t)
    topics = t.shape[1] - 2
    wt = torch.tensor(s.weight[rows] * s.even[rows] * balanced(t[:, :topics], power))
    wi = torch.tensor(s.weight_issues[rows] * s.even[rows])
    linear = nn.Linear(x.shape[1], t.shape[1])
    hidden, out = nn.Linear(x.shape[1], UNITS), nn.Linear(UNITS, t.shape[1], bias=False)
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(out.weight)
    every = [*linear.parameters(), *hidden.parameters(), *out.parameters()]
    opt = torch.optim.AdamW(every, lr=2e-3, weight_decay=0.02)
    n, passes, size = len(z), PASSES, 512
    total = passes * (n // size + 1)
    ramp = torch.optim.lr_scheduler.LambdaLR(opt, lambda k: max(0.02, 1 - k / total))
    drop = nn.functional.dropout
    for _ in range(passes):
        for part in torch.randperm(n).split(size):
            b = z[part].clone()
            b[torch.rand(len(part)) < 0.25, -flags:] = 0  # a genre is not always given
            b = drop(b, DROPPED[0])
            found = linear(b) + out(drop(torch.relu(hidden(b)), DROPPED[1]))
            lt = -(y[part, :topics] * found[:, :topics].log_softmax(1)).sum(1)
            li = nn.functional.binary_cross_entropy_with_logits(
                found[:, topics:], y[part, topics:], reduction="none"
            ).sum(1)
            loss = (wt[part] * lt + wi[part] * li).sum() / len(part)
            opt.zero_grad()
            loss.backward()
            opt.step()
            ramp.step()

    def folded(layer: Any) -> Any:
        w = layer.weight.detach().numpy().T / sd[:, None]
        return np.vstack([w, layer.bias.detach().numpy() - mu @ w]).astype(np.float32)

    return Second(folded(linear), folded(hidden), out.weight.detach().numpy().T.astype(np.float32))


def with_embeddings(s: Set, inputs: Any, log: Any) -> tuple[Any, Second]:
    """Return ridge weights on sentence embeddings, and the second stage that reads both.

    Learnt from coded sentences alone: embedding what the teacher labelled takes too long.
    """
    from comparenotes.message.tally import embedder

    encode = embedder()
    if encode is None:
        raise SystemExit("--embedding needs the extra")
    rows = np.flatnonzero(s.hand & ~s.held & (s.weight > 0))
    near = np.unique(np.concatenate([rows + k for k in (-2, -1, 0, 1, 2)]))
    near = near[(near >= 0) & (near < len(s.doc))]
    texts = [x for t in s.texts for x in t.texts]
    vectors = np.zeros((len(s.doc), 512), np.float32)
    for at in range(0, len(near), 2000):
        part = near[at : at + 2000]
        vectors[part] = encode([texts[i] or " " for i in part])
    log(f"{len(near)} embeddings")
    e = np.zeros((len(rows), 3 * 512), np.float32)
    for at in range(0, len(rows), 5000):  # sentences of one document stand together
        part = rows[at : at + 5000]
        lo, hi = max(part[0] - 2, 0), min(part[-1] + 3, len(s.doc))
        e[at : at + 5000] = embedded(vectors[lo:hi], s.doc[lo:hi])[part - lo]
    fold = np.random.default_rng(3).permutation(len(s.texts))[s.doc[rows]] % FOLDS
    scores = np.zeros((len(rows), s.target.shape[1]), np.float32)
    for k in range(FOLDS):
        w = ridge(e[fold != k], s, rows[fold != k])
        scores[fold == k] = e[fold == k] @ w[:-1] + w[-1]
    flags = len(GENRES)
    both = np.hstack([inputs[rows, :-flags], scores, inputs[rows, -flags:]])
    wide = np.zeros((len(s.doc), both.shape[1]), np.float32)
    wide[rows] = both
    return ridge(e, s, rows).astype(np.float32), fit_second(wide, s, rows, 0.35)


def ridge(e: Any, s: Set, rows: Any) -> Any:
    """Return ridge weights ``(inputs + 1, outputs)`` on embeddings, targets -1 and 1."""
    x = np.hstack([e, np.ones((len(e), 1), np.float32)]).astype(np.float64)
    t = 2 * s.target[rows].astype(np.float64) - 1
    w = (s.weight[rows] * balanced(s.target[rows, :-2], 0.5)).astype(np.float64)[:, None]
    penalty = np.eye(x.shape[1]) * RIDGE
    penalty[-1, -1] = 1e-6
    return np.linalg.solve(x.T @ (x * w) + penalty, x.T @ (t * w))


def full(s: Set, w: Any) -> Any:
    """Return weights over all buckets, with zeros where a feature is rare."""
    out = np.zeros((3 << BITS, w.shape[1]), np.float32)
    scale = np.repeat(BLOCKS, 1 << BITS)[s.keep].astype(np.float32)
    out[s.keep] = w * scale[:, None]
    return out


def fit(s: Set, steps: int, folds: int, log: Any) -> tuple[Any, Any, Second, Any]:
    """Return the first stage, the second, and the held-out inputs of the training documents."""
    usable = (s.weight > 0) & ~s.held
    fold = np.random.default_rng(3).permutation(len(s.texts))[s.doc] % folds
    m = s.target.shape[1]
    scores = np.zeros((len(s.doc), m), np.float32)
    for k in range(folds):
        w, b = fit_first(s, np.flatnonzero(usable & (fold != k)), steps)
        out = np.flatnonzero(fold == k)
        scores[out] = s.x[out] @ w + b
        log(f"fold {k}")
    w, b = fit_first(s, np.flatnonzero(usable), steps)
    scores[s.held] = s.x[np.flatnonzero(s.held)] @ w + b
    log("first stage")
    inputs = joined_inputs(s, scores)
    second = fit_second(inputs, s, np.flatnonzero(usable), 0.35)
    log("second stage")
    return w, b, second, inputs


def joined_inputs(s: Set, scores: Any) -> Any:
    """Return the second stage's inputs of all sentences."""
    vectors = word_vectors("topic_vectors")
    every = pl.Series([x for t in s.texts for x in t.texts])
    parts = [around(scores, s.doc, 2)]
    own = [vectors.sums(every[k : k + 8000]) for k in range(0, len(every), 8000)]
    parts += meaning_of(np.vstack(own), s.doc)
    return np.hstack([*parts, genres(pl.Series(s.kind), len(s.doc))])


PRIOR_OFFSET = 0.4
"""How far (log odds) a genre and country may lie from all, as a standard deviation."""


def offsets(s: Set, found: Any) -> dict[str, Any]:
    """Return, by genre and country, what to add to the issues' log odds.

    On held-out scores of the sentences drawn at random for training: those a cue drew would
    say that the issues are common. The maximum of the likelihood makes the expected number of
    sentences the true one; it is drawn towards that of all cells together.
    """
    topics = len(NUMBERS)
    rows = np.flatnonzero(s.hand & ~s.held & (s.even >= 1) & (s.weight_issues >= HAND))
    z, y = found[rows, topics:], s.target[rows, topics:]
    country = np.array([t.country for t in s.texts])[s.doc[rows]]
    cell = np.array([f"{k} {c}" for k, c in zip(s.kind[rows], country, strict=True)])
    both = _shifts(z, y, np.zeros(2), 10.0)
    return {
        str(c): _shifts(z[cell == c], y[cell == c], both, PRIOR_OFFSET) for c in np.unique(cell)
    }


def _shifts(z: Any, y: Any, centre: Any, sd: float) -> Any:
    b = centre.astype(float).copy()
    for _ in range(50):  # Newton's steps, each issue for itself
        p = 1 / (1 + np.exp(-(z + b)))
        slope = (y - p).sum(0) - (b - centre) / sd**2
        b = b + np.clip(slope / ((p * (1 - p)).sum(0) + 1 / sd**2), -1, 1)
    return b.astype(np.float32)


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--labels", type=Path)
    a.add_argument("--out", type=Path, required=True)
    a.add_argument("--embedding", action="store_true", help="also fit what the extra needs")
    a.add_argument("--cache", type=Path, help="a file for the features of the same documents")
    a.add_argument("--folds", type=int, default=FOLDS)
    a.add_argument("--steps", type=int, default=40)
    args = a.parse_args()
    started = time.time()

    def log(line: str) -> None:
        print(f"{time.time() - started:5.0f} s", line, flush=True)

    texts, soft = labelled(args.texts, args.labels)
    s = built(texts, soft, args.cache)
    log(f"{len(s.doc)} sentences, {int((s.weight > 0).sum())} labelled, {s.x.shape[1]} features")
    w, b, second, inputs = fit(s, args.steps, args.folds, log)
    big = full(s, w)
    size = 1 << BITS
    words_near = np.hstack([big[:size], big[2 * size :]])
    found = second.scores(inputs)
    more: dict[str, Any] = {"issues": ISSUES, "offsets": offsets(s, found)}
    print({k: v.round(2).tolist() for k, v in more["offsets"].items()})
    if args.embedding:
        more["embedding"], more["second_embedding"] = with_embeddings(s, inputs, log)
    coder = Coder(NUMBERS, words_near, big[size : 2 * size], b, second, **more)
    np.savez_compressed(args.out / "student_raw.npz", inputs=inputs, found=found.astype(np.float32))
    save(coder, args.out / "topics.npz")
    print(json.dumps(by_source(s, found)))


def save(c: Coder, path: Path) -> None:
    """Write the weights as an npz of numbers."""
    n = len(c.first_bias)
    arrays: dict[str, Any] = {"topics": np.array(c.topics, np.int16)}
    for name, w in (
        ("words", c.words_near[:, :n]),
        ("near", c.words_near[:, n:]),
        ("chars", c.chars),
    ):
        arrays |= {f"{name}_{k}": v for k, v in pack(w).items()}
    arrays |= {
        "first_bias": c.first_bias,
        "second": c.second.linear,
        "hidden": c.second.hidden,
        "out": c.second.out,
    }
    if c.embedding is not None and c.second_embedding is not None:
        e = c.second_embedding
        arrays |= {
            "embedding": c.embedding,
            "second_embedding": e.linear,
            "hidden_embedding": e.hidden,
            "out_embedding": e.out,
        }
    text = "\n".join
    arrays["issues"] = np.frombuffer(text(c.issues).encode(), np.uint8)
    arrays["cells"] = np.frombuffer(text(c.offsets).encode(), np.uint8)
    arrays["offsets"] = np.array(list(c.offsets.values()), np.float32).reshape(-1, len(c.issues))
    np.savez_compressed(path, **arrays)


if __name__ == "__main__":
    main()
