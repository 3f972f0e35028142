"""Rows and headings that are no poll of the election: results, averages, other votes, subgroups."""

from __future__ import annotations

import re
from collections.abc import Iterable

from comparenotes.campaigns.naming import plain

AVERAGE = re.compile(
    r"\b(?:(?:polling|poll|weighted|moving|rolling|simple|daily|weekly|monthly|final) averages?"
    r"|averages? (?:of|for|by|to)|averaged?|mean of|median of|poll of polls|polls of polls"
    r"|aggregat(?:e|es|or|ors|ion|ions)|five-?thirty-?eight|fivethirtyeight|real ?clear ?pol\w+"
    r"|rcp average|270 ?to ?win|race to the wh|silver bulletin"
    r"|forecasts?(?: model)?$|prediction model|projection model|polling model|promedio"
    r"|media (?:de|dei|delle|ponderata|das)\b|moyenne|durchschnitt|mittelwert|gennemsnit"
    r"|vaegtet gennemsnit|gjennomsnitt|genomsnitt|snitt|gemiddelde|srednia|prosek|prumer"
    r"|keskiarvo|sredno)\b"
)
"""A firm or heading (in plain letters) that names an average, an aggregate or a model."""

EXIT_POLL = re.compile(
    r"\bexit[- ]?polls?\b|\bvalu\b|\bvallokalsund\w+|\bnachwahlbefragung|\bboca de urna\b"
    r"|\bsortie des urnes\b|\ba pie de urna\b|\bvalgdagsmaling"
)
"""A poll of those who have voted: no poll before the vote."""

SUBGROUP = re.compile(
    r"\b(?:by|among|amongst|only) (?:gender|sex|age|ethnic\w*|race|religio\w*|education|class"
    r"|income|occupation|women|men|young|older|youth|students?|first-time|under-?\d\d|over-?\d\d"
    r"|(?:\w+ )?(?:members|supporters|catholics|muslims|jews|christians|latinos?|hispanics?|blacks?"
    r"|whites?))\b|\bsub-?(?:group|sample)s?\b|\bcross-?tabs?\b|\bdemographics?\b"
    r"|\b(?:women|men|female|male)(?: voters)? only\b|\((?:women|men|female|male|youth)\)"
    r"|\((?:aged? )?\d\d ?(?:-|to) ?\d\d\)|\b\d\d-\d\d[- ]year|\byear-olds?\b|\bsolely among\b"
    r"|\b(?:first-time|young|expat\w*|overseas|hispanic|latino|muslim|jewish|black|white|asian"
    r"|catholic|student|women|female|male) (?:voters?|electorate|americans|britons|vote)\b"
    r"|\b(?:party|union) members\b|\bschool (?:election|vote)\b|\bmock election\b"
)
"""A part of the electorate: a subsample, members, the young."""

_SUBGROUP_FIRM = re.compile(
    r"\bsub-?(?:group|sample)s?\b|\bcross-?tabs?\b|\b(?:women|men|female|male)(?: voters)? only\b"
    r"|\((?:[^()]* )?(?:women|men|female|male|youth|young voters|members)\)|\byear-olds?\b"
    r"|\((?:aged? )?\d\d ?(?:-|to) ?\d\d\)|\b\d\d-\d\d[- ]year|\bamong (?:\w+ ){0,2}(?:women|men"
    r"|members|supporters|voters aged)\b|\b(?:party|union) members\b"
)
"""Narrower, for the names of firms: 'Women's Voices' is one."""

