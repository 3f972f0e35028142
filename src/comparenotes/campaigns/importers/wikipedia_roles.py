"""What a column, a table and a row of a Wikipedia polling page are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from comparenotes.campaigns.importers.wikipedia_tables import Line, Table
from comparenotes.campaigns.importers.wikipedia_text import (
    is_missing,
    one_line,
    parse_number,
    slug,
)

ROLES: dict[str, re.Pattern[str]] = {
    role: re.compile(pattern)
    for role, pattern in {
        "dates": r"dates?$|dates?_?s?_conducted|date_s_.*|.*fieldwork.*|polling_dates?"
        r"|last_date.*|dates?_(of|administered|updated).*|period|survey_dates?|field_?dates?",
        "firm_client": r"(pollster|polling_(firm|organi[sz]ation)|company|firm|institute|source)s?"
        r"_(client|commissioner|commissioned_by|link|sponsor)s?(_s)?|poll_source",
        "firm": r"(pollsters?|polling_(firm|company|organi[sz]ation|institute|house)s?|firm"
        r"|institute|company|organi[sz]ation|pollster_.*)",
        "client": r"clients?|commissioner|commissioned_by|sponsor|media",
        "sample": r"sample(_?size)?(_.*)?|respondents|n",
        "area": r"area|region|geography",
        "mode": r"(polling_|interview_)?(method|mode|type)",
        "year": r"year",
        "unusable": r"others?_(and_)?undecided|undecided_(and_)?others?",
        "undecided": r"undecided(_.*)?|don_?t_?know(_.*)?|unsure(_.*)?|dk.*|refused(_.*)?"
        r"|(would_|will_)?not_vot(e|ing)(_.*)?|wouldn_?t_vote|none(_.*)?|no_opinion|non_voters?",
        "ignored": r"lead|majority(_.*)?|margin(_of_error)?(_.*)?|moe|turnout|abs.*|link|notes?"
        r"|ref(erences?|s)?_?\d*|gov(ernment|t)?|opp(osition)?|net|date"
        r"|(red|blue|left|right)_?bloc.*",
    }.items()
}
"""Column roles by slug of the header; the first that fits, whole, is it. All else is a party."""

OTHERS = re.compile(r"other(s|_parties)?|oth|rest")

# "Ref" is a party here (Reform) and "Ref." the references there: the cells decide.
_AMBIGUOUS = frozenset({"ref", "none", "n"})

RESULT = re.compile(
    r"^(?:\W*(?:the |\d{4} |feb\w* |oct\w* )*)?(?:\d{4}\b.{0,60}\belections?\b|"
    r"(?:uk |us )?(?:general|federal|parliamentary|legislative|presidential|national|state|snap)"
    r" elections?\b|elections? results?\b|results? of\b)",
    flags=re.IGNORECASE,
)
"""A firm's name that says: this row is the result of an election."""

