"""Train the stance coder on the codings in ``tools/tables``, and measure it by document.

``python -m tools.train.stance TEXTS --out DIR``

The texts are looked up by file, unit and offset and checked against the hash of the
coding. Tweets coded as negative join the training (never the test) as attacks.
"""

from __future__ import annotations

import argparse
import json
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse

from comparenotes.message.coder import pack, scaled
from comparenotes.message.cues import counted, mask
from comparenotes.message.features import hashed
from comparenotes.message.sentences import blank
from comparenotes.message.sides import Side
from comparenotes.message.stance import STANCES

CODINGS = Path(__file__).parents[1] / "tables" / "message_codings_stance.csv"
WORDS, C, TWEET_WEIGHT, CUE_SCALE, BALANCE = 1.0, 1.0, 0.1, 0.35, 0.7
GENERIC = Side("any", "any", ("Republicans", "Republican", "Democrats", "Democrat", "GOP"), False)
PEOPLE = {
    "dem": "Barack Obama,Obama,Biden,Hillary Clinton,Clinton,Hillary,Gore,Kerry,Dukakis,Bentsen,"
    "Carter,Mondale,Kennedy,Harris,Kamala Harris,Democrats,Democrat,Democratic,Kaine,"
    "Senator Kennedy",
    "rep": "Mitt Romney,Romney,Governor Romney,Paul Ryan,Ryan,Donald Trump,Trump,Donald,Pence,Bush,"
    "George,McCain,Palin,Cheney,Dole,Kemp,Reagan,Nixon,Republicans,Republican,GOP,Quayle",
    "lab": "Labour,New Labour,Blair,Brown,Tony Blair,Gordon Brown",
    "con": "Conservatives,Conservative,Tory,Tories,Thatcher,Major,Cameron,Hague",
}


def text_of(row: dict[str, Any], texts: Path, tables: dict[str, pl.DataFrame]) -> str:
    """Return the coded sentence from the user's files, checked against its hash."""
    path = texts / row["file"]
    if path.is_dir():
        whole = (path / row["unit"]).read_bytes().decode("utf-8-sig", errors="replace")
    else:
        if row["file"] not in tables:
            tables[row["file"]] = pl.read_csv(path)
        t = tables[row["file"]]
        column = "concatenated_speech" if "concatenated_speech" in t.columns else "text"
        at = int(row["unit"]) - 1
        if "id" in t.columns:  # ids have gaps
            at = int(t["id"].search_sorted(int(row["unit"])))
        whole = t[column][at]
    found = blank(whole)[row["start"] : row["end"]]
    if "manifestos" in row["file"]:
        found = whole
    if blake2b(found.encode(), digest_size=8).hexdigest() != row["hash"]:
        raise ValueError(f"{row['file']} {row['unit']}: not the text that was coded")
    return found


def coded(texts: Path) -> pl.DataFrame:
    """Return the codings with their text, own side and whether that side governs."""
    d = pl.read_csv(CODINGS, schema_overrides={"unit": pl.String})
    tables: dict[str, pl.DataFrame] = {}
    return d.with_columns(
        pl.Series("text", [text_of(r, texts, tables) for r in d.iter_rows(named=True)])
    )


def governs(side: str, file: str) -> bool:
    """Return whether a side of the coded texts held the office at the time."""
    year = side[3:]
    if side.startswith(("lab", "con")):
        return side[:3] == ("lab" if year in {"01", "05", "10"} else "con")
    if file == "us_conventions_2012.csv" or file == "us_2016_speeches":
        return side == "dem"
    return side[:3] == ("dem" if year in {"00", "96", "12", "16", "68"} else "rep")


def inputs(d: pl.DataFrame) -> Any:
    """Return the features of coded sentences, masked from their own side's view."""
    rows = []
    for side, file, text in zip(d["side"], d["file"], d["text"], strict=True):
        own = side[:3]
        other = {"dem": "rep", "rep": "dem", "lab": "con", "con": "lab"}[own]
        a = Side(own, own, tuple(PEOPLE[own].split(",")), governs(side, file))
        b = Side(other, other, tuple(PEOPLE[other].split(",")), not a.governs)
        rows.append(features(mask(pl.Series([text]), a, [b]), a.governs))
    return sparse.vstack(rows).tocsr()


