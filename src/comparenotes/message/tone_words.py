"""The tone of each side in words."""

from __future__ import annotations

from collections.abc import Sequence

from comparenotes.message.measure import MIN_DOCUMENTS
from comparenotes.message.report import Message
from comparenotes.message.tone import CODES, Tone, notes
from comparenotes.message.words import name_of
from comparenotes.words import many, spread


def tone_line(found: Message, t: Tone) -> str:
    """Return one side's tone, in all or towards an opponent."""
    who = name_of(found, t.contender)
    about = f" towards {name_of(found, t.towards)}" if t.towards else ""
    size = f"{many(t.units, t.unit)}"
    if t.unit == "sentence":
        size += f" in {many(t.documents, 'text')}"
    if t.reason is not None:
        return f"{who}{about}, {size}: {t.reason}."
    told = [
        f"{CODES[c]} {spread(s.share, s.lo90, s.hi90, 0, '%')}" if s is not None
        else f"{CODES[c]} too few to say"
        for c, s in t.shares.items()
    ]  # fmt: skip
    few = "" if t.documents >= MIN_DOCUMENTS else f", too few texts to say (under {MIN_DOCUMENTS})"
    return f"{who}{about}, {size}{few}: {', '.join(told)}."


def tone_sections(found: Message, told: Sequence[Tone]) -> list[tuple[str, list[str]]]:
    """Return headings with their lines, one a genre; what the coder is worth comes first."""
    out = [("Tone", notes(found, list(told)))]
    for kind in dict.fromkeys(t.kind for t in told):
        name = kind if kind != "other" else "no genre given"
        out.append((f"Tone: {name}", [tone_line(found, t) for t in told if t.kind == kind]))
    return out