_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?"
_VOTE = (
    r"(?:elections?|by-?elections?|elecciones?|eleccion|elezioni|eleicoes|eleicao|(?:\w{0,20})wahl(?:en)?"
    r"|(?:\w{0,20})valg(?:et)?|(?:\w{0,20})val(?:et)?|verkiezing(?:en)?|vaalit|wybory|volby"
    r"|valasztas|alegeri|izbori|izbory|secim(?:i|leri)?)"
)
_KIND = (
    r"(?:general|federal|parliamentary|legislative|presidential|national|state|snap|regional|local"
    r"|municipal|council|mayoral|gubernatorial|senate|house|assembly|european(?: parliament)?|eu|ep"
    r"|county|provincial|cantonal|primary|mid-?term|referendum|constituency)"
)
ELECTION_ROW = re.compile(
    rf"^(?:\W*(?:the |{_YEAR} |{_MONTH} |\d{{1,2}} |uk |us |gb |official |final |provisional "
    r"|last |previous |latest )*)?"
    rf"(?:{_YEAR}\b.{{0,60}}\b{_VOTE}\b"
    rf"|(?:[\w.'-]{{1,30}} ){{0,3}}{_KIND} {_VOTE}(?= results?\b|$| ?\(| of\b| in\b|[,/]| \d)"
    rf"|(?:last|previous|preceding) (?:\w+ )?{_VOTE}\b|{_YEAR} results?\b"
    rf"|{_VOTE} (?:results?\b|(?:of |de |del |in |du |av )?{_YEAR})"
    rf"|{_VOTE}(?: \w{{1,20}}){{1,3}} (?:de |del |du |von |av |i )?{_YEAR}"
    r"|(?:official |final |provisional |preliminary |actual )?results?(?: of\b|$| \()"
    rf"|(?:bundestags|landtags|nationalrats|europa|kommunal|riksdags|stortings|folketings)"
    rf"(?:wahl|val|valg)\w{{0,4}}\b|elezioni (?:politiche|europee|regionali|comunali)\b"
    r"|elecciones (?:generales|europeas|municipales|autonomicas)\b"
    r"|elections? (?:legislatives|europeennes|presidentielles?|regionales|municipales)\b"
    rf"|{_YEAR} (?:[\w'-]{{1,20}} ){{0,4}}referendum\b|referendum\b.{{0,30}}{_YEAR})"
)
"""A firm's name (in plain letters) that says: this row is a result."""

_KINDS: dict[str, str] = {
    "european": r"\b(?:ep|eu|european|europ(?:a|ee|eas|eia|eiras|eennes?)|europa\w*)\b",
    "local": r"\b(?:local|municipal\w*|council|mayoral|county|kommunal\w*|comunali|borough"
    r"|by-?election|constituency)\b",
    "state": r"\b(?:state|regional\w*|provincial|cantonal|landtags?\w*|gubernatorial"
    r"|autonomic\w+|assembly election|regionali|senedd|scottish parliament|holyrood)\b",
    "president": r"\bpresident\w*\b",
    "senate": r"\bsenat\w*\b",
    "referendum": r"\breferendum\b|\bplebiscite\b",
    "primary": r"\bprimar(?:y|ies)\b(?! vot)|\bcaucus\w*\b|\bnominat\w+",
    "parliament": r"\b(?:general|federal|parliamentary|legislative|national|snap|bundestags?\w*"
    r"|politiche|generales|legislatives|nationalrats?\w*|riksdags?\w*|stortings?\w*"
    r"|folketings?\w*)\b",
}
_KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS.items())


def kinds_of(text: str) -> frozenset[str]:
    """Return what kinds of election ``text`` names; empty where it names none."""
    low = plain(text)
    return frozenset(kind for kind, pattern in _KIND_PATTERNS if pattern.search(low))


def of_interest(title: str) -> frozenset[str]:
    """Return the kinds of election a page of this title is about; empty if it does not say."""
    found = kinds_of(title)
    # "Next United Kingdom general election", "2026 Hesse state election", a state's Senate seat
    for narrow in ("european", "local", "referendum", "primary", "senate", "president", "state"):
        if narrow in found:
            return frozenset({narrow})
    return found


def is_other_vote(text: str, about: frozenset[str]) -> bool:
    """Return whether an election named in a row or heading is another than the page's."""
    named = kinds_of(text)
    if not named:
        return False
    if about:
        return not named & about and not (
            named <= {"parliament"} and about <= {"parliament", "state"}
        )
    return bool(named & {"european", "local", "state", "referendum", "primary"})


def row_kind(firm: str, about: frozenset[str]) -> str | None:
    """Return why a row is no poll (of this election), or None if it may be one.

    ``result`` stands for a result of the same kind of election.
    """
    low = plain(firm[:200]).replace("–", "-")
    if EXIT_POLL.search(low):
        return "exit poll of polling day"
    if ELECTION_ROW.match(low):
        return "result of another election" if is_other_vote(firm, about) else "result"
    if AVERAGE.search(low) or low.startswith("average") or low.strip() == "538":
        return "an average, an aggregate or a model, no poll"
    if _SUBGROUP_FIRM.search(low):
        return "a part of the electorate only"
    return None


def year_of(texts: Iterable[str]) -> list[int]:
    """Return the years ``texts`` name, those of '2024–25' both."""
    years = []
    for text in texts:
        for year, tail in re.findall(r"\b((?:19|20)\d\d)(?:\s?[-–/]\s?(\d\d)\b(?!\d))?", text):
            years.append(int(year))
            if tail:
                years.append(int(year[:2] + tail))
    return years
