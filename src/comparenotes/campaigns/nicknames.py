"""Which contender a table's header or a text's label means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from comparenotes.campaigns.model import Campaign, Contender
from comparenotes.campaigns.naming import plain

NICKNAMES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("GB", "con"): ("Conservative", "Conservatives", "Tory", "Tories"),
    ("GB", "lab"): ("Labour", "New Labour"),
    ("GB", "ld"): ("Liberal Democrats", "Lib Dems", "Lib Dem", "Liberals"),
    ("GB", "ref"): ("Reform",),
    ("GB", "grn"): ("Greens", "Green Party"),
    ("US", "dem"): ("Democrat", "Democrats", "Democratic", "Democratic Party"),
    ("US", "rep"): ("Republican", "Republicans", "GOP", "Republican Party"),
}
"""Further names by country and contender id; party names and candidates come from the campaign."""

_GENERIC = frozenset({"the", "party", "partei", "parti", "partido", "partito", "of", "uk", "gb"})
_SHORTEST = 3
"""Letters of a word that may stand for a longer one: 'Lib Dem' for Liberal Democrats."""


def matched(headers: Mapping[str, str], known: Campaign) -> dict[str, str]:
    """Return header id -> contender id of ``known``, each contender at most once.

    Parameters
    ----------
    headers
        Id -> the name the table prints.

    Notes
    -----
    Tried in this order over all headers, so that a near match never takes what another
    header names exactly: the id, a full name, a further name, the same words without
    'party', words that begin the name's words.
    """
    found: dict[str, str] = {}
    for test in (_same_id, _same_name, _further_name, _same_words, _begins):
        for key, name in headers.items():
            if key in found:
                continue
            left = [c for c in known.contenders if c.id not in found.values()]
            fits = [c.id for c in left if test(key, name, c, known.country)]
            if len(fits) == 1:
                found[key] = fits[0]
    return found


def _names(c: Contender) -> list[str]:
    return [n for n in (c.name, c.party, c.candidate) if n]


def _same_id(key: str, name: str, c: Contender, country: str) -> bool:
    return c.id in (key, name.casefold())


def _same_name(key: str, name: str, c: Contender, country: str) -> bool:
    return name.casefold() in {n.casefold() for n in _names(c)}


def _further_name(key: str, name: str, c: Contender, country: str) -> bool:
    known = {_joined(_words(n)) for n in (*_names(c), *NICKNAMES.get((country, c.id), ()))}
    return _joined(_words(name)) in known


def _same_words(key: str, name: str, c: Contender, country: str) -> bool:
    return any(_told(name) and _told(name) == _told(n) for n in (c.id, *_names(c)))


def _begins(key: str, name: str, c: Contender, country: str) -> bool:
    short = _told(name)
    if not short or min(map(len, short)) < _SHORTEST:
        return False
    names = (*_names(c), *NICKNAMES.get((country, c.id), ()))
    return any(_stands_for(short, _told(n)) for n in names)


def _stands_for(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    if len(short) > len(full):
        return False
    return all(f.startswith(s) for s, f in zip(short, full, strict=False))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", plain(text))


def _joined(words: Iterable[str]) -> str:
    return "".join(words)


def _told(text: str) -> tuple[str, ...]:
    """Return the words that tell parties apart, in the singular."""
    return tuple(w.removesuffix("s") for w in _words(text) if w not in _GENERIC)
