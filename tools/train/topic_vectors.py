"""Word vectors from the teacher, for the fast coder: ``topic_vectors.npz``.

``python -m tools.train.topic_vectors TEXTS --weights DIR --state stage1.pt --out DIR``

Each word that at least five documents hold is read by the fine-tuned encoder on its own; the
vectors are reduced to their main directions, weighted by how rare the word is. The texts say
which words there are and how common they are, and nothing else. Needs PyTorch and
transformers.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.message.features import normalise
from comparenotes.message.packed import pack
from tools.train.examples import Text, addresses, manifestos, unlabelled

LEAST_DOCUMENTS, LONGEST = 5, 30
DIMENSIONS = 128
RARE = 1e-3
"""A word of this share of all words counts half (Arora, Liang and Ma, ICLR 2017)."""


def vocabulary(texts: list[Text]) -> tuple[list[str], Any]:
    """Return the words of at least five documents, and how often each is said."""
    documents: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for t in texts:
        words = normalise(pl.Series(t.texts, dtype=pl.String)).str.split(" ").explode()
        for word, n in words.drop_nulls().value_counts().iter_rows():
            if word:
                documents[word] += 1
                said[word] += n
    kept = [
        w for w, n in documents.most_common() if n >= LEAST_DOCUMENTS and len(w) < LONGEST
    ]  # fmt: skip
    return kept, np.array([said[w] for w in kept])


def read_alone(words: list[str], weights: Path, state: Path) -> Any:
    """Return the encoder's vector of each word."""
    import torch
    from transformers import AutoTokenizer

    from tools.train.teacher import Teacher

    torch.set_num_threads(1)
    model = Teacher(weights)
    model.load_state_dict(torch.load(state))
    model.eval()
    tokenizer = AutoTokenizer.from_pretrained(weights)
    out = np.zeros((len(words), model.encoder.config.hidden_size), np.float32)
    order = sorted(range(len(words)), key=lambda i: len(words[i]))
    with torch.no_grad():
        for at in range(0, len(order), 256):
            some = order[at : at + 256]
            e = tokenizer([words[i] for i in some], padding=True, return_tensors="pt")
            out[some] = model(e["input_ids"], e["token_type_ids"], e["attention_mask"]).numpy()
    return out


def reduced(vectors: Any, said: Any) -> Any:
    """Return the main directions of the vectors, commoner words with less weight."""
    p = said / said.sum()
    centred = vectors - np.average(vectors, axis=0, weights=np.sqrt(p))
    _, _, axes = np.linalg.svd(centred * (p**0.25)[:, None], full_matrices=False)
    out = centred @ axes[:DIMENSIONS].T
    out /= np.sqrt((out**2).mean() * DIMENSIONS)
    return (out * (RARE / (RARE + p))[:, None]).astype(np.float32)


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--weights", type=Path, required=True)
    a.add_argument("--state", type=Path, required=True)
    a.add_argument("--out", type=Path, required=True)
    args = a.parse_args()
    every = [*manifestos(args.texts), *addresses(args.texts), *unlabelled(args.texts)]
    words, said = vocabulary([t for t in every if not t.held])
    write(words, reduced(read_alone(words, args.weights, args.state), said), args.out)


def write(words: list[str], vectors: Any, out: Path) -> None:
    """Write words and vectors as numbers."""
    packed = pack(vectors.T)
    np.savez_compressed(
        out / "topic_vectors.npz",
        words=np.frombuffer("\n".join(words).encode(), np.uint8),
        q=packed["q"],
        scale=packed["scale"],
    )


if __name__ == "__main__":
    main()
