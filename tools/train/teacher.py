"""Fine-tune a small sentence encoder on all codes: the teacher of the fast coder.

``python -m tools.train.teacher TEXTS --weights DIR --out DIR --stage 1``, then with the
codes of campaign sentences ``--stage 2``, then ``--label`` for what nobody coded.

Needs PyTorch and transformers (never the package itself) and the folder of a
MiniLM with its tokenizer. A sentence is read with the two before it and the one after as
second segment, mean-pooled; each source of topic codes has a head of its own, since the
codebooks are not quite one. Who governs is no input.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch
from torch import nn
from transformers import AutoModel, AutoTokenizer

from comparenotes.message.best import around
from tools.train.draw import CUES
from tools.train.examples import (
    Text,
    addresses,
    campaigns,
    crowd,
    manifestos,
    marked,
    not_learnt,
    unlabelled,
)
from tools.train.scores import macro_f1

LONGEST = 88
BATCH = 32
RATE, HEAD_RATE = 8e-5, 1e-3
HEADS = ("cap", "sotu", "new")


@dataclass
class Rows:
    """Examples as token ids with their labels, -1 where there is none."""

    ids: list[list[int]]
    kinds: list[list[int]]
    source: Any
    topic: Any
    migration: Any
    green: Any
    stance: Any
    weight: Any
    text: Any
    at: Any

    def pick(self, rows: Any) -> Rows:
        """Return some of the examples."""
        return Rows(
            [self.ids[i] for i in rows],
            [self.kinds[i] for i in rows],
            *(
                getattr(self, k)[rows]
                for k in ("source", "topic", "migration", "green", "stance", "weight", "text", "at")
            ),
        )


def tokenised(texts: list[Text], tokenizer: Any, which: Any = None) -> Rows:
    """Return the labelled sentences of ``texts``; ``which(text)`` gives other positions."""
    first, second, cols = [], [], []
    for k, t in enumerate(texts):
        rows = which(t) if which else np.flatnonzero((t.topic >= 0) | (t.migration >= 0))
        if not len(rows):
            continue
        m = marked(t)
        near = around(m)
        for i in rows:
            first.append(m[i][:600])
            second.append(near[i])
            cols.append(
                (
                    HEADS.index(t.source) if t.source in HEADS else 0,
                    t.topic[i],
                    t.migration[i],
                    t.green[i],
                    t.stance[i],
                    k,
                    i,
                )
            )
    if not first:
        raise SystemExit("no sentence to learn from")
    e = tokenizer(first, second, truncation="longest_first", max_length=LONGEST)
    c = np.array(cols, dtype=np.int64)
    return Rows(
        e["input_ids"],
        e["token_type_ids"],
        c[:, 0],
        c[:, 1],
        c[:, 2],
        c[:, 3],
        c[:, 4],
        np.ones(len(c), np.float32),
        c[:, 5],
        c[:, 6],
    )


class Teacher(nn.Module):  # type: ignore[misc]
    """The encoder with its heads."""

    def __init__(self, weights: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(weights)
        for p in self.encoder.embeddings.parameters():
            p.requires_grad = False
        for m in self.modules():
            if isinstance(m, nn.Dropout):
                m.p = 0.0
        self.encoder.config.attention_probs_dropout_prob = 0.0
        width = self.encoder.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.topics = nn.ModuleList([nn.Linear(width, 21) for _ in HEADS])
        self.issues = nn.Linear(width, 2)
        self.stance = nn.Linear(width, 4)

    def forward(self, ids: Any, kinds: Any, mask: Any) -> Any:
        """Return pooled vectors."""
        h = self.encoder(input_ids=ids, token_type_ids=kinds, attention_mask=mask).last_hidden_state
        m = mask[..., None].to(h.dtype)
        return self.drop((h * m).sum(1) / m.sum(1))


def padded(r: Rows, rows: Any) -> Any:
    """Return one batch as tensors."""
    n = max(len(r.ids[i]) for i in rows)
    ids = torch.zeros((len(rows), n), dtype=torch.long)
    kinds, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for j, i in enumerate(rows):
        k = len(r.ids[i])
        ids[j, :k], kinds[j, :k], mask[j, :k] = torch.tensor(r.ids[i]), torch.tensor(r.kinds[i]), 1
    return ids, kinds, mask


def batches(r: Rows, rng: Any, size: int = BATCH) -> list[Any]:
    """Return batches of sentences of about one length, in a random order."""
    length = np.array([len(x) for x in r.ids]) + rng.uniform(0, 8, len(r.ids))
    order = np.argsort(length)
    parts = [order[i : i + size] for i in range(0, len(order), size)]
    return [parts[i] for i in rng.permutation(len(parts))]


def balance(y: Any, n: int, power: float) -> Any:
    """Return class weights by a power of rarity, mean 1 over the examples."""
    counts = np.maximum(np.bincount(y[y >= 0], minlength=n), 1)
    w = (counts.sum() / (n * counts)) ** power
    return torch.tensor(w / (w * counts).sum() * counts.sum(), dtype=torch.float32)


def train(
    model: Teacher,
    r: Rows,
    passes: float,
    rate: float,
    seed: int,
    weak: float,
    log: Any,
    check: Any = None,
) -> None:
    """Fit on ``r`` for some passes, warming up and cooling down linearly."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    heads = [*model.topics.parameters(), *model.issues.parameters(), *model.stance.parameters()]
    body = [p for p in model.encoder.parameters() if p.requires_grad]
    opt = torch.optim.AdamW(
        [{"params": body, "lr": rate}, {"params": heads, "lr": HEAD_RATE}],
        weight_decay=0.01,
        foreach=True,
    )
    total = int(passes * len(batches(r, rng)))
    ramp = torch.optim.lr_scheduler.LambdaLR(
        opt, lambda s: min(1, (s + 1) / (0.08 * total)) * max(0.02, 1 - s / total)
    )
    weights = [balance(r.topic[r.source == s], 21, 0.5) for s in range(len(HEADS))]
    all_weights = balance(r.topic, 21, 0.5)
    stance_w = balance(r.stance, 4, 0.4) if (r.stance >= 0).any() else None
    step, started = 0, time.time()
    model.train()
    while step < total:
        for rows in batches(r, rng):
            if step >= total:
                break
            v = model(*padded(r, rows))
            b = r.pick(rows)
            loss = torch.zeros(())
            y = torch.tensor(b.topic)
            w = torch.tensor(b.weight)
            for s in range(len(HEADS)):
                mine = torch.tensor((b.source == s) & (b.topic >= 0))
                if mine.any():
                    each = nn.functional.cross_entropy(
                        model.topics[s](v[mine]), y[mine], weight=weights[s], reduction="none"
                    )
                    loss = loss + (each * w[mine]).sum() / len(rows)
            other = torch.tensor((b.source != 2) & (b.topic >= 0))
            if weak and other.any():  # the head of campaigns learns a little from all
                each = nn.functional.cross_entropy(
                    model.topics[2](v[other]), y[other], weight=all_weights, reduction="none"
                )
                loss = loss + weak * (each * w[other]).sum() / len(rows)
            z = model.issues(v)
            for j, (name, topics) in enumerate((("migration", (9,)), ("green", (7, 8)))):
                t = getattr(b, name).astype(np.float32)
                known = t >= 0
                # Of a sentence coded to a topic alone, the topic says it nearly.
                by_topic = (~known) & (b.topic >= 0) & (weak > 0)
                t = np.where(by_topic, np.isin(b.topic, topics), t)
                use = known + 0.5 * by_topic
                each = nn.functional.binary_cross_entropy_with_logits(
                    z[:, j],
                    torch.tensor(np.maximum(t, 0), dtype=torch.float32),
                    reduction="none",
                    pos_weight=torch.tensor(2.0),
                )
                loss = loss + 1.5 * (each * torch.tensor(use, dtype=torch.float32) * w).sum() / len(
                    rows
                )
            said = torch.tensor(b.stance >= 0)
            if said.any() and stance_w is not None:
                each = nn.functional.cross_entropy(
                    model.stance(v[said]),
                    torch.tensor(b.stance)[said],
                    weight=stance_w,
                    reduction="none",
                )
                loss = loss + (each * w[said]).sum() / len(rows)
            loss.backward()
            nn.utils.clip_grad_norm_(body, 1.0)
            opt.step()
            opt.zero_grad()
            ramp.step()
            step += 1
            if step % 50 == 0:
                speed = step * BATCH / (time.time() - started)
                log(f"step {step}/{total} loss {float(loss.detach()):.3f} {speed:.1f}/s")
            if check is not None and step % check[0] == 0:
                check[1](step)
                model.train()