def features(masked: pl.Series, governs: bool = False) -> Any:
    """Return cues beside hashed words."""
    w = scaled(hashed(masked).words)
    w.sum_duplicates()
    return (
        sparse.hstack([sparse.csr_matrix(counted(masked, governs) * CUE_SCALE), WORDS * w])
        .tocsr()
        .astype(np.float64)
    )


def tweets(texts: Path) -> Any:
    """Return the features of tweets coded as negative."""
    t = pl.read_csv(texts / "us_campaign_tweets_2018_attack_coded.csv")
    t = t.filter(pl.col("negative_tones") == 1)
    m = mask(t["text"].str.replace_all(r"https?://\S+", " "), None, [GENERIC])
    return features(m)


def fit(x: Any, y: Any, more: Any) -> Any:
    """Return a multinomial logit fitted on the codings and, with less weight, the tweets."""
    from sklearn.linear_model import LogisticRegression

    both = sparse.vstack([x, more]).tocsr()
    label = np.concatenate([y, np.zeros(more.shape[0], int)])
    share = np.bincount(y, minlength=4) / len(y)
    weight = np.concatenate([(0.25 / share[y]) ** BALANCE, np.full(more.shape[0], TWEET_WEIGHT)])
    m = LogisticRegression(C=C, max_iter=100, tol=1e-3)
    return m.fit(both, label, sample_weight=weight)


def measure(d: pl.DataFrame, x: Any, more: Any, folds: int = 5) -> dict[str, Any]:
    """Return accuracy, precision, recall and F1 by stance, documents held out together."""
    y = np.array([STANCES.index(s) for s in d["first"]])
    second = np.array([STANCES.index(s) for s in d["second"]])
    doc = (d["file"] + d["unit"].cast(pl.String)).to_numpy()
    if len(doc):  # a manifesto is a document, not a row of the table
        doc = np.where(d["file"].str.contains("manifestos"), d["side"].to_numpy(), doc)
    group = np.unique(doc, return_inverse=True)[1]
    order = np.random.default_rng(1).permutation(group.max() + 1)
    fold = order[group] % folds
    p = np.zeros(len(y), int)
    for k in range(folds):
        p[fold == k] = fit(x[fold != k], y[fold != k], more).predict(x[fold == k])
    out: dict[str, Any] = {"sentences": len(y), "documents": int(group.max() + 1)}
    out["accuracy"] = float((p == y).mean())
    out["agreement_of_codings"] = float((y == second).mean())
    share = np.bincount(y, minlength=4) / len(y) * np.bincount(second, minlength=4) / len(y)
    out["kappa_of_codings"] = float((out["agreement_of_codings"] - share.sum()) / (1 - share.sum()))
    for i, s in enumerate(STANCES):
        tp = float(((p == i) & (y == i)).sum())
        precision, recall = tp / max(1, (p == i).sum()), tp / max(1, (y == i).sum())
        out[s] = {
            "n": int((y == i).sum()),
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / max(1e-9, precision + recall),
            "accuracy": float(((p == i) == (y == i)).mean()),
        }
    out["macro_f1"] = float(np.mean([out[s]["f1"] for s in STANCES]))
    return out


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--out", type=Path, required=True)
    args = a.parse_args()
    d = coded(args.texts)
    x, more = inputs(d), tweets(args.texts)
    told = measure(d, x, more)
    (args.out / "stance.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))
    m = fit(x, np.array([STANCES.index(s) for s in d["first"]]), more)
    cues = x.shape[1] - (1 << 18)
    w = m.coef_.T.astype(np.float32)
    packed = pack(w[cues:] * np.float32(WORDS))
    np.savez_compressed(
        args.out / "stance.npz",
        cues=np.vstack([w[:cues] * CUE_SCALE, m.intercept_]).astype(np.float32),
        words_q=packed["q"],
        words_scale=packed["scale"],
    )


if __name__ == "__main__":
    main()
