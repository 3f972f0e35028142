"""A brief as PDF, printed by a browser that is there already: no library draws it a second time."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from comparenotes.errors import CompareNotesError

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
SECONDS = 90


def browser() -> str:
    """Return the path of a browser that can print.

    Raises
    ------
    CompareNotesError
        Where none of :data:`BROWSERS` is on this machine.
    """
    for name in BROWSERS:
        path = shutil.which(name)
        if path is not None:
            return path
    raise CompareNotesError(
        "no Chromium, Chrome or Edge found to print a PDF with",
        hint="write the .html and print it from any browser: it fits two pages",
    )


def printed(html: bytes) -> bytes:
    """Return ``html`` (UTF-8) as the browser prints it, without its header and footer lines."""
    with tempfile.TemporaryDirectory(prefix="comparenotes-") as folder:
        source, target = Path(folder) / "brief.html", Path(folder) / "brief.pdf"
        source.write_bytes(html)
        command = [
            browser(),
            "--headless=new",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={target}",
            source.as_uri(),
        ]
        if getattr(os, "geteuid", lambda: 1)() == 0:
            # As root Chromium starts only so; the file is our own and loads nothing.
            command.insert(1, "--no-sandbox")
        try:
            told = subprocess.run(  # noqa: S603 - a browser, with a file of our own
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as e:
            raise _failed(str(e)) from e
        if told.returncode != 0 or not target.is_file():
            last = told.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise _failed(last[0] if last else f"it ended with {told.returncode}")
        return target.read_bytes()


def _failed(why: str) -> CompareNotesError:
    return CompareNotesError(
        f"the browser did not print: {why[:200]}",
        where=_name(),
        hint="write the .html and print it from any browser: it fits two pages",
    )


def _name() -> str:
    return Path(browser()).name
