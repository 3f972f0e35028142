"""The French presidential election of 2022: two rounds, many hypothetical line-ups.

A first-round question is the line if it names everybody who then held a
nomination that lasted (:data:`LINE_UP`), from the day the last of them was chosen
(:data:`IN_FORCE`); where a poll asks with and without Christiane Taubira, the
version that fits her candidacy on that day. Every other question, and every duel
of the second round asked before the first, is hypothetical.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.model import (
    EVENT_COLUMNS,
    HISTORY_COLUMNS,
    POLL_COLUMNS,
    RESULT_COLUMNS,
    SERIES_COLUMNS,
    Campaign,
    Change,
    Contender,
    Government,
    LeftOut,
)
from tools.build.more_polls import SOURCES
from tools.build.more_tables import OTHERS, event_rows

CAMPAIGN = "fr-president-2022"
DAY = date(2022, 4, 10)
SECOND_ROUND = date(2022, 4, 24)
PREVIOUS = date(2017, 4, 23)
IN_FORCE = date(2021, 12, 4)
"""The Republicans' members chose Valérie Pécresse; everybody else had been named."""

_TAUBIRA = "Christiane Taubira"
_TAUBIRA_RAN = (date(2022, 1, 15), date(2022, 3, 2))

CONTENDERS = (
    Contender("lrem", "Macron", "La République en Marche", "liberal", "government",
              "Emmanuel Macron", "#FFB400", parlgov_id=2643),
    Contender("rn", "Le Pen", "National Rally", "radical right", "opposition",
              "Marine Le Pen", "#0D378A", parlgov_id=270),
    Contender("lfi", "Mélenchon", "France Unbowed", "left", "opposition",
              "Jean-Luc Mélenchon", "#CC2443", parlgov_id=2644),
    Contender("rec", "Zemmour", "Reconquest", "radical right", "opposition",
              "Éric Zemmour", "#404040", since=date(2021, 11, 30), parlgov_id=2860),
    Contender("lr", "Pécresse", "The Republicans", "conservative", "opposition",
              None, "#0066CC", (Change(IN_FORCE, "Valérie Pécresse"),), parlgov_id=658),
    Contender("eelv", "Jadot", "The Greens", "green", "opposition",
              None, "#00C000", (Change(date(2021, 9, 28), "Yannick Jadot"),), parlgov_id=873),
    Contender("res", "Lassalle", "Resist!", "other", "opposition", "Jean Lassalle", "#26C4EC"),
    Contender("pcf", "Roussel", "Communist Party", "communist", "opposition",
              None, "#DD0000", (Change(date(2021, 5, 9), "Fabien Roussel"),), parlgov_id=686),
    Contender("dlf", "Dupont-Aignan", "France Arise", "conservative", "opposition",
              "Nicolas Dupont-Aignan", "#0082C4"),
    Contender("ps", "Hidalgo", "Socialist Party", "social democracy", "opposition",
              None, "#FF8080", (Change(date(2021, 10, 14), "Anne Hidalgo"),), parlgov_id=1539),
    Contender(OTHERS, "Others", role="other"),
)  # fmt: skip

NAMES = {
    "Emmanuel Macron": "lrem",
    "Marine Le Pen": "rn",
    "Jean-Luc Mélenchon": "lfi",
    "Eric Zemmour": "rec",
    "Valérie Pécresse": "lr",
    "Yannick Jadot": "eelv",
    "Jean Lassalle": "res",
    "Fabien Roussel": "pcf",
    "Nicolas Dupont-Aignan": "dlf",
    "Anne Hidalgo": "ps",
}
"""Candidate as the poll file writes the name -> contender; everybody else is ``oth``."""

LINE_UP = frozenset(NAMES) - {"Jean Lassalle", "Fabien Roussel", "Nicolas Dupont-Aignan"}