def predict(model: Teacher, r: Rows, head: int = 2) -> dict[str, Any]:
    """Return probabilities of topics (of one head), issues and stances."""
    model.eval()
    n = len(r.ids)
    out = {
        "topic": np.zeros((n, 21), np.float32),
        "issues": np.zeros((n, 2), np.float32),
        "stance": np.zeros((n, 4), np.float32),
    }
    order = np.argsort([len(x) for x in r.ids])
    with torch.no_grad():
        for at in range(0, n, 64):
            rows = order[at : at + 64]
            v = model(*padded(r, rows))
            out["topic"][rows] = model.topics[head](v).softmax(1).numpy()
            out["issues"][rows] = model.issues(v).sigmoid().numpy()
            out["stance"][rows] = model.stance(v).softmax(1).numpy()
    return out


def binary_f1(y: Any, p: Any) -> float:
    """Return F1 of yes and no."""
    tp = float((y & p).sum())
    return 2 * tp / max(1.0, float(y.sum() + p.sum()))


def scored(r: Rows, p: dict[str, Any]) -> dict[str, float]:
    """Return the figures of labelled rows."""
    out: dict[str, float] = {}
    known = r.topic >= 0
    if known.any():
        best = p["topic"].argmax(1)
        out["topic_f1"] = macro_f1(r.topic[known], best[known])
        out["topic_acc"] = float((best == r.topic)[known].mean())
    for j, k in enumerate(("migration", "green")):
        y = getattr(r, k)
        if (y >= 0).any():
            out[k] = binary_f1(y[y >= 0] == 1, p["issues"][y >= 0, j] > 0.5)
    if (r.stance >= 0).any():
        s = r.stance >= 0
        out["stance_f1"] = macro_f1(r.stance[s], p["stance"].argmax(1)[s])
    return {k: round(v, 3) for k, v in out.items()}


