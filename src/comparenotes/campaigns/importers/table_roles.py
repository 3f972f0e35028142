"""What the columns of an unknown table are: guessed from names and contents, said, corrected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import median

from comparenotes.campaigns.importers.dates import read_dates
from comparenotes.campaigns.importers.grid import Grid, numbered_day
from comparenotes.campaigns.importers.wikipedia_roles import REST_HEADERS, ROLES
from comparenotes.campaigns.importers.wikipedia_text import is_missing
from comparenotes.campaigns.naming import snake
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.undecided import is_undecided
from comparenotes.errors import DataError, did_you_mean

_SAMPLED = 400

WORDS: Mapping[str, re.Pattern[str]] = {
    role: re.compile(pattern)
    for role, pattern in {
        "ignore": r"(.*_)?(url|link|source_?url|href|citation|notes?|comments?|created_at"
        r"|updated_at|timestamp|lead|margin(_of_error)?|marginoferror|moe|grade|rating|numeric_grade|rank|color"
        r"|colour|total|sum|weight|influence|adjusted.*|.*_adjusted.*|days.*|numdays|turnout|.*_seats|seats_.*"
        r"|respons\w*|resp|participation|seats?|mandat\w*|lower|upper|erreur_\w+"
        r"|stemmer|total_mandat\w*|internal|tracking|rolling|ranked_choice_reallocated|head_?to_?head"
        r"|file_dates?|orig\w*_dates?|wikipediadates|mid_?date|polldate_raw|licen[cs]e|lat|lon)"
        r"|.*_rating(_.*)?|.*_score|.*_(id|ids)|x|unnamed.*|column_\d+|\d+|hyp|iteration"
        r"|question_(text|iteration)",
        "poll_id": r"(poll|question|survey|umfrage)_?(id|nr|number)|id|pollid|questionid",
        "published": r"(date_?)?publi(shed|cation|ee|cado|cacion)?(_?dates?)?|publdate"
        r"|released?(_?date)?|veroffentlich\w*|published_(on|at|date)|date_published",
        "start": r"(field(work)?_?)?(start|begin|from|first)(_?date|_?day|_?of_?fieldwork)?"
        r"|(date|poll|field|fieldwork|survey)_?(start|from|begin)(ed)?|startdate|debut(_enquete)?"
        r"|beginn|inicio|inizio|collectperiodfrom|date_debut|start_?date_?.*|fra_dato|fran",
        "end": r"(field(work)?_?)?(end|to|until|last|finish)(_?date|_?day|_?of_?fieldwork)?"
        r"|(date|poll|field|fieldwork|survey)_?(end|to|until)(ed)?|enddate|fin(_enquete)?|ende"
        r"|bis|final|fine|collectperiodto|date_fin|end_?date_?.*|til_dato|till",
        "year": r"years?|jahr|annee|anno|aar|ar",
        "month": r"months?|monat|mois|mese|mes|maned|manad",
        "day": r"days?|tag|jour|giorno|dia|dag",
        "dates": r"(poll|survey|field|interview|mid)?_?dates?|polldates?|datum|fechas?|dato|data"
        r"|zeitraum|period|polled|when|umfragedatum|.*fieldwork.*|dates?_conducted|feldzeit",
        "sample_size": r"n|n_?(size|resp\w*|obs)?|obs|sample(_?size)?|samplesize|raw_?sample_?size"
        r"|respondents?|befragte|umfang|stichprobe|echantillon|muestra|campione|urval|utvalg"
        r"|surveyed_persons|number_of_(observations|respondents)|interviews?|size|base|sample_n",
        "population": r"population|pop|universe|voters?|subpopulation|group|sample_type",
        "mode": r"(survey_?|polling_?|interview_?)?(mode|method(ology|e)?|metodo|methode)"
        r"|pollingmethod|collection",
        "region": r"region|state|province|area|land|bundesland|omr(aa|a)de|location|geography"
        r"|jurisdiction|district",
        "question": r"question|scenario|version|hypothese|matchup|preference_?type",
        "hypothetical": r"hypothetical|is_hypothetical",
        "stage": r"stage|round|tour|runde",
        "contest": r"office(_type)?|race|contest|parliament|election(_?type)?|valg|poll_?type|seat"
        r"|subject|type|chamber",
        "election_date": r"election_?date|electiondate|date_of_election|valgdato",
        "cycle": r"cycle|election_?year",
        "contender": r"part(y|ei|i|ito|ido)|candidate(_name)?|candidat|choice|answer|option"
        r"|contender|party_?(name|short)|kandidat|response|name",
        "share": r"(vote_?|poll_?)?(share|pct|percent(age)?|per_?cent|support|value|result|prosent)"
        r"|prozent|anteil|intentions?|intended_vote|voting_?intention|voteintention|estimate|shares",
        "sponsor": r"sponsors?|clients?|commissioner|commissioned_by|media|auftraggeber|tasker"
        r"|commanditaire|medium|partisan|source",
        "pollster": r"pollster(_?name|_rating_name)?|polling_?(firm|house|company|organi[sz]ation"
        r"|institute|agency)|pollingfirm|firm|house|company|institut(e|o|ion)?|istituto|organi[sz]ation"
        r"|survey_?(house|org\w*)|nom_institut|sondeur|encuestadora|empresa|byra|maling|agency"
        r"|poll|poll_?source|umfrageinstitut|poller|polled_by|conducted_by|pollname",
    }.items()
}
"""Column roles by slug of the header; the first that fits, whole, is it."""

ROLE_NAMES = (*WORDS, "undecided", "others")
_AS_SHARE = re.compile(r"^(?:pct|percent|share|party|vote)_|_(?:pct|percent|share|vote)$")


@dataclass
class Guess:
    """Which column is what: ``columns`` role -> header number, ``shares`` number -> name."""

    columns: dict[str, int] = field(default_factory=dict)
    shares: dict[int, str] = field(default_factory=dict)
    undecided: list[int] = field(default_factory=list)
    unused: list[int] = field(default_factory=list)

    @property
    def long(self) -> bool:
        """Return whether a row is one contender's share."""
        return "contender" in self.columns and "share" in self.columns


