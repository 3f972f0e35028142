"""What validation found: problems with file, line, what and hint, and an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from comparenotes.campaigns.model import Campaign, LeftOut
from comparenotes.errors import DataError

Level = Literal["error", "warning"]

KEPT_PER_KIND = 20
"""Problems of one kind in one file that are listed; the rest are counted."""

SHOWN_CHARACTERS = 60


def shown(value: object, limit: int = SHOWN_CHARACTERS) -> str:
    """Return ``value`` quoted, on one line, printable and short: safe in a message."""
    text = "".join(c if c.isprintable() else " " for c in str(value)[: limit + 1])
    return repr(text[:limit] + "..." if len(text) > limit else text)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a folder.

    ``file`` is empty where the folder itself is meant; ``line`` is the first line
    concerned (1 = the header), None where the whole file is; ``count`` says how
    many rows the problem stands for.
    """

    level: Level
    code: str
    file: str
    line: int | None
    what: str
    hint: str | None = None
    count: int = 1

    @property
    def where(self) -> str:
        """Return ``file:line``, or the file."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def one_line(self) -> str:
        """Return ``where: level: what. Hint: ...``."""
        rows = f" ({self.count} rows, this is the first)" if self.count > 1 else ""
        hint = f". Hint: {self.hint}" if self.hint else ""
        where = f"{self.where}: " if self.where else ""
        return f"{where}{self.level}: {self.what}{rows}{hint}"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return dict(vars(self))


@dataclass
class Report:
    """Collects problems while a folder is read; bounded, whatever the input."""

    problems: list[Problem] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    _seen: dict[tuple[Level, str, str], int] = field(default_factory=dict)
    _place: dict[tuple[Level, str, str], int] = field(default_factory=dict)
    errors: int = 0
    strict: bool = False
    _rows: list[tuple[str, str, int, int | None]] = field(default_factory=list)

    def row_error(
        self,
        code: str,
        file: str,
        line: int,
        what: str,
        hint: str | Callable[[], str | None] | None = None,
    ) -> None:
        """Record an error that concerns one row only: :meth:`settle` decides what it means."""
        before = len(self.problems)
        self.error(code, file, line, what, hint)
        self._rows.append((code, file, line, before if len(self.problems) > before else None))

    def settle(self, file: str, rows: int) -> frozenset[int]:
        """Turn errors of single rows into warnings, where most rows are sound.

        Returns
        -------
        frozenset of int
            The lines to leave out; empty where the errors stand (a strict report, or
            more than half of the ``rows`` have one).
        """
        mine = [r for r in self._rows if r[1] == file]
        bad = frozenset(line for _, _, line, _ in mine)
        if self.strict or not bad or 2 * len(bad) > rows:
            return frozenset()
        for code, _, _, place in mine:
            self.errors -= 1
            for level, step in (("error", -1), ("warning", 1)):
                key = (level, code, file)
                self._seen[key] = self._seen.get(key, 0) + step  # type: ignore[index, arg-type]
            if place is not None:
                old = self.problems[place]
                self.problems[place] = replace(old, level="warning", what=f"{old.what}: left out")
        self._rows = [r for r in self._rows if r[1] != file]
        self.leave_out(f"{file}: row with a fault", len(bad))
        return bad

    def error(
        self,
        code: str,
        file: str,
        line: int | None,
        what: str,
        hint: str | Callable[[], str | None] | None = None,
    ) -> None:
        """Record an error; a callable ``hint`` is only worked out if it is shown."""
        self.errors += 1
        self._add("error", code, file, line, what, hint)

    def warn(
        self,
        code: str,
        file: str,
        line: int | None,
        what: str,
        hint: str | Callable[[], str | None] | None = None,
    ) -> None:
        """Record a warning."""
        self._add("warning", code, file, line, what, hint)

    def tally(self, code: str, file: str, line: int, what: str, hint: str | None = None) -> None:
        """Record a warning that many rows share: listed once, with the number of rows."""
        key: tuple[Level, str, str] = ("warning", code, file)
        place = self._place.get(key)
        if place is None:
            self._place[key] = len(self.problems)
            self.problems.append(Problem("warning", code, file, line, what, hint))
        else:
            old = self.problems[place]
            self.problems[place] = replace(old, count=old.count + 1)

    def leave_out(self, why: str, count: int = 1) -> None:
        """Count rows that are not used."""
        self.left_out[why] = self.left_out.get(why, 0) + count

    def _add(
        self,
        level: Level,
        code: str,
        file: str,
        line: int | None,
        what: str,
        hint: str | Callable[[], str | None] | None,
    ) -> None:
        key = (level, code, file)
        n = self._seen.get(key, 0)
        self._seen[key] = n + 1
        if n < KEPT_PER_KIND:
            text = hint() if callable(hint) else hint
            self.problems.append(Problem(level, code, file, line, what, text))

    def finish(self) -> tuple[Problem, ...]:
        """Return all problems by level, file and line; unlisted ones as a count."""
        extra = [
            Problem(level, code, file, None, f"and {n - KEPT_PER_KIND} more of this kind ({code})")
            for (level, code, file), n in self._seen.items()
            if n > KEPT_PER_KIND
        ]
        order = {"error": 0, "warning": 1}
        return tuple(
            sorted(
                [*self.problems, *extra],
                key=lambda p: (order[p.level], p.file != "campaign.toml", p.file, p.line or 10**9),
            )
        )


@dataclass(frozen=True, eq=False)
class Validation:
    """The outcome of checking a campaign folder.

    Attributes
    ----------
    folder
        The folder checked.
    campaign
        The campaign, or None where there are errors.
    problems
        Errors first, then warnings, each by file and line.
    left_out
        Rows not used, and why, counted.
    rows
        Rows read by table.
    """

    folder: Path
    campaign: Campaign | None
    problems: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return the problems that stop the folder from being used."""
        return tuple(p for p in self.problems if p.level == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Return the problems to look at; the folder can be used."""
        return tuple(p for p in self.problems if p.level == "warning")

    @property
    def ok(self) -> bool:
        """Return whether the folder can be used."""
        return not self.errors

    def require(self) -> Campaign:
        """Return the campaign; DataError with the first error if there is none."""
        if self.campaign is not None:
            return self.campaign
        first = self.errors[0]
        more = len(self.errors) - 1
        hint = first.hint
        if more:
            rest = f"{more} more {'error' if more == 1 else 'errors'}: cn validate {self.folder}"
            hint = f"{hint} ({rest})" if hint else rest
        raise DataError(first.what, where=str(self.folder / first.where), hint=hint)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form (``cn validate --json``)."""
        return {
            "folder": str(self.folder),
            "valid": self.ok,
            "campaign": self.campaign.id if self.campaign else None,
            "rows": dict(self.rows),
            "errors": [p.to_dict() for p in self.errors],
            "warnings": [p.to_dict() for p in self.warnings],
            "left_out": [{"why": x.why, "count": x.count} for x in self.left_out],
        }
