"""JSON as a table: lists of records, lines, split tables, answers in lists, dawum."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from comparenotes.errors import DataError

MAX_RECORDS = 500_000
MAX_COLUMNS = 500
_NAMES = ("choice", "candidate", "candidate_name", "party", "name", "option", "answer", "label")
_VALUES = ("pct", "percent", "percentage", "value", "share", "result", "support", "estimate")
_HEADS = ("headings", "columns", "header", "fields")
_ROWS = ("data", "rows", "values", "records")

Table = tuple[list[str], list[list[Any]]]


def json_records(text: str, file: str) -> Table:
    """Return columns and rows of a JSON text, or of JSON lines.

    Raises
    ------
    DataError
        If it is no JSON, or holds no list of records.
    """
    try:
        data = _parse(text)
    except (ValueError, RecursionError) as problem:
        reason = str(problem).splitlines()[0][:80] if str(problem) else "too deep"
        raise DataError(f"is no JSON ({reason})", where=file) from None
    if isinstance(data, dict) and {"Surveys", "Parties", "Parliaments"} <= data.keys():
        data = _dawum(data)
    split = _split(data)
    if split is not None:
        return split
    records = _records(data)
    if not records:
        raise DataError("holds no list of records", where=file)
    if len(records) > MAX_RECORDS:
        raise DataError(f"more than {MAX_RECORDS:,} records", where=file)
    flat = [_flat(r) for r in records]
    columns: dict[str, None] = {}
    for row in flat:
        columns |= dict.fromkeys(row)
        if len(columns) > MAX_COLUMNS:
            raise DataError(f"more than {MAX_COLUMNS} columns", where=file)
    return list(columns), [[row.get(c) for c in columns] for row in flat]


def _parse(text: str) -> Any:
    text = text.strip().removeprefix("\ufeff")
    try:
        return json.loads(text)
    except ValueError:
        lines = [x for x in text.splitlines() if x.strip()]
        if len(lines) < 2 or not lines[0].lstrip().startswith(("{", "[")):
            raise
        return [json.loads(x) for x in lines]


def _split(data: Any) -> Table | None:
    """Read {"columns": [...], "data": [[...]]}, or a list of lists under a first one of names."""
    if isinstance(data, dict):
        head = next((data[k] for k in _HEADS if isinstance(data.get(k), list)), None)
        rows = next((data[k] for k in _ROWS if isinstance(data.get(k), list)), None)
        if head is None or rows is None or not all(isinstance(r, list) for r in rows):
            return None
    elif isinstance(data, list) and len(data) > 1 and all(isinstance(r, list) for r in data):
        head, rows = data[0], data[1:]
    else:
        return None
    names = [str(x) for x in head]
    return names, [(list(r) + [None] * len(names))[: len(names)] for r in rows]


def _records(data: Any) -> list[Mapping[str, Any]]:
    """Return the longest list of records in the outer two levels."""
    if isinstance(data, list):
        return [r for r in data if isinstance(r, dict)]
    if not isinstance(data, dict):
        return []
    found: list[Mapping[str, Any]] = []
    for value in data.values():
        inner: list[Mapping[str, Any]] = []
        if isinstance(value, list):
            inner = [r for r in value if isinstance(r, dict)]
        elif isinstance(value, dict) and all(isinstance(r, dict) for r in value.values()):
            inner = list(value.values())
        if len(inner) > len(found):
            found = inner
    if not found and data and all(isinstance(r, dict) for r in data.values()):
        found = list(data.values())
    return found


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return one record on one level; a list of answers or a table of shares becomes columns."""
    row: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            shares = value and all(_is_number(v) for v in value.values())
            for inner, cell in value.items():
                name = str(inner) if shares else f"{key}_{inner}"
                if not isinstance(cell, dict | list):
                    row.setdefault(name, cell)
        elif isinstance(value, list):
            row.update((k, v) for k, v in _answers(value).items() if k not in row)
            if value and all(isinstance(v, str) for v in value):
                row.setdefault(str(key), ", ".join(value))
        else:
            row[str(key)] = value
    return row


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _answers(items: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        if not isinstance(item, dict):
            continue
        low = {str(k).lower(): v for k, v in item.items()}
        name = next((low[k] for k in _NAMES if isinstance(low.get(k), str)), None)
        value = next((low[k] for k in _VALUES if k in low), None)
        if name is not None and value is not None:
            found.setdefault(name, value)
    return found


def _dawum(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the records of a dawum file, its numbers resolved to names."""

    def name(table: str, key: object, field: str) -> str | None:
        entry = data.get(table)
        entry = entry.get(str(key)) if isinstance(entry, dict) else None
        value = entry.get(field) if isinstance(entry, dict) else None
        return value if isinstance(value, str) else None

    surveys = data["Surveys"]
    out = []
    for survey in surveys.values() if isinstance(surveys, dict) else ():
        if not isinstance(survey, dict):
            continue
        period, results = survey.get("Survey_Period"), survey.get("Results")
        period = period if isinstance(period, dict) else {}
        results = results if isinstance(results, dict) else {}
        row: dict[str, Any] = {
            "parliament": name("Parliaments", survey.get("Parliament_ID"), "Shortcut"),
            "start": period.get("Date_Start"),
            "end": period.get("Date_End"),
            "published": survey.get("Date"),
            "pollster": name("Institutes", survey.get("Institute_ID"), "Name"),
            "sponsor": name("Taskers", survey.get("Tasker_ID"), "Name"),
            "sample_size": survey.get("Surveyed_Persons"),
            "mode": name("Methods", survey.get("Method_ID"), "Name"),
        }
        for party, share in results.items():
            row.setdefault(name("Parties", party, "Shortcut") or f"party {party}", share)
        out.append(row)
    return out