def guess_roles(grid: Grid, said: Mapping[str, str]) -> Guess:
    """Return what each column is.

    Parameters
    ----------
    said
        Role -> header, as the user gives it; ``shares``, ``undecided`` and ``ignore``
        may name several, separated by '|'.
    """
    found = Guess()
    fixed = _fixed(grid, said)
    names = [snake(h) for h in grid.header]
    some = grid.lines[:: max(1, len(grid.lines) // _SAMPLED)]
    kinds = [_kind([x.cells[i] for x in some]) for i in range(len(names))]
    for i, told in fixed.items():
        if told == "undecided":
            found.undecided.append(i)
        elif told == "ignore":
            found.unused.append(i)
        elif told in ("shares", "others"):
            found.shares[i] = OTHERS if told == "others" else grid.header[i]
        else:
            found.columns[told] = i
    chosen = any(role == "shares" for role in fixed.values())
    for i, name in enumerate(names):
        if i in fixed:
            continue
        role = _role(name, kinds[i])
        if role == "contender" and role in found.columns and _names_people(name):
            found.unused.append(found.columns.pop(role))
        if role == "dates" and role in found.columns and _FIELDWORK.search(name):
            found.columns.setdefault("published", found.columns.pop(role))
        if role is not None and role not in found.columns and role != "ignore":
            found.columns[role] = i
        elif role is None and kinds[i] == "number" and not chosen:
            found.shares[i] = grid.header[i]
        elif role == "undecided":
            found.undecided.append(i)
        else:
            found.unused.append(i)
    if "undecided" in found.columns:
        found.undecided.insert(0, found.columns.pop("undecided"))
    _settle(found, grid, names, kinds, fixed)
    return found


def _fixed(grid: Grid, said: Mapping[str, str]) -> dict[int, str]:
    by_name = {h.casefold(): i for i, h in enumerate(grid.header)}
    by_name |= {snake(h): i for i, h in enumerate(grid.header)}
    fixed: dict[int, str] = {}
    for role, headers in said.items():
        if role not in (*ROLE_NAMES, "shares"):
            raise DataError(
                f"no such role {role[:30]!r}",
                where="option columns",
                hint=did_you_mean(role, ROLE_NAMES) or f"roles: {', '.join(ROLE_NAMES)}, shares",
            )
        for header in headers.split("|"):
            i = by_name.get(header.strip().casefold(), by_name.get(snake(header)))
            if i is None:
                raise DataError(
                    f"no column {header.strip()[:40]!r}",
                    where="option columns",
                    hint=did_you_mean(header.casefold(), by_name)
                    or f"columns: {', '.join(grid.header[:12])}",
                )
            fixed[i] = role
    return fixed


def _role(name: str, kind: str) -> str | None:
    """Return what a header says; a name alone does not make words of a column of shares."""
    if is_undecided(name) or ROLES["unusable"].fullmatch(name):
        return "undecided" if is_undecided(name) else "ignore"
    if ROLES["firm_client"].fullmatch(name):
        return "pollster"
    for role, pattern in WORDS.items():
        if not pattern.fullmatch(name):
            continue
        if kind == "number" and role in _NEVER_SHARES:
            continue  # a party whose name is a word of ours: Fin, Bis, Land
        if role == "year" and kind != "big":
            continue
        if role == "share" and kind != "number":
            return "ignore"
        return role
    return None


_FIELDWORK = re.compile(r"field|zeitraum|period|conducted|interview|terrain|campo")
"""Of two columns of dates this one says when people were asked, the other when it came out."""


def _names_people(name: str) -> bool:
    """Return whether a column names candidates: beside one of parties it is the one that votes."""
    return re.match(r"candidat|kandidat|choice|answer|option", name) is not None


_NEVER_SHARES = frozenset(
    {"contender", "pollster", "sponsor", "region", "mode", "population", "start", "end"}
    | {"published", "dates", "election_date", "contest", "stage", "question"}
)


def _kind(cells: Sequence[str]) -> str:
    """Return what a column holds: number (that can be a share), big, date, words, empty."""
    filled = [c for c in cells if not is_missing(c)]
    if not filled:
        return "empty"
    numbers = [n for c in filled if (n := number(c)) is not None]
    if len(numbers) * 2 > len(filled):
        below = sum(1 for n in numbers if n < 0)  # a lead goes both ways, a slip is rare
        few = below * 5 <= len(numbers)
        return "number" if 0 <= median(numbers) <= 100 and few else "big"
    days = sum(1 for c in filled[:50] if _written(c))
    return "date" if days * 2 > len(filled[:50]) else "words"


_NUMBER = re.compile(r"(<\s*)?([+-]?\d{1,9}(?:[.,]\d{1,20})?|[.,]\d{1,20})(?:[eE]-?\d{1,2})?\s*%?")


@lru_cache(maxsize=50_000)
def number(cell: str) -> float | None:
    """Return the number in a cell: '31.5', '31,5 %', '<1' (half of it); None if there is none."""
    match = _NUMBER.fullmatch(cell)
    if match is None:
        return None
    try:
        value = float(cell.strip("<% \u00a0").replace(",", "."))
    except ValueError:
        return None
    return value / 2 if match[1] else value


def _settle(
    found: Guess, grid: Grid, names: list[str], kinds: list[str], fixed: Mapping[int, str]
) -> None:
    """Find what no header names: dates, the firm; take numbers that are no shares away."""
    columns = found.columns
    if found.long:
        # The shares of a long table are one column; other numbers are something else.
        for i in [i for i in found.shares if i not in fixed]:
            found.unused.append(i)
            del found.shares[i]
    else:
        for role in ("contender", "share"):
            if role in columns and columns[role] not in fixed:
                i = columns.pop(role)
                if kinds[i] == "number":
                    found.shares[i] = grid.header[i]
                elif role == "contender" and "pollster" not in columns and kinds[i] == "words":
                    columns["pollster"] = i
                else:
                    found.unused.append(i)
    whole = {"year", "month", "day"} <= columns.keys()
    if not whole:
        for role in ("month", "day"):
            if role in columns and kinds[columns[role]] == "date" and "dates" not in columns:
                columns["dates"] = columns.pop(role)
    if not whole and not {"dates", "end", "published", "start"} & columns.keys():
        dated = [i for i in found.unused if kinds[i] == "date"]
        dated += [i for i, k in enumerate(kinds) if k == "date" and i not in columns.values()]
        if dated:
            columns["dates"] = dated[0]
    if "pollster" not in columns:
        free = [i for i, k in enumerate(kinds) if k == "words" and i not in columns.values()]
        named = [i for i in free if i not in fixed and not _links(grid, i)]
        if named:
            columns["pollster"] = named[0]
    found.unused = [i for i in found.unused if i not in columns.values()]
    found.shares = dict(sorted(found.shares.items()))
    for i in list(found.shares):
        if REST_HEADERS.fullmatch(_share_name(names[i])):
            found.shares[i] = OTHERS
        elif i not in fixed:
            found.shares[i] = _label(grid.header[i])


def _links(grid: Grid, column: int) -> bool:
    return any("://" in line.cells[column] for line in grid.lines[:50])


def _share_name(name: str) -> str:
    return _AS_SHARE.sub("", name)


_LABEL = re.compile(
    r"^(?:pct|percent|share|party|vote)[_ ]|[_ ](?:pct|percent|share)$", flags=re.IGNORECASE
)


def _label(header: str) -> str:
    """Return a header without what says that it is a share: 'dem_pct', 'party_a', 'SPD (%)'."""
    text = re.sub(r"\s*\(?%\)?$", "", header).strip()
    plain = re.sub(
        r"^(?:pct|percent|share|party|vote)[_ ]|[_ ](?:pct|percent|share)$", "", text, flags=re.I
    )
    return plain or header


def day_columns(found: Guess) -> bool:
    """Return whether the day stands in three columns."""
    return {"year", "month", "day"} <= found.columns.keys()


def is_day(cell: str) -> bool:
    """Return whether a cell is a day, written or numbered."""
    return _written(cell) or numbered_day(cell) is not None


def _written(cell: str) -> bool:
    found = read_dates(cell)
    return found is not None and found.days(2024) is not None
