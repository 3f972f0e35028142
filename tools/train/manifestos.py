"""Whose manifesto a row of the coded file really is.

``uk_manifestos_cap_coded_1983_2010.csv`` holds runs of text in reading order, cut at the
wrong rows: each year the beginning of Labour's manifesto stands under ``con`` and the
beginning of the Liberals' (Alliance's, Liberal Democrats') under ``lab``. The titles are in
the text; the ids of these rows are below. Figures that are compared with published ones
use the file's own labels; who says what (stance, bundled figures) uses these.
"""

from __future__ import annotations

import polars as pl

BEGINNINGS: dict[int, tuple[int, int]] = {
    1983: (1152, 3446),
    1987: (5494, 6306),
    1992: (10781, 11685),
    1997: (15005, 16298),
    2001: (18893, 20964),
    2005: (23053, 24572),
    2010: (27372, 28881),
}
"""Year to the ids of the title rows of Labour's and of the Liberals' manifesto."""


def party_of(year: int, row: int) -> str:
    """Return ``con``, ``lab`` or ``ld`` of the row with id ``row``."""
    lab, ld = BEGINNINGS[year]
    return "con" if row < lab else "lab" if row < ld else "ld"


def corrected(coded: pl.DataFrame) -> pl.DataFrame:
    """Return the coded file with ``party`` by the titles in the text."""
    parties = [party_of(y, i) for y, i in zip(coded["year"], coded["id"], strict=True)]
    return coded.with_columns(pl.Series("party", parties))
