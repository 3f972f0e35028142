"""The codebook of the campaign folder, generated from the model.

``python -m lab.codebook`` prints ``docs/codebook.md``; a test
compares the two and fails on a column nobody described.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import polars as pl
from lab.markdown import markdown

from comparenotes.campaigns.checks_campaign import MAX_CONTENDERS, MAX_REGIONS, RESTS
from comparenotes.campaigns.checks_tables import CONFIDENCES, EXPECTS, REQUIRED
from comparenotes.campaigns.checks_text import MAX_COLUMNS, MAX_ROWS, MAX_TABLE_BYTES
from comparenotes.campaigns.elected import CHAMBER_RULES, LEVELS, OFFICES, STATUSES
from comparenotes.campaigns.model import (
    DATE_STATUSES,
    EVENT_KINDS,
    FAMILIES,
    ROLES,
    SCHEMA_VERSION,
    SYSTEMS,
    TABLES,
)

Entry = tuple[str, str]
"""(unit or allowed values, meaning)."""

_DAY = "YYYY-MM-DD"
_ID = "contender id"

TABLE_MEANING: Mapping[str, str] = {
    "polls": "Polls of voting intention, one row a poll and question.",
    "history": "Earlier results, one row a contender, election and region.",
    "results": "This election's result. Kept apart: before polling day nothing reads it.",
    "events": "Dated happenings.",
    "record": "What those in office did or spent.",
    "notes": "What a person observed.",
    "series": "Any other series: approval, most important issue, the economy.",
}

COLUMNS: Mapping[str, Mapping[str, Entry]] = {
    "polls": {
        "start": (_DAY, "First day of fieldwork."),
        "end": (_DAY, "Last day of fieldwork. Required."),
        "published": (_DAY, "Day of publication. Missing: `end` + 1 day."),
        "pollster": ("name", "The firm that asked. Required. One spelling a firm."),
        "sponsor": ("name", "Who paid."),
        "sample_size": ("persons", "Respondents behind the shares. Missing: flagged."),
        "population": (
            "`lv`, `rv`, `v`, `a`, or free",
            "Who was asked: likely voters, registered voters, voters, adults.",
        ),
        "mode": ("free", "How they were asked: online, phone, face to face ..."),
        "region": ("region id", "The region asked. Empty: the whole electorate."),
        "question": ("free", "Version of the question. Polls of one version are comparable."),
        "hypothetical": (
            "true, false",
            "Asked about a contest that was not in force. Empty: false.",
        ),
        "source": ("source key", "Key of a `[[sources]]` block."),
    },
    "history": {
        "date": (_DAY, "Polling day, before this election's. Required."),
        "region": ("region id", "Empty: the whole electorate."),
        "contender": (_ID, "Required in long form."),
        "share": ("per cent of valid votes", "Empty: not reported."),
        "seats": ("seats", "Seats won."),
    },
    "results": {
        "region": ("region id", "Empty: the whole electorate."),
        "contender": (_ID, "Required in long form."),
        "share": ("per cent of valid votes", "Empty: not reported."),
        "seats": ("seats", "Seats won."),
    },
    "events": {
        "date": (_DAY, "The day it happened. Required."),
        "title": ("text", "What happened, in a few words. Required."),
        "kind": (", ".join(f"`{k}`" for k in EVENT_KINDS), "Sort of event."),
        "contender": (_ID, "Whom it concerns. Empty: all, or nobody."),
        "source": ("free", "Where it is reported."),
    },
    "record": {
        "date": (_DAY, "The day it was decided, delivered or paid. Required."),
        "contender": (_ID, "Whose record it is."),
        "issue": ("free", "Policy topic."),
        "what": ("text", "What was done. Required."),
        "amount": ("see `unit`", "How much."),
        "unit": ("free", "Unit of `amount`, like `GBP million`."),
        "source": ("free", "Where it is reported."),
    },
    "notes": {
        "date": (_DAY, "The day of the note. Required."),
        "author": ("name", "Who observed it. Required."),
        "about": ("free", "Whom or what it is about: a contender id, or text."),
        "issue": ("free", "Policy topic."),
        "text": ("text", "The observation. Required."),
        "confidence": (", ".join(CONFIDENCES), "How sure the author is."),
        "finding": ("key of a finding", "The finding it is about, like `race:change:us-2024`."),
        "expects": (
            ", ".join(EXPECTS),
            "Where the author puts that finding's number against no difference.",
        ),
    },
    "series": {
        "date": (_DAY, "The day it was measured. Required."),
        "name": ("free", "Name of the series, like `approval`. Required."),
        "contender": (_ID, "Whom it concerns, where it concerns one."),
        "value": ("see `name`", "The value. Required."),
        "sample_size": ("persons", "Respondents behind it, where it is from a survey."),
        "source": ("free", "Where it is from."),
    },
}

_CHANGES = ("blocks `since`, `name`", "Who took over, from which day.")

BLOCKS: Mapping[str, Mapping[str, Entry]] = {
    "(top of the file)": {
        "schema_version": (f"{SCHEMA_VERSION}", "Version of this format. Required."),
        "id": ("lower-case letters, digits, `-`", "The campaign's id. Required."),
        "country": ("ISO 3166-1 alpha-2", "Country. Required."),
        "title": ("text", "What the election is called. Required."),
        "election_date": (_DAY, "Polling day; of two rounds, the first. Required."),
        "date_status": (", ".join(DATE_STATUSES), "How sure the date is. Missing: fixed."),
        "office": (", ".join(OFFICES), "What is elected. Missing: parliament."),
        "system": (", ".join(SYSTEMS), "Electoral system. Required."),
        "level": (
            ", ".join(LEVELS),
            "Whose election it is. Missing: not said, and no seats are shown.",
        ),
        "status": (", ".join(STATUSES), "Whether the election stands. Missing: ordinary."),
        "rest": (
            ", ".join(RESTS),
            "What a poll's contenders leave of 100. Missing: others.",
        ),
        "currency": ("ISO 4217", "The home currency."),
        "complete": (
            "true, false",
            "The named contenders are everything. Missing: false; what they leave is the others'.",
        ),
    },
    "[chamber]": {
        "seats": ("1 to 10,000", "Size, where it is not the country's parliament. Required."),
        "majority": ("a whole number", "Seats that carry a vote. Missing: more than half."),
        "threshold": ("per cent", "Lists under it win nothing. Missing: none."),
        "rule": (", ".join(CHAMBER_RULES), "How votes become seats. Missing: none are shown."),
    },
    "[government]": {
        "since": (_DAY, "Start of the leading party's unbroken spell in office."),
        "head": ("name", "Head of government when the campaign began."),
        "parties": ("list of contender ids", "Who governs, the leading party first."),
        "term": ("number", "Term in that spell: 1 = elected once, now seeks a second."),
        "changes": _CHANGES,
    },
    "[[contenders]]": {
        "id": ("lower-case letters, digits, `-`, `_`", "Column name in the tables. Required."),
        "name": ("text", "Printed name. Missing: the id."),
        "party": ("text", "The party, where the contender is a person."),
        "family": (", ".join(FAMILIES), "Party family."),
        "role": (", ".join(ROLES), "Place in the present parliament. Missing: other."),
        "candidate": ("name", "Who stood or led when the campaign began."),
        "colour": ("#rrggbb", "Colour in charts."),
        "changes": _CHANGES,
        "since": (_DAY, "Day from which it exists. Missing: from the start."),
        "until": (_DAY, "Day it left the race."),
        "parlgov_id": ("number", "The party's number in ParlGov."),
    },
    "[[polling_days]]": {
        "known": (_DAY, "From this day on polling day was thought to be `day`. Required."),
        "day": (_DAY, "When the vote was due. Required."),
        "status": (", ".join(DATE_STATUSES), "How sure it was. Missing: fixed."),
        "source": ("text", "Where `known` comes from. Missing: by rule."),
    },
    "[[blocs]]": {
        "id": ("as a contender's", "Required."),
        "name": ("text", "Printed name."),
        "contenders": ("list of contender ids", "Its members. Required."),
    },
    "[[regions]]": {
        "id": ("ISO 3166-2 where there is one", "Name in the tables. Required."),
        "name": ("text", "Printed name."),
        "weight": ("number", "Its part of the vote; for all regions or none. Districts need none."),
        "seats": ("seats", "What it elects."),
    },
    "[[sources]]": {
        "key": ("word", "Name in the column `source` of the polls. Required."),
        "title": ("text", "Printed with every finding. Required."),
        "licence": ("text", "Terms of use. Missing: `not stated`."),
        "url": ("address", "Where it was found."),
        "retrieved": ("text", "When, or which version."),
    },
    "[[left_out]]": {
        "why": ("text", "Why rows of the raw data are not in the tables."),
        "count": ("rows", "How many."),
    },
}

_TYPES = {
    pl.Date(): "date",
    pl.String(): "text",
    pl.Int64(): "whole number",
    pl.Float64(): "number",
    pl.Boolean(): "yes or no",
}


def render() -> str:
    """Return the codebook as Markdown.

    Raises
    ------
    KeyError
        If a column of the model is not described here.
    """
    lines = [
        "# Codebook",
        "",
        (
            f"Format version {SCHEMA_VERSION}. Generated from the model by "
            "`python -m lab.codebook`; do not edit. Column names are a promise: "
            "they change only with the version. How the files work together, the wide and long "
            "forms and what is checked: [campaign-folder.md](campaign-folder.md)."
        ),
        "",
        "An empty cell means *not reported*, never 0. Shares are per cent throughout.",
        "",
        (
            f"Limits: {MAX_CONTENDERS} contenders, {MAX_REGIONS:,} regions, {MAX_COLUMNS} columns, "
            f"{MAX_ROWS:,} rows and {MAX_TABLE_BYTES // 2**20} MB a table."
        ),
        "",
    ]
    for name, columns in TABLES.items():
        lines += [f"## {name}.csv", "", TABLE_MEANING[name], ""]
        rows = [
            (f"`{c}`" + ("*" if _required(name, c) else ""), _TYPES[dtype], *COLUMNS[name][c])
            for c, dtype in columns.items()
        ]
        if name == "polls":
            rows.append(
                (
                    "one a contender, named by its id",
                    _TYPES[pl.Float64()],
                    "per cent",
                    "Its share. Empty: not reported. `<1` is read as half of the bound.",
                )
            )
        lines += [markdown(("column", "type", "unit or values", "meaning"), rows), ""]
    lines += ["`*` required.", "", "## campaign.toml", ""]
    for block, keys in BLOCKS.items():
        lines += [f"### {block}", ""]
        entries = [(f"`{k}`", *entry) for k, entry in keys.items()]
        lines += [markdown(("key", "unit or values", "meaning"), entries), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _required(name: str, column: str) -> bool:
    return column in (REQUIRED.get(name, ("end", "pollster")))


if __name__ == "__main__":
    sys.stdout.write(render())
