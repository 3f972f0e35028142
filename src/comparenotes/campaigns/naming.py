"""Ids made of names, in whatever script the name is written."""

from __future__ import annotations

import re
from collections.abc import Container

MAX_ID = 40

_SINGLE = {"å": "aa", "ä": "ae", "æ": "ae", "ø": "oe", "ö": "oe", "ü": "ue"}
"""A party called by one letter: Å is no A, and both may stand in one table."""


def plain(text: str) -> str:
    """Return ``text`` in lower-case ASCII: 'Sinn Féin' -> 'sinn fein', 'Герб' -> 'gerb'.

    Letters are written as they sound, never dropped.
    """
    if text.isascii():
        return text.lower()
    letter = text.strip().lower()
    if letter in _SINGLE:
        return _SINGLE[letter]
    from anyascii import anyascii

    return str(anyascii(text)).lower()


def words(text: str, joined: str) -> str:
    """Return the letters and digits of ``text``, words joined by ``joined``."""
    return re.sub(r"[^a-z0-9]+", joined, plain(text)).strip(joined)


def slug(name: str) -> str:
    """Return an id made of ``name``: lower-case ASCII letters, digits and '-'."""
    return words(name, "-")[:MAX_ID].strip("-")


def snake(name: str) -> str:
    """Return a column's or a code's name: 'Sinn Féin' -> 'sinn_fein', 'Å' -> 'aa'."""
    return words(name, "_")


def squeezed(name: str) -> str:
    """Return a name's letters and digits only, in lower case: to see two spellings as one."""
    return re.sub(r"[\W_]+", "", name.casefold())


def free(key: str, taken: Container[str], joined: str = "-") -> str:
    """Return ``key``, or ``key`` with the first number that is not taken."""
    number, found = 2, key
    while found in taken:
        end = f"{joined}{number}"
        found, number = f"{key[: MAX_ID - len(end)]}{end}", number + 1
    return found
