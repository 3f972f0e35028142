"""Run ``cn`` in this process and give back what a user sees."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from comparenotes.cli.main import run


@dataclass(frozen=True)
class Seen:
    """Exit code and what was written."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return stdout as JSON; fails where the program did not succeed."""
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def errors(self) -> list[str]:
        """Return the lines of stderr that are not notes."""
        return [x for x in self.err.splitlines() if not x.startswith("note: ")]


def cn(capfd: pytest.CaptureFixture[str], *args: str | Path) -> Seen:
    """Run one command."""
    capfd.readouterr()
    code = run([str(a) for a in args])
    out, err = capfd.readouterr()
    return Seen(code, out, err)
