"""A published result on the base of a campaign's contenders: never scaled to 100.

What the named contenders leave is the others'. Only a campaign that says its named
contenders are everything (it lists no ``oth``) reads a result as shares among them.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

OTHERS = "oth"
"""Id of the contender that takes what is not named."""


def on_base(table: pl.DataFrame, ids: Collection[str]) -> dict[str, float]:
    """Return the national shares (per cent) of ``ids`` in ``table``; empty without any.

    Parameters
    ----------
    table
        Rows of one election: region, contender, share (per cent).
    ids
        The contenders of the average. With ``oth`` among them shares stay as published
        and ``oth`` is what they leave of 100; without, they are shares among ``ids``.

    >>> rows = pl.DataFrame({"region": [None] * 2, "contender": ["a", "b"], "share": [40.0, 30.0]})
    >>> on_base(rows, ("a", "b", "oth"))
    {'a': 40.0, 'b': 30.0, 'oth': 30.0}
    """
    national = table.filter(pl.col("region").is_null() & pl.col("share").is_not_null())
    if national.is_empty():
        return {}
    named = {
        c: float(s)
        for c, s in national.select("contender", "share").iter_rows()
        if c in ids and c != OTHERS
    }
    total = sum(named.values())
    if OTHERS in ids:
        return {**named, OTHERS: max(100.0 - total, 0.0)}
    return {c: 100.0 * s / total for c, s in named.items()} if total else {}
