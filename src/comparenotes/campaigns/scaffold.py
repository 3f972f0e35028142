"""``cn new``: a campaign folder to fill in, valid from the start.

The figures in it are invented and say so; ``cn validate`` keeps warning until
the source ``example`` is gone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from comparenotes.campaigns.checks_campaign import MAX_CONTENDERS, RESERVED, TEMPLATE_SOURCE
from comparenotes.campaigns.checks_toml import FILE
from comparenotes.campaigns.elected import CHAMBER_RULES, LEVELS, OFFICES
from comparenotes.campaigns.folder_write import csv_text, free_folder, write_files
from comparenotes.campaigns.model import (
    DATE_STATUSES,
    EVENT_COLUMNS,
    FAMILIES,
    HISTORY_COLUMNS,
    NOTE_COLUMNS,
    POLL_COLUMNS,
    ROLES,
    SCHEMA_VERSION,
    SYSTEMS,
)
from comparenotes.campaigns.naming import slug
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import today as clock
from comparenotes.errors import DataError

DEFAULT_CONTENDERS = ("Amber Party", "Blue Party", "Green Party")
EXAMPLE_POLLS, EXAMPLE_DAYS = 12, 14
_FIRMS = ("Example Polls", "Sample & Sons", "Invented Research")
_COLOURS = ("#d98200", "#2b6cb0", "#2f855a", "#b83280", "#6b46c1", "#4a5568")


def new_folder(
    folder: str | Path,
    *,
    country: str = "XX",
    title: str | None = None,
    election_date: date | None = None,
    contenders: Sequence[str] = DEFAULT_CONTENDERS,
    today: date | None = None,
) -> list[Path]:
    """Write a commented campaign folder with invented figures.

    Parameters
    ----------
    folder
        Made if it does not exist; must be empty.
    country
        ISO 3166-1 alpha-2 code, upper case.
    contenders
        Names; their ids are made of them. ``id=Name`` gives both. ``oth``
        (Others) is added: it takes what is not named.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    DataError
        If the folder is not empty, or an option cannot be used.
    """
    target = free_folder(folder)
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise DataError(
            "the country must be two capital letters", where=country[:40], hint="like GB or NZ"
        )
    now = today if today is not None else clock()
    polling_day = election_date if election_date is not None else now + timedelta(days=180)
    parties = _parties(contenders)
    name = slug(target.resolve().name) or "my-campaign"
    titled = title if title is not None else f"{country} election of {polling_day:%Y}"
    last_poll = min(now, polling_day) - timedelta(days=1)
    # A vote far ahead must not put the last election into the future.
    first_poll = last_poll - timedelta(days=EXAMPLE_DAYS * EXAMPLE_POLLS)
    previous = min(_years_before(polling_day, 4), first_poll - timedelta(days=60))
    files = {
        FILE: _toml(name, country, titled, polling_day, polling_day > now, parties, previous),
        "polls.csv": csv_text(_polls([k for k, _ in parties], last_poll)),
        "history.csv": csv_text(_history([k for k, _ in parties], previous)),
        "events.csv": csv_text(_events(parties[0][0], last_poll)),
        "notes.csv": csv_text(pl.DataFrame(schema=dict(NOTE_COLUMNS))),
    }
    return write_files(target, files)


def _parties(contenders: Sequence[str]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for given in contenders:
        left, equals, right = given.partition("=")
        key, name = (slug(left), right.strip()) if equals else (slug(given), given.strip())
        if not key or not name:
            raise DataError(
                "no id can be made of this contender's name",
                where=given[:40],
                hint="give id and name, like lab=Labour",
            )
        if key in RESERVED or key in found:
            reason = "is the name of a column" if key in RESERVED else "is given twice"
            raise DataError(f"contender id {key!r} {reason}", hint="give another id, like x1=Name")
        found[key] = name
    others = found.pop(OTHERS, "Others")
    if not 2 <= len(found) < MAX_CONTENDERS:
        raise DataError(f"{len(found)} contenders", hint=f"name 2 to {MAX_CONTENDERS - 1}")
    return [*found.items(), (OTHERS, others)]


def _base_shares(n: int) -> list[float]:
    """Return falling shares that total 96: the rest is for others."""
    weights = [0.8**i for i in range(n)]
    return [96 * w / sum(weights) for w in weights]


def _polls(ids: Sequence[str], last: date) -> pl.DataFrame:
    chance = random.Random(7)  # noqa: S311 (invented figures, the same every time)
    named = [c for c in ids if c != OTHERS]
    base = _base_shares(len(named))
    rows: list[dict[str, object]] = []
    for i in range(EXAMPLE_POLLS):
        end = last - timedelta(days=EXAMPLE_DAYS * (EXAMPLE_POLLS - 1 - i))
        shares = {
            c: round(b + chance.uniform(-1.5, 1.5), 1) for c, b in zip(named, base, strict=True)
        }
        rows.append(
            {
                "start": end - timedelta(days=3),
                "end": end,
                "published": None if i % 3 else end + timedelta(days=2),
                "pollster": _FIRMS[i % len(_FIRMS)],
                "sponsor": None,
                "sample_size": 1_000 + 10 * i,
                "population": "a",
                "mode": "online",
                "region": None,
                "question": None,
                "hypothetical": False,
                "source": TEMPLATE_SOURCE,
                **{c: max(0.0, x) for c, x in shares.items()},
            }
        )
    return pl.DataFrame(rows, schema={**POLL_COLUMNS, **{c: pl.Float64() for c in ids}})


def _years_before(day: date, years: int) -> date:
    return day - timedelta(days=round(365.25 * years))


def _history(ids: Sequence[str], previous: date) -> pl.DataFrame:
    rows = []
    for years, tilt in ((4, -2.0), (0, 2.0)):
        shares = [round(x, 1) for x in _base_shares(len(ids) - 1)]
        shares[0], shares[1] = shares[0] + tilt, shares[1] - tilt
        shares.append(100 - sum(shares))  # others
        rows += [
            {
                "date": _years_before(previous, years),
                "region": None,
                "contender": c,
                "share": round(x, 1),
                "seats": None,
            }
            for c, x in zip(ids, shares, strict=True)
        ]
    return pl.DataFrame(rows, schema=dict(HISTORY_COLUMNS))


def _events(contender: str, last: date) -> pl.DataFrame:
    row = {
        "date": last - timedelta(days=50),
        "title": "Party convention (invented)",
        "kind": "convention",
        "contender": contender,
        "source": "invented",
    }
    return pl.DataFrame([row], schema=dict(EVENT_COLUMNS))


def _quote(text: str) -> str:
    escaped = "".join(c if c.isprintable() else " " for c in text)
    return '"' + escaped.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _toml(
    name: str,
    country: str,
    title: str,
    polling_day: date,
    ahead: bool,
    parties: Sequence[tuple[str, str]],
    previous: date,
) -> str:
    first = parties[0][0]
    status = "latest possible" if ahead else "fixed"
    lines = [
        "# A campaign: one election in one country. Every figure here and in the tables",
        "# is invented: replace it. Check with: cn validate " + name,
        "# An empty cell in a table means 'not reported', never 0.",
        f"schema_version = {SCHEMA_VERSION}",
        f"id = {_quote(name)}",
        f"country = {_quote(country)}  # two letters, ISO 3166",
        f"title = {_quote(title)}",
        f"election_date = {polling_day.isoformat()}",
        f"date_status = {_quote(status)}  # {', '.join(DATE_STATUSES)}",
        f'level = "national"  # {", ".join(LEVELS)}',
        f'office = "parliament"  # {", ".join(OFFICES)}',
        f'system = "pr"  # {", ".join(SYSTEMS)}',
        '# currency = "EUR"',
        "",
        "# A chamber other than the country's parliament:",
        "# [chamber]",
        "# seats = 83",
        "# threshold = 5",
        f'# rule = "sainte_lague"  # {", ".join(CHAMBER_RULES)}',
        "",
        "[government]",
        "# since: the day from which the leading party has governed without a break",
        f"since = {(previous + timedelta(days=30)).isoformat()}",
        'head = "A. Leader"  # at the start of the campaign',
        f"parties = [{_quote(first)}]  # contender ids, the leading party first",
        "term = 1  # 1 = elected once, now seeks a second term",
        "# A new head of government in the run, from the day of the change:",
        "# [[government.changes]]",
        f"# since = {(polling_day - timedelta(days=60)).isoformat()}",
        '# name = "B. Successor"',
        "",
        "# One block for each party or candidate; the tables use the id.",
        f"# family: {', '.join(FAMILIES)}",
        f"# role: {', '.join(ROLES)}",
    ]
    for i, (key, party) in enumerate(parties):
        if key == OTHERS:
            lines += [
                f"# {OTHERS} takes what is not named; polls need no column for it. Where the named",
                "# contenders are everything, leave it out and write complete = true above.",
            ]
        role = "government" if i == 0 else "other" if key == OTHERS else "opposition"
        lines += [
            "[[contenders]]",
            f"id = {_quote(key)}",
            f"name = {_quote(party)}",
            'family = "other"',
            f'role = "{role}"',
            f'colour = "{_COLOURS[i % len(_COLOURS)]}"',
            "",
        ]
    lines += [
        "# Who stands for it, and who took over when (as-of dates depend on it):",
        '# candidate = "A. Leader"',
        "# [[contenders.changes]]",
        f"# since = {(polling_day - timedelta(days=60)).isoformat()}",
        '# name = "B. Successor"',
        "# since = ..., until = ... on a contender: the days it joined and left the race.",
        "",
        "# Groups of contenders whose sum matters:",
        "# [[blocs]]",
        '# id = "left"',
        '# name = "The left"',
        f"# contenders = [{_quote(first)}]",
        "",
        "# Parts of the country with polls of their own:",
        "# [[regions]]",
        f'# id = "{country}-N"',
        '# name = "The North"',
        "# weight = 0.4  # share of the vote",
        "# seats = 40",
        "",
        "# Where the figures come from: printed with every finding. The column source of",
        "# polls.csv names the key.",
        "[[sources]]",
        f"key = {_quote(TEMPLATE_SOURCE)}",
        'title = "Invented example figures"',
        'licence = "none: invented"',
        '# url = "https://..."',
        "",
    ]
    return "\n".join(lines)
