"""Long CSV in the manner of FiveThirtyEight: one row a candidate and question.

Only what the pollster published is read. Weights, influence, grades, adjusted
and cumulative columns were computed on the last day of the campaign, so using
them would tell an earlier day what only the last one knew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from comparenotes.campaigns.importers.ledger import Ledger
from comparenotes.campaigns.importers.protocol import Imported, check_options
from comparenotes.campaigns.importers.reading import (
    Row,
    RowError,
    parse_count,
    parse_date,
    parse_share,
    present,
    read_rows,
)
from comparenotes.campaigns.importers.tables import (
    AFTER_THE_VOTE,
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
    options: Mapping[str, str] = {
        "election_date": "polls that end later, or of an election on another day, are left out",
        "office": "only polls of this office, in the file's word, like President or U.S. Senate",
        "state": "only polls of this state, by name or letters, like TX (national: US)",
        "stage": "general (the default where the file says), primary, runoff",
    }

    def sniff(self, head: bytes) -> bool:
        """Return whether the header line holds the long form's columns."""
        line = head.split(b"\n", 1)[0]
        return all(c.encode() in line for c in _REQUIRED) and b"pollster" in line

    def read(self, path: Path, **options: Any) -> Imported:
        """Read a file; see :class:`Importer`."""
        check_options(self, options)
        wanted = _Wanted(
            date_option(options, "election_date"),
            _word(options.get("office")),
            _word(options.get("state")),
            _word(options.get("stage")) or "general",
        )
        bad: list[RowError] = []
        rows = read_rows(path, _REQUIRED, bad=bad)
        for columns in _FACTS.values():
            if rows and not any(c in rows[0].cells for c in columns):
                raise DataError(f"no column {columns[0]!r}", where=path.name)
        offices = Counter(o for r in rows if present(o := _office(r)))
        if wanted.office is None and len(offices) > 1:
            raise DataError(
                f"holds polls of {len(offices)} offices: {', '.join(sorted(offices)[:6])}",
                where=path.name,
                hint=f"choose with --option office='{min(offices)}'",
            )
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            groups.setdefault((row["poll_id"], row["question_id"]), []).append(row)
        records: list[dict[str, Any]] = []
        labels: dict[str, str] = {}
        ledger = Ledger()
        for problem in bad:
            ledger.problem(problem)
        for group in groups.values():
            try:
                record, why = self._poll(group, wanted, labels)
            except RowError as problem:
                for row in group:
                    ledger.problem(problem, row.where)
                continue
            for row in group:
                text = f"{_fact(row, 'pollster')}: {row['candidate_name']} {row['pct']}"
                if record is None:
                    ledger.leave_out(row.where, why, text)
                else:
                    ledger.use(row.where, "poll", text)
            if record is not None:
                records.append(record)
        codes = {c for r in records for c in r if c not in POLL_COLUMNS}
        check_codes(codes, path.name)
        days = Counter(d for r in rows if (d := r.get("election_date") or r.get("cycle")))
        several = wanted.day is None and len(days) > 1
        return Imported(
            polls=poll_frame(records, codes),
            rows=ledger.rows,
            used={"poll": ledger.used.get("poll", 0)},
            left_out=ledger.left_out,
            labels={c: labels[c] for c in sorted(codes)},
            fates=tuple(ledger.fates),
            notes=(f"holds polls of {len(days)} elections: --date chooses one",) if several else (),
        )

    def _poll(
        self, group: list[Row], wanted: _Wanted, labels: dict[str, str]
    ) -> tuple[dict[str, Any] | None, str]:
        """Return the poll of one question's rows, or None and why it is left out."""
        row = min(group, key=lambda r: sorted(r.cells.items()))
        other = wanted.other(row)
        if other is not None:
            return None, other
        for r in group:
            for fact in ("start", "end", "pollster", "size"):
                if _fact(r, fact) != _fact(row, fact):
                    raise RowError(
                        f"question {row['question_id'][:40]!r} of poll {row['poll_id'][:40]!r} "
                        f"has two values of {_FACTS[fact][0]!r}",
                        where=r.where,
                        reason="a question whose rows contradict each other",
                    )
        shares: dict[str, float] = {}
        for r in group:
            code = code_of(r["candidate_name"])
            if not code or code in POLL_COLUMNS:
                raise RowError(
                    f"candidate named {r['candidate_name'][:40]!r}",
                    where=r.where,
                    reason="a candidate without a name",
                )
            if not present(r["pct"]):
                continue
            if code in shares:
                raise RowError(
                    f"candidate {code[:40]!r} twice in question {row['question_id'][:40]!r}",
                    where=r.where,
                    hint="poll_id and question_id must name one question",
                    reason="a candidate twice in one question",
                )
            shares[code] = parse_share(r["pct"], r.where)
            labels[code] = min(r["candidate_name"], labels.get(code, r["candidate_name"]))
        if len(shares) < 2:
            return None, "fewer than two candidates reported"
        check_total(shares.values(), row.where)
        start = parse_date(_fact(row, "start"), row.where, _FORMATS)
        end = parse_date(_fact(row, "end"), row.where, _FORMATS)
        check_dates(start, end, row.where)
        last = wanted.day or _election(row)
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
            "region": wanted.region(row),
            "question": asked,
            "hypothetical": row.get("hypothetical").lower() in _TRUE,
            "source": self.name,
            **shares,
        }, ""