_LEFT_OUT_HEADINGS = (
    (
        re.compile(r"\b(?:individual )?constituenc(?:y|ies)\b|\bby-election", re.IGNORECASE),
        "constituency polls",
    ),
    (re.compile(r"\bseat (?:projection|prediction|estimate)s?", re.IGNORECASE), "seat projections"),
    (
        re.compile(r"tactical|under-18|\b1\d[–-]1\d-year|year-olds?|solely among", re.IGNORECASE),
        "other voters or another question than voting intention",
    ),
    (
        re.compile(
            r"approval|favou?rab|preferred|best prime|leadership (?:poll|approval|rating)",
            re.IGNORECASE,
        ),
        "not voting intention",
    ),
)
_HYPOTHETICAL = re.compile(r"hypothetical|scenario|if .{1,40} (?:leads?|stood|ran)", re.IGNORECASE)
_SUBNATIONAL = re.compile(r"sub-?national|\bregion|\bby (?:state|province|area)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Roles:
    """Column numbers by role; ``parties`` maps column -> code, ``names`` code -> header."""

    columns: dict[str, int]
    parties: dict[int, str]
    names: dict[str, str]
    undecided: tuple[int, ...]

    def text(self, line: Line, role: str) -> str:
        """Return the text of the column with ``role``, '' if there is none."""
        column = self.columns.get(role)
        if column is None or column >= len(line.slots):
            return ""
        return one_line(line.slots[column].text)


def find_roles(table: Table) -> Roles | None:
    """Return the table's columns by role, or None if it is not a table of polls.

    A poll table has dates, a firm and at least two columns of shares.
    """
    columns: dict[str, int] = {}
    undecided: list[int] = []
    candidates: list[int] = []
    for i, header in enumerate(table.header):
        name = slug(header)
        role = next((r for r, pattern in ROLES.items() if pattern.fullmatch(name)), None)
        if name in _AMBIGUOUS and _numeric(table, i):
            role = None
        if role == "undecided":
            undecided.append(i)
        elif role is None:
            candidates.append(i)
        elif role not in ("ignored", "unusable"):
            columns.setdefault(role, i)
    parties: dict[int, str] = {}
    names: dict[str, str] = {}
    for i in candidates:
        code = slug(table.header[i])
        if OTHERS.fullmatch(code):
            code = "oth"
        if code and code not in names and _numeric(table, i):
            parties[i] = code
            names[code] = table.header[i]
    if "dates" not in columns or not {"firm", "firm_client"} & columns.keys() or len(parties) < 2:
        return None
    return Roles(columns, parties, names, tuple(undecided))


def _numeric(table: Table, column: int) -> bool:
    """Return whether some cell of the column is a number and most others are, or are missing."""
    numbers = words = 0
    for line in table.lines:
        if column >= len(line.slots) or is_event(line):
            continue
        text = line.slots[column].text
        if parse_number(text) is not None:
            numbers += 1
        elif not is_missing(text):
            words += 1
    return numbers > 0 and numbers >= words


def is_event(line: Line, columns: Sequence[int] = ()) -> bool:
    """Return whether one cell of words spans ``columns`` (default: most of the row)."""
    slots = [line.slots[i] for i in columns if i < len(line.slots)] if columns else list(line.slots)
    filled = [s for s in slots if s.text]
    if not filled or len(line.slots) < 2:
        return False
    counts: dict[int, int] = {}
    for s in filled:
        counts[s.origin] = counts.get(s.origin, 0) + 1
    origin, most = max(counts.items(), key=lambda x: x[1])
    text = next(s.text for s in filled if s.origin == origin)
    wide = most == len(filled) and most > 1 if columns else most * 2 > len(line.slots)
    return wide and parse_number(text) is None and len(text) > 3


@dataclass(frozen=True)
class Kind:
    """What a table is about: ``why`` it is left out, or its region and whether hypothetical."""

    why: str | None = None
    region: str | None = None
    hypothetical: bool = False
    question: str | None = None


def classify(headings: Sequence[str], regions: dict[str, str]) -> Kind:
    """Return what the headings above a table say; ``regions`` maps lower-case heading -> id."""
    # The page's own title is not about one table.
    below = list(headings[1:] or headings)
    for heading in below:
        for pattern, why in _LEFT_OUT_HEADINGS:
            if pattern.search(heading):
                return Kind(why=why)
    region = next((regions[h.lower()] for h in reversed(below) if h.lower() in regions), None)
    hypothetical = any(_HYPOTHETICAL.search(h) for h in below)
    question = slug(below[-1])[:60] if hypothetical and below else None
    if region is None and any(_SUBNATIONAL.search(h) for h in below):
        return Kind(why=f"region {below[-1]!r} (name it with regions=...)")
    return Kind(region=region, hypothetical=hypothetical, question=question)


def heading_year(headings: Sequence[str]) -> int | None:
    """Return the year in the innermost heading that has one (the first of a range)."""
    for heading in reversed(headings):
        years = [int(y) for y in re.findall(r"\b(?:19|20)\d{2}\b", heading)]
        if years:
            return max(years)
    return None