def first_stage(folder: Path, tokenizer: Any, rng: Any) -> tuple[Rows, Rows, Rows]:
    """Return the training rows of coded manifestos and addresses, and two held-out sets."""
    cap, sotu = manifestos(folder), addresses(folder)
    few = [t for t in crowd(folder) if t.party not in {"con", "lab", "ld"}]
    for t in few:  # as many that are not of immigration as the step can bear
        drop = (t.migration == 0) & (rng.random(len(t.migration)) > 0.2)
        t.migration[drop] = -1
    learn = [t for t in (*cap, *sotu) if not t.held] + few
    r = tokenised(learn, tokenizer)
    keep = np.array([len(x) > 12 for x in r.ids]) | (rng.random(len(r.ids)) < 0.5)
    held = tokenised(
        [t for t in cap if t.held],
        tokenizer,
        lambda t: np.sort(rng.permutation(len(t.texts))[:350]),
    )
    return r.pick(np.flatnonzero(keep)), held, tokenised([t for t in sotu if t.held], tokenizer)


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--weights", type=Path, required=True)
    a.add_argument("--out", type=Path, required=True)
    a.add_argument(
        "--stage", type=int, choices=(1, 2, 3, 4), required=True, help="3: label, 4: vectors"
    )
    a.add_argument("--codes", type=Path, help="codes of campaign sentences")
    a.add_argument("--passes", type=float, default=1.0)
    a.add_argument("--rate", type=float, default=RATE)
    a.add_argument("--part", type=int, nargs=2, default=(0, 1), help="with --stage 4: of how many")
    a.add_argument("--state", default="stage2.pt", help="whose labels, with --stage 3")
    a.add_argument("--everything", action="store_true", help="learn from the test as well: to ship")
    args = a.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    rng = np.random.default_rng(0)
    tokenizer = AutoTokenizer.from_pretrained(args.weights)
    model = Teacher(args.weights)

    def log(line: str) -> None:
        print(time.strftime("%H:%M:%S"), line, flush=True)

    if args.stage == 1:
        r, held, sotu = first_stage(args.texts, tokenizer, rng)
        log(f"{len(r.ids)} sentences, {np.mean([len(x) for x in r.ids]):.0f} tokens each")
        train(model, r, args.passes, args.rate, 0, 0.5, log)
        torch.save(model.state_dict(), args.out / "stage1.pt")
        log(
            json.dumps(
                {
                    "2010 cap head": scored(held, predict(model, held, 0)),
                    "sotu": scored(sotu, predict(model, sotu, 1)),
                    "sotu by new": scored(sotu, predict(model, sotu, 2)),
                }
            )
        )
        return
    if args.stage == 4:
        vectors(model, args.texts, tokenizer, args.out, args.codes, args.part, rng, log)
        return
    if args.stage == 3:
        label(model, args.texts, tokenizer, args.out, args.state, rng, log)
        return
    model.load_state_dict(torch.load(args.out / "stage1.pt"))
    codes = pl.read_csv(args.codes, schema_overrides={"unit": pl.String})
    docs = campaigns(args.texts, codes)
    log(f"{not_learnt(docs)} sentences that a text kept aside has as well")
    r, _, sotu = first_stage(args.texts, tokenizer, rng)
    old = np.concatenate(
        [
            rng.permutation(np.flatnonzero(r.source == 0))[:1200],
            rng.permutation(np.flatnonzero(r.source == 1))[:800],
        ]
    )
    new = tokenised([t for t in docs if args.everything or not t.held], tokenizer)
    test = tokenised([t for t in docs if t.held], tokenizer)
    both = joined(r.pick(old), new)
    log(f"{len(new.ids)} coded sentences and {len(old)} of before; test {len(test.ids)}")
    train(model, both, args.passes, args.rate, 1, 0.0, log, None)
    torch.save(model.state_dict(), args.out / ("stage2_all.pt" if args.everything else "stage2.pt"))
    log(
        json.dumps(
            {
                "test": scored(test, predict(model, test)),
                "sotu": scored(sotu, predict(model, sotu, 1)),
            }
        )
    )


