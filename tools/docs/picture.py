"""The picture at the top of README.md: one command on bundled data."""

from __future__ import annotations

from pathlib import Path

from tools.docs.pages import ROOT, output, working_folder

FILE = ROOT / "docs" / "img" / "gb-next.svg"
COMMAND = "cn race gb-next --event 2026-07-20 --as-of 2026-08-20 --plot gb-next.svg"


def draw(path: Path) -> None:
    """Draw the picture to ``path``."""
    with working_folder() as folder:
        output(COMMAND)
        drawn = (folder / FILE.name).read_bytes()
    path.write_bytes(drawn)
