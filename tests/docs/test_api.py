"""The reference of the Python interface is whole, and what the code says now."""

from __future__ import annotations

from dataclasses import fields

import pytest
from tools.docs import api

import comparenotes


def test_it_is_current() -> None:
    """If this fails: ``make docs``."""
    assert api.render().splitlines() == api.PAGE.read_text(encoding="utf-8").splitlines()


def test_every_public_name_has_a_section() -> None:
    text = api.render()
    for name in comparenotes.__all__:
        assert f"\n### {name}\n" in text
    for method in ("to_polars", "to_pandas", "to_arviz", "to_dict", "known_at", "ranked"):
        assert f"`{method}(" in text


def test_every_field_of_a_race_is_described() -> None:
    text = api.described(comparenotes.Race)
    for f in fields(comparenotes.Race):
        assert f.name in text, f"{f.name} is not in the docstring of Race"


def test_docstrings_become_lists() -> None:
    def example(a: int, *rest: str, b: float = 1.5) -> str:
        """Do it with :func:`pkg.other`.

        Parameters
        ----------
        a, b
            Two ``numbers``,
            on two lines.

        Raises
        ------
        ValueError
            Never.
        """
        return ""

    assert api.signature(example) == "(a: int, *rest: str, b: float = 1.5) -> str"
    assert api.described(example) == (
        "Do it with `other`.\n\nParameters:\n\n* `a, b`: Two `numbers`, on two lines.\n"
        "\nRaises:\n\n* `ValueError`: Never.\n"
    )
    with pytest.raises(ValueError, match="has no docstring"):
        api.described(lambda: None)
