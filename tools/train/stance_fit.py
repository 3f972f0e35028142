"""Fit the coder of stance on all codes and on what the teacher labelled.

``python -m tools.train.stance_fit TEXTS --labels LABELS.npz --out DIR [--roles]``

First stage: a linear score of counted cues (names masked) and of hashed words; second: a
small layer on those scores, on those of the sentences beside it, on the cues and on the
direction of the words. With
``--roles`` who governs is an input; the coder that is shipped does without, so that what it
says of governments and challengers does not rest on who is which.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse
from scipy.optimize import minimize

from comparenotes.message.coder import Second, direction, pack, scaled, softmax
from comparenotes.message.cues import counted, in_context, mask
from comparenotes.message.features import BITS, hashed_words
from comparenotes.message.sides import Side
from comparenotes.message.stance import STANCES, around_stances
from comparenotes.message.word_vectors import word_vectors
from tools.train.codes import read_codes
from tools.train.examples import Text, campaigns, not_learnt, own_and_others
from tools.train.genres import Doc, is_test
from tools.train.scores import macro_f1
from tools.train.stance import AGAINST, CUE_SCALE, NEAR_SCALE, PEOPLE, governs
from tools.train.student import LEAST_DOCUMENTS, balanced, common
from tools.train.windows import TEST, TRAINING, Coded, read

HAND, OLD, TEACHER = 3.0, 1.5, 1.0
BALANCE, PENALTY, FOLDS, UNITS, NETWORKS = 0.4, 1e-4, 3, 64, 2
SHIFTED = 0.5
"""Part of the way to the true shares: all of it makes own records too rare."""
Rows = tuple[Text, Side | None, list[Side], bool]


def older(folder: Path) -> list[tuple[Text, Side, list[Side], bool]]:
    """Return the sentences coded before, each with what stands around it as a document."""
    out = []
    for k, r in enumerate([*read(TEST, folder), *read(TRAINING, folder)]):
        own = Side(r.party, r.party, tuple(PEOPLE[r.party].split(",")), governs(r.side, r.file))
        them = AGAINST[r.party]
        other = Side(them, them, tuple(PEOPLE[them].split(",")), not own.governs)
        t = Text("old", f"old {k}", "", 0, "", r.party, kept_aside(r), list(r.around))
        t.stance[r.at] = STANCES.index(r.first)
        out.append((t, own, [other], own.governs))
    return out


def kept_aside(r: Coded) -> bool:
    """Return whether the sentence stands in a document of today's test."""
    if r.file == "us_2016_speeches":
        stem = Path(r.document.removeprefix(r.file)).stem
        return is_test(Doc(r.file, stem, "speech", "US", 2016, r.party, "", None))
    return r.document.startswith("debate") and r.document.endswith("2008")


def documents(folder: Path, labels: Path | None) -> tuple[list[Rows], dict[tuple[str, int], Any]]:
    """Return the documents with a stance, as their side sees them, and the teacher's labels."""
    new = campaigns(folder, read_codes())
    not_learnt(new)
    soft: dict[tuple[str, int], Any] = {}
    if labels is not None:
        with np.load(labels) as z:
            names = z["names"].tobytes().decode().split("\n")
            for d, i, p in zip(z["document"], z["at"], z["stance"], strict=True):
                soft[names[d], int(i)] = p
    named = {k[0] for k in soft}
    out: list[Rows] = []
    for t in new:
        if f"{t.name}|{t.genre}|{t.year}" in named or (t.stance >= 0).any():
            own, others = own_and_others(t)
            out.append((t, own, others, bool(t.governs)))
    return [*out, *older(folder)], soft


