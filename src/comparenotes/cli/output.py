"""What the commands write: JSON to stdout, tables to stdout, notes and progress to stderr."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from comparenotes.brief.plain import plain as plain

if TYPE_CHECKING:
    from rich.console import Console

    from comparenotes.campaigns.model import Campaign

PROGRESS_AFTER_SECONDS = 1.0


def emit_json(value: Any) -> None:
    """Write ``value`` to stdout as one JSON document (UTF-8, no NaN)."""
    text = json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False)
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        click.echo(text)
        return
    sys.stdout.flush()
    # Bytes, so that the document is UTF-8 whatever the terminal's encoding.
    stream.write(text.encode("utf-8", errors="replace") + b"\n")
    stream.flush()


def safe(text: object) -> str:
    """Return ``text`` on one line without characters that steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in str(text))


def note(text: str) -> None:
    """Write one line to stderr."""
    click.echo(safe(text), err=True)


def console(width: int | None = None) -> Console:
    """Return the rich console for stdout: no markup, no emoji, no guesses at colours."""
    from rich.console import Console

    return Console(markup=False, emoji=False, highlight=False, soft_wrap=False, width=width)


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Show a spinner on stderr while the block runs, if it takes over a second.

    Only on a terminal: nothing is written where stderr is a file or a pipe.
    """
    if not sys.stderr.isatty():
        yield
        return
    shown: list[Any] = []
    done = threading.Event()

    def show() -> None:
        if done.wait(PROGRESS_AFTER_SECONDS):
            return
        from rich.console import Console

        status = Console(stderr=True, markup=False).status(safe(text))
        status.start()
        shown.append(status)

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        for status in shown:
            status.stop()


def open_campaign(name: str) -> Campaign:
    """Load a campaign by id or folder; a folder's warnings are counted on stderr."""
    from comparenotes.campaigns.load import load_checked

    campaign, warnings = load_checked(name)
    if warnings:
        word = "warning" if warnings == 1 else "warnings"
        note(f"note: {name} has {warnings} {word}; see them with: cn validate {name}")
    return campaign