# genre, first year -> part of the sentences nobody coded, and of those with a wide cue
LABEL_PLAN: tuple[tuple[str, int, float, float], ...] = (
    ("debate", 2000, 0.55, 0.95),
    ("convention", 2004, 0.28, 0.8),
    ("speech", 2016, 0.4, 0.8),
    ("platform", 2016, 0.8, 1.0),
    ("manifesto", 2017, 0.25, 0.6),
    ("statement", 2024, 0.5, 0.9),
    ("conference", 2023, 1.0, 1.0),
    ("post", 2018, 1.0, 1.0),
    ("debate", 1960, 0.1, 0.5),
)
PORTION = 4_000


def to_label(folder: Path, rng: Any) -> tuple[list[Text], list[tuple[int, int, float]]]:
    """Return all documents, and the sentences to label with their weight, in a random order."""
    texts = list(unlabelled(folder))
    seen = {s.lower() for t in texts if t.held for s in t.texts if len(s.split()) >= 6}
    cue = re.compile("|".join(p for name, _, p in CUES if name in {"migration", "green"}), re.I)
    places: list[tuple[int, int, float]] = []
    for k, t in enumerate(texts):
        if t.held:
            continue
        plan = next(((a, b) for g, y, a, b in LABEL_PLAN if g == t.genre and t.year >= y), None)
        if plan is None:
            continue
        for i, s in enumerate(t.texts):
            rate = plan[1] if cue.search(s) else plan[0] * (0.3 if len(s.split()) < 5 else 1)
            if rng.random() < rate and s.lower() not in seen:
                seen.add(s.lower())
                places.append((k, i, plan[0] / rate))
    places = [places[i] for i in rng.permutation(len(places))]
    return texts, places


