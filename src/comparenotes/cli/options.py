"""Options and help that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

FIRST_YEAR, LAST_YEAR = 1800, 2100

if TYPE_CHECKING:
    _DateType = click.ParamType[date]
else:  # not generic before click 8.3
    _DateType = click.ParamType


class IsoDate(_DateType):
    """A day written YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or fail with a message that says how to write one."""
        if isinstance(value, date):
            return value
        text = str(value).strip()
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            self.fail(f"{text[:40]!r} is not a date: write it like 2024-08-18", param, ctx)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.fail(f"there is no day {text!r}", param, ctx)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail(f"the year of {text!r} is not in {FIRST_YEAR} to {LAST_YEAR}", param, ctx)
        return day


ISO_DATE = IsoDate()


def as_of_option(f: F) -> F:
    """Add ``--as-of DATE`` (parameter ``as_of: date | None``)."""
    return click.option(
        "--as-of",
        type=ISO_DATE,
        metavar="DATE",
        help="Use only what was published by this day. Default: today, or the eve of a "
        "finished campaign.",
    )(f)


def since_option(f: F) -> F:
    """Add ``--since DATE`` (parameter ``since: date | None``)."""
    return click.option(
        "--since", type=ISO_DATE, metavar="DATE", help="Also say what changed since this day."
    )(f)


def json_option(f: F) -> F:
    """Add ``--json`` (parameter ``as_json: bool``): stdout is then pure JSON."""
    return click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")(f)


def examples(*lines: str) -> str:
    """Return an epilog that shows ``lines`` as they are, one a line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