class Data:
    """The features and targets of all sentences of the documents."""

    def __init__(self, rows: list[Rows], soft: dict[tuple[str, int], Any], roles: bool) -> None:
        self.texts = [r[0] for r in rows]
        sizes = [len(t.texts) for t in self.texts]
        n = sum(sizes)
        self.doc = np.repeat(np.arange(len(rows)), sizes).astype(np.int64)
        self.held = np.repeat([t.held for t in self.texts], sizes)
        self.target = np.zeros((n, len(STANCES)), np.float32)
        self.weight, self.hand = np.zeros(n, np.float32), np.zeros(n, bool)
        cues, words, at = [], [], 0
        for t, own, others, office in rows:
            masked = mask(pl.Series(t.texts, dtype=pl.String), own, others)
            one = np.zeros(len(masked), dtype=np.int64)
            cues.append(in_context(masked, one, office and roles))
            words.append(masked)
            key = f"{t.name}|{t.genre}|{t.year}"
            for i in range(len(t.texts)):
                if t.stance[i] >= 0:
                    self.target[at + i, t.stance[i]] = 1
                    self.weight[at + i] = HAND if t.source == "new" else OLD
                    self.hand[at + i] = t.source == "new"
                elif (key, i) in soft:
                    self.target[at + i], self.weight[at + i] = soft[key, i], TEACHER
            at += len(t.texts)
        self.cues = np.vstack(cues)
        self.masked = every = pl.concat(words)
        drawn = [t.drawn or [""] * len(t.texts) for t in self.texts]
        self.at_random = np.array([x == "random" for one in drawn for x in one])
        parts = [scaled(hashed_words(every[k : k + 4000])) for k in range(0, n, 4000)]
        w = sparse.vstack(parts).tocsr()
        w.sum_duplicates()
        # A window around a sentence coded before is no document of its own: it counts for none.
        new = ~self.held & np.repeat([t.source == "new" for t in self.texts], sizes)
        self.keep = common(w[new], self.doc[new])
        alone = counted(pl.Series([""])).shape[1]
        inputs = self.cues.shape[1]
        self.scale = np.where(np.arange(inputs) < inputs - alone, CUE_SCALE, NEAR_SCALE)
        own_words = w[:, np.flatnonzero(self.keep)]
        self.x = (
            sparse.hstack([sparse.csr_matrix(self.cues * self.scale), own_words])
            .tocsr()
            .astype(np.float32)
        )


def fit_first(d: Data, rows: Any, steps: int = 40) -> tuple[Any, Any]:
    """Return linear weights and biases of a multinomial logit with soft targets."""
    x, t = d.x[rows], d.target[rows]
    xt, m = x.T.tocsr(), t.shape[1]
    w8 = d.weight[rows] * balanced(t, BALANCE)
    total = float(w8.sum())

    def loss(v: Any) -> tuple[float, Any]:
        w, b = v[:-m].reshape(-1, m).astype(np.float32), v[-m:].astype(np.float32)
        p = softmax(x @ w + b)
        g = (p - t) * w8[:, None]
        value = -float((w8 * (t * np.log(p + 1e-9)).sum(1)).sum()) / total
        value += 0.5 * PENALTY * float((w * w).sum())
        return value, np.concatenate(
            [((xt @ g) / total + PENALTY * w).ravel(), g.sum(0) / total]
        ).astype(np.float64)

    v0 = np.zeros((x.shape[1] + 1) * m)
    found = minimize(loss, v0, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 8})
    return found.x[:-m].reshape(-1, m).astype(np.float32), found.x[-m:].astype(np.float32)


def fit_second(inputs: Any, d: Data, rows: Any) -> Second:
    """Return the second stage fitted on scores of held-out documents: the mean of two."""
    each = [_second(inputs, d, rows, seed) for seed in range(NETWORKS)]
    return Second(
        np.mean([m.linear for m in each], axis=0),
        np.hstack([m.hidden for m in each]),
        np.vstack([m.out for m in each]) / np.float32(NETWORKS),
    )