_TRUE = frozenset({"true", "t", "1", "yes"})
_STAGES = {"jungle primary": "primary", "general election": "general", "run-off": "runoff"}


def _word(value: object) -> str | None:
    return " ".join(str(value).lower().split()) if value is not None else None


_OFFICES = {"senator": "senate", "parliament": "house", "gubernatorial": "governor"}


def _plain(office: str) -> str:
    """Return an office in one word: 'U.S. Senate' and 'senator' are the same."""
    word = (_word(office) or "").replace("u.s. ", "").replace("us ", "")
    return _OFFICES.get(word, word)


def _office(row: Row) -> str:
    return row.get("office_type") or row.get("office") or row.get("race_type")


def _election(row: Row) -> date | None:
    text = row.get("election_date")
    return parse_date(text, row.where, _FORMATS) if present(text) else None


@dataclass(frozen=True)
class _Wanted:
    """Which election the user asks for."""

    day: date | None
    office: str | None
    state: str | None
    stage: str

    def other(self, row: Row) -> str | None:
        """Return why a row is of another election, or None."""
        office = _office(row)
        if self.office is not None and present(office) and _plain(office) != _plain(self.office):
            return "another office"
        state = row["state"] if present(row["state"]) else ""
        if self.state is not None and not self._in_state(row, state):
            return "another state"
        stage = row.get("stage").strip().lower()
        if present(stage) and _STAGES.get(stage, stage) != self.stage:
            return f"another stage of the election ({stage[:20]})"
        day = _election(row)
        if self.day is not None and day is not None and day != self.day:
            return "another election (election_date)"
        cycle = row.get("cycle")
        if (
            self.day is not None
            and present(cycle)
            and day is None
            and _year(cycle) != self.day.year
        ):
            return "another election (cycle)"
        return None

    def _in_state(self, row: Row, state: str) -> bool:
        if self.state in ("us", "national"):
            return not state
        if not state:
            return False
        region = region_id(state, row.where) or ""
        return self.state in (state.lower(), region.lower(), region.lower().removeprefix("us-"))

    def region(self, row: Row) -> str | None:
        """Return the row's region; a race of one state is that race's whole electorate."""
        if self.state not in (None, "us", "national"):
            return None
        return region_id(row["state"] if present(row["state"]) else "", row.where)


def _year(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{4}", text) else None


def _published(row: Row, end: date) -> date | None:
    """Return the day the poll was entered (the first day it is known to be public)."""
    text = row.get("created_at").split(" ")[0].split("T")[0]
    if not present(text):
        return None
    return max(end, parse_date(text, row.where, _FORMATS))


IMPORTER = Five38()