def label(
    model: Teacher, folder: Path, tokenizer: Any, out: Path, state: str, rng: Any, log: Any
) -> None:
    """Label sentences nobody coded, portion by portion in a random order; each is saved."""
    model.load_state_dict(torch.load(out / state))
    texts, places = to_label(folder, rng)
    log(f"{len(places)} sentences to label")
    found: dict[str, list[Any]] = {"topic": [], "issues": [], "stance": []}
    for at in range(0, len(places), PORTION):
        part = places[at : at + PORTION]
        rows: dict[int, list[int]] = {}
        for k, i, _ in part:
            rows.setdefault(k, []).append(i)
        some = [texts[k] for k in rows]
        wanted = {id(texts[k]): np.array(sorted(v)) for k, v in rows.items()}
        r = tokenised(some, tokenizer, lambda t, w=wanted: w[id(t)])
        p = predict(model, r)
        # Back into the order of the places.
        index = {
            (k, int(i)): n
            for n, (k, i) in enumerate(zip(np.array(list(rows))[r.text], r.at, strict=True))
        }
        order = [index[k, i] for k, i, _ in part]
        for name, v in p.items():
            found[name].append(v[order].astype(np.float16))
        done = places[: at + len(part)]
        names = [f"{t.name}|{t.genre}|{t.year}" for t in texts]
        np.savez_compressed(
            out / "labels.tmp.npz",
            names=np.frombuffer("\n".join(names).encode(), np.uint8),
            document=np.array([k for k, _, _ in done]),
            at=np.array([i for _, i, _ in done]),
            weight=np.array([w for _, _, w in done], np.float32),
            **{k: np.vstack(v) for k, v in found.items()},  # type: ignore[arg-type]
        )
        (out / "labels.tmp.npz").replace(out / "labels.npz")
        log(f"{len(done)} labelled")


def pooled(model: Teacher, r: Rows) -> Any:
    """Return the encoder's vectors of examples, ``(n, width)``."""
    model.eval()
    out = np.zeros((len(r.ids), model.encoder.config.hidden_size), np.float16)
    order = np.argsort([len(x) for x in r.ids])
    with torch.no_grad():
        for at in range(0, len(order), 64):
            rows = order[at : at + 64]
            out[rows] = model(*padded(r, rows)).numpy().astype(np.float16)
    return out


def vectors(
    model: Teacher,
    folder: Path,
    tokenizer: Any,
    out: Path,
    codes: Path,
    part: tuple[int, int],
    rng: Any,
    log: Any,
) -> None:
    """Write the vectors of coded sentences, then of sentences nobody coded, by portions."""
    model.load_state_dict(torch.load(out / "stage1.pt"))
    texts, places = to_label(folder, rng)
    coded = campaigns(folder, pl.read_csv(codes, schema_overrides={"unit": pl.String}))
    by_hand = [(k, int(i), 1.0) for k, t in enumerate(coded) for i in np.flatnonzero(t.rows >= 0)]
    hand = set(by_hand)
    places = [*by_hand, *(p for p in places if (p[0], p[1], 1.0) not in hand)]
    names = [f"{t.name}|{t.genre}|{t.year}" for t in texts]
    starts = list(range(0, len(places), 1000))[part[0] :: part[1]]
    for at in starts:
        some = places[at : at + 1000]
        rows: dict[int, list[int]] = {}
        for k, i, _ in some:
            rows.setdefault(k, []).append(i)
        wanted = {id(texts[k]): np.array(sorted(v)) for k, v in rows.items()}
        kept = [texts[k] for k in rows]
        r = tokenised(kept, tokenizer, lambda t, w=wanted: w[id(t)])
        v = pooled(model, r)
        of = np.array(list(rows))[r.text]
        weight = {(k, i): w for k, i, w in some}
        np.savez_compressed(
            out / f"vectors_{at:06d}.npz",
            names=np.array([names[k] for k in of]),
            at=r.at,
            weight=np.array([weight[int(k), int(i)] for k, i in zip(of, r.at, strict=True)]),
            vectors=v,
        )
        log(f"{at + len(some)} of {len(places)}")


def joined(a: Rows, b: Rows) -> Rows:
    """Return two sets of rows as one."""
    return Rows(
        a.ids + b.ids,
        a.kinds + b.kinds,
        *(
            np.concatenate([getattr(a, k), getattr(b, k)])
            for k in ("source", "topic", "migration", "green", "stance", "weight", "text", "at")
        ),
    )


if __name__ == "__main__":
    main()
