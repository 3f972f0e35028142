"""The notes provider: what people observed, beside the computed findings it concerns.

A note that names a finding (``finding``, its key) and says where its author puts
the finding's number (``expects``: above, below or level with no difference) is set
against that number: they agree, disagree, or the number cannot tell. A note that
says neither is reported as it is; what its text means is not guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from comparenotes import words as phrases
from comparenotes.campaigns.model import Campaign
from comparenotes.compare.finding import Finding
from comparenotes.words.places import short_name

PROVIDER = "notes"
AGREES, DISAGREES, CANNOT_TELL, UNTESTED = "agrees", "disagrees", "cannot tell", "not tested"
MOST = 100
"""At most so many notes become findings, the latest; the rest are counted."""
LONGEST = 600
"""Characters of a note's text that are quoted."""


@dataclass(frozen=True)
class Note:
    """A note as a finding reports it.

    ``finding`` is the key of the finding it is about, None where it names none that is there;
    ``relation`` says how it stands to that finding's number.
    """

    finding: str | None
    relation: str
    text: str
    author: str
    date: date


def note_of(finding: Finding) -> Note | None:
    """Return the note a finding reports; None for other findings."""
    return finding.payload if isinstance(finding.payload, Note) else None


class NotesProvider:
    """Findings of grade ``reported``: one a note known on the day, newest first."""

    name = PROVIDER

    def __init__(self, found: Sequence[Finding] = ()) -> None:
        self.found = tuple(found)

    def findings(self, home: Campaign, away: Sequence[Campaign], as_of: date) -> list[Finding]:
        """Return one finding a note of ``home`` and ``away`` dated no later than ``as_of``."""
        rows: list[tuple[Campaign, dict[str, Any]]] = []
        for campaign in (home, *away):
            known = campaign.notes.filter(pl.col("date") <= as_of)
            rows += [(campaign, r) for r in known.to_dicts() if (r.get("text") or "").strip()]
        rows.sort(key=lambda x: x[1]["date"], reverse=True)
        by_key = {f.key: f for f in self.found if not f.failed}
        ids = tuple(a.id for a in away)
        out = [_finding(home, ids, c, r, by_key) for c, r in rows[:MOST]]
        return out + ([_more(home, ids, len(rows) - MOST)] if len(rows) > MOST else [])


def relation(expects: str | None, finding: Finding | None) -> str:
    """Return whether a note agrees with a finding's number.

    ``above`` and ``below`` agree with an interval (90%) that lies wholly on that side
    of no difference and disagree with one wholly on the other; ``level`` disagrees
    with either. An interval that includes no difference cannot tell.
    """
    if finding is None or expects is None:
        return UNTESTED
    if finding.estimate is None or finding.lo90 is None or finding.hi90 is None:
        return CANNOT_TELL
    if finding.lo90 <= 0 <= finding.hi90:
        return CANNOT_TELL
    side = "above" if finding.lo90 > 0 else "below"
    return AGREES if expects == side else DISAGREES


def notes_about(found: Sequence[Finding], finding: Finding) -> list[Finding]:
    """Return the notes that are about ``finding``."""
    return [f for f in found if (note := note_of(f)) is not None and note.finding == finding.key]


def _finding(
    home: Campaign,
    away: tuple[str, ...],
    campaign: Campaign,
    row: dict[str, Any],
    by_key: dict[str, Finding],
) -> Finding:
    target = by_key.get(row.get("finding") or "")
    found = relation(row.get("expects"), target)
    text = _clip(row["text"])
    who = row.get("author") or "somebody"
    name = short_name(campaign)
    about = _about(campaign, row)
    sure = f", confidence {row['confidence']}" if row.get("confidence") else ""
    claim = f"{who} noted on {phrases.day(row['date'])} ({name}{about}{sure}): “{text}”"
    return Finding(
        claim=claim if claim.endswith((".”", "!”", "?”")) else f"{claim}.",
        headline=f"{who}, {phrases.day(row['date'])}: {_beside(found, target)}",
        short=f"{who}, {phrases.day(row['date'])}",
        kind="note",
        provider=PROVIDER,
        grade="reported",
        sources=(f"note by {who}, {phrases.day(row['date'])}",),
        home=home.id,
        away=away,
        key=f"notes:{campaign.id}:{row['date']}:{who}:{text[:40]}",
        cases=1,
        cases_unit="notes",
        details=tuple(_against(found, row.get("expects"), target, row.get("finding"))),
        formula="none: a person's observation, quoted",
        caveats=("A note is one person's word; it is set beside what is computed, not mixed in.",),
        would_change="Another note, or a finding that measures the same.",
        data=[
            {
                "campaign": campaign.id,
                **{k: str(v) if v is not None else None for k, v in row.items()},
                "beside": found,
            }
        ],
        payload=Note(target.key if target else None, found, text, who, row["date"]),
    )


def _clip(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rstrip() + "…"


def _about(campaign: Campaign, row: dict[str, Any]) -> str:
    about = row.get("about")
    if about in campaign.contender_ids:
        about = campaign.contender(about).name
    told = [x for x in (about, row.get("issue")) if x]
    return f", on {' and '.join(told)}" if told else ""


def _beside(found: str, target: Finding | None) -> str:
    words = {
        AGREES: "agrees with what is computed",
        DISAGREES: "disagrees with what is computed",
        CANNOT_TELL: "what is computed cannot tell",
        UNTESTED: "beside no number",
    }
    return words[found] if target is not None else "a note beside no finding"


def _against(
    found: str, expects: str | None, target: Finding | None, named: str | None
) -> list[str]:
    """Return the sentences that set the note beside the computed finding."""
    if target is None:
        return ["It names a finding that this comparison does not have."] if named else []
    out = [f"It is about this finding: {target.headline or target.claim}."]
    if found == UNTESTED:
        out.append("It does not say where its author puts the number, so the two are not compared.")
        return out
    side = {"above": "above", "below": "below", "level": "level with"}[str(expects)]
    said = f"The author puts the number {side} no difference"
    if target.estimate is None or target.lo90 is None or target.hi90 is None:
        out.append(f"{said}; there is no number to set against that.")
        return out
    span = (
        f"{phrases.signed(target.estimate)} {target.unit} (90% interval "
        f"{phrases.signed(target.lo90)} to {phrases.signed(target.hi90)})"
    )
    told = {AGREES: "agrees", DISAGREES: "disagrees", CANNOT_TELL: "cannot tell"}[found]
    out.append(f"{said}; what is computed, {span}, {told}.")
    return out


def _more(home: Campaign, away: tuple[str, ...], n: int) -> Finding:
    return Finding(
        claim=f"{phrases.count(n, 'older note').capitalize()} not shown.",
        headline="Older notes",
        kind="note",
        provider=PROVIDER,
        grade="reported",
        sources=("the campaigns' notes",),
        home=home.id,
        away=away,
        key="notes:more",
        cases=n,
        cases_unit="notes",
    )
