"""Check a campaign folder: file, line, what is wrong, and a hint."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from comparenotes.campaigns.checks_report import Problem, Validation
from comparenotes.campaigns.folder_read import examine

__all__ = ["Problem", "Validation", "validate"]


def validate(folder: str | Path, today: date | None = None, *, strict: bool = False) -> Validation:
    """Check the campaign folder at ``folder``.

    Never raises for what is in the folder: a folder that cannot be used gives a
    :class:`Validation` with ``errors``; ``warnings`` do not stop it from being
    used, and ``left_out`` counts every row that is not.

    Parameters
    ----------
    folder
        The folder that holds ``campaign.toml``.
    today
        Dates after the next day are in the future (default: the clock, UTC).
    strict
        Whether one row of polls.csv with a fault refuses the folder.
    """
    return examine(Path(folder), today, strict=strict)
