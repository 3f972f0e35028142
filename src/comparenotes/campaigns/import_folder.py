"""From an imported file to a campaign: which election, which contenders, what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from comparenotes.campaigns.checks_campaign import MAX_CONTENDERS, RESERVED
from comparenotes.campaigns.checks_cross import COMPLETE_TOTAL
from comparenotes.campaigns.elected import LEVELS, OFFICES
from comparenotes.campaigns.importers.protocol import Imported, Importer
from comparenotes.campaigns.model import (
    HISTORY_COLUMNS,
    POLL_COLUMNS,
    RESULT_COLUMNS,
    SYSTEMS,
    Campaign,
    Contender,
    LeftOut,
    Region,
    Source,
)
from comparenotes.campaigns.naming import free, slug
from comparenotes.campaigns.shares import OTHERS
from comparenotes.campaigns.snapshot import today as clock
from comparenotes.errors import DataError, did_you_mean

LEVEL_OF: Mapping[str, str] = {
    "parliament": "national",
    "president": "national",
    "state": "state",
    "european": "supranational",
    "local": "local",
}
"""What a page's title is about -> the level of its election."""


def to_campaign(
    imported: Imported,
    importer: Importer,
    *,
    campaign_id: str,
    country: str,
    election_date: date,
    system: str,
    office: str = "parliament",
    level: str | None = None,
    title: str | None = None,
    since: date | None = None,
    today: date | None = None,
) -> Campaign:
    """Make a campaign of the polls, results and events of one file.

    Polls that ended after the election or on or before ``since`` (the preceding
    election; default: the latest earlier result in the file) are left out and
    counted. ``level`` None takes it from what the file is about, where it says so; else
    it stays open and no seats are shown. Contender ids are made of the file's codes. Who
    governs, families and roles are not in such files: the user adds them.

    Raises
    ------
    DataError
        If no poll of that election is in the file, there are too many codes, or
        the country, the system or the office is no known word.
    """
    if len(country) != 2 or not (country.isascii() and country.isalpha() and country.isupper()):
        raise DataError(
            "the country must be two capital letters", where=country[:40], hint="like GB or NZ"
        )
    level = level or next((LEVEL_OF[k] for k in imported.about if k in LEVEL_OF), None)
    for what, word, known in (
        ("electoral system", system, SYSTEMS),
        ("office", office, OFFICES),
        ("level", level or "national", LEVELS),
    ):
        if word not in known:
            hint = did_you_mean(word, known) or "one of: " + ", ".join(known)
            raise DataError(f"no such {what}", where=word[:40], hint=hint)
    now = today if today is not None else clock()
    before = imported.results.filter(pl.col("date") < election_date)
    if since is None and not before.is_empty():
        latest = before["date"].max()
        since = latest if isinstance(latest, date) else None
    left: dict[str, int] = {x.why: x.count for x in imported.left_out}
    polls = imported.polls

    def drop(frame: pl.DataFrame, condition: pl.Expr, why: str) -> pl.DataFrame:
        kept = frame.filter(~condition.fill_null(False))
        if kept.height < frame.height:
            left[why] = left.get(why, 0) + frame.height - kept.height
        return kept

    polls = drop(polls, pl.col("end").is_null(), "poll without a date")
    polls = drop(polls, pl.col("end") > election_date, "poll after the election")
    if since is not None:
        polls = drop(polls, pl.col("end") <= since, "poll before the preceding election")
    polls = drop(
        polls,
        pl.all_horizontal([pl.col(c).is_null() for c in imported.codes] or [pl.lit(True)]),
        "poll without any share",
    )
    if polls.is_empty():
        raise DataError(
            f"the file has no poll for an election on {election_date}",
            where=importer.name,
            hint="check the date, and the options of the importer",
        )
    ids = _ids(imported, polls)
    polls = (
        polls.with_columns(
            pl.col("published").fill_null(pl.col("end") + timedelta(days=1)),
            pl.col("hypothetical").fill_null(False),
            pl.lit(importer.name).alias("source"),
        )
        .select([*POLL_COLUMNS, *[pl.col(code).alias(key) for code, key in ids.items()]])
        .sort("end", "start", "pollster", maintain_order=True)
    )
    history = _results(before, ids)
    contenders = [
        Contender(id=key, name=imported.labels.get(code, code)) for code, key in ids.items()
    ]
    total = pl.sum_horizontal(ids.values())
    typical = float(polls.select(total.median()).item())
    if OTHERS not in ids.values() and typical < COMPLETE_TOTAL:
        # The polls leave somebody out: what is not named needs a name.
        contenders.append(Contender(id=OTHERS, name="Others"))
        polls = polls.with_columns(pl.lit(None, pl.Float64).alias(OTHERS))
    over = election_date <= now
    final = imported.results.filter((pl.col("date") == election_date) & pl.lit(over))
    regions = sorted({*polls["region"].drop_nulls(), *history["region"].drop_nulls()})
    return Campaign(
        id=campaign_id,
        title=title or f"{country} election of {election_date:%Y}",
        country=country,
        election_date=election_date,
        date_status="fixed" if over else "latest possible",
        office=office,
        level=level,
        system=system,
        contenders=tuple(contenders),
        regions=tuple(Region(r, r) for r in regions),
        sources=(Source(importer.name, importer.description, importer.licence_note),),
        left_out=tuple(LeftOut(why, n) for why, n in left.items()),
        polls=polls,
        history=history,
        results=_results(final, ids).select(list(RESULT_COLUMNS)),
        events=imported.events.with_columns(
            pl.col("contender").replace_strict(dict(ids), default=None, return_dtype=pl.String)
        ),
    )


def _ids(imported: Imported, polls: pl.DataFrame) -> Mapping[str, str]:
    """Return code -> id for the codes with a share in ``polls``, in the file's order."""
    ids: dict[str, str] = {}
    for code in imported.codes:
        if polls[code].null_count() == polls.height:
            continue
        key = slug(code) or f"c{len(ids) + 1}"
        if key in RESERVED:
            key = f"c-{key}"
        ids[code] = free(key, ids.values())
    if len(ids) > MAX_CONTENDERS:
        raise DataError(
            f"the file reports {len(ids)} parties (limit {MAX_CONTENDERS})",
            hint="narrow it down with the importer's options or --since",
        )
    return ids


def _results(frame: pl.DataFrame, ids: Mapping[str, str]) -> pl.DataFrame:
    return (
        frame.filter(pl.col("contender").is_in(list(ids)))
        .with_columns(pl.col("contender").replace_strict(dict(ids), return_dtype=pl.String))
        .select(list(HISTORY_COLUMNS))
    )
