"""One comparison to one file, its kind told by the file's name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from comparenotes.errors import CompareNotesError

if TYPE_CHECKING:
    from comparenotes.compare.comparison import Comparison

FORMATS = (".html", ".md", ".pdf", ".json")


def check_path(path: Path) -> None:
    """Raise CompareNotesError where no brief can be written to ``path``."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise CompareNotesError(
            f"cannot write a {suffix or 'nameless'} brief",
            where=str(path),
            hint=f"end the name in {', '.join(FORMATS)}",
        )
    if not path.parent.is_dir():
        raise CompareNotesError("no such folder", where=str(path.parent))
    if suffix == ".pdf":
        from comparenotes.brief.pdf import browser

        browser()  # before minutes of work, not after


def write_brief(comparison: Comparison, path: str | Path) -> int:
    """Write ``comparison`` as a brief to ``path`` and return its size in bytes.

    Parameters
    ----------
    comparison
        What :func:`comparenotes.compare` returned.
    path
        ``.html`` (self-contained, prints on two pages), ``.md``, ``.json``, or ``.pdf`` (printed
        by a browser on this machine: Chromium, Chrome or Edge).

    Raises
    ------
    CompareNotesError
        For another suffix, where the folder is not there, or for a PDF without a browser.
    """
    file = Path(path)
    check_path(file)
    suffix = file.suffix.lower()
    if suffix in (".html", ".pdf"):
        from comparenotes.brief.html import render as render_html

        text = render_html(comparison)
    elif suffix == ".md":
        from comparenotes.brief.markdown import render as render_markdown

        text = render_markdown(comparison)
    else:
        text = _json(comparison)
    data = text.encode("utf-8", errors="replace")
    if suffix == ".pdf":
        from comparenotes.brief.pdf import printed

        data = printed(data)
    file.write_bytes(data)
    return len(data)


def _json(comparison: Comparison) -> str:
    import json

    from comparenotes.brief.plain import plain

    return json.dumps(plain(comparison.to_dict()), indent=2, ensure_ascii=False) + "\n"
