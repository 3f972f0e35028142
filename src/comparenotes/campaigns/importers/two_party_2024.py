"""The two-party file of 2024: Y of K two-party respondents name the Democrat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from comparenotes.campaigns.importers.protocol import Imported, check_options
from comparenotes.campaigns.importers.reading import parse_count, parse_date, present, read_rows
from comparenotes.campaigns.importers.tables import (
    AFTER_THE_VOTE,
    account,
    date_option,
    poll_frame,
)
from comparenotes.campaigns.importers.us_states import region_id
from comparenotes.errors import DataError

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
        reasons: Counter[str] = Counter()
        rows = read_rows(path, _REQUIRED)
        for row in rows:
            end = parse_date(row["end_date"], row.where)
            size, named = parse_count(row["K"], row.where), parse_count(row["Y"], row.where)
            if named > size or size == 0:
                raise DataError(f"{named} of {size} name the Democrat", where=row.where)
            if row["hyp"] not in ("0", "1"):
                raise DataError(f"hyp is {row['hyp'][:40]!r}, not 0 or 1", where=row.where)
            if vote is not None and end > vote:
                reasons[AFTER_THE_VOTE] += 1
                continue
            sponsor, mode, group = row["candidate_sponsored"], row["mode"], row["group"]
            records.append(
                {
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
            )
        return Imported(
            polls=poll_frame(records, ("dem", "rep")),
            rows=len(rows),
            used={"poll": len(records)},
            left_out=account(reasons),
            labels={"dem": "Democrat", "rep": "Republican"},
        )


IMPORTER = TwoParty2024()
