"""What the coders score, by issue, genre and country: shown beside every figure they make.

``accuracy.json`` holds one row an issue (or stance), genre and country that was measured on
documents kept aside; anything else is "not measured".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from comparenotes.message.coder import measured

NOT_MEASURED = "not measured"
MIN_TRUE = 10
"""Under so many sentences truly on an issue nothing is said of how well it is found."""
FIGURES = ("precision", "recall", "f1", "lo90", "hi90", "said", "true", "n", "sentences")
_PLURAL = {"speech": "speeches", "debate": "debates", "manifesto": "manifestos", "post": "posts",
           "convention": "convention speeches", "ad": "advertisements",
           "other": "other texts"}  # fmt: skip
ADJECTIVES = {"GB": "British", "US": "American"}


def row_of(issue: str, genre: str, country: str, coder: str = "fast") -> dict[str, Any]:
    """Return the figures of an issue or stance in a genre and country.

    ``coder`` is ``fast``, ``best`` or ``embedding``. Where they were not measured, or on too
    few sentences, every figure is None and ``tested_on`` says "not measured".
    """
    known = "speech" if genre == "convention" else genre  # convention speeches were among them
    table = measured().get("cells" if coder == "fast" else f"cells_{coder}", [])
    head = {"issue": issue, "genre": genre, "country": country}
    for row in table:
        if (row["issue"], row["genre"], row["country"]) == (issue, known, country):
            if row["n"] >= MIN_TRUE:
                return dict(row) | {"genre": known}
            few = f"{NOT_MEASURED}: {row['n']} such sentences among {row['sentences']} coded"
            counted = {"n": row["n"], "sentences": row["sentences"], "tested_on": few}
            return head | dict.fromkeys(FIGURES) | counted
    return head | dict.fromkeys(FIGURES) | {"tested_on": NOT_MEASURED}


def rows_of(
    issues: Iterable[str], genres: Iterable[str], country: str, coder: str = "fast"
) -> list[dict[str, Any]]:
    """Return a row for each issue and genre; ``told`` says it in a sentence."""
    kinds = list(genres)
    rows = [row_of(i, g, country, coder) for i in issues for g in kinds]
    return [r | {"told": sentence(r)} for r in rows]


def genre_words(row: Mapping[str, Any]) -> str:
    """Return "American debates"."""
    where = ADJECTIVES.get(row["country"], row["country"])
    return f"{where} {_PLURAL.get(row['genre'], row['genre'])}".strip()


def sentence(row: Mapping[str, Any], what: str = "of it") -> str:
    """Return how well the coder finds an issue in a genre, in a sentence."""
    if row["f1"] is None:
        return f"How well the coder finds it in {genre_words(row)} is {row['tested_on']}."
    return (
        f"In {genre_words(row)} the coder finds {row['recall']:.0%} {what} and is right in "
        f"{row['precision']:.0%} ({row['tested_on']})."
    )
