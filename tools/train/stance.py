"""Train the stance coder on the codings in ``tools/tables``, and measure it by document.

``python -m tools.train.stance TEXTS --out DIR``

Measured on the sentences drawn at random, documents held out; the sentences drawn for
training and the tweets coded as negative (as attacks) only ever train.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from comparenotes.message.coder import pack, scaled
from comparenotes.message.cues import counted, in_context, mask
from comparenotes.message.features import BITS, hashed_words
from comparenotes.message.sides import Side
from comparenotes.message.stance import STANCES
from tools.train.windows import TEST, TRAINING, Coded, read

C, TWEET_WEIGHT, BALANCE = 1.0, 0.1, 0.4
CUE_SCALE, NEAR_SCALE = 0.35, 0.175
"""Of a sentence's own cues and of those around it, beside words of length one."""
REPEATS = 5
GENERIC = Side("any", "any", ("Republicans", "Republican", "Democrats", "Democrat", "GOP"), False)
PEOPLE = {
    "dem": "Barack Obama,Obama,Biden,Hillary Clinton,Clinton,Hillary,Gore,Kerry,Dukakis,Bentsen,"
    "Carter,Mondale,Kennedy,Harris,Kamala Harris,Democrats,Democrat,Democratic,Kaine,"
    "Senator Kennedy",
    "rep": "Mitt Romney,Romney,Governor Romney,Paul Ryan,Ryan,Donald Trump,Trump,Donald,Pence,Bush,"
    "George,McCain,Palin,Cheney,Dole,Kemp,Reagan,Nixon,Republicans,Republican,GOP,Quayle",
    "lab": "Labour,New Labour,Blair,Brown,Tony Blair,Gordon Brown",
    "con": "Conservatives,Conservative,Tory,Tories,Thatcher,Major,Cameron,Hague",
    "ld": "Liberal Democrats,Liberal Democrat,Alliance,Ashdown,Kennedy,Clegg",
}
AGAINST = {"dem": "rep", "rep": "dem", "lab": "con", "con": "lab", "ld": "con"}


def governs(side: str, file: str) -> bool:
    """Return whether a side of the coded texts held the office at the time."""
    year = side[-2:]
    if side.startswith("ld"):
        return False
    if side.startswith(("lab", "con")):
        return side[:3] == ("lab" if year in {"01", "05", "10"} else "con")
    if file == "us_conventions_2012.csv" or file == "us_2016_speeches":
        return side == "dem"
    return side[:3] == ("dem" if year in {"00", "96", "12", "16", "68"} else "rep")


def scales(inputs: int, alone: int) -> Any:
    """Return the scale of each cue: those of the sentence itself, then those around it."""
    return np.where(np.arange(inputs) < inputs - alone, CUE_SCALE, NEAR_SCALE)


def inputs(rows: list[Coded]) -> Any:
    """Return the features of coded sentences, masked from their own side's view."""
    cues, words = [], []
    for r in rows:
        own, other = r.party, AGAINST[r.party]
        a = Side(own, own, tuple(PEOPLE[own].split(",")), governs(r.side, r.file))
        b = Side(other, other, tuple(PEOPLE[other].split(",")), not a.governs)
        masked = mask(pl.Series(r.around), a, [b])
        near = np.zeros(len(masked), dtype=np.int64)
        cues.append(in_context(masked, near, a.governs)[r.at])
        words.append(masked[r.at])
    return joined(np.array(cues), pl.Series(words))


def joined(cues: Any, masked: pl.Series) -> Any:
    """Return scaled cues beside hashed words."""
    w = scaled(hashed_words(masked))
    w.sum_duplicates()
    alone = counted(pl.Series([""])).shape[1]
    x = sparse.csr_matrix(cues * scales(cues.shape[1], alone))
    return sparse.hstack([x, w]).tocsr().astype(np.float64)


def tweets(texts: Path) -> Any:
    """Return the features of tweets coded as negative; nothing stands around a tweet."""
    t = pl.read_csv(texts / "us_campaign_tweets_2018_attack_coded.csv")
    t = t.filter(pl.col("negative_tones") == 1)
    m = mask(t["text"].str.replace_all(r"https?://\S+", " "), None, [GENERIC])
    return joined(in_context(m, np.arange(len(m), dtype=np.int64)), m)


