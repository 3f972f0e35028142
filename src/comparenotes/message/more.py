"""Beyond shares: contrast, breaks, record-to-message gap and concentration, together."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from comparenotes.message.contrast import Term, contrast
from comparenotes.message.gap import Gap, concentration, record_gap, top_issues
from comparenotes.message.issues import TOPICS, UNIONS
from comparenotes.message.novelty import WINDOW, Break, breaks
from comparenotes.message.report import Message
from comparenotes.message.words import many, name_of

SHOWN = 3


def dated_breaks(found: Message) -> list[tuple[dict[str, Any], Break]]:
    """Return each dated text's components with its date and contender, in order of date."""
    rows = found.tally.filter(
        pl.col("issue").is_in([k for k in TOPICS if k != "no-policy"])
        & pl.col("date").is_not_null()
    )
    wide = rows.pivot(
        on="issue", index=["date", "document", "contender"], values="n", aggregate_function="sum"
    ).sort("date", "document")
    if wide.height < 2 * WINDOW + 1:
        return []
    keys = wide.select("date", "document", "contender").to_dicts()
    x = wide.drop("date", "document", "contender").fill_null(0).to_numpy().astype(np.float64)
    x /= np.maximum(x.sum(axis=1, keepdims=True), 1)
    return [(keys[b.text], b) for b in breaks(x, wide["contender"].to_list())]


def terms(found: Message) -> dict[str, list[Term]]:
    """Return each side's most distinctive words; empty unless words were counted."""
    return contrast(found.words) if found.words else {}


def to_dict(found: Message) -> dict[str, Any]:
    """Return the JSON form of everything here."""
    return {
        "contrast": {k: [vars(t) for t in v] for k, v in terms(found).items()},
        "breaks": [{**where, **vars(b)} for where, b in dated_breaks(found)],
        "record_gap": [vars(g) for g in record_gap(found.campaign, found)],
        "concentration": concentration(found.campaign, found),
    }


def more_sections(found: Message) -> list[tuple[str, list[str]]]:
    """Return headings with their lines."""
    out = []
    words = terms(found)
    if words:
        out.append(
            (
                "Words that set the sides apart (z of the log-odds)",
                [
                    f"{name_of(found, k)}: {', '.join(f'{t.term} {t.z:.1f}' for t in v)}."
                    for k, v in words.items()
                ],
            )
        )
    told = dated_breaks(found)
    if not told:
        least = 2 * WINDOW + 1
        out.append(("Texts that broke with those before", [f"Needs {least} dated texts or more."]))
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


def _break(found: Message, where: dict[str, Any], b: Break) -> str:
    split = [
        f"{label} {v:+.2f}" for label, v in (("own side", b.own), ("opponent", b.opponent))
        if v is not None
    ]  # fmt: skip
    return (
        f"{name_of(found, where['contender'])}, {where['date']}, text {where['document']}: "
        f"novelty {b.novelty:.2f}, transience {b.transience:.2f}, resonance {b.resonance:+.2f} "
        f"({', '.join(split)}); {b.p_resonance:.0%} of random orders reach it."
    )


def _gap(found: Message, g: Gap) -> str:
    text = (
        f"{name_of(found, g.contender)}, {g.issue}: {g.record_share:.0f}% of the record (by "
        f"{g.by}, {many(g.record_items, 'row')}), {g.said_share:.0f}% of own-record sentences "
        f"({g.lo90:.0f} to {g.hi90:.0f})"
    )
    return f"{text}; {g.warning}." if g.warning else f"{text}."
