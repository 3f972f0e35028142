"""Names that try to become markup, in every place a user can put one."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from comparenotes.campaigns.model import Campaign, LeftOut, Source

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "</title></svg><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "$x^2$ \\frac{1}{2}",
    "[link](https://evil.example) `code` **b** | cell",
    "]]><!--",
    "\x1b[31mred\x07\x00",
    "&lt;b&gt; &#x3c;script&#x3e;",
)


def poison(c: Campaign) -> Campaign:
    """Return the campaign with hostile title, names, candidates, firms, sources and reasons."""
    names = iter(NASTY * 20)
    firms = {f: NASTY[i % len(NASTY)] for i, f in enumerate(sorted(set(c.polls["pollster"])))}
    contenders = tuple(
        replace(
            x,
            name=next(names),
            party=next(names),
            family=next(names),
            candidate=next(names),
            changes=tuple(replace(ch, name=next(names)) for ch in x.changes),
        )
        for x in c.contenders
    )
    return replace(
        c,
        title=next(names),
        contenders=contenders,
        government=replace(c.government, head=next(names)),
        sources=tuple(Source("invented", n, n) for n in NASTY),
        left_out=tuple(LeftOut(n, 1) for n in NASTY),
        polls=c.polls.with_columns(pl.col("pollster").replace(firms)),
    )
