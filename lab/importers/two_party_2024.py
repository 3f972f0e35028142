"""The two-party file of 2024: Y of K two-party respondents name the Democrat."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from comparenotes.campaigns.importers.ledger import Ledger
from comparenotes.campaigns.importers.protocol import Imported, check_options
from comparenotes.campaigns.importers.reading import (
    Row,
    RowError,
    parse_count,
    parse_date,
    present,
    read_rows,
)
from comparenotes.campaigns.importers.tables import (
    AFTER_THE_VOTE,
    date_option,
    poll_frame,
)
from comparenotes.campaigns.importers.us_states import region_id

_REQUIRED = (
    "poll_id", "state", "K", "pollster", "end_date", "group", "mode",
    "candidate_sponsored", "dem_candidate", "Y", "hyp",
)  # fmt: skip
_UNKNOWN = ("Unknown", "None")


class TwoParty2024:
    """Reader of the file. Shares are 100*Y/K and the rest; the sample size is K.

    K leaves out whoever named neither, so it is the size the two-party share
    was measured on. The file has no first day of fieldwork: ``start`` is null.
    ``question`` is the Democrat named.
    """

    name = "two_party_2024"
    description = "polls of the presidential race of 2024 as two-party counts (Y of K)"
    licence_note = "markjrieke/2024-potus is under the MIT licence"
    suffixes = (".csv", ".csv.gz")
    options: Mapping[str, str] = {"election_date": "polls that end later are left out"}

    def sniff(self, head: bytes) -> bool:
        """Return whether the header line holds the file's columns."""
        cells = [c.strip().strip(b'"') for c in head.split(b"\n", 1)[0].split(b",")]
        return all(c.encode() in cells for c in _REQUIRED if c != "poll_id")

    def read(self, path: Path, **options: Any) -> Imported:
        """Read a file; see :class:`Importer`."""
        check_options(self, options)
        vote = date_option(options, "election_date")
        records: list[dict[str, Any]] = []
        bad: list[RowError] = []
        ledger = Ledger()
        rows = read_rows(path, _REQUIRED, bad=bad)
        for problem in bad:
            ledger.problem(problem)
        for row in rows:
            try:
                record = self._poll(row)
            except RowError as problem:
                ledger.problem(problem, row.where)
                continue
            if vote is not None and record["end"] > vote:
                ledger.leave_out(row.where, AFTER_THE_VOTE, row["pollster"])
                continue
            ledger.use(row.where, "poll", row["pollster"])
            records.append(record)
        return Imported(
            polls=poll_frame(records, ("dem", "rep")),
            rows=ledger.rows,
            used=ledger.used,
            left_out=ledger.left_out,
            labels={"dem": "Democrat", "rep": "Republican"},
            fates=tuple(ledger.fates),
        )

    def _poll(self, row: Row) -> dict[str, Any]:
        end = parse_date(row["end_date"], row.where)
        size, named = parse_count(row["K"], row.where), parse_count(row["Y"], row.where)
        if named > size or size == 0:
            raise RowError(
                f"{named} of {size} name the Democrat",
                where=row.where,
                reason="more people than were asked",
            )
        if row["hyp"] not in ("0", "1"):
            raise RowError(
                f"hyp is {row['hyp'][:40]!r}, not 0 or 1",
                where=row.where,
                reason="a mark that is neither 0 nor 1",
            )
        sponsor, mode, group = row["candidate_sponsored"], row["mode"], row["group"]
        return {
            "end": end,
            "pollster": row["pollster"],
            "sponsor": sponsor if present(sponsor) and sponsor not in _UNKNOWN else None,
            "sample_size": size,
            "population": group if present(group) else None,
            "mode": mode if present(mode) and mode not in _UNKNOWN else None,
            "region": region_id(row["state"], row.where),
            "question": row["dem_candidate"],
            "hypothetical": row["hyp"] == "1",
            "source": self.name,
            "dem": 100 * named / size,
            "rep": 100 * (size - named) / size,
        }


IMPORTER = TwoParty2024()