def _second(inputs: Any, d: Data, rows: Any, seed: int) -> Second:
    import torch
    from torch import nn

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    x, t = inputs[rows], d.target[rows]
    mu, sd = x.mean(0), x.std(0) + 1e-3
    z, y = torch.tensor((x - mu) / sd), torch.tensor(t)
    w = torch.tensor(d.weight[rows] * balanced(t, BALANCE))
    linear = nn.Linear(x.shape[1], t.shape[1])
    hidden, out = nn.Linear(x.shape[1], UNITS), nn.Linear(UNITS, t.shape[1], bias=False)
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(out.weight)
    every = [*linear.parameters(), *hidden.parameters(), *out.parameters()]
    opt = torch.optim.AdamW(every, lr=2e-3, weight_decay=0.05)
    passes, size = 12, 256
    total = passes * (len(z) // size + 1)
    ramp = torch.optim.lr_scheduler.LambdaLR(opt, lambda k: max(0.02, 1 - k / total))
    for _ in range(passes):
        for part in torch.randperm(len(z)).split(size):
            b = nn.functional.dropout(z[part], 0.4)
            found = linear(b) + out(nn.functional.dropout(torch.relu(hidden(b)), 0.4))
            loss = (w[part] * -(y[part] * found.log_softmax(1)).sum(1)).mean()
            opt.zero_grad()
            loss.backward()
            opt.step()
            ramp.step()

    def folded(layer: Any) -> Any:
        v = layer.weight.detach().numpy().T / sd[:, None]
        return np.vstack([v, layer.bias.detach().numpy() - mu @ v]).astype(np.float32)

    return Second(folded(linear), folded(hidden), out.weight.detach().numpy().T.astype(np.float32))


def shift(found: Any, y: Any) -> Any:
    """Return what makes the expected number of each stance the true one."""
    b = np.zeros(y.shape[1])
    for _ in range(200):
        p = softmax((found + b).astype(np.float32))
        b += 0.5 * np.log((y.sum(0) + 1) / (p.sum(0) + 1))
    return b - b.mean()


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--labels", type=Path)
    a.add_argument("--out", type=Path, required=True)
    a.add_argument("--roles", action="store_true", help="who governs as an input")
    args = a.parse_args()
    rows, soft = documents(args.texts, args.labels)
    d = Data(rows, soft, args.roles)
    usable = (d.weight > 0) & ~d.held
    print(
        f"{int(usable.sum())} sentences, {d.x.shape[1]} features, {LEAST_DOCUMENTS} documents each"
    )
    fold = np.random.default_rng(3).permutation(len(d.texts))[d.doc] % FOLDS
    scores = np.zeros((len(d.doc), len(STANCES)), np.float32)
    for k in range(FOLDS):
        w, b = fit_first(d, np.flatnonzero(usable & (fold != k)))
        out = np.flatnonzero(fold == k)
        scores[out] = d.x[out] @ w + b
    w, b = fit_first(d, np.flatnonzero(usable))
    scores[d.held] = d.x[np.flatnonzero(d.held)] @ w + b
    vectors = word_vectors("topic_vectors")
    n = len(d.masked)
    sums = np.vstack([vectors.sums(d.masked[k : k + 8000]) for k in range(0, n, 8000)])
    inputs = np.hstack([around_stances(scores, d.cues, d.doc), direction(sums)])
    second = fit_second(inputs, d, np.flatnonzero(usable))
    drawn = np.flatnonzero(usable & d.hand & d.at_random)
    moved = SHIFTED * shift(second.scores(inputs[drawn]), d.target[drawn])
    second.linear[-1] += moved.astype(np.float32)
    found = second.scores(inputs)
    test = d.held & d.hand
    y = d.target[test].argmax(1)
    print(
        json.dumps(
            {
                "first": round(macro_f1(y, scores[test].argmax(1)), 3),
                "second": round(macro_f1(y, found[test].argmax(1)), 3),
                "accuracy": round(float((found[test].argmax(1) == y).mean()), 3),
                "n": int(test.sum()),
            }
        )
    )
    cues = d.cues.shape[1]
    words = np.zeros((1 << BITS, len(STANCES)), np.float32)
    words[d.keep] = w[cues:]
    packed = pack(words)
    np.savez_compressed(
        args.out / ("stance_roles.npz" if args.roles else "stance.npz"),
        cues=np.vstack([w[:cues] * d.scale[:, None], b]).astype(np.float32),
        words_q=packed["q"],
        words_scale=packed["scale"],
        second=second.linear,
        hidden=second.hidden,
        out=second.out,
        roles=np.array([args.roles]),
    )


if __name__ == "__main__":
    main()
