"""``python -m tools.build.record_docs [--manifesto FILE]``: refresh the tables of docs/record.md.

A generated table stands between a line ``<!-- python -m lab.record NAME --as-of DATE -->``
and a line ``<!-- end -->``. The one that needs the user's Manifesto Project file is
refreshed only where the file is given.
"""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path

from lab.record.tables import doc_table

PAGE = Path(__file__).parents[2] / "docs" / "record.md"
BLOCK = re.compile(
    r"<!-- python -m lab.record (?P<name>[a-z-]+) --as-of (?P<day>\S+)(?P<rest>[^>]*) -->\n"
    r"(?P<body>.*?)<!-- end -->",
    re.DOTALL,
)


def blocks(text: str) -> dict[str, tuple[date, str]]:
    """Return table name -> (as-of date, Markdown as it stands in the page)."""
    return {
        m["name"]: (date.fromisoformat(m["day"]), m["body"].strip()) for m in BLOCK.finditer(text)
    }


def refreshed(text: str, manifesto: str | None) -> str:
    """Return the page with its tables built anew."""

    def table(m: re.Match[str]) -> str:
        if m["name"] == "emphasis" and manifesto is None:
            return m[0]
        body = doc_table(m["name"], manifesto, date.fromisoformat(m["day"]))
        head = f"<!-- python -m lab.record {m['name']} --as-of {m['day']}{m['rest']} -->"
        return f"{head}\n\n{body}\n\n<!-- end -->"

    return BLOCK.sub(table, text)


def main() -> None:
    """Refresh the page in place."""
    parser = argparse.ArgumentParser(prog="python -m tools.build.record_docs", description=__doc__)
    parser.add_argument("--manifesto", help="your Manifesto Project main data set (CSV)")
    args = parser.parse_args()
    PAGE.write_text(refreshed(PAGE.read_text(encoding="utf-8"), args.manifesto), encoding="utf-8")


if __name__ == "__main__":
    main()
