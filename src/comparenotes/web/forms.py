"""What a page was asked for: campaigns and a day, read from the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from comparenotes.errors import CompareNotesError

FIRST_YEAR, LAST_YEAR = 1800, 2100
MAX_AWAY = 12


@dataclass(frozen=True)
class Asked:
    """Home, away and the as-of day of a page; ``given`` is False where the day is today."""

    home: str
    away: tuple[str, ...]
    as_of: date
    given: bool = True
    extra: tuple[tuple[str, str], ...] = field(default=())

    def query(self, as_of: date | None = None, **more: object) -> str:
        """Return the address's query for the same campaigns on a day."""
        pairs: list[tuple[str, str]] = [("home", self.home)] if self.home else []
        pairs += [("away", a) for a in self.away]
        pairs.append(("as_of", (as_of or self.as_of).isoformat()))
        pairs += [(k, str(v)) for k, v in more.items()]
        return urlencode(pairs)


def day(params: QueryParams, name: str = "as_of") -> date | None:
    """Return a day of the address, None where it is not given."""
    text = params.get(name, "").strip()
    if not text:
        return None
    try:
        value = date.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or len(text) != 10 or not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise CompareNotesError(
            "is no day", where=f"{name}={text[:20]!r}", hint="write it like 2026-08-20"
        )
    return value


def asked(params: QueryParams) -> Asked:
    """Return what a page of a comparison was asked for."""
    from comparenotes.campaigns.snapshot import today

    home = params.get("home", "").strip()
    away = tuple(dict.fromkeys(a for text in params.getlist("away") for a in text.split()))
    if not home:
        raise CompareNotesError("no home campaign is chosen", hint="choose one on the first page")
    if not away:
        raise CompareNotesError("no away campaign is chosen", hint="choose one on the first page")
    if len(away) > MAX_AWAY:
        raise CompareNotesError(f"more than {MAX_AWAY} away campaigns", where="away")
    given = day(params)
    return Asked(home, away, given or today(), given is not None)


def whole(params: QueryParams, name: str, most: int) -> int | None:
    """Return a whole number from 1 to ``most``, None where it is not given."""
    text = params.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not 1 <= int(text) <= most:
        raise CompareNotesError(
            "is no number of a finding", where=f"{name}={text[:20]!r}", hint=f"1 to {most}"
        )
    return int(text)


def steps(day_now: date, first: date, last: date, every: int = 7) -> Sequence[date]:
    """Return the days of the as-of slider: ``every`` days apart, through ``day_now``."""
    from datetime import timedelta

    before = (day_now - first).days // every if day_now > first else 0
    start = day_now - timedelta(days=before * every)
    count = max(0, (last - start).days) // every
    return [start + timedelta(days=i * every) for i in range(count + 1)]
