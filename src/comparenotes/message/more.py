"""Beyond shares: contrast, breaks, record-to-message gap and concentration, together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl

from comparenotes.message.context import Said, contrast_in_context
from comparenotes.message.dating import dated_chunks
from comparenotes.message.gap import Gap, concentration, record_gap, top_issues
from comparenotes.message.issues import TOPICS, UNIONS
from comparenotes.message.novelty import MOST, PERMUTATIONS, WINDOW, Break, breaks
from comparenotes.message.report import Message
from comparenotes.message.tally import ALL
from comparenotes.message.words import name_of, said_line
from comparenotes.words import many

SHOWN = 3
WORDS = "Words that set the sides apart (z of the log-odds; small words left out)"


def dated_breaks(found: Message) -> list[tuple[dict[str, Any], Break]]:
    """Return each dated text's components with its date and contender, in order of date."""
    rows = found.tally.filter(
        pl.col("issue").is_in([k for k in TOPICS if k != "no-policy"])
        & pl.col("date").is_not_null()
    )
    wide = rows.pivot(
        on="issue", index=["date", "document", "contender"], values="n", aggregate_function="sum"
    ).sort("date", "document")
    if not 2 * WINDOW + 1 <= wide.height <= MOST:
        return []
    keys = wide.select("date", "document", "contender").to_dicts()
    named = titles(found, wide["document"].to_list())
    for k in keys:
        who, title = named.get(k["document"], ("", None))
        k["title"] = title if who == k["contender"] else None
    x = wide.drop("date", "document", "contender").fill_null(0).to_numpy().astype(np.float64)
    x /= np.maximum(x.sum(axis=1, keepdims=True), 1)
    days = wide["date"].to_list()
    return [(keys[b.text], b) for b in breaks(x, wide["contender"].to_list(), days=days)]


def terms(found: Message) -> dict[str, list[Said]]:
    """Return each side's most distinctive words with quotes; empty unless words were counted."""
    out: dict[str, list[Said]] = {side: [] for side in found.words}
    for x in contrast_in_context(found):
        out[x.contender].append(x)
    return out


def to_dict(found: Message) -> dict[str, Any]:
    """Return the JSON form of everything here."""
    return {
        "contrast": {k: [t.to_dict() for t in v] for k, v in terms(found).items()},
        "breaks": [{**where, **vars(b)} for where, b in dated_breaks(found)],
        "record_gap": [vars(g) for g in record_gap(found.campaign, found)],
        "concentration": concentration(found.campaign, found),
    }


def more_sections(found: Message) -> list[tuple[str, list[str]]]:
    """Return headings with their lines."""
    out = []
    words = terms(found)
    if any(words.values()):
        rows = []
        for side, own in words.items():
            rows.append(f"{name_of(found, side)}:" if own else f"{name_of(found, side)}: none.")
            for t in own:
                rows.append(f"  {t.term}: {t.count:,} times, others {t.others:,}, z {t.z:.1f}")
                rows += [f"    {said_line(q)}" for q in t.quotes[:1]]
        out.append((WORDS, rows))
    elif words:
        alone = "one side has texts" if len(words) < 2 else "no word is beyond what chance does"
        out.append((WORDS, [f"None: {alone}."]))
    told = dated_breaks(found)
    if not told:
        least = 2 * WINDOW + 1
        out.append(("Texts that broke with those before", [_why_no_breaks(found, least)]))
    if told:
        best = sorted(told, key=lambda x: -x[1].resonance)[:SHOWN]
        out.append(
            (
                "Texts that broke with those before and were taken up (components, in bits)",
                [_break(found, where, b) for where, b in best],
            )
        )
    gaps = record_gap(found.campaign, found)
    if gaps:
        out.append(("Record against message", [_gap(found, g) for g in gaps]))
    share = concentration(found.campaign, found)
    if share:
        issues, source = top_issues(found.campaign, found)
        lines = [f"{', '.join(issues)} ({source})."]
        lines += [f"{name_of(found, k)}: {v:.0f}% of policy sentences." for k, v in share.items()]
        unknown = [k for k in issues if k not in TOPICS and k not in UNIONS]
        if unknown:
            lines.append(f"Not counted, as the coder does not know it: {', '.join(unknown)}.")
        out.append(("On the voters' three top issues", lines))
    return out


def _why_no_breaks(found: Message, least: int) -> str:
    of_date = found.tally.filter((pl.col("issue") == ALL) & pl.col("date").is_not_null())
    texts = of_date.select("document", "date").unique(maintain_order=True)
    dated = texts["document"].n_unique()
    if dated > MOST:
        return f"Not told: of {dated:,} dated texts; it is reckoned for {MOST:,} at most."
    if dated >= least:
        days = texts["date"].n_unique()
        return (
            f"Not told: which of one day's texts came first is not known, and the {dated:,} dated "
            f"texts are of {many(days, 'day')}; a text needs {WINDOW} of earlier days and "
            f"{WINDOW} of later ones."
        )
    return (
        f"Needs {least} dated texts or more; {dated or 'none'} of {found.documents:,} "
        f"{'have' if dated > 1 else 'has'} a date."
    )


def _break(found: Message, where: dict[str, Any], b: Break) -> str:
    split = [
        f"{label} {v:+.2f}" for label, v in (("own side", b.own), ("opponent", b.opponent))
        if v is not None
    ]  # fmt: skip
    title = where["title"] or f"text {where['document']}"
    return (
        f"{name_of(found, where['contender'])}, {where['date']}, {title}: "
        f"novelty {b.novelty:.2f}, transience {b.transience:.2f}, resonance {b.resonance:+.2f} "
        f"({', '.join(split)}); {_reached(b.p_resonance)} of random orders reach it."
    )


def _reached(p: float) -> str:
    """Return the share of random orders in words; never none of them, as so many were drawn."""
    return "under 1%" if p * (1 + PERMUTATIONS) < 0.01 * PERMUTATIONS + 1 else f"{p:.0%}"


def titles(found: Message, documents: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the contender of documents and their names: speaker, file and row.

    A text is known by its place in the corpus; measured figures have no names.
    """
    left = set(documents)
    out: dict[int, tuple[str, str]] = {}
    if not found.paths or not left:
        return out
    for chunk in dated_chunks(found.paths, found.campaign, found.as_of):
        rows = chunk.filter(pl.col("document").is_in(sorted(left))).unique(
            "document", keep="first", maintain_order=True
        )
        for r in rows.to_dicts():
            where = f"{r['file']}:{r['row']}" if r["row"] else str(r["file"])
            name = f"{r['speaker']} ({where})" if r["speaker"] else where
            out[r["document"]] = (r["contender"], name)
        left -= set(out)
        if not left:
            break
    return out


def _gap(found: Message, g: Gap) -> str:
    issue = g.issue or "no issue named"
    done = f"{g.record_share:.0f}% of the record (by {g.by}, {many(g.record_items, 'row')})"
    text = f"{name_of(found, g.contender)}, {issue}: {done}"
    if g.said_share is None:
        return f"{text}; not compared: {g.reason}."
    text += f", {g.said_share:.0f}% of own-record sentences ({g.lo90:.0f} to {g.hi90:.0f})"
    return f"{text}; {g.warning}." if g.warning else f"{text}."
