"""The account of a file, kept row by row while it is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from comparenotes.campaigns.importers.protocol import RowFate
from comparenotes.campaigns.importers.reading import RowError
from comparenotes.campaigns.model import LeftOut

MAX_TEXT = 120
LEFT_OUT, BAD = "left out", "bad"


@dataclass
class Ledger:
    """Collects what became of each raw row; every row is entered once."""

    fates: list[RowFate] = field(default_factory=list)

    def use(self, where: str, became: str, text: str = "") -> None:
        """Enter a row that is used."""
        self.fates.append(RowFate(where, became, "", _short(text)))

    def leave_out(self, where: str, why: str, text: str = "") -> None:
        """Enter a row of another kind."""
        self.fates.append(RowFate(where, LEFT_OUT, why, _short(text)))

    def fault(self, where: str, why: str, text: str = "") -> None:
        """Enter a row that has a fault."""
        self.fates.append(RowFate(where, BAD, why, _short(text)))

    def problem(self, error: RowError, where: str | None = None) -> None:
        """Enter a row that has the fault ``error`` names."""
        self.fault(where or error.where or "", error.reason, error.what)

    @property
    def rows(self) -> int:
        """Return the number of rows entered."""
        return len(self.fates)

    @property
    def used(self) -> dict[str, int]:
        """Return the rows used, by what they became."""
        return dict(Counter(f.became for f in self.fates if not f.why))

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Return the reasons of all other rows and their counts, in alphabetical order."""
        counts = Counter(f.why for f in self.fates if f.why)
        return tuple(LeftOut(why, n) for why, n in sorted(counts.items()))


def _short(text: str) -> str:
    return " ".join(text.split())[:MAX_TEXT]
