"""From held-out probabilities to the figures that are shown: ``accuracy.json``.

``python -m tools.train.figures TEXTS --held HELD.npz --stance stance.json --out DIR``
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.message.issues import TOPICS, UNIONS, hits
from tools.train.topics import macro_f1

TESTED = "14 coded British manifestos 1983 to 2010, each year held out"


def by_issue(topics: Any, y: Any, p: Any, text: pl.Series, tested_on: str) -> dict[str, Any]:
    """Return precision, recall, F1 and false alarms of every topic and union."""
    truth, said = topics[y], topics[p]
    out: dict[str, Any] = {}
    issues: dict[str, tuple[int, ...]] = {k: (number,) for k, (number, _) in TOPICS.items()}
    issues |= {k: u.topics for k, u in UNIONS.items()}
    for name, numbers in issues.items():
        is_it = np.isin(truth, numbers)
        found = hits([UNIONS[name]], said, text)[:, 0] if name in UNIONS else np.isin(said, numbers)
        tp = float((is_it & found).sum())
        precision, recall = tp / max(1, found.sum()), tp / max(1, is_it.sum())
        out[name] = {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(2 * precision * recall / max(1e-9, precision + recall), 4),
            "false_alarm": round(float((found & ~is_it).sum() / max(1, (~is_it).sum())), 5),
            "n": int(is_it.sum()),
            "tested_on": tested_on,
        }
    return out


def salience(doc: Any, year: Any, topics: Any, y: Any, probability: Any) -> dict[str, float]:
    """Return r and mean error (points) of shares per document and topic, each year held out.

    ``r`` and ``error`` are of the shares that are shown: the mean of what is counted and
    what the probabilities add up to. ``counted`` and ``expected`` are each alone,
    ``ratio`` is counted times precision over recall of the other years (not used).
    """
    n = len(topics)
    p = probability.argmax(axis=1)
    rows: dict[str, list[Any]] = {k: [] for k in ("true", "", "counted_", "expected_", "ratio_")}
    years = []
    for v in np.unique(year):
        rest = year != v
        ratio = np.array(
            [
                (y[rest & (p == t)] == t).mean() / max(0.05, (p[rest & (y == t)] == t).mean())
                for t in range(n)
            ]
        )
        for d in np.unique(doc[year == v]):
            mine = doc == d
            counted = 100 * np.bincount(p[mine], minlength=n) / mine.sum()
            expected = 100 * probability[mine].mean(axis=0)
            rows["true"].append(100 * np.bincount(y[mine], minlength=n) / mine.sum())
            rows[""].append((counted + expected) / 2)
            rows["counted_"].append(counted)
            rows["expected_"].append(expected)
            rows["ratio_"].append(counted * ratio)
            years.append(v)
    out: dict[str, float] = {}
    for name, keep in (("all", np.ones(len(years), bool)), ("2010", np.array(years) == 2010)):
        t = np.array(rows["true"])[keep].ravel()
        for how in ("", "counted_", "expected_", "ratio_"):
            u = np.array(rows[how])[keep].ravel()
            out[f"r_{how}{name}"] = float(np.corrcoef(t, u)[0, 1])
            out[f"error_{how}{name}"] = float(np.abs(t - u).mean())
    return {k: round(x, 4) for k, x in out.items()}


def accuracy(texts: Path, held_file: Path, stance_file: Path) -> dict[str, Any]:
    """Return everything shown about the coders' accuracy."""
    d = pl.read_csv(texts / "uk_manifestos_cap_coded_1983_2010.csv")
    d = d.with_columns(pl.col("text").fill_null(""))
    topics, y = np.unique(d["majortopic"].to_numpy(), return_inverse=True)
    year = d["year"].to_numpy()
    doc = np.unique((d["year"].cast(pl.String) + d["party"]).to_numpy(), return_inverse=True)[1]
    out: dict[str, Any] = {}
    with np.load(held_file) as held:
        for name, key in (("topics", "linear"), ("topics_embedding", "embedding")):
            p = held[key].argmax(axis=1)
            done = held[key].sum(axis=1) > 0
            out[name] = by_issue(topics, y[done], p[done], d["text"].filter(done), TESTED)
            years = [int(v) for v in np.unique(year[done])]
            scores = {str(v): macro_f1(y[year == v], p[year == v]) for v in years}
            out[f"{name}_measured"] = {
                "macro_f1_by_year": {k: round(v, 4) for k, v in scores.items()},
                "macro_f1_mean": round(float(np.mean(list(scores.values()))), 4),
                "salience": salience(doc[done], year[done], topics, y[done], held[key][done]),
            }
            if f"{key}_party" in held.files:
                q = held[f"{key}_party"]
                con = q.sum(axis=1) > 0
                out[f"{name}_measured"]["macro_f1_labour_to_conservative"] = round(
                    macro_f1(y[con], q[con].argmax(axis=1)), 4
                )
    told = json.loads(stance_file.read_text(encoding="utf-8"))
    tested = f"{told['sentences']} campaign sentences coded twice, documents held out"
    out["stance"] = {
        k: {**{m: round(v, 4) for m, v in told[k].items()}, "tested_on": tested}
        for k in ("attack", "own_record", "promise", "neither")
    }
    out["stance_measured"] = {k: v for k, v in told.items() if not isinstance(v, dict)}
    return out


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--held", type=Path, required=True)
    a.add_argument("--stance", type=Path, required=True)
    a.add_argument("--out", type=Path, required=True)
    args = a.parse_args()
    told = accuracy(args.texts, args.held, args.stance)
    text = json.dumps(told, indent=1, sort_keys=True) + "\n"
    (args.out / "accuracy.json").write_text(text, encoding="utf-8")
    print(json.dumps({k: v for k, v in told.items() if k.endswith("measured")}, indent=1))


if __name__ == "__main__":
    main()
