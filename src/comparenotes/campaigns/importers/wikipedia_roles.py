"""What a column, a table and a row of a Wikipedia polling page are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from comparenotes.campaigns import undecided
from comparenotes.campaigns.importers.dates import read_dates
from comparenotes.campaigns.importers.poll_rows import (
    AVERAGE,
    EXIT_POLL,
    SUBGROUP,
    is_other_vote,
    year_of,
)
from comparenotes.campaigns.importers.wikipedia_tables import Line, Table
from comparenotes.campaigns.importers.wikipedia_text import (
    is_missing,
    one_line,
    parse_number,
)
from comparenotes.campaigns.naming import free, plain, snake
from comparenotes.campaigns.shares import OTHERS

ROLES: dict[str, re.Pattern[str]] = {
    role: re.compile(pattern)
    for role, pattern in {
        "dates": r"dates?$|dates?_?s?_conducted|date_s_.*|.*fieldwork.*|polling_dates?"
        r"|last_date.*|dates?_(of|administered|updated).*|period|survey_dates?|field_?dates?"
        r"|datum|fechas?|data|dato|datos|periodo|zeitraum|befragung(szeitraum)?"
        r"|dates?_de_(realisation|sondage|terrain)|fecha_de_.*|data_do_.*|trabajo_de_campo",
        "firm_client": r"(pollster|polling_(firm|organi[sz]ation)|company|firm|institute|source)s?"
        r"_(client|commissioner|commissioned_by|link|sponsor)s?(_s)?|poll_source",
        "firm": r"(pollsters?|polling_(firm|company|organi[sz]ation|institute|house|agency)s?|firm"
        r"|institute|company|organi[sz]ation|agency|pollster_.*|institut|istituto|instituto"
        r"|sondeurs?|institut_de_sondage|encuestadora|empresa(_encuestadora)?|casa_encuestadora"
        r"|umfrageinstitut|meinungsforschungsinstitut|byra|opinionsinstitut|analyseinstitut"
        r"|peilingbureau|onderzoeksbureau|agentura|osrodek(_badawczy)?|agencija|firma)",
        "client": r"clients?|commissioner|commissioned_by|sponsor|media|auftraggeber|medio"
        r"|committente|commanditaire|uppdragsgivare|oppdragsgiver|opdrachtgever|zleceniodawca",
        "sample": r"sample(_?size)?(_.*)?|respondents|n|muestra|echantillon|campione|amostra"
        r"|stichprobe|befragte|urval|utvalg|steekproef|interviews?|personnes_interrogees|size",
        "area": r"area|region|geography",
        "mode": r"(polling_|interview_|survey_)?(method|mode|type|methodology)|methode|metodo",
        "year": r"year|jahr|anno|annee",
        "unusable": r"others?_(and_)?undecided|undecided_(and_)?others?",
        "undecided": undecided.WORDS,
        "ignored": r"lead|majority(_.*)?|margin(_of_error)?(_.*)?|moe|turnout|abs.*|link|notes?"
        r"|ref(erences?|s)?_?\d*|gov(ernment|t)?|opp(osition)?|net|date|total"
        r"|(red|blue|left|right)_?bloc.*|resp(onse)?s?(_?rates?)?|response.*|answer(ed|_rate)"
        r"|weight(ing)?|participation|svarprosent|svarsfrekvens|vorsprung|ecart|ventaja|vantaggio"
        r"|ledelse|forspring|diferencia|participacion|affluenza|valgdeltagelse|seats?|mandates?",
    }.items()
}
"""Column roles by slug of the header; the first that fits, whole, is it. All else is a party."""

ASIDE = re.compile(
    r"\b(?:2pp|tpp|2cp|tcp|2 ?-?party|two[- ](?:party|candidate)|after preferences"
    r"|(?:second|2nd)[- ](?:round|preference|choice|tour|ballot)|run-?off|preferred|approval"
    r"|seats?|mandates?)\b"
)
"""A header (in plain letters) over numbers that are no first preferences in per cent."""

REST_HEADERS = re.compile(
    r"(all_)?other(s|_parties|_candidates)?|oth|rest|sonst(ige)?|andere|autres?|otros|otras|altri|outros"
    r"|andre|ovriga|overige|inni|ostatni|muut|egyeb|altele|drugi|ostali"
)

# "Ref" is a party here (Reform) and "Ref." the references there: the cells decide.
_AMBIGUOUS = frozenset({"ref", "none", "n"})

_LEFT_OUT_HEADINGS = (
    (
        re.compile(
            r"\b(?:individual )?constituenc(?:y|ies)\b(?! (?:vote|ballot|voting))|\bby-election",
            re.IGNORECASE,
        ),
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
_PRIMARY = re.compile(r"\bprimar(?:y|ies)\b(?! vot)|\bcaucus|\bnominations?\b", re.IGNORECASE)
_SECOND_ROUND = re.compile(
    r"second[- ](?:round|ballot)|2nd round|\brun-?offs?\b|second tour|segunda vuelta|stichwahl"
    r"|ballottaggio|anden runde|druge kolo|2\. tura",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\bvs?\b\.?|\bversus\b|head-to-head", re.IGNORECASE)
_FIRST_VOTE = re.compile(r"\bconstituency (?:vote|ballot|voting)|\belectorate vote", re.IGNORECASE)
_LIST_VOTE = re.compile(r"\b(?:regional|list|party) (?:vote|ballot|list)\b", re.IGNORECASE)
_YES_NO = frozenset(
    "yes no for against support oppose remain leave stay join ja nein nej nei oui non si".split()  # noqa: SIM905
)
_HYPOTHETICAL = re.compile(r"hypothetical|scenario|if .{1,40} (?:leads?|stood|ran)", re.IGNORECASE)
_SUBNATIONAL = re.compile(
    r"sub-?national|\bregion(?!al (?:vote|list|ballot))|\bby (?:state|province|area)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Roles:
    """Column numbers by role; ``parties`` maps column -> code, ``names`` code -> header.

    ``aside`` are the headers of columns of numbers that are no shares of this vote.
    """

    columns: dict[str, int]
    parties: dict[int, str]
    names: dict[str, str]
    undecided: tuple[int, ...]
    aside: tuple[str, ...] = ()

    def text(self, line: Line, role: str) -> str:
        """Return the text of the column with ``role``, '' if there is none."""
        column = self.columns.get(role)
        if column is None or column >= len(line.slots):
            return ""
        slot = line.slots[column]
        return one_line(slot.text or slot.alt)

    def dates(self, line: Line) -> str:
        """Return the text of the dates: one column, or one for either end."""
        end = self.text(line, "until")
        return f"{self.text(line, 'dates')} – {end}" if end else self.text(line, "dates")


def find_roles(table: Table) -> Roles | None:
    """Return the table's columns by role, or None if it is not a table of polls.

    A poll table has dates, a firm and at least two columns of shares.
    """
    columns: dict[str, int] = {}
    unnamed: list[int] = []
    candidates: list[int] = []
    aside: list[str] = []
    for i, header in enumerate(table.header):
        name, above = snake(header), snake(table.group(i))
        role = _role(name) or (_role(f"{above}_{name}") if above else None)
        if role is None and above and _role(above) not in (None, "area"):
            role = _role(above)
        if name in _AMBIGUOUS and _numeric(table, i):
            role = None
        if ASIDE.search(plain(f"{table.group(i)} {header}")) and _numeric(table, i):
            aside.append(one_line(f"{table.group(i)} {header}"))
        elif role == "undecided":
            unnamed.append(i)
        elif role is None:
            candidates.append(i)
        elif role == "dates" and "dates" in columns and re.search(r"end|_to$|until|bis", name):
            columns["until"] = i
        elif role not in ("ignored", "unusable"):
            columns.setdefault(role, i)
    _by_content(table, columns, candidates)
    parties, names = _parties(table, candidates, aside)
    for i in _no_shares(table, parties):
        aside.append(table.header[i])
        names.pop(parties.pop(i))
    if "dates" not in columns or not {"firm", "firm_client"} & columns.keys() or len(parties) < 2:
        return None
    return Roles(columns, parties, names, tuple(unnamed), tuple(aside))


def _by_content(table: Table, columns: dict[str, int], candidates: list[int]) -> None:
    """Find dates, firm and sample by their cells, where no header is a word we know.

    Moves their columns out of ``candidates``. Only on saved pages: of flat tables another
    importer knows more words.
    """
    if not table.groups:
        return
    lines = [x for x in table.lines if not is_event(x)]

    def mostly(i: int, test: Callable[[str], bool]) -> bool:
        texts = [x.slots[i].text for x in lines if i < len(x.slots)]
        filled = [t for t in texts if not is_missing(t)]
        return bool(filled) and sum(map(test, filled)) > 0.6 * len(filled)

    def take(role: str, test: Callable[[str], bool]) -> None:
        found = next((i for i in candidates if mostly(i, test)), None)
        if found is not None:
            columns[role] = found
            candidates.remove(found)

    if "sample" not in columns:
        take("sample", lambda t: re.fullmatch(r"\d{1,3}(?:[ .,]\d{3})+|\d{3,6}", t) is not None)
    if "dates" not in columns:
        take("dates", _is_day)
    if not {"firm", "firm_client"} & columns.keys() and "dates" in columns:
        take("firm", lambda t: parse_number(t) is None and any(map(str.isalpha, t)))


def _is_day(text: str) -> bool:
    written = read_dates(text)
    return written is not None and written.days(2024) is not None


def _role(name: str) -> str | None:
    return next((r for r, pattern in ROLES.items() if pattern.fullmatch(name)), None)


def _parties(
    table: Table, candidates: Sequence[int], aside: list[str]
) -> tuple[dict[int, str], dict[str, str]]:
    """Return column -> code and code -> header of the columns that may hold shares."""
    parties: dict[int, str] = {}
    names: dict[str, str] = {}
    for i in candidates:
        header = table.header[i]
        code = snake(header)
        if not code and header.strip():
            code = f"c{i + 1}"  # a name without a letter or digit
        if REST_HEADERS.fullmatch(code):
            code = OTHERS
        if not code or not _numeric(table, i):
            continue
        if code in names:
            if code == OTHERS or names[code] == header:
                aside.append(one_line(f"{table.group(i)} {header} (again)"))
                continue
            code = free(code, names, "_")
        parties[i] = code
        names[code] = header
    return parties, names


def _no_shares(table: Table, parties: Mapping[int, str]) -> list[int]:
    """Return the column without which the rows add up to 100, where with it they do not.

    A response rate, a turnout or a number of seats under a header nobody foresaw.
    """
    rows = []
    for line in table.lines:
        values = {
            i: value
            for i in parties
            if i < len(line.slots) and (value := parse_number(line.slots[i].text)) is not None
        }
        if len(values) > 2:
            rows.append(values)
    if not rows or len(parties) < 4 or median(sum(r.values()) for r in rows) <= 103:
        return []
    fits = Counter(i for r in rows for i in r if abs(sum(r.values()) - r[i] - 100) <= 3)
    best = max(fits, key=lambda i: (fits[i], i), default=None)
    return [best] if best is not None and fits[best] >= 0.8 * len(rows) else []


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
    """What a table is about: ``why`` it is left out, or its region and whether hypothetical.

    ``vote`` says which of two votes it is about ('constituency', 'list'); ``pair`` that
    its heading names two candidates against each other.
    """

    why: str | None = None
    region: str | None = None
    hypothetical: bool = False
    question: str | None = None
    vote: str | None = None
    pair: bool = False


def classify(
    headings: Sequence[str], regions: Mapping[str, str], about: frozenset[str] = frozenset()
) -> Kind:
    """Return what the headings above a table say.

    Parameters
    ----------
    headings
        Those above the table, outermost first, without the page's title.
    regions
        Lower-case heading -> region id.
    about
        Kinds of election the page is about, from its title.
    """
    below = list(headings)
    for heading in below:
        low = plain(heading)
        if EXIT_POLL.search(low):
            return Kind(why="exit poll of polling day")
        if AVERAGE.search(low):
            return Kind(why="an average, an aggregate or a model, no poll")
        if _SECOND_ROUND.search(heading):
            return Kind(why="a second round")
        if _PRIMARY.search(heading) and "primary" not in about:
            return Kind(why="a primary")
        for pattern, why in _LEFT_OUT_HEADINGS:
            if pattern.search(heading):
                return Kind(why=why)
        if SUBGROUP.search(low.replace("–", "-")):
            return Kind(why="a part of the electorate only")
        dated = re.search(r"\b(?:since|after|before|until|next|last)\b", low)
        stage = low.startswith("general election")  # what follows the primaries, of any office
        if "election" in low and not (dated or stage) and is_other_vote(heading, about):
            return Kind(why="another election")
        if re.search(r"\breferendum\b", low) and "referendum" not in about:
            return Kind(why="a referendum")
    region = next((regions[h.lower()] for h in reversed(below) if h.lower() in regions), None)
    hypothetical = any(_HYPOTHETICAL.search(h) for h in below)
    question = snake(below[-1])[:60] if hypothetical and below else None
    if region is None and any(_SUBNATIONAL.search(h) for h in below):
        return Kind(why=f"region {below[-1]!r} (name it with regions=...)")
    vote = next(
        (
            vote
            for h in reversed(below)
            for vote, pattern in (("constituency", _FIRST_VOTE), ("list", _LIST_VOTE))
            if pattern.search(h)
        ),
        None,
    )
    pair = any(_PAIR.search(h) for h in below)
    return Kind(region=region, hypothetical=hypothetical, question=question, vote=vote, pair=pair)


def is_yes_no(roles: Roles) -> bool:
    """Return whether a table's columns are the answers of a referendum."""
    return all(code in _YES_NO for code in roles.parties.values() if code != OTHERS)


_UNSURE = re.compile(r"\b(?:since|after|before|until|from|present|now|today|ongoing)\b|election")


def heading_years(headings: Sequence[str], today_year: int) -> tuple[int, int | None] | None:
    """Return the first and last year the innermost heading with a year speaks of.

    The last is None where the heading does not bound it ('Since the 2023 election').
    """
    for heading in reversed(headings):
        years = year_of([heading])
        if not years:
            continue
        low = plain(heading)
        if re.search(r"\b(?:present|now|today|ongoing)\b", low):
            return min(years), max(today_year, *years)
        if _UNSURE.search(low):
            return min(years), None
        return min(years), max(years)
    return None
