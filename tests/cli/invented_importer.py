"""An importer of an invented format: ``day,firm,AB,C D`` lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from comparenotes.campaigns.importers.protocol import Imported
from comparenotes.campaigns.model import HISTORY_COLUMNS, POLL_COLUMNS, LeftOut
from comparenotes.errors import DataError


class InventedImporter:
    name = "invented"
    description = "An invented format"
    licence_note = "CC0"
    suffixes = (".inv",)
    options: Mapping[str, str] = {"area": "only this area"}

    def sniff(self, head: bytes) -> bool:
        return head.startswith(b"day,firm")

    def read(self, path: Path, **options: Any) -> Imported:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        polls, results, bad = [], [], 0
        for line in lines:
            day, firm, *shares = line.split(",")
            if firm == "boom":
                raise DataError("a broken row", where=path.name, hint="mend it")
            if firm == "bad":
                bad += 1
                continue
            ab, cd = (float(x) if x else None for x in shares)
            end = date.fromisoformat(day)
            if firm == "result":
                results += [
                    {"date": end, "region": None, "contender": c, "share": x, "seats": None}
                    for c, x in (("AB", ab), ("C D", cd))
                ]
                continue
            facts = dict.fromkeys(POLL_COLUMNS)
            area = options.get("area")
            polls.append(
                {**facts, "end": end, "pollster": firm, "region": area, "AB": ab, "C D": cd}
            )
        schema = {**POLL_COLUMNS, "AB": pl.Float64(), "C D": pl.Float64()}
        return Imported(
            polls=pl.DataFrame(polls, schema=schema),
            results=pl.DataFrame(results, schema=dict(HISTORY_COLUMNS)),
            rows=len(lines),
            used={"poll": len(polls), "result": len(results) // 2},
            left_out=(LeftOut("bad row", bad),),
            labels={"AB": "Alpha Beta"},
        )


IMPORTER = InventedImporter()
