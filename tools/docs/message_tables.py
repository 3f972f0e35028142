"""The tables of ``docs/message.md``: what the coders score, from ``accuracy.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab.markdown import markdown

from comparenotes.message.accuracy import ADJECTIVES, MIN_TRUE
from comparenotes.message.coder import measured
from comparenotes.message.issues import TOPICS
from tools.train.codes import agreement as agreed
from tools.train.codes import read_codes

PLURAL = {
    "all": "texts",
    "debate": "debates",
    "convention": "conventions",
    "speech": "campaign speeches",
    "platform": "platforms",
    "manifesto": "manifestos",
    "statement": "candidates' statements",
    "conference": "party conference",
    "post": "posts",
    "of 2023 to 2025": "texts of 2023 to 2025",
    "of a year never seen": "texts of a year never seen",
    "of a speaker never seen": "texts of a speaker never seen",
}


def _cell(issue: str, genre: str, country: str, coder: str = "") -> Mapping[str, Any] | None:
    for r in measured()[f"cells{coder}_by_text"]:
        if (r["issue"], r["genre"], r["country"]) == (issue, genre, country):
            return r if r["n"] >= MIN_TRUE else None
    return None


def _rows(coder: str = "") -> list[Mapping[str, Any]]:
    place = {k: i for i, k in enumerate(PLURAL)}
    known = measured()[f"overall{coder}"]
    return sorted(known, key=lambda r: (place[r["genre"]], r["country"] != "all", r["country"]))


def _f1(r: Mapping[str, Any] | None) -> str:
    return "too few" if r is None else f"{r['f1']:.2f} ({r['lo90']:.2f} to {r['hi90']:.2f})"


def _shares(r: Mapping[str, Any] | None) -> str:
    return "–" if r is None else f"{r['said']:.1f}, {r['true']:.1f}"


def _name(r: Mapping[str, Any]) -> str:
    where = "" if r["country"] == "all" else f"{ADJECTIVES[r['country']]} "
    return f"{where}{PLURAL[r['genre']]}"


def trust(coder: str = "") -> str:
    """Return F1 and shares of both issues, and macro-F1 of topics and stances, by kind of text.

    ``coder`` is empty for the fast coder, ``_best`` for the best.
    """
    rows = []
    for r in _rows(coder):
        both = [_cell(i, r["genre"], r["country"], coder) for i in ("migration", "green")]
        figures = [x for c in both for x in (_f1(c), _shares(c))]
        if r["genre"].startswith("of "):
            figures = [x for i in ("migration", "green") for x in (f"{r[f'{i}_f1']:.2f}", "–")]
        topics, stances = (f"{r[f'{k}_macro_f1']:.2f}" for k in ("topic", "stance"))
        rows.append((_name(r), r["sentences"], *figures, topics, stances))
    head = ("texts", "sentences", "migration: F1", "share said, true", "green: F1",
            "share said, true", "topics", "stance")  # fmt: skip
    return markdown(head, rows, "1 2 3 4 5 6 7")


def trust_best() -> str:
    """Return the same of the best coder."""
    return trust("_best")


def topics() -> str:
    """Return precision, recall and F1 of every topic and stance over all texts."""
    rows = []
    for k in ("migration", "green", *TOPICS, "attack", "own_record", "promise", "neither"):
        r = next(
            r
            for r in measured()["cells_by_text"]
            if (r["issue"], r["genre"], r["country"]) == (k, "all", "all")
        )
        scores = [f"{r[x]:.2f}" for x in ("precision", "recall", "f1")]
        shares = [f"{r[x]:.1f}" for x in ("said", "true")]
        rows.append((k.replace("_", " "), r["n"], *scores, *shares))
    head = ("issue, topic or stance", "n", "precision", "recall", "F1", "share said", "share true")
    return markdown(head, rows, "1 2 3 4 5 6")


def older() -> str:
    """Return the figures on texts coded by others."""
    names = {"manifestos_2010": "British manifestos of 2010", "addresses": "addresses to Congress"}
    rows = [
        (names[k], coder, v["sentences"], f"{v['macro_f1']:.3f}", f"{v['accuracy']:.3f}",
         f"{v['salience_r']:.3f}", f"{v['salience_error']:.2f}")
        for coder, key in (("fast", "older"), ("best", "older_best"))
        for k, v in measured()[key].items()
    ]  # fmt: skip
    head = ("texts", "coder", "sentences", "macro-F1", "accuracy", "shares: r",
            "mean error, points")  # fmt: skip
    return markdown(head, rows, "2 3 4 5 6")


def agreement() -> str:
    """Return how far the two passes agree, by kind of text: share the same, and kappa."""
    rows = [
        (_name(r), r["sentences"],
         *(f"{r[k]:.2f}, {r[f'{k}_kappa']:.2f}" for k in ("topic", "migration", "green", "stance")))
        for r in agreed(read_codes())
    ]  # fmt: skip
    head = ("texts", "sentences", "topic", "migration", "green", "stance")
    return markdown(head, rows, "1 2 3 4 5")