_HAND = {
    "Macron": "lrem",
    "Le Pen": "rn",
    "Mélenchon": "lfi",
    "Zemmour": "rec",
    "Pécresse": "lr",
    "Jadot": "eelv",
    "Lassalle": "res",
    "Roussel": "pcf",
    "Dupont-Aignan": "dlf",
    "Hidalgo": "ps",
}

_EARLIER = (
    # Conseil constitutionnel, first rounds; who stood for the same party
    (date(2012, 4, 22), {"ps": 28.63, "lr": 27.18, "rn": 17.90, "eelv": 2.31, "dlf": 1.79}),
    (
        date(2017, 4, 23),
        {
            "lrem": 24.01,
            "rn": 21.30,
            "lr": 20.01,
            "lfi": 19.58,
            "ps": 6.36,
            "dlf": 4.70,
            "res": 1.21,
        },
    ),
)

_POPULATION = {
    "Inscrits sur les listes électorales": "rv",
    "Certains d'aller voter": "lv",
    "Français de plus de 18 ans": "a",
}
_FIRMS = {"Opinion Way": "OpinionWay", "Atlasintel": "AtlasIntel"}


def build_france(raw: Path) -> Campaign:
    """Build the campaign."""
    polls, left = _polls(raw)
    return Campaign(
        id=CAMPAIGN,
        title="French presidential election, 2022",
        country="FR",
        election_date=DAY,
        date_status="fixed",
        office="president",
        system="two_round",
        currency="EUR",
        government=Government(
            since=date(2017, 5, 14), head="Emmanuel Macron", parties=("lrem",), term=1
        ),
        contenders=CONTENDERS,
        sources=(SOURCES["nsppolls"], SOURCES["official_results"]),
        left_out=left,
        polls=polls,
        history=_history(),
        results=pl.DataFrame(_result(raw), schema=dict(RESULT_COLUMNS)),
        events=_events(),
        series=_second_round(raw),
    )


def _read(raw: Path) -> pl.DataFrame:
    data = gzip.decompress((raw / "polls_more" / "fr_president_2022.csv.gz").read_bytes())
    return pl.read_csv(data, null_values=["NA", ""], infer_schema_length=None)


def _polls(raw: Path) -> tuple[pl.DataFrame, tuple[LeftOut, ...]]:
    questions: dict[tuple[Any, ...], dict[str, Any]] = {}
    for r in _read(raw).iter_rows(named=True):
        key = (r["id"], r["tour"], r["hypothese"])
        q = questions.setdefault(key, {**r, "named": {}, "sizes": set()})
        q["named"][r["candidat"]] = r["intentions"]
        q["sizes"].add(r["sous_echantillon"])
    count: Counter[str] = Counter()
    line = _in_force(questions)
    rows: list[dict[str, Any]] = []
    for key, q in questions.items():
        first = q["tour"] == "Premier tour"
        end = date.fromisoformat(q["fin_enquete"])
        shares = _shares(q["named"])
        if end >= DAY:
            count["questions asked after the first round"] += 1
        elif sum(shares[c] is not None for c in NAMES.values()) < 2:
            count["questions naming fewer than two who stood"] += 1
        else:
            rows.append(_row(q, end, shares, line=key in line, first=first))
    ids = [c.id for c in CONTENDERS]
    schema = {**POLL_COLUMNS, **{c: pl.Float64() for c in ids}}
    frame = pl.DataFrame([{k: r.get(k) for k in schema} for r in rows], schema=schema)
    order = ["end", "start", "pollster", "question", "hypothetical", "sample_size", *ids]
    left = tuple(LeftOut(f"nsppolls: {why}", n) for why, n in sorted(count.items()))
    return frame.sort(order, nulls_last=True), left


