"""Measure the packaged coders on documents kept aside: ``data/message/accuracy.json``.

``python -m tools.train.measure TEXTS --out FILE [--blind]``

Truth is both passes over the test sentences, each counted once; intervals (90%) resample
documents. Cells are issue (or topic, or stance), genre and country, with "all" for both
countries together and the genres in which texts were coded (``convention``) beside those the
package knows (``speech``).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from comparenotes.message.best import encoder
from comparenotes.message.coder import topic_coder
from comparenotes.message.issues import TOPICS
from comparenotes.message.stance import STANCES, stance_coder
from tools.train.codes import read_codes
from tools.train.examples import NUMBERS, Text, addresses, campaigns, manifestos, own_and_others
from tools.train.genres import UNSEEN_SPEAKERS, UNSEEN_YEARS
from tools.train.scores import macro_f1
from tools.train.student import KIND

DRAWS = 400


def coded_by_package(
    texts: list[Text], stance: str = "stance", kinds: bool = True, best: bool = False
) -> list[dict[str, Any]]:
    """Return, for each document, what the packaged coders say of its sentences.

    ``best`` averages them with the encoder of the extra, as the product does.
    """
    topics, stances = topic_coder(), stance_coder(stance)
    also = encoder(len(TOPICS)) if best else None
    out = []
    for t in texts:
        s = pl.Series(t.texts, dtype=pl.String)
        doc = np.zeros(len(s), dtype=np.int64)
        kind = pl.Series([KIND.get(t.genre, "other")] * len(s)) if kinds else None
        p: Any
        q: Any
        p, q = topics.read(s, doc, None, kind, t.country if kinds else "")
        own, others = own_and_others(t)
        said: Any = stances.probabilities(s, own, others, doc)
        if also is not None:
            more = also.read(t.texts, doc, own, others)
            p, q, said = (p + more[0]) / 2, (q + more[1]) / 2, (said + more[2]) / 2
        out.append({"topic": p, "issues": q, "stance": said})
    return out


def test_rows(texts: list[Text], found: list[dict[str, Any]], codes: pl.DataFrame) -> pl.DataFrame:
    """Return one row a test sentence: codes of both passes, what was said, genre, document."""
    by = {r["n"]: r for r in codes.filter(pl.col("use") == "test").iter_rows(named=True)}
    rows = []
    ids = list(TOPICS)
    for t, f in zip(texts, found, strict=True):
        if not t.held:
            continue
        for i in np.flatnonzero(t.rows >= 0):
            r = by[int(t.rows[i])]
            rows.append(
                {
                    "document": t.name,
                    "genre": t.genre,
                    "kind": KIND[t.genre],
                    "country": t.country,
                    "year": t.year,
                    **{k: r[k] for k in ("topic", "migration", "green", "stance")},
                    **{f"{k}_2": r[f"{k}_2"] for k in ("topic", "migration", "green", "stance")},
                    "topic_said": ids[int(f["topic"][i].argmax())],
                    "migration_p": float(f["issues"][i][0]),
                    "green_p": float(f["issues"][i][1]),
                    "stance_said": STANCES[int(f["stance"][i].argmax())],
                    "stance_p": [float(x) for x in f["stance"][i]],
                    "topic_p": [float(x) for x in f["topic"][i]],
                }
            )
    return pl.DataFrame(rows)


def truth(d: pl.DataFrame, column: str) -> tuple[Any, Any]:
    """Return the codes of both passes one after the other, and which row each is of."""
    a = d[column].to_numpy()
    second = d[f"{column}_2"]
    there = np.flatnonzero(second.is_not_null().to_numpy())
    b = second.to_numpy()[there]
    return np.concatenate([a, b]), np.concatenate([np.arange(len(a)), there])


def figures(y: Any, said: Any, mass: Any, doc: Any, passes: float) -> dict[str, Any]:
    """Return precision, recall, F1 with its interval, shares said and true, and counts."""
    one = _prf(y, said)
    names, of = np.unique(doc, return_inverse=True)
    n = len(names)
    each = np.zeros((n, 3))
    for j, v in enumerate((y & said, y, said)):
        each[:, j] = np.bincount(of, weights=v, minlength=n)
    draw = np.random.default_rng(0).integers(0, n, (DRAWS, n))
    sums = each[draw].sum(axis=1)
    some = sums[sums[:, 1] > 0]  # a draw without a true sentence says nothing
    some = some if len(some) else sums
    f = 2 * some[:, 0] / np.maximum(some[:, 1] + some[:, 2], 1)
    counted, expected = float(said.mean()), float(mass.mean())
    return one | {
        "lo90": round(float(np.quantile(f, 0.05)), 4),
        "hi90": round(float(np.quantile(f, 0.95)), 4),
        "said": round(100 * (counted + expected) / 2, 2),
        "counted": round(100 * counted, 2),
        "true": round(100 * float(y.mean()), 2),
        "n": round(float(y.sum()) / passes),
        "sentences": round(len(y) / passes),
        "documents": n,
    }


def _prf(y: Any, said: Any) -> dict[str, float]:
    tp = float((y & said).sum())
    p, r = tp / max(1, said.sum()), tp / max(1, y.sum())
    return {
        "precision": round(p, 4),
        "recall": round(r, 4),
        "f1": round(2 * p * r / max(1e-9, p + r), 4),
    }


ISSUES = ("migration", "green")


def cells(d: pl.DataFrame, column: str) -> list[dict[str, Any]]:
    """Return the figures of issues, topics and stances by genre (a column) and country."""
    places: list[tuple[str, str, pl.DataFrame]] = [("all", "all", d)]
    places += [("all", c, d.filter(pl.col("country") == c)) for c in ("GB", "US")]
    places += [(str(g), str(c), rows) for (g, c), rows in d.group_by(column, "country")]
    out = []
    for genre, country, rows in sorted(places, key=lambda p: (p[0] != "all", p[0], p[1])):
        passes = 2.0 if rows["topic_2"].is_not_null().all() else 1.0
        often = "twice" if passes == 2 else "once"
        tested = f"{rows.height} sentences kept aside, coded {often} by a language model"
        doc = rows["document"].to_numpy()
        fine = column == "genre" and country != "all"
        for issue in (*ISSUES, *(() if fine else TOPICS), *STANCES):
            y, said, mass, _ = one(rows, issue)
            at = truth(rows, "topic")[1]
            head = {"issue": issue, "genre": genre, "country": country}
            out.append(head | figures(y, said, mass, doc[at], passes) | {"tested_on": tested})
    return out


LEAST = 0.3
"""Points: a smaller share counts as this one where errors are divided by it."""


def share_error(d: pl.DataFrame) -> dict[str, Any]:
    """Return how far shares are off by genre and country, without the chance of few sentences.

    ``issues``: the squared error (points) over the share, of topics and issues; ``stances``:
    over the variance of one sentence. What missed and false sentences would do by chance alone
    is taken off, and what remains is systematic: the error of a long text of such a kind.
    """
    square, chance, said_square, said_chance = [], [], [], []
    for _, rows in d.group_by("genre", "country", maintain_order=True):
        n = rows.height
        for issue in ("migration", "green", *TOPICS, *STANCES[:3]):
            if issue == "no-policy":
                continue
            y, said, mass, passes = one(rows, issue)
            told = 50 * (said.mean() + mass.mean())
            if issue in STANCES:
                told = 100 * said.mean()
            wrong = float((y != said).sum()) / passes
            off = float(told - 100 * y.mean()) ** 2
            by_chance = 1e4 * wrong / n**2
            if issue in STANCES:
                p = max(float(said.mean()), 0.01)
                said_square.append(off / 1e4 / max(p * (1 - p), 0.02))
                said_chance.append(by_chance / 1e4 / max(p * (1 - p), 0.02))
            else:
                square.append(off / max(told, LEAST))
                chance.append(by_chance / max(told, LEAST))
    issues = float(np.mean(square) - np.mean(chance))
    stances = float(np.mean(said_square) - np.mean(said_chance))
    return {
        "shares": len(square),
        "squared_error_per_point": round(float(np.mean(square)), 3),
        "of_it_chance": round(float(np.mean(chance)), 3),
        "worth_sentences": round(100 / max(issues, 1e-3)),
        "stance_worth_sentences": round(1 / max(stances, 1e-4)),
    }


def one(rows: pl.DataFrame, issue: str) -> tuple[Any, Any, Any, float]:
    """Return truth, what was said, its probability, and the number of passes."""
    passes = 2.0 if rows["topic_2"].is_not_null().all() else 1.0
    if issue in ("migration", "green"):
        y, at = truth(rows, issue)
        mass = rows[f"{issue}_p"].to_numpy()[at]
        return y == 1, mass >= 0.5, mass, passes
    column = "stance" if issue in STANCES else "topic"
    y, at = truth(rows, column)
    names = STANCES if column == "stance" else tuple(TOPICS)
    mass = np.array(rows[f"{column}_p"].to_list())[at, names.index(issue)]
    return y == issue, rows[f"{column}_said"].to_numpy()[at] == issue, mass, passes


def overall(d: pl.DataFrame) -> list[dict[str, Any]]:
    """Return macro-F1 and accuracy of topics and stances by genre and country."""
    out = []
    groups: list[tuple[str, str, pl.DataFrame]] = [("all", "all", d)]
    groups += [("all", c, d.filter(pl.col("country") == c)) for c in ("GB", "US")]
    groups += [(str(k[0]), str(k[1]), r) for k, r in d.group_by("genre", "country")]
    groups.append(("of 2023 to 2025", "all", d.filter(pl.col("year") >= 2023)))
    unseen = pl.col("country") + pl.col("year").cast(pl.String)
    years = [f"{c}{y}" for c, y in UNSEEN_YEARS]
    groups.append(("of a year never seen", "all", d.filter(unseen.is_in(years))))
    people = pl.col("document").str.to_lowercase().str.contains("|".join(UNSEEN_SPEAKERS))
    groups.append(("of a speaker never seen", "all", d.filter(people)))
    for genre, country, rows in groups:
        row: dict[str, Any] = {"genre": genre, "country": country, "sentences": rows.height}
        for column in ("topic", "stance"):
            y, at = truth(rows, column)
            said = rows[f"{column}_said"].to_numpy()[at]
            names = np.unique(np.concatenate([y, said]), return_inverse=True)[1]
            a, b = names[: len(y)], names[len(y) :]
            row[f"{column}_accuracy"] = round(float((a == b).mean()), 4)
            row[f"{column}_macro_f1"] = round(macro_f1(a, b), 4)
        for issue in ("migration", "green"):
            y, said, _, _ = one(rows, issue)
            row[f"{issue}_f1"] = _prf(y, said)["f1"]
        out.append(row)
    return out


def older(folder: Path, best: bool = False) -> dict[str, Any]:
    """Return the figures on the manifestos of 2010 and on the addresses kept aside."""
    out: dict[str, Any] = {}
    for name, texts in (("manifestos_2010", manifestos(folder)), ("addresses", addresses(folder))):
        held = [t for t in texts if t.held]
        found = coded_by_package(held, best=best)
        y = np.concatenate([t.topic for t in held])
        p = np.concatenate([f["topic"] for f in found])
        told, true = [], []
        for t, f in zip(held, found, strict=True):
            counted = np.bincount(f["topic"].argmax(1), minlength=len(NUMBERS)) / len(t.texts)
            told.append(50 * (counted + f["topic"].mean(0)))
            true.append(100 * np.bincount(t.topic, minlength=len(NUMBERS)) / len(t.texts))
        a, b = np.concatenate(told), np.concatenate(true)
        out[name] = {
            "sentences": len(y),
            "documents": len(held),
            "macro_f1": round(macro_f1(y, p.argmax(1)), 4),
            "accuracy": round(float((y == p.argmax(1)).mean()), 4),
            "salience_r": round(float(np.corrcoef(a, b)[0, 1]), 4),
            "salience_error": round(float(np.abs(a - b).mean()), 4),
        }
    return out


def lines(told: dict[str, Any]) -> str:
    """Return the figures as JSON, a row of a table a line."""
    parts = []
    for key, value in sorted(told.items()):
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(r) for r in value)
            parts.append(f"{json.dumps(key)}: [\n{rows}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    """Run from the command line."""
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("texts", type=Path)
    a.add_argument("--out", type=Path)
    args = a.parse_args()
    codes = read_codes()
    texts = [t for t in campaigns(args.texts, codes) if t.held and (t.rows >= 0).any()]
    d = test_rows(texts, coded_by_package(texts), codes)
    told: dict[str, Any] = {
        "cells": cells(d, "kind"),
        "cells_by_text": cells(d, "genre"),
        "overall": overall(d),
        "older": older(args.texts),
        "share_error": share_error(d),
    }
    better = test_rows(texts, coded_by_package(texts, best=True), codes)
    told |= {
        "cells_best": cells(better, "kind"),
        "cells_best_by_text": cells(better, "genre"),
        "overall_best": overall(better),
        "older_best": older(args.texts, best=True),
        "share_error_best": share_error(better),
    }
    bare = test_rows(texts, coded_by_package(texts, kinds=False), codes)
    told["without_genre"] = overall(bare)[0]
    for r in told["cells_by_text"]:
        if r["issue"] in ("migration", "green", "attack", "own_record", "promise") and r["n"] > 5:
            print(
                r["issue"],
                r["genre"],
                r["country"],
                *(r[k] for k in ("n", "recall", "precision", "f1", "lo90", "hi90", "said", "true")),
            )
    for r in (*told["overall"], *told["overall_best"]):
        print(*r.values())
    print(json.dumps(told["older"]), json.dumps(told["without_genre"]))
    if args.out is not None:
        args.out.write_text(lines(told), encoding="utf-8")


if __name__ == "__main__":
    main()