def fit(x: Any, y: Any, more: Any) -> Any:
    """Return a multinomial logit fitted on the codings and, with less weight, the tweets."""
    from sklearn.linear_model import LogisticRegression

    both = sparse.vstack([x, more]).tocsr()
    label = np.concatenate([y, np.zeros(more.shape[0], int)])
    share = np.bincount(y, minlength=4) / len(y)
    weight = np.concatenate([(0.25 / share[y]) ** BALANCE, np.full(more.shape[0], TWEET_WEIGHT)])
    m = LogisticRegression(C=C, max_iter=60, tol=1e-2)
    return m.fit(both, label, sample_weight=weight)


def held_out(rows: list[Coded], n: int, x: Any, more: Any) -> NDArray[np.int64]:
    """Return (REPEATS, n) positions of the stances given to the first ``n`` rows.

    Each is coded by what learnt from the other documents' rows, in five folds.
    """
    y = np.array([STANCES.index(r.first) for r in rows])
    group = np.unique([r.document for r in rows], return_inverse=True)[1]
    found = np.zeros((REPEATS, n), np.int64)
    for seed in range(REPEATS):
        fold = np.random.default_rng(seed).permutation(group.max() + 1)[group] % 5
        for k in range(5):
            out = np.flatnonzero(fold[:n] == k)
            if len(out):
                found[seed, out] = fit(x[fold != k], y[fold != k], more).predict(x[out])
    return found


def measure(test: list[Coded], training: list[Coded], x: Any, more: Any) -> dict[str, Any]:
    """Return accuracy, precision, recall and F1 by stance, documents held out together.

    Counts are added over :data:`REPEATS` divisions of the documents into five, and
    ``se`` is the standard error over them.
    """
    n = len(test)
    y = np.array([STANCES.index(r.first) for r in test])
    second = np.array([STANCES.index(str(r.second)) for r in test])
    found = held_out([*test, *training], n, x, more)
    out_: dict[str, Any] = {
        "sentences": n,
        "documents": len({r.document for r in test}),
        "training_sentences": len(training),
    }
    right = (found == y).mean(axis=1)
    out_["accuracy"], out_["accuracy_se"] = float(right.mean()), _se(right)
    out_["agreement_of_codings"] = float((y == second).mean())
    share = np.bincount(y, minlength=4) / n * np.bincount(second, minlength=4) / n
    out_["kappa_of_codings"] = float(
        (out_["agreement_of_codings"] - share.sum()) / (1 - share.sum())
    )
    f1s = np.zeros((REPEATS, len(STANCES)))
    for i, s in enumerate(STANCES):
        tp = ((found == i) & (y == i)).sum(axis=1).astype(float)
        precision = tp / np.maximum(1, (found == i).sum(axis=1))
        recall = tp / max(1, (y == i).sum())
        f1s[:, i] = 2 * precision * recall / np.maximum(1e-9, precision + recall)
        out_[s] = {
            "n": int((y == i).sum()),
            "precision": float(precision.mean()),
            "recall": float(recall.mean()),
            "f1": float(f1s[:, i].mean()),
            "accuracy": float(((found == i) == (y == i)).mean()),
        }
    macro = f1s.mean(axis=1)
    out_["macro_f1"], out_["macro_f1_se"] = float(macro.mean()), _se(macro)
    return out_


def _se(x: Any) -> float:
    return float(x.std(ddof=1) / np.sqrt(len(x)))


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--out", type=Path, required=True)
    a.add_argument("--fit-only", action="store_true", help="write the weights, measure nothing")
    args = a.parse_args()
    test, training = read(TEST, args.texts), read(TRAINING, args.texts)
    x, more = inputs([*test, *training]), tweets(args.texts)
    if not args.fit_only:
        told = json.dumps(measure(test, training, x, more), indent=1)
        (args.out / "stance.json").write_text(told + "\n", encoding="utf-8")
        print(told)
    m = fit(x, np.array([STANCES.index(r.first) for r in [*test, *training]]), more)
    cues = x.shape[1] - (1 << BITS)
    w = m.coef_.T.astype(np.float32)
    packed = pack(w[cues:])
    scale = scales(cues, counted(pl.Series([""])).shape[1])[:, None]
    np.savez_compressed(
        args.out / "stance.npz",
        cues=np.vstack([w[:cues] * scale, m.intercept_]).astype(np.float32),
        words_q=packed["q"],
        words_scale=packed["scale"],
    )


if __name__ == "__main__":
    main()