def _in_force(questions: dict[tuple[Any, ...], dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Return the keys of the first-round questions that are the line."""
    fitting: dict[str, list[tuple[Any, ...]]] = {}
    for key, q in questions.items():
        start = date.fromisoformat(q["debut_enquete"])
        if q["tour"] == "Premier tour" and start >= IN_FORCE and set(q["named"]) >= LINE_UP:
            fitting.setdefault(q["id"], []).append(key)
    out = set()
    for keys in fitting.values():
        end = date.fromisoformat(questions[keys[0]]["fin_enquete"])
        ran = _TAUBIRA_RAN[0] <= end <= _TAUBIRA_RAN[1]
        keys.sort(key=lambda k: ((_TAUBIRA in questions[k]["named"]) != ran, str(k)))
        out.add(keys[0])
    return out


def _shares(named: dict[str, float]) -> dict[str, float | None]:
    out: dict[str, float | None] = dict.fromkeys([*NAMES.values(), OTHERS])
    for name, share in named.items():
        if name in NAMES:
            out[NAMES[name]] = share
    if all(out[c] is not None for c in NAMES.values()):
        out[OTHERS] = round(sum(v for n, v in named.items() if n not in NAMES), 2)
    return out


def _row(
    q: dict[str, Any], end: date, shares: dict[str, float | None], *, line: bool, first: bool
) -> dict[str, Any]:
    # those who named a candidate; a torn row (several bases) has no base
    sizes = q["sizes"]
    return {
        "start": date.fromisoformat(q["debut_enquete"]),
        "end": end,
        "published": date.fromordinal(end.toordinal() + 1),
        "pollster": _FIRMS.get(q["nom_institut"], q["nom_institut"]),
        "sponsor": q["commanditaire"],
        "sample_size": round(next(iter(sizes))) if len(sizes) == 1 else None,
        "population": _POPULATION[q["population"]],
        "question": None if line else (_wording(q["hypothese"]) if first else "round2"),
        "hypothetical": not line,
        "source": "nsppolls",
        **shares,
    }


def _wording(hypothesis: str | None) -> str:
    """Return the name of a line-up without the word (which the file spells four ways)."""
    return "another line-up" if hypothesis is None else re.sub(r"^Hy\w+\s+", "", hypothesis)


def _by_hand(raw: Path, scope: str) -> list[dict[str, Any]]:
    frame = pl.read_csv(raw / "results_by_hand.csv", infer_schema_length=0)
    return frame.filter((pl.col("campaign") == CAMPAIGN) & (pl.col("scope") == scope)).to_dicts()


def _result(raw: Path) -> list[dict[str, Any]]:
    shares = {
        _HAND[r["party"]]: float(r["share"])
        for r in _by_hand(raw, "first round")
        if r["party"] in _HAND
    }
    shares[OTHERS] = round(100 - sum(shares.values()), 2)
    return [{"region": None, "contender": c, "share": s, "seats": None} for c, s in shares.items()]


def _history() -> pl.DataFrame:
    rows = [
        {"date": day, "region": None, "contender": c, "share": s, "seats": None}
        for day, shares in _EARLIER
        for c, s in {**shares, OTHERS: round(100 - sum(shares.values()), 2)}.items()
    ]
    return pl.DataFrame(rows, schema=dict(HISTORY_COLUMNS))


def _second_round(raw: Path) -> pl.DataFrame:
    rows = [
        {
            "date": SECOND_ROUND,
            "name": "second_round",
            "contender": _HAND[r["party"]],
            "value": float(r["share"]),
            "sample_size": None,
            "source": "Conseil constitutionnel",
        }
        for r in _by_hand(raw, "second round")
    ]
    return pl.DataFrame(rows, schema=dict(SERIES_COLUMNS))


def _events() -> pl.DataFrame:
    rows = [
        {k: r[k] for k in EVENT_COLUMNS} | {"date": date.fromisoformat(str(r["date"]))}
        for r in event_rows()
        if r["country"] == "FR" and PREVIOUS < date.fromisoformat(str(r["date"])) < DAY
    ]
    return pl.DataFrame(rows, schema=dict(EVENT_COLUMNS)).sort("date", "title")
