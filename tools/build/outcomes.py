"""``python -m tools.build.outcomes RAW [OUT]``: what happened, as series with their source.

Small boats, border encounters, clean investment. A period is known some time after it ends:
``published`` is a cautious day for it (the files hold no publication days), so that nothing
of a later day is read on an earlier one. Figures were revised since; that is said beside them.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from tools.build.packaged import command, write_tables

SCHEMA: dict[str, Any] = {
    "series": pl.String(), "country": pl.String(), "issue": pl.String(), "start": pl.Date(),
    "end": pl.Date(), "published": pl.Date(), "value": pl.Float64(), "unit": pl.String(),
    "source": pl.String(),
}  # fmt: skip
LAG = {"small boats": timedelta(days=2), "border encounters": timedelta(days=31),
       "clean investment": timedelta(days=92)}  # fmt: skip
"""So long after a period ends its figure counts as known."""
BOATS = "UK Home Office, by way of thenationalnews-datavis/uk_small_boats @c442171"
BORDER = "US Office of Homeland Security Statistics, by way of arilamstein/immigration_enforcement"
BORDER += " @c438a05"
CLEAN = "Clean Investment Monitor, by way of lrcarey222/Electro-Industrial-Geos @de4a129"
ABOUT = {
    "series": {
        "source": f"{BOATS}; {BORDER}; {CLEAN}; made by tools/build/outcomes.py",
        "licence": "CC BY 4.0; US government data (MIT repository); CC BY 4.0",
        "retrieved": "see the commits",
    }
}


def build(raw: Path) -> dict[str, pl.DataFrame]:
    """Return the one table of series."""
    folder = raw / "government_record"
    rows = [*_boats(folder), *_border(folder), *_clean(folder)]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return {"series": frame.sort("series", "start")}


def _row(
    name: str, country: str, issue: str, start: date, end: date, value: float, unit: str,
    source: str,
) -> tuple[Any, ...]:  # fmt: skip
    return name, country, issue, start, end, end + LAG[name], value, unit, source


def _boats(folder: Path) -> list[tuple[Any, ...]]:
    """Return arrivals by month; a month without any is empty and its running total unchanged."""
    table = pl.read_csv(folder / "uk_small_boats_monthly.csv", try_parse_dates=True)
    arrived = table["cumulative_migrants_arrived"]
    first = table["n_month"] == 1
    months = table.select(
        start=pl.col("date_month").cast(pl.Date),
        value=pl.when(first).then(arrived).otherwise(arrived - arrived.shift(1)),
    )
    months = months.drop_nulls("value").head(-1)  # the last month is not over in the file
    return [
        _row("small boats", "GB", "migration", start, _month_end(start), float(value),
             "people", BOATS)
        for start, value in months.iter_rows()
    ]  # fmt: skip


def _border(folder: Path) -> list[tuple[Any, ...]]:
    table = pl.read_csv(folder / "us_border_patrol_encounters_monthly.csv")
    starts = table["month"].str.to_date("%Y-%m").to_list()
    values = table["Southwest Land Border"].to_list()
    return [
        _row("border encounters", "US", "migration", start, _month_end(start), float(value),
             "encounters", BORDER)
        for start, value in zip(starts, values, strict=True)
    ]  # fmt: skip


def _clean(folder: Path) -> list[tuple[Any, ...]]:
    table = pl.read_csv(folder / "us_clean_investment_by_technology.csv")
    quarters = table.group_by("quarter").agg(pl.col("million_2024_usd").sum()).sort("quarter")
    out = []
    for quarter, value in quarters.iter_rows():
        start = date(int(quarter[:4]), 3 * int(quarter[-1]) - 2, 1)
        end = _month_end(date(start.year, start.month + 2, 1))
        unit = "million dollars of 2024"  # all spending, consumers' too
        out.append(_row("clean investment", "US", "green", start, end, round(value), unit, CLEAN))
    return out


def _month_end(start: date) -> date:
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def write(tables: dict[str, pl.DataFrame], out: Path) -> None:
    """Write the table and its manifest."""
    write_tables(out / "outcomes", tables, ABOUT)


if __name__ == "__main__":
    command("tools.build.outcomes", __doc__, build, write)
