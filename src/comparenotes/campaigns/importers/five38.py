"""Long CSV in the manner of FiveThirtyEight: one row a candidate and question.

Only what the pollster published is read. Weights, influence, grades, adjusted
and cumulative columns were computed on the last day of the campaign, so using
them would tell an earlier day what only the last one knew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from comparenotes.campaigns.importers.protocol import Imported, check_options
from comparenotes.campaigns.importers.reading import (
    Row,
    parse_count,
    parse_date,
    parse_share,
    present,
    read_rows,
)
from comparenotes.campaigns.importers.tables import (
    AFTER_THE_VOTE,
    account,
    check_codes,
    check_dates,
    check_total,
    date_option,
    poll_frame,
)
from comparenotes.campaigns.importers.us_states import region_id
from comparenotes.campaigns.model import POLL_COLUMNS
from comparenotes.campaigns.naming import words
from comparenotes.errors import DataError

_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")
_KEY = ("poll_id", "question_id")
_REQUIRED = (*_KEY, "state", "candidate_name", "pct", "population")
_FACTS = {
    "start": ("start_date", "startdate"),
    "end": ("end_date", "enddate"),
    "pollster": ("pollster_rating_name", "pollster"),
    "size": ("sample_size", "samplesize"),
}


def code_of(name: str) -> str:
    """Return a candidate's code: lower-case ASCII words joined by hyphens."""
    return words(name, "-")


def _fact(row: Row, name: str) -> str:
    return next((row[c] for c in _FACTS[name] if c in row.cells), "")


class Five38:
    """Reader of long 538-style files. Codes are the candidates' names in lower case."""

    name = "five38"
    description = "long CSV of polls as FiveThirtyEight published it, one row a candidate"
    licence_note = "FiveThirtyEight's polls are CC BY 4.0: name the source"
    suffixes = (".csv", ".csv.gz")
    options: Mapping[str, str] = {"election_date": "polls that end later are left out"}

    def sniff(self, head: bytes) -> bool:
        """Return whether the header line holds the long form's columns."""
        line = head.split(b"\n", 1)[0]
        return all(c.encode() in line for c in _REQUIRED) and b"pollster" in line

    def read(self, path: Path, **options: Any) -> Imported:
        """Read a file; see :class:`Importer`."""
        check_options(self, options)
        vote = date_option(options, "election_date")
        rows = read_rows(path, _REQUIRED)
        for columns in _FACTS.values():
            if rows and not any(c in rows[0].cells for c in columns):
                raise DataError(f"no column {columns[0]!r}", where=path.name)
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            groups.setdefault((row["poll_id"], row["question_id"]), []).append(row)
        records: list[dict[str, Any]] = []
        labels: dict[str, str] = {}
        reasons: Counter[str] = Counter()
        used = 0
        for group in groups.values():
            record, why = self._poll(group, vote, labels)
            if record is None:
                reasons[why] += len(group)
                continue
            records.append(record)
            used += len(group)
        codes = {c for r in records for c in r if c not in POLL_COLUMNS}
        check_codes(codes, path.name)
        return Imported(
            polls=poll_frame(records, codes),
            rows=len(rows),
            used={"poll": used},
            left_out=account(reasons),
            labels={c: labels[c] for c in sorted(codes)},
        )

    def _poll(
        self, group: list[Row], vote: date | None, labels: dict[str, str]
    ) -> tuple[dict[str, Any] | None, str]:
        """Return the poll of one question's rows, or None and why it is left out."""
        row = min(group, key=lambda r: sorted(r.cells.items()))
        for other in group:
            for fact in ("start", "end", "pollster", "size"):
                if _fact(other, fact) != _fact(row, fact):
                    raise DataError(
                        f"question {row['question_id'][:40]!r} of poll {row['poll_id'][:40]!r} "
                        f"has two values of {_FACTS[fact][0]!r}",
                        where=other.where,
                    )
        shares: dict[str, float] = {}
        for r in group:
            code = code_of(r["candidate_name"])
            if not code or code in POLL_COLUMNS:
                raise DataError(f"candidate named {r['candidate_name'][:40]!r}", where=r.where)
            if not present(r["pct"]):
                continue
            if code in shares:
                raise DataError(
                    f"candidate {code[:40]!r} twice in question {row['question_id'][:40]!r}",
                    where=r.where,
                    hint="poll_id and question_id must name one question",
                )
            shares[code] = parse_share(r["pct"], r.where)
            labels[code] = min(r["candidate_name"], labels.get(code, r["candidate_name"]))
        if len(shares) < 2:
            return None, "fewer than two candidates reported"
        check_total(shares.values(), row.where)
        start = parse_date(_fact(row, "start"), row.where, _FORMATS)
        end = parse_date(_fact(row, "end"), row.where, _FORMATS)
        check_dates(start, end, row.where)
        last = vote
        if last is None and present(row.get("election_date")):
            last = parse_date(row["election_date"], row.where, _FORMATS)
        if last is not None and end > last:
            return None, AFTER_THE_VOTE
        size = _fact(row, "size")
        asked = " v ".join(sorted(shares))
        options = row.get("number_options")
        if present(options) and parse_count(options, row.where) > len(shares):
            asked += " and others"
        sponsor = row.get("sponsors") if present(row.get("sponsors")) else row.get("partisan")
        return {
            "start": start,
            "end": end,
            "published": _published(row, end),
            "pollster": _fact(row, "pollster"),
            "sponsor": sponsor if present(sponsor) else None,
            "sample_size": parse_count(size, row.where, whole=False) if present(size) else None,
            "population": row["population"] if present(row["population"]) else None,
            "mode": row["methodology"] if present(row.get("methodology")) else None,
            "region": region_id(row["state"] if present(row["state"]) else "", row.where),
            "question": asked,
            "hypothetical": False,
            "source": self.name,
            **shares,
        }, ""


def _published(row: Row, end: date) -> date | None:
    """Return the day the poll was entered (the first day it is known to be public)."""
    text = row.get("created_at").split(" ")[0].split("T")[0]
    if not present(text):
        return None
    return max(end, parse_date(text, row.where, _FORMATS))


IMPORTER = Five38()
