"""Errors that a reader can act on: what is wrong, where, and a hint."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class CompareNotesError(Exception):
    """A problem with the user's input, told in one line.

    Parameters
    ----------
    what
        What is wrong, in plain words.
    where
        File and line, column, or the name that was given.
    hint
        What to do about it.
    """

    def __init__(self, what: str, where: str | None = None, hint: str | None = None) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(self.one_line())

    def one_line(self) -> str:
        """Return ``where: what. Hint: ...`` on a single line."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        if self.hint:
            text = f"{text.rstrip('.')}. Hint: {self.hint}"
        return " ".join(text.split())


class DataError(CompareNotesError):
    """A file or table cannot be used as it is."""


class NotFoundError(CompareNotesError):
    """A campaign, contender, region or event is not there."""


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return ``did you mean 'x'?`` for the nearest known name, or None."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else None
